"""Where pySHACL errs against the specification: each mistake mended at its one place, when the worker starts.

Written for the version that is installed; `tests/unit/validation/pyshacl/test_corrections.py` holds each, and
docs/validation.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import rdflib.term
from pyshacl.constraints.core import property_pair_constraints as pairs
from pyshacl.constraints.core import string_based_constraints as strings
from pyshacl.constraints.core import value_constraints as values
from pyshacl.constraints.core import value_range_constraints as ranges
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib.namespace import RDF, XSD
from rdflib.term import Literal, Node

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.rdf.order import compare

Outcome = tuple[bool, list[Any]]


def apply() -> None:
    """Put the corrections in place, for the whole process."""
    for owner, name, corrected in _CORRECTIONS:
        assert hasattr(owner, name), f"There is no {owner.__name__}.{name} any more"
        setattr(owner, name, corrected)


def _allowed(*_: Any, **__: Any) -> bool:
    """Appendix A of SHACL, by expressions over the whole text: a word in a string or a comment counts.

    `core.queries` has refused, by tokens, what is not allowed.
    """
    return True


def _judged(
    component: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]], is_right: Callable[[Node], bool]
) -> Outcome:
    """A result for each value that is not right: whether there is any, and all of them."""
    found = [
        component.make_v_result(graph, focus, value_node=value)
        for focus, held in nodes.items()
        for value in held
        if not is_right(value)
    ]
    return bool(found), found


def _evaluate_datatype(
    self: Any, _executor: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]], _path: list[Any]
) -> Outcome:
    """SHACL 4.1.2: the very datatype, and a form of it. pySHACL asks Python, and rdfs:Literal fits all."""
    wrong, found = _judged(self, graph, nodes, lambda value: _has_datatype(value, self.datatype_rule))
    return not wrong, found


def _has_datatype(value: Node, datatype: Node) -> bool:
    return (
        isinstance(value, Literal)
        and _datatype(value) == str(datatype)
        and is_well_typed(str(value), str(datatype))
    )


def _datatype(literal: Literal) -> str:
    return str(RDF.langString if literal.language else literal.datatype or XSD.string)


def _bounded(fits: Callable[[int], bool]) -> Callable[..., Outcome]:
    """SHACL 4.3: the operator of SPARQL. pySHACL compares dates by Python, without zones."""

    def evaluate(self: Any, bound: Node, graph: Any, nodes: Mapping[Node, Iterable[Node]]) -> Outcome:
        return _judged(self, graph, nodes, lambda value: _is_in_order(value, bound, fits))

    return evaluate


def _paired(fits: Callable[[int], bool]) -> Callable[..., Outcome]:
    """SHACL 4.5.3: what cannot be compared, IRIs too, is a result. pySHACL fails on blank nodes."""

    def compare_all(
        self: Any, held: Iterable[Node], others: Iterable[Node], graph: Any, focus: Node
    ) -> Outcome:
        wrong = [value for value in held for other in others if not _is_in_order(value, other, fits)]
        return bool(wrong), [self.make_v_result(graph, focus, value_node=value) for value in wrong]

    return compare_all


def _is_in_order(one: Node, other: Node, fits: Callable[[int], bool]) -> bool:
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return False
    order = compare(str(one), _datatype(one), str(other), _datatype(other))
    return order is not None and fits(order)


def _evaluate_languages(self: Any, head: Node, graph: Any, nodes: Mapping[Node, Iterable[Node]]) -> Outcome:
    """SHACL 4.4.4: langMatches of SPARQL. pySHACL knows a whole tag, or the first part of one."""
    ranges_ = [str(each).lower() for each in self.shape.sg.graph.items(head)]
    return _judged(self, graph, nodes, lambda value: _has_language(value, ranges_))


def _has_language(value: Node, ranges_: Iterable[str]) -> bool:
    tag = (value.language or "").lower() if isinstance(value, Literal) else ""
    return tag != "" and any(each == "*" or f"{tag}-".startswith(f"{each}-") for each in ranges_)


def _as_written(form: Any) -> Any:
    """rdflib takes white space out of an xsd:token: the literal would be another."""
    return form


_CORRECTIONS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (rdflib.term, "_normalise_XSD_STRING", _as_written),
    (rdflib.term, "_strip_and_collapse_whitespace", _as_written),
    (SPARQLQueryHelper, "check_invalid_sparql", _allowed),
    (values.DatatypeConstraintComponent, "evaluate", _evaluate_datatype),
    (ranges.MinExclusiveConstraintComponent, "_evaluate_min_rule", _bounded(lambda order: order > 0)),
    (ranges.MinInclusiveConstraintComponent, "_evaluate_min_rule", _bounded(lambda order: order >= 0)),
    (ranges.MaxExclusiveConstraintComponent, "_evaluate_max_rule", _bounded(lambda order: order < 0)),
    (ranges.MaxInclusiveConstraintComponent, "_evaluate_max_rule", _bounded(lambda order: order <= 0)),
    (pairs.LessThanConstraintComponent, "_compare_lt", _paired(lambda order: order < 0)),
    (pairs.LessThanOrEqualsConstraintComponent, "_compare_ltoe", _paired(lambda order: order <= 0)),
    (strings.LanguageInConstraintComponent, "_evaluate_string_rule", _evaluate_languages),
)
