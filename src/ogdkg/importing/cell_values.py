"""What a cell of a spreadsheet holds, as the text that a literal has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from ogdkg.importing.workbook import PaddedNumber, Value
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import XSD

MOST_DIGITS = 15  # that a number of a spreadsheet keeps


def text_of(value: Value, datatypes: Sequence[str]) -> str | None:
    """Return what a cell holds as a text, as literals of a column are written.

    Args:
        value: What it holds.
        datatypes: The datatypes of the column.

    Returns:
        None where a spreadsheet has lost what it was: digits of a number past the fifteenth.
    """
    if value is None or isinstance(value, str):
        return (value or "").replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, PaddedNumber) and NUMBERS.isdisjoint(datatypes):
        return value.shown
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value, {each.removeprefix(XSD) for each in datatypes})
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
        return f"PT{int(seconds)}S" if seconds == int(seconds) else f"PT{seconds}S"
    return value.isoformat()


def _number(value: int | float) -> str | None:
    number = Decimal(repr(value))
    if not number.is_finite() or abs(number) >= 10**MOST_DIGITS:
        return None
    if number == number.to_integral_value():
        return str(int(number))
    return f"{number:f}"


def _moment(value: datetime, datatypes: set[str]) -> str:
    """A moment as a date, unless the column has moments, or a time of the day is given."""
    if "dateTime" in datatypes and "date" not in datatypes:
        return value.isoformat()
    if "gYearMonth" in datatypes and "date" not in datatypes and value.day == 1:
        return f"{value.year:04}-{value.month:02}"  # what programs make of 2014-06
    return value.date().isoformat() if value.time() == time() else value.isoformat()
