"""The validation of data in columns: for most shapes no query is asked, and no other process either."""

from __future__ import annotations

from dataclasses import replace

from ogdkg.sandbox.limits import without_collection
from ogdkg.sparql.mentions import mentioned_properties
from ogdkg.validation.core.advanced import is_advanced
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.results import PrefilterStats, Result
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.judging.failing import Failing
from ogdkg.validation.judging.judge import Judge
from ogdkg.validation.judging.scope import scope_of
from ogdkg.validation.judging.values import UndecidedError
from ogdkg.validation.prefilter.prefilter import PendingResults, start_prefiltered
from ogdkg.validation.prefilter.units import Unit, UnitKind, units
from ogdkg.validation.pyshacl.client import PyShaclProcess


def suits_columns(shapes: Shapes, *, in_part: bool = False) -> bool:
    """Whether what shapes ask can be judged in columns.

    Args:
        shapes: The shapes.
        in_part: Whether a part of it will do, if queries do the rest.
    """
    if is_advanced(shapes) or shapes.are_asked or any(SH.target in said for said in shapes.about.values()):
        return False
    scope = scope_of(shapes)
    suited = {scope.has(unit.shape) for unit in units(shapes)}
    return False not in suited or (in_part and True in suited)


def looks_anywhere(shapes: Shapes) -> bool:
    """Whether a query of the shapes may look at all triples: the engine fills a store faster with many."""
    queries = (triple.object for triple in shapes.triples if triple.predicate in (SH.select, SH.ask))
    return any(mentioned_properties(getattr(each, "value", ""), {}) is None for each in queries)


def judged_in_columns(pyshacl: PyShaclProcess, graph: ColumnGraph, shapes: Shapes) -> PendingResults:
    """The results of shapes that suit columns; what does not is left to queries and to pySHACL."""
    deadline, scope, parts = Deadline(pyshacl.timeout), scope_of(shapes), units(shapes)
    columns = _Columns(graph, shapes, deadline)
    with without_collection():
        left = [unit for unit in parts if not (scope.has(unit.shape) and columns.has_judged(unit))]
    if not left:
        count = len(shapes.targeted)
        return PendingResults(
            [], PrefilterStats(count, count, columns.candidates, in_columns=True), columns.found
        )
    pending = start_prefiltered(pyshacl, graph, shapes, left)
    candidates = pending.stats.candidates + columns.candidates
    pending.stats = replace(pending.stats, candidates=candidates)
    pending.judged += columns.found
    return pending


class _Columns:
    """Judges units over columns; gathers what it finds, and counts the nodes that fail."""

    def __init__(self, graph: ColumnGraph, shapes: Shapes, deadline: Deadline) -> None:
        self._graph = graph
        self._failing, self._judge = Failing(graph, shapes, deadline), Judge(graph, shapes, deadline)
        self.found: list[Result] = []
        self.candidates = 0

    def has_judged(self, unit: Unit) -> bool:
        """Judge a unit; false where another judge has to decide."""
        is_whole = unit.kind is not UnitKind.NODE_ONLY
        found: list[Result] = []
        try:
            nodes = self._failing.of(unit.shape, self._failing.targets(unit.top), with_properties=is_whole)
            for node in sorted(nodes):
                found += self._judge.results(unit.shape, self._graph.terms[node], with_properties=is_whole)
        except UndecidedError:
            return False
        self.found += found
        self.candidates += len(nodes)
        return True
