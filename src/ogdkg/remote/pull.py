"""What a server holds, graph by graph, compared with what was pushed there. Prints nothing.

A server may spell literals in its own way (`store.servers`), so triples are compared as it keeps them: by
their number and by a digest of their lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator

from ogdkg.errors import Place, StoreError
from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.rdf.statements import join, parts_of, split, with_stable_blanks
from ogdkg.rdf.terms import Iri, Literal, to_ntriples
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.push_manifest import GraphDigest

Lines = list[str]
Name = Iri | None


def pull(remote: RemoteStore, keeps: Callable[[Name], bool] = lambda name: True) -> Iterator[str]:
    """Lines of N-Quads of what a server holds in these graphs; StoreError where it is not what was pushed.

    Of a merged copy only that is taken which no named graph holds: it stands in no graph here.
    """
    default = remote.push_manifest.default if remote.push_manifest else UNION
    copied = default != UNION and keeps(None)
    named: set[str] = set()
    for name in remote.push_manifest.named if remote.push_manifest else remote.names():
        if not copied and not keeps(name):
            continue
        lines = _checked(remote, name)
        named.update(lines if copied else ())
        if keeps(name):
            yield from (_in_graph(line, name) for line in lines)
    if copied:
        copy = _checked(remote, merged_name(default))
        yield from (line for line in copy if line not in named and "_:" not in line)
    elif keeps(None) and remote.server.has_unnamed:
        yield from _checked(remote, None)


def _checked(remote: RemoteStore, name: Name) -> Lines:
    """The triples of a graph, compared with what the manifest says of them."""
    expected = remote.push_manifest.graphs.get(name) if remote.push_manifest else None
    lines = remote.get(name, expected.triples if expected else 0)
    if expected:
        compare(remote, name, lines, expected)
    return lines


def as_stored(line: str, kept: Callable[[Literal], Literal]) -> str:
    """A line of N-Triples as a server keeps it."""
    if '"' not in line:
        return line
    graph, subject, predicate, obj = split(line)
    if obj[0] != '"' or obj[-1] == '"':
        return line
    return join((graph, subject, predicate, to_ntriples(kept(Literal(*parts_of(obj))))))


def stored_lines(lines: Iterable[str], kept: Callable[[Literal], Literal]) -> GraphDigest:
    """How many triples a server keeps of these lines, and their digest, whatever their order."""
    distinct = sorted(set(with_stable_blanks(list({as_stored(line, kept) for line in lines}))))
    digest = hashlib.sha256()
    for line in distinct:
        digest.update(line.encode(errors="surrogatepass") + b"\n")
    return GraphDigest(len(distinct), digest.hexdigest())


def merged_name(default: str) -> Name:
    """The graph that holds the merged copy, where a server answers from one."""
    return None if default == UNNAMED else Iri(default)


def compare(remote: RemoteStore, name: Name, lines: Lines, expected: GraphDigest) -> None:
    """Raise StoreError where a graph does not hold what is expected."""
    found = stored_lines(lines, remote.server.comparable_literal)
    if found != expected._replace(is_copy=False):
        what = f"the graph {name}" if name else "the unnamed graph"
        other = "others" if found.triples == expected.triples else f"{found.triples:,}"
        message = f"Of {expected.triples:,} triples of {what} the server holds {other}."
        hint = "Push with --again; if that does not help, it spells a value in a way we do not know."
        raise StoreError(message, place=Place(remote.endpoint.shown), hint=hint)


def _in_graph(line: str, name: Name) -> str:
    return f"{line[:-2]} {to_ntriples(name)} ." if name else line
