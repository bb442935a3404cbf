"""Where pySHACL errs against the specification: each mistake mended at its one place, when the worker starts.

Written for the version that is installed; `tests/unit/validation/pyshacl/test_corrections.py` holds each, and
docs/validation.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import rdflib.term
from pyshacl.constraints.core import property_pair_constraints as pairs
from pyshacl.constraints.core import string_based_constraints as strings
from pyshacl.constraints.core import value_constraints as values
from pyshacl.constraints.core import value_range_constraints as ranges
from pyshacl.helper.sparql_query_helper import SPARQLQueryHelper
from rdflib.namespace import RDF, XSD
from rdflib.plugins.sparql import parser
from rdflib.plugins.sparql.operators import string
from rdflib.plugins.sparql.sparql import SPARQLError
from rdflib.term import Literal, Node

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.rdf.order import compare
from ogdkg.sparql.regex import PatternError, compiled
from ogdkg.validation.pyshacl.arithmetic import multiplied

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


def _read_patterns(self: Any, shape: Any) -> None:
    """SHACL 4.4.3: the patterns of XPath. pySHACL has those of Python, and of the flags only i and m."""
    strings.StringBasedConstraintBase.__init__(self, shape)
    self.string_rules = list(shape.objects(strings.SH_pattern))
    self.flags = next(iter(shape.objects(strings.SH_flags)), None)
    # By a name other than the literal: two of them may be equal.
    self.compiled_cache = {each: compiled(str(each), str(self.flags or "")) for each in self.string_rules}


def _regex(expression: Any, _context: Any) -> Literal:
    """SPARQL 17.4.3.14, likewise."""
    text, pattern = string(expression.text), string(expression.pattern)
    return Literal(_searched(pattern, expression.flags).search(text) is not None)


def _replace(expression: Any, _context: Any) -> Literal:
    """SPARQL 17.4.3.15, likewise; the replacement is one of XPath too."""
    text, pattern = string(expression.arg), string(expression.pattern)
    replacement, flags = str(string(expression.replacement)), str(expression.flags or "")
    found = _searched(pattern, flags)
    if found.search(""):
        raise SPARQLError("The pattern of REPLACE matches nothing.")
    if "q" not in flags and any("$" in part or "\\" in part for part in _REPLACEMENT.split(replacement)[::3]):
        raise SPARQLError("The replacement of REPLACE is none.")

    def replaced(match: re.Match[str]) -> str:
        if "q" in flags:
            return replacement
        return _REPLACEMENT.sub(lambda sign: sign[1] or _group(match, sign[2]), replacement)

    return Literal(found.sub(replaced, text), datatype=text.datatype, lang=text.language)


_REPLACEMENT = re.compile(r"\\([$\\])|\$([0-9]+)")


def _group(match: re.Match[str], digits: str) -> str:
    """What a group has matched, by as many digits as name one; the others follow."""
    end = len(digits)
    while end > 1 and int(digits[:end]) > match.re.groups:
        end -= 1
    number = int(digits[:end])
    return (match[number] or "" if number <= match.re.groups else "") + digits[end:]


def _searched(pattern: Any, flags: Any) -> re.Pattern[str]:
    try:
        return compiled(str(pattern), str(flags or ""))
    except PatternError as error:
        raise SPARQLError(error.message) from error


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
    (strings.PatternConstraintComponent, "__init__", _read_patterns),
    (parser.MultiplicativeExpression, "evalfn", multiplied),
    (parser.RegexExpression, "evalfn", _regex),
    (parser.StrReplaceExpression, "evalfn", _replace),
    (strings.LanguageInConstraintComponent, "_evaluate_string_rule", _evaluate_languages),
)
