"""Findings: where they stand, what they say, and the forms they come in."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ogdkg.errors import UnknownNameError
from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.validation.core.results import Finding, Report, Severity
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

PREFIXES = {"ex": "http://example.org/", "xsd": "http://www.w3.org/2001/XMLSchema#"}
HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
DATA = """ex:a a ex:Thing ;
    ex:kind ex:rd ;
    ex:size "5" ;
    ex:code "x", "y" .

ex:b a ex:Thing ; ex:kind ex:red ;
    ex:size 1 ; ex:code "x" ; ex:near "no IRI: Ä, \\"q\\"" ;
    ex:colour ex:red .
ex:red <http://www.w3.org/2000/01/rdf-schema#label> "Red"@en .
ex:c ex:knows ex:b .
ex:d ex:near ex:b .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ; sh:closed true ;
  sh:ignoredProperties ( <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ) ;
  sh:property
    [ sh:path ex:kind ; sh:in ( ex:red ex:green ) ; sh:message "Not a kind."@en ],
    [ sh:path ex:size ; sh:datatype xsd:integer ],
    [ sh:path ex:code ; sh:maxCount 1 ; sh:severity sh:Warning ],
    [ sh:path ex:near ; sh:nodeKind sh:IRI ],
    [ sh:path ex:name ; sh:minCount 1 ; sh:datatype xsd:string ; sh:severity sh:Info ],
    [ sh:path [ sh:inversePath ex:knows ] ; sh:nodeKind sh:Literal ] ,
    [ sh:path [ sh:inversePath ( [ sh:zeroOrOnePath ex:knows ] ex:near ) ] ; sh:nodeKind sh:Literal ] .
"""


@pytest.fixture(scope="module")
def report(pyshacl: PyShaclProcess, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("findings")
    (folder / "data.ttl").write_text(HEAD + DATA, encoding="utf-8")
    (folder / "shapes.ttl").write_text(HEAD + SHAPES, encoding="utf-8")
    inputs = Inputs(sources([str(folder / "data.ttl")]), sources([str(folder / "shapes.ttl")]))
    return Validator(pyshacl, Options(prefixes=PREFIXES)).run(inputs)


UNSAID = "The data do not describe it."
ALLOWED = "ex:kind, ex:size, ex:code, ex:near, ex:name"
# Rule, line, column, hint and the line to paste, of each finding.
EXPECTED = {
    ("In", 4, 13, "Allowed: ex:red (Red), ex:green. Did you mean ex:red?", "ex:red"),
    ("Datatype", 5, 13, "Its datatype must be xsd:integer.", '"5"^^xsd:integer'),
    ("MaxCount", 6, 13, 'Keep 1 of: "x", "y".', None),
    ("MinCount", 3, 1, "Add ex:name, a value of the datatype xsd:string.", None),
    ("MinCount", 8, 1, "Add ex:name, a value of the datatype xsd:string.", None),
    ("NodeKind", 9, 39, "Write an IRI between < and >, or a name with its prefix, not a text.", None),
    ("NodeKind", 12, 15, "Write a text between quotation marks, or a number, not an IRI.", None),
    ("NodeKind", 13, 14, "Write a text between quotation marks, or a number, not an IRI.", None),
    ("Closed", 10, 5, f"Allowed properties: {ALLOWED}. Did you mean ex:code?", None),
}


def test_an_address_in_a_text_is_written_as_an_iri(pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    shape = "ex:S sh:targetSubjectsOf ex:mail ; sh:property [ sh:path ex:mail ; sh:nodeKind sh:IRI ] ."
    values = ("a@b.example", "https://b.example/x", "www.b.example", "b.example", "https://b.example/x y")
    (tmp_path / "data.ttl").write_text(HEAD + "".join(f'ex:e ex:mail "{each}" .\n' for each in values))
    (tmp_path / "shapes.ttl").write_text(f"{HEAD}@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}")
    inputs = Inputs(sources([str(tmp_path / "data.ttl")]), sources([str(tmp_path / "shapes.ttl")]))
    found = Validator(pyshacl, Options(prefixes=PREFIXES)).run(inputs).findings
    told = {str(each.value.value): each for each in found if each.value}
    for value, iri in zip(values, ("mailto:a@b.example", values[1], "https://www.b.example"), strict=False):
        assert told[value].hint == f"Write an IRI, without quotation marks: <{iri}>"
        assert told[value].paste == f"<{iri}>"
        assert not told[value].fixes  # a text may be meant
    for value in values[3:]:
        assert (told[value].hint or "").startswith("Write an IRI between < and >")
        assert told[value].paste is None


def test_each_finding_has_its_place_and_its_hint(report: Report) -> None:
    assert {(f.rule, *(f.place or ())[1:], f.hint, f.paste) for f in report.findings} == EXPECTED


def test_severities_gate_the_exit(report: Report) -> None:
    assert report.counts() == {Severity.VIOLATION: 6, Severity.WARNING: 1, Severity.INFO: 2}
    assert report.fails(Severity.VIOLATION) and not report.fails(None) and not report.conforms


def test_text_underlines_the_term(report: Report) -> None:
    text = report_as("text", report)
    assert "data.ttl:4:13: violation: Not a kind.  [In]\n" in text
    assert "      |     ex:kind ex:rd ;\n      |             ^^^^^\n" in text
    assert text.endswith("6 violations, 1 warning, 2 infos in 14 triples.\n")


def test_json_holds_each_finding(report: Report) -> None:
    body = json.loads(report_as("json", report))
    (kind,) = (finding for finding in body["findings"] if finding["rule"] == "In")
    assert (kind["line"], kind["path"]) == (4, "ex:kind")
    assert kind["value"] == {"type": "uri", "value": "http://example.org/rd"}
    assert body["counts"] == {"violation": 6, "warning": 1, "info": 2}


def test_junit_is_xml_with_a_case_each(report: Report) -> None:
    suites = ElementTree.fromstring(report_as("junit", report))
    assert suites.attrib == {"tests": "9", "failures": "7", "errors": "0"}
    assert len(suites.findall(".//testcase")) == 9


def test_sarif_has_rules_results_and_regions(report: Report) -> None:
    body = json.loads(report_as("sarif", report))
    assert body["version"] == "2.1.0"
    (run,) = body["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]
        assert location["physicalLocation"]["region"]["startLine"] >= 3


def test_github_commands_are_one_line_each(report: Report) -> None:
    lines = report_as("github", report).splitlines()
    assert len(lines) == 9
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert any("line=4,col=13,title=In::ex:a: Not a kind." in line for line in lines)


def test_turtle_is_the_standard_report(report: Report) -> None:
    assert report_as("turtle", report).count("sh:resultSeverity") == 9


def test_a_control_character_does_not_break_xml() -> None:
    odd = Finding("Rule", Severity.VIOLATION, 'a\x00b <&> "\n')
    ElementTree.fromstring(report_as("junit", Report((), findings=(odd,))))


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_found_is_said_in_every_form(form: str) -> None:
    assert bool(report_as(form, Report(()))) == (form != "github")


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UnknownNameError):
        report_as("yaml", Report(()))


@pytest.mark.parametrize("extension", ["nt", "nq", "trig", "rdf"])
def test_places_in_other_formats(extension: str, pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    line = '<http://example.org/a> <http://example.org/p> "x" .\n'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
        '<rdf:Description rdf:about="http://example.org/a">\n<e:p\n>x</e:p></rdf:Description></rdf:RDF>'
    )
    file = tmp_path / f"data.{extension}"
    file.write_text(rdf if extension == "rdf" else "# comment\n" + line)
    shape = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] ."
    (tmp_path / "s.ttl").write_text(f"{HEAD}@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}")
    found = Validator(pyshacl, Options()).run(
        Inputs(sources([str(file)]), sources([str(tmp_path / "s.ttl")]))
    )
    (finding,) = found.findings
    assert finding.place and finding.place.line == 2


@pytest.mark.parametrize(
    ("data", "constraint", "hint"),
    [
        ("ex:nmae 'x'", "sh:path ex:name ; sh:minCount 1",
         "Add ex:name. Is ex:nmae a misspelling of ex:name?"),
        ("ex:kind 'x'", "sh:path ex:name ; sh:minCount 1", "Add ex:name."),
        ("ex:of ex:lodon", "sh:path ex:of ; sh:class ex:City", f"{UNSAID} Did you mean ex:london?"),
        ("ex:of ex:nowhere", "sh:path ex:of ; sh:class ex:City",
         f"{UNSAID} It must be an instance of the class ex:City."),
    ],
)  # fmt: skip
def test_what_is_misspelt_is_met_with_the_nearest(
    data: str, constraint: str, hint: str, pyshacl: PyShaclProcess, tmp_path: Path
) -> None:
    (tmp_path / "d.ttl").write_text(f"{HEAD}ex:a {data} . ex:london a ex:City .")
    shape = f"ex:S a sh:NodeShape ; sh:targetNode ex:a ; sh:property [ {constraint} ] ."
    (tmp_path / "s.ttl").write_text(f"{HEAD}@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}")
    inputs = Inputs(sources([str(tmp_path / "d.ttl")]), sources([str(tmp_path / "s.ttl")]))
    (finding,) = Validator(pyshacl, Options(prefixes=PREFIXES)).run(inputs).findings
    assert finding.hint == hint


def test_text_has_the_gravest_first(report: Report) -> None:
    lines = report_as("text", report).splitlines()
    words = [line.split(": ")[1] for line in lines if re.match(r"\S+:[0-9]+:[0-9]+: [a-z]+: ", line)]
    assert words == ["violation"] * 6 + ["warning"] + ["info"] * 2


@pytest.mark.parametrize("number", [1, 2])
def test_each_blank_node_of_rdfxml_has_its_line(number: int, pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    node = "\n<rdf:Description><e:p>x</e:p></rdf:Description>" * number
    head = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'
    (tmp_path / "d.owl").write_text(f"{head}{node}</rdf:RDF>")
    shape = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] ."
    (tmp_path / "s.ttl").write_text(f"{HEAD}@prefix sh: <http://www.w3.org/ns/shacl#> . {shape}")
    inputs = Inputs(sources([str(tmp_path / "d.owl")]), sources([str(tmp_path / "s.ttl")]))
    findings = Validator(pyshacl, Options()).run(inputs).findings
    assert [each.place and each.place.line for each in findings] == [2, 3][:number]
