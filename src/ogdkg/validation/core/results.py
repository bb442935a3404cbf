"""What a validation says: results as SHACL gives them, findings as a person reads them, one report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import IntEnum

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.errors import Place
from ogdkg.validation.core.vocabulary import SH

Term = NamedNode | BlankNode | Literal | Triple
Node = NamedNode | BlankNode | Triple


class Severity(IntEnum):
    """How grave a finding is; the order is that of `--fail-on`."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @classmethod
    def of(cls, term: Term) -> Severity:
        """The severity that an IRI names; one that SHACL does not define is as grave as a violation."""
        if term == SH.Info:
            return cls.INFO
        return cls.WARNING if term == SH.Warning else cls.VIOLATION

    @classmethod
    def named(cls, word: str) -> Severity | None:
        """The severity called `word`; none for a word like `never`."""
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
        """What makes a result this one and no other; messages and details are left out."""
        parts = (self.focus, self.path, self.value, self.component, self.severity, self.shape)
        return tuple("" if part is None else str(part) for part in parts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell a person: a result, or what a check beside SHACL has found.

    A finding beside SHACL that has no `place` yet says what to look up in the files: a `triple`, with
    `at_predicate` where its predicate is at fault, or what its `row` names beside the focus node.
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
    result: Result | None = None
    triple: tuple[Term, Term | None, Term | None] | None = None
    row: tuple[Term, ...] = ()
    at_predicate: bool = False


@dataclass(frozen=True, slots=True)
class PrefilterStats:
    """How much of the work SPARQL did: shapes with targets, those narrowed, focus nodes left to judge."""

    shapes: int = 0
    narrowed: int = 0
    candidates: int = 0
    whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one validation found, and what it read; `paths` are those of results that have no name.

    `omitted` findings were left out.
    """

    results: tuple[Result, ...]
    paths: tuple[Triple, ...] = ()
    findings: tuple[Finding, ...] = ()
    omitted: int = 0
    prefilter: PrefilterStats = field(default_factory=PrefilterStats)
    triples: int = 0
    names: dict[Term, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def name(self, term: Term) -> str:
        """What a thing of a finding is called."""
        return self.names.get(term, str(term))

    @property
    def conforms(self) -> bool:
        """No result of any severity, https://www.w3.org/TR/shacl/#conforms."""
        return not self.results

    def at_least(self, limit: Severity | None) -> Report:
        """The report with no finding less grave than `limit`; no limit leaves out none, results all stay."""
        told = tuple(f for f in self.findings if limit is None or f.severity >= limit)
        return replace(self, findings=told, omitted=self.omitted + len(self.findings) - len(told))

    def worst(self) -> Severity | None:
        """The gravest severity among the findings, or nothing where there is none."""
        return max((finding.severity for finding in self.findings), default=None)

    def fails(self, limit: Severity | None) -> bool:
        """Whether a finding is at least as grave as `limit`; no limit fails never."""
        worst = self.worst()
        return limit is not None and worst is not None and worst >= limit

    def counts(self) -> dict[Severity, int]:
        """The number of findings of each severity, the gravest first."""
        return {each: sum(f.severity is each for f in self.findings) for each in reversed(Severity)}


def flat(results: tuple[Result, ...]) -> Iterator[Result]:
    """The results and, after each, the details under it."""
    for result in results:
        yield result
        yield from flat(result.details)
