"""Select the focus nodes that may fail, fetch the triples they need, and submit them to pyshacl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QuerySolution

from ogdkg.errors import InputError
from ogdkg.validation.core.advanced import is_advanced
from ogdkg.validation.core.background import Deadline, map_in_order
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import Node, PrefilterStats, Result, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.graph import DataGraph, decode_term
from ogdkg.validation.prefilter.conditions import MAX_COUNTED, Conditions
from ogdkg.validation.prefilter.constraints import CandidateQuery, candidates_query
from ogdkg.validation.prefilter.judged_here import OwnJudge
from ogdkg.validation.prefilter.logic import FALSE, TRUE, all_of, negation
from ogdkg.validation.prefilter.targets import TARGET_END, Targets
from ogdkg.validation.prefilter.units import Unit, UnitKind, unit_shapes, units
from ogdkg.validation.prefilter.values import whole_number
from ogdkg.validation.pyshacl.client import PyShaclProcess

if TYPE_CHECKING:
    from concurrent.futures import Future

BATCH_SIZE = (
    256  # candidates validated together: enough to be worth a shapes graph, few enough to start early
)
LARGE_TRIPLES = 50_000  # triples
TARGET_PLACEHOLDER = f"?this <urn:ogdkg:target> {TARGET_END}"
MOST_OTHERS = 3  # triples of a predicate for each target, up to which it is walked over first
_OF_CLASS = re.compile(r"\?this a <([^<>]*)>")
_ONE_STEP = re.compile(r"\?this <[^<>]*> \?\w+ \. ")
_GROUPED = re.compile(r"\bGROUP\b", re.IGNORECASE)


@dataclass(slots=True)
class PendingResults:
    """A validation in progress: what pyshacl works on, what was judged here, and how much was prefiltered."""

    parts: list[tuple[Future[tuple[Result, ...]], dict[Term, Node]]]
    stats: PrefilterStats
    judged: list[Result] = field(default_factory=list)

    def results(self) -> tuple[Result, ...]:
        """The results of the whole graph, once every batch is done."""
        found = [renamed(result, names) for part, names in self.parts for result in part.result()]
        return tuple(sorted((*self.judged, *found), key=Result.key))


def start_prefiltered(
    pyshacl: PyShaclProcess, graph: DataGraph, shapes: Shapes, parts: list[Unit] | None = None
) -> PendingResults:
    """Select candidates a batch at a time; pyshacl works on one batch while the next is selected.

    What is of SHACL Core is judged here, and pyshacl does the rest: if there is nothing, it does not start.
    `parts` are the units to judge, else all.
    """
    search, deadline = CandidateSearch(graph, shapes), Deadline(pyshacl.timeout)
    judge = pyshacl.submit_advanced if is_advanced(shapes) else pyshacl.submit
    own = OwnJudge(graph, shapes, deadline)
    pending, judged, candidates, by_pyshacl, reach = [], list[Result](), 0, 0, None
    for focus in _batches(search, units(shapes) if parts is None else parts, deadline):
        candidates += sum(map(len, focus.values()))
        left = {unit: nodes for unit, nodes in focus.items() if not own.has_judged(unit, nodes, judged)}
        if not left:
            continue
        from ogdkg.validation.prefilter.reach import ReachableTriples  # few shapes need pySHACL

        by_pyshacl += sum(map(len, left.values()))
        reach = ReachableTriples(graph, shapes, search.bindings, deadline, after=reach)
        for unit, nodes in left.items():
            for node in nodes:
                reach.add_focus(node)
                reach.visit(unit.shape, node, without_properties=unit.kind is UnitKind.NODE_ONLY)
        batch_shapes, names = unit_shapes(shapes, left)
        pending.append((judge(reach.triples(), batch_shapes), names))
    unfiltered = {unit.top for unit in search.unfiltered}
    whole = tuple(dict.fromkeys(str(unit.shape) for unit in search.unfiltered))
    stats = PrefilterStats(len(shapes.targeted), len(shapes.targeted) - len(unfiltered), candidates, whole)
    return PendingResults(pending, replace(stats, by_pyshacl=by_pyshacl), judged)


def _batches(
    search: CandidateSearch, parts: list[Unit], deadline: Deadline
) -> Iterator[dict[Unit, list[Term]]]:
    """The units with their candidates, in batches; in a large graph two units are queried at once.

    Units with SPARQL constraints come first and by themselves: they take pyshacl the longest.
    """
    parts = sorted(parts, key=lambda unit: not search.has_sparql(unit))
    in_sparql = sum(map(search.has_sparql, parts))
    batch: dict[Unit, list[Term]] = {}
    found = map_in_order(search.candidates, parts, 2 if search.is_large else 1, deadline)
    for number, (unit, nodes) in enumerate(zip(parts, found, strict=True), 1):
        if nodes:
            batch[unit] = nodes
        if batch and (number == in_sparql or sum(map(len, batch.values())) >= BATCH_SIZE):
            yield batch
            batch = {}
    if batch:
        yield batch


def _without_target(query: str) -> str:
    return query.replace(f"{TARGET_PLACEHOLDER} . ", "")


def _with_target(query: str, pattern: str) -> str:
    """The query with the pattern of its target, unless its next step is that very pattern.

    A node with many values would be looked at for each pair of them, and what a query counts come as often.
    """
    same = pattern.removesuffix(TARGET_END)
    if same != pattern and f"{TARGET_PLACEHOLDER} . {same}?" in query:
        return _without_target(query)
    if TARGET_END in pattern and _GROUPED.search(query):
        pattern = f"{{ SELECT DISTINCT ?this WHERE {{ {pattern} }} }}"
    return query.replace(TARGET_PLACEHOLDER, pattern)


def renamed(result: Result, names: dict[Term, Node]) -> Result:
    """The result with what shapes are called elsewhere."""
    details = tuple(renamed(each, names) for each in result.details)
    return replace(result, shape=names.get(result.shape, result.shape), details=details)


class CandidateSearch:
    """Selects the focus nodes of units that may fail; `unfiltered` gathers the units that SPARQL cannot
    prefilter."""

    def __init__(self, graph: DataGraph, shapes: Shapes) -> None:
        self.graph = graph
        self.shapes = shapes
        self.targets = Targets(graph, shapes)
        self.conditions = Conditions(shapes, self.targets.classes)
        self.unfiltered: list[Unit] = []
        self.bindings: dict[tuple[Term, Term], dict[str, set[Term]]] = {}
        self.is_large = len(graph) > LARGE_TRIPLES
        self._patterns = cache(self._target_patterns)
        self._count = cache(self._counted_triples)

    def has_sparql(self, unit: Unit) -> bool:
        """Whether a constraint of the unit's is a query."""
        return bool(self.shapes.values(unit.shape, SH.sparql))

    def candidates(self, unit: Unit) -> list[Term]:
        """The focus nodes that may fail: those named as targets anyway, and what the queries find."""
        queries = self._queries(unit)
        found = dict.fromkeys(
            self.targets.unqueried(unit.top, all_named=any(map(_allows_empty_path, queries)))
        )
        for query in queries:
            for pattern in self._patterns(unit.top):
                found.update(dict.fromkeys(self._nodes(unit, query, pattern)))
        return list(found)

    def _target_patterns(self, top: Node) -> list[str]:
        """The patterns for the targets; in a small graph all in one, since there each query costs more than
        its answer."""
        found = list(dict.fromkeys(self.targets.patterns(top)))
        if len(found) < 2 or self.is_large:
            return found
        united = " UNION ".join(f"{{ {pattern} }}" for pattern in found)
        return [f"{{ SELECT DISTINCT ?this WHERE {{ {united} }} }}"]

    def _queries(self, unit: Unit) -> list[CandidateQuery]:
        """The queries for the candidates, with a place for the pattern of a target."""
        if not self._patterns(unit.top):
            return []
        queries = list(self._unit_queries(unit))
        if None in queries:
            self.unfiltered.append(unit)
            return [CandidateQuery(f"SELECT DISTINCT ?this WHERE {{ {TARGET_PLACEHOLDER} }}")]
        return [query for query in dict.fromkeys(queries) if query and query.text]

    def _nodes(self, unit: Unit, query: CandidateQuery, pattern: str) -> Iterator[Term]:
        try:
            yield from self._rows(query, pattern)
        # A query of the shapes that only rdflib reads or answers, an ill-formed parameter, or one too deep.
        except (SyntaxError, RuntimeError, InputError):
            self.unfiltered.append(unit)
            for known in [each for each in list(self.bindings) if each[0] == query.constraint]:
                del self.bindings[known]
            yield from self._rows(
                CandidateQuery(f"SELECT DISTINCT ?this WHERE {{ {TARGET_PLACEHOLDER} }}"), pattern
            )

    def _rows(self, query: CandidateQuery, pattern: str) -> Iterator[Term]:
        target = self._target_to_check(query, pattern)
        text = _without_target(query.text) if target else _with_target(query.text, pattern)
        for solution in self.graph.query(text):
            node = decode_term(solution["this"])
            if target is None or self._is_a(node, target):
                self._remember(query, node, solution)
                yield node

    def _target_to_check(self, query: CandidateQuery, pattern: str) -> NamedNode | None:
        """The class to look for at what a query finds without its target.

        To walk over all triples of a predicate, of which few fail, takes the engine a fourth of the time that
        it takes to look one up for each target; so that is worth while unless most are of other nodes.
        """
        target = _OF_CLASS.fullmatch(pattern) if query.step and self.is_large else None
        if target is None or self._count(query.step) > MOST_OTHERS * self._count(pattern):
            return None
        return NamedNode(target[1])

    def _counted_triples(self, pattern: str) -> int:
        return int(next(iter(self.graph.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")))["n"].value)

    def _is_a(self, node: Term, target: NamedNode) -> bool:
        return next(self.graph.triples(node, RDF.type, target), None) is not None

    def _remember(self, query: CandidateQuery, node: Term, solution: QuerySolution) -> None:
        """Keep what the rows for a node bind: its validation need not look at anything else."""
        if query.constraint is not None:
            known = self.bindings.setdefault((query.constraint, node), {"this": {node}})
            for name in query.variables:
                known.setdefault(name, set()).add(decode_term(solution[name]))

    def _unit_queries(self, unit: Unit) -> Iterator[CandidateQuery | None]:
        """The queries that find the candidates; nothing among them where SPARQL cannot tell."""
        if unit.kind is UnitKind.NODE_ONLY:
            yield self._filtered(
                all_of(self.conditions.of_node_alone(unit.shape, "?this", sparql_apart=True)).passes
            )
            yield from self._sparql(unit.shape, None)
        elif unit.kind is UnitKind.WHOLE:
            yield self._filtered(self.conditions.conforms(unit.shape, "?this").passes)
        else:
            yield from self._property(unit.shape)

    def _filtered(self, passes: str, step: str = "") -> CandidateQuery | None:
        if passes == FALSE:
            return None
        query = f"SELECT DISTINCT ?this WHERE {{ {TARGET_PLACEHOLDER} . {step}FILTER({negation(passes)}) }}"
        return CandidateQuery("" if passes == TRUE else query, step=step if _ONE_STEP.fullmatch(step) else "")

    def _property(self, shape: Term) -> Iterator[CandidateQuery | None]:
        path = sparql_path(self.shapes, self.shapes.value(shape, SH.path))
        if path is None:
            yield None
            return
        value = self.conditions.variable()
        conditions = [
            *self.conditions.of_value(shape, value, sparql_apart=True),
            *self.conditions.nested(shape, value),
        ]
        yield self._filtered(all_of(conditions).passes, f"?this {path} {value} . ")
        yield self._filtered(all_of(self.conditions.of_path(shape, path, "?this", below=MAX_COUNTED)).passes)
        yield from self._counted(shape, path)
        yield from self._sparql(shape, path)

    def _counted(self, shape: Term, path: str) -> Iterator[CandidateQuery | None]:
        """Counts that are too high to name each value by a variable, and counts of values that qualify."""
        for parameter, sign in ((SH.minCount, "<"), (SH.maxCount, ">")):
            for term in self.shapes.values(shape, parameter):
                number = whole_number(term)
                if number is None or number >= MAX_COUNTED:
                    yield self._grouped(path, self.conditions.variable(), "", sign, number)
        for parameter, sign in ((SH.qualifiedMinCount, "<"), (SH.qualifiedMaxCount, ">")):
            for term in self.shapes.values(shape, parameter):
                for wanted in self.shapes.values(shape, SH.qualifiedValueShape):
                    value = self.conditions.variable()
                    fit = self.conditions.qualifies(shape, wanted, value)
                    test = f" FILTER({fit.passes if sign == '<' else negation(fit.fails)})"
                    yield self._grouped(path, value, test, sign, whole_number(term))

    def _grouped(
        self, path: str, value: str, test: str, sign: str, number: int | None
    ) -> CandidateQuery | None:
        if number is None:
            return None
        optional = "OPTIONAL " if sign == "<" else ""  # too few may be none
        return CandidateQuery(
            f"SELECT ?this WHERE {{ {TARGET_PLACEHOLDER} . {optional}{{ ?this {path} {value} .{test} }} }}"
            f" GROUP BY ?this HAVING (COUNT(DISTINCT {value}) {sign} {number})"
        )

    def _sparql(self, shape: Term, path: str | None) -> Iterator[CandidateQuery | None]:
        for node in self.shapes.values(shape, SH.sparql):
            if not any(map(is_true, self.shapes.values(node, SH.deactivated))):
                yield candidates_query(self.shapes, node, path, TARGET_PLACEHOLDER)


def _allows_empty_path(query: CandidateQuery) -> bool:
    """Whether a path in the query may have no steps; a store finds no such path from a node not in the
    graph."""
    return ")*" in query.text or ")?" in query.text
