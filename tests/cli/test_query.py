"""`ogdkg query` as a person and a program use it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.conftest import ROOT, TREES, Run


def test_without_a_name_it_lists_by_topic(ogdkg: Run) -> None:
    done = ogdkg("query")
    assert done.returncode == 0
    assert "\ntrees\n" in done.stdout
    assert re.search(r"\n  trees-in --garden +Which trees stand in a garden\?\n", done.stdout)
    assert "  planted [--garden] [--since]  " in done.stdout  # neither need be given


def test_options_before_the_name_count(ogdkg: Run, tmp_path: Path) -> None:
    assert ogdkg("query", "--no-cache").stdout == ogdkg("query").stdout
    asked = ogdkg("query", "trees", "-f", "csv").stdout
    assert ogdkg("query", "-f", "csv", "--no-cache", "trees").stdout == asked
    assert ogdkg("query", "-f", "json", "trees", "-f", "csv").stdout == asked, "what is said last counts"
    ogdkg("query", "-o", str(tmp_path / "trees.csv"), "trees")
    assert (tmp_path / "trees.csv").read_bytes().decode() == asked


def test_a_table_for_a_person(ogdkg: Run) -> None:
    assert ogdkg("query", "trees").stdout.splitlines() == [
        "THE TREE  WHERE IT STANDS",
        "────────  ───────────────",
        "Ginkgo    Harbour Park",
        "Lime      Harbour Park",
        "Oak       Abbey Garden",
    ]


def test_csv_keeps_thing_and_label_apart(ogdkg: Run) -> None:
    done = ogdkg("query", "trees-in", "--garden", "abbey garden", "-f", "csv")
    assert list(csv.reader(io.StringIO(done.stdout))) == [
        ["tree", "treeLabel"],
        ["https://trees.example/id/tree/oak", "Oak"],
    ]
    assert done.stdout.endswith("\r\n")


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_each_engine_gives_the_same(ogdkg: Run, engine: str) -> None:
    done = ogdkg("query", "trees", "-f", "json", "--engine", engine)
    rows = json.loads(done.stdout)["results"]["bindings"]
    assert [row["treeLabel"]["value"] for row in rows] == ["Ginkgo", "Lime", "Oak"]


def test_limit_offset_and_count(ogdkg: Run) -> None:
    assert ogdkg("query", "trees", "--limit", "1", "--offset", "1").stdout.splitlines()[2:] == [
        "Lime      Harbour Park"
    ]
    assert ogdkg("query", "trees", "--count", "-f", "csv").stdout == "count\r\n3\r\n"
    assert ogdkg("query", "plant", "--plant", "Oak", "--count", "-f", "csv").stdout == "count\r\n7\r\n"


def test_print_shows_the_bound_query(ogdkg: Run) -> None:
    text = ogdkg("query", "trees-in", "--garden", "abbey", "--print").stdout
    assert "ns:standsIn <https://trees.example/id/garden/abbey> ;" in text
    assert "# the one of ?_garden_iri" in text
    assert (
        ogdkg("sparql", text, "-f", "csv").stdout
        == ogdkg("query", "trees-in", "--garden", "abbey", "-f", "csv").stdout
    )


def test_repeated_values(ogdkg: Run) -> None:
    done = ogdkg("query", "among", "--tree", "Oak", "--tree", "Linden", "-f", "tsv")
    assert done.stdout.splitlines()[1:] == [
        "<https://trees.example/id/tree/lime>",
        "<https://trees.example/id/tree/oak>",
    ]


def test_yes_and_no(ogdkg: Run) -> None:
    for height, word in (("30.5", "true\n"), ("3", "false\n")):
        done = ogdkg("query", "is-there", "--height", height)
        assert (done.returncode, done.stdout) == (0, word)


def test_no_rows_are_no_error(ogdkg: Run) -> None:
    done = ogdkg("query", "from-country", "--country", "Limeland", "-f", "csv")
    assert (done.returncode, done.stdout) == (0, "tree\r\n")
    assert done.stderr == "Notice: No rows for --country Limeland; there are some for: Nepal.\n"


def test_triples_are_turtle(ogdkg: Run) -> None:
    done = ogdkg("query", "plant", "--plant", "Oak")
    assert "tree:oak a ns:Tree ;" in done.stdout


def test_help_comes_from_the_header_with_an_example_and_its_answer(ogdkg: Run) -> None:
    text = ogdkg("query", "trees-in", "--help").stdout
    assert "Which trees stand in a garden?" in text
    assert "--garden NAME" in text
    assert "the garden; required; for example Abbey Garden." in text
    assert text.endswith("  ogdkg query trees-in --garden 'Abbey Garden'\n  TREE\n  ────\n  Oak\n")


def test_the_catalogue_as_rdf(ogdkg: Run) -> None:
    store = ox.Store()
    store.load(ogdkg("query", "-f", "turtle").stdout.encode(), ox.RdfFormat.TURTLE)
    question = """PREFIX sh: <http://www.w3.org/ns/shacl#> ASK {
      ?q a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ; sh:select ?text ; rdfs:comment ?comment ;
        <https://schema.org/keywords> "trees"@en ;
        sh:parameter [ sh:name "the garden"@en ; sh:optional false ] }"""
    assert store.query("PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> " + question)


ERRORS = {
    ("query", "treees"): (2, "There is no query 'treees'.", "Did you mean 'trees'"),
    ("query", "which", "trees", "stand", "in", "a", "garden", "--lang", "en"): (
        2,
        "There is no query 'which trees stand in a garden'.",
        "`ogdkg query trees-in` may answer it",
    ),
    ("query", "trees-in"): (2, "--garden is required.", "--garden 'Abbey Garden'"),
    ("query", "trees-in", "--garden", "Abbey Gardn"): (
        2,
        "There is no garden",
        "Did you mean Abbey Garden (garden:abbey)?",
    ),
    ("query", "trees-in", "--garden", "the green"): (
        2,
        "more than one garden",
        "garden:abbey (Abbey Garden)",
    ),
    ("query", "trees-in", "--gardn", "x"): (2, "--gardn", "--garden"),
    ("query", "trees", "-f", "cvs"): (2, "There is no format 'cvs'.", "Did you mean 'csv'"),
    ("query", "trees", "-f", "turtle"): (2, "turtle does not fit", "csv"),
    ("query", "plant", "--plant", "Oak", "-f", "csv"): (2, "csv does not fit", "turtle"),
    ("query", "plant", "--plant", "Oak", "--limit", "1"): (2, "no order", "--limit"),
    ("query", "trees", "--layer", "sauce"): (2, "There is no layer 'sauce'.", "Did you mean 'source'?"),
    ("query", "trees", "--engine", "jena"): (2, "There is no engine 'jena'.", "oxigraph"),
    ("query", "trees", "--timeout", "soon"): (2, "--timeout takes seconds", "0 is no limit"),
    ("query", "planted", "--since", "long ago"): (
        2,
        "--since: 'long ago' is not a valid integer.",
        "Write it as 5.",
    ),
    ("quary", "trees"): (2, "There is no command 'quary'.", "Did you mean 'query'?"),
    ("-C", "/nowhere", "query"): (2, "no graph project in '/nowhere'", "ogdkg.toml"),
    ("query", "trees", "-o", "/nowhere/x.csv"): (3, "/nowhere/x.csv cannot be written", ""),
}


@pytest.mark.parametrize(
    ("arguments", "expected"), ERRORS.items(), ids=lambda value: " ".join(map(str, value))
)
def test_an_error_is_one_sentence_and_what_to_do(
    ogdkg: Run, arguments: tuple[str, ...], expected: tuple[int, str, str]
) -> None:
    done = ogdkg(*arguments)
    code, sentence, hint = expected
    assert done.returncode == code
    assert done.stdout == ""
    assert sentence in done.stderr.splitlines()[0]
    assert hint in done.stderr
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TREES, tmp_path / "trees"))


def test_a_wrong_header_is_told_with_its_line(ogdkg: Run, copy: Path) -> None:
    query = copy / "queries" / "trees" / "trees.rq"
    query.write_text(query.read_text().replace("#+ tags", "#+ tagz"))
    done = ogdkg("query", "trees", cwd=copy)
    assert done.returncode == 3
    assert done.stderr.startswith(
        "Error: queries/trees/trees.rq:3: 'tagz' is not a known key.\n  Did you mean 'tags'?"
    )


def test_a_cut_off_file_is_told_with_line_and_column(ogdkg: Run, copy: Path) -> None:
    data = copy / "data" / "trees.trig"
    data.write_text(data.read_text()[:-40])
    done = ogdkg("query", "trees", cwd=copy)
    assert done.returncode == 3
    assert done.stderr.startswith("Error: data/trees.trig:23:5: Here should stand a subject")


def test_two_queries_of_one_name_are_refused(ogdkg: Run, copy: Path) -> None:
    (copy / "queries" / "more").mkdir()
    shutil.copy(copy / "queries" / "trees" / "trees.rq", copy / "queries" / "more" / "trees.rq")
    assert "Two queries are named 'trees'." in ogdkg("query", cwd=copy).stderr


def test_what_grlc_alone_knows_gets_a_notice(ogdkg: Run, copy: Path) -> None:
    query = copy / "queries" / "trees" / "trees.rq"
    query.write_text("#+ pagination: 50\n" + query.read_text())
    done = ogdkg("query", cwd=copy)
    assert done.returncode == 0
    assert "Notice: queries/trees/trees.rq: ogdkg ignores grlc's pagination." in done.stderr
    assert ogdkg("-q", "query", cwd=copy).stderr == ""


def test_the_project_may_stand_on_either_side(ogdkg: Run, tmp_path: Path) -> None:
    expected = ogdkg("query", "trees").stdout
    for arguments in (
        ("-C", TREES, "query", "trees"),
        ("query", "-C", TREES, "trees"),
        ("query", "trees", "-C", TREES),
    ):
        assert ogdkg(*arguments, cwd=tmp_path).stdout == expected
    assert ogdkg("query", "trees", cwd=tmp_path, OGDKG_PROJECT=str(TREES)).stdout == expected
    assert "Trees of two gardens" in ogdkg("query", "trees", "-v").stderr


def test_output_to_a_file_takes_its_format_and_leaves_nothing_else(ogdkg: Run, tmp_path: Path) -> None:
    target = tmp_path / "trees.json"
    assert ogdkg("query", "trees", "-o", target).stdout == ""
    assert len(json.loads(target.read_text())["results"]["bindings"]) == 3
    ogdkg("query", "trees-in", "-o", target)
    assert [path.name for path in tmp_path.iterdir()] == ["trees.json"]


def _completed(ogdkg: Run, *words: str) -> set[str]:
    """What bash would offer for the last word."""
    line = " ".join(("ogdkg", *words))
    done = ogdkg(_OGDKG_COMPLETE="bash_complete", COMP_WORDS=line, COMP_CWORD=str(len(words)))
    assert done.returncode == 0, done.stderr
    return {entry.partition(",")[2] for entry in done.stdout.splitlines()}


def test_completion_of_names_options_and_values(ogdkg: Run) -> None:
    assert _completed(ogdkg, "st") == {"stats"}
    assert {"trees", "trees-in"} <= _completed(ogdkg, "query", "tr")
    assert _completed(ogdkg, "query", "trees-in", "--gar") == {"--garden"}
    assert _completed(ogdkg, "query", "trees-in", "--garden", "ab") == {"Abbey\\ Garden"}
    assert _completed(ogdkg, "query", "trees", "-f", "js") == {"json", "jsonld"}
    assert _completed(ogdkg, "stats", "--layer", "s") == {"source"}
    assert _completed(ogdkg, "query", "trees", "--engine", "r") == {"rdflib"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("life", "--initiative", "EITI"), ("no option --initiative", "It takes --thing.")),
        (("life", "--thign", "EITI"), ("no option --thign", "Did you mean --thing?")),
        (
            ("tools", "--initiative", "EITI"),
            ("It takes no parameters.", "`ogdkg query tools-used`"),
        ),
        (("funders",), ("no query 'funders'", "`ogdkg query funding`", "`ogdkg query` lists all.")),
        (("contcts",), ("Did you mean 'contacts'",)),
        (("qqq",), ("`ogdkg query` lists them.",)),
    ],
    ids=lambda value: value[0],
)
def test_a_wrong_name_leads_on(ogdkg: Run, words: tuple[str, ...], told: tuple[str, ...]) -> None:
    done = ogdkg("query", *words, cwd=ROOT)
    assert (done.returncode, done.stdout) == (2, "")
    assert all(part in done.stderr for part in told)
