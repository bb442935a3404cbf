"""Keeps what pyshacl says about a result short: for each it writes out the shape, with every value of sh:in.

With a list of thousands that is gigabytes for as many results. We use none of its text but the messages.
"""

from __future__ import annotations

from typing import Any

from pyshacl import validator
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core.other_constraints import InConstraintComponent
from pyshacl.rdfutil import stringify
from rdflib import Graph, Literal
from rdflib.term import BNode

MOST_VALUES = 100  # of sh:in, in a message
LONGEST = 2_000  # characters of a node without a name


def keep_messages_short() -> None:
    """Replace those parts of pyshacl, once in a process."""
    whole_node = stringify.stringify_blank_node
    whole_message = InConstraintComponent.make_generic_messages

    def node_text(graph: Graph, node: BNode, ns_manager: Any = None, recursion: int = 0) -> str:
        try:
            text: str = whole_node(graph, node, ns_manager=ns_manager, recursion=recursion)
        except ValueError:  # of rdflib, for a list without end, which data may have
            return "( … )"
        return text if len(text) <= LONGEST else text[:LONGEST] + " …"

    def message(component: InConstraintComponent, data: Any, focus: Any, value: Any) -> list[Literal]:
        if len(component.in_vals) <= MOST_VALUES:
            messages: list[Literal] = whole_message(component, data, focus, value)
            return messages
        text = stringify.stringify_node(data, value)
        return [Literal(f"Value {text} not in list of {len(component.in_vals)} values")]

    node_text.dict_cache = whole_node.dict_cache  # type: ignore[attr-defined]  # where it keeps what it knows
    stringify.stringify_blank_node = node_text
    InConstraintComponent.make_generic_messages = message  # type: ignore[assignment]
    validator.clone_blank_node = _copied  # type: ignore[assignment, attr-defined]
    ConstraintComponent.make_v_result_description = lambda *_, **__: ""  # type: ignore[method-assign]


def _copied(graph: Graph, node: BNode, report: Graph, *_: Any, **__: Any) -> BNode:
    """Copy what is said of a node without a name into the report, of each node once.

    pyshacl follows each way to a node, of which there may be millions, and no list without end.
    """
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if (each, None, None) not in report:
            for predicate, value in list(graph.predicate_objects(each)):
                report.add((each, predicate, value))
                if isinstance(value, BNode):
                    waiting.append(value)
    return node
