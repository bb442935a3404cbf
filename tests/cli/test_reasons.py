"""Why a value does not conform to a shape: the inner shape and its results, in every format."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from tests.conftest import Run

HEAD = "@prefix : <http://e.example/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
HEAD += "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
DATA = """:a :address :x .
:x a :Address .
:b :issued "2022" .
:c :value "x" .
:d :all "x" .
:e :one 5 .
:f :never 5 .
:g :two 1, "x" .
:h :deep :x .
"""
SHAPES = """:Address a sh:NodeShape ; sh:message "a bad address" ;
  sh:property [ sh:path :zip ; sh:minCount 1 ; sh:message "an address needs a zip" ],
    [ sh:path :town ; sh:minCount 1 ] .
:Date a sh:NodeShape ; sh:message "a date or a time"@en, "Datum"@de ;
  sh:or ( [ sh:datatype xsd:date ] [ sh:datatype xsd:time ] ) .
:Number a sh:NodeShape ; sh:datatype xsd:integer .
:Small a sh:NodeShape ; sh:maxInclusive 9 .
:House a sh:NodeShape ; sh:property [ sh:path :zip ; sh:node :Zip ; sh:minCount 1 ] .
:Deep a sh:NodeShape ; sh:node :Address .
:S1 sh:targetSubjectsOf :address ; sh:property [ sh:path :address ; sh:node :Address ] .
:S2 sh:targetSubjectsOf :issued ; sh:property [ sh:path :issued ; sh:node :Date ] .
:S3 sh:targetSubjectsOf :value ; sh:property [ sh:path :value ; sh:or ( :Number [ sh:nodeKind sh:IRI ] ) ] .
:S4 sh:targetSubjectsOf :all ; sh:property [ sh:path :all ; sh:and ( :Number [ sh:nodeKind sh:Literal ] ) ] .
:S5 sh:targetSubjectsOf :one ; sh:property [ sh:path :one ; sh:xone ( :Number :Small [ sh:class :C ] ) ] .
:S6 sh:targetSubjectsOf :never ; sh:property [ sh:path :never ; sh:not :Number ] .
:S7 sh:targetSubjectsOf :two ;
  sh:property [ sh:path :two ; sh:qualifiedValueShape :Number ; sh:qualifiedMinCount 2 ] .
:S8 sh:targetSubjectsOf :deep ; sh:property [ sh:path :deep ; sh:node :Deep ] .
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reasons")
    (made / "data.ttl").write_text(HEAD + DATA)
    (made / "shapes.ttl").write_text(HEAD + SHAPES)
    return made


def report(ogdkg: Run, folder: Path, form: str, *more: str) -> str:
    done = ogdkg("validate", "data.ttl", "--shapes", "shapes.ttl", "-f", form, *more, cwd=folder)
    assert done.returncode == 1, done.stderr
    return done.stdout


INTEGER = "The value does not have the required datatype."
# Rule of a finding, its message, and of each detail the member, the message and the line.
EXPECTED = [
    ("Node", "The value does not conform to the shape :Address.",
     [(":Address", "a bad address: There are too few values.", 5),
      (":Address", "an address needs a zip", 5)]),
    ("Node", "The value does not conform to the shape :Date.", [(":Date", "a date or a time", 6)]),
    ("Or", "The value conforms to none of the shapes :Number or [ sh:nodeKind sh:IRI ].",
     [(":Number", INTEGER, 7), ("[ sh:nodeKind sh:IRI ]", "The value is not of the required node kind.", 7)]),
    ("And", "The value must conform to all of the shapes, but does not conform to :Number.",
     [(":Number", INTEGER, 8)]),
    ("Xone", "The value must conform to exactly one of the shapes, but conforms to :Number and :Small.",
     [("[ sh:class :C ]", "The value is not an instance of the required class.", 9)]),
    ("Not", "The value conforms to :Number, which it must not conform to.", []),
    ("QualifiedMinCount", "Too few values conform to the shape :Number: there must be at least 2.",
     [(":Number", INTEGER, 11)]),
    ("Node", "The value does not conform to the shape :Deep.",
     [(":Deep", "The value does not conform to the shape :Address.", 12)]),
]  # fmt: skip


@pytest.mark.parametrize("more", [(), ("--whole",)], ids=["prefiltered", "whole"])
def test_a_finding_names_the_inner_shape_and_why(ogdkg: Run, folder: Path, more: tuple[str, ...]) -> None:
    found = json.loads(report(ogdkg, folder, "json", *more))["findings"]
    told = [
        (each["rule"], each["message"],
         sorted((d["member"], d["message"], d["line"]) for d in each.get("details", ())))
        for each in sorted(found, key=lambda finding: finding["focus"]["value"])
    ]  # fmt: skip
    assert told == [(rule, message, sorted(details)) for rule, message, details in EXPECTED]
    assert {each["shapeName"] for each in found} >= {":address of :S1", ":two of :S7"}
    deep = next(each for each in found if each["path"] == ":deep")
    assert len(deep["details"][0]["details"]) == 2


def test_every_format_says_why(ogdkg: Run, folder: Path) -> None:
    text = report(ogdkg, folder, "text")
    assert "      because: :x — :zip: an address needs a zip. Add :zip. [MinCount]\n" in text
    assert f'      because: not :Number: {INTEGER} Its datatype must be xsd:integer. "x" is not one' in text
    for form in ("junit", "github"):
        assert "an address needs a zip" in report(ogdkg, folder, form)
    results = json.loads(report(ogdkg, folder, "sarif"))["runs"][0]["results"]
    near = next(each for each in results if each["ruleId"] == "Node")["relatedLocations"]
    assert {each["physicalLocation"]["region"]["startLine"] for each in near} == {5}
    assert any("an address needs a zip" in each["message"]["text"] for each in near)


def test_the_standard_report_has_details_and_no_words_of_python(ogdkg: Run, folder: Path) -> None:
    turtle = report(ogdkg, folder, "turtle")
    count = Counter(
        quad.predicate.value.rpartition("#")[2] for quad in parse(turtle, format=RdfFormat.TURTLE)
    )
    assert (count["result"], count["detail"]) == (8, 13)
    assert "Literal(" not in turtle and "<http://e.example/Address> . See" not in turtle


def test_reasons_at_blank_nodes_are_in_the_order_of_the_file(ogdkg: Run, tmp_path: Path) -> None:
    """Labels of blank nodes differ on each run, the report does not."""
    (tmp_path / "data.ttl").write_text(f"{HEAD}:h :digit {', '.join(['[ a :Finger ]'] * 9)} .")
    shape = "[ sh:path :digit ; sh:qualifiedValueShape [ sh:class :Thumb ] ; sh:qualifiedMinCount 1 ]"
    (tmp_path / "shapes.ttl").write_text(f"{HEAD}:S sh:targetNode :h ; sh:property {shape} .")
    found = json.loads(report(ogdkg, tmp_path, "json"))["findings"][0]["details"]
    columns = [each["column"] for each in found]
    assert len(columns) == 9 and columns == sorted(columns)
