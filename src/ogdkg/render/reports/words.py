"""What every format says alike of a finding: what it is about, and the reasons beneath it."""

from __future__ import annotations

from collections.abc import Iterator

from ogdkg.validation.core.results import Finding, Report

MAX_REASONS = 8  # told in a sentence; JSON and Turtle have all


def about(report: Report, finding: Finding) -> str:
    """Focus node, path and value."""
    focus = report.name(finding.focus) if finding.focus else ""
    path = f" — {finding.path}" if finding.path else ""
    has_value = finding.value is not None and finding.value != finding.focus
    value = (
        f" → {report.name_in(finding.value, finding.language)}"
        if has_value and finding.value is not None
        else ""
    )
    return f"{focus}{path}{value}"


def sentence(report: Report, finding: Finding) -> str:
    """Focus node, message, hint and reasons, for formats in which a finding is one text."""
    focus = f"{report.name(finding.focus)}: " if finding.focus else ""
    because = "; ".join(text for _, text in reasons(report, finding))
    inferred = f" Inferred: {finding.inferred}." if finding.inferred else ""
    return f"{focus}{advised(finding)}{inferred}{f' Because: {because}' if because else ''}"


def reasons(report: Report, finding: Finding, depth: int = 0) -> Iterator[tuple[int, str]]:
    """The reasons beneath a finding, each with how deep it lies."""
    several = len({detail.member for detail in finding.details}) > 1
    for detail in finding.details[:MAX_REASONS]:
        yield depth, reason(report, detail, finding, named=several)
        yield from reasons(report, detail, depth + 1)
    if len(finding.details) > MAX_REASONS:
        yield depth, f"and {len(finding.details) - MAX_REASONS} more"


def reason(report: Report, detail: Finding, above: Finding, *, named: bool) -> str:
    """One reason: which inner shape, if there are several; about what; message and hint."""
    member = f"not {detail.member}: " if named and detail.member else ""
    is_same = detail.path is None and detail.focus in (above.value, above.focus)
    subject = "" if is_same else f"{about(report, detail)}: "
    return f"{member}{subject}{advised(detail)} [{detail.rule}]"


def advised(finding: Finding) -> str:
    """Message and hint on one line, which are sentences of their own."""
    message = " ".join(finding.message.split())
    if not finding.hint:
        return message
    stop = "" if message[-1:] in ("", *".!?:;") else "."
    return f"{message}{stop} {finding.hint}"
