"""A validation report for a person at a terminal."""

from __future__ import annotations

from ogdkg.validation.report import Finding, Report


def report_text(report: Report) -> str:
    """The findings, the gravest first, and a line that counts them."""
    ordered = sorted(report.findings, key=lambda finding: -finding.severity)
    return "".join(f"{_entry(finding)}\n" for finding in ordered) + _summary(report) + "\n"


def _entry(finding: Finding) -> str:
    where = f"{finding.place}: " if finding.place else ""
    about = " ".join(str(part) for part in (finding.focus, finding.path, finding.value) if part is not None)
    return f"{where}{finding.severity.word}: {finding.message} [{finding.rule}]\n    {about}"


def _summary(report: Report) -> str:
    if not report.findings:
        return f"Valid: nothing found in {report.triples} triples."
    counted = ", ".join(f"{count} {severity.word}" for severity, count in report.counts().items() if count)
    return f"{counted} in {report.triples} triples."
