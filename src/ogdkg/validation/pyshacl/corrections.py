"""Where pySHACL errs against the specification: each mistake mended at its one place, when the worker starts.

Written for the version that is installed; `tests/unit/validation/pyshacl/test_corrections.py` holds each, and
docs/validation.md lists them. What a correction needs is imported when it is first called: the process of a
validation waits for this one to start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import ge, le
from typing import Any

from pyshacl import shape
from pyshacl.constraints.constraint_component import ConstraintComponent
from pyshacl.constraints.core import cardinality_constraints as counts
from pyshacl.constraints.core import property_pair_constraints as pairs
from pyshacl.constraints.core import string_based_constraints as strings
from pyshacl.constraints.core import value_constraints as values
from pyshacl.constraints.core import value_range_constraints as ranges
from pyshacl.constraints.core.other_constraints import ClosedConstraintComponent as Closed
from pyshacl.constraints.core.shape_based_constraints import (
    QualifiedValueShapeConstraintComponent as Qualified,
)
from pyshacl.constraints.sparql.sparql_based_constraint_components import BoundShapeValidatorComponent
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from pyshacl.consts import SH
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib.namespace import RDF, XSD
from rdflib.term import BNode, Literal, Node, URIRef

from ogdkg.store import rdflib_corrections
from ogdkg.validation.pyshacl import sparql_constraints

Outcome = tuple[bool, list[Any]]
SHAPES_GRAPH = URIRef("urn:ogdkg:shapes-graph")  # what $shapesGraph is bound to


def apply() -> None:
    """Put the corrections in place, for the whole process."""
    rdflib_corrections.apply()
    for owner, name, corrected in _CORRECTIONS:
        assert hasattr(owner, name), f"pySHACL has no {owner.__name__}.{name} any more"
        setattr(owner, name, corrected)


def _pre_bind(self: Any, this: Node, valuenode: Node | None = None, **_: Any) -> tuple[dict[str, Node], str]:
    """SHACL 5.3.1, by tokens: the variables that a query has, bound beforehand, and the query with its path.

    pySHACL looks for expressions in the whole text, comments and strings too, and has no $shapesGraph. What
    appendix A forbids `core.queries` has refused.
    """
    names, placed = _read(self.select_text)
    known = {"this": this, "value": valuenode, "currentShape": self.shape.node, "shapesGraph": SHAPES_GRAPH}
    bound = {name: node for name, node in known.items() if node is not None and name in names}
    path = self.shape.path()
    if "PATH" not in names:
        return bound, self.select_text
    if path is None:
        raise ReportableRuntimeError("A query has $PATH, but its shape has no path.")
    return bound, path_text_at(self.shape.sg, path).join(placed)


@lru_cache(maxsize=1_000)
def _read(query: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The names of the variables in a query, and its text around each $PATH."""
    from ogdkg.sparql.tokens import tokens

    found = [token for token in tokens(query) if token.kind == "variable"]
    parts, end = [], 0
    for token in found:
        if token.is_variable("PATH"):
            parts.append(query[end : token.start])
            end = token.start + len(token.text)
    return frozenset(token.text[1:] for token in found), (*parts, query[end:])


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
    from ogdkg.rdf.datatypes import is_well_typed

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
    from ogdkg.rdf.order import compare

    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return False
    order = compare(str(one), _datatype(one), str(other), _datatype(other))
    return order is not None and fits(order)


def _read_integer(
    of_component: type, name: str, parameter: URIRef, *, of_path: bool = False
) -> Callable[..., None]:
    """SHACL 4.2, 4.4: any integer. pySHACL refuses one below 0, of which no values are too few or short, and
    any too many or long."""

    def read(self: Any, of: Any) -> None:
        of_component.__init__(self, of)  # type: ignore[misc]  # in place of that of a class below it
        found = list(of.objects(parameter))
        lacks_path = of_path and not of.is_property_shape
        if len(found) > 1 or lacks_path:
            reason = "no path to count values on" if lacks_path else "more than one value"
            raise ConstraintLoadError(f"{parameter.fragment} has {reason}", "")  # type: ignore[no-untyped-call]
        setattr(self, name, found[0] if of_path else found)

    return read


def _of_length(fits: Callable[[int, int], bool]) -> Callable[..., Outcome]:
    """SHACL 4.4.1, 4.4.2: a blank node never has the length, not even 0. pySHACL lets it pass for 0."""

    def evaluate(self: Any, length: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]]) -> Outcome:
        def is_right(value: Node) -> bool:
            return not isinstance(value, BNode) and fits(len(str(value)), length.value)

        return _judged(self, graph, nodes, is_right)

    return evaluate


def _evaluate_languages(self: Any, head: Node, graph: Any, nodes: Mapping[Node, Iterable[Node]]) -> Outcome:
    """SHACL 4.4.4: langMatches of SPARQL. pySHACL knows a whole tag, or the first part of one."""
    ranges_ = [str(each).lower() for each in self.shape.sg.graph.items(head)]
    return _judged(self, graph, nodes, lambda value: _has_language(value, ranges_))


def _has_language(value: Node, ranges_: Iterable[str]) -> bool:
    tag = (value.language or "").lower() if isinstance(value, Literal) else ""
    return tag != "" and any(each == "*" or f"{tag}-".startswith(f"{each}-") for each in ranges_)


def _read_closed(self: Any, of: Any) -> None:
    """SHACL 4.8.1: pySHACL refuses sh:ignoredProperties without sh:closed, which asks for nothing."""
    ConstraintComponent.__init__(self, of)
    shapes = of.sg.graph
    self.is_closed = any(str(value) == "true" for value in of.objects(SH.closed))
    self.allowed = {path for each in of.objects(SH.property) for path in shapes.objects(each, SH.path)}
    self.allowed.update(item for head in of.objects(SH.ignoredProperties) for item in shapes.items(head))


def _evaluate_closed(
    self: Any, _executor: Any, graph: Any, nodes: Mapping[Node, Iterable[Node]], _path: list[Any]
) -> Outcome:
    """SHACL 4.8.1: each triple with another predicate. pySHACL lets any node be an rdfs:Resource."""
    found = [
        self.make_v_result(graph, focus, value_node=value, result_path=predicate)
        for focus, held in (nodes.items() if self.is_closed else ())
        for node in held
        for predicate, value in graph.predicate_objects(node)
        if predicate not in self.allowed
    ]
    return not found, found


def _read_patterns(self: Any, of: Any) -> None:
    """SHACL 4.4.3: the patterns of XPath. pySHACL has those of Python, and of the flags only i and m."""
    from ogdkg.sparql.regex import compiled

    strings.StringBasedConstraintBase.__init__(self, of)
    self.string_rules = list(of.objects(strings.SH_pattern))
    self.flags = next(iter(of.objects(strings.SH_flags)), None)
    # By a name other than the literal: two of them may be equal.
    self.compiled_cache = {each: compiled(str(each), str(self.flags or "")) for each in self.string_rules}


def _value_nodes(shapes: Any, focus: Node, path: Node, graph: Any, **_: Any) -> set[Node]:
    """SHACL 2.3.1: pySHACL turns round the steps of an inverse, not their order; and gives up after ten."""
    if isinstance(path, URIRef):  # as nearly all are
        return set(graph.objects(focus, path))

    from ogdkg.validation.core.paths import follow, read_path

    def step(predicate: Node, node: Node, back: bool) -> list[Node]:
        return list(graph.subjects(predicate, node) if back else graph.objects(node, predicate))

    read = read_path(_InGraph(shapes.graph), path)
    if read is None:
        raise ReportableRuntimeError("A path is not well-formed.")
    return set(follow(read, focus, step))


def path_text_at(shapes: Any, path: Node) -> str:
    """A path of a shapes graph in SPARQL.

    Raises:
        ReportableRuntimeError: The path is not well-formed (SHACL, 2.3.1).
    """
    from ogdkg.validation.core.paths import path_text, read_path

    read = read_path(_InGraph(shapes.graph), path)
    if read is None:
        raise ReportableRuntimeError("A path is not well-formed.")
    return path_text(read)


class _InGraph:
    """A shapes graph of rdflib, as paths are read from it."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph

    def is_iri(self, node: Any) -> bool:
        return isinstance(node, URIRef)

    def values(self, node: Any, name: str) -> list[Any]:
        return list(self.graph.objects(node, SH[name]))

    def items(self, node: Any) -> list[Any]:
        return list(self.graph.items(node)) if self.graph.value(node, RDF.first) is not None else []


_CORRECTIONS: tuple[tuple[Any, str, Callable[..., Any]], ...] = (
    (SPARQLQueryHelper, "pre_bind_variables", _pre_bind),
    (values.DatatypeConstraintComponent, "evaluate", _evaluate_datatype),
    (ranges.MinExclusiveConstraintComponent, "_evaluate_min_rule", _bounded(lambda order: order > 0)),
    (ranges.MinInclusiveConstraintComponent, "_evaluate_min_rule", _bounded(lambda order: order >= 0)),
    (ranges.MaxExclusiveConstraintComponent, "_evaluate_max_rule", _bounded(lambda order: order < 0)),
    (ranges.MaxInclusiveConstraintComponent, "_evaluate_max_rule", _bounded(lambda order: order <= 0)),
    (pairs.LessThanConstraintComponent, "_compare_lt", _paired(lambda order: order < 0)),
    (pairs.LessThanOrEqualsConstraintComponent, "_compare_ltoe", _paired(lambda order: order <= 0)),
    *(
        (owner, "__init__", _read_integer(ConstraintComponent, name, parameter, of_path=True))
        for owner, name, parameter in (
            (counts.MinCountConstraintComponent, "min_count", SH.minCount),
            (counts.MaxCountConstraintComponent, "max_count", SH.maxCount),
        )
    ),
    *(
        (owner, "__init__", _read_integer(strings.StringBasedConstraintBase, "string_rules", parameter))
        for owner, parameter in (
            (strings.MinLengthConstraintComponent, SH.minLength),
            (strings.MaxLengthConstraintComponent, SH.maxLength),
        )
    ),
    (BoundShapeValidatorComponent, "evaluate", sparql_constraints.evaluate_component),
    (SPARQLBasedConstraint, "_evaluate_sparql_constraint", sparql_constraints.evaluate_query),
    (shape.Shape, "find_custom_constraints", sparql_constraints.constraints),
    (Qualified, "__init__", sparql_constraints.read_qualified),
    (Closed, "__init__", _read_closed),
    (Closed, "evaluate", _evaluate_closed),
    (strings.PatternConstraintComponent, "__init__", _read_patterns),
    (shape, "value_nodes_from_path", _value_nodes),
    (
        strings.MinLengthConstraintComponent,
        "_evaluate_string_rule",
        _of_length(ge),
    ),
    (
        strings.MaxLengthConstraintComponent,
        "_evaluate_string_rule",
        _of_length(le),
    ),
    (strings.LanguageInConstraintComponent, "_evaluate_string_rule", _evaluate_languages),
)
