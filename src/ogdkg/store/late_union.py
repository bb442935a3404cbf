"""An embedded store that copies its graphs into the default graph only for a question that needs the copies.

To copy a graph takes the engine as long as to load it. Many queries need no copies: the engine can look at
all graphs as if they were one, in which it finds a statement of two graphs twice (`ogdkg.sparql.repetition`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Quad
from ogdkg.sparql.repetition import ignores_repetition
from ogdkg.store.base import QueryDataset
from ogdkg.store.codec import GraphName, ox_graph, quad_of
from ogdkg.store.embedded import Asked, EmbeddedStore, merged


class LateUnionStore(EmbeddedStore):
    """A store for few questions, answered as by `EmbeddedStore`; rows that ORDER BY finds equal may swap."""

    def __init__(self) -> None:
        """Make an empty store."""
        self._left = list[tuple[GraphName, ...] | None]()  # to be copied, step by step; None for all graphs
        super().__init__()

    @property
    def _store(self) -> ox.Store:
        """The engine's store with all copies: whoever does not say otherwise sees these."""
        left, self._left = self._left, []
        for graphs in left:
            super()._copy(graphs)
        return self._graphs

    @_store.setter
    def _store(self, store: ox.Store) -> None:
        self._graphs = store

    def load(self, sources: Iterable[Source]) -> None:
        """Load RDF files, without copies."""
        left, self._left = self._left, []
        super().load(sources)
        self._left = left + self._left

    def _copy(self, graphs: tuple[GraphName, ...] | None) -> None:
        if graphs not in self._left:
            self._left.append(graphs)

    def _extend(self, triples: Iterable[ox.Triple], graph: GraphName) -> None:
        if not self._left:
            return super()._extend(triples, graph)
        self._graphs.bulk_extend(merged(triple, graph) for triple in triples)
        return self._copy((graph,))

    def _clear(self, graph: Iri) -> None:
        if any(True for _ in self._graphs.quads_for_pattern(None, None, None, ox_graph(graph))):
            super()._clear(graph)

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate the quads of one named graph, or of all; of the unnamed graph what no other has."""
        if graph is None:
            return super().quads()
        return map(quad_of, self._graphs.quads_for_pattern(None, None, None, ox_graph(graph)))

    def _asked(self, text: str, dataset: QueryDataset | None, base: str | None) -> Asked:
        if self._left and dataset is None and base is None and ignores_repetition(text):
            return self._graphs, {"use_default_graph_as_union": True}
        return super()._asked(text, dataset, base)
