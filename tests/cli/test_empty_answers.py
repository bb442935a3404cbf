"""A stored query that finds nothing says why, and what would find something; old names lead to new ones."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

from ogdkg import open_graph
from ogdkg.api.answers import ResultTable
from ogdkg.rdf.terms import csv_text

PROJECT = """
[[layer]]
name = "own"
files = ["own.ttl"]
graph = "urn:graph:own"

[[layer]]
name = "names"
files = ["names.ttl"]
graph = "urn:graph:names"

[[layer]]
name = "other"
files = ["other.ttl"]
graph = "urn:graph:other"

[queries]
layers = ["own", "names"]
beside = ["names"]

[prefixes]
ex = "https://trees.example/"
skos = "http://www.w3.org/2004/02/skos/core#"
"""
FILES = {
    "ogdkg.toml": PROJECT,
    "own.ttl": 'ex:oak ex:in ex:nepal ; ex:seen "2013" . ex:elm ex:in ex:nepal , ex:peru ; ex:seen "2015" .',
    "other.ttl": "ex:ash ex:in ex:kenya . ex:kenya a ex:Country ; skos:prefLabel 'Kenya' .",
    "names.ttl": """ex:nepal a ex:Country ; skos:prefLabel "Nepal" .
        ex:peru a ex:Country ; skos:prefLabel "Peru" .
        ex:chad a ex:Country ; skos:prefLabel "Chad" .
        ex:oak skos:prefLabel "Oak" . ex:elm skos:prefLabel "Elm" . ex:ash skos:prefLabel "Ash" .""",
    "queries/trees.rq": """#+ params:
#+   country: {type: iri, class: ex:Country, formerly: [land]}
#+   tree: {type: iri, values: named, otherwise: no place of it is known}
#+ columns: {tree: Tree, country: Where}
#+ see: [seen, wood]
#+ formerly: [plants]
SELECT DISTINCT ?tree ?treeLabel ?country ?countryLabel {
  ?__tree_iri ex:in ?__country_iri ; skos:prefLabel ?treeLabel .
  BIND(?__tree_iri AS ?tree) BIND(?__country_iri AS ?country)
  OPTIONAL { ?country skos:prefLabel ?countryLabel }
} ORDER BY ?treeLabel ?countryLabel""",
    "queries/named.rq": "SELECT ?tree { ?tree ex:in ?any }",
    "queries/wood.rq": """#+ params: {country: {type: iri, class: ex:Country}}
SELECT ?tree {
  { ?tree ex:grewIn ?__country_iri } UNION { ?__country_iri a ex:Country . ?tree ex:seen ?when }
}""",
    "queries/seen.rq": """#+ params: {year: {type: literal, column: when}}
#+ defaults: [{year: ""}]
#+ empty: Nobody saw a tree then.
SELECT ?tree ?when { ?tree ex:seen ?when FILTER(STRSTARTS(?when, ?_year_literal)) }""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("empty")
    prologue = (
        "@prefix ex: <https://trees.example/> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    )
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(prologue + text if name.endswith(".ttl") else text, encoding="utf-8")
    return root


NOTICES = {
    # what has rows for the parameter, and what another query of the header knows
    ("trees", "--country", "Chad"): [
        "No rows for --country Chad; there are some for: Nepal, Peru.",
        "See also `ogdkg query seen`.",
        "`ogdkg query wood --country Chad` has 2 rows.",
    ],
    # of two parameters, each with the other as given
    ("trees", "--country", "Peru", "--tree", "Oak"): [
        "No rows for --tree Oak; there are some for: Elm.",
        "No rows for --country Peru; there are some for: Nepal.",
        "See also `ogdkg query seen`.",
        "See also `ogdkg query wood`.",
    ],
    # what the header says, and the texts of a column
    ("seen", "--year", "2014"): [
        "Nobody saw a tree then.",
        "No rows for --year 2014; there are some for: 2013, 2015.",
    ],
    # other layers have some
    ("trees", "--layer", "names"): [
        "All layers together have 4 rows: use --layer all.",
    ],
}


@pytest.mark.parametrize(("arguments", "notices"), NOTICES.items(), ids=lambda value: " ".join(value[:3]))
def test_an_empty_answer_says_why(
    ogdkg: Run, folder: Path, arguments: tuple[str, ...], notices: list[str]
) -> None:
    done = ogdkg("query", *arguments, cwd=folder)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "(no rows)")
    assert done.stderr.splitlines() == [f"Notice: {notice}" for notice in notices]


def test_the_formats_of_programs_stay_as_they_are(ogdkg: Run, folder: Path) -> None:
    asked = ("query", "trees", "--country", "Chad")
    assert ogdkg(*asked, "-f", "csv", cwd=folder).stdout == "tree,treeLabel,country,countryLabel\r\n"
    done = ogdkg(*asked, "-f", "json", cwd=folder)
    assert json.loads(done.stdout)["results"]["bindings"] == [] and "No rows for" in done.stderr
    assert ogdkg(*asked, "-q", cwd=folder).stderr == ""
    assert "No rows for" in ogdkg(*asked, "--cite", cwd=folder).stderr
    assert ogdkg("query", "trees", cwd=folder).stderr == ""


def test_layers_with_names_are_read_beside_those_chosen(ogdkg: Run, folder: Path) -> None:
    def rows(*arguments: str) -> int:
        return ogdkg("query", "trees", "-f", "csv", *arguments, cwd=folder).stdout.count("\r\n") - 1

    assert (rows(), rows("--layer", "own"), rows("--layer", "other"), rows("--layer", "all")) == (3, 3, 1, 4)


REFUSED = {
    ("trees", "--country", "Kenya"): (
        "'Kenya' is known, but not in the queried layers: own, names.",
        "--layer all",
    ),
    ("trees", "--country", "Kenya", "--tree", "Oak"): (
        "'Kenya' is known, but not in the queried layers: own, names.",
        "All layers together find nothing for it.",
    ),
    ("trees", "--tree", "Chad"): (
        "'Chad' is known, but no place of it is known.",
        "`ogdkg query named` lists what it takes.",
    ),
    ("trees", "--country", "Oak"): ("'Oak' is known, but not as a value of --country.", ""),
    ("trees", "--country", "Nepall"): ("There is no country 'Nepall'.", "Did you mean Nepal"),
    ("trees", "--land", "Chad"): ("--land is named --country now.", "Write --country."),
    ("plants",): ("The query 'plants' is part of 'trees' now.", "ogdkg query trees"),
    ("trees", "--count-by", "x"): ("There is no column 'x'.", "tree, country"),
    ("trees", "--layer", "x"): ("There is no layer 'x'.", "The layers are: own, names, other, or all."),
}


@pytest.mark.parametrize(("arguments", "expected"), REFUSED.items(), ids=lambda value: " ".join(value))
def test_a_name_that_does_not_fit_is_refused_with_what_does(
    ogdkg: Run, folder: Path, arguments: tuple[str, ...], expected: tuple[str, str]
) -> None:
    done = ogdkg("query", *arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(words in done.stderr for words in expected)


@pytest.mark.parametrize("column", ["country", "WHERE"])
def test_rows_are_counted_by_a_column(ogdkg: Run, folder: Path, column: str) -> None:
    done = ogdkg("query", "trees", "--count-by", column, cwd=folder)
    assert done.stdout.splitlines() == ["WHERE  COUNT", "─────  ─────", "Nepal  2", "Peru   1"]
    rows = csv.reader(
        io.StringIO(ogdkg("query", "trees", "--count-by", column, "-f", "csv", cwd=folder).stdout)
    )
    assert list(rows)[1] == ["https://trees.example/nepal", "Nepal", "2"]
    both = ogdkg("query", "trees", "--count-by", "tree", "--count-by", column, "--limit", "1", cwd=folder)
    assert both.stdout.splitlines()[2].split() == ["Elm", "Nepal", "1"]


def test_in_python_too(folder: Path) -> None:
    graph = open_graph(folder)
    empty = graph.query("trees", country="Chad")
    found = graph.query("trees")
    assert isinstance(empty, ResultTable) and isinstance(found, ResultTable)
    assert empty.why_empty[0] == "No rows for --country Chad; there are some for: Nepal, Peru."
    assert found.why_empty == ()
    assert [csv_text(row[1]) for row in found.count_by("Tree").rows] == ["Elm", "Oak"]
    assert len(list(found.count_by("tree", "country").rows)) == 3


def test_python_names_the_terms_of_a_query_that_are_not_there() -> None:
    graph = open_graph(ROOT)
    empty = graph.sparql("SELECT ?s { ?s a ogd:Initiativ }")
    assert isinstance(empty, ResultTable)
    [said] = empty.why_empty
    assert said.startswith("ogd:Initiativ: no such term ") and said.endswith("; did you mean ogd:Initiative?")
    found = graph.sparql("SELECT ?s { ?s a ogd:Initiative }")
    assert isinstance(found, ResultTable) and found and found.why_empty == ()
    none = graph.sparql("SELECT ?s { ?s a ogd:Initiative FILTER(false) }")
    assert isinstance(none, ResultTable) and not none and none.why_empty == ()
