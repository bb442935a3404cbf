"""The outcome of a validation: results as SHACL defines them, findings for a person, one report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import Place
from ogdkg.lean import NamedTuple
from ogdkg.validation.core.vocabulary import RDF, SH

Term = NamedNode | BlankNode | Literal | Triple
Node = NamedNode | BlankNode | Triple
MOST_DETAILS = 60  # results within one another, in the report of another engine


class Severity(IntEnum):
    """The severity of a finding, in the order of `--fail-on`."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @classmethod
    def of(cls, term: Term) -> Severity:
        """The severity that an IRI names; one that SHACL does not define counts as a violation."""
        if term == SH.Info:
            return cls.INFO
        return cls.WARNING if term == SH.Warning else cls.VIOLATION

    @classmethod
    def named(cls, word: str) -> Severity | None:
        """The severity called `word`; None for a word like `never`."""
        return next((severity for severity in cls if severity.word == word), None)

    @property
    def word(self) -> str:
        """The severity as written on the command line: `info`, `warning` or `violation`."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result, https://www.w3.org/TR/shacl/#results-validation-result."""

    focus: Term
    component: NamedNode
    severity: Term
    shape: Node
    path: Node | None = None
    value: Term | None = None
    constraint: Node | None = None
    messages: tuple[Literal, ...] = ()
    details: tuple[Result, ...] = ()

    def key(self) -> tuple[str, ...]:
        """What identifies a result: all but its messages and details."""
        parts = (self.focus, self.path, self.value, self.component, self.severity, self.shape)
        return tuple("" if part is None else str(part) for part in parts)


class ResultFilter:
    """Whether results count, as the data tell all there is; a server may not."""

    def __call__(self, result: Result) -> bool:
        """Whether a result is one of the data."""
        return True

    def notices(self) -> Iterable[str]:
        """What was left out."""
        return ()


_LAST = "\U0010ffff"  # after every name of a file


class Constraint(NamedTuple):
    """A rule, and the name of the shape that it belongs to."""

    rule: str
    shape: str | None


@dataclass(frozen=True, slots=True)
class Related:
    """A term that belongs to a finding, and where it stands; `language` is its tag as it is written there."""

    term: Term
    place: Place | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """A term to put in the place of the object of a triple, or with `at_predicate` of its predicate."""

    triple: Triple
    replacement: NamedNode | Literal
    at_predicate: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a file to replace, in bytes, and the number of the finding that it mends."""

    file: str
    begin: int
    end: int
    text: bytes
    finding: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One entry of a report: a SHACL result, or what a project check has found.

    `inferred` is the triple it is about, where that stands in no file, and what infers it.

    A finding of a project check that has no `place` yet names what to look up in the files: a `triple`, with
    `at_predicate` if its predicate is at fault, or the terms of its `row` next to the focus node.

    Attributes:
        shape: What the source shape is called.
        member: In a detail: what the inner shape is called that it belongs to.
        details: The reasons beneath it, https://www.w3.org/TR/shacl/#results-detail.
        related: Other places that belong to it, each with the term that stands there.
        fixes: What mends it, as far as that is sure; the terms are those of the data, not of the report.
        cause: The misspelt term of another finding, without which this one would not be.
        language: The language tag of the value as its file has it; that of the term is in lower case.
    """

    rule: str
    severity: Severity
    message: str
    focus: Term | None = None
    path: str | None = None
    value: Term | None = None
    place: Place | None = None
    excerpt: str | None = None
    passage: NamedNode | None = None
    hint: str | None = None
    paste: str | None = None
    inferred: str | None = None
    result: Result | None = None
    triple: tuple[Term, Term | None, Term | None] | None = None
    row: tuple[Term, ...] = ()
    at_predicate: bool = False
    shape: str | None = None
    member: str | None = None
    details: tuple[Finding, ...] = ()
    related: tuple[Related, ...] = ()
    language: str | None = None
    fixes: tuple[Fix, ...] = ()
    cause: Term | None = None

    @property
    def own_severity(self) -> NamedNode | None:
        """The severity, if it is one that SHACL does not define; it counts as a violation."""
        severity = self.result.severity if self.result else None
        is_own = isinstance(severity, NamedNode) and severity not in (SH.Violation, SH.Warning, SH.Info)
        return severity if is_own and isinstance(severity, NamedNode) else None

    @property
    def constraint(self) -> Constraint:
        """What has not been met: the rule, and the shape that it belongs to."""
        return Constraint(self.rule, self.shape)

    def order(self) -> tuple[int, str, int, int]:
        """The gravest first, then by file and line; what is in no file last: it may follow from what is."""
        place = self.place or Place("")
        return -self.severity, place.file or _LAST, place.line or 0, place.column or 0

    def all(self) -> Iterator[Finding]:
        """The finding, and after it those beneath it."""
        yield self
        for detail in self.details:
            yield from detail.all()


@dataclass(frozen=True, slots=True)
class PrefilterStats:
    """How much of the work SPARQL did: shapes with targets, those prefiltered, candidate focus nodes.

    `in_columns`: no query was asked; `by_pyshacl` counts the candidates that pySHACL judged.
    """

    shapes: int = 0
    prefiltered: int = 0
    candidates: int = 0
    not_prefiltered: tuple[str, ...] = ()
    in_columns: bool = False
    by_pyshacl: int = 0

    def engine(self) -> str:
        """What judged, in words."""
        if self.in_columns:
            return "Judged in columns, without queries."
        if not self.by_pyshacl:
            return "Judged by queries."
        return f"Judged by queries, and {self.by_pyshacl} of the candidates by pySHACL."


class Baseline(NamedTuple):
    """What a report was compared with: the findings of it that are still there, and those that are gone."""

    file: str
    known_count: int
    gone: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that one validation found, and what it read.

    `paths` holds the triples of result paths that are blank nodes; `omitted` counts the findings left out;
    `inferred` counts the triples that were inferred before judging, by what `inferred_by` names; `source` is
    the file of a report that another engine made; `looked_at_nothing` tells that no shape has a focus node;
    `stated_in`: what the named graph of a finding is called, `graph` where the data describe no passage;
    `is_unread`: files could not be read, so nothing was judged; the findings say why.
    `edits` mend findings, if they were asked for; `hidden` are findings that a limit leaves out, and that
    still count.
    """

    results: tuple[Result, ...]
    paths: tuple[Triple, ...] = ()
    findings: tuple[Finding, ...] = ()
    omitted: int = 0
    prefilter: PrefilterStats = field(default_factory=PrefilterStats)
    triples: int = 0
    names: dict[Term, str] = field(default_factory=dict)
    source: str | None = None
    baseline: Baseline | None = None
    inferred: int = 0
    inferred_by: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    looked_at_nothing: bool = False
    is_unread: bool = False
    stated_in: str = "passage"
    edits: tuple[Edit, ...] = ()
    hidden: tuple[Finding, ...] = ()

    def name(self, term: Term) -> str:
        """The display name of a term in a finding."""
        return self.names.get(term, str(term))

    def name_in(self, term: Term, language: str | None) -> str:
        """The display name of a term whose language tag is written like this where it stands."""
        text = self.name(term)
        tag = f"@{term.language}" if isinstance(term, Literal) and term.language else ""
        return f"{text.removesuffix(tag)}@{language}" if tag and language and text.endswith(tag) else text

    @property
    def conforms(self) -> bool:
        """No result of any severity, https://www.w3.org/TR/shacl/#conforms."""
        return not self.results and not self.is_unread

    def at_least(self, limit: Severity | None) -> Report:
        """The report without findings of lower severity than `limit`; the SHACL results all stay."""
        shown = tuple(f for f in self.findings if limit is None or f.severity >= limit)
        return replace(self, findings=shown, omitted=self.omitted + len(self.findings) - len(shown))

    def limited(
        self, most: int | None, most_of_each: Mapping[Severity, int | None], *, folded: bool = False
    ) -> Report:
        """The report with so many findings at most, in all and of each constraint; the gravest stay.

        If it is `folded`, no finding stays that another one is the cause of.
        """
        by_constraint: Counter[Constraint] = Counter()
        shown, hidden = list[Finding](), list[Finding]()
        for finding in sorted(self.findings, key=Finding.order):
            if folded and finding.cause is not None:
                hidden.append(finding)
                continue
            by_constraint[finding.constraint] += 1
            of_each = most_of_each.get(finding.severity)
            is_over = of_each is not None and by_constraint[finding.constraint] > of_each
            is_full = most is not None and len(shown) >= most
            (hidden if is_over or is_full else shown).append(finding)
        if not hidden:
            return self
        kept = set(map(id, shown))
        return replace(self, findings=tuple(f for f in self.findings if id(f) in kept), hidden=tuple(hidden))

    def by_constraint(self) -> list[tuple[Constraint, int, int]]:
        """For each constraint how many findings there are and how many are hidden; the most first."""
        hidden = Counter(finding.constraint for finding in self.hidden)
        counts = Counter(finding.constraint for finding in (*self.findings, *self.hidden))
        return [(each, count, hidden[each]) for each, count in counts.most_common()]

    def worst_severity(self) -> Severity | None:
        """The highest severity among the findings; None without findings."""
        return max((finding.severity for finding in (*self.findings, *self.hidden)), default=None)

    def fails(self, limit: Severity | None) -> bool:
        """Whether a finding is at least as severe as `limit`; with no limit, never."""
        worst = self.worst_severity()
        return limit is not None and worst is not None and worst >= limit

    def counts(self) -> dict[Severity, int]:
        """The number of findings of each severity that SHACL defines, the highest first."""
        counted = Counter(f.severity for f in (*self.findings, *self.hidden) if f.own_severity is None)
        return {each: counted[each] for each in reversed(Severity)}

    def own_counts(self) -> dict[NamedNode, int]:
        """The number of findings of each severity that the shapes define themselves."""
        found = (finding.own_severity for finding in (*self.findings, *self.hidden))
        return dict(Counter(each for each in found if each is not None))

    def severity_word(self, finding: Finding) -> str:
        """The severity of a finding in a report."""
        own = finding.own_severity
        return finding.severity.word if own is None else self.name(own)


def flatten(results: tuple[Result, ...]) -> Iterator[Result]:
    """The results and, after each, the details under it."""
    for result in results:
        yield result
        yield from flatten(result.details)


class IncompleteResultError(Exception):
    """A result in a report that lacks what every result has, or whose details have no end."""


def results_in(report: Iterable[Triple], deepest: int = MOST_DETAILS) -> list[Result]:
    """The results in the triples of a report, in the order of their keys.

    Args:
        report: The triples.
        deepest: How many results may stand within one another.

    Raises:
        IncompleteResultError: https://www.w3.org/TR/shacl/#results-validation-result asks for more.
    """
    about: dict[Term, dict[Term, list[Term]]] = {}
    for triple in report:
        about.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
    reports = [node for node, said in about.items() if SH.ValidationReport in said.get(RDF.type, ())]
    tops = [top for node in reports for top in about[node].get(SH.result, ())]
    return sorted((_result(top, about, deepest) for top in tops), key=Result.key)


def _result(node: Any, about: dict[Term, dict[Term, list[Term]]], depth: int) -> Result:
    if depth == 0:
        raise IncompleteResultError("has details (sh:detail) that are nested too deeply")
    said = about.get(node, {})

    def one(predicate: Term) -> Any:
        return next(iter(said.get(predicate, ())), None)

    for needed in (SH.focusNode, SH.sourceConstraintComponent):
        if one(needed) is None:
            raise IncompleteResultError(f"has no sh:{needed.value.removeprefix(SH.base)}")
    details = (_result(each, about, depth - 1) for each in said.get(SH.detail, ()))
    return Result(
        focus=one(SH.focusNode),
        component=one(SH.sourceConstraintComponent),
        severity=one(SH.resultSeverity) or SH.Violation,
        shape=one(SH.sourceShape),
        path=one(SH.resultPath),
        value=one(SH.value),
        constraint=one(SH.sourceConstraint),
        messages=tuple(
            sorted((m for m in said.get(SH.resultMessage, ()) if isinstance(m, Literal)), key=str)
        ),
        details=tuple(sorted(details, key=Result.key)),
    )


def mention_blank_nodes(results: Sequence[Result]) -> bool:
    """Whether a result is at, or about, a blank node of the data."""
    return any(
        isinstance(term, BlankNode)
        for result in flatten(tuple(results))
        for term in (result.focus, result.value)
    )
