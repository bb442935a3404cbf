"""Reports are valid by the schemas of their formats: SARIF 2.1.0 by OASIS, JUnit XML as Jenkins reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from lxml import etree
from pyoxigraph import Literal, NamedNode
from tests.conftest import ROOT, need

from ogdkg.errors import Place
from ogdkg.render.reports.junit import report_junit
from ogdkg.render.reports.sarif import report_sarif
from ogdkg.validation.core.results import Finding, Report, Severity

SCHEMAS = ROOT / ".ogdkg" / "peers" / "schemas"
A = NamedNode("http://example.org/a")
ODD = "q\"<>&'\t\n\x00 é \U0001f333"
FINDINGS = (
    Finding("MinCount", Severity.VIOLATION, "Add a name.", A, "ex:name", hint="Add it.", paste="a b …"),
    Finding("In", Severity.WARNING, ODD, A, ODD, Literal(ODD), Place("a folder/ü #1?.ttl", 3, 7), ODD),
    Finding("Datatype", Severity.INFO, "No date.", place=Place("data.rdf"), passage=A),
    Finding("Datatype", Severity.INFO, "No date.", Literal("x"), place=Place("<stdin>", 1, 1), excerpt=""),
)  # fmt: skip


@pytest.fixture
def schema() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        path = SCHEMAS / name
        need(path.exists(), "the schema of the format", "tests/peers/schemas.sh")
        return path

    return find


@pytest.mark.parametrize("findings", [(), FINDINGS[:1], FINDINGS])
def test_sarif_is_valid(findings: tuple[Finding, ...], schema: Callable[[str], Path]) -> None:
    validator = Draft7Validator(json.loads(schema("sarif-2.1.0.json").read_text(encoding="utf-8")))
    log = json.loads(report_sarif(Report((), findings=findings)))
    assert [error.message for error in validator.iter_errors(log)] == []
    log["runs"][0]["tool"]["driver"]["nmae"] = "misspelt"
    assert len(list(validator.iter_errors(log))) == 1


@pytest.mark.parametrize("findings", [(), FINDINGS[:1], FINDINGS])
def test_junit_is_valid(findings: tuple[Finding, ...], schema: Callable[[str], Path]) -> None:
    validator = etree.XMLSchema(etree.parse(schema("junit-10.xsd")))
    suites = etree.fromstring(report_junit(Report((), findings=findings)).encode())
    validator.assertValid(suites)
    suites.set("skiped", "1")
    assert not validator.validate(suites)
