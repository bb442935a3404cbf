"""Gives the blank nodes of a report labels that every run repeats: those of their files, if they have any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pyoxigraph import BlankNode, Triple

from ogdkg.validation.core.results import Finding, Report, Result
from ogdkg.validation.core.shapes import Shapes


def relabelled(report: Report, label: Callable[[BlankNode], str | None], shapes: Shapes) -> Report:
    """The report with readable, stable labels in the place of a parser's.

    Args:
        report: What was found, in an order that is the same on every run.
        label: The label of a node in its file.
        shapes: The shapes, whose nodes get labels of their own.
    """
    labels = _Labels(label, shapes)
    return replace(
        report,
        results=tuple(map(labels.result, report.results)),
        findings=tuple(map(labels.finding, report.findings)),
        paths=tuple(labels.triple(each) for each in report.paths),
        names={labels.term(term): name for term, name in report.names.items()},
    )


class _Labels:
    def __init__(self, label: Callable[[BlankNode], str | None], shapes: Shapes) -> None:
        self._label = label
        self._shapes = shapes
        self._known: dict[BlankNode, BlankNode] = {}
        self._used: set[str] = set()

    def term(self, term: Any) -> Any:
        """The term itself, or a blank node with its new label."""
        if isinstance(term, Triple):
            return self.triple(term)
        if not isinstance(term, BlankNode):
            return term
        if term not in self._known:
            self._known[term] = BlankNode(
                next(each for each in self._candidates(term) if each not in self._used)
            )
            self._used.add(self._known[term].value)
        return self._known[term]

    def _candidates(self, node: BlankNode) -> Iterator[str]:
        is_shape = node in self._shapes.about
        own = None if is_shape else self._label(node)
        if own:
            yield own
        stem = f"{own}-" if own else "shape" if is_shape else "node"
        number = 1 + len(self._known)
        while True:
            yield f"{stem}{number}"
            number += 1

    def triple(self, triple: Triple) -> Triple:
        """The triple with its terms relabelled."""
        return Triple(self.term(triple.subject), triple.predicate, self.term(triple.object))

    def result(self, result: Result) -> Result:
        """The result, and those beneath it."""
        return replace(
            result,
            focus=self.term(result.focus),
            value=self.term(result.value),
            path=self.term(result.path),
            shape=self.term(result.shape),
            constraint=self.term(result.constraint),
            details=tuple(map(self.result, result.details)),
        )

    def finding(self, finding: Finding) -> Finding:
        """The finding, and those beneath it."""
        return replace(
            finding,
            focus=self.term(finding.focus),
            value=self.term(finding.value),
            result=self.result(finding.result) if finding.result else None,
            related=tuple(replace(other, term=self.term(other.term)) for other in finding.related),
            details=tuple(map(self.finding, finding.details)),
        )
