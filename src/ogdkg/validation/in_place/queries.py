"""What a server is asked about a shape: for each constraint a query, whose rows hold all nodes that may fail.

Each query can be checked by counting: what passes and what may fail add up to all there is. So a server that
errs in one of them is found out, and then all nodes are judged here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count

from pyoxigraph import NamedNode

from ogdkg.validation.core.paths import Chain, Choice, Path, Step, path_at
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import PAIRS, RDF, SH
from ogdkg.validation.in_place.passing import (
    ALWAYS,
    NEVER,
    all_of,
    any_of,
    in_order,
    is_among,
    is_plain,
    surely,
)
from ogdkg.validation.in_place.targets import Targets

THIS = "?this"
# What a node is asked by other means than an expression on it alone.
_ON_OTHERS = (
    SH["class"], SH.node, SH["not"], SH["and"], SH["or"], SH.xone, SH.property, SH.closed, SH.hasValue,
    SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.uniqueLang, SH.minCount, SH.maxCount,
    SH.path, SH.qualifiedValueShape,
)  # fmt: skip


class Kind(Enum):
    """How the nodes that may fail are found among the rows of a pattern."""

    ALL = "every node may fail"
    ROWS = "a row fails unless an expression is true of it"
    LACK = "a node fails that has no row of a further pattern"
    FEW = "a node fails with less than a number of rows"
    MANY = "a node fails with more than a number of rows"
    SAME = "a node fails with two rows of one key"


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the rows of a pattern, to be joined with that of the focus nodes.

    Attributes:
        kind: How nodes fail.
        start: The pattern that leads to the node in question.
        node: The variable of that node.
        more: The further pattern, or the one whose rows are counted.
        value: The variable whose values are counted.
        passes: The expression that a row passes by.
        number: How many rows there may, or must, be.
    """

    kind: Kind
    start: str = ""
    node: str = THIS
    more: str = ""
    value: str = ""
    passes: str = ""
    number: int = 0


class Queries:
    """The questions about shapes that the judge of SHACL Core can do."""

    def __init__(self, shapes: Shapes, targets: Targets) -> None:
        self.shapes = shapes
        self._targets = targets
        self._numbers = count(1)

    def of_unit(self, shape: Term, *, with_properties: bool = True) -> list[Query]:
        """The questions about a shape that has targets; one alone where every node may fail."""
        found = list(dict.fromkeys(self._of(shape, "", THIS, with_properties=with_properties)))
        everything = [each for each in found if each.kind is Kind.ALL and not each.start]
        return everything or found

    def _variable(self) -> str:
        return f"?o{next(self._numbers)}"

    def _of(self, shape: Term, start: str, node: str, *, with_properties: bool = True) -> Iterator[Query]:
        """What is asked of a node that a pattern leads to."""
        if self.shapes.is_deactivated(shape):
            return
        path_node = self.shapes.value(shape, SH.path)
        if path_node is None:
            yield from self._of_value(shape, start, node)
            yield from self._of_pairs(shape, start, node, start, node)
            for each in self.shapes.values(shape, SH.property) if with_properties else ():
                yield from self._of(each, start, node)
            return
        path, value = path_at(self.shapes, path_node), self._variable()
        steps = self._steps(path, node, value) if path else None
        if steps is None:
            yield Query(Kind.ALL, start)
            return
        far = f"{start}{steps} . "
        yield from self._of_value(shape, far, value)
        for each in self.shapes.values(shape, SH.property):
            yield from self._of(each, far, value)
        yield from self._of_pairs(shape, start, node, far, value)
        yield from self._counted(shape, start, node, steps, value)

    def _steps(self, path: Path, near: str, far: str) -> str | None:
        """The triple patterns of a path; None where a server may find too little by it."""
        if isinstance(path, Step):
            return f"{far} {path.predicate} {near}" if path.back else f"{near} {path.predicate} {far}"
        if isinstance(path, Choice):
            parts = [self._steps(part, near, far) for part in path.parts]
            return " UNION ".join(f"{{ {part} }}" for part in parts) if None not in parts else None
        if isinstance(path, Chain):
            via = [near, *(self._variable() for _ in path.parts[1:]), far]
            parts = [self._steps(*each) for each in zip(path.parts, via, via[1:], strict=False)]
            return " . ".join(map(str, parts)) if None not in parts else None
        return None

    def _of_value(self, shape: Term, start: str, node: str) -> Iterator[Query]:
        if tests := surely(self.shapes, shape, node):
            yield Query(Kind.ROWS, start, node, passes=all_of(tests))
        for wanted in self.shapes.values(shape, SH["class"]):
            yield Query(Kind.LACK, start, node, self._of_class(node, wanted))
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            predicate = self._variable()
            step = f"{start}{node} {predicate} {self._variable()} . "
            yield Query(Kind.ROWS, step, node, passes=f"{predicate} IN ({', '.join(self._allowed(shape))})")
        for inner in self.shapes.values(shape, SH.node):
            yield from self._of(inner, start, node)
        for head in self.shapes.values(shape, SH["and"]):
            for each in self.shapes.items(head):
                yield from self._of(each, start, node)
        for head in self.shapes.values(shape, SH["or"]):
            yield from self._of_any(self.shapes.items(head), start, node)
        for inner in self.shapes.values(shape, SH["not"]):
            yield from self._of_not(inner, start, node)
        if self.shapes.values(shape, SH.xone):
            yield Query(Kind.ALL, start)

    def _allowed(self, shape: Term) -> list[str]:
        """The predicates of a closed shape; there is one at least, as an empty list is no expression."""
        paths = {self.shapes.value(each, SH.path) for each in self.shapes.values(shape, SH.property)}
        for head in self.shapes.values(shape, SH.ignoredProperties):
            paths.update(self.shapes.items(head))
        return sorted(str(each) for each in paths if isinstance(each, NamedNode)) or ["<urn:ogdkg:none>"]

    def _of_class(self, node: str, wanted: Term) -> str:
        classes = [str(each) for each in self._targets.classes(wanted) if isinstance(each, NamedNode)]
        if len(classes) == 1:
            return f"{node} a {classes[0]}"
        kind = self._variable()
        return f"VALUES {kind} {{ {' '.join(classes)} }} {node} a {kind}"

    def _of_any(self, members: list[Term], start: str, node: str) -> Iterator[Query]:
        """What fails all members fails any one of them, so one is asked; all at once where that can be."""
        alone = [self._alone(each, node) for each in members]
        if None not in alone:
            yield Query(Kind.ROWS, start, node, passes=any_of([each for each in alone if each]))
            return
        asked = [list(self._of(each, start, node)) for each in members]
        known = [each for each in asked if all(query.kind is not Kind.ALL for query in each)]
        if joined := _joined(known, start):
            yield joined
            return
        yield from min(known, key=len, default=[Query(Kind.ALL, start)])

    def _alone(self, shape: Term, node: str) -> str | None:
        """An expression that is true only of nodes that conform to a shape; None where others count."""
        if self.shapes.is_deactivated(shape):
            return ALWAYS
        said = self.shapes.about.get(shape, {})
        if any(each in said for each in _ON_OTHERS):
            return None
        return all_of(surely(self.shapes, shape, node))

    def _of_not(self, shape: Term, start: str, node: str) -> Iterator[Query]:
        """What fails sh:not conforms to the shape, so it has whatever that demands."""
        demanded = self._demanded(shape, node)
        if demanded is None:
            yield Query(Kind.ALL, start)
        elif demanded:
            yield Query(Kind.ROWS, f"{start}{demanded} . ", node, passes=NEVER)

    def _demanded(self, shape: Term, node: str) -> str | None:
        """A pattern of every node that conforms to a shape; None without one that is known."""
        if self.shapes.is_deactivated(shape):
            return None
        for wanted in self.shapes.values(shape, SH["class"]):
            if not self.shapes.is_property_shape(shape):
                return self._of_class(node, wanted)
        path_node = self.shapes.value(shape, SH.path)
        path = path_at(self.shapes, path_node) if path_node is not None else None
        if path is not None:
            for value in filter(_is_asked, self.shapes.values(shape, SH.hasValue)):
                return self._steps(path, node, str(value))
            if any(int(each.value) > 0 for each in self.shapes.values(shape, SH.minCount)):
                return self._steps(path, node, self._variable())
            return None
        inner = [each for key in (SH.property, SH.node) for each in self.shapes.values(shape, key)]
        return next(filter(None, (self._demanded(each, node) for each in inner)), None)

    def _of_pairs(self, shape: Term, start: str, node: str, far: str, value: str) -> Iterator[Query]:
        """What is asked of all values together, and of how they stand to those of another property."""
        for wanted in self.shapes.values(shape, SH.hasValue):
            if not _is_asked(wanted):
                yield Query(Kind.ALL, start)
            elif node == value:
                yield Query(Kind.ROWS, start, node, passes=is_among([wanted], node))
            elif path := path_at(self.shapes, self.shapes.value(shape, SH.path)):
                yield Query(Kind.LACK, start, node, str(self._steps(path, node, str(wanted))))
        if self.shapes.values(shape, SH.equals):
            yield Query(Kind.ALL, start)
        for predicate in self.shapes.values(shape, SH.disjoint):
            yield Query(Kind.ROWS, f"{far}{node} {predicate} {value} . ", value, passes=NEVER)
        for parameter, sign in PAIRS.items():
            for predicate in self.shapes.values(shape, parameter):
                other = self._variable()
                step = f"{far}{node} {predicate} {other} . "
                yield Query(Kind.ROWS, step, value, passes=in_order(value, sign, other))
        if any(map(is_true, self.shapes.values(shape, SH.uniqueLang))):
            yield Query(Kind.SAME, start, node, far.removeprefix(start), value)

    def _counted(self, shape: Term, start: str, node: str, steps: str, value: str) -> Iterator[Query]:
        said = self.shapes.about.get(shape, {})
        for term in said.get(SH.minCount, ()):
            yield from _few(start, node, steps, value, int(term.value))
        for term in said.get(SH.maxCount, ()):
            yield Query(Kind.MANY, start, node, steps, value, number=int(term.value))
        for wanted in said.get(SH.qualifiedValueShape, ()):
            for term in said.get(SH.qualifiedMaxCount, ()):
                demanded = self._demanded(wanted, value)
                rows = f"{steps} . {demanded}" if demanded else steps
                yield Query(Kind.MANY, start, node, rows, value, number=int(term.value))
            for term in said.get(SH.qualifiedMinCount, ()):
                yield from self._qualified(
                    shape, wanted, Query(Kind.FEW, start, node, steps, value), int(term.value)
                )

    def _qualified(self, shape: Term, wanted: Term, query: Query, number: int) -> Iterator[Query]:
        """Too few that conform are found where what is demanded is all that is asked."""
        asked = set(self.shapes.about.get(wanted, {})) - {
            RDF.type,
            SH.name,
            SH.description,
            SH.message,
            SH.severity,
        }
        is_simple = asked == {SH["class"]} or (
            asked == {SH.path, SH.hasValue} and len(self.shapes.values(wanted, SH.hasValue)) == 1
        )
        is_disjoint = any(map(is_true, self.shapes.values(shape, SH.qualifiedValueShapesDisjoint)))
        demanded = self._demanded(wanted, query.value) if is_simple and not is_disjoint else None
        if demanded is None or len(self.shapes.values(wanted, SH["class"])) > 1:
            yield Query(Kind.ALL, query.start)
        else:
            yield from _few(query.start, query.node, f"{query.more} . {demanded}", query.value, number)


def _joined(asked: list[list[Query]], start: str) -> Query | None:
    """The question after what fails two members, where one fails by what there is and one by what lacks."""
    alone = [each[0] for each in asked if len(each) == 1]
    there = [each for each in alone if each.kind is Kind.ROWS and each.passes == NEVER]
    lacking = [each for each in alone if each.kind is Kind.LACK and each.start == start]
    if not there or not lacking:
        return None
    return replace(lacking[0], start=there[0].start)


def _few(start: str, node: str, steps: str, value: str, number: int) -> Iterator[Query]:
    if number == 1:
        yield Query(Kind.LACK, start, node, steps)
    elif number > 1:
        yield Query(Kind.FEW, start, node, steps, value, number=number)


def _is_asked(term: Term) -> bool:
    """Whether every server finds a value as a term: not by its value, as Virtuoso does numbers."""
    return isinstance(term, NamedNode) or is_plain(term)
