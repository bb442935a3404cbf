"""A parameter takes a value of its kind, also where SHACL-SHACL is not asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Run

HEAD = "@prefix : <http://e.example/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
HEAD += "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def judged(ogdkg: Run, folder: Path, asked: str, *options: str) -> tuple[int, str]:
    (folder / "d.ttl").write_text(f'{HEAD}:a a :A ; :p "x"@en .')
    (folder / "s.ttl").write_text(f"{HEAD}\n:S a sh:NodeShape ; sh:targetClass :A ; {asked} .")
    done = ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "--no-meta", *options, cwd=folder)
    return done.returncode, done.stderr


@pytest.mark.parametrize("whole", [(), ("--whole",)], ids=["prefiltered", "whole"])
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ('sh:closed "x"', 'sh:closed takes true or false, not "x".'),
        ('sh:closed "true"', 'sh:closed takes true or false, not "true".'),
        ('sh:deactivated "true"', "sh:deactivated takes true or false"),
        (
            'sh:property [ sh:path :p ; sh:uniqueLang "yes"^^xsd:boolean ]',
            "sh:uniqueLang takes true or false",
        ),
        ('sh:property [ sh:path :p ; sh:minCount "1" ]', "sh:minCount takes an integer"),
        ("sh:property [ sh:path :p ; sh:maxLength 1.5 ]", "sh:maxLength takes an integer"),
        ('sh:property [ sh:path :p ; sh:datatype "B" ]', 'sh:datatype takes an IRI, not "B".'),
        ('sh:property [ sh:path :p ; sh:class "B" ]', "sh:class takes an IRI"),
        ('sh:property [ sh:path :p ; sh:equals "B" ]', "sh:equals takes an IRI"),
        ('sh:property [ sh:path :p ; sh:nodeKind "IRI" ]', "sh:nodeKind takes an IRI"),
        ("sh:property [ sh:path :p ; sh:minInclusive :x ]", "sh:minInclusive takes a literal"),
        ("sh:property [ sh:path :p ; sh:node 1 ]", "sh:node takes a shape, not"),
        ("sh:closed true ; sh:ignoredProperties :p", "A list in the shapes is not well-formed."),
        ('sh:property [ sh:path :p ; sh:in "x" ]', "A list in the shapes is not well-formed."),
    ],
)
def test_another_kind_is_refused(
    asked: str, said: str, whole: tuple[str, ...], ogdkg: Run, tmp_path: Path
) -> None:
    code, error = judged(ogdkg, tmp_path, asked, *whole)
    assert code == 3 and said in error and "s.ttl:5:1: " in error, error


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


def test_a_property_shape_without_path_is_left_out(ogdkg: Run, tmp_path: Path) -> None:
    asked = "sh:property :Bare, [ sh:path :p ; sh:maxCount 0 ] . :Bare sh:minCount 3"
    code, error = judged(ogdkg, tmp_path, asked)
    notice = "A value of sh:property has no sh:path, so it was left out: <http://e.example/Bare>."
    assert code == 1 and error == f"Notice: {notice}\n"
