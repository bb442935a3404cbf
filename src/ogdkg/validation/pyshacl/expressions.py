"""Node expressions, https://www.w3.org/TR/shacl-af/#node-expressions, on the graphs of pyshacl."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pyshacl.shape
from rdflib import RDF, BNode, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

_THIS = URIRef(f"{SH}this")


def node_expression(expression: Node, focus: Node, data: Any, shapes: Any, executor: Any) -> Iterable[Node]:
    """The nodes that an expression gives for a focus node, each once.

    Args:
        expression: A node of the shapes; that it is well-formed was checked before.
        focus: The focus node, sh:this.
        data: The data graph.
        shapes: The shapes graph of pyshacl.
        executor: How pyshacl validates a node against a shape.
    """

    def nodes(each: Node) -> Iterable[Node]:
        return node_expression(each, focus, data, shapes, executor)

    def one(predicate: Node) -> Any:
        return next(iter(shapes.objects(expression, predicate)), None)

    if not isinstance(expression, BNode):
        return (focus,) if expression == _THIS else (expression,)
    inner = one(SH.nodes)
    if path := one(SH.path):
        starts = (focus,) if inner is None else nodes(inner)
        return {value for start in starts for value in _followed(shapes, start, path, data)}
    if filtering := one(SH.filterShape):
        judge = shapes.lookup_shape_from_node(filtering)
        return [each for each in nodes(inner) if judge.validate(executor, data, focus=each)[0]]
    for kind, together in ((SH.union, set.union), (SH.intersection, set.intersection)):
        if head := one(kind):
            return together(*(set(nodes(each)) for each in shapes.graph.items(head)))
    return _called(expression, nodes, data, shapes)


def _followed(shapes: Any, start: Node, path: Node, data: Any) -> set[Node]:
    """The value nodes of a path, as `corrections` has pyshacl find them."""
    follow: Any = vars(pyshacl.shape)["value_nodes_from_path"]
    found: set[Node] = follow(shapes, start, path, data)
    return found


def _called(expression: Node, nodes: Any, data: Any, shapes: Any) -> set[Node]:
    """The values of a function for all combinations of its arguments; an optional one may be missing."""
    function, head = next(
        (predicate, listed)
        for predicate, listed in shapes.predicate_objects(expression)
        if not predicate.startswith((str(SH), str(RDF)))
        and (listed == RDF.nil or any(shapes.objects(listed, RDF.first)))
    )
    call, _ = shapes.get_shacl_function(function)
    arguments = [list(nodes(each)) or [None] for each in shapes.graph.items(head)]
    found = {call(data, *each) for each in product(*arguments)}
    return found - {None}
