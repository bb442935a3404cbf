"""Makes the report of a validation from its results: findings in words, with places, alike on every run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pyoxigraph import Literal

from ogdkg.validation.core.results import Finding, Report, Result, Term, flatten
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.pyshacl.metashacl import is_checked, remember_checked
from ogdkg.validation.report.class_typos import with_causes, without_reverse
from ogdkg.validation.report.findings import findings
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.messages import with_languages, worded
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.object_typos import with_objects
from ogdkg.validation.report.shape_names import ShapeNames
from ogdkg.validation.report.subject_typos import SubjectTypo, with_subjects
from ogdkg.validation.report.text_slips import UNKNOWN

MAX_LISTED = 3  # shapes in a notice


class Coverage(NamedTuple):
    """What the shapes look at.

    Attributes:
        idle: The shapes whose targets find no node.
        is_nothing: Whether no shape finds one.
        in_shapes: What is wrong in the shapes themselves.
    """

    idle: tuple[Term, ...] = ()
    is_nothing: bool = False
    in_shapes: tuple[Finding, ...] = ()


def look_over(shapes: Shapes, graph: DataGraph, judged: Shapes, shapes_hash: str | None) -> Coverage:
    """Look at the shapes themselves, and at what their targets find.

    Args:
        shapes: The shapes.
        graph: The data.
        judged: The shapes with the nodes of custom targets named.
        shapes_hash: The fingerprint of the shapes, if what they were found to be is remembered.
    """
    from ogdkg.validation.report.unknown_terms import unknown_terms
    from ogdkg.validation.report.unused_shapes import idle

    without_focus = tuple(idle(graph, shapes, judged))
    in_shapes = [*_linted(shapes, shapes_hash), *unknown_terms(shapes, graph)]
    return Coverage(without_focus, len(without_focus) == len(shapes.targeted), tuple(in_shapes))


def _linted(shapes: Shapes, shapes_hash: str | None) -> list[Finding]:
    """What the shapes alone tell to be wrong with them; nothing where nothing was found before."""
    mark = shapes_hash and f"{shapes_hash}-spotless"
    if is_checked(mark):
        return []
    from ogdkg.validation.report.shape_lint import lint

    found = [*lint(shapes)]
    if not found:
        remember_checked(mark)
    return found


def not_covered(graph: DataGraph, shapes: Shapes, judged: Shapes, names: DisplayNames) -> tuple[str, ...]:
    """A line for each shape that finds nothing, and each term that no shape looks at, as of `look_over`."""
    from ogdkg.validation.report.unused_shapes import unused  # seldom asked for

    return unused(graph, shapes, judged, names)


@dataclass(frozen=True, slots=True)
class Reporting:
    """What a report is made with: shapes, data and names, and where the blank nodes of the data come from.

    `words` gives a result its messages. `before_placing` may say more of findings, and change the data,
    before they are looked up in the files. `misspelt` are subjects that findings follow from. `is_local`: the
    data are here, and were judged. A report of SHACL is not `is_placed`: it has neither places nor names, and
    of files only how they write language tags.
    """

    shapes: Shapes
    graph: DataGraph
    names: DisplayNames
    nodes: BlankNodes
    shape_nodes: BlankNodes
    words: Callable[[Result, ShapeNames], Result] = worded
    before_placing: Callable[[Iterable[Finding]], list[Finding]] = list
    misspelt: Sequence[SubjectTypo] = ()
    is_local: bool = False
    is_placed: bool = True

    def report(self, results: Iterable[Result], others: Sequence[Finding], coverage: Coverage) -> Report:
        """The report of results, of findings that are not from shapes, and of the shapes themselves."""
        shape_names = ShapeNames(self.shapes, self.names)
        adviser = Adviser(self.shapes, self.graph, self.names)
        worded = with_languages([self.words(result, shape_names) for result in results], adviser)
        ordered = self._ordered(worded)
        unplaced = findings(ordered, shape_names, adviser, is_advised=self.is_placed)
        found = self.before_placing(unplaced)
        told = with_causes(found, others, self.shapes, self.graph, self.names, is_local=self.is_local)
        told = with_subjects(told, self.misspelt, self.names)
        told = with_objects(told, self.graph, self.names, is_local=self.is_local)
        placed = _without_doubled(self._placed(told, self.graph, self.nodes))
        in_shapes = without_reverse(told, self._in_shapes(coverage, ordered))
        report = Report(
            results=tuple(ordered),
            paths=tuple(self.shapes.path_triples(r.path for r in flatten(tuple(ordered)) if r.path)),
            findings=(*placed, *in_shapes),
            triples=len(self.graph),
            names={
                **{term: self.names.of(term) for term in _mentioned(placed if self.is_placed else ())},
                **{term: shape_names.of(term) for term in _mentioned(in_shapes)},
            },
            notices=(*self.shapes.notices(), *self._notices(coverage)),
            looked_at_nothing=coverage.is_nothing,
        )
        return self._relabelled(report) if report.findings else report

    def _in_shapes(self, coverage: Coverage, results: Sequence[Result]) -> tuple[Finding, ...]:
        """What is wrong in the shapes themselves, unless a result says so already."""
        said = {result.path for result in flatten(tuple(results))}
        found = [each for each in coverage.in_shapes if not (each.triple and each.triple[2] in said)]
        if not found:
            return ()
        graph = DataGraph()
        graph.add(self.shapes.triples)
        return self._placed(found, graph, self.shape_nodes)

    def _notices(self, coverage: Coverage) -> Iterator[str]:
        idle, count = coverage.idle, len(self.shapes.targeted)
        if idle and coverage.is_nothing:
            yield "The targets of the shapes find no node, so nothing was validated."
        elif idle:
            listed = ", ".join(ShapeNames(self.shapes, self.names).of(each) for each in idle[:MAX_LISTED])
            more = f" and {len(idle) - MAX_LISTED} more" if len(idle) > MAX_LISTED else ""
            finds = "finds" if len(idle) == 1 else "find"
            yield f"{len(idle)} of {count} shapes with targets {finds} no node: {listed}{more}."

    def _ordered(self, results: Iterable[Result]) -> list[Result]:
        """The results in their order, and so those beneath each."""
        inner = (replace(r, details=tuple(self._ordered(r.details))) if r.details else r for r in results)
        return sorted(inner, key=self._key)

    def _key(self, result: Result) -> tuple[str, ...]:
        """The order of results: the same on every run, though blank nodes have other labels each time."""
        parts = (result.focus, result.path, result.value, result.component, result.severity, result.shape)
        texts = ("" if part is None else self._order(part) for part in parts)
        if result.component == SH.UniqueLangConstraintComponent:  # in the order that they have come in
            return tuple(texts)
        return (*texts, *map(str, result.messages))

    def _order(self, term: Term) -> str:
        number = self.shapes.order.get(term)
        return self.names.blank.order(term) if number is None else f"_:shape{number:09}"

    def _placed(self, found: list[Finding], graph: DataGraph, nodes: BlankNodes) -> tuple[Finding, ...]:
        if not self.is_placed:
            tagged = [each for each in found if any(_has_other_tag(inner, graph) for inner in each.all())]
            placed = dict(zip(map(id, tagged), self._located(tagged, graph, nodes), strict=True))
            return tuple(placed.get(id(each), each) for each in found)
        return self._located(found, graph, nodes)

    def _located(self, found: list[Finding], graph: DataGraph, nodes: BlankNodes) -> tuple[Finding, ...]:
        if not found or not nodes.sources:  # as where a server has the data
            return tuple(found)
        from ogdkg.validation.report.places import locate_findings  # what is valid is known sooner

        return locate_findings(found, self.shapes, graph, nodes)

    def _relabelled(self, report: Report) -> Report:
        from ogdkg.validation.report.relabel import relabelled  # as above

        return relabelled(report, self.nodes.label, self.shapes)


def _without_doubled(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings without a datatype that is none where a shape finds it too, and tells so."""
    at = {finding.place for finding in found if finding.rule == "Datatype"}
    return tuple(finding for finding in found if finding.rule != UNKNOWN or finding.place not in at)


def _has_other_tag(finding: Finding, graph: DataGraph) -> bool:
    """Whether a file may write the language tag of a finding in other letters."""
    value = finding.value
    return isinstance(value, Literal) and value.language is not None and not graph.writes_tag(value)


def _mentioned(found: Iterable[Finding]) -> dict[Term, None]:
    """The terms that findings name."""
    terms = (
        term
        for finding in found
        for each in finding.all()
        for term in (
            *(each.focus, each.value, each.passage, each.own_severity),
            *(other.term for other in each.related),
        )
    )
    return dict.fromkeys(term for term in terms if term is not None)
