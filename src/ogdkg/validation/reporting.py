"""Makes the report of a validation from its results: findings in words, with places, alike on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode

from ogdkg.validation.core.results import Finding, Report, Result, Term, flatten
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.findings import findings
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.messages import worded
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.shape_names import ShapeNames


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a report is made with: shapes, data and names, and where the blank nodes of the data come from.

    `words` gives a result its messages. `before_placing` may say more of findings, and change the data,
    before they are looked up in the files.
    """

    shapes: Shapes
    graph: DataGraph
    names: DisplayNames
    nodes: BlankNodes
    words: Callable[[Result, ShapeNames], Result] = worded
    before_placing: Callable[[Iterable[Finding]], list[Finding]] = list

    def report(self, results: Iterable[Result], others: Sequence[Finding]) -> Report:
        """The report of results, and of findings that are not from shapes."""
        shape_names = ShapeNames(self.shapes, self.names)
        ordered = sorted((self.words(result, shape_names) for result in results), key=self._key)
        adviser = Adviser(self.shapes, self.graph, self.names)
        found = self.before_placing(findings(ordered, shape_names, adviser))
        placed = self._placed([*found, *others])
        report = Report(
            results=tuple(ordered),
            paths=tuple(self.shapes.path_triples(r.path for r in flatten(tuple(ordered)) if r.path)),
            findings=placed,
            triples=len(self.graph),
            names={term: self.names.of(term) for term in _mentioned(placed)},
            notices=tuple(self.shapes.notices()),
        )
        return self._relabelled(report) if ordered or placed else report

    def _key(self, result: Result) -> tuple[str, ...]:
        """The order of results: the same on every run, though blank nodes have other labels each time."""
        parts = (result.focus, result.path, result.value, result.component, result.severity, result.shape)
        texts = ("" if part is None else self._order(part) for part in parts)
        return (*texts, *map(str, result.messages))

    def _order(self, term: Term) -> str:
        number = self.shapes.order.get(term)
        return self.names.blank.order(term) if number is None else f"_:shape{number:09}"

    def _placed(self, found: list[Finding]) -> tuple[Finding, ...]:
        if not found:
            return ()
        from ogdkg.validation.report.places import locate_findings  # what is valid is known sooner

        return locate_findings(found, self.shapes, self.graph, self.nodes)

    def _relabelled(self, report: Report) -> Report:
        from ogdkg.validation.report.relabel import relabelled  # as above

        return relabelled(report, self.nodes.label, self.shapes)


def mention_blank_nodes(results: Sequence[Result]) -> bool:
    """Whether a result is at, or about, a blank node of the data."""
    return any(
        isinstance(term, BlankNode)
        for result in flatten(tuple(results))
        for term in (result.focus, result.value)
    )


def _mentioned(found: Iterable[Finding]) -> dict[Term, None]:
    """The terms that findings name."""
    terms = (
        term
        for finding in found
        for each in finding.all()
        for term in (each.focus, each.value, each.passage, *(other.term for other in each.related))
    )
    return dict.fromkeys(term for term in terms if term is not None)
