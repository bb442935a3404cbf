"""What each statement cites, as a browser looks it up: the sources of graphs, and of what rules derive."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.rules import Rules
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Triple, to_ntriples
from ogdkg.store.base import DatasetStore
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.displayed_values import line_of

_GRAPHS = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def told_sources(graph: Graph, at: Addresses, page_of: Callable[[str], str]) -> dict[str, Any]:
    """Return the sources of a graph.

    Args:
        graph: The graph of the layers that a question reads.
        at: The addresses of pages on a server.
        page_of: Returns where the site has the page of an address; empty where it has none.

    Returns:
        The `sources` in the order in which they are cited, each with what is cited, its name, its words, its
        page and its line; the place of the source of each of the `graphs`; the graphs that `rules` fill; and
        under `derived`, for each statement of these, the places of what it is derived from.
    """
    citations = Citations(graph)
    graphs = sorted(
        (row[0] for row in graph.select(_GRAPHS, limited=False) if isinstance(row[0], Iri)), key=str
    )
    of_graphs = {each: citations.of(each) for each in (None, *graphs)}
    origins = _origins(citations, graphs)
    known = {*of_graphs.values(), *(each for cited in origins.values() for each in cited)}
    ordered = sorted(known, key=_order)
    places = {citation: place for place, citation in enumerate(ordered)}
    return {
        "sources": [_told(citations, each, at, page_of) for each in ordered],
        "graphs": {to_ntriples(each) if each else "": places[cited] for each, cited in of_graphs.items()},
        "rules": sorted(map(to_ntriples, citations.derived_graphs)),
        "derived": {
            " ".join(map(to_ntriples, triple)): sorted(places[each] for each in cited)
            for triple, cited in sorted(origins.items(), key=lambda each: list(map(str, each[0])))
        },
    }


def _origins(citations: Citations, graphs: Iterable[Iri]) -> dict[Triple, set[Citation]]:
    """What the premises of each derived statement cite."""
    store = cast(DatasetStore, citations.graph.store)
    derived = [
        quad.triple for each in graphs if each in citations.derived_graphs for quad in store.quads(each)
    ]
    if not derived:
        return {}
    rules = Rules(citations)
    return {
        triple: {cited for origin in premises for cited in rules.citations(origin).citations}
        for triple, premises in rules.origins(derived).items()
    }


def _order(citation: Citation) -> tuple[object, ...]:
    return (*citation.sort_key(), citation.layer)


def _told(
    citations: Citations, citation: Citation, at: Addresses, page_of: Callable[[str], str]
) -> list[str]:
    """What is cited, its name, its words, its page, and where its first line stands."""
    cited, passage = citation.cited, citation.passage
    line = line_of(citations, passage, at)
    return [
        cited.value if cited else "",
        citations.lines(citation._replace(graph=None, layer="") if passage else citation),
        (passage.exact if passage else None) or "",
        page_of(at.of(cited.value)) if cited else "",
        page_of(line) if line else "",
    ]
