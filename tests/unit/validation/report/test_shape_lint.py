"""What in the shapes has no effect, and what no shape has looked at: told, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg.errors import InputError
from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.validation.core.results import Report
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess

HEAD = (
    "@prefix : <http://e.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix old: <https://www.w3.org/ns/shacl#> .\n"
)
DATA = HEAD + ':a a :Person ; :name "x" ; :age 3 ; :starts 1 .\n'
SHAPE = ":S a sh:NodeShape ; sh:targetClass :Person ; sh:property [ sh:path :name ;\n  {} ] .\n"
Validate = Callable[..., Report]


@pytest.fixture
def validate(pyshacl: PyShaclProcess, tmp_path: Path) -> Validate:
    def run(shapes: str, data: str = DATA, *, whole: bool = False) -> Report:
        (tmp_path / "d.ttl").write_text(data)
        (tmp_path / "s.ttl").write_text(HEAD + shapes)
        inputs = Inputs(sources([str(tmp_path / "d.ttl")]), sources([str(tmp_path / "s.ttl")]))
        return Validator(pyshacl, Options(meta=False, prefilter=not whole)).run(inputs)

    return run


COMPONENTS = """
:Between a sh:ConstraintComponent ; sh:validator [ sh:ask "ASK { FILTER (false) }" ] ;
  sh:parameter [ sh:path :least ] , [ sh:path :most ] , [ sh:path :unit ; sh:optional true ] .
:Node a sh:ConstraintComponent ; sh:parameter [ sh:path :node ] ;
  sh:nodeValidator [ sh:select "SELECT $this WHERE { $this ?any ?thing }" ] .
:Unjudged a sh:ConstraintComponent ; sh:parameter [ sh:path :unjudged ] .
"""
UNKNOWN = "UnknownShaclTerm"
WRONG = {
    "sh:minlength 1": (UNKNOWN, "sh:minlength is not a term of SHACL, and has no effect.", "sh:minLength"),
    "sh:nodekind sh:IRI": (UNKNOWN, "sh:nodekind is not a term of SHACL", "sh:nodeKind"),
    "sh:maxCont 9": (UNKNOWN, "sh:maxCont is not a term of SHACL, and has no effect.", "sh:maxCount"),
    "sh:severity sh:warning": (UNKNOWN, "sh:warning is not a term of SHACL, and counts as", "sh:Warning"),
    "sh:nodeKind sh:Literl": (UNKNOWN, "sh:Literl is not a term of SHACL, and has no effect.", "sh:Literal"),
    "old:minCount 1": ("ShaclNamespace", "<https://www.w3.org/ns/shacl#> is not the", "Write <http:"),
    'sh:flags "i"': ("NoEffect", "sh:flags has no effect without sh:pattern.", "Add sh:pattern"),
    "sh:ignoredProperties ( :x )": ("NoEffect", "sh:ignoredProperties has no effect", "sh:closed true"),
    "sh:qualifiedMinCount 1": ("NoEffect", "no effect without sh:qualifiedValueShape", "Add"),
    "sh:qualifiedMaxCount 1": ("NoEffect", "no effect without sh:qualifiedValueShape", "Add"),
    "sh:qualifiedValueShapesDisjoint true": ("NoEffect", "no effect without sh:qualifiedValueShape", "Add"),
    "sh:qualifiedValueShape :S2": ("NoEffect", "no effect without sh:qualifiedMinCount or", "Add"),
    ":least 1": ("NoEffect", "/least> has no effect without <http://e.example/most>.", "Add"),
    ":unit 1": ("NoEffect", "/unit> has no effect without <http://e.example/least> and", "Add"),
    ":node 1": ("NoEffect", "/Node> has no validator for property shapes.", "Give the component"),
    ":unjudged 1": ("NoEffect", "/Unjudged> has no validator for property shapes.", "sh:validator"),
    "sh:minCount 2 ; sh:maxCount 1": ("Contradiction", "sh:minCount 2 and sh:maxCount 1: no num", "Correct"),
    "sh:minLength 5 ; sh:maxLength 4": ("Contradiction", "no value can conform", "Correct"),
    "sh:minExclusive 1 ; sh:maxInclusive 1.0": ("Contradiction", "no value can conform", "Correct"),
    'sh:minInclusive "2021-01-01"^^xsd:date ; sh:maxInclusive "2020-01-01"^^xsd:date': (
        "Contradiction", "no value can conform", "Correct"),
    "sh:datatype xsd:string ; sh:nodeKind sh:IRI": ("Contradiction", "is for literals", "Remove"),
    "sh:hasValue :b ; sh:in ( :c )": ("Contradiction", "sh:hasValue is not among", "Add"),
    "sh:lessThan :strats": ("UnknownTerm", "the property <http://e.example/strats>", "<http://e.example/starts>"),
    "sh:class :Persno": ("UnknownTerm", "the class <http://e.example/Persno>", "<http://e.example/Person>"),
}  # fmt: skip


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("wrong", WRONG)
def test_what_has_no_effect_is_a_warning_at_its_line(wrong: str, whole: bool, validate: Validate) -> None:
    rule, message, hint = WRONG[wrong]
    target = "sh:targetSubjectsOf :name" if "Persno" in wrong else "sh:targetClass :Person"
    asked = SHAPE.format(wrong).replace("sh:targetClass :Person", target) + COMPONENTS
    found = [f for f in validate(asked, whole=whole).findings if not f.result]
    assert [(f.rule, f.severity.word, f.place and f.place.line) for f in found] == [(rule, "warning", 3)]
    assert message in found[0].message and hint in (found[0].hint or "")


RIGHT = (
    "sh:minCount 1 ; sh:maxCount 1", "sh:minInclusive 1 ; sh:maxInclusive 1.0",
    'sh:pattern "a" ; sh:flags "i"', "sh:equals :nobody", "sh:severity :Odd", "sh:class :Animal",
    "sh:qualifiedValueShape [ sh:nodeKind sh:IRI ] ; sh:qualifiedMaxCount 1",
    'sh:minInclusive "2020-01-01Z"^^xsd:date ; sh:maxInclusive "2020-01-01+02:00"^^xsd:date',
    "sh:datatype xsd:string ; sh:nodeKind sh:Literal",
)  # fmt: skip


@pytest.mark.parametrize("right", RIGHT)
def test_what_may_have_an_effect_is_none(right: str, validate: Validate) -> None:
    assert [f for f in validate(SHAPE.format(right)).findings if not f.result] == []


def test_a_target_that_finds_nothing_is_told(validate: Validate) -> None:
    some = validate(SHAPE.format("sh:minCount 1") + ":T a sh:NodeShape ; sh:targetClass :Nobody .")
    assert some.notices == ("1 of 2 shapes with targets finds no node: :T.",)
    assert not some.looked_at_nothing
    none = validate(
        ":T a sh:NodeShape ; sh:targetClass <https://e.example/Person> ; sh:nodeKind sh:Literal ."
    )
    assert none.looked_at_nothing
    (near,) = none.findings
    assert near.hint == "Did you mean <http://e.example/Person>?"
    assert none.notices == ("The targets of the shapes find no node, so nothing was validated.",)
    for form in FORMATS:
        assert form == "text" or form == "turtle" or "so nothing was validated" in report_as(form, none)


def test_a_target_node_that_is_not_there_is_told(validate: Validate) -> None:
    (found,) = validate(":T a sh:NodeShape ; sh:targetNode :b ; sh:nodeKind sh:IRI .").findings
    assert found.message == "The target node <http://e.example/b> is not in the data."


def test_the_command_may_fail_on_nothing(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text(DATA)
    (tmp_path / "s.ttl").write_text(
        HEAD + ":T a sh:NodeShape ; sh:targetClass :Nobody ; sh:nodeKind sh:Literal ."
    )
    asked = ("validate", "d.ttl", "--shapes", "s.ttl")
    done = ogdkg(*asked, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (
        0,
        "Nothing was validated: no shape has a focus node in 4 triples.\n",
    )
    assert done.stderr == "Notice: The targets of the shapes find no node, so nothing was validated.\n"
    failed = ogdkg(*asked, "--fail-on-nothing", "-f", "json", cwd=tmp_path)
    assert failed.returncode == 1 and len(json.loads(failed.stdout)["notices"]) == 1


def test_files_outside_a_project_need_shapes_of_their_own(ogdkg: Run, tmp_path: Path) -> None:
    """They are never held against the shapes that come with ogdkg, which ask for other things."""
    (tmp_path / "d.ttl").write_text(DATA)
    done = ogdkg("validate", "d.ttl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: There are no shapes to validate d.ttl against")
    assert "--shapes FILE" in done.stderr
    (tmp_path / "d.ttl").write_text(DATA + "<")
    assert ogdkg("validate", "d.ttl", cwd=tmp_path).returncode == 3


BROKEN_RULE = (
    ':S a sh:NodeShape ; sh:targetClass :Person ; sh:rule [ a sh:SPARQLRule ;\n  sh:construct "{}" ] .'
)


@pytest.mark.parametrize("query", ["CONSTRUCT { $this no:p 1 } WHERE {}", "SELECT * {}", "CONSTRUCT {"])
def test_a_broken_rule_is_a_warning_where_no_rule_runs(query: str, validate: Validate) -> None:
    (found,) = validate(BROKEN_RULE.format(query)).findings
    assert (found.rule, found.severity.word, found.place and found.place.line) == (
        "UnusableRule",
        "warning",
        3,
    )
    assert found.message.startswith("The rule cannot run. The query in sh:construct")


def test_a_broken_rule_that_is_to_run_is_an_error(validate: Validate) -> None:
    entailed = " <http://e.example/> sh:entailment sh:Rules ."
    with pytest.raises(InputError, match="undeclared prefix"):
        validate(BROKEN_RULE.format("CONSTRUCT { $this no:p 1 } WHERE {}") + entailed)
