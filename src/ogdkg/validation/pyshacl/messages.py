"""Lets pyshacl's results have the messages that SHACL 5.3.2 gives them.

pyshacl drops what a query binds to ?message and the languages of messages with variables, takes a backslash
in a value for an escape, gives each result of a component the messages of those before it, and adds those of
a query to those of the shape.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.sparql.sparql_based_constraint_components import BoundShapeValidatorComponent
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib import URIRef
from rdflib.term import Literal, Node

MESSAGE = URIRef("http://www.w3.org/ns/shacl#message")
RESULT_MESSAGE = URIRef("http://www.w3.org/ns/shacl#resultMessage")
_VARIABLE = re.compile(r"\{[?$]([^\s{}]+)\}")


def correct_messages() -> None:
    """Put the corrections in place, for the whole process."""
    for owner, name, corrected in (
        (BoundShapeValidatorComponent, "make_generic_messages", _no_messages),
        (ConstraintComponent, "make_v_result", _with_messages(ConstraintComponent.make_v_result)),
        (SPARQLQueryHelper, "bind_messages", _bind_messages),
    ):
        setattr(owner, name, corrected)


def _no_messages(*_: Any) -> list[Literal]:
    """What pyshacl says of a component without messages tells nothing of the fault."""
    return []


def _with_messages(make: Callable[..., Any]) -> Callable[..., Any]:
    def made(
        component: Any, graph: Any, focus: Node, *args: Any, bound_vars: Any = None, **more: Any
    ) -> tuple[str, Node, list[Any]]:
        is_told = any(component.shape.message)  # which then is all (SHACL 2.1.5)
        if is_told:
            more["extra_messages"] = None
        elif isinstance(component, BoundShapeValidatorComponent):
            more["extra_messages"] = _of_component(component)
        text, node, triples = make(component, graph, focus, *args, **more)
        if bound_vars is not None:
            variables = _variables(bound_vars)
            triples = _told(node, triples, variables, None if is_told else variables.get("message"))
        return text, node, triples

    return made


def _of_component(component: Any) -> list[Any]:
    """The messages of the validator, else those of the component that it is of."""
    own = list(component.query_helper.bound_messages)
    custom = component.constraint
    told = own or custom.sg.graph.objects(custom.node, MESSAGE)
    return [_filled(each, component.query_helper.param_bind_map) for each in told]


def _variables(bound: Any) -> dict[str, Any]:
    """What a row of a query binds, by the names of the variables."""
    if isinstance(bound, Mapping):
        return dict(bound)
    this, path, value, *rest = bound
    found = {"this": this, "path": path, "value": value, **(rest[0] if rest else {})}
    return {name: term for name, term in found.items() if term is not None}


def _told(node: Node, triples: Iterable[Any], variables: Mapping[str, Any], own: Any) -> list[Any]:
    """The triples of a result with the message of its row, else with the variables of the row filled in."""
    others = [triple for triple in triples if triple[1] != RESULT_MESSAGE]
    if isinstance(own, Literal):
        return [*others, (node, RESULT_MESSAGE, own)]
    messages = dict.fromkeys(_filled(each, variables) for _, said, each in triples if said == RESULT_MESSAGE)
    return [*others, *((node, RESULT_MESSAGE, each) for each in messages)]


def _filled(message: Any, variables: Mapping[str, Any]) -> Any:
    """A message with the values of variables in it; one that is unbound stays as it is written."""
    if not isinstance(message, Literal):
        return message

    def value(match: re.Match[str]) -> str:
        return str(variables.get(match[1], match[0]))

    return Literal(_VARIABLE.sub(value, str(message)), lang=message.language, datatype=message.datatype)


def _bind_messages(helper: Any, parameters: Mapping[str, Any] | None = None) -> None:
    known = helper.param_bind_map if parameters is None else parameters
    helper.bound_messages = {_filled(each, known) for each in helper.unbound_messages}
