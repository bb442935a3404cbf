"""A store that changes while it is asked, and remembers each change until it is kept (`journal`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ogdkg.errors import InputError, Place
from ogdkg.lean import NamedTuple
from ogdkg.project.overrides import Overrides
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Iri, Quad
from ogdkg.store.base import REVISIONS
from ogdkg.store.codec import GraphName, ox_graph, quad_of, raw_quads
from ogdkg.store.embedded import EmbeddedStore, merged, with_merged

_DEFAULT = ox.DefaultGraph()


class Change(NamedTuple):
    """A quad that has come or gone."""

    is_new: bool
    quad: ox.Quad

    @property
    def line(self) -> str:
        """The quad as a line of N-Quads, without its end."""
        return (ox.serialize([self.quad], format=ox.RdfFormat.N_QUADS) or b"").decode().rstrip("\n")


class LiveStore(EmbeddedStore):
    """A store in memory whose default graph is the union of all graphs, and which can be written.

    What the unnamed graph holds itself is kept apart from the copies of the named graphs, so that clearing a
    named graph leaves it. A graph without triples does not exist.

    Attributes:
        changes: What has changed since they were last kept.
    """

    def __init__(self) -> None:
        super().__init__()
        self._unnamed = ox.Store()
        self.changes: list[Change] = []

    def fill(self, quads: Iterable[ox.Quad]) -> None:
        """Load quads into the empty store, which is no change."""
        self.revision = next(REVISIONS)
        self._store.bulk_extend(quads)
        self._unnamed.bulk_extend(self._store.quads_for_pattern(None, None, None, _DEFAULT))
        self._store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")

    def raw(self, graph: GraphName | None = None) -> Iterator[ox.Quad]:
        """Yield the engine's quads of one graph, or of all; without copies."""
        if graph is None:
            every = self._store.quads_for_pattern(None, None, None, None)
            return chain(self._unnamed, (quad for quad in every if quad.graph_name != _DEFAULT))
        store = self._unnamed if graph == _DEFAULT else self._store
        return iter(store.quads_for_pattern(None, None, None, graph))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate the quads of one named graph, or of all, with those that the unnamed graph repeats."""
        return map(quad_of, self.raw(ox_graph(graph) if graph else None))

    def unnamed(self) -> Iterator[Quad]:
        """Yield the quads of the unnamed graph alone."""
        return map(quad_of, self.raw(_DEFAULT))

    def as_nquads(self) -> bytes:
        """Return all quads as N-Quads."""
        return ox.serialize(self.raw(), format=ox.RdfFormat.N_QUADS) or b""

    def has(self, graph: GraphName) -> bool:
        """Whether a graph holds a triple."""
        return next(self.raw(graph), None) is not None

    def names(self) -> list[GraphName]:
        """The named graphs."""
        return list(self._store.named_graphs())

    def insert(self, quad: ox.Quad) -> None:
        """Add a quad, unless it is there."""
        if quad.graph_name == _DEFAULT:
            if quad in self._unnamed:
                return
            self._unnamed.add(quad)
            self._store.add(quad)
        else:
            if quad in self._store:
                return
            self._store.extend(with_merged([quad], quad.graph_name))
        self._note(Change(True, quad))

    def discard(self, quad: ox.Quad) -> None:
        """Remove a quad, if it is there."""
        copy = merged(quad)
        if quad.graph_name == _DEFAULT:
            if quad not in self._unnamed:
                return
            self._unnamed.remove(quad)
        else:
            if quad not in self._store:
                return
            self._store.remove(quad)
        if copy not in self._unnamed and not self._is_merged(copy):
            self._store.remove(copy)
        self._note(Change(False, quad))

    def _note(self, change: Change) -> None:
        self.revision = next(REVISIONS)
        self.changes.append(change)

    def apply(self, gone: Iterable[ox.Quad], new: Iterable[ox.Quad]) -> None:
        """Remove some quads, then add others."""
        for quad in list(gone):
            self.discard(quad)
        for quad in list(new):
            self.insert(quad)

    def clear(self, graph: GraphName) -> None:
        """Remove all that a graph holds."""
        self.apply(self.raw(graph), ())
        if graph != _DEFAULT:
            self._store.remove_graph(graph)  # the engine keeps empty ones

    def replace(self, graph: GraphName, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Let a graph hold these triples, and no others."""
        wanted = {merged(triple, graph) for triple in triples}
        held = set(self.raw(graph))
        self.apply(held - wanted, wanted - held)

    def add_all(self, graph: GraphName, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        """Add triples to a graph."""
        self.apply((), (merged(triple, graph) for triple in triples))


def read_graph(data: bytes, form: Format, base: str | None, name: str = "body") -> list[ox.Quad]:
    """Return the triples of a document that is sent, with blank nodes that no other document has.

    Raises:
        InputError: It does not parse, or has named graphs.
    """
    quads = list(raw_quads(Path(name), data, overrides=Overrides(form, base, data)))
    for quad in quads:
        if quad.graph_name != _DEFAULT:
            hint = "Send each graph to an address of its own."
            raise InputError("The document has named graphs.", place=Place(name), hint=hint)
    return list(with_fresh_blanks(quads))


def with_fresh_blanks(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield quads with other blank nodes, so that they do not meet those of a store."""
    fresh: dict[str, ox.BlankNode] = {}

    def renamed(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return fresh.setdefault(term.value, ox.BlankNode())
        if isinstance(term, ox.Triple):
            return ox.Triple(renamed(term.subject), term.predicate, renamed(term.object))
        return term

    for quad in quads:
        yield ox.Quad(renamed(quad.subject), quad.predicate, renamed(quad.object), renamed(quad.graph_name))
