"""The catalogue of our stored queries: complete, described, and true on its page."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT, Run
from tests.projects import our_graph

from ogdkg import open_graph
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.search.resolver import NameResolver

QUERIES = list(Catalogue(open_graph(ROOT).project))


def test_the_page_of_the_queries_is_what_their_headers_say(ogdkg: Run) -> None:
    page = ogdkg("query", "-f", "markdown", cwd=ROOT).stdout
    mend = "`ogdkg query -f markdown -o queries/README.md` writes it anew"
    assert (ROOT / "queries" / "README.md").read_text("utf-8") == page, mend


def test_the_catalogue_as_rdf_is_valid_by_our_own_shapes(ogdkg: Run, tmp_path: Path) -> None:
    described = tmp_path / "queries.ttl"
    assert ogdkg("query", "-f", "turtle", "-o", described, cwd=ROOT).returncode == 0
    assert ogdkg("validate", described, "--shapes", ROOT / "ontology" / "shapes", cwd=ROOT).returncode == 0
    unnamed = tmp_path / "unnamed.ttl"
    unnamed.write_text(described.read_text("utf-8").replace("rdfs:label", "rdfs:seeAlso"), encoding="utf-8")
    assert ogdkg("validate", unnamed, "--shapes", ROOT / "ontology" / "shapes", cwd=ROOT).returncode == 1


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_says_what_it_answers_and_shows_how(query: StoredQuery) -> None:
    assert query.header.summary.endswith(("?", "."))
    assert query.header.tags
    assert all(parameter.example and parameter.label for parameter in query.parameters)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_choice_of_values_comes_from_a_query_that_answers(query: StoredQuery) -> None:
    graph = our_graph()
    for parameter in query.parameters:
        if parameter.values:
            assert parameter.example, query.name
            assert NameResolver(graph).choices(query, parameter)
