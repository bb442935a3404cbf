"""A validation report for the terminal: what is alike together, with the source line and the term marked."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator

from ogdkg.errors import Place
from ogdkg.render.reports.words import about, reasons
from ogdkg.text.escape import PLAIN, Ink, one_line
from ogdkg.validation.core.results import Baseline, Constraint, Finding, Report, Severity

# A term of Turtle, a tag of XML, or a key or value of JSON.
_TERM = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^[^\s;,()\[\]{}]+)?|<[^>]*>|(?:\\.|[^\s;,()\[\]{}\\])+')
WIDEST = 160
NARROW = 74  # columns of a line of a message, which has an indent
_COLOURS = {Severity.VIOLATION: Ink.bad, Severity.WARNING: Ink.odd, Severity.INFO: Ink.faint}
FEW = 3  # findings of a kind that are told briefly but the first, where there are more
MANY = 100  # findings from which on they are counted by constraint


def report_text(report: Report, ink: Ink = PLAIN) -> str:
    """Violations, warnings and infos, what is alike together; then one line that counts them."""
    blocks = _blocks(report, ink)
    return "\n".join([*blocks, *_unused(report), *_by_constraint(report), summary(report)]) + "\n"


def _blocks(report: Report, ink: Ink) -> Iterator[str]:
    hidden = Counter((finding.severity, finding.constraint) for finding in report.hidden)
    groups: dict[tuple[Severity, Constraint], list[Finding]] = {}
    for finding in sorted(report.findings, key=Finding.order):
        groups.setdefault((finding.severity, finding.constraint), []).append(finding)
    for kind, findings in groups.items():
        is_short = hidden[kind] > 0 and len(findings) <= FEW  # then the first tells what the others are like
        for number, finding in enumerate(findings):
            is_brief = is_short and number > 0
            ending = "" if is_short else "\n"
            yield "\n".join(_entry(report, finding, ink, is_brief=is_brief)) + ending
        if hidden[kind]:
            yield f"… {_counted(f'more {kind[0].word}', hidden[kind])} like it\n"


def _entry(report: Report, finding: Finding, ink: Ink, *, is_brief: bool = False) -> Iterator[str]:
    """What editors and terminals make a link of first, as compilers do: FILE:LINE:COLUMN:."""
    place = finding.place
    first, *more = _lines(finding.message) or [""]
    word = _COLOURS[finding.severity](ink, one_line(report.severity_word(finding)))
    yield f"{_at(place)}{word}: {first}  [{one_line(finding.rule)}]"
    yield from (f"      {line}" for line in more)
    if what := one_line(about(report, finding)):
        yield f"      {what}"
    if is_brief:
        return
    if finding.excerpt and place:
        yield from _underlined(finding.excerpt, place.column)
    for other in finding.related:
        if other.place and other.place.line and other.place != place:
            yield f"      also {_at(other.place)}{one_line(report.name_in(other.term, other.language))}"
    if finding.passage:
        yield f"      {report.stated_in}: {one_line(report.name(finding.passage))}"
    if finding.inferred:
        yield f"      inferred: {one_line(finding.inferred)}"
    for depth, reason in reasons(report, finding):
        yield f"      {'  ' * depth}because: {one_line(reason)}"
    if finding.hint:
        yield f"      hint: {one_line(finding.hint)}"
    if finding.paste:
        yield f"      paste: {one_line(finding.paste)}"


def _at(place: Place | None) -> str:
    """A place before what is said of it; nothing where there is none."""
    if place is None:
        return ""
    numbers = [str(number) for number in (place.line, place.column) if number]
    return ":".join([one_line(place.file), *numbers]) + ": "


def _lines(message: str) -> list[str]:
    """A message; one of several lines without their indents, each as wide as a terminal."""
    lines = [one_line(line).strip() for line in message.strip().splitlines()]
    if len(lines) < 2:
        return lines
    return [part for line in lines for part in textwrap.wrap(line, NARROW) or [""]]


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


def _by_constraint(report: Report) -> Iterator[str]:
    """How many findings each constraint has, if they are many."""
    if len(report.hidden) + len(report.findings) >= MANY:
        counted = report.by_constraint()
        width = len(str(counted[0][1]))
        yield "By constraint"
        for constraint, count, hidden in counted:
            rest = f"  ({hidden} not shown)" if hidden else ""
            of = f"  {one_line(constraint.shape)}" if constraint.shape else ""
            yield f"  {count:>{width}}  {one_line(constraint.rule)}{of}{rest}"
        yield ""


def summary(report: Report, shown_by: str = " (--all shows them)") -> str:
    """How many findings there are in what, in one sentence.

    Args:
        report: The report.
        shown_by: What to do to see those that are hidden.
    """
    if not report.findings and not report.omitted and report.looked_at_nothing:
        return f"Nothing was validated: no shape has a focus node in {_scope(report)}."
    if not report.findings and not report.omitted:
        if report.baseline:
            return f"Nothing new found in {_scope(report)}{_against(report.baseline)}."
        return f"Valid: nothing found in {_scope(report)}."
    told = [_counted(severity.word, count) for severity, count in report.counts().items() if count]
    told += [f"{count} {one_line(report.name(own))}" for own, count in report.own_counts().items()]
    counted = ", ".join(told)
    untold = f"; {report.omitted} of lower severity omitted" if report.omitted else ""
    unseen = f"; {len(report.hidden)} not shown{shown_by}" if report.hidden else ""
    against = _against(report.baseline) if report.baseline else ""
    new = "New: " if against and counted else ""
    return f"{new}{counted or 'No findings of this severity'} in {_scope(report)}{untold}{unseen}{against}."


def _against(baseline: Baseline) -> str:
    gone = f", {baseline.gone} of it gone" if baseline.gone else ""
    return f"; {baseline.known_count} known by the baseline {one_line(baseline.file)}{gone}"


def _scope(report: Report) -> str:
    """What the findings are in."""
    if report.is_unread:
        return "files that cannot be read, so nothing was judged"
    if report.source:
        return f"the report {one_line(report.source)}"
    return f"{report.triples} triples{_inferred(report)}"


def _inferred(report: Report) -> str:
    return f" and {report.inferred} inferred ({', '.join(report.inferred_by)})" if report.inferred_by else ""


def _counted(word: str, count: int) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}"
