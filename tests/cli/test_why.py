"""`ogdkg why`: passages, rules and other graphs behind statements."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.projects import our_citations

from ogdkg import Graph
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.why import why

DOCUMENTS = sorted((ROOT.parent / "shared" / "source").glob("*.txt")) or sorted(
    (ROOT.parent.parent / "shared" / "source").glob("*.txt")
)


def test_a_passage_is_told_by_lines_and_fragment(ogdkg: Run) -> None:
    text = ogdkg("why", "Ginkgo", "ns:standsIn").stdout.splitlines()
    assert text[0] == "Ginkgo · standsIn · Harbour Park"
    assert text[1] == "  L2  “planted in the Harbour Park”  passage:harbour"
    assert text[2].endswith("  “came from Nepal”  passage:again")


def test_with_the_document_the_fragment_is_marked_in_its_surroundings(ogdkg: Run, tmp_path: Path) -> None:
    text = ogdkg("why", "Oak", "ns:standsIn", "--source", "source.txt").stdout.splitlines()
    assert text[2].startswith("    >    1  «The old oak», ")
    assert text[3].startswith("         2  ")
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    config = (copy / "ogdkg.toml").read_text()
    (copy / "ogdkg.toml").write_text(config.replace("[project]", '[project]\nsource = "source.txt"'))
    assert ogdkg("why", "Oak", "ns:standsIn", cwd=copy).stdout.splitlines() == text


def test_other_bytes_than_were_read_are_told(ogdkg: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Moved.\n" + (TREES / "source.txt").read_text())
    done = ogdkg("why", "Oak", "ns:standsIn", "--source", other)
    assert done.returncode == 0
    assert "No source in the graph has this hash" in done.stderr
    assert f"Not found in {other}" in done.stdout
    assert ogdkg("why", "Oak", "--source", tmp_path / "none.txt").returncode == 3


def test_a_derived_statement_names_its_rule_and_what_it_came_from(trees: Graph) -> None:
    before = sorted(map(str, trees.store.quads()))
    [reason] = why(Citations(trees), "Ginkgo", "ns:neighbour", "Linden")
    [rule] = reason.rules
    assert rule.file.endswith("queries/rules/neighbours.rq")
    subjects = sorted(getattr(each.triple.subject, "value", "") for each in rule.premises)
    assert subjects == [
        "https://trees.example/id/tree/ginkgo",
        "https://trees.example/id/tree/lime",
    ]
    assert sorted(map(str, trees.store.quads())) == before


def test_a_long_way_is_told_step_by_step() -> None:
    citations = our_citations()
    [reason] = why(citations, "OpenDRI", "encompasses", "Assistance of GeoNode")
    [rule] = reason.rules
    steps = [(each.triple.subject, each.triple.object) for each in rule.premises]
    assert [tuple(map(citations.label, step)) for step in steps] == [
        ("Open Data for Resilience Initiative", "initiative"),
        ("Open Data for Resilience Initiative", "Data sharing"),
        ("GeoNode", "Assistance of GeoNode"),
        ("Data sharing", "GeoNode"),
    ]
    assert all(each.citations[0].passage for each in rule.premises)


def test_a_rule_is_found_when_only_its_layer_is_chosen(ogdkg: Run) -> None:
    text = ogdkg("why", "tree:ginkgo", "--layer", "derived").stdout
    assert "by queries/rules/neighbours.rq" in text


def test_unknown_properties_and_values_are_met_with_those_there_are(ogdkg: Run) -> None:
    done = ogdkg("why", "Oak", "ns:hight")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'ns:height'" in done.stderr
    done = ogdkg("why", "Oak", "ns:standsIn", "Nowhere")
    assert done.returncode == 2
    assert "There are: Abbey Garden." in done.stderr


def test_nothing_to_explain_is_said(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<x:a> <x:b> <x:c> .\n")
    done = ogdkg("why", "x:c", "--data", "a.nt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no statement about" in done.stderr


def test_a_property_goes_by_the_last_part_of_its_iri(ogdkg: Run) -> None:
    assert ogdkg("why", "Oak", "standsIn").stdout == ogdkg("why", "Oak", "ns:standsIn").stdout
    assert (
        "Did you mean 'ns:standsIn' or 'standsIn'?" in ogdkg("why", "Oak", "ns:standIn").stderr
    )  # as it is written


def test_json(ogdkg: Run) -> None:
    told = json.loads(ogdkg("why", "Oak", "ns:standsIn", "-f", "json", "--source", "source.txt").stdout)
    [statement] = told["statements"]
    [citation] = statement["citations"]
    assert citation["lines"] == [1, 1]
    assert citation["excerpt"][0]["text"].startswith("«The old oak»")
    assert statement["value"]["label"] == "Abbey Garden"


CHECKED = (  # read in the document by hand: thing, property, value, lines
    ("OPN", "participation", "Clemson University in the OPN, as owner", (117, 118)),
    ("OPN", "page", "Page of the Open Parks Network", (114, 114)),
    ("BOOST", "contact", "Leif Jensen", (59, 59)),
    ("BOOST", "objective", "Transparency", (54, 55)),
    ("Nepal", "engagements in it", "Data on Company Registries in Nepal", (69, 70)),
    ("Nepal", "engagements in it", "Social Accountability in Nepal", (133, 133)),
    ("Office of the Company Registrar", "abbreviation", "OCR", (69, 69)),
)


@pytest.mark.parametrize(("thing", "of", "value", "lines"), CHECKED)
def test_statements_checked_by_hand(thing: str, of: str, value: str, lines: tuple[int, int]) -> None:
    [reason] = why(our_citations(), thing, of, value)
    [citation] = reason.statement.citations
    assert citation.passage
    assert citation.passage.lines == lines


def test_the_document_shows_every_passage(ogdkg: Run) -> None:
    if not DOCUMENTS:
        pytest.skip("the source document is not there: put it into ../shared/source beside the project")
    done = ogdkg("why", "OPN", "--source", DOCUMENTS[0], cwd=ROOT)
    assert done.stderr == ""
    assert "«owns OPN»" in done.stdout
    assert "Not found in" not in done.stdout


LISTS = {
    "ogd:alpha3": "https://www.iso.org/iso-3166-country-codes.html",
    "ogd:m49": "https://unstats.un.org/unsd/methodology/m49/",
}


def test_a_sentence_of_ours_is_said_to_be_ours(ogdkg: Run) -> None:
    lines = ogdkg("why", "BOOST", "description", cwd=ROOT).stdout.splitlines()
    assert lines[1] == "  reference  graph:reference"
    assert "    creator: The ogdkg maintainers" in lines
    assert not [line for line in lines if "source:" in line or "http" in line]


@pytest.mark.parametrize(("value", "list_of"), [("NPL", LISTS["ogd:alpha3"]), ("524", LISTS["ogd:m49"])])
def test_a_code_names_the_list_that_it_is_from(ogdkg: Run, value: str, list_of: str) -> None:
    asked = (
        "why",
        "Nepal",
        "notation",
        value,
        "--layer",
        "reference",
        "--layer",
        "ontology",
        "--layer",
        "about",
    )
    assert f"    a code of {list_of}" in ogdkg(*asked, cwd=ROOT).stdout.splitlines()
    [found] = json.loads(ogdkg(*asked, "-f", "json", cwd=ROOT).stdout)["statements"]
    assert found["lists"] == [list_of]


OF_OURS = """
SELECT ?graph ?source
{ ?graph a void:Dataset ; dcterms:creator ?ours ; dcterms:source ?source }
"""
OF_NO_LIST = """
SELECT DISTINCT ?thing {
  ?thing skos:notation ?code
  FILTER NOT EXISTS { ?datatype dcterms:source ?list FILTER(?datatype = DATATYPE(?code)) }
}
"""


@pytest.mark.parametrize("query", [OF_OURS, OF_NO_LIST], ids=["our graphs", "codes"])
def test_what_is_ours_has_no_source_and_each_code_has_one(ogdkg: Run, query: str) -> None:
    done = ogdkg("sparql", query, "--layer", "all", "-f", "csv", cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_what_is_named_as_an_example_is_told(ogdkg: Run) -> None:
    asked = (
        "why",
        "EITI",
        "subject",
        "Oil",
        "--layer",
        "source",
        "--layer",
        "reference",
        "--layer",
        "ontology",
    )
    lines = ogdkg(*asked, cwd=ROOT).stdout.splitlines()
    assert (
        lines[1] == "  L96\u201397  “oil, gas and metals”  Stated  named as: Examples  passage:eiti-openness"
    )
    [found] = json.loads(ogdkg(*asked, "-f", "json", cwd=ROOT).stdout)["statements"]
    assert found["citations"][0]["listing"].endswith("/listing/examples")
