"""Judges focus nodes by SHACL Core, https://www.w3.org/TR/shacl/#validation, and says what it found.

Written for the few nodes that may fail: the prefilter has passed over all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import Path, follow, path_at
from ogdkg.validation.core.results import Node, Result, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.siblings import siblings
from ogdkg.validation.core.vocabulary import PAIRS, RDF, RDFS, SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.judging.values import Asked, asked, is_in_order

_LISTS: dict[NamedNode, tuple[NamedNode, Callable[[int, int], bool]]] = {
    SH["and"]: (SH.AndConstraintComponent, lambda fitting, of: fitting == of),
    SH["or"]: (SH.OrConstraintComponent, lambda fitting, _: fitting > 0),
    SH.xone: (SH.XoneConstraintComponent, lambda fitting, _: fitting == 1),
}
_PAIR_COMPONENTS = {
    SH.lessThan: SH.LessThanConstraintComponent,
    SH.lessThanOrEquals: SH.LessThanOrEqualsConstraintComponent,
}


class Judge:
    """Judges nodes of one graph by shapes that `Scope` has.

    Args:
        graph: The data.
        shapes: The shapes.
        deadline: When to give up.
    """

    def __init__(self, graph: DataGraph, shapes: Shapes, deadline: Deadline) -> None:
        self.graph = graph
        self.shapes = shapes
        self._deadline = deadline
        self._tests: dict[Term, list[Asked]] = {}
        self._paths: dict[Term, Path | None] = {}
        self._made: dict[Term, tuple[Term, tuple[Literal, ...]]] = {}
        self._steps: dict[tuple[NamedNode, Term, bool], list[Term]] = {}
        self._inner: dict[tuple[Term, Term], tuple[Result, ...]] = {}

    def results(self, shape: Node, focus: Term, *, with_properties: bool = True) -> Iterator[Result]:
        """The results of a node held against a shape, or against it without its property shapes."""
        self._deadline.check()
        if self.shapes.is_deactivated(shape):
            return
        values = self._values(shape, focus)
        for value in values:
            yield from self._of_value(shape, focus, value)
        yield from self._of_values(shape, focus, values)
        yield from self._counted(shape, focus, values)
        for each in self.shapes.values(shape, SH.property) if with_properties else ():
            for value in values:
                yield from self.results(each, value)

    def _found(self, shape: Term, node: Term) -> tuple[Result, ...]:
        """The results of a value node held against an inner shape, which many nodes may have in common."""
        if (shape, node) not in self._inner:
            self._inner[shape, node] = tuple(self.results(shape, node))  # type: ignore[arg-type]
        return self._inner[shape, node]

    def _values(self, shape: Term, focus: Term) -> list[Term]:
        node = self.shapes.value(shape, SH.path)
        if node is None:
            return [focus]
        if node not in self._paths:
            self._paths[node] = path_at(self.shapes, node)
        path = self._paths[node]
        assert path is not None  # as Scope has seen
        return list(follow(path, focus, self._step))

    def _step(self, predicate: NamedNode, node: Term, back: bool) -> list[Term]:
        key = predicate, node, back
        if key not in self._steps:
            self._deadline.check()
            if back:
                self._steps[key] = [each.subject for each in self.graph.triples(None, predicate, node)]
            else:
                self._steps[key] = [each.object for each in self.graph.triples(node, predicate)]
        return self._steps[key]

    def _result(
        self,
        component: NamedNode,
        shape: Node,
        focus: Term,
        value: Term | None = None,
        path: Node | None = None,
        details: Iterable[Result] = (),
    ) -> Result:
        if shape not in self._made:
            said = sorted(self.shapes.values(shape, SH.message), key=str)
            self._made[shape] = self.shapes.value(shape, SH.severity) or SH.Violation, tuple(said)
        severity, messages = self._made[shape]
        return Result(
            focus=focus,
            component=component,
            severity=severity,
            shape=shape,
            path=path or self.shapes.value(shape, SH.path),
            value=value,
            messages=messages,
            details=tuple(sorted(details, key=Result.key)),
        )

    def _of_value(self, shape: Node, focus: Term, value: Term) -> Iterator[Result]:
        """What each value node is asked by itself."""
        if shape not in self._tests:
            self._tests[shape] = asked(self.shapes, shape)
        for each in self._tests[shape]:
            if not each.fits(value):
                yield self._result(each.component, shape, focus, value)
        for wanted in self.shapes.values(shape, SH["class"]):
            if not self._is_instance(value, wanted):
                yield self._result(SH.ClassConstraintComponent, shape, focus, value)
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            yield from self._closed(shape, focus, value)
        yield from self._by_shapes(shape, focus, value)

    def _by_shapes(self, shape: Node, focus: Term, value: Term) -> Iterator[Result]:
        """sh:node, sh:not and the lists of shapes (4.6, 4.7.1)."""
        for inner in self.shapes.values(shape, SH.node):
            if found := self._found(inner, value):
                yield self._result(SH.NodeConstraintComponent, shape, focus, value, details=found)
        for inner in self.shapes.values(shape, SH["not"]):
            if not self._found(inner, value):
                yield self._result(SH.NotConstraintComponent, shape, focus, value)
        for parameter, (component, is_right) in _LISTS.items():
            for head in self.shapes.values(shape, parameter):
                members = self.shapes.items(head)
                judged = [self._found(each, value) for each in members]
                if not is_right(judged.count(()), len(judged)):
                    by_member = dict(zip(members, judged, strict=True))
                    details = [each for found in by_member.values() for each in found]
                    yield self._result(component, shape, focus, value, details=details)

    def _is_instance(self, value: Term, wanted: Term) -> bool:
        """Whether a node is a SHACL instance of a class, https://www.w3.org/TR/shacl/#dfn-shacl-instance."""
        if isinstance(value, Literal):
            return False
        classes = list(self._step(RDF.type, value, False))
        seen = set(classes)
        for each in classes:
            if each == wanted:
                return True
            above = [] if isinstance(each, Literal) else self._step(RDFS.subClassOf, each, False)
            new = [other for other in above if other not in seen]
            seen.update(new)
            classes += new
        return False

    def _closed(self, shape: Node, focus: Term, value: Term) -> Iterator[Result]:
        """sh:closed (4.8.1)."""
        allowed = {self.shapes.value(each, SH.path) for each in self.shapes.values(shape, SH.property)}.union(
            *(self.shapes.items(head) for head in self.shapes.values(shape, SH.ignoredProperties))
        )
        for triple in self.graph.triples(value):
            if triple.predicate not in allowed:
                yield self._result(
                    SH.ClosedConstraintComponent, shape, focus, triple.object, triple.predicate
                )

    def _of_values(self, shape: Node, focus: Term, values: list[Term]) -> Iterator[Result]:
        """What all value nodes are asked together: which there are, and how they stand to other values."""
        for wanted in self.shapes.values(shape, SH.hasValue):
            if wanted not in values:
                yield self._result(SH.HasValueConstraintComponent, shape, focus)
        for predicate in self.shapes.values(shape, SH.equals):
            for value in set(values).symmetric_difference(self._step(predicate, focus, False)):
                yield self._result(SH.EqualsConstraintComponent, shape, focus, value)
        for predicate in self.shapes.values(shape, SH.disjoint):
            for value in set(values).intersection(self._step(predicate, focus, False)):
                yield self._result(SH.DisjointConstraintComponent, shape, focus, value)
        for parameter in PAIRS:
            for predicate in self.shapes.values(shape, parameter):
                others = self._step(predicate, focus, False)
                for value in (
                    one for one in values for other in others if not is_in_order(one, other, parameter)
                ):
                    yield self._result(_PAIR_COMPONENTS[parameter], shape, focus, value)
        if any(map(is_true, self.shapes.values(shape, SH.uniqueLang))):
            tags = Counter(
                each.language.lower() for each in values if isinstance(each, Literal) and each.language
            )
            for _ in (tag for tag, number in tags.items() if number > 1):
                yield self._result(SH.UniqueLangConstraintComponent, shape, focus)

    def _counted(self, shape: Node, focus: Term, values: list[Term]) -> Iterator[Result]:
        """How many value nodes there may be, and how many that conform to a shape (4.2, 4.7.3)."""
        said = self.shapes.about.get(shape, {})
        for term in said.get(SH.minCount, ()):
            if len(values) < int(term.value):
                yield self._result(SH.MinCountConstraintComponent, shape, focus)
        for term in said.get(SH.maxCount, ()):
            if len(values) > int(term.value):
                yield self._result(SH.MaxCountConstraintComponent, shape, focus)
        for wanted in said.get(SH.qualifiedValueShape, ()):
            others = [each for each in siblings(self.shapes, shape) if each != wanted]
            fitting = sum(
                not self._found(wanted, value) and all(self._found(each, value) for each in others)
                for value in values
            )
            details = [each for value in values for each in self._found(wanted, value)]
            if any(fitting > int(term.value) for term in said.get(SH.qualifiedMaxCount, ())):
                yield self._result(SH.QualifiedMaxCountConstraintComponent, shape, focus, details=details)
            if any(fitting < int(term.value) for term in said.get(SH.qualifiedMinCount, ())):
                yield self._result(SH.QualifiedMinCountConstraintComponent, shape, focus, details=details)
