"""The words of a report: messages of shapes and queries, languages, severities, and how many are told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from tests.conftest import Run

from ogdkg.render.reports.reports import report_as
from ogdkg.validation.core.results import Report
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

HEAD = (
    "@prefix : <http://e.example/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
)
Validate = Callable[[str, str], Report]


@pytest.fixture
def validate(pyshacl: PyShaclProcess, tmp_path: Path) -> Validate:
    def run(data: str, shapes: str) -> Report:
        (tmp_path / "d.ttl").write_text(HEAD + data)
        (tmp_path / "s.ttl").write_text(HEAD + shapes)
        inputs = Inputs(sources([str(tmp_path / "d.ttl")]), sources([str(tmp_path / "s.ttl")]))
        return Validator(pyshacl, Options()).run(inputs)

    return run


LANGUAGES = """:i :m "a"@en ,
  "b"@en-GB , "c"@EN-gb ,
  "d"@EN ,
  "e"@de .
"""


def test_each_language_is_named_and_points_at_its_lines(validate: Validate) -> None:
    report = validate(LANGUAGES, ":S sh:targetNode :i ; sh:property [ sh:path :m ; sh:uniqueLang true ] .")
    told = {
        f.message: [(o.place and o.place.line, report.name_in(o.term, o.language)) for o in f.related]
        for f in report.findings
    }
    assert told == {
        "More than one value has the language @en.": [(4, '"a"@en'), (6, '"d"@EN')],
        "More than one value has the language @en-gb.": [(5, '"b"@en-GB'), (5, '"c"@EN-gb')],
    }
    assert {(f.message[-4:], f.place and f.place.line) for f in report.findings} == {("@en.", 4), ("-gb.", 5)}
    regions = [
        other["physicalLocation"]["region"]["startLine"]
        for result in json.loads(report_as("sarif", report))["runs"][0]["results"]
        for other in result["relatedLocations"]
    ]
    assert sorted(regions) == [4, 5, 5, 6]
    assert re.search(r'      also \S*d\.ttl:6:3: "d"@EN\n', report_as("text", report))


def test_a_language_tag_is_told_as_it_is_written(validate: Validate) -> None:
    report = validate(LANGUAGES, ":S sh:targetNode :i ; sh:property [ sh:path :m ; sh:languageIn ('en') ] .")
    (found,) = (f for f in report.findings if '"e"' in str(f.value))
    assert report.name_in(found.value, found.language) == '"e"@de'
    report = validate(LANGUAGES, ":S sh:targetNode :i ; sh:property [ sh:path :m ; sh:languageIn ('de') ] .")
    for form in ("text", "json", "turtle"):
        assert "en-GB" in report_as(form, report) and "EN-gb" in report_as(form, report)
    assert list(parse(report_as("turtle", report), format=RdfFormat.TURTLE))


SELECT = "SELECT $this ?v (1 AS ?w) {} WHERE {{ $this :v ?v }}"
PREFIXES = 'sh:prefixes [ sh:declare [ sh:prefix "" ; sh:namespace "http://e.example/"^^xsd:anyURI ] ]'


def test_a_message_that_a_query_binds_is_the_message(validate: Validate) -> None:
    select = SELECT.format("(CONCAT('no ', STR(?v)) AS ?message)")
    query = f'sh:sparql [ {PREFIXES} ; sh:message "not this" ; sh:select "{select}" ]'
    report = validate(":x :v :y .", f":S sh:targetSubjectsOf :v ; {query} .")
    assert [f.message for f in report.findings] == ["no http://e.example/y"]
    assert 'sh:resultMessage "no http://e.example/y" .' in report_as("turtle", report)


def test_variables_are_filled_in_in_every_language(validate: Validate) -> None:
    messages = '"is {?v}, {$w}, {?gone}"@en, "ist {?v}"@de'
    query = f'sh:sparql [ {PREFIXES} ; sh:message {messages} ; sh:select "{SELECT.format("")}" ]'
    report = validate(r':x :v "a\\1" .', f":S sh:targetSubjectsOf :v ; {query} .")
    assert [f.message for f in report.findings] == [r"is a\1, 1, {?gone}"]
    assert {m.language for result in report.results for m in result.messages} == {"en", "de"}


def test_each_result_of_a_component_has_its_own_message(validate: Validate) -> None:
    component = """:C a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] ; sh:validator [
        a sh:SPARQLAskValidator ; sh:message "{$value} is over {$most}" ;
        sh:ask "ASK { FILTER(?value <= ?most) }" ] .
      :S sh:targetSubjectsOf :v ; sh:property [ sh:path :v ; :most 1 ] ."""
    report = validate(":x :v 1, 2, 3 .", component)
    assert sorted(len(result.messages) for result in report.results) == [1, 1]
    assert sorted(f.message for f in report.findings) == ["2 is over 1", "3 is over 1"]


SELECTING = """:C a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] %s ; sh:propertyValidator [
        a sh:SPARQLSelectValidator ;
        sh:select "SELECT $this ?value %s { $this $PATH ?value FILTER(?value > $most) }" ] .
      :S sh:targetNode :x ; sh:property [ sh:path :v ; :most 1 %s ] ."""


@pytest.mark.parametrize(
    ("component", "row", "shape", "said"),
    [
        ("", "(CONCAT('over: ', STR(?value)) AS ?message)", "", "over: 2"),
        ("; sh:message 'of all'", "('of the row' AS ?message)", "", "of the row"),
        ("; sh:message 'is {?value}, {?n} over {$most}'", "(?value - $most AS ?n)", "", "is 2, 1 over 1"),
        (
            "; sh:message 'of all'",
            "('of the row' AS ?message)",
            "; sh:message 'of the shape'",
            "of the shape",
        ),
        ("", "", "", "The value fails C."),
    ],
)
def test_a_select_of_a_component_has_messages(
    component: str, row: str, shape: str, said: str, validate: Validate
) -> None:
    """Sections 2.1.5, 5.3.2 and 6.3: those of the shape, else of the row, else of the component."""
    report = validate(":x :v 2 .", SELECTING % (component, row, shape))
    assert [[m.value for m in result.messages] for result in report.results] == [[said]]


def test_a_message_of_the_shape_is_the_only_one(validate: Validate) -> None:
    query = f"sh:sparql [ {PREFIXES} ; sh:message 'not this' ; sh:select \"{SELECT.format('')}\" ]"
    report = validate(":x :v :y .", f":S sh:targetSubjectsOf :v ; sh:message 'this' ; {query} .")
    assert [[m.value for m in result.messages] for result in report.results] == [["this"]]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ('"2021-01-01"', "The value is an xsd:string, which cannot be compared with an xsd:date."),
        ('"2021"^^xsd:gYear', "The value is an xsd:gYear, which cannot be compared with an xsd:date."),
        (":y", "The value is not a literal, so it cannot be compared with an xsd:date."),
        ('"2019-01-01"^^xsd:date', "The value is too small."),
    ],
)
def test_another_type_is_not_too_small(value: str, said: str, validate: Validate) -> None:
    bound = 'sh:minInclusive "2020-01-01"^^xsd:date'
    report = validate(f":x :v {value} .", f":S sh:targetNode :x ; sh:property [ sh:path :v ; {bound} ] .")
    assert [f.message for f in report.findings] == [said]


def test_no_number_is_not_of_another_type(validate: Validate) -> None:
    report = validate(
        ':x :v "NaN"^^xsd:double .', ":S sh:targetNode :x ; sh:property [ sh:path :v ; sh:minInclusive 5 ] ."
    )
    said = "The value is NaN, which is neither smaller nor larger than any number."
    assert [f.message for f in report.findings] == [said]


def test_a_severity_of_the_shapes_own_is_counted_apart(validate: Validate) -> None:
    shape = ":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:minCount 1 ; sh:severity :Odd ] ."
    report = validate(":x :v 1 .", shape)
    body = json.loads(report_as("json", report))
    assert body["counts"] == {"violation": 0, "warning": 0, "info": 0, "http://e.example/Odd": 1}
    assert body["findings"][0]["severityIri"] == "http://e.example/Odd"
    assert report_as("text", report).endswith("1 :Odd in 1 triples.\n")


def test_a_message_of_several_lines_is_laid_out(validate: Validate) -> None:
    message = f'sh:message """First.\n   {"word " * 30}\n"""'
    shape = f":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:minCount 1 ; {message} ] ."
    lines = report_as("text", validate(":x :v 1 .", shape)).splitlines()
    assert lines[0].endswith("violation: First.  [MinCount]")
    assert lines[1].startswith("      word word") and all(len(line) <= 80 for line in lines[1:])


def test_many_findings_are_counted_and_not_all_told(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(HEAD + "".join(f":a{n} :v {n} .\n" for n in range(150)))
    wanted = "sh:property [ sh:path :p ; sh:minCount 1 ] ; sh:maxLength 9 ; sh:pattern 'a1'"
    shapes = f":S sh:targetSubjectsOf :v ; {wanted} ."
    (tmp_path / "s.ttl").write_text(HEAD + shapes)
    asked = ("validate", "d.ttl", "--shapes", "s.ttl")
    text = ogdkg(*asked, cwd=tmp_path).stdout
    assert "  150  MinCount  :p of :S  (50 not shown)\n" in text
    assert text.count("[MinCount]") == text.count("[MaxLength]") == 100
    assert "389 violations in 150 triples; " in text
    few = json.loads(ogdkg(*asked, "-f", "json", "--max-findings", "3", cwd=tmp_path).stdout)
    assert len(few["findings"]) == 3
    assert sum(each["count"] for each in few["constraints"]) == few["counts"]["violation"] == 389
    every = json.loads(ogdkg(*asked, "-f", "json", cwd=tmp_path).stdout)
    assert len(every["findings"]) == 389
