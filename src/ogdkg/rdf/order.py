"""The order of literals: what `<` of SPARQL 1.1 says (section 17.3), by the orders of XML Schema 1.1.

SPARQL compares numbers, strings, booleans and times. Engines extend it to the other types that have an order
(section 17.3.1), and so does this.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.datatypes import EXACT, INTEGERS, days_of_month, is_well_typed
from ogdkg.rdf.terms import XSD

# A type derived from xsd:string stands in for it, as https://www.w3.org/TR/xpath-31/#promotion has it.
_STRINGS = frozenset(
    XSD + name for name in ("string", "normalizedString", "token", "language", "NMTOKEN", "Name", "NCName")
)
_FLOATS = (XSD + "double", XSD + "float")
_MOMENTS = {
    **{XSD + name: name for name in ("date", "time", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")},
    XSD + "dateTime": "dateTime",
    XSD + "dateTimeStamp": "dateTime",
}
_DURATIONS = tuple(XSD + name for name in ("duration", "yearMonthDuration", "dayTimeDuration"))
_MAX_LENGTH = 1_000  # characters of a time or a duration, whose arithmetic is exact
_WIDEST_ZONE = 14 * 3600  # seconds
# The starts of months of 28 to 31 days that tell the order of durations: XML Schema 1.1, section 3.3.6.1.
_STARTS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
_MOMENT = compile_later(
    r"(?:(?P<year>-?\d{4,})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?"
    r"|---(?P<only>\d\d)|--(?P<m>\d\d)(?:-(?P<d>\d\d))?)?"
    r"T?(?:(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>[\d.]+))?(?P<zone>Z|[+-]\d\d:\d\d)?",
    re.ASCII,
)
_YEAR_OF_FOUR = compile_later("[0-9]{4}(?![0-9])")
_DURATION = compile_later(
    r"(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", re.ASCII
)


class Moment(NamedTuple):
    """A time in seconds from the year 0, in UTC if it has a zone."""

    seconds: Fraction
    has_zone: bool


class Duration(NamedTuple):
    """A duration; months have no length in seconds."""

    months: int
    seconds: Fraction


def compare(left: str, left_type: str, right: str, right_type: str) -> int | None:
    """The order of two literals without language tags, each by its form and the IRI of its datatype.

    Returns:
        Less than 0, 0 or more than 0; None where they cannot be compared, or where no order is sure.
    """
    if not is_well_typed(left, left_type) or not is_well_typed(right, right_type):
        return None
    kind = _kind(left_type)
    if kind is None or kind != _kind(right_type):
        return None
    if kind == "number":
        return _compare_numbers(left, left_type, right, right_type)
    if kind == "string":
        return (left > right) - (left < right)
    if kind == "boolean":
        return (left in ("true", "1")) - (right in ("true", "1"))
    if len(left) > _MAX_LENGTH or len(right) > _MAX_LENGTH:
        return None
    if kind == "duration":
        return _compare_durations(_duration(left), _duration(right))
    if (years := _years_between(left, right)) is not None:
        return years
    return _compare_moments(_moment(left, kind), _moment(right, kind))


def comparer(right: str, right_type: str) -> Callable[[str, str], int | None]:
    """`compare` with one literal, for many others: what can be told of the one is told once."""
    if right_type in EXACT and is_well_typed(right, right_type):
        bound = Decimal(right)

        def compared(left: str, left_type: str) -> int | None:
            if left_type not in EXACT:
                return compare(left, left_type, right, right_type)
            return _order(Decimal(left), bound) if is_well_typed(left, left_type) else None

        return compared
    return lambda left, left_type: compare(left, left_type, right, right_type)


def _years_between(left: str, right: str) -> int | None:
    """The order of two times whose years tell it: no zones could make up for a year between them."""
    one, other = _YEAR_OF_FOUR.match(left), _YEAR_OF_FOUR.match(right)
    if one is None or other is None:
        return None
    years = int(one[0]) - int(other[0])
    return years if abs(years) > 1 else None


def _kind(datatype: str) -> str | None:
    """What a value of a type is compared as; nothing where its values have no order."""
    if datatype in INTEGERS or datatype in _FLOATS or datatype == XSD + "decimal":
        return "number"
    if datatype in _STRINGS:
        return "string"
    if datatype == XSD + "boolean":
        return "boolean"
    return "duration" if datatype in _DURATIONS else _MOMENTS.get(datatype)


def _compare_numbers(left: str, left_type: str, right: str, right_type: str) -> int | None:
    """Numbers as the wider of their types, https://www.w3.org/TR/sparql11-query/#operandDataTypes."""
    types = {left_type, right_type}
    if types.isdisjoint(_FLOATS):
        return _order(Decimal(left), Decimal(right))
    one, other = (float(form.replace("INF", "inf")) for form in (left, right))
    if XSD + "double" not in types:
        return _order(_single(one), _single(other))
    return _order(
        _single(one) if left_type == XSD + "float" else one,
        _single(other) if right_type == XSD + "float" else other,
    )


def _order(one: Decimal | float | Fraction, other: Decimal | float | Fraction) -> int | None:
    if one != one or other != other:  # NaN
        return None
    return (one > other) - (one < other)


def _single(number: float) -> float:
    """The nearest number of single precision."""
    try:
        (found,) = struct.unpack("f", struct.pack("f", number))
    except OverflowError:
        return float("inf") if number > 0 else float("-inf")
    return float(found)


def _compare_moments(one: Moment, other: Moment) -> int | None:
    """XML Schema 1.1, section D.2.1: one without a zone may be in any, up to 14 hours either way."""
    difference = one.seconds - other.seconds
    if one.has_zone != other.has_zone and abs(difference) <= _WIDEST_ZONE:
        return None
    return (difference > 0) - (difference < 0)


def _moment(form: str, kind: str) -> Moment:
    """A time by what its form tells; what it does not is as in `timeOnTimeline` of XML Schema 1.1."""
    found = _MOMENT.fullmatch(form)
    assert found
    year = int(found["year"] or 1972)
    month = int(found["month"] or found["m"] or 12)
    day = int(found["day"] or found["d"] or found["only"] or days_of_month(year, month))
    hour = int(found["hour"] or 0) % (24 if kind == "time" else 25)  # 24:00:00 of no day is 00:00:00
    seconds = Fraction(found["second"] or 0) + 60 * (int(found["minute"] or 0) + 60 * hour)
    seconds += 86_400 * (_days(year, month) + day - 1)
    zone = found["zone"]
    if zone and zone != "Z":
        offset = 3600 * int(zone[1:3]) + 60 * int(zone[4:])
        seconds -= offset if zone[0] == "+" else -offset
    return Moment(seconds, zone is not None)


def _days(year: int, month: int) -> int:
    """The days from the first of January of the year 0 to the first of a month, of the Gregorian calendar."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return 365 * year + leaps + sum(days_of_month(year, earlier) for earlier in range(1, month))


def _duration(form: str) -> Duration:
    found = _DURATION.fullmatch(form)
    assert found
    years, months, days, hours, minutes = (int(found[number] or 0) for number in range(2, 7))
    seconds = Fraction(found[7] or 0) + 60 * (minutes + 60 * (hours + 24 * days))
    sign = -1 if found[1] else 1
    return Duration(sign * (12 * years + months), sign * seconds)


def _compare_durations(one: Duration, other: Duration) -> int | None:
    """XML Schema 1.1, section 3.3.6.1: in order where they are so from each of four starts."""
    found = {
        (later > earlier) - (later < earlier) for later, earlier in zip(_ends(one), _ends(other), strict=True)
    }
    return found.pop() if len(found) == 1 else None


def _ends(duration: Duration) -> list[Fraction]:
    ends = []
    for year, month in _STARTS:
        total = 12 * year + month - 1 + duration.months
        ends.append(86_400 * _days(total // 12, total % 12 + 1) + duration.seconds)
    return ends
