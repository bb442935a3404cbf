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

_HOLDS, _ANSWERS = "urn:ogdkg:holds", "urn:ogdkg:default-graph"
NOWHERE = Iri("urn:ogdkg:nowhere")  # a graph that no server has
_MOST = 10**12  # triples of a graph
PUSHED_TEXT = "SELECT ?p ?o {{ GRAPH {0} {{ {0} ?p ?o }} }}"


class GraphDigest(NamedTuple):
    """The number of distinct triples in a graph, and their digest in the form that the server stores.

    `is_copy`: the graph is a merged copy of others, for queries.
    """

    triples: int
    digest: str
    is_copy: bool = False


class PushManifest(NamedTuple):
    """What was pushed, by graph (None: the unnamed one), and the default graph of queries."""

    graphs: Mapping[Iri | None, GraphDigest]
    default: str

    @property
    def named(self) -> tuple[Iri, ...]:
        """The named graphs of the project, without merged copies."""
        return tuple(name for name, held in self.graphs.items() if name and not held.is_copy)


def read_manifest(rows: Rows) -> PushManifest | None:
    """Parse a manifest; None if there is none, BrokenError if no push has written it like this."""
    graphs: dict[Iri | None, GraphDigest] = {}
    default = ""
    for predicate, value in rows.rows:
        if isinstance(value, Literal) and predicate == Iri(_HOLDS):
            graphs |= dict([_entry(value.value)])
        elif isinstance(value, Literal) and predicate == Iri(_ANSWERS):
            default = value.value
    if not default:
        return None
    if default not in (UNION, UNNAMED) and not is_iri(default):
        raise BrokenError(_BROKEN)
    return PushManifest(
        dict(sorted(graphs.items(), key=lambda item: item[0].value if item[0] else "")), default
    )


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


def start_manifest(manifest: Iri, default: str, graphs: Mapping[Iri | None, GraphDigest]) -> str:
    """Return an update that replaces the manifest by one with these graphs."""
    graph = to_ntriples(manifest)
    entries = [f"{graph} <{_ANSWERS}> {to_ntriples(Literal(default))} ."]
    entries += [_triple(manifest, name, digest) for name, digest in graphs.items()]
    return f"DROP SILENT GRAPH {graph} ;\n{_insert(graph, entries)}"


def add_to_manifest(manifest: Iri, graphs: Mapping[Iri | None, GraphDigest]) -> str:
    """Return an update that adds graphs to the manifest."""
    entries = [_triple(manifest, name, digest) for name, digest in graphs.items()]
    return _insert(to_ntriples(manifest), entries)


def _insert(graph: str, entries: Iterable[str]) -> str:
    return f"INSERT DATA {{ GRAPH {graph} {{\n" + "\n".join(entries) + "\n} }"


def _triple(manifest: Iri, name: Iri | None, digest: GraphDigest) -> str:
    entry = json.dumps([name.value if name else "", *digest], ensure_ascii=False)
    return f"{to_ntriples(manifest)} <{_HOLDS}> {to_ntriples(Literal(entry))} ."
