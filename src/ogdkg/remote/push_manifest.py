"""The manifest of what was pushed to a server: the size and digest of each graph, in a graph of its own.

A graph is listed once it is complete on the server, so an interrupted push can be resumed. All triples have
the manifest's own IRI as subject, so that they describe nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ogdkg.project.endpoint import UNION, UNNAMED
from ogdkg.rdf.terms import Iri, Literal, is_iri, to_ntriples
from ogdkg.remote.results import BrokenError
from ogdkg.store.base import Rows

_HOLDS, _ANSWERS, _VERSION = "urn:ogdkg:holds", "urn:ogdkg:default-graph", "urn:ogdkg:version"
WRITING, WHOLE, READ = "writing", "whole", "read"
NOWHERE = Iri("urn:ogdkg:nowhere")  # a graph that no server has
_MOST = 10**12  # triples of a graph
_LATEST = 10**15  # milliseconds
PUSHED_TEXT = "SELECT ?p ?o {{ GRAPH {0} {{ {0} ?p ?o }} }}"
VERSION_TEXT = f"SELECT ?o {{{{ GRAPH {{0}} {{{{ {{0}} <{_VERSION}> ?o }}}} }}}}"


class GraphDigest(NamedTuple):
    """The number of distinct triples in a graph, and their digest in the form that the server stores.

    `is_copy`: the graph is a merged copy of others, for queries.
    """

    triples: int
    digest: str
    is_copy: bool = False


class Version(NamedTuple):
    """Which state of a project a replica holds.

    Attributes:
        stamp: When the version was first pushed, in milliseconds since 1970: a later one is newer.
        digest: The digest of its graphs, the same on all servers.
        state: `WRITING`, then `WHOLE` once it is verified, and `READ` once enough replicas hold it.
        written: When this replica was last written to, so that no two states of it look the same.
        since: The stamp of what was read before: nothing older is read again.
    """

    stamp: int
    digest: str
    state: str
    written: int
    since: int = 0

    @property
    def key(self) -> tuple[int, str]:
        """What replicas that hold the same have in common."""
        return self.stamp, self.digest


class PushManifest(NamedTuple):
    """What was pushed, by graph (None: the unnamed one), and the default graph of queries."""

    graphs: Mapping[Iri | None, GraphDigest]
    default: str
    version: Version | None = None

    @property
    def named(self) -> tuple[Iri, ...]:
        """The named graphs of the project, without merged copies."""
        return tuple(name for name, held in self.graphs.items() if name and not held.is_copy)


def read_manifest(rows: Rows) -> PushManifest | None:
    """Parse a manifest; None if there is none, BrokenError if no push has written it like this."""
    graphs: dict[Iri | None, GraphDigest] = {}
    default = ""
    version = None
    for predicate, value in rows.rows:
        if isinstance(value, Literal) and predicate == Iri(_HOLDS):
            graphs |= dict([_entry(value.value)])
        elif isinstance(value, Literal) and predicate == Iri(_ANSWERS):
            default = value.value
        elif isinstance(value, Literal) and predicate == Iri(_VERSION):
            version = _version(value.value)
    if not default:
        return None
    if default not in (UNION, UNNAMED) and not is_iri(default):
        raise BrokenError(_BROKEN)
    in_order = dict(sorted(graphs.items(), key=lambda item: item[0].value if item[0] else ""))
    return PushManifest(in_order, default, version)


def read_version(rows: Rows) -> Version | None:
    """Parse the version that a replica holds; None if no push to all replicas wrote one."""
    found = [_version(row[0].value) for row in rows.rows if isinstance(row[0], Literal)]
    return found[0] if len(found) == 1 else None


def _version(text: str) -> Version:
    try:
        version = Version(*json.loads(text))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BrokenError(_BROKEN) from error
    times = (version.stamp, version.written, version.since)
    if not all(type(time) is int and 0 <= time < _LATEST for time in times):
        raise BrokenError(_BROKEN)
    if not isinstance(version.digest, str) or version.state not in (WRITING, WHOLE, READ):
        raise BrokenError(_BROKEN)
    return version


_BROKEN = "The manifest of what was pushed cannot be read."


def _entry(text: str) -> tuple[Iri | None, GraphDigest]:
    try:
        name, triples, digest, is_copy = json.loads(text)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BrokenError(_BROKEN) from error
    is_name = isinstance(name, str) and (not name or is_iri(name))
    is_number = type(triples) is int and 0 <= triples < _MOST
    if not (is_name and is_number and isinstance(digest, str) and isinstance(is_copy, bool)):
        raise BrokenError(_BROKEN)
    return (Iri(name) if name else None), GraphDigest(triples, digest, is_copy)


def start_manifest(
    manifest: Iri,
    default: str,
    graphs: Mapping[Iri | None, GraphDigest],
    version: Version | None = None,
) -> str:
    """Return an update that replaces the manifest by one with these graphs."""
    graph = to_ntriples(manifest)
    entries = [f"{graph} <{_ANSWERS}> {to_ntriples(Literal(default))} ."]
    entries += [_version_triple(manifest, version)] if version else []
    entries += [_triple(manifest, name, digest) for name, digest in graphs.items()]
    return f"DROP SILENT GRAPH {graph} ;\n{_insert(graph, entries)}"


def add_to_manifest(manifest: Iri, graphs: Mapping[Iri | None, GraphDigest]) -> str:
    """Return an update that adds graphs to the manifest."""
    entries = [_triple(manifest, name, digest) for name, digest in graphs.items()]
    return _insert(to_ntriples(manifest), entries)


def mark_manifest(manifest: Iri, version: Version) -> str:
    """Return an update that replaces the version in the manifest."""
    graph = to_ntriples(manifest)
    old = f"DELETE WHERE {{ GRAPH {graph} {{ {graph} <{_VERSION}> ?version }} }}"
    return f"{old} ;\n{_insert(graph, [_version_triple(manifest, version)])}"


def _version_triple(manifest: Iri, version: Version) -> str:
    return f"{to_ntriples(manifest)} <{_VERSION}> {to_ntriples(Literal(json.dumps(version)))} ."


def _insert(graph: str, entries: Iterable[str]) -> str:
    return f"INSERT DATA {{ GRAPH {graph} {{\n" + "\n".join(entries) + "\n} }"


def _triple(manifest: Iri, name: Iri | None, digest: GraphDigest) -> str:
    entry = json.dumps([name.value if name else "", *digest], ensure_ascii=False)
    return f"{to_ntriples(manifest)} <{_HOLDS}> {to_ntriples(Literal(entry))} ."
