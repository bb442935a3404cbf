"""Literals as Python values. https://www.w3.org/TR/xmlschema11-2/"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from ogdkg.rdf.datatypes import INTEGERS, is_well_typed
from ogdkg.rdf.terms import XSD, Blank, Literal, Term

Value = str | int | float | Decimal | bool | datetime.date | datetime.time
_MICROSECONDS = 6  # digits of a fraction that a Python time keeps


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(_kept(text))


def _time(text: str) -> datetime.time:
    return datetime.time.fromisoformat(_kept(text))


def _kept(text: str) -> str:
    """A time as it is, unless Python would cut its fraction."""
    fraction = text.partition(".")[2].rstrip("Z").partition("+")[0].partition("-")[0]
    if len(fraction) > _MICROSECONDS:
        raise ValueError(text)
    return text


_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(INTEGERS, int),
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD + "date": datetime.date.fromisoformat,
    XSD + "dateTime": _moment,
    XSD + "dateTimeStamp": _moment,
    XSD + "time": _time,
}


def python_value(term: Term) -> Value:
    """Return a term as a Python number, boolean, date or time; any other or ill-typed term as text.

    What Python reads but XML Schema forbids, such as `1_000` or `20200101`, is ill-typed; what Python
    cannot hold, such as a year past 9999 or a day with a time zone, stays text.
    """
    if isinstance(term, Blank):
        return f"_:{term.label}"
    read = _READERS.get(term.datatype) if isinstance(term, Literal) else None
    if read is None or not isinstance(term, Literal) or not is_well_typed(term.value, term.datatype):
        return str(term)
    try:
        return read(term.value)
    except (ValueError, KeyError, InvalidOperation):
        return str(term)
