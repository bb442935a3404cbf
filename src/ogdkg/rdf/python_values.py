"""Literals as Python values. https://www.w3.org/TR/xmlschema11-2/"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from ogdkg.rdf.datatypes import INTEGERS
from ogdkg.rdf.terms import XSD, Blank, Literal, Term

Value = str | int | float | Decimal | bool | datetime.date

_READERS: dict[str, Callable[[str], Value]] = {
    **dict.fromkeys(INTEGERS, int),
    XSD + "decimal": Decimal,
    XSD + "double": float,
    XSD + "float": float,
    XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD + "date": datetime.date.fromisoformat,
}


def python_value(term: Term) -> Value:
    """Return a term as a Python number, boolean or date; any other or ill-typed term as text."""
    if isinstance(term, Blank):
        return f"_:{term.label}"
    read = _READERS.get(term.datatype) if isinstance(term, Literal) else None
    try:
        return read(str(term)) if read else str(term)
    except (ValueError, KeyError, InvalidOperation):
        return str(term)
