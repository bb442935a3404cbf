"""The graphs that stored queries read, and what their answers show of them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import cast

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import RDF, RDFS, Iri, Triple, compact
from ogdkg.render.views.table import readable
from ogdkg.search.empty_answers import known_values
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.ordering import in_total_order
from ogdkg.store.base import MatchingStore, Result, Triples, in_written_order
from ogdkg.text.escape import link
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.form import Fault, Field, Offer, Offers, fields_of
from ogdkg.web.questions.marks import limited
from ogdkg.web.questions.ordered import in_one_order
from ogdkg.web.questions.places import Countries

SECONDS = 4.0
_MOST_KNOWN = 64  # parameters, with the values of others, whose values are kept


class QueriedGraphs:
    """The graphs that the stored queries of a project read.

    Args:
        graph: The graph that is served.
        of_store: Whether a store is served instead of files, which knows no layers.

    Attributes:
        graph: The graph.
        of_store: Whether a store is served.
        hides: Whether personal data are left out.
        countries: The countries of the graph.
        seconds: The time for the sources of a page of rows, and as long to say why there are none.
        in_order: Whether answers come in one order.
    """

    def __init__(self, graph: Graph, *, of_store: bool) -> None:
        self.graph, self.of_store = graph, of_store
        self.hides = False
        self.seconds = SECONDS
        self.in_order = False
        self._known: dict[object, list[str]] = {}
        self._hidden: list[Triple] = []
        self._offers = Offers()
        self.countries = Countries(graph)
        self._cited: dict[int, Citations] = {}

    def take_time(self, seconds: float) -> None:
        """Answer in one order, and give hints however long they take: pages are the same whoever makes them.

        Args:
            seconds: After how long whoever makes a page is ended.
        """
        self.seconds = self._offers.seconds = seconds
        self.in_order = True

    def prepare(self, hidden: Iterable[Triple]) -> None:
        """Note what is left out, before processes are forked that answer.

        Args:
            hidden: Triples that are left out, from the layers that a query reads as from all.
        """
        self._hidden = list(hidden)
        self.hides = bool(self._hidden)

    def load(self) -> None:
        """Read what answers need for processes that are forked then; earlier ones read it for themselves."""
        for graph in self._layered.values():
            _ = graph.store

    @cached_property
    def _layered(self) -> dict[tuple[Layer, ...], Graph]:
        """The graphs that stored queries read, by their layers, without what is hidden. Each knows all."""
        main = self.graph
        found = {main.layers: main}
        if main.options.endpoint or self.of_store:
            return found
        for query in main.catalogue.readable():
            graph = main.for_query(query)
            for each in (graph, graph.for_query(query)):  # which a query reads that is asked for its values
                found.setdefault(each.layers, each)
        for graph in found.values():
            graph.options = graph.options._replace(timeout=None)
            graph.__dict__["whole"] = main
            graph._by_layers = found
            for triple in self._hidden if graph is not main else ():
                graph.writable_store.remove(triple)
        return found

    def graph_of(self, query: StoredQuery) -> Graph:
        """Return the graph that a query reads."""
        if self.of_store:
            return self.graph
        _ = self._layered  # which `for_query` finds
        return self.graph.for_query(query)

    def result(self, resolver: NameResolver, asked: Asked) -> Result:
        """Return the answer, from this process: the server ends it at the time limit."""
        graph, query = resolver.graph, asked.query
        text = resolver.bind(query, asked.arguments)
        text = in_total_order(text) if self.in_order else text
        found = graph.store.query(text, prefixes=graph.project.prefixes, name=query.file)
        if isinstance(found, Triples) and self.in_order:
            return Triples(iter(in_one_order(found.triples)))
        return in_written_order(found, text)

    def known_values(self, resolver: NameResolver, asked: Asked, parameter: Parameter) -> list[str]:
        """Return the values of a parameter for which a question has rows, the others as they are given."""
        others = {name: texts for name, texts in asked.values.items() if name != parameter.name}
        key = asked.query.name, parameter.name, repr(sorted(others.items()))
        if key not in self._known or self.of_store:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            graph, seconds = limited(resolver.graph, self.seconds), self._offers.seconds
            self._known[key] = known_values(graph, asked.query, parameter, asked.arguments, seconds)
        return self._known[key]

    def fields(self, resolver: NameResolver, asked: Asked, faults: list[Fault]) -> list[Field]:
        """Return the fields of the form of a question."""
        return fields_of(resolver, self._offers, asked, faults)

    def offers(self, resolver: NameResolver, asked: Asked, parameter: Parameter) -> list[Offer]:
        """Return the values that a parameter may have, with their labels, as far as they can be listed."""
        return self._offers.of(resolver, asked, parameter)

    def values_of(self, resolver: NameResolver, asked: Asked, parameter: Parameter) -> dict[str, str]:
        """Return the values of a parameter by their labels."""
        return {label: value for value, label in self.offers(resolver, asked, parameter)}

    def citations(self, graph: Graph) -> Citations:
        """Return the citations of a graph, whose queries end soon."""
        if id(graph) not in self._cited:
            self._cited[id(graph)] = Citations(limited(graph, self.seconds))
        return self._cited[id(graph)]

    def name_of(self, iri: Iri, graph: Graph) -> str:
        """Return how an IRI is shown: by its label, or else shortened."""
        if not graph.options.endpoint and (label := self.citations(graph).names.label(iri)):
            return label
        return compact(iri.value, {"rdf": RDF, "rdfs": RDFS, **graph.project.prefixes}) or readable(iri)

    def address_of(self, iri: Iri, at: Addresses) -> tuple[str, bool]:
        """Return where an IRI in an answer leads, and whether that is another site."""
        if at.is_own(iri.value):
            return at.of(iri.value), False
        store = cast(MatchingStore, self.graph.store)
        if hasattr(store, "matching") and any(True for _ in islice(store.matching(iri), 1)):
            return at.of(iri.value), False
        return link(iri.value), True
