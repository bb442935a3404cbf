"""Downloads what a server holds, graph by graph, and compares it with the manifest of the push.

A server may rewrite literals (see `servers`), so triples are compared in the form that it stores: by their
number and by a digest of their lines.
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
    """Yield the contents of a server as lines of N-Quads.

    Of a merged copy, only triples that are in no named graph are yielded, as triples of the unnamed graph.

    Args:
        remote: The server.
        keeps: Whether to yield a graph; by default all.

    Raises:
        StoreError: The server fails, or does not hold what was pushed.
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
    """Return the triples of a graph, compared with the manifest."""
    expected = remote.push_manifest.graphs.get(name) if remote.push_manifest else None
    lines = remote.get(name, expected.triples if expected else 0)
    if expected:
        compare(remote, name, lines, expected)
    return lines


def as_stored(line: str, stored: Callable[[Literal], Literal]) -> str:
    """Return a line of N-Triples as a server stores it; `stored` rewrites a literal as the server does."""
    if '"' not in line:
        return line
    graph, subject, predicate, obj = split(line)
    if obj[0] != '"' or obj[-1] == '"':
        return line
    return join((graph, subject, predicate, to_ntriples(stored(Literal(*parts_of(obj))))))


def stored_lines(lines: Iterable[str], stored: Callable[[Literal], Literal]) -> GraphDigest:
    """Return how many triples a server stores of these lines, and their digest, whatever their order."""
    distinct = sorted(set(with_stable_blanks(list({as_stored(line, stored) for line in lines}))))
    digest = hashlib.sha256()
    for line in distinct:
        digest.update(line.encode(errors="surrogatepass") + b"\n")
    return GraphDigest(len(distinct), digest.hexdigest())


def merged_name(default: str) -> Name:
    """Return the graph of the merged copy, on a server that queries one."""
    return None if default == UNNAMED else Iri(default)


def compare(remote: RemoteStore, name: Name, lines: Lines, expected: GraphDigest) -> None:
    """Check that a graph on a server holds what is expected.

    Args:
        remote: The server.
        name: The name of the graph; None for the unnamed one.
        lines: What the server sends of it, as N-Triples.
        expected: The digest of what it should hold.

    Raises:
        StoreError: It holds something else.
    """
    found = stored_lines(lines, remote.server.comparable_literal)
    if found != expected._replace(is_copy=False):
        what = f"the graph {name}" if name else "the unnamed graph"
        other = "others" if found.triples == expected.triples else f"{found.triples:,}"
        message = f"Of {expected.triples:,} triples of {what} the server holds {other}."
        hint = "Push with --again; if that does not help, the server rewrites a value in an unknown way."
        raise StoreError(message, place=Place(remote.endpoint.shown_url), hint=hint)


def _in_graph(line: str, name: Name) -> str:
    return f"{line[:-2]} {to_ntriples(name)} ." if name else line
