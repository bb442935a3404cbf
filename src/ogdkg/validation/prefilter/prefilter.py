"""Finds what may fail, fetches what that needs, and has it judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache

from pyoxigraph import QuerySolution

from ogdkg.errors import InputError
from ogdkg.validation.core.background import Deadline, map_in_order
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Node, PrefilterStats, Result, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.graph import DataGraph, decoded
from ogdkg.validation.prefilter.conditions import MOST_COUNTED, Conditions
from ogdkg.validation.prefilter.constraints import Query, candidates_query
from ogdkg.validation.prefilter.logic import FALSE, TRUE, every, negated
from ogdkg.validation.prefilter.reach import Reach
from ogdkg.validation.prefilter.targets import END, Targets
from ogdkg.validation.prefilter.units import Part, Unit, retargeted, units
from ogdkg.validation.prefilter.values import whole_number
from ogdkg.validation.pyshacl.client import PyShaclProcess

BATCH = 256  # candidates judged together: enough to be worth a shapes graph, few enough to start early
LARGE = 50_000  # triples
TARGET = f"?this <urn:ogdkg:target> {END}"
_GROUPED = re.compile(r"\bGROUP\b", re.IGNORECASE)


@dataclass(slots=True)
class PrefilteredShapes:
    """A validation under way: the parts that are being judged, and how much of the work was narrowed."""

    parts: list[tuple[Future[tuple[Result, ...]], dict[Term, Node]]]
    narrowing: PrefilterStats

    def results(self) -> tuple[Result, ...]:
        """The results that judging the whole graph would give, once all parts are judged."""
        found = [_renamed(result, names) for part, names in self.parts for result in part.result()]
        return tuple(sorted(found, key=Result.key))


def prefiltered(judge: PyShaclProcess, graph: DataGraph, shapes: Shapes) -> PrefilteredShapes:
    """Find what may fail, a batch at a time; the judge is at work on one while the next is looked for."""
    search, deadline = Search(graph, shapes), Deadline(judge.timeout)
    parts, candidates = [], 0
    for focus in _batches(search, units(shapes), deadline):
        candidates += sum(map(len, focus.values()))
        reach = Reach(graph, shapes, search.bindings, deadline)
        for unit, nodes in focus.items():
            for node in nodes:
                reach.start(node)
                reach.visit(unit.shape, node, own=unit.part is Part.OWN)
        asked, names = retargeted(shapes, focus)
        parts.append((judge.submit(reach.triples(), asked), names))
    left = {unit.top for unit in search.left}
    whole = tuple(dict.fromkeys(str(unit.shape) for unit in search.left))
    said = PrefilterStats(len(shapes.targeted), len(shapes.targeted) - len(left), candidates, whole)
    return PrefilteredShapes(parts, said)


def _batches(search: Search, parts: list[Unit], deadline: Deadline) -> Iterator[dict[Unit, list[Term]]]:
    """The units with candidates, some at a time; in a large graph two are looked for at once.

    Those in SPARQL go off first and by themselves: they take the longest to judge.
    """
    parts = sorted(parts, key=lambda unit: not search.is_in_sparql(unit))
    in_sparql = sum(map(search.is_in_sparql, parts))
    batch: dict[Unit, list[Term]] = {}
    found = map_in_order(search.candidates, parts, 2 if search.is_large else 1, deadline)
    for number, (unit, nodes) in enumerate(zip(parts, found, strict=True), 1):
        if nodes:
            batch[unit] = nodes
        if batch and (number == in_sparql or sum(map(len, batch.values())) >= BATCH):
            yield batch
            batch = {}
    if batch:
        yield batch


def _aimed(query: str, pattern: str) -> str:
    """The query with the pattern of its target, unless its next step is that very pattern.

    A node with many values would be looked at for each pair of them, and what a query counts come as often.
    """
    same = pattern.removesuffix(END)
    if same != pattern and f"{TARGET} . {same}?" in query:
        return query.replace(f"{TARGET} . ", "")
    if END in pattern and _GROUPED.search(query):
        pattern = f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}"
    return query.replace(TARGET, pattern)


def _renamed(result: Result, names: dict[Term, Node]) -> Result:
    return replace(result, shape=names.get(result.shape, result.shape))


class Search:
    """Looks for the focus nodes of units that may fail; `left` gathers the units that SPARQL could not
    narrow."""

    def __init__(self, graph: DataGraph, shapes: Shapes) -> None:
        self.graph = graph
        self.shapes = shapes
        self.targets = Targets(graph, shapes)
        self.conditions = Conditions(shapes, self.targets.classes)
        self.left: list[Unit] = []
        self.bindings: dict[tuple[Term, Term], dict[str, set[Term]]] = {}
        self.is_large = len(graph) > LARGE
        self._patterns = cache(self._targets)

    def is_in_sparql(self, unit: Unit) -> bool:
        """Whether a constraint of the unit's is a query."""
        return bool(self.shapes.all(unit.shape, SH.sparql))

    def candidates(self, unit: Unit) -> list[Term]:
        """The focus nodes that may fail: those named as targets anyway, and what the queries find."""
        queries = self._queries(unit)
        found = dict.fromkeys(self.targets.listed(unit.top, all_named=any(map(_starts_nowhere, queries))))
        for query in queries:
            for pattern in self._patterns(unit.top):
                found.update(dict.fromkeys(self._nodes(unit, query, pattern)))
        return list(found)

    def _targets(self, top: Node) -> list[str]:
        """The patterns for the targets; in a small graph all in one, since there each query costs more than
        its answer."""
        found = list(dict.fromkeys(self.targets.patterns(top)))
        if len(found) < 2 or self.is_large:
            return found
        united = " UNION ".join(f"{{ {pattern} }}" for pattern in found)
        return [f"{{ SELECT DISTINCT ?this WHERE {{ {united} }} }}"]

    def _queries(self, unit: Unit) -> list[Query]:
        """The queries for the candidates, with a place for the pattern of a target."""
        if not self._patterns(unit.top):
            return []
        asked = list(self._asked(unit))
        if None in asked:
            self.left.append(unit)
            return [Query(f"SELECT DISTINCT ?this WHERE {{ {TARGET} }}")]
        return [query for query in dict.fromkeys(asked) if query and query.text]

    def _nodes(self, unit: Unit, query: Query, pattern: str) -> Iterator[Term]:
        try:
            yield from self._rows(query, pattern)
        # A query of the shapes that only rdflib reads or answers, an ill-formed parameter, or one too deep.
        except (SyntaxError, RuntimeError, InputError):
            self.left.append(unit)
            for known in [each for each in self.bindings if each[0] == query.constraint]:
                del self.bindings[known]
            yield from self._rows(Query(f"SELECT DISTINCT ?this WHERE {{ {TARGET} }}"), pattern)

    def _rows(self, query: Query, pattern: str) -> Iterator[Term]:
        for solution in self.graph.query(_aimed(query.text, pattern)):
            node = decoded(solution["this"])
            self._remember(query, node, solution)
            yield node

    def _remember(self, query: Query, node: Term, solution: QuerySolution) -> None:
        """Keep what the rows for a node bind: its judge need not look at anything else."""
        if query.constraint is not None:
            known = self.bindings.setdefault((query.constraint, node), {"this": {node}})
            for name in query.variables:
                known.setdefault(name, set()).add(decoded(solution[name]))

    def _asked(self, unit: Unit) -> Iterator[Query | None]:
        """The queries that find the candidates; nothing among them where SPARQL cannot tell."""
        if unit.part is Part.OWN:
            yield self._filtered(every(self.conditions.own(unit.shape, "?this", sparql_apart=True)).passes)
            yield from self._sparql(unit.shape, None)
        elif unit.part is Part.WHOLE:
            yield self._filtered(self.conditions.conforms(unit.shape, "?this").passes)
        else:
            yield from self._property(unit.shape)

    def _filtered(self, passes: str, step: str = "") -> Query | None:
        if passes == FALSE:
            return None
        query = f"SELECT DISTINCT ?this WHERE {{ {TARGET} . {step}FILTER({negated(passes)}) }}"
        return Query("" if passes == TRUE else query)

    def _property(self, shape: Term) -> Iterator[Query | None]:
        path = sparql_path(self.shapes, self.shapes.one(shape, SH.path))
        if path is None:
            yield None
            return
        value = self.conditions.variable()
        asked = [
            *self.conditions.of_value(shape, value, sparql_apart=True),
            *self.conditions.nested(shape, value),
        ]
        yield self._filtered(every(asked).passes, f"?this {path} {value} . ")
        yield self._filtered(every(self.conditions.of_path(shape, path, "?this", below=MOST_COUNTED)).passes)
        yield from self._counted(shape, path)
        yield from self._sparql(shape, path)

    def _counted(self, shape: Term, path: str) -> Iterator[Query | None]:
        """Counts that are too high to name each value by a variable, and counts of values that qualify."""
        for parameter, sign in ((SH.minCount, "<"), (SH.maxCount, ">")):
            for term in self.shapes.all(shape, parameter):
                number = whole_number(term)
                if number is None or number >= MOST_COUNTED:
                    yield self._grouped(path, self.conditions.variable(), "", sign, number)
        for parameter, sign in ((SH.qualifiedMinCount, "<"), (SH.qualifiedMaxCount, ">")):
            for term in self.shapes.all(shape, parameter):
                for wanted in self.shapes.all(shape, SH.qualifiedValueShape):
                    value = self.conditions.variable()
                    fit = self.conditions.qualifies(shape, wanted, value)
                    test = f" FILTER({fit.passes if sign == '<' else negated(fit.fails)})"
                    yield self._grouped(path, value, test, sign, whole_number(term))

    def _grouped(self, path: str, value: str, test: str, sign: str, number: int | None) -> Query | None:
        if number is None:
            return None
        optional = "OPTIONAL " if sign == "<" else ""  # too few may be none
        return Query(
            f"SELECT ?this WHERE {{ {TARGET} . {optional}{{ ?this {path} {value} .{test} }} }}"
            f" GROUP BY ?this HAVING (COUNT(DISTINCT {value}) {sign} {number})"
        )

    def _sparql(self, shape: Term, path: str | None) -> Iterator[Query | None]:
        for node in self.shapes.all(shape, SH.sparql):
            if not any(map(is_true, self.shapes.all(node, SH.deactivated))):
                yield candidates_query(self.shapes, node, path, TARGET)


def _starts_nowhere(query: Query) -> bool:
    """Whether a path in the query may have no steps; a store finds no such path from a node not in the
    graph."""
    return ")*" in query.text or ")?" in query.text
