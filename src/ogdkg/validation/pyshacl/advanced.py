"""Targets, rules and functions of https://www.w3.org/TR/shacl-af/, in the process of pyshacl.

pyshacl has all of these; here they are as the Note says where it differs: what a function's query sees bound,
which inferred triples a rule sees, a target without its parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import product
from typing import Any

import pyoxigraph
import pyshacl.constraints.advanced
import pyshacl.functions
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.functions.shacl_function import SPARQLFunction
from pyshacl.graph_abstraction import DataGraph
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from pyshacl.validator import Validator
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import Node

from ogdkg.validation.pyshacl.expressions import node_expression
from ogdkg.validation.pyshacl.faults import AtNodeError

VALUES = URIRef(f"{SH}values")  # of a later draft than the list of rdflib
TRUE = Literal(True)


class Function(SPARQLFunction):
    """A function of the shapes, https://www.w3.org/TR/shacl-af/#SPARQLFunction.

    Its query sees its parameters bound, and nothing of the query that calls it.
    """

    def get_params_in_order(self) -> list[Any]:
        """By sh:order, which is 0 unless said; else by name."""
        return sorted(self.parameters, key=lambda each: (each.param_order or Decimal(0), each.localname))

    def call(self, graph: Any, arguments: Iterable[Node | None]) -> Node | None:
        """The value for the arguments; none without a mandatory one, or where the query has no answer.

        Raises:
            AtNodeError: There are too many arguments, or the query is no SELECT of one variable.
        """
        parameters, given = self.get_params_in_order(), list(arguments)
        if len(given) > len(parameters):
            raise AtNodeError(f"it takes {len(parameters)} arguments, not {len(given)}", self.node)
        bound = {p.localname: value for p, value in zip(parameters, given, strict=False) if value is not None}
        if any(each.localname not in bound and not each.optional for each in parameters):
            return None
        answer = graph.query(self._qh.apply_prefixes(self.ask or self.select), initBindings=bound)
        if self.ask:
            return Literal(answer.askAnswer)
        if answer.type != "SELECT" or len(answer.vars) != 1:
            raise AtNodeError("its query must be a SELECT with one variable", self.node)
        first = next(iter(answer.bindings), None)
        return first.get(answer.vars[0]) if first else None

    def execute(self, g: Any, *args: Any) -> Node | None:
        """As a node expression calls it."""
        return self.call(g, args)

    def execute_from_sparql(self, e: Any, ctx: Any) -> Node:
        """As a query calls it: having no value is an error of SPARQL, and so unbound.

        Raises:
            SPARQLError: It has no value.
        """
        value = self.call(ctx.ctx.graph, e.expr or ())
        if value is None:
            raise SPARQLError(f"{self.node} has no value.")
        return value


class Expression(pyshacl.constraints.advanced.ExpressionConstraint):
    """https://www.w3.org/TR/shacl-af/#ExpressionConstraintComponent."""

    def __init__(self, shape: Any) -> None:
        ConstraintComponent.__init__(self, shape)  # pyshacl's own would look for itself by its name
        self.expr_nodes: list[Any] = list(shape.objects(SH.expression))

    def evaluate(self, executor: Any, data_graph: Any, focus_value_nodes: Any, _evaluation_path: Any) -> Any:
        """Whether each expression gives true and nothing else, for each value node; and the results."""
        shapes: Any = self.shape.sg
        results = []
        for expression in self.expr_nodes:
            messages = list(shapes.objects(expression, SH.message))
            for focus, values in focus_value_nodes.items():
                for value in values:
                    if set(node_expression(expression, value, data_graph, shapes, executor)) != {TRUE}:
                        found = self.make_v_result(
                            data_graph, focus, value_node=value, source_constraint=expression
                        )
                        results.append(_saying(found, messages))
        return not results, results


def _saying(result: Any, messages: list[Any]) -> Any:
    """A result of pyshacl with the messages of its expression, which are then the only ones."""
    if not messages:
        return result
    text, node, triples = result
    others = [triple for triple in triples if triple[1] != SH.resultMessage]
    return text, node, [*others, *((node, SH.resultMessage, each) for each in messages)]


pyshacl.functions.SPARQLFunction = Function  # type: ignore[attr-defined]  # where pyshacl looks for them
pyshacl.constraints.advanced.ExpressionConstraint = Expression  # type: ignore[misc]


class Engine:
    """The shapes graph and one data graph, as pyshacl has them, with the functions of the shapes."""

    def __init__(self, data: Graph, shapes: Graph, depth: int) -> None:
        self.custom_targets = list(shapes.subject_objects(SH.target))
        for shape, target in self.custom_targets:
            shapes.remove((shape, SH.target, target))  # found here
        self.graph: Any = DataGraph.from_rdflib_graph(data)
        options = {"advanced": True, "inplace": True, "max_validation_depth": depth}
        validator = Validator(self.graph, shacl_graph=shapes, options=options)
        self.shapes: Any = validator.shacl_graph
        self.executor: Any = validator.make_executor()
        for shape in self.shapes.shapes:
            shape.set_advanced(True)
        for function in pyshacl.functions.gather_functions(self.executor, self.shapes):
            function.apply(self.graph)

    def targets(self) -> Iterator[tuple[Node, Node, Node]]:
        """sh:targetNode for each target node of a custom target."""
        for shape, target in self.custom_targets:
            for node in self._target_nodes(target):
                yield shape, SH.targetNode, node

    def _target_nodes(self, target: Node) -> set[Node]:
        """https://www.w3.org/TR/shacl-af/#targets."""
        kinds = [target, *self.shapes.objects(target, RDF.type)]
        owner = next(each for each in kinds if any(self.shapes.objects(each, SH.select)))
        bound: dict[str, Node] = {}
        for parameter in self.shapes.objects(owner, SH.parameter) if owner != target else ():
            path = next(iter(self.shapes.objects(parameter, SH.path)))
            value = next(iter(self.shapes.objects(target, path)), None)
            if value is not None:
                bound[re.split("[/#:]", str(path))[-1]] = value
            elif TRUE not in self.shapes.objects(parameter, SH.optional):
                return set()
        answer = self._answer(owner, SH.select, bound)
        if answer.type != "SELECT" or "this" not in map(str, answer.vars):
            raise AtNodeError("the query of a target must be a SELECT of ?this", owner)
        return {each["this"] for each in answer.bindings if each.get("this") is not None}

    def _answer(self, owner: Node, kind: URIRef, bound: dict[str, Node]) -> Any:
        shape = next(iter(self.shapes.shapes))  # only the way to the prefixes
        helper: Any = SPARQLQueryHelper(shape, owner, None)  # type: ignore[no-untyped-call]
        helper.collect_prefixes()
        text = next(iter(self.shapes.objects(owner, kind)))
        return self.graph.query(helper.apply_prefixes(str(text)), initBindings=bound)

    def inferred(self) -> Iterator[tuple[Node, Node, Node, Node]]:
        """The triples that the rules infer, each with its rule, in the order of execution.

        What a rule infers is seen by the rules of its shape that have a higher order, and by the shapes that
        have one, https://www.w3.org/TR/shacl-af/#rules-execution.
        """
        for _, shapes in _by_order(self._with_rules(), self._order):
            found = [(rule, triple) for shape in shapes for rule, triple in self._of_shape(shape)]
            for rule, triple in found:
                if triple not in self.graph:
                    self.graph.add(triple)
                    yield *triple, rule

    def _with_rules(self) -> list[Node]:
        ruled = {shape for shape, _ in self.shapes.subject_objects(SH.rule)}
        for shape, part in self.shapes.subject_objects(SH.property):
            if any(self.shapes.objects(part, VALUES)):
                ruled.add(shape)
        return [each for each in sorted(ruled) if not self._is_deactivated(each)]

    def _of_shape(self, shape: Node) -> list[tuple[Node, tuple[Node, Node, Node]]]:
        """What the rules of one shape infer; the graph is as before afterwards."""
        rules = [*self.shapes.objects(shape, SH.rule)]
        parts = self.shapes.objects(shape, SH.property)
        rules += [part for part in parts if any(self.shapes.objects(part, VALUES))]
        active = [rule for rule in sorted(rules) if not self._is_deactivated(rule)]
        found: dict[tuple[Node, Node, Node], Node] = {}
        for _, equals in _by_order(active, self._order):
            focus = self._focus_nodes(shape)
            found_now = ((rule, triple) for rule in equals for triple in self._of_rule(rule, focus))
            new = {t: rule for rule, t in found_now if _is_triple(t) and t not in self.graph}
            found.update(new)
            for triple in new:
                self.graph.add(triple)
        for triple in found:
            self.graph.remove(triple)
        return [(rule, triple) for triple, rule in found.items()]

    def _focus_nodes(self, shape: Node) -> set[Node]:
        found: set[Node] = set(self.shapes.lookup_shape_from_node(shape).focus_nodes(self.graph))
        for owner, target in self.custom_targets:
            if owner == shape:
                found |= self._target_nodes(target)
        return found

    def _of_rule(self, rule: Node, focus: set[Node]) -> Iterator[tuple[Node, Node, Node]]:
        kinds = set(self.shapes.objects(rule, RDF.type))
        for node in focus:
            if not all(self._conforms(node, shape) for shape in self._conditions(rule)):
                continue
            if SH.SPARQLRule in kinds:
                yield from self._constructed(rule, node)
            elif SH.TripleRule in kinds:
                yield from self._combined(rule, node)
            else:
                (path,) = self.shapes.objects(rule, SH.path)
                for each in self.shapes.objects(rule, VALUES):
                    yield from ((node, path, value) for value in self._nodes(each, node))

    def _constructed(self, rule: Node, node: Node) -> Any:
        answer = self._answer(rule, SH.construct, {"this": node})
        if answer.type != "CONSTRUCT":
            raise AtNodeError("the query of a rule must be a CONSTRUCT", rule)
        return answer.graph

    def _combined(self, rule: Node, node: Node) -> Iterator[tuple[Node, Node, Node]]:
        """https://www.w3.org/TR/shacl-af/#TripleRule."""
        parts = [
            next(iter(self.shapes.objects(rule, part))) for part in (SH.subject, SH.predicate, SH.object)
        ]
        for triple in product(*(self._nodes(part, node) for part in parts)):
            yield triple[0], triple[1], triple[2]

    def _nodes(self, expression: Node, focus: Node) -> Iterable[Node]:
        return node_expression(expression, focus, self.graph, self.shapes, self.executor)

    def _conditions(self, rule: Node) -> Iterator[Node]:
        for each in self.shapes.objects(rule, SH.condition):
            is_list = any(self.shapes.objects(each, RDF.first))
            yield from self.shapes.graph.items(each) if is_list else (each,)

    def _conforms(self, node: Node, shape: Node) -> bool:
        judge = self.shapes.lookup_shape_from_node(shape)
        conforms: bool = judge.validate(self.executor, self.graph, focus=node)[0]
        return conforms

    def _is_deactivated(self, node: Node) -> bool:
        return TRUE in self.shapes.objects(node, SH.deactivated)

    def _order(self, node: Node) -> Decimal:
        orders = [Decimal(str(each)) for each in self.shapes.objects(node, SH.order)]
        return orders[0] if orders else Decimal(0)


def _is_triple(terms: tuple[Node, Node, Node]) -> bool:
    return isinstance(terms[0], URIRef | BNode) and isinstance(terms[1], URIRef)


def _by_order(nodes: list[Node], order: Any) -> list[tuple[Decimal, list[Node]]]:
    found: dict[Decimal, list[Node]] = {}
    for node in nodes:
        found.setdefault(order(node), []).append(node)
    return sorted(found.items())


def quads(found: Iterable[tuple[Node, ...]]) -> bytes:
    """Statements as N-Quads, the fourth term for the graph; those that RDF does not have are left out.

    A CONSTRUCT does so too, https://www.w3.org/TR/sparql11-query/#construct.
    """
    return pyoxigraph.serialize(filter(None, map(_quad, found)), format=pyoxigraph.RdfFormat.N_QUADS) or b""


def _quad(terms: tuple[Node, ...]) -> pyoxigraph.Quad | None:
    try:
        return pyoxigraph.Quad(*map(_ox_term, terms))
    except (TypeError, ValueError):
        return None


def _ox_term(term: Node) -> Any:
    if isinstance(term, URIRef):
        return pyoxigraph.NamedNode(str(term))
    if isinstance(term, BNode):
        return pyoxigraph.BlankNode(str(term))
    assert isinstance(term, Literal)
    datatype = pyoxigraph.NamedNode(str(term.datatype)) if term.datatype else None
    return pyoxigraph.Literal(str(term), language=term.language, datatype=datatype)
