"""Counts the rows of a result by the values of some of its columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.terms import Row, csv_text, typed
from ogdkg.store.base import Rows

_LABEL = "Label"


def count_by(rows: Rows, columns: Sequence[str], headings: Mapping[str, str]) -> Rows:
    """Return how many rows have each value of some columns.

    Args:
        rows: The rows of a query.
        columns: The columns, each by its variable or its heading, in any case of letters.
        headings: The headings, by variable.

    Returns:
        A row for each combination of values, the most frequent first: the values, with the label of one that
        has it, and `count`. A row without a value counts too.

    Raises:
        UnknownNameError: There is no such column.
    """
    places = [place for column in columns for place in _places(rows.variables, column, headings)]
    counts = Counter(tuple(row[place] for place in places) for row in rows.rows)
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], _words(counted[0])))
    return Rows(
        (*(rows.variables[place] for place in places), "count"),
        ((*values, typed(str(count), "integer")) for values, count in ordered),
    )


def _places(variables: Sequence[str], column: str, headings: Mapping[str, str]) -> list[int]:
    """Return the place of a column, and that of its label if it has one."""
    shown = [name for name in variables if not _is_label(name, variables)]
    by_name = {headings.get(name, name).casefold(): name for name in shown}
    by_name |= {name.casefold(): name for name in shown}
    name = by_name.get(column.casefold())
    if name is None:
        raise UnknownNameError("column", column, shown, see=f"The columns are: {', '.join(shown)}.")
    return [variables.index(each) for each in (name, name + _LABEL) if each in variables]


def _is_label(name: str, variables: Sequence[str]) -> bool:
    return name.endswith(_LABEL) and name.removesuffix(_LABEL) in variables


def _words(values: Row) -> tuple[str, ...]:
    """The words that a person reads of a row, to sort by: those of a label come last in the row."""
    return tuple(csv_text(value).casefold() if value else "" for value in reversed(values))
