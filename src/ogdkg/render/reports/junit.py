"""A validation report as JUnit XML: a test case a finding, or one that passed where there is none.

Valid by the schema that Jenkins reads results with, which knows no attribute for a file or a line.
"""

from __future__ import annotations

from collections.abc import Iterator

from ogdkg.render.reports.words import reasons
from ogdkg.text.escape import xml_attribute, xml_text
from ogdkg.validation.core.results import Finding, Report, Severity


def report_junit(report: Report) -> str:
    """One suite; violations and warnings are failures, infos are skipped."""
    failing = sum(finding.severity > Severity.INFO for finding in report.findings)
    skipped = len(report.findings) - failing
    counts = f'tests="{max(1, len(report.findings))}" failures="{failing}" errors="0"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {counts}>",
        f'<testsuite name="ogdkg validate" {counts} skipped="{skipped}">',
        *_cases(report),
        *(f"<system-out>{xml_text(notice)}</system-out>" for notice in report.notices[:1]),
        "</testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def _cases(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield _case(report, finding)
    if not report.findings:
        yield '<testcase classname="ogdkg.validate" name="valid"/>'


def _case(report: Report, finding: Finding) -> str:
    place, passage = finding.place, finding.passage
    about = report.name(finding.focus) if finding.focus else str(place)
    stated = f"{report.stated_in}: {report.name(passage)}" if passage else None
    inferred = f"inferred: {finding.inferred}" if finding.inferred else None
    because = (f"{'  ' * depth}because: {reason}" for depth, reason in reasons(report, finding))
    parts = (place, finding.message, *because, stated, inferred, finding.hint, finding.paste)
    said = xml_text("\n".join(str(part) for part in parts if part))
    name = f"{about} {finding.path}" if finding.path else about
    start = f"<testcase classname={xml_attribute(finding.rule)} name={xml_attribute(name)}>"
    kind = "skipped" if finding.severity is Severity.INFO else "failure"
    typed = "" if kind == "skipped" else f" type={xml_attribute(report.severity_word(finding))}"
    return f"{start}<{kind}{typed} message={xml_attribute(finding.message)}>{said}</{kind}></testcase>"
