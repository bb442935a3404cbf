"""A validation report as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from ogdkg import __version__
from ogdkg.text.escape import json_text
from ogdkg.validation.core.results import Finding, Report, Severity

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def report_sarif(report: Report) -> str:
    """One run; each kind of finding is a rule."""
    rules = sorted({finding.rule for finding in report.findings})
    run = {
        "tool": {
            "driver": {
                "name": "ogdkg",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, rules) for finding in report.findings],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": rule}}


def _result(report: Report, finding: Finding, rules: list[str]) -> dict[str, Any]:
    about = f"{report.name(finding.focus)}: " if finding.focus else ""
    hint = f" {finding.hint}" if finding.hint else ""
    inferred = f" Inferred: {finding.inferred}." if finding.inferred else ""
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{about}{finding.message}{inferred}{hint}"},
    }
    location = {
        **({"physicalLocation": _physical(finding)} if finding.place else {}),
        **({"logicalLocations": list(_logical(report, finding))} if finding.focus else {}),
    }
    return {**entry, "locations": [location]} if location else entry


def _logical(report: Report, finding: Finding) -> Iterator[dict[str, str]]:
    """The focus node, and the passage that states the triple at fault."""
    for term, kind in ((finding.focus, "focus node"), (finding.passage, "passage")):
        if term is not None:
            iri = getattr(term, "value", str(term))
            yield {"name": report.name(term), "fullyQualifiedName": iri, "kind": kind}


def _physical(finding: Finding) -> dict[str, Any]:
    place = finding.place
    assert place
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(os.fsencode(place.file))}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column or 1}
        if finding.excerpt:
            location["region"]["snippet"] = {"text": finding.excerpt}
    return location
