"""Lets pyshacl's results say why (sh:detail, https://www.w3.org/TR/shacl/#results-detail).

pyshacl links the results of an inner shape for sh:node alone, and drops those of sh:and, sh:or, sh:xone and
sh:qualifiedValueShape. It has made them all, so that keeping them costs no second look.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyshacl.constraints.core.logical_constraints import (
    AndConstraintComponent,
    OrConstraintComponent,
    XoneConstraintComponent,
)
from pyshacl.constraints.core.shape_based_constraints import (
    PropertyConstraintComponent,
    QualifiedValueShapeConstraintComponent,
)
from pyshacl.shape import Shape
from rdflib import URIRef
from rdflib.term import Node

SH = "http://www.w3.org/ns/shacl#"
DETAIL, FOCUS, VALUE = (URIRef(SH + name) for name in ("detail", "focusNode", "value"))
_EVALUATIONS = {
    AndConstraintComponent: "_evaluate_and_constraint",
    OrConstraintComponent: "_evaluate_or_constraint",
    XoneConstraintComponent: "_evaluate_xone_constraint",
    QualifiedValueShapeConstraintComponent: "_evaluate_value_shape",
}
RawResult = tuple[str, Node, list[Any]]  # a result as pyshacl makes it: its text, its node and its triples
# What the inner shapes of a constraint under evaluation have found, by value node and shape.
_inner: dict[int, dict[tuple[Node, Node], list[RawResult]]] = {}
# What is known of a node and an inner shape: many nodes may have one value, whose shape may ask a lot.
_judged: dict[tuple[Node, Node], tuple[bool, list[RawResult]]] = {}


def forget_judged() -> None:
    """Forget the verdicts on inner shapes: other data come, or other shapes."""
    _judged.clear()


def keep_details() -> None:
    """Link the results of inner shapes to the result that they are the reason of."""
    Shape.validate = _recording(Shape.validate)  # type: ignore[method-assign]
    for component, name in _EVALUATIONS.items():
        setattr(component, name, _linking(getattr(component, name)))


def _recording(validate: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(
        shape: Any, executor: Any, graph: Any, focus: Any = None, _evaluation_path: Any = None
    ) -> Any:
        above = _inner.get(id(_evaluation_path[-1])) if _evaluation_path else None
        # A property shape gives results of its own, and before a rule or a filter the data may be others.
        if not _evaluation_path or isinstance(_evaluation_path[-1], PropertyConstraintComponent):
            return validate(shape, executor, graph, focus, _evaluation_path)
        if (known := _judged.get((focus, shape.node))) is None:
            known = _judged[focus, shape.node] = validate(shape, executor, graph, focus, _evaluation_path)
        conforms, results = known
        if above is not None and results:
            above[focus, shape.node] = results
        return conforms, results

    return recorded


def _linking(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    def linked(component: Any, executor: Any, member: Node, graph: Any, values: Any, *rest: Any) -> Any:
        kept = _inner[id(component)] = {}
        try:
            differs, results = evaluate(component, executor, member, graph, values, *rest)
        finally:
            del _inner[id(component)]
        if kept:
            is_qualified = isinstance(component, QualifiedValueShapeConstraintComponent)
            by_value: dict[Node, list[RawResult]] = {}
            for (value, shape), made in kept.items():
                if shape == member or not is_qualified:  # else it is a sibling, which nobody must conform to
                    by_value.setdefault(value, []).extend(made)
            for _, node, triples in results:
                looked_at = values[_of(triples, FOCUS)] if is_qualified else [_of(triples, VALUE)]
                for value in looked_at:
                    _link(node, triples, by_value.get(value, ()))
        return differs, results

    return linked


def _of(triples: list[Any], predicate: URIRef) -> Any:
    """The value of a property in the triples of a result, which hold it together with its graph."""
    return next(value[1] for _, said, value in triples if said == predicate)


def _link(node: Node, triples: list[Any], details: Any) -> None:
    for _, detail, more in details:
        triples.append((node, DETAIL, detail))
        triples.extend(more)
