"""A validation report as GitHub's workflow commands, which show as annotations on the lines of a change.

https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from ogdkg.render.reports.words import sentence
from ogdkg.text.escape import github_data, github_property
from ogdkg.validation.core.results import Finding, Report, Severity

COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def report_github(report: Report) -> str:
    """One command a finding, and one a notice."""
    commands = [_command(report, finding) for finding in report.findings]
    commands += [f"::notice title=ogdkg validate::{github_data(notice)}" for notice in report.notices]
    return "".join(f"{command}\n" for command in commands)


def _command(report: Report, finding: Finding) -> str:
    place = finding.place
    known = {
        "file": place and place.file,
        "line": place and place.line,
        "col": place and place.column,
        "title": finding.rule,
    }
    properties = ",".join(
        f"{key}={github_property(str(value))}" for key, value in known.items() if value is not None
    )
    return f"::{COMMANDS[finding.severity]} {properties}::{github_data(sentence(report, finding))}"
