"""The triples that validating a node against a shape can look at, and no more.

Follows https://www.w3.org/TR/shacl/ constraint by constraint.
Whatever pyshacl asks of the whole graph, it must find answered alike in what is fetched here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.sparql.tokens import iri_of
from ogdkg.validation.core.advanced import functions
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import follow, path_at, sparql_path
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.conditions import own_parameters
from ogdkg.validation.prefilter.constraints import SparqlConstraint, read_constraint
from ogdkg.validation.prefilter.triple_patterns import Scope, triple_patterns
from ogdkg.validation.prefilter.walk import Known, PatternWalk

# How many triples may be fetched for each that there is, before reading the whole graph costs less.
WORTHWHILE = 8
PAIR_PARAMETERS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)


class ReachableTriples:
    """Collects triples; `needs_whole_graph` becomes true once only the whole graph will do, or costs less.

    Then it stays so for what is `after`, as the judge has the graph by then.
    """

    def __init__(
        self,
        graph: DataGraph,
        shapes: Shapes,
        bindings: Mapping[tuple[Term, Term], Known],
        deadline: Deadline | None = None,
        after: ReachableTriples | None = None,
    ) -> None:
        self.graph = graph
        self.shapes = shapes
        self.bindings = bindings
        self.needs_whole_graph: bool = after is not None and after.needs_whole_graph
        self._left: int = after._left if after else WORTHWHILE * len(graph)
        self._deadline = deadline or Deadline(None)
        self._steps: dict[tuple[NamedNode, Term, bool], list[Term]] = {}
        self._found: dict[Triple, None] = {}
        self._visited: set[tuple[Term, Term, bool]] = set()
        self._queries: dict[Term, Scope | None] = {}
        self._own_parameters = set(own_parameters(shapes))
        self._functions = {each.value for each in functions(shapes) if isinstance(each, NamedNode)}

    def triples(self) -> Iterable[Triple] | bytes:
        """What was collected; the whole graph is written once for all who need it."""
        return self.graph.text() if self.needs_whole_graph else self._found

    def add_focus(self, node: Term) -> None:
        """Make sure that a literal that is a focus node stands in some triple, so that it is read as the
        data's."""
        if isinstance(node, Literal):
            self._found.update(dict.fromkeys(islice(self.graph.triples(None, None, node), 1)))

    def visit(self, shape: Term, node: Term, *, without_properties: bool = False) -> None:
        """Collect what validating `node` against `shape` can look at, or against the shape without its
        properties; without recursion, since shapes may be nested as deeply as they like."""
        waiting = [(shape, node, without_properties)]
        while waiting and not self.needs_whole_graph:
            visit = waiting.pop()
            if visit not in self._visited and not self.shapes.is_deactivated(visit[0]):
                self._visited.add(visit)
                waiting += self._visit(*visit)

    def _visit(self, shape: Term, node: Term, without_properties: bool) -> Iterator[tuple[Term, Term, bool]]:
        """Collect what a shape itself looks at; yields the shapes that it names, with their focus nodes."""
        self._describe(node)
        for predicate in PAIR_PARAMETERS:
            for other in self.shapes.values(shape, predicate):
                if isinstance(other, NamedNode):  # any other the judge refuses
                    self._fetch(node, other, None)
        path = self.shapes.value(shape, SH.path)
        values = [node] if path is None else self.value_nodes(path, node)
        skipped = self.shapes.values(shape, SH.property) if without_properties else ()
        named = [
            each for each in (*self.shapes.references(shape), *self._siblings(shape)) if each not in skipped
        ]
        for value in values:
            self._value(shape, value)
            yield from ((each, value, False) for each in named)
        self._follow_sparql(shape, node)

    def value_nodes(self, node: Term, focus: Term) -> list[Term]:
        """The value nodes of a path."""
        path = path_at(self.shapes, node)
        return list(follow(path, focus, self._step)) if path else []

    def _step(self, predicate: NamedNode, node: Term, back: bool) -> list[Term]:
        self._deadline.check()
        key = predicate, node, back
        if key not in self._steps:  # repeated paths from many nodes follow the same triples
            self._steps[key] = (
                [triple.subject for triple in self._fetch(None, predicate, node)]
                if back
                else [triple.object for triple in self._fetch(node, predicate, None)]
            )
        return self._steps[key]

    def _value(self, shape: Term, value: Term) -> None:
        self._describe(value)
        if self.shapes.values(shape, SH["class"]):
            self._classes(value)
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            self._fetch(value, None, None)

        for each in self.shapes.values(shape, SH.expression):
            self._expression(each, value)

    def _expression(self, expression: Term, node: Term) -> list[Term]:
        """The nodes that a node expression may give, before anything is filtered; a function may look at
        anything."""
        if not isinstance(expression, BlankNode):
            return [node] if expression == SH.this else [expression]
        inner = [
            each
            for part in self.shapes.inner_expressions(expression)
            for each in self._expression(part, node)
        ]
        if path := self.shapes.value(expression, SH.path):
            starts = inner if self.shapes.values(expression, SH.nodes) else [node]
            return [far for near in starts for far in self.value_nodes(path, near)]
        for shape in self.shapes.values(expression, SH.filterShape):
            for each in inner:
                self.visit(shape, each)
        self.needs_whole_graph |= self.shapes.called_function(expression) is not None
        return inner

    def _siblings(self, shape: Term) -> Iterator[Term]:
        """The shapes that may be siblings of a qualified one."""
        if self.shapes.values(shape, SH.qualifiedValueShapesDisjoint):
            for said in self.shapes.about.values():
                if shape in said.get(SH.property, ()):
                    for each in said[SH.property]:
                        yield from self.shapes.values(each, SH.qualifiedValueShape)

    def _classes(self, value: Term) -> None:
        waiting = [triple.object for triple in self._fetch(value, RDF.type, None)]
        seen = set(waiting)
        while waiting:
            for triple in self._fetch(waiting.pop(), RDFS.subClassOf, None):
                if triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)

    def _describe(self, node: Term, depth: int = 10) -> None:
        """What is said of a blank node, or by one triple with it: pyshacl's messages and reports spell it
        out."""
        if isinstance(node, BlankNode) and depth:
            said = self._fetch(node, None, None)
            for triple in said or islice(self.graph.triples(None, None, node), 1):
                self._found[triple] = None
                self._describe(triple.object, depth - 1)

    def _fetch(self, subject: Term | None, predicate: NamedNode | None, obj: Term | None) -> list[Triple]:
        self._deadline.check()
        if self.needs_whole_graph:
            return []  # nobody will look at what is collected
        found = list(self.graph.triples(subject, predicate, obj))
        self._left -= 1 + len(found)
        self.needs_whole_graph = self._left < 0
        self._found.update(dict.fromkeys(found))
        return found

    def _follow_sparql(self, shape: Term, node: Term) -> None:
        asked = self.shapes.about.get(shape, {})
        if not self._own_parameters.isdisjoint(asked):
            self.needs_whole_graph = True
        for each in asked.get(SH.sparql, ()):
            patterns = self._patterns(shape, each)
            if patterns is None:
                self.needs_whole_graph = True
            else:
                PatternWalk(self._fetch, self._known(each, node, patterns)).fetch_scope(patterns)

    def _known(self, read_constraint: Term, node: Term, scope: Scope) -> Known:
        """What is bound before the walk: by the suspicious rows too, where no row can be made by what is
        missing.

        A query without inner groups gives no row on fewer triples that it does not give on all. One with NOT
        EXISTS or OPTIONAL may: its rows must be followed wherever they lead.
        """
        this = {"this": {node}}
        return this if scope.inner else self.bindings.get((read_constraint, node), this)

    def _patterns(self, shape: Term, node: Term) -> Scope | None:
        if node not in self._queries:
            path = self.shapes.value(shape, SH.path)
            found = read_constraint(self.shapes, node, sparql_path(self.shapes, path) if path else None)
            is_followed = found is not None and not self._calls_function(found)
            self._queries[node] = triple_patterns(found) if found and is_followed else None
        return self._queries[node]

    def _calls_function(self, constraint: SparqlConstraint) -> bool:
        """Whether a query calls a function of the shapes, which may look at anything."""
        names = (iri_of(token, constraint.prefixes) for token in constraint.words if self._functions)
        return not self._functions.isdisjoint(names)
