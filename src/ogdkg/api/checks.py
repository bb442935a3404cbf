"""Acceptance questions and the evidence, checked: what `ogdkg test` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, overload

from ogdkg.acceptance.runner import run_questions
from ogdkg.api.notebook import list_html
from ogdkg.api.views import View
from ogdkg.api.wording import place_text
from ogdkg.catalogue.checking import unusable
from ogdkg.errors import Place
from ogdkg.evidence.documents import SourceText, check_evidence, read_known_sources
from ogdkg.evidence.places import places_of
from ogdkg.evidence.values import check_values
from ogdkg.graph.graph import Graph


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: What is checked: a question, a stored query, a passage or a value.
        problems: What is wrong; empty if nothing is.
        file: The file that it stands in.
        line: The line of a value, counted from 1.
    """

    name: str
    problems: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self) | {"passed": self.passed}


class Checks(View, Sequence[Check]):
    """Checks that have been run.

    Attributes:
        passed: Whether nothing is wrong.
        failed: The checks that found something wrong.
        summary: How many hold, in words.
    """

    def __init__(self, checks: Iterable[Check], summary: str = "") -> None:
        self._checks = list(checks)
        self.failed = [each for each in self._checks if not each.passed]
        self.passed = not self.failed
        good = len(self._checks) - len(self.failed)
        self.summary = summary or f"{good} of {len(self._checks)} questions answered as expected"

    def __len__(self) -> int:
        return len(self._checks)

    @overload
    def __getitem__(self, place: int) -> Check: ...

    @overload
    def __getitem__(self, place: slice) -> list[Check]: ...

    def __getitem__(self, place: int | slice) -> Check | list[Check]:
        return self._checks[place]

    def to_dict(self) -> dict[str, Any]:
        """Return the checks as plain values."""
        return {"passed": self.passed, "summary": self.summary, "checks": self.to_dicts()}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each check as plain values."""
        return [each.to_dict() for each in self]

    def _text(self) -> Iterator[str]:
        for each in self:
            yield f"{'ok    ' if each.passed else 'FAILED'} {place_text(each.file, each.line)}  {each.name}\n"
            yield from (f"         {problem}\n" for problem in each.problems)
        yield f"{self.summary}\n"

    def __repr__(self) -> str:
        return f"<checks: {self.summary}>"

    def _repr_html_(self) -> str:
        entries = (("ok" if each.passed else "FAILED", each.name, "; ".join(each.problems)) for each in self)
        return list_html(("", "Check", "Problems"), entries, self.summary)


def tested(graph: Graph, source: Sequence[str]) -> Checks:
    """Run the questions of a graph, or check its passages against documents, as `Graph.test` says."""
    # A graph of its own, as questions remove triples meanwhile.
    own = Graph(graph.project, graph.options._replace(cache=False))
    _ = own.store  # a file that does not parse is one error, not one for each question
    if source:
        documents, _others = read_known_sources(own, map(Path, source))
        return _evidence(own, documents)
    outcomes = [Check(each.question, each.problems, each.file) for each in run_questions(own)]
    good = sum(each.passed for each in outcomes)
    summary = f"{good} of {len(outcomes)} questions answered as expected"
    return Checks([*outcomes, *_broken_queries(own)], summary)


def _evidence(graph: Graph, documents: Sequence[SourceText]) -> Checks:
    report, values = check_evidence(graph, documents), check_values(graph, documents)
    places = places_of(graph, (fault.quad for fault in values.faults))
    checks = [Check(iri, (fault,)) for iri, fault in report.faults]
    for fault in values.faults:
        place = places.get(fault.quad, Place(str(fault.quad.graph)))
        checks.append(Check(fault.rule, (fault.message, fault.hint), place.file, place.line))
    summary = f"{report.agreeing} of {report.checked} passages agree with the source"
    return Checks(checks, f"{summary}; {values.text()}" if values.checked else summary)


def _broken_queries(graph: Graph) -> Iterator[Check]:
    """Yield the stored queries that do not parse."""
    topics, faults = graph.catalogue.topics()
    faults += [fault for _, fault in unusable(chain.from_iterable(topics.values()), graph.project.prefixes)]
    for fault in faults:
        place = fault.place or Place("")
        yield Check("stored query", (fault.message,), place.file, place.line)
