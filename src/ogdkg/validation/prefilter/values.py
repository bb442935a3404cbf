"""Conditions on one value node, from the parameters of SHACL Core that look at values one by one.

https://www.w3.org/TR/shacl/#core-components. Constants and values are in the form the store holds them in
(`graph.encode_literal`), so `sameTerm` tells terms apart as SHACL does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import is_judged
from ogdkg.sparql.spelling import or_false
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import BOUNDS, KINDS, SH
from ogdkg.validation.data.graph import AS_WRITTEN, TEXT_DATATYPES, WELL_TYPED, encode_literal
from ogdkg.validation.prefilter.comparison import bounded
from ogdkg.validation.prefilter.logic import (
    FAIL,
    UNKNOWN,
    Condition,
    disjunction,
    exact,
    negation,
)
from ogdkg.validation.prefilter.patterns import portable_pattern, sparql_string

Classes = Callable[[Term], list[Term]]

MAX_DIGITS = 18  # of an xsd:integer in the store


def whole_number(term: Term) -> int | None:
    """The number that a literal without sign spells, unless it is larger than any engine reads."""
    text = term.value if isinstance(term, Literal) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def value_conditions(shapes: Shapes, shape: Term, value: str, classes: Classes) -> Iterator[Condition]:
    """The conditions that the parameters of `shape` put on the node that the variable `value` holds."""
    for term in shapes.values(shape, SH["class"]):
        yield of_class(classes(term), value)
    for parameter, condition in CONDITIONS.items():
        for term in shapes.values(shape, parameter):
            yield condition(term, value)
    for parameter, sign in BOUNDS.items():
        for term in shapes.values(shape, parameter):
            yield bounded(value, sign, term)
    for term in shapes.values(shape, SH.pattern):
        yield matches_pattern(term, shapes.value(shape, SH.flags), value)
    for head in shapes.values(shape, SH["in"]):
        yield in_list(shapes.items(head), value)
    for head in shapes.values(shape, SH.languageIn):
        yield in_languages(shapes.items(head), value)


def of_class(classes: list[Term], value: str) -> Condition:
    """sh:class, with the subclasses found beforehand; a class without a name cannot be asked for."""
    if not all(isinstance(each, NamedNode) for each in classes):
        return UNKNOWN
    if len(classes) == 1:
        return exact(f"EXISTS {{ {value} a {classes[0]} }}")
    listed = ", ".join(map(str, classes))
    kind = f"{value}_type"
    return exact(f"EXISTS {{ {value} a {kind} . FILTER({kind} IN ({listed})) }}")


def of_datatype(datatype: Term, value: str) -> Condition:
    """sh:datatype; a literal that may be ill-typed is left to pyshacl."""
    if not isinstance(datatype, NamedNode):
        return UNKNOWN
    same = or_false(f"DATATYPE({value}) IN ({datatype}, <{WELL_TYPED}{datatype.value}>)")
    as_written = or_false(f"DATATYPE({value}) = <{AS_WRITTEN}{datatype.value}>")
    if not is_judged(datatype.value):
        return exact(disjunction(same, as_written))
    return (
        exact(same)
        if datatype.value in TEXT_DATATYPES
        else Condition(same, negation(disjunction(same, as_written)))
    )


def of_kind(kind: Term, value: str) -> Condition:
    """sh:nodeKind."""
    tests = KINDS.get(kind) if isinstance(kind, NamedNode) else None
    return exact(disjunction(*(f"{test}({value})" for test in tests))) if tests else UNKNOWN


def min_length(length: Term, value: str) -> Condition:
    """sh:minLength: a blank node has no string, and never passes."""
    number = whole_number(length)
    if number is None:
        return UNKNOWN
    return exact(or_false(f"STRLEN(STR({value})) >= {number}"))


def max_length(length: Term, value: str) -> Condition:
    """sh:maxLength."""
    number = whole_number(length)
    return UNKNOWN if number is None else exact(or_false(f"STRLEN(STR({value})) <= {number}"))


def matches_pattern(pattern: Term, flags: Term | None, value: str) -> Condition:
    """sh:pattern, where Python and Rust agree on it."""
    found = (
        portable_pattern(pattern.value, getattr(flags, "value", "")) if isinstance(pattern, Literal) else None
    )
    if not found:
        return UNKNOWN
    sure = f'REGEX(STR({value}), "{found.guard}")'
    match = f"REGEX(STR({value}), {sparql_string(found.text)}, {sparql_string(found.flags)})"
    return Condition(
        or_false(f"{sure} && {match}"),
        disjunction(f"isBlank({value})", or_false(f"{sure} && !({match})")),
    )


def in_list(members: list[Term], value: str) -> Condition:
    """sh:in."""
    iris = [str(member) for member in members if isinstance(member, NamedNode)]
    literals = [f"sameTerm({value}, {encode_literal(each)})" for each in members if isinstance(each, Literal)]
    if len(iris) + len(literals) < len(members):
        return UNKNOWN
    named = [f"(isIRI({value}) && {value} IN ({', '.join(iris)}))"] if iris else []
    return exact(disjunction(*named, *literals))


def in_languages(members: list[Term], value: str) -> Condition:
    """sh:languageIn: there is a language tag, and one of the ranges matches it (SPARQL 17.4.3.12)."""
    tags = dict.fromkeys(member.value for member in members if isinstance(member, Literal))
    matches = " || ".join(f"LANGMATCHES(LANG({value}), {sparql_string(tag)})" for tag in tags)
    return exact(or_false(f'LANG({value}) != "" && ({matches})')) if tags else FAIL


def same_as(term: Term, value: str) -> Condition:
    """Whether the value is this very term."""
    if isinstance(term, Literal):
        return exact(f"sameTerm({value}, {encode_literal(term)})")
    return exact(f"sameTerm({value}, {term})") if isinstance(term, NamedNode) else UNKNOWN


CONDITIONS: dict[NamedNode, Callable[[Term, str], Condition]] = {
    SH.datatype: of_datatype,
    SH.nodeKind: of_kind,
    SH.minLength: min_length,
    SH.maxLength: max_length,
}
