"""Which units are judged here, and which are left to pySHACL: the one place that chooses between the two."""

from __future__ import annotations

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.judging.judge import Judge
from ogdkg.validation.judging.scope import scope_of
from ogdkg.validation.judging.values import UndecidedError
from ogdkg.validation.prefilter.solutions import Solutions, UnsureError
from ogdkg.validation.prefilter.units import Unit, UnitKind


class OwnJudge:
    """Judges the candidates of units whose shapes are of SHACL Core, or have queries that are plain."""

    def __init__(self, graph: DataGraph, shapes: Shapes, deadline: Deadline) -> None:
        self._judge = Judge(graph, shapes, deadline)
        self._scope = scope_of(shapes)
        self._solutions = Solutions(graph, shapes, deadline)

    def has_judged(self, unit: Unit, nodes: list[Term], results: list[Result]) -> bool:
        """Judge the candidates of a unit, if that can be done here; adds to the results."""
        is_core = self._scope.has(unit.shape)
        if not is_core and (unit.kind is UnitKind.WHOLE or not self._scope.has_beside_queries(unit.shape)):
            return False
        is_whole = unit.kind is not UnitKind.NODE_ONLY
        try:
            of_queries = [] if is_core else self._solutions.results(unit.shape, nodes)
            found = [
                result
                for node in nodes
                for result in self._judge.results(unit.shape, node, with_properties=is_whole)
            ]
        except (UndecidedError, UnsureError):
            return False
        results += found + of_queries
        return True
