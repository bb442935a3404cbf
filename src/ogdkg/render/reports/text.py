"""A validation report for the terminal: by severity and file, with the source line and the term marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ogdkg.errors import Place
from ogdkg.render.reports.words import about, reasons
from ogdkg.text.escape import one_line
from ogdkg.validation.core.results import Baseline, Finding, Report, Severity

_TERM = re.compile(r'"(?:[^"\\]|\\.)*"[^\s;,.)\]]*|<[^>]*>|[^\s;,]+')
WIDEST = 160


def report_text(report: Report) -> str:
    """Violations, warnings and infos, each by file and line; then one line that counts them."""
    return "\n".join([*_blocks(report), *_unused(report), summary(report)]) + "\n"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings as they are shown: the worst first, then by file, line and column."""
    return sorted(findings, key=_order)


def _blocks(report: Report) -> Iterator[str]:
    last = None
    for finding in in_order(report.findings):
        file = finding.place.file if finding.place else "No place in a file"
        if (finding.severity, file) != last:
            yield one_line(file)
            last = (finding.severity, file)
        yield "\n".join(_entry(report, finding)) + "\n"


def _order(finding: Finding) -> tuple[int, str, int, int]:
    place = finding.place or Place("")
    return -finding.severity, place.file, place.line or 0, place.column or 0


def _entry(report: Report, finding: Finding) -> Iterator[str]:
    place = finding.place
    where = f"{place.line}:{place.column}  " if place and place.line else ""
    yield f"  {where}{finding.severity.word}  {one_line(finding.message)}  [{one_line(finding.rule)}]"
    yield f"      {one_line(about(report, finding))}"
    if finding.excerpt and place:
        yield from _underlined(finding.excerpt, place.column)
    for other in finding.related:
        if other.place and other.place.line and other.place != place:
            named = one_line(report.name_in(other.term, other.language))
            yield f"      also {other.place.line}:{other.place.column}  {named}"
    if finding.passage:
        yield f"      passage: {one_line(report.name(finding.passage))}"
    if finding.inferred:
        yield f"      inferred: {one_line(finding.inferred)}"
    for depth, reason in reasons(report, finding):
        yield f"      {'  ' * depth}because: {one_line(reason)}"
    if finding.hint:
        yield f"      hint: {one_line(finding.hint)}"
    if finding.paste:
        yield f"      paste: {one_line(finding.paste)}"


def _underlined(line: str, column: int | None) -> Iterator[str]:
    """The line, and marks under the term that begins at the column."""
    shown, start, length = shown_line(line, column)
    yield f"      | {shown}"
    yield f"      | {' ' * start}{'^' * length}"


def shown_line(line: str, column: int | None) -> tuple[str, int, int]:
    """A line of a file, a long one cut around the column.

    Returns:
        What of the line is shown, and where in that the term begins that is at the column, and its length.
    """
    start = (column or 1) - 1
    cut = max(0, start - WIDEST // 2)
    term = _TERM.match(line, start)
    length = min(term.end() - start if term else 1, WIDEST - (start - cut))
    return _same_width(line[cut : cut + WIDEST]), start - cut, max(1, length)


def _same_width(text: str) -> str:
    """As `one_line`, but with a blank for each dropped character, so that the marks stay under the term."""
    return text if text.isprintable() else "".join(one_line(sign) or " " for sign in text)


def _unused(report: Report) -> Iterator[str]:
    if report.unused:
        yield "Unused\n" + "\n".join(f"  {one_line(line)}" for line in report.unused) + "\n"


def summary(report: Report) -> str:
    """How many findings there are in what, in one sentence."""
    if not report.findings and not report.omitted and report.looked_at_nothing:
        return f"Nothing was validated: no shape has a focus node in {_scope(report)}."
    if not report.findings and not report.omitted:
        if report.baseline:
            return f"Nothing new found in {_scope(report)}{_against(report.baseline)}."
        return f"Valid: nothing found in {_scope(report)}."
    counted = ", ".join(_counted(severity, count) for severity, count in report.counts().items() if count)
    untold = f"; {report.omitted} of lower severity omitted" if report.omitted else ""
    against = _against(report.baseline) if report.baseline else ""
    new = "New: " if against and counted else ""
    return f"{new}{counted or 'No findings of this severity'} in {_scope(report)}{untold}{against}."


def _against(baseline: Baseline) -> str:
    gone = f", {baseline.gone} of it gone" if baseline.gone else ""
    return f"; {baseline.known} known by the baseline {one_line(baseline.file)}{gone}"


def _scope(report: Report) -> str:
    """What the findings are in."""
    if report.source:
        return f"the report {one_line(report.source)}"
    return f"{report.triples} triples{_inferred(report)}"


def _inferred(report: Report) -> str:
    return f" and {report.inferred} inferred ({', '.join(report.inferred_by)})" if report.inferred_by else ""


def _counted(severity: Severity, count: int) -> str:
    return f"{count} {severity.word}{'s' if count > 1 else ''}"
