"""The values of literals: whether two are the same, and which datatypes they are of.

OWL 2 RL, table 8: https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from ogdkg.rdf.datatypes import INTEGERS, is_judged, is_well_typed, lexical_test
from ogdkg.rdf.terms import RDF, RDFS, XSD, Literal

_STRINGS = frozenset(
    XSD + name for name in ("string", "normalizedString", "token", "language", "NMTOKEN", "Name", "NCName")
)
_LANGUAGE = RDF + "langString"
_BOOLEANS = {"1": "true", "0": "false"}
_ZONED = ("dateTime", "dateTimeStamp", "time", "date", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")


def are_different(one: Literal, other: Literal) -> bool:
    """Whether two literals surely have different values."""
    if one == other:
        return False
    first, second = _value(one), _value(other)
    if first is None or second is None:
        return False
    if first[0] != second[0]:
        return True
    return None not in (first[1], second[1]) and first[1:] != second[1:]


def is_of(literal: Literal, datatype: str) -> bool | None:
    """Whether the value of a literal is of a datatype; None where that is not known."""
    value = _value(literal)
    if datatype == RDFS + "Literal":
        return True
    space = _space(datatype)
    if value is None or space is None:
        return None
    if value[0] != space:
        return False
    if datatype in INTEGERS:
        number = value[1]
        return number == number.to_integral_value() and lexical_test(datatype)(f"{number:f}".split(".")[0])
    return lexical_test(datatype)(literal.value) if datatype in _STRINGS else True


def _value(literal: Literal) -> tuple[Any, ...] | None:
    """The space of a literal's value, and the value, None where forms cannot be compared; None if unknown."""
    if literal.language:
        return _LANGUAGE, literal.value, literal.language.lower()
    datatype = literal.datatype or XSD + "string"
    space = _space(datatype)
    if space is None or not is_well_typed(literal.value, datatype):
        return None
    if space == XSD + "decimal":
        return space, Decimal(literal.value)
    if space in (XSD + "double", XSD + "float"):
        return space, float(literal.value.replace("INF", "inf"))
    if space == XSD + "boolean":
        return space, _BOOLEANS.get(literal.value, literal.value)
    if space in _STRINGS or space == XSD + "anyURI":
        return space, literal.value
    if space.removeprefix(XSD) in _ZONED and "24:00:00" not in literal.value:
        return space, *_time(literal.value)
    return space, None


def _time(form: str) -> tuple[str | None, ...]:
    """A date or time without a zone; those of zones may be the same whatever their forms."""
    has_zone = form.endswith("Z") or (form[-6:-5] in ("+", "-") and form[-3:-2] == ":")
    if has_zone:
        return (None,)
    return (form.rstrip("0").rstrip(".") if "." in form else form,)


@cache
def _space(datatype: str) -> str | None:
    """The primitive datatype whose values those of a datatype are."""
    if datatype in INTEGERS:
        return XSD + "decimal"
    if datatype in _STRINGS:
        return XSD + "string"
    if datatype == XSD + "dateTimeStamp":
        return XSD + "dateTime"
    if datatype in (XSD + "yearMonthDuration", XSD + "dayTimeDuration"):
        return XSD + "duration"
    return datatype if is_judged(datatype) or datatype == _LANGUAGE else None
