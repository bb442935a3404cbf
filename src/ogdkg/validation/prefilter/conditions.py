"""Conditions on a focus node, from whole shapes with everything nested in them.

https://www.w3.org/TR/shacl/#validation. Knows SHACL Core; a constraint in SPARQL, or of a component that the
shapes define themselves, inside another shape is left to pyshacl.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, count

from pyoxigraph import NamedNode

from ogdkg.sparql.spelling import or_false
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.siblings import siblings
from ogdkg.validation.core.vocabulary import PAIRS, SH
from ogdkg.validation.prefilter.comparison import compared
from ogdkg.validation.prefilter.logic import (
    PASS,
    TRUE,
    UNKNOWN,
    Condition,
    all_of,
    any_of,
    conjunction,
    exact,
    exactly_one,
    negation,
)
from ogdkg.validation.prefilter.values import (
    Classes,
    same_as,
    value_conditions,
    whole_number,
)

MAX_COUNTED = 3
MAX_DEPTH = 30  # shapes within one another that a query asks about; what is deeper pyshacl sees anyway


class Conditions:
    """Makes the conditions of the shapes in one shapes graph."""

    def __init__(self, shapes: Shapes, classes: Classes) -> None:
        self.shapes = shapes
        self.classes = classes
        self._numbers = count(1)
        self._depth = 0
        self._own_parameters = set(own_parameters(shapes))

    def variable(self) -> str:
        """A variable that no other part of the query uses."""
        return f"?v{next(self._numbers)}"

    def conforms(self, shape: Term, node: str) -> Condition:
        """Whether the node in the variable `node` conforms to `shape`."""
        if self.shapes.is_deactivated(shape):
            return PASS
        if self._depth >= MAX_DEPTH:
            return UNKNOWN
        self._depth += 1
        try:
            if self.shapes.is_property_shape(shape):
                return self._by_path(shape, node)
            nested = [self.conforms(each, node) for each in self.shapes.values(shape, SH.property)]
            return all_of([*self.of_node_alone(shape, node), *nested])
        finally:
            self._depth -= 1

    def of_node_alone(self, shape: Term, node: str, *, sparql_apart: bool = False) -> Iterator[Condition]:
        """What a node shape asks of the node, its property shapes left out."""
        yield from self.of_value(shape, node, sparql_apart=sparql_apart)
        yield from self._of_node(shape, node)

    def of_value(self, shape: Term, value: str, *, sparql_apart: bool = False) -> Iterator[Condition]:
        """What a shape asks of each value node by itself; constraints in SPARQL can be kept apart."""
        if self.needs_pyshacl(shape, sparql_apart=sparql_apart):
            yield UNKNOWN
        yield from value_conditions(self.shapes, shape, value, self.classes)
        for each in self.shapes.values(shape, SH.node):
            yield self.conforms(each, value)
        for each in self.shapes.values(shape, SH["not"]):
            yield self.conforms(each, value).flipped()
        for parameter, together in ((SH["and"], all_of), (SH["or"], any_of), (SH.xone, exactly_one)):
            for head in self.shapes.values(shape, parameter):
                yield together(self.conforms(each, value) for each in self.shapes.items(head))
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            yield self._closed(shape, value)

    def needs_pyshacl(self, shape: Term, *, sparql_apart: bool = False) -> bool:
        """Whether a shape asks for something that is no business of SHACL Core."""
        parameters = self.shapes.about.get(shape, {})
        queried = SH.sparql in parameters and not sparql_apart
        return queried or SH.expression in parameters or not self._own_parameters.isdisjoint(parameters)

    def of_path(self, shape: Term, path: str, node: str, *, below: int | None = None) -> Iterator[Condition]:
        """What a property shape asks of the value nodes of `node` taken together, counts only below a
        limit."""
        for term in self.shapes.values(shape, SH.minCount):
            if below is None or (whole_number(term) or 0) < below:
                yield self._at_least(path, node, term)
        for term in self.shapes.values(shape, SH.maxCount):
            if below is None or (whole_number(term) or 0) < below:
                yield self._at_least(path, node, term, above=True).flipped()
        for term in self.shapes.values(shape, SH.hasValue):
            yield self._has_value(path, node, term)
        for term in self.shapes.values(shape, SH.equals):
            yield self._equals(path, node, term)
        for term in self.shapes.values(shape, SH.disjoint):
            value = self.variable()
            yield exact(f"NOT EXISTS {{ {node} {path} {value} . {node} {term} {value} }}")
        for parameter, sign in PAIRS.items():
            for term in self.shapes.values(shape, parameter):
                yield self._less(path, node, sign, term)
        if any(map(is_true, self.shapes.values(shape, SH.uniqueLang))):
            yield self._unique_language(path, node)
        if below is None:
            for term in self.shapes.values(shape, SH.qualifiedValueShape):
                yield from self._qualified(shape, path, node, term)

    def nested(self, shape: Term, value: str) -> Iterator[Condition]:
        """What the property shapes within a property shape ask of its value nodes."""
        return (self.conforms(each, value) for each in self.shapes.values(shape, SH.property))

    def _by_path(self, shape: Term, node: str) -> Condition:
        path = sparql_path(self.shapes, self.shapes.value(shape, SH.path))
        if path is None:
            return UNKNOWN
        value = self.variable()
        each = all_of([*self.of_value(shape, value), *self.nested(shape, value)])
        return all_of([self._for_all(path, node, value, each), *self.of_path(shape, path, node)])

    def _for_all(self, path: str, node: str, value: str, each: Condition) -> Condition:
        if each == PASS:
            return PASS
        step = f"{node} {path} {value}"
        return Condition(
            f"NOT EXISTS {{ {step} . FILTER({negation(each.passes)}) }}",
            f"EXISTS {{ {step} . FILTER({each.fails}) }}",
        )

    def _of_node(self, shape: Term, node: str) -> Iterator[Condition]:
        """The parameters that compare all value nodes with something, where the only value node is the
        focus node."""
        for term in self.shapes.values(shape, SH.hasValue):
            yield same_as(term, node)
        for term in self.shapes.values(shape, SH.equals):
            other = self.variable()
            only = f"NOT EXISTS {{ {node} {term} {other} . FILTER(!sameTerm({other}, {node})) }}"
            yield exact(conjunction(f"EXISTS {{ {node} {term} {node} }}", only))
        for term in self.shapes.values(shape, SH.disjoint):
            yield exact(f"NOT EXISTS {{ {node} {term} {node} }}")

    def _closed(self, shape: Term, value: str) -> Condition:
        paths = [self.shapes.value(each, SH.path) for each in self.shapes.values(shape, SH.property)]
        ignored = [
            item
            for head in self.shapes.values(shape, SH.ignoredProperties)
            for item in self.shapes.items(head)
        ]
        allowed = ", ".join(str(each) for each in (*paths, *ignored) if isinstance(each, NamedNode))
        predicate, obj = self.variable(), self.variable()
        known = f"{predicate} IN ({allowed})" if allowed else "false"
        return exact(f"NOT EXISTS {{ {value} {predicate} {obj} . FILTER(!({known})) }}")

    def _at_least(self, path: str, node: str, term: Term, *, above: bool = False) -> Condition:
        """Whether there are so many values, or more than so many."""
        number = whole_number(term)
        if number is None or number + above > MAX_COUNTED:
            return UNKNOWN
        return exact(self._exist(path, node, number + above, lambda value: TRUE))

    def _exist(self, path: str, node: str, wanted: int, test: Callable[[str], str]) -> str:
        """The expression that `wanted` different values exist for which the test holds."""
        if wanted == 0:
            return TRUE
        values = [self.variable() for _ in range(wanted)]
        steps = " . ".join(f"{node} {path} {value}" for value in values)
        different = [f"!sameTerm({one}, {other})" for one, other in combinations(values, 2)]
        return f"EXISTS {{ {steps} . FILTER({conjunction(*different, *map(test, values))}) }}"

    def _has_value(self, path: str, node: str, term: Term) -> Condition:
        value = self.variable()
        same = same_as(term, value)
        if same == UNKNOWN:
            return UNKNOWN
        return exact(f"EXISTS {{ {node} {path} {value} . FILTER({same.passes}) }}")

    def _equals(self, path: str, node: str, term: Term) -> Condition:
        one, other = self.variable(), self.variable()
        return exact(
            conjunction(
                f"NOT EXISTS {{ {node} {path} {one} . FILTER NOT EXISTS {{ {node} {term} {one} }} }}",
                f"NOT EXISTS {{ {node} {term} {other} . FILTER NOT EXISTS {{ {node} {path} {other} }} }}",
            )
        )

    def _less(self, path: str, node: str, sign: str, term: Term) -> Condition:
        one, other = self.variable(), self.variable()
        pair = compared(one, sign, other)
        step = f"{node} {path} {one} . {node} {term} {other}"
        # Whatever is no literal on the other side makes the pair doubtful, so only `passes` is used as it is.
        return Condition(
            f"NOT EXISTS {{ {step} . FILTER({negation(pair.passes)}) }}",
            f"EXISTS {{ {step} . FILTER(isLiteral({one}) && isLiteral({other}) && {pair.fails}) }}",
        )

    def _unique_language(self, path: str, node: str) -> Condition:
        one, other = self.variable(), self.variable()
        shared = f'LANG({one}) != "" && LANG({one}) = LANG({other}) && !sameTerm({one}, {other})'
        return exact(
            f"NOT EXISTS {{ {node} {path} {one} . {node} {path} {other} . FILTER({or_false(shared)}) }}"
        )

    def _qualified(self, shape: Term, path: str, node: str, wanted: Term) -> Iterator[Condition]:
        """sh:qualifiedMinCount and sh:qualifiedMaxCount."""

        def fits(value: str) -> Condition:
            return self.qualifies(shape, wanted, value)

        for term in self.shapes.values(shape, SH.qualifiedMinCount):
            yield self._counted(path, node, fits, whole_number(term), 0)
        for term in self.shapes.values(shape, SH.qualifiedMaxCount):
            yield self._counted(path, node, fits, whole_number(term), 1).flipped()

    def qualifies(self, shape: Term, wanted: Term, value: str) -> Condition:
        """Whether a value conforms to the qualified shape, and to none of its siblings where they must be
        disjoint."""
        others = [each for each in siblings(self.shapes, shape) if each != wanted]
        return all_of(
            [self.conforms(wanted, value), *(self.conforms(each, value).flipped() for each in others)]
        )

    def _counted(
        self, path: str, node: str, fits: Callable[[str], Condition], number: int | None, more: int
    ) -> Condition:
        """Whether at least `number` values fit, and `more`."""
        if number is None or number + more > MAX_COUNTED:
            return UNKNOWN
        return Condition(
            self._exist(path, node, number + more, lambda value: fits(value).passes),
            negation(self._exist(path, node, number + more, lambda value: negation(fits(value).fails))),
        )


def own_parameters(shapes: Shapes) -> Iterator[NamedNode]:
    """The parameters of components that the shapes define, https://www.w3.org/TR/shacl/#sparql-constraint-components."""
    for said in shapes.about.values():
        for parameter in said.get(SH.parameter, ()):
            yield from shapes.values(parameter, SH.path)
