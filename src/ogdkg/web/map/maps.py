"""The map page, and the small map of the first page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from itertools import islice

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import InputError, OgdkgError, Place
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, compact, to_ntriples
from ogdkg.search.resolver import NameResolver
from ogdkg.store import base as store
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import only
from ogdkg.web.map.narrowed import REGION, Narrowed, Rows, rows_of
from ogdkg.web.map.page import MapPage
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.marks import limited
from ogdkg.web.questions.rows import MOST_ROWS, columns_of

_LONGEST = 2_000  # letters of what is chosen
_OF_PROPERTY = """SELECT DISTINCT ?thing ?place ?kind {{
  ?thing {property} ?place OPTIONAL {{ ?thing a ?kind FILTER(ISIRI(?kind)) }} }} LIMIT {most}"""
_HEADS = {"thing": "Thing", "place": "Country", "kind": "Kind"}


class Maps:
    """Answers requests for the map.

    Args:
        graph: The graph that is served.
        linked: Has the pages.
        graphs: The graphs that stored queries read.
    """

    def __init__(self, graph: Graph, linked: LinkedData, graphs: QueriedGraphs) -> None:
        self._graph, self._linked, self._graphs = graph, linked, graphs
        self._settings = graph.project.pages.map
        self._small: tuple[Addresses, MapPage] | None = None
        self._kept: tuple[Graph, Rows | None] | None = None

    def prepare(self) -> None:
        """Read the rows, before processes are forked that share them; without success where it takes long."""
        if self._settings and self._graph.is_in_memory:
            self._read(seconds=self._graphs.seconds)

    def answer(self, ask: Ask) -> Reply:
        """Answer with the map as a page."""
        local = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            given = {name: (only(ask["given"], name) or "")[:_LONGEST] for name in ask["given"]}
            page = self._page(given, local)
        except (HttpError, OgdkgError) as error:
            return self._linked.fault(error, ask, local)
        reply = self._linked.pages.of("map.html", local, here="map", page=page)
        version = repr(("map", sorted(given.items()), local))
        return reply._replace(version="" if self._graph.options.endpoint else version)

    def small(self, at: Addresses) -> MapPage | None:
        """Return the map of the first page; None of a graph whose rows are not at hand, or without any."""
        try:
            if not self._graph.is_in_memory or not self._settings:
                return None
            if self._small is None or self._small[0] != at:
                self._small = at, self._page({}, at)
            return self._small[1]
        except (OgdkgError, HttpError):
            return None  # a query that cannot be read is told of where it is asked

    def _read(self, seconds: float | None = None) -> tuple[Graph, Rows | None]:
        """The graph that the rows are from, and the rows; a server is asked each time."""
        assert self._settings is not None
        if self._kept is None or self._graph.options.endpoint:
            if self._settings.property:
                found = self._of_property(self._settings.property)
            else:
                found = self._of_query(self._graph.catalogue.get(self._settings.query), seconds)
            self._kept = found
        return self._kept

    def _of_property(self, predicate: Iri) -> tuple[Graph, Rows | None]:
        text = _OF_PROPERTY.format(property=to_ntriples(predicate), most=MOST_ROWS + 1)
        rows = [row for row in self._graph.select(text, limited=False) if isinstance(row[1], Iri)]
        columns = columns_of(("thing", "place", "kind"), rows, _HEADS)
        is_cut = len(rows) > MOST_ROWS
        return self._graph, rows_of(rows[:MOST_ROWS], columns, self._graphs.countries.among, is_cut=is_cut)

    def _of_query(self, query: StoredQuery, seconds: float | None) -> tuple[Graph, Rows | None]:
        """The rows of a stored query that is asked for nothing in particular."""
        resolver = NameResolver(self._graphs.graph_of(query))
        if seconds:
            text = resolver.bind(query, {})
            result = limited(resolver.graph, seconds).started(text, name=query.file)()
        else:
            result = self._graphs.result(resolver, Asked(query, {}, ""))
        if not isinstance(result, store.Rows):
            raise InputError("The map needs a query that is a SELECT.", place=Place(query.file))
        rows = list(islice(result.rows, MOST_ROWS + 1))
        columns = columns_of(result.variables, rows[:MOST_ROWS], query.header.columns)
        is_cut = len(rows) > MOST_ROWS
        return resolver.graph, rows_of(rows[:MOST_ROWS], columns, self._graphs.countries.among, is_cut=is_cut)

    def _page(self, given: Mapping[str, str], at: Addresses) -> MapPage:
        if self._settings is None:
            raise HttpError(404, "This project names no countries to draw a map of.")
        graph, rows = self._read()
        if rows is None:
            raise HttpError(404, "Nothing here is in a country, so that there is nothing to draw.")
        names = partial(self._graphs.name_of, graph=graph)
        narrowed = Narrowed(rows, given, names, cache(self._short))
        query = self._graph.catalogue.get(self._settings.query) if self._settings.query else None
        parameters = [each.name for each in query.parameters] if query else []
        return MapPage(self._settings, narrowed, given.get(REGION, ""), at, parameters)

    def _short(self, iri: Iri) -> str:
        return compact(iri.value, self._graph.project.prefixes) or iri.value
