"""Paths over columns: from many focus nodes at once to their value nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import compress

from pyoxigraph import NamedNode

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import Chain, Choice, Path, Repeat, Step, follow
from ogdkg.validation.data.columns import Column, ColumnGraph

Pairs = list[tuple[int, int]]


class Relation:
    """Focus nodes and their value nodes, in two columns; each pair is there once.

    Args:
        subjects: The focus nodes, among others.
        objects: The value node of each.
        is_functional: Whether each focus node is known to be there once.
    """

    def __init__(
        self, subjects: Collection[int], objects: Collection[int], *, is_functional: bool = False
    ) -> None:
        self.subjects = subjects
        self.objects = objects
        self._is_functional = is_functional

    @cached_property
    def near(self) -> set[int]:
        """The nodes that have a value."""
        return set(self.subjects)

    @cached_property
    def far(self) -> set[int]:
        """The values."""
        return set(self.objects)

    @property
    def is_functional(self) -> bool:
        """Whether no node has two values."""
        return self._is_functional or len(self.near) == len(self.subjects)

    def of(self, values: set[int]) -> set[int]:
        """The nodes that have one of these values."""
        if not values:
            return set()
        return set(compress(self.subjects, map(values.__contains__, self.objects)))

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The nodes, each with a value."""
        return zip(self.subjects, self.objects, strict=True)

    def by_node(self, nodes: Collection[int]) -> dict[int, list[int]]:
        """The values of each of the nodes that has any."""
        found: dict[int, list[int]] = {}
        if self._is_functional and nodes == self.near:
            return {one: [other] for one, other in self.pairs()}
        for one, other in self.pairs():
            if one in nodes:
                found.setdefault(one, []).append(other)
        return found


class Paths:
    """Follows paths in one graph."""

    def __init__(self, graph: ColumnGraph, deadline: Deadline) -> None:
        self._graph = graph
        self._deadline = deadline
        self._steps: dict[tuple[object, bool], Relation] = {}

    def step(self, step: Step) -> Relation:
        """All pairs of a predicate."""
        key = step.predicate, step.back
        if key not in self._steps:
            column = self._graph.columns.get(step.predicate) or Column()
            if step.back:
                self._steps[key] = Relation(column.objects, column.subjects)
            else:
                is_functional = column.is_functional
                self._steps[key] = Relation(column.subjects, column.objects, is_functional=is_functional)
        return self._steps[key]

    def relation(self, path: Path, nodes: Collection[int]) -> Relation:
        """The pairs of a path that begin at these nodes; there may be others."""
        self._deadline.check()
        if isinstance(path, Step):
            return self.step(path)
        if isinstance(path, Choice):
            parts = [self.relation(part, nodes) for part in path.parts]
            return _made(pair for part in parts for pair in part.pairs() if pair[0] in nodes)
        if isinstance(path, Chain):
            return self._chain(path, nodes)
        return self._repeated(path, nodes)

    def _chain(self, path: Chain, nodes: Collection[int]) -> Relation:
        first, *rest = path.parts
        pairs = [pair for pair in self.relation(first, nodes).pairs() if pair[0] in nodes]
        for part in rest:
            middle = {far for _, far in pairs}
            onward = self.relation(part, middle).by_node(middle)
            pairs = [(near, far) for near, via in pairs for far in onward.get(via, ())]
        return _made(pairs)

    def _repeated(self, path: Repeat, nodes: Collection[int]) -> Relation:
        pairs: Pairs = []
        for node in nodes:
            self._deadline.check()
            pairs += [(node, far) for far in follow(path, node, self._next)]
        return _made(pairs)

    def _next(self, predicate: NamedNode, node: int, back: bool) -> Iterable[int]:
        column = self._graph.columns.get(predicate)
        if column is None:
            return ()
        return column.subjects_of(node) if back else column.objects_of(node)


def _made(pairs: Iterable[tuple[int, int]]) -> Relation:
    distinct = dict.fromkeys(pairs)
    return Relation([near for near, _ in distinct], [far for _, far in distinct])
