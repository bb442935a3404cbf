"""Conditions that compare values: sh:minInclusive and its like, sh:lessThan and sh:lessThanOrEquals.

https://www.w3.org/TR/shacl/#core-components-range. Values of one kind are compared, which every engine orders
alike: numbers, dates, times in or out of UTC, strings. A literal that the store holds under a datatype of
ours is cast from its form, where that is short enough to be surely exact.
"""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import DERIVED_INTEGERS, is_well_typed
from ogdkg.sparql.spelling import or_false
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.data.graph import WELL_TYPED, encode_literal
from ogdkg.validation.prefilter.logic import UNKNOWN, Condition, conjunction, disjunction, negation
from ogdkg.validation.prefilter.patterns import sparql_string

_NUMBERS = (XSD.integer, XSD.decimal)
_LONGEST_NUMBER = 18  # characters: fewer digits than a decimal of the store has
_LONGEST_TIME = 35
_KEPT = ", ".join(map(str, _NUMBERS))
_CAST_NUMBERS = ", ".join(
    f"<{WELL_TYPED}{datatype}>"
    for datatype in (*(number.value for number in _NUMBERS), *sorted(DERIVED_INTEGERS))
)
_DOUBLES = ", ".join(f"<{WELL_TYPED}{datatype.value}>" for datatype in (XSD.double, XSD.float))
_ZONED = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z")
_IS_ZONED = '"(Z|[+-][0-9]{2}:[0-9]{2})$"'
_NOTHING = "1/0"  # an error


def bounded(value: str, sign: str, bound: Term) -> Condition:
    """sh:minInclusive and its like; sure only between values that every engine orders alike."""
    if not isinstance(bound, Literal) or not is_well_typed(bound.value, bound.datatype.value):
        return UNKNOWN
    if bound.datatype in _NUMBERS or bound.datatype.value in DERIVED_INTEGERS:
        return _bounded_number(value, sign, bound)
    if bound.datatype == XSD.dateTime:
        return _bounded_time(value, sign, bound)
    if bound.datatype in (XSD.date, XSD.string) and encode_literal(bound) == bound:
        return _judged(value, sign, [(f"DATATYPE({value}) = {bound.datatype}", value, str(bound))])
    return UNKNOWN


def _bounded_number(value: str, sign: str, bound: Literal) -> Condition:
    number = _constant(bound, XSD.decimal, _LONGEST_NUMBER, is_kept=bound.datatype in _NUMBERS)
    if number is None:
        return UNKNOWN
    double = f"{XSD.double}(STR({value}))"
    # By far: near the bound, it matters whether a decimal or a double is rounded.
    is_far = f"ABS({double} - {number}) > 0.000001 + ABS({number}) / 1000000"
    return _judged(
        value,
        sign,
        [
            (f"DATATYPE({value}) IN ({_KEPT})", value, number),
            (_is_cast_number(value), f"{XSD.decimal}(STR({value}))", number),
            (conjunction(f"DATATYPE({value}) IN ({_DOUBLES})", is_far), double, number),
        ],
    )


def _bounded_time(value: str, sign: str, bound: Literal) -> Condition:
    time = _constant(bound, XSD.dateTime, _LONGEST_TIME, is_kept=True)
    if time is None:
        return UNKNOWN
    is_zoned = bool(_ZONED.search(bound.value))
    utc = f'STRENDS(STR({value}), "Z")'
    zoned = _is_zoned(value)
    return _judged(
        value,
        sign,
        [
            (
                conjunction(f"DATATYPE({value}) = {XSD.dateTime}", utc if is_zoned else negation(utc)),
                value,
                time,
            ),
            (
                conjunction(_is_cast_time(value), zoned if is_zoned else negation(zoned)),
                f"{XSD.dateTime}(STR({value}))",
                time,
            ),
        ],
    )


def _constant(bound: Literal, datatype: NamedNode, longest: int, *, is_kept: bool) -> str | None:
    """A bound as an expression of SPARQL; None where it may be rounded."""
    if is_kept and encode_literal(bound) == bound:
        return str(bound)
    # In brackets, since an IRI right after a `>` can be read in two ways.
    return f"({datatype}({sparql_string(bound.value)}))" if len(bound.value) <= longest else None


def compared(one: str, sign: str, other: str) -> Condition:
    """sh:lessThan and its like, between two values; what is no literal surely fails."""
    kept_numbers = f"DATATYPE({one}) IN ({_KEPT}) && DATATYPE({other}) IN ({_KEPT})"
    same = f"DATATYPE({one}) = DATATYPE({other})"
    dates = f"{same} && DATATYPE({one}) IN ({XSD.date}, {XSD.string})"
    times = (
        f'{same} && DATATYPE({one}) = {XSD.dateTime} && STRENDS(STR({one}), "Z") = STRENDS(STR({other}), "Z")'
    )
    return _judged(
        one,
        sign,
        [
            (f"(({kept_numbers}) || ({dates}) || ({times}))", one, other),
            ("true", _number(one), _number(other)),
            (f"{_is_zoned(one)} = {_is_zoned(other)}", _time(one), _time(other)),
        ],
    )


def _judged(value: str, sign: str, ways: list[tuple[str, str, str]]) -> Condition:
    """A comparison by any way whose condition holds: each a condition, and what is compared with what."""
    passes = [or_false(conjunction(sure, f"{left} {sign} {right}")) for sure, left, right in ways]
    fails = [or_false(conjunction(sure, negation(f"{left} {sign} {right}"))) for sure, left, right in ways]
    return Condition(disjunction(*passes), disjunction(negation(f"isLiteral({value})"), *fails))


def _is_cast_number(value: str) -> str:
    return f"DATATYPE({value}) IN ({_CAST_NUMBERS}) && STRLEN(STR({value})) <= {_LONGEST_NUMBER}"


def _is_cast_time(value: str) -> str:
    datatype = f"<{WELL_TYPED}{XSD.dateTime.value}>"
    return f"DATATYPE({value}) = {datatype} && STRLEN(STR({value})) <= {_LONGEST_TIME}"


def _is_zoned(value: str) -> str:
    return f"REGEX(STR({value}), {_IS_ZONED})"


def _number(value: str) -> str:
    """The number that a literal is, or an error."""
    cast = f"IF({_is_cast_number(value)}, {XSD.decimal}(STR({value})), {_NOTHING})"
    return f"IF(DATATYPE({value}) IN ({_KEPT}), {value}, {cast})"


def _time(value: str) -> str:
    """The time that a literal is, or an error."""
    cast = f"IF({_is_cast_time(value)}, {XSD.dateTime}(STR({value})), {_NOTHING})"
    return f"IF(DATATYPE({value}) = {XSD.dateTime}, {value}, {cast})"
