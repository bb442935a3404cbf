"""A second language changes no row of a stored query: each text is printed in one language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.conftest import ROOT

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.languages import asked_languages
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Iri, Literal, Row, Triple
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows

ADDED = ("fr", "es-MX")
PROJECT = read_project(ROOT)
# For rdflib, which takes long for some: each kind of pattern, and the fastest, with all their examples.
SOME = ("countries", "tool-profile", "initiatives", "abbreviations", "contradictions", "doubts", "evidence")
WITH_RDFLIB = (*SOME[:4], "country-roles", "long-descriptions")


def answers(graph: Graph, names: tuple[str, ...] = (), *, portable: bool = False) -> dict[str, list[Row]]:
    """The rows of each SELECT, with the examples of the parameters that it needs; by rdflib with all."""
    queries = (query for query in graph.catalogue if query.form == "SELECT")
    return {query.name: rows(graph, query, portable) for query in queries if not names or query.name in names}


def rows(graph: Graph, query: StoredQuery, portable: bool) -> list[Row]:
    read = graph.for_query(query)
    slow = graph.options.engine == "rdflib"
    values = {each.name: each.example for each in query.parameters if each.required or slow}
    text = NameResolver(read).bind(query, values, portable=portable)
    found = read.store.query(text, prefixes=read.project.prefixes)  # here, and not in a child a query
    assert isinstance(found, Rows)
    return list(found.rows)


def opened(engine: str) -> Graph:
    return Graph(PROJECT, GraphOptions(timeout=None, engine=engine))


def read_by_queries(graph: Graph) -> list[Graph]:
    read = (graph.for_query(query) for query in graph.catalogue)
    return list({each.layers: each for each in read}.values())


def reread(graph: Graph, *languages: str) -> Graph:
    """The same stores, for a reader of other languages."""
    project = PROJECT._replace(languages=asked_languages(languages, PROJECT.languages))
    other = Graph(project, graph.options)
    for read in read_by_queries(graph):
        other.with_layers(read.layers).__dict__["store"] = read.store
    return other


def translate(graph: Graph) -> None:
    """Put texts in other languages beside each English one, in its graph."""
    for read in read_by_queries(graph):
        for quad in list(read.store.quads()):
            text, name = quad.object, quad.graph if isinstance(quad.graph, Iri) else None
            if isinstance(text, Literal) and text.language == "en":
                for language in ADDED:
                    other = text._replace(value=f"{language} {text.value}", language=language)
                    read.store.add(Triple(quad.subject, quad.predicate, other), [name])


@pytest.fixture(scope="module", params=["oxigraph", "rdflib"])
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[Graph, dict[str, list[Row]], tuple[str, ...]]]:
    """A graph in five languages, the rows that it gave in one, and the queries."""
    names = WITH_RDFLIB if request.param == "rdflib" else ()
    graph = opened(request.param)
    before = answers(graph, names)
    translate(graph)
    yield graph, before, names


Asked = tuple[Graph, dict[str, list[Row]], tuple[str, ...]]


def test_other_languages_change_no_row(asked: Asked) -> None:
    graph, before, names = asked
    assert answers(graph, names) == before
    assert any(isinstance(term, Literal) and term.language for row in before["countries"] for term in row)


def test_nor_by_the_filters_for_servers(asked: Asked) -> None:
    graph, before, _ = asked
    some = SOME[:2] if graph.options.engine == "rdflib" else SOME
    assert answers(graph, some, portable=True) == {name: before[name] for name in some}


def test_the_asked_language_gives_as_many_rows(asked: Asked) -> None:
    graph, before, _ = asked
    some = SOME[:2] if graph.options.engine == "rdflib" else SOME
    some = tuple(name for name in some if name != "abbreviations")  # of which ours in Spanish look like none
    after = answers(reread(graph, "es"), some)
    assert {name: len(found) for name, found in after.items()} == {name: len(before[name]) for name in some}
    texts = [term for found in after.values() for row in found for term in row if isinstance(term, Literal)]
    assert {text.language for text in texts if text.language} <= {"es", "es-MX", "es-mx"}
