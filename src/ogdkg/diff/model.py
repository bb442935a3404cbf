"""The difference of two versions as values: things, their changes, and the facts on both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal as OneOf

from ogdkg.diff.impact import Impact
from ogdkg.errors import Place
from ogdkg.rdf.terms import Iri, Subject, Term

Kind = OneOf["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a thing with its named graph and place; `text` shows a blank node."""

    value: Term
    text: str | None
    graph: Subject | None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One changed value; `path` leads to it from the thing, through blank nodes if it has several steps."""

    kind: Kind
    path: tuple[Iri, ...]
    before: Fact | None
    after: Fact | None
    impact: Impact = "breaking"


@dataclass(frozen=True, slots=True)
class Thing:
    """The changes of one thing, which may itself be added or removed.

    Attributes:
        subject: The thing.
        kind: Whether it is added, removed or changed.
        changes: Its changes.
        is_evidence: Whether it only tells where facts are stated, as a passage does.
        evidence_of: The thing whose facts these are, if they have changed.
    """

    subject: Subject
    kind: Kind
    changes: tuple[Change, ...]
    is_evidence: bool = False
    evidence_of: Subject | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes, with the labels and prefixes to display them."""

    before: str
    after: str
    things: tuple[Thing, ...]
    labels: Mapping[Iri, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)

    def fails(self, limit: str) -> bool:
        """Whether a change is as grave as `breaking` or `additive`, or graver; of `any`, if there is one."""
        if limit == "any":
            return bool(self.things)
        counting = ("breaking",) if limit == "breaking" else ("breaking", "additive")
        return any(change.impact in counting for thing in self.things for change in thing.changes)
