"""`--cite`: the rows as they were, each with what states it; by command, and for every stored query."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.projects import our_graph

from ogdkg import Graph, open_graph
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.row_provenance import cite_rows
from ogdkg.project.project import read_project
from ogdkg.store.base import Rows

PLANTED = "SELECT ?tree ?where { ?tree ns:standsIn ?where } ORDER BY ?tree ?where"
IDS = "https://trees.example/id/"
CATALOGUE = Catalogue(read_project(ROOT))


@pytest.fixture(scope="module")
def ours() -> Callable[[StoredQuery], Citations]:
    """What the statements cite of the graph that a stored query asks, as the command does."""
    graph, of = our_graph(), cache(Citations)
    return lambda query: of(graph.for_query(query))


@pytest.mark.parametrize("name", [query.name for query in CATALOGUE if query.form == "SELECT"])
def test_every_stored_query_keeps_its_rows_and_each_is_traced(
    ours: Callable[[StoredQuery], Citations], name: str
) -> None:
    query = CATALOGUE.get(name)
    citations = ours(query)
    for values in ({each.name: each.example for each in query.parameters if each.example}, {}):
        if not values and any(each.required and not each.default for each in query.parameters):
            continue
        text = citations.graph.bind(query, values)
        plain, asked = citations.graph.sparql(text), citations.graph.sparql(text)
        assert isinstance(plain, Rows)
        assert isinstance(asked, Rows)
        cited = cite_rows(citations, text, asked)
        assert cited.rows.variables == (*plain.variables, "cited", "citedLabel")
        rows = list(cited.rows.rows)
        assert [row[:-2] for row in rows] == list(plain.rows)
        assert all(row[-1] is not None for row in rows)
        assert not any("traced" in note for note in cited.notes)


HAND: tuple[
    tuple[str, dict[str, str], str], ...
] = (  # each read in the document, line by line: a query, and the passages behind its first row
    ("contacts", {"initiative": "BOOST"}, "L53, L59, reference"),
    ("initiatives-in-country", {"country": "Nepal"}, "L68, L69-70, reference"),
    ("demand", {}, "L68, L73-74, reference"),
    ("quantities", {}, "L53, L53-54, derived, reference"),  # of what belongs to BOOST
    ("editorial-remarks", {}, "L45, L48-49, source, reference"),
)


@pytest.mark.parametrize(("name", "values", "expected"), HAND)
def test_rows_checked_by_hand(
    ours: Callable[[StoredQuery], Citations], name: str, values: dict[str, str], expected: str
) -> None:
    query = CATALOGUE.get(name)
    citations = ours(query)
    text = citations.graph.bind(query, values)
    answer = citations.graph.sparql(text)
    assert isinstance(answer, Rows)
    first = next(cite_rows(citations, text, answer).rows.rows)
    assert str(first[-1]).replace("\u2013", "-") == expected


def test_what_a_rule_derived_brings_what_it_was_drawn_from(trees: Graph) -> None:
    text = "SELECT ?x { ?x ns:neighbour tree:lime }"
    answer = trees.sparql(text)
    assert isinstance(answer, Rows)
    [row] = cite_rows(Citations(trees), text, answer).rows.rows
    assert [each.rpartition("/")[2] for each in str(row[-2]).split()] == ["harbour", "again", "derived"]


def test_a_blank_node_is_no_hindrance(trees: Graph) -> None:
    text = "SELECT ?x ?p ?y { ?x ?p ?y FILTER(ISBLANK(?x) || ISBLANK(?y)) }"
    answer, again = trees.sparql(text), trees.sparql(text)
    assert isinstance(answer, Rows)
    assert isinstance(again, Rows)
    rows = list(cite_rows(Citations(trees), text, answer).rows.rows)
    assert len(rows) == len(list(again.rows))
    assert all(row[-1] for row in rows)


def test_rows_that_cannot_be_traced_are_told() -> None:
    trees = open_graph(TREES)
    text = "SELECT ?tree ?chance { ?tree ns:standsIn ?where BIND(RAND() AS ?chance) }"
    answer = trees.sparql(text)
    assert isinstance(answer, Rows)
    cited = cite_rows(Citations(trees), text, answer)
    assert {row[-1] for row in cited.rows.rows} == {None}
    assert cited.notes == ["3 of the rows could not be traced to triples"]
    text = "SELECT ?tree (RAND() AS ?chance) { ?tree ns:standsIn ?where }"
    answer = trees.sparql(text)
    assert isinstance(answer, Rows)
    assert all(row[-1] for row in cite_rows(Citations(trees), text, answer).rows.rows)


def test_a_column_of_that_name_is_refused(trees: Graph) -> None:
    text = "SELECT (?x AS ?cited) { ?x ns:standsIn ?y }"
    answer = trees.sparql(text)
    assert isinstance(answer, Rows)
    with pytest.raises(UsageError, match="has a column"):
        cite_rows(Citations(trees), text, answer)


def test_every_format_has_the_columns(ogdkg: Run) -> None:
    harbour = f"{IDS}passage/harbour"
    table = ogdkg("sparql", PLANTED, "--cite").stdout.splitlines()
    assert table[0].split() == ["TREE", "WHERE", "CITED"]
    assert "L2, L2" in table[2]
    assert "| L1 |" in ogdkg("sparql", PLANTED, "--cite", "-f", "markdown").stdout
    rows = list(csv.DictReader(io.StringIO(ogdkg("sparql", PLANTED, "--cite", "-f", "csv").stdout)))
    assert rows[0]["cited"].split() == [harbour, f"{IDS}passage/again"]
    assert f'"{harbour} {IDS}passage/again"' in ogdkg("sparql", PLANTED, "--cite", "-f", "tsv").stdout
    told = json.loads(ogdkg("sparql", PLANTED, "--cite", "-f", "json").stdout)
    assert told["results"]["bindings"][0]["cited"]["value"].startswith(harbour)
    assert told["citations"] == {"exact": True, "notes": []}
    tree = ET.fromstring(ogdkg("sparql", PLANTED, "--cite", "-f", "xml").stdout)
    assert [each.get("name") for each in tree[0]] == ["tree", "where", "cited", "citedLabel"]
    plain = json.loads(ogdkg("sparql", PLANTED, "-f", "json").stdout)
    assert "citations" not in plain


def test_where_it_is_not_exact_it_says_so(ogdkg: Run) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?x ns:standsIn ?y }"
    done = ogdkg("sparql", count, "--cite", "-f", "json")
    assert done.stderr.startswith("Citations are not exact: an aggregate cites ")
    assert done.stderr.count("\n") == 1
    told = json.loads(done.stdout)["citations"]
    assert (told["exact"], len(told["notes"])) == (False, 1)
    lacking = "SELECT ?x { ?x a ns:Tree FILTER NOT EXISTS { ?x ns:standsIn ?y } }"
    assert "what is absent" in ogdkg("sparql", lacking, "--cite").stderr
    assert ogdkg("-q", "sparql", lacking, "--cite").stderr == ""


def test_cuts_and_counts_stay_what_they_are(ogdkg: Run) -> None:
    whole = ogdkg("query", "planted", "--cite", "-f", "tsv").stdout.splitlines()
    cut = ogdkg(
        "query", "planted", "--cite", "-f", "tsv", "--offset", "1", "--limit", "1"
    ).stdout.splitlines()
    assert cut == [whole[0], whole[2]]
    assert (
        ogdkg("query", "planted", "--cite", "--count").stdout == ogdkg("query", "planted", "--count").stdout
    )


def test_only_rows_are_cited(ogdkg: Run) -> None:
    for query in ("ASK { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"):
        done = ogdkg("sparql", query, "--cite")
        assert (done.returncode, done.stdout) == (2, "")
        assert "Only the rows of a SELECT can be cited." in done.stderr
