"""A validation report as JSON: one object a finding, terms as SPARQL's JSON results write them."""

from __future__ import annotations

from typing import Any

from ogdkg.rdf.terms import Iri
from ogdkg.render.views.results import json_term
from ogdkg.text.escape import json_text
from ogdkg.validation.core.results import Baseline, Constraint, Finding, Related, Report, Result, Term
from ogdkg.validation.report.conversion import core_term


def report_json(report: Report) -> str:
    """The whole report; keys without a value are left out."""
    body = {
        "conforms": report.conforms,
        **({"report": report.source} if report.source else {}),
        "triples": report.triples,
        **({"inferred": report.inferred, "inferredBy": report.inferred_by} if report.inferred_by else {}),
        **({"baseline": _baseline(report.baseline)} if report.baseline else {}),
        "counts": {
            **{severity.word: count for severity, count in report.counts().items()},
            **{severity.value: count for severity, count in report.own_counts().items()},
        },
        "constraints": [_constraint(*counted) for counted in report.by_constraint()],
        "notices": list(report.notices),
        "findings": [finding_json(report, finding) for finding in report.findings],
    }
    return json_text(body) + "\n"


def finding_json(report: Report, finding: Finding) -> dict[str, Any]:
    """A finding; keys without a value are left out."""
    place, result = finding.place, finding.result
    entry = {
        "rule": finding.rule,
        "severity": finding.severity.word,
        "severityIri": finding.own_severity and finding.own_severity.value,
        "message": finding.message,
        "file": place and place.file,
        "line": place and place.line,
        "column": place and place.column,
        "focus": term_json(finding.focus),
        "name": report.name(finding.focus) if finding.focus else None,
        "path": finding.path,
        "predicate": _predicate(result),
        "value": term_json(finding.value, finding.language),
        "shape": term_json(result.shape) if result else None,
        "shapeName": finding.shape,
        "component": result.component.value if result else None,
        "passage" if report.stated_in == "passage" else "graph": finding.passage and finding.passage.value,
        "inferred": finding.inferred,
        "cause": term_json(finding.cause),
        "hint": finding.hint,
        "paste": finding.paste,
        "member": finding.member,
        "related": [_related(other) for other in finding.related] or None,
        "details": [finding_json(report, detail) for detail in finding.details] or None,
    }
    return {key: value for key, value in entry.items() if value is not None}


def _predicate(result: Result | None) -> str | None:
    """The property that is the whole path."""
    path = core_term(result.path) if result and result.path else None
    return path.value if isinstance(path, Iri) else None


def _baseline(baseline: Baseline) -> dict[str, Any]:
    return {"file": baseline.file, "known": baseline.known_count, "gone": baseline.gone}


def _constraint(constraint: Constraint, count: int, hidden: int) -> dict[str, Any]:
    shape = {"shape": constraint.shape} if constraint.shape else {}
    return {"rule": constraint.rule, **shape, "count": count, "notShown": hidden}


def _related(other: Related) -> dict[str, Any]:
    place = other.place
    entry = {
        "value": term_json(other.term, other.language),
        "file": place and place.file,
        "line": place and place.line,
        "column": place and place.column,
    }
    return {key: value for key, value in entry.items() if value is not None}


def term_json(term: Term | None, language: str | None = None) -> dict[str, str] | None:
    """A term, https://www.w3.org/TR/sparql11-results-json/#select-encode-terms.

    `language`: its language tag as it is written.
    """
    if term is None:
        return None
    encoded = json_term(core_term(term))
    return {**encoded, "xml:lang": language} if language and "xml:lang" in encoded else encoded
