"""Constraints in SPARQL, and by the components that shapes declare, https://www.w3.org/TR/shacl/#part2.

In place of parts of pySHACL, for which a constraint that lacks a parameter or a validator is an error, a
parameter has one value, and a SELECT is asked for each value node.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyshacl.constraints.core.shape_based_constraints import (
    QualifiedValueShapeConstraintComponent as Qualified,
)
from pyshacl.constraints.sparql.sparql_based_constraint_components import AskConstraintValidator
from pyshacl.consts import SH
from pyshacl.errors import ConstraintLoadWarning
from rdflib.term import Literal, Node, URIRef

from ogdkg.validation.pyshacl.faults import AtNodeError

Outcome = tuple[bool, list[Any]]
_read_qualified = Qualified.__init__


def read_qualified(self: Any, of: Any) -> None:
    """SHACL 2.1.3: without a shape, or without any number of nodes, there is no constraint.

    Raises:
        ConstraintLoadWarning: One of these parameters is missing, which pySHACL passes over.
    """
    said = set(of.sg.graph.predicates(of.node))
    if SH.qualifiedValueShape not in said or said.isdisjoint({SH.qualifiedMinCount, SH.qualifiedMaxCount}):
        raise ConstraintLoadWarning("A parameter is missing.", "")  # type: ignore[no-untyped-call]
    _read_qualified(self, of)


def constraints(self: Any) -> list[Any]:
    """SHACL 2.1.3, 6.2.3: the constraints of a shape, one for each value of a component's only parameter."""
    found: list[Any] = []
    for component in self.sg.custom_constraints:
        values = [list(self.objects(each.path())) for each in component.parameters if not each.optional]
        if not all(values) or not _has_validator(component, self):
            continue
        if len(component.parameters) == 1:
            found.extend(_Constraint(component, each) for each in values[0])
        else:
            found.append(component)
    return found


def _has_validator(component: Any, shape: Any) -> bool:
    own = component.property_validators if shape.is_property_shape else component.node_validators
    found = {*own, *component.validators}
    return any((each, query, None) in shape.sg.graph for each in found for query in (SH.ask, SH.select))


class _Constraint:
    """A component with the value of its only parameter."""

    def __init__(self, component: Any, value: Node) -> None:
        self.component = component
        self.value = value

    def make_validator_for_shape(self, shape: Any) -> Any:
        made = self.component.make_validator_for_shape(shape)
        (name,) = made.query_helper.param_bind_map
        made.query_helper.param_bind_map = {name: self.value}
        return made


def evaluate_component(
    self: Any, executor: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]], _path: list[Any]
) -> Outcome:
    """SHACL 6.3: a SELECT is asked once for a focus node, and each value that an ASK refuses is a sh:value.

    pySHACL asks a SELECT for each value, so not where there is none, and hands messages on to other results.
    """
    asks, helper, found = isinstance(self.validator, AskConstraintValidator), self.query_helper, []
    known = helper.param_bind_map
    for focus, held in nodes.items():
        rows = _refused(self, executor, focus, held, graph) if asks else _rows(helper, focus, graph, known)
        named = {"constraint_component": self.constraint.node}
        found += [_result(self, graph, focus, row, known, named) for row in rows]
    return not found, found


def evaluate_query(
    self: Any, helper: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]]
) -> tuple[bool, list[Any]]:
    """SHACL 5.3: a result for each solution, equal ones too; a failure where one says so.

    pySHACL takes equal solutions for one, whatever ?failure is for a result, and any ?path for a path.
    """
    named = {"source_constraint": helper.node, "extra_messages": helper.messages or None}
    found = [
        _result(self, graph, focus, row, {}, dict(named))
        for focus in nodes
        for row in _rows(helper, focus, graph, {})
    ]
    return bool(found), found


def _refused(
    self: Any, executor: Any, focus: Node, held: Iterable[Node], graph: Any
) -> Iterator[dict[str, Node]]:
    """The values that an ASK does not answer with true."""
    for value, _ in self.validator.validate(executor, focus, held, graph, self.query_helper):
        yield {"value": value}


def _rows(helper: Any, focus: Node, graph: Any, known: Mapping[str, Node]) -> Iterator[dict[str, Node]]:
    """What the rows of a SELECT bind, with these variables bound beforehand."""
    bound, text = helper.pre_bind_variables(focus)
    answer = graph.query(helper.apply_prefixes(text), initBindings={**bound, **known})
    for row in answer.bindings:
        terms = {str(name): term for name, term in row.items()}
        if terms.get("failure") == Literal(True):
            raise AtNodeError("its query says that it failed (SHACL 5.3.2)", helper.node)
        yield terms


def _result(
    self: Any, graph: Any, focus: Node, row: dict[str, Node], known: Mapping[str, Node], named: dict[str, Any]
) -> Any:
    """The result for a row, https://www.w3.org/TR/shacl/#sparql-constraints-variables."""
    this, path, value = row.get("this", focus), row.get("path"), row.get("value")
    path = path if isinstance(path, URIRef) else None
    if value is None and not self.shape.is_property_shape:
        value = focus
    filled = {"this": this, "value": value, "path": path or self.shape.path()}
    told = {**known, **row, **{name: term for name, term in filled.items() if term is not None}}
    return self.make_v_result(graph, this, value_node=value, result_path=path, bound_vars=told, **named)
