"""The manifest of what was pushed to a server: each graph's triples and their digest, in a graph of its own.

A graph stands in it once it is whole on the server, so what was cut off is pushed again. All its triples are
about the manifest's own IRI, so that nothing is said of anything else.
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
    """How many triples a graph holds, each once, and the digest of them as its server keeps them.

    `is_copy`: they stand in other graphs too, and are merged here for queries.
    """

    triples: int
    digest: str
    is_copy: bool = False


class PushManifest(NamedTuple):
    """What a server holds, by graph (None: the unnamed one), and what it answers from."""

    graphs: Mapping[Iri | None, GraphDigest]
    default: str

    @property
    def named(self) -> tuple[Iri, ...]:
        """The graphs of the project: neither the unnamed one nor a merged copy."""
        return tuple(name for name, held in self.graphs.items() if name and not held.is_copy)


def read_manifest(rows: Rows) -> PushManifest | None:
    """What a manifest says; None where there is none, BrokenError where it says what no push has written."""
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


def start_manifest(manifest: Iri, default: str, kept: Mapping[Iri | None, GraphDigest]) -> str:
    """An update that lets the manifest hold just these graphs."""
    graph = to_ntriples(manifest)
    entries = [f"{graph} <{_ANSWERS}> {to_ntriples(Literal(default))} ."]
    entries += [_triple(manifest, name, held) for name, held in kept.items()]
    return f"DROP SILENT GRAPH {graph} ;\n{_insert(graph, entries)}"


def add_to_manifest(manifest: Iri, graphs: Mapping[Iri | None, GraphDigest]) -> str:
    """An update that puts graphs into the manifest."""
    entries = [_triple(manifest, name, held) for name, held in graphs.items()]
    return _insert(to_ntriples(manifest), entries)


def _insert(graph: str, entries: Iterable[str]) -> str:
    return f"INSERT DATA {{ GRAPH {graph} {{\n" + "\n".join(entries) + "\n} }"


def _triple(manifest: Iri, name: Iri | None, held: GraphDigest) -> str:
    entry = json.dumps([name.value if name else "", *held], ensure_ascii=False)
    return f"{to_ntriples(manifest)} <{_HOLDS}> {to_ntriples(Literal(entry))} ."
