"""What the page of a check shows: the form as it was sent, and each finding with the line that it is at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from ogdkg.rdf.formats import FOR_RDF, TRIG
from ogdkg.render.reports.text import shown_line, summary
from ogdkg.render.reports.words import about, reasons
from ogdkg.validation.core.results import Constraint, Finding, Report, Severity
from ogdkg.validation.sent import Judged, Kind
from ogdkg.web.checking.sent import MOST_TEXT, Sent
from ogdkg.web.http.problems import HttpError

_MOST, _OF_EACH, _OF_LESSER = (
    200,
    30,
    10,
)  # findings of a page, of each kind, and of each that is no violation
_MOST_SHOWN = 200_000  # bytes of a text that stands in the form again
_LONGEST = 600  # letters of what is said of a finding
_NAMES = {"turtle": "Turtle", "trig": "TriG", "ntriples": "N-Triples", "nquads": "N-Quads",
          "rdfxml": "RDF/XML", "jsonld": "JSON-LD"}  # fmt: skip
_HEADS = {Severity.VIOLATION: "To mend", Severity.WARNING: "To look at", Severity.INFO: "To know"}


class FindingText(NamedTuple):
    """A finding in words.

    Attributes:
        message: What is wrong, a paragraph each.
        rule: The rule, and the shape that it is of.
        what: The thing, property and value that it is about.
        line: The line that it is at; 0 where it is at none.
        before: What of the line stands before what is marked.
        marked: What is marked.
        after: What stands behind it.
        more: What else is said, each with its name.
        because: The reasons, each with how deep it lies.
    """

    message: tuple[str, ...]
    rule: str
    what: str
    line: int
    before: str
    marked: str
    after: str
    more: tuple[tuple[str, str], ...]
    because: tuple[tuple[int, str], ...]


class Group(NamedTuple):
    """The findings of a severity, and how many more there are of a kind."""

    head: str
    total: int
    findings: tuple[FindingText, ...]
    hidden: tuple[tuple[str, int], ...]


class CheckPage:
    """What the template shows.

    Args:
        offers: Whether a text may be checked together with the graph.
        sent: What was sent; None for an empty form.
        judged: What was found.
        problem: Why nothing was checked.
    """

    def __init__(
        self,
        offers: bool,  # the first of what a template has
        sent: Sent | None = None,
        judged: Judged | None = None,
        problem: HttpError | None = None,
    ) -> None:
        self.offers, self.sent, self.judged, self.problem = offers, sent, judged, problem
        self.has_forms = False
        self.formats = [(form.name, _NAMES[form.name]) for form in FOR_RDF]
        self.most = f"{MOST_TEXT // 1_000_000} MB"
        of_each = {each: _OF_EACH if each is Severity.VIOLATION else _OF_LESSER for each in Severity}
        self._report = judged.report.limited(_MOST, of_each) if judged else Report(())

    @property
    def hint(self) -> str:
        """What to do about the problem."""
        return str(self.problem.members.get("hint", "")) if self.problem else ""

    @property
    def text(self) -> str:
        """The text, to be mended in the form; empty where it is too long, or no text."""
        if not self.sent or len(self.sent.data) > _MOST_SHOWN:
            return ""
        try:
            return self.sent.data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""

    @property
    def rows(self) -> int:
        """How high the field of the text is."""
        return min(max(self.text.count("\n") + 2, 12), 24)

    @property
    def read_as(self) -> str:
        """The name of the format that the text was read in."""
        if not self.sent:
            return ""
        is_either = self.sent.format == TRIG and not self.sent.chosen and not self.sent.is_file
        return "Turtle or TriG" if is_either else _NAMES[self.sent.format.name]

    @property
    def verdict(self) -> str:
        """What was found, in a sentence."""
        report = self._report
        if report.is_unread:
            return "The text cannot be read, so nothing was judged."
        return summary(report, "")

    @property
    def is_syntax(self) -> bool:
        """Whether there were no shapes to judge by."""
        return bool(self.judged and self.judged.kind is Kind.SYNTAX and not self._report.is_unread)

    @property
    def is_report(self) -> bool:
        """Whether the text is the report of an engine."""
        return bool(self.judged and self.judged.kind is Kind.REPORT)

    @property
    def notices(self) -> tuple[str, ...]:
        """What else there is to know."""
        return self._report.notices

    @cached_property
    def groups(self) -> list[Group]:
        """The findings, the gravest first, and by line."""
        found: dict[Severity, list[Finding]] = {}
        for finding in sorted(self._report.findings, key=Finding.order):
            found.setdefault(finding.severity, []).append(finding)
        hidden: dict[Severity, Counter[Constraint]] = {}
        for finding in self._report.hidden:
            hidden.setdefault(finding.severity, Counter())[finding.constraint] += 1
        return [
            Group(
                _HEADS[severity],
                len(findings) + hidden.get(severity, Counter()).total(),
                tuple(_told(self._report, each) for each in findings),
                tuple((_rule(*kind), n) for kind, n in hidden.get(severity, Counter()).items()),
            )
            for severity, findings in found.items()
        ]


def _told(report: Report, finding: Finding) -> FindingText:
    before = marked = after = ""
    place = finding.place
    if finding.excerpt and place:
        shown, start, length = shown_line(finding.excerpt, place.column)
        before, marked, after = shown[:start], shown[start : start + length], shown[start + length :]
    return FindingText(
        tuple(_cut(each.strip()) for each in finding.message.splitlines() if each.strip()),
        _rule(finding.rule, finding.shape),
        _cut(about(report, finding)),
        (place and place.line) or 0,
        before,
        marked,
        after,
        tuple((name, _cut(text)) for name, text in _more(report, finding)),
        tuple((depth, _cut(text)) for depth, text in reasons(report, finding)),
    )


def _cut(text: str) -> str:
    """A text as far as a page holds it; the other formats have all of it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _rule(rule: str, shape: str | None) -> str:
    return f"{rule} of {shape}" if shape else rule


def _more(report: Report, finding: Finding) -> Iterator[tuple[str, str]]:
    """What else is said of a finding, each with its name."""
    word = report.severity_word(finding)
    if word != finding.severity.word:
        yield "Severity", word
    for other in finding.related:
        if other.place and other.place.line and other.place != finding.place:
            yield "Also", f"line {other.place.line}: {report.name_in(other.term, other.language)}"
    if finding.passage:
        yield report.stated_in.capitalize(), report.name(finding.passage)
    if finding.inferred:
        yield "Inferred", finding.inferred
    if finding.hint:
        yield "Hint", finding.hint
    if finding.paste:
        yield "Paste", finding.paste
