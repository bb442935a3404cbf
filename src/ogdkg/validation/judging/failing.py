"""Which nodes do not conform to a shape of SHACL Core: of many nodes at once, over the columns of the data.

A constraint is put to each value once, however many nodes have it, and to a whole column rather than to node
after node. The verdicts are exact; `judge` then says of the few nodes that fail why they do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pyoxigraph import Literal, NamedNode

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import Path, Step, path_at
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.siblings import siblings
from ogdkg.validation.core.vocabulary import PAIRS, RDF, RDFS, SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.judging.columnwise import Values, checks, years_between
from ogdkg.validation.judging.relations import Paths, Relation
from ogdkg.validation.judging.values import FITS, is_in_order

Nodes = set[int]
_LISTS: tuple[tuple[NamedNode, Callable[[int, int], bool]], ...] = (
    (SH["and"], lambda failing, _: failing > 0),
    (SH["or"], lambda failing, of: failing == of),
    (SH.xone, lambda failing, of: failing != of - 1),
)


class Failing:
    """Finds the nodes of one graph that do not conform to shapes that `Scope` has."""

    def __init__(self, graph: ColumnGraph, shapes: Shapes, deadline: Deadline) -> None:
        self.graph = graph
        self.shapes = shapes
        self._deadline = deadline
        self._paths = Paths(graph, deadline)
        self._instances: dict[Term, Nodes] = {}
        self._last = Values(graph, ())

    def of(self, shape: Term, nodes: Nodes, *, with_properties: bool = True) -> Nodes:
        """Those of the nodes that do not conform to a shape, or to it without its property shapes."""
        self._deadline.check()
        if not nodes or self.shapes.is_deactivated(shape):
            return set()
        node = self.shapes.value(shape, SH.path)
        path = None if node is None else path_at(self.shapes, node)
        if path is None:
            failing = self._of_values(shape, nodes)
            same = Relation(nodes, nodes, is_functional=True)
            failing |= self._of_pairs(shape, same, nodes)
        else:
            failing = self._by_path(shape, path, nodes)
        if with_properties and path is None:
            for each in self.shapes.values(shape, SH.property):
                failing |= self.of(each, nodes)
        return failing

    def targets(self, shape: Node) -> Nodes:
        """The focus nodes of a shape, https://www.w3.org/TR/shacl/#targets."""
        found: Nodes = set()
        for target in self.shapes.targets(shape):
            if target.kind == SH.targetNode:
                found.add(self.graph.number(target.term))
            elif target.kind == SH.targetClass:
                found |= self._of_class(target.term)
            else:
                is_back = target.kind == SH.targetObjectsOf
                found |= self._paths.step(Step(target.term, back=is_back)).near
        return found

    def target_terms(self, shape: Node) -> set[Term]:
        """The focus nodes of a shape as terms."""
        return {self.graph.terms[each] for each in self.targets(shape)}

    def _by_path(self, shape: Term, path: Path, nodes: Nodes) -> Nodes:
        relation = self._paths.relation(path, nodes)
        is_within = relation.near <= nodes
        held = relation if is_within else _within(relation, nodes)
        failing = held.of(self._of_values(shape, held.far, with_properties=True))
        failing |= self._counted(shape, held, nodes)
        return failing | self._of_pairs(shape, held, nodes)

    def _of_values(self, shape: Term, values: Nodes, *, with_properties: bool = False) -> Nodes:
        """The values that do not pass what each is asked by itself."""
        failing: Nodes = set()
        for check in checks(self.shapes, shape):
            self._deadline.check()
            failing.update(check(self._column(values)))
        for wanted in self.shapes.values(shape, SH["class"]):
            failing |= values - self._of_class(wanted)
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            failing |= self._closed(shape, values)
        for inner in self.shapes.values(shape, SH.node):
            failing |= self.of(inner, values)
        for inner in self.shapes.values(shape, SH["not"]):
            failing |= values - self.of(inner, values)
        for parameter, is_wrong in _LISTS:
            for head in self.shapes.values(shape, parameter):
                failing |= self._of_list(self.shapes.items(head), is_wrong, values)
        for inner in self.shapes.values(shape, SH.property) if with_properties else ():
            failing |= self.of(inner, values)
        return failing

    def _column(self, nodes: Nodes) -> Values:
        """The values that the nodes are; of the last nodes still known, as several shapes may ask of them."""
        if self._last.numbers is not nodes:
            self._last = Values(self.graph, nodes)
        return self._last

    def _of_list(self, members: list[Any], is_wrong: Callable[[int, int], bool], values: Nodes) -> Nodes:
        wrong = Counter[int]()
        for each in members:
            wrong.update(self.of(each, values))
        return {each for each in values if is_wrong(wrong[each], len(members))}

    def _of_class(self, wanted: Term) -> Nodes:
        """The instances of a class, and of those below it."""
        if wanted not in self._instances:
            classes: dict[Term, None] = {wanted: None}
            for each in (waiting := [wanted]):
                below = (triple.subject for triple in self.graph.triples(None, RDFS.subClassOf, each))
                new: dict[Term, None] = dict.fromkeys(other for other in below if other not in classes)
                classes.update(new)
                waiting.extend(new)
            numbers = {number for each in classes if (number := self.graph.known(each)) is not None}
            self._instances[wanted] = self._paths.step(Step(RDF.type)).of(numbers)
        return self._instances[wanted]

    def _closed(self, shape: Term, values: Nodes) -> Nodes:
        allowed = {self.shapes.value(each, SH.path) for each in self.shapes.values(shape, SH.property)}
        for head in self.shapes.values(shape, SH.ignoredProperties):
            allowed.update(self.shapes.items(head))
        others = (each for each in self.graph.columns if each not in allowed)
        return values.intersection(
            *[set[int]().union(*(self._paths.step(Step(each)).near for each in others))]
        )

    def _counted(self, shape: Term, held: Relation, nodes: Nodes) -> Nodes:
        """The nodes with too few or too many values, and values that conform to a shape."""
        said, failing = self.shapes.about.get(shape, {}), set[int]()
        for term in said.get(SH.minCount, ()):
            failing |= _too_few(held, nodes, int(term.value))
        for term in said.get(SH.maxCount, ()):
            failing |= _too_many(held, nodes, int(term.value))
        for wanted in said.get(SH.qualifiedValueShape, ()):
            fitting = held.far - self.of(wanted, held.far)
            for each in siblings(self.shapes, shape):
                if each != wanted:
                    fitting &= self.of(each, fitting)
            counted = _within_values(held, fitting)
            for term in said.get(SH.qualifiedMinCount, ()):
                failing |= _too_few(counted, nodes, int(term.value))
            for term in said.get(SH.qualifiedMaxCount, ()):
                failing |= _too_many(counted, nodes, int(term.value))
        return failing

    def _of_pairs(self, shape: Term, held: Relation, nodes: Nodes) -> Nodes:
        """The nodes whose values together, or beside those of another property, are not as they must be."""
        failing: Nodes = set()
        for wanted in self.shapes.values(shape, SH.hasValue):
            failing |= nodes - held.of({self.graph.number(wanted)})
        for predicate in self.shapes.values(shape, SH.equals):
            pairs, others = set(held.pairs()), set(self._others(predicate, nodes).pairs())
            failing.update(near for near, _ in pairs ^ others)
        for predicate in self.shapes.values(shape, SH.disjoint):
            others = set(self._others(predicate, nodes).pairs())
            failing.update(near for near, far in held.pairs() if (near, far) in others)
        for parameter in PAIRS:
            for predicate in self.shapes.values(shape, parameter):
                failing.update(self._out_of_order(held, predicate, nodes, parameter))
        if any(map(is_true, self.shapes.values(shape, SH.uniqueLang))) and not held.is_functional:
            failing.update(self._same_language(held))
        return failing

    def _others(self, predicate: NamedNode, nodes: Nodes) -> Relation:
        found = self._paths.step(Step(predicate))
        return found if found.near <= nodes else _within(found, nodes)

    def _out_of_order(
        self, held: Relation, predicate: NamedNode, nodes: Nodes, parameter: NamedNode
    ) -> Iterator[int]:
        terms, found = self.graph.terms, self._others(predicate, nodes)
        years = self._column(held.far).years
        other_years = Values(self.graph, found.far).years if years else {}
        is_right = FITS[parameter]
        for near, far, other in _beside(held, found):
            year, other_year = years.get(far), other_years.get(other)
            order = years_between(year, other_year) if year and other_year else None
            fits = is_in_order(terms[far], terms[other], parameter) if order is None else is_right(order)
            if not fits:
                yield near

    def _same_language(self, held: Relation) -> Iterator[int]:
        terms, counts, seen = self.graph.terms, Counter(held.subjects), set[tuple[int, str]]()
        for near, far in held.pairs():
            term = terms[far] if counts[near] > 1 else None
            if isinstance(term, Literal) and term.language:
                key = near, term.language.lower()
                if key in seen:
                    yield near
                seen.add(key)


def _beside(one: Relation, other: Relation) -> Iterator[tuple[int, int, int]]:
    """The nodes, each with a value of one and a value of the other."""
    if one.is_functional and one.subjects == other.subjects:
        yield from zip(one.subjects, one.objects, other.objects, strict=True)
        return
    found = other.by_node(one.near)
    for near, far in one.pairs():
        for each in found.get(near, ()):
            yield near, far, each


def _within(relation: Relation, nodes: Nodes) -> Relation:
    return _relation(pair for pair in relation.pairs() if pair[0] in nodes)


def _within_values(relation: Relation, values: Nodes) -> Relation:
    if len(values) == len(relation.far):
        return relation
    return _relation(pair for pair in relation.pairs() if pair[1] in values)


def _relation(pairs: Iterable[tuple[int, int]]) -> Relation:
    kept = list(pairs)
    return Relation([near for near, _ in kept], [far for _, far in kept])


def _too_few(held: Relation, nodes: Nodes, least: int) -> Nodes:
    if least <= 0:
        return set()
    if least == 1:
        return nodes - held.near
    counts = Counter(held.subjects)
    return {each for each in nodes if counts[each] < least}


def _too_many(held: Relation, nodes: Nodes, most: int) -> Nodes:
    if most < 0:
        return set(nodes)
    if most == 0:
        return held.near & nodes
    if held.is_functional:
        return set()
    return {each for each, count in Counter(held.subjects).items() if count > most and each in nodes}
