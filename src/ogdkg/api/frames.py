"""The columns of an answer for data frames: each of one type."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any

from ogdkg.errors import UsageError
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Term, csv_text

_TOO_BIG = 2**63  # for an integer column of a data frame


def column(terms: Sequence[Term | None]) -> list[object]:
    """Convert a column to one type, as data frames need it; a column of mixed types becomes text."""
    values = [None if term is None else python_value(term) for term in terms]
    kinds = {type(value) for value in values if value is not None}
    fits = all(abs(value) < _TOO_BIG for value in values if isinstance(value, int))
    if kinds == {int} and fits:
        return list(values)
    if kinds and kinds <= {int, float, Decimal} and fits:
        return [float(value) if isinstance(value, int | float | Decimal) else None for value in values]
    if kinds in ({bool}, {datetime.date}) or (kinds == {datetime.datetime} and _have_one_zone(values)):
        return list(values)
    return [None if term is None else csv_text(term) for term in terms]


def _have_one_zone(values: Sequence[object]) -> bool:
    return len({value.tzinfo for value in values if isinstance(value, datetime.datetime)}) == 1


def library(name: str) -> Any:
    """Import a library that ogdkg does not need by itself.

    Raises:
        UsageError: It is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed.", hint=f"pip install 'ogdkg[{name}]'") from error
