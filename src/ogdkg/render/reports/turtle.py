"""A validation report as the SHACL specification lays it out, in Turtle."""

from __future__ import annotations

from ogdkg.validation.core.results import Report
from ogdkg.validation.report.graph import to_turtle


def report_turtle(report: Report) -> str:
    """The report, https://www.w3.org/TR/shacl/#validation-report."""
    return to_turtle(report)
