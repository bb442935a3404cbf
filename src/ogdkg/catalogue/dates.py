"""Dates as values of parameters: a year, a month or a day, each of which stands for one day."""

from __future__ import annotations

import re

from ogdkg.errors import UsageError
from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.rdf.terms import XSD, Literal, typed

_KINDS = {4: "gYear", 7: "gYearMonth", 10: "date"}  # by the length of the text
_ENDS = ("31", "30", "29", "28")


def day_of(text: str, which: str = "last") -> Literal:
    """Return the day that a date stands for, so that dates of any precision are compared by value.

    Args:
        text: A year, a month or a day, as in XML Schema, without a time zone.
        which: The day of a year or a month that is meant, `last` or `first`.

    Raises:
        UsageError: The text is none of these, or the calendar has no such day.

    >>> day_of("2016-02").value, day_of("2017", "first").value
    ('2016-02-29', '2017-01-01')
    """
    kind = _KINDS.get(len(text), "")
    if not (kind and re.fullmatch(r"[0-9-]+", text) and is_well_typed(text, XSD + kind)):
        hint = "Write a year, a month or a day, such as 2017, 2017-04 or 2017-04-11."
        raise UsageError(f"{text!a} is not a date.", hint=hint)
    month = text if kind != "gYear" else f"{text}-{'01' if which == 'first' else '12'}"
    ends = ("01",) if which == "first" else _ENDS
    days = [text] if kind == "date" else [f"{month}-{end}" for end in ends]
    return typed(next(day for day in days if is_well_typed(day, XSD + "date")), "date")
