"""`ogdkg validate --report`: a report that another engine made, shown in each of our forms."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic
from tests.conftest import ROOT, Run

from ogdkg.errors import InputError, Place
from ogdkg.render.reports.reports import FORMATS, report_as
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.data.reading import sources
from ogdkg.validation.foreign import report_of
from ogdkg.validation.operation import Inputs, Options

PREFIXES = "@prefix ex: <http://e/ns#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
DATA = PREFIXES + 'ex:a a ex:C ;\n  ex:n 5 ;\n  ex:name "A" .\nex:b a ex:C .\n'
# As Apache Jena writes one: blank source shapes, messages of its own.
JENA = (
    PREFIXES
    + """[ a sh:ValidationReport ; sh:conforms false ;
  sh:result [ a sh:ValidationResult ; sh:focusNode ex:b ; sh:resultPath ex:name ;
    sh:resultSeverity sh:Warning ;
    sh:resultMessage "minCount[1]: Invalid cardinality: expected min 1: Got count = 0" ;
    sh:sourceConstraintComponent sh:MinCountConstraintComponent ; sh:sourceShape [] ] ;
  sh:result [ a sh:ValidationResult ; sh:focusNode ex:a ; sh:resultPath ex:n ; sh:value 5 ;
    sh:resultSeverity sh:Violation ;
    sh:resultMessage "Data value 5 is not less than 3" ;
    sh:sourceConstraintComponent sh:MaxExclusiveConstraintComponent ; sh:sourceShape [] ] ] .
"""
)
# As TopBraid writes one: paths and details spelled out, messages in languages, severities of one's own.
TOPBRAID = (
    PREFIXES
    + """[] a sh:ValidationReport ; sh:conforms false ; sh:result _:r .
_:r a sh:ValidationResult ; sh:focusNode ex:a ; sh:resultPath [ sh:inversePath ex:part ] ; sh:value ex:b ;
  sh:resultMessage "Falsch"@de , "Wrong"@en ; sh:resultSeverity ex:Grave ; sh:sourceShape ex:S ;
  sh:sourceConstraintComponent sh:NodeConstraintComponent ;
  sh:detail [ a sh:ValidationResult ; sh:focusNode ex:b ; sh:resultSeverity sh:Violation ;
    sh:sourceConstraintComponent sh:ClassConstraintComponent ; sh:value ex:b ; sh:sourceShape ex:T ] .
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("reports")
    (made / "d.ttl").write_text(DATA)
    (made / "jena.ttl").write_text(JENA)
    (made / "topbraid.ttl").write_text(TOPBRAID)
    for suffix, form in (("rdf", "xml"), ("nt", "nt"), ("jsonld", "json-ld"), ("trig", "turtle")):
        rdflib.Graph().parse(data=JENA).serialize(made / f"jena.{suffix}", form, encoding="utf-8")
    return made


@pytest.mark.parametrize("form", ["ttl", "rdf", "jsonld"])
def test_a_report_in_any_format_has_places(ogdkg: Run, folder: Path, form: str) -> None:
    done = ogdkg("validate", "d.ttl", "--report", f"jena.{form}", "-f", "json", cwd=folder)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr, found["conforms"], found["report"]) == (
        1,
        "",
        False,
        f"jena.{form}",
    )
    assert [(f["rule"], f["severity"], f["line"]) for f in found["findings"]] == [
        ("MaxExclusive", "violation", 4),
        ("MinCount", "warning", 6),
    ]
    assert found["findings"][1]["message"].startswith("minCount[1]")


def test_text_names_the_report(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("validate", "d.ttl", "--report", "topbraid.ttl", cwd=folder)
    assert done.returncode == 1
    assert "ex:Grave: Wrong  [Node]" in done.stdout
    assert "ex:a — ^ex:part → ex:b" in done.stdout
    assert done.stdout.endswith("1 ex:Grave in the report topbraid.ttl.\n")


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_shows_a_report_without_data(folder: Path, form: str) -> None:
    report = report_of(sources([str(folder / "jena.ttl")]), Inputs((), ()), Options())
    shown = report_as(form, report)
    assert "MaxExclusive" in shown
    if form == "turtle":
        assert isomorphic(rdflib.Graph().parse(data=shown), rdflib.Graph().parse(data=JENA))


def test_what_ogdkg_writes_it_reads(ogdkg: Run, folder: Path) -> None:
    judge = ("validate", "docs/example/trees.ttl", "--shapes", "docs/example/shapes.ttl")
    ogdkg(*judge, "-f", "turtle", "-o", folder / "own.ttl", cwd=ROOT)
    wanted = json.loads(ogdkg(*judge, "-f", "json", cwd=ROOT).stdout)["findings"]
    shown = ogdkg(*judge, "--report", folder / "own.ttl", "-f", "json", cwd=ROOT)
    found = json.loads(shown.stdout)["findings"]
    assert shown.returncode == 1
    assert [{**each, "message": ""} for each in found] == [{**each, "message": ""} for each in wanted]


def test_exit_code_and_filters(ogdkg: Run, folder: Path) -> None:
    shown = ("validate", "d.ttl", "--report", "jena.ttl")
    assert ogdkg(*shown, "--fail-on", "never", cwd=folder).returncode == 0
    done = ogdkg(*shown, "--focus", "http://e/ns#b", cwd=folder)
    assert (done.returncode, "1 warning in the report" in done.stdout) == (0, True)
    missing = ogdkg(*shown, "--focus", "http://e/ns#c", cwd=folder)
    assert (missing.returncode, "Did you mean" in missing.stderr) == (2, True)


FAULTS = {
    "no report": (DATA, "There is no sh:ValidationReport in this file."),
    "no focus node": (
        PREFIXES + "[] a sh:ValidationReport ; sh:result [ sh:sourceConstraintComponent sh:X ] .",
        "A result in this report has no sh:focusNode.",
    ),
    "no results": (PREFIXES + "[] a sh:ValidationReport ; sh:conforms false .", "but has no results"),
    "details without end": (
        PREFIXES + "[] a sh:ValidationReport ; sh:result _:r . _:r sh:focusNode ex:a ; "
        "sh:sourceConstraintComponent sh:X ; sh:detail _:r .",
        "nested too deeply",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_report_that_cannot_be_shown_is_one_sentence(tmp_path: Path, case: str) -> None:
    text, expected = FAULTS[case]
    (tmp_path / "bad.ttl").write_text(text)
    with pytest.raises(InputError, match=expected) as error:
        report_of(sources([str(tmp_path / "bad.ttl")]), Inputs((), ()), Options())
    assert error.value.place and error.value.place.file.endswith("bad.ttl")


def test_nothing_is_judged_beside_a_report(ogdkg: Run, folder: Path) -> None:
    for option in (("--rules",), ("--inference", "rdfs")):
        done = ogdkg("validate", "--report", "jena.ttl", *option, cwd=folder)
        assert (done.returncode, option[0] in done.stderr) == (2, True)


def test_a_report_that_conforms_is_valid(ogdkg: Run, folder: Path) -> None:
    (folder / "good.ttl").write_text(PREFIXES + "[] a sh:ValidationReport ; sh:conforms true .")
    done = ogdkg("validate", "--report", "good.ttl", cwd=folder)
    assert (done.returncode, done.stdout) == (0, "Valid: nothing found in the report good.ttl.\n")


def test_no_hint_is_given_of_shapes_that_are_not_there(ogdkg: Run, folder: Path) -> None:
    kinds = ("In", "LanguageIn", "Closed")
    results = " , ".join(
        f"[ a sh:ValidationResult ; sh:focusNode ex:a ; sh:resultPath ex:n ; sh:value 5 ;"
        f" sh:resultSeverity sh:Violation ; sh:sourceConstraintComponent sh:{kind}ConstraintComponent ;"
        f" sh:sourceShape ex:S ]"
        for kind in kinds
    )
    (folder / "other.ttl").write_text(
        PREFIXES + f"[] a sh:ValidationReport ; sh:conforms false ; sh:result {results} ."
    )
    done = ogdkg("validate", "--report", "other.ttl", cwd=folder)
    assert [kind in done.stdout for kind in kinds] == [True] * 3
    assert "llowed" not in done.stdout.replace("not allowed", "").replace("allowed list", "")


def test_what_stands_in_a_file_comes_before_what_is_in_none() -> None:
    """It may be the cause: rules draw the other from it."""
    nowhere, here = (
        Finding("Rule", Severity.VIOLATION, "A message.", place=place)
        for place in (None, Place("z.ttl", 9, 1))
    )
    slight = Finding("Rule", Severity.WARNING, "Wrong.", place=Place("a.ttl", 1, 1))
    assert sorted((slight, nowhere, here), key=Finding.order) == [here, nowhere, slight]
