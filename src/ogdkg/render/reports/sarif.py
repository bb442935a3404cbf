"""A validation report as SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import quote

from ogdkg import __version__
from ogdkg.errors import Place
from ogdkg.render.reports.words import sentence
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
    notices = [*report.notices, *([f"{len(report.hidden)} findings are not shown."] if report.hidden else [])]
    if notices or report.is_unread:
        told = [{"level": "note", "message": {"text": notice}} for notice in notices]
        done = not report.is_unread
        run["invocations"] = [{"executionSuccessful": done, "toolExecutionNotifications": told}]
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(rule: str) -> dict[str, Any]:
    return {"id": rule, "shortDescription": {"text": rule}}


def _result(report: Report, finding: Finding, rules: list[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": LEVELS[finding.severity],
        "message": {"text": sentence(report, finding)},
    }
    if report.baseline:
        entry["baselineState"] = "new"
    location = {
        **_location(finding),
        **({"logicalLocations": list(_logical(report, finding))} if finding.focus else {}),
    }
    if finding.own_severity:
        entry["properties"] = {"severity": finding.own_severity.value}
    if location:
        entry["locations"] = [location]
    if related := list(_related(report, finding)):
        entry["relatedLocations"] = related
    return entry


def _related(report: Report, finding: Finding) -> Iterator[dict[str, Any]]:
    """Where the reasons stand, and the other terms that belong to the finding."""
    for detail in islice(finding.all(), 1, None):
        if detail.place:
            yield {**_location(detail), "message": {"text": sentence(report, replace(detail, details=()))}}
    for other in finding.related:
        if other.place:
            text = report.name_in(other.term, other.language)
            yield {"physicalLocation": _physical(other.place, None), "message": {"text": text}}


def _location(finding: Finding) -> dict[str, Any]:
    return {"physicalLocation": _physical(finding.place, finding.excerpt)} if finding.place else {}


def _logical(report: Report, finding: Finding) -> Iterator[dict[str, str]]:
    """The focus node, and the passage that states the triple at fault."""
    for term, kind in ((finding.focus, "focus node"), (finding.passage, report.stated_in)):
        if term is not None:
            iri = getattr(term, "value", str(term))
            yield {"name": report.name(term), "fullyQualifiedName": iri, "kind": kind}


def _physical(place: Place, excerpt: str | None) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": {"uri": quote(os.fsencode(place.file))}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": place.column or 1}
        if excerpt:
            location["region"]["snippet"] = {"text": excerpt}
    return location
