"""What IRIs in an answer are called, and which page of the site they lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import names_of_all
from ogdkg.web.pages.addresses import Addresses


def told_terms(graph: Graph, at: Addresses, page_of: Callable[[str], str]) -> list[list[str]]:
    """Return each IRI of a graph that has a label or a page: the IRI, its label, its page.

    Args:
        graph: The graph.
        at: The addresses of pages on a server.
        page_of: Returns where the site has the page of an address; empty where it has none.
    """
    project = graph.project
    names = names_of_all(graph.store, project.prefixes, project.languages)
    known: set[Any] = set()
    for quad in graph.store.quads():
        known |= {quad.subject, quad.predicate, quad.object, quad.graph}
    iris = sorted(each.value for each in known if isinstance(each, Iri))
    told = ([iri, names.label(Iri(iri)) or "", page_of(at.of(iri))] for iri in iris)
    return [each for each in told if each[1] or each[2]]
