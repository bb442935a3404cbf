"""A parameter takes a value of its kind, also where SHACL-SHACL is not asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg.errors import InputError
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

RDF = "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> ."
HEAD = "@prefix : <http://e.example/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
HEAD += f"@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n{RDF}\n"


def at(folder: Path, error: str) -> str:
    """What stands at the place of an error."""
    found = re.search(r"s\.ttl:(\d+):(\d+): ", error)
    assert found, error
    line, column = map(int, found.groups())
    return (folder / "s.ttl").read_text().splitlines()[line - 1][column - 1 :]


def judged(ogdkg: Run, folder: Path, asked: str, *options: str) -> tuple[int, str]:
    (folder / "d.ttl").write_text(f'{HEAD}:a a :A ; :p "x"@en .')
    (folder / "s.ttl").write_text(f"{HEAD}\n:S a sh:NodeShape ; sh:targetClass :A ; {asked} .")
    done = ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "--no-meta", *options, cwd=folder)
    return done.returncode, done.stderr


@pytest.mark.parametrize("whole", [(), ("--whole",)], ids=["prefiltered", "whole"])
@pytest.mark.parametrize(
    ("asked", "said", "place"),
    [
        ('sh:closed "x"', 'sh:closed takes true or false, not "x".', '"x"'),
        ('sh:closed "true"', 'sh:closed takes true or false, not "true".', '"true"'),
        ('sh:deactivated "true"', "sh:deactivated takes true or false", '"true"'),
        (
            'sh:property [ sh:path :p ; sh:uniqueLang "yes"^^xsd:boolean ]',
            "sh:uniqueLang takes true or false",
            '"yes"',
        ),
        ('sh:property [ sh:path :p ; sh:minCount "1" ]', "sh:minCount takes an integer", '"1"'),
        ("sh:property [ sh:path :p ; sh:maxLength 1.5 ]", "sh:maxLength takes an integer", "1.5"),
        ('sh:property [ sh:path :p ; sh:datatype "B" ]', 'sh:datatype takes an IRI, not "B".', '"B"'),
        ('sh:property [ sh:path :p ; sh:class "B" ]', "sh:class takes an IRI", '"B"'),
        ('sh:property [ sh:path :p ; sh:equals "B" ]', "sh:equals takes an IRI", '"B"'),
        ('sh:property [ sh:path :p ; sh:nodeKind "IRI" ]', "sh:nodeKind takes an IRI", '"IRI"'),
        ("sh:property [ sh:path :p ; sh:minInclusive :x ]", "sh:minInclusive takes a literal", ":x"),
        ("sh:property [ sh:path :p ; sh:node 1 ]", "sh:node takes a shape, not", "1 ]"),
        ("sh:closed true ; sh:ignoredProperties :p", "A list in the shapes is not well-formed.", ":S"),
        ('sh:property [ sh:path :p ; sh:in "x" ]', 'sh:in takes a list, not "x".', '"x"'),
    ],
)
def test_another_kind_is_refused(
    asked: str, said: str, place: str, whole: tuple[str, ...], ogdkg: Run, tmp_path: Path
) -> None:
    code, error = judged(ogdkg, tmp_path, asked, *whole)
    assert code == 3 and said in error, error
    assert at(tmp_path, error).startswith(place), error


@pytest.mark.parametrize("whole", [(), ("--whole",)], ids=["prefiltered", "whole"])
def test_all_faults_are_told_at_once(whole: tuple[str, ...], ogdkg: Run, tmp_path: Path) -> None:
    asked = 'sh:closed "x" ;\nsh:property [ sh:path :p, :q ] ;\nsh:property [ sh:path :p ; sh:in "y" ]'
    code, error = judged(ogdkg, tmp_path, f'{asked} ;\nsh:xone ( "z" ) ; sh:or [ rdf:first :p ]', *whole)
    assert code == 3
    lines = error.splitlines()
    faults = [line.strip().removeprefix("Error: ") for line in lines if "s.ttl:" in line]
    assert [fault.split(":")[1] for fault in faults] == ["6", "7", "8", "9", "9"]
    assert len(set(lines)) == len(lines), "what several faults have in common is told once"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("sh:closed false ; sh:property [ sh:path :p ; sh:maxCount 0 ]", 1),
        ("sh:closed true ; sh:ignoredProperties ( :p <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )", 0),
        ('sh:property [ sh:path :p ; sh:message "<b>x</b>"^^:html ; sh:minLength 2 ]', 1),
        ("sh:property [ sh:path :p ; sh:nodeKind sh:IRIOrLiteral ; sh:class [ ] ]", 1),
    ],
)
def test_the_rest_is_judged(asked: str, code: int, ogdkg: Run, tmp_path: Path) -> None:
    found, error = judged(ogdkg, tmp_path, asked)
    assert found == code and not error, error


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("sh:path :p", "is a sh:NodeShape, but has a sh:path", ":p"),
        ("sh:node [ a sh:NodeShape ; sh:path :p ]", "[ … ] is a sh:NodeShape, but has a sh:path", ":p"),
        ("a sh:PropertyShape", "is both a sh:NodeShape and a sh:PropertyShape", "sh:NodeShape"),
        ("sh:not [ a sh:PropertyShape ]", "is a sh:PropertyShape, but has no sh:path", "sh:PropertyShape"),
        ("sh:property [ sh:path :p, :q ]", "has 2 values of sh:path where one is allowed", ":p"),
    ],
)
@pytest.mark.parametrize("whole", [(), ("--whole",)], ids=["prefiltered", "whole"])
def test_a_shape_is_of_one_kind(
    text: str, said: str, place: str, whole: tuple[str, ...], ogdkg: Run, tmp_path: Path
) -> None:
    code, error = judged(ogdkg, tmp_path, text, *whole)
    assert code == 3 and said in error, error
    assert at(tmp_path, error).startswith(place), error


def test_a_class_of_classes_makes_a_shape_its_own_target(pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(f"{HEAD}:a a :S .")
    kinds = ":M a :M2 . :M2 rdfs:subClassOf :M . :M rdfs:subClassOf rdfs:Class ."
    rdfs = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    text = f"{HEAD}{rdfs} {kinds} :S a sh:NodeShape, :M2 ; sh:property [ sh:path :p ; sh:minCount 1 ] ."
    (tmp_path / "s.ttl").write_text(text)
    data, shapes = (sources([str(tmp_path / name)]) for name in ("d.ttl", "s.ttl"))
    for prefilter in (True, False):
        report = Validator(pyshacl, Options(prefilter=prefilter)).run(Inputs(data, shapes))
        assert len(report.results) == 1


def test_a_property_shape_without_path_is_left_out(ogdkg: Run, tmp_path: Path) -> None:
    asked = "sh:property :Bare, [ sh:path :p ; sh:maxCount 0 ] . :Bare sh:minCount 3"
    code, error = judged(ogdkg, tmp_path, asked)
    notice = "A value of sh:property has no sh:path, so it was left out: <http://e.example/Bare>."
    assert code == 1 and error == f"Notice: {notice}\n"


# What each parameter takes, https://www.w3.org/TR/shacl/#core-components: values that are judged, with the
# number of results for the values "x"@en, 5 and :b of :p; then those that are ill-formed.
ILL_INTEGER = ('"1"', "1.0", "1e0", '"x"^^xsd:integer', '"1"^^xsd:int', "true", ":x", "[ ]", "( 1 )", "1, 2")
ILL_BOOLEAN = ('"true"', "1", '"yes"^^xsd:boolean', ":x", "[ ]")
ILL_IRI = ('"x"', "1", "[ ]", "( :x )")
ILL_SHAPE = ('"x"', "5", "true")
ILL_LIST = ("5", ":x", "[ rdf:first 1 ]", "[ rdf:first :x ; rdf:rest :y ]")
TABLE: dict[str, tuple[dict[str, int], tuple[str, ...]]] = {
    "minCount": ({"3": 0, "4": 1, "-1": 0, "+03": 0, "99999999999999999999": 1}, ILL_INTEGER),
    "maxCount": ({"3": 0, "2": 1, "-1": 1, '"-01"^^xsd:integer': 1}, ILL_INTEGER),
    "minLength": ({"1": 0, "2": 2, "-1": 0}, ILL_INTEGER),
    "maxLength": ({"1": 1, "-1": 3, "99999999999999999999": 0}, ILL_INTEGER),
    "uniqueLang": ({"true": 0, "false": 0}, ILL_BOOLEAN),
    "datatype": ({":none": 3, "xsd:integer": 2}, (*ILL_IRI, "xsd:integer, xsd:date")),
    "class": ({":C": 3, ":C, :D": 6}, ('"x"', "1")),
    "nodeKind": ({"sh:IRI": 2, "sh:Literal": 1}, ('"IRI"', ":x", "sh:Iri", "[ ]", "sh:IRI, sh:Literal")),
    "minInclusive": ({"5": 2, '"x"': 3, '"y"^^xsd:integer': 3}, (":x", "[ ]", "1, 2")),
    "maxExclusive": ({"6": 2}, (":x", "[ ]", "1, 2")),
    "pattern": ({'"5"': 2}, ("5", ":x", '"5"@en', '"("', "[ ]")),
    "languageIn": ({'( "en" )': 2, "( )": 3}, ('( "en"@en )', "( 1 )", "( :x )", *ILL_LIST)),
    "equals": ({":q": 3}, ILL_IRI),
    "disjoint": ({":p": 3}, ILL_IRI),
    "lessThan": ({":q": 0}, ILL_IRI),
    "lessThanOrEquals": ({":p": 8}, ILL_IRI),
    "in": ({"( 5 :b )": 1, "( )": 3}, ILL_LIST),
    "hasValue": ({"5": 0, "6": 1, ":b, 6": 1}, ()),
    "not": ({"[ ]": 3}, ILL_SHAPE),
    "node": ({"[ sh:nodeKind sh:IRI ]": 2}, ILL_SHAPE),
    "and": ({"( [ sh:nodeKind sh:IRI ] )": 2, "( )": 0}, ("( 5 )", '( "x" )', *ILL_LIST)),
    "or": ({"( [ sh:nodeKind sh:IRI ] )": 2, "( )": 3}, ("( 5 )", '( "x" )', *ILL_LIST)),
    "xone": ({"( [ sh:nodeKind sh:IRI ] )": 2, "( )": 3}, ("( 5 )", '( "x" )', *ILL_LIST)),
    "property": ({"[ sh:path :z ; sh:minCount 1 ]": 3}, ("5", '"x"', ":x", "[ ]")),
    "qualifiedMinCount": ({"1": 0, "2": 1, "-1": 0}, ILL_INTEGER),
    "qualifiedMaxCount": ({"1": 0, "0": 1, "-1": 1}, ILL_INTEGER),
    "qualifiedValueShape": ({"[ sh:nodeKind sh:IRI ]": 0}, ILL_SHAPE),
    "deactivated": ({"true": 0, "false": 0}, ILL_BOOLEAN),
    "severity": ({"sh:Info": 0, ":own": 0}, ('"x"', "1", "sh:Info, sh:Warning")),
    "targetSubjectsOf": ({":p": 0}, ILL_IRI),
    "targetObjectsOf": ({":none": 0}, ILL_IRI),
    "message": ({'"x"': 0, '"x"@en': 0}, ("1", ":x", "[ ]")),
}
WITH = {
    "qualifiedMinCount": "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; ",
    "qualifiedMaxCount": "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; ",
    "qualifiedValueShape": "sh:qualifiedMinCount 1 ; ",
}


@pytest.mark.parametrize("parameter", TABLE)
def test_every_parameter(parameter: str, pyshacl: PyShaclProcess, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(f'{HEAD}:a a :A ; :p "x"@en, 5, :b .')
    judged, refused = TABLE[parameter]

    def outcome(value: str, **options: bool) -> str:
        asked = f"sh:path :p ; {WITH.get(parameter, '')}sh:{parameter} {value}"
        text = f"{HEAD}{RDF}\n:S a sh:NodeShape ; sh:targetClass :A ; sh:property [ {asked} ] ."
        (tmp_path / "s.ttl").write_text(text)
        data, shapes = (sources([str(tmp_path / name)]) for name in ("d.ttl", "s.ttl"))
        try:
            report = Validator(pyshacl, Options(**options)).run(Inputs(data, shapes))  # type: ignore[arg-type]
        except InputError as error:
            assert error.place and error.place.line, (value, error.message)
            return error.message
        return str(len(report.results))

    for value, expected in judged.items():
        for options in ({}, {"prefilter": False}):
            assert outcome(value, **options) == str(expected), (value, options)
    for value in refused:
        said = {outcome(value), outcome(value, prefilter=False)}
        assert len(said) == 1 and not said.pop().isdigit(), value
        assert outcome(value, meta=False) == outcome(value, meta=False, prefilter=False), value
