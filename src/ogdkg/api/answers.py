"""Query results in Python: iterated repeatedly, shown in a notebook, cited, converted to data frames."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from importlib import import_module
from itertools import islice
from typing import Any, overload

from ogdkg.errors import UsageError
from ogdkg.evidence.row_provenance import CitedRows
from ogdkg.rdf.python_values import python_value
from ogdkg.rdf.terms import Row, Term, csv_text
from ogdkg.render.views.counts import count_by
from ogdkg.render.views.table import Cell, TableStyle, heads_and_cells
from ogdkg.store.base import Rows
from ogdkg.text.escape import html, html_link, one_line

MOST_SHOWN = 100  # rows in a notebook
_TOO_BIG = 2**63  # for an integer column of a data frame


class ReplayableRows(Iterator[Row]):
    """An iterator that keeps the rows it has read, so that every `for` loop starts at the first row."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows, self._rows_read, self._next = iter(rows), list[Row](), 0

    def __iter__(self) -> Iterator[Row]:
        place = 0
        while (row := self._at(place)) is not None:
            yield row
            place += 1

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, int) and place >= 0:
            row = self._at(place)
            if row is None:
                raise IndexError("There is no such row.")
            return row
        return list(self)[place]

    def __next__(self) -> Row:
        row = self._at(self._next)
        if row is None:
            raise StopIteration
        self._next += 1
        return row

    def _at(self, place: int) -> Row | None:
        while len(self._rows_read) <= place:
            row = next(self._rows, None)
            if row is None:
                return None
            self._rows_read.append(row)
        return self._rows_read[place]


class ResultTable(Rows):
    """The rows of a query.

    Attributes:
        variables: The names of the columns.
        rows: The rows, which can be read any number of times.
        notes: Why the citations of `cited()` may be inexact; complete once all rows are read.
    """

    _explain: Callable[[], Sequence[str]] = tuple

    look: TableStyle
    notes: Sequence[str]
    _cite: Callable[[Rows], CitedRows] | None

    @classmethod
    def of(cls, rows: Rows, look: TableStyle, cite: Callable[[Rows], CitedRows] | None = None) -> ResultTable:
        """Wrap rows; `look` says how a notebook shows them, `cite` adds the columns of `cited()`."""
        answer = cls(rows.variables, ReplayableRows(rows.rows))
        answer.look, answer._cite, answer.notes = look, cite, ()
        return answer

    def cited(self) -> ResultTable:
        """Return the same rows with their sources, as `ogdkg query --cite` does.

        Returns:
            The rows with two more columns: `cited`, the IRIs of the named graphs that state them, and
            `citedLabel`, their labels.

        Raises:
            UsageError: The query itself has a column of one of these names.
        """
        if self._cite is None:
            return self
        cited = self._cite(Rows(self.variables, iter(self.rows)))
        answer = ResultTable.of(cited.rows, self.look)
        answer.notes = cited.notes
        return answer

    def count_by(self, *columns: str) -> ResultTable:
        """Return how many rows have each value of some columns, as `ogdkg query --count-by` does.

        Args:
            columns: The columns, each by its variable or its heading.

        Raises:
            UsageError: There is no such column.
        """
        counted = count_by(Rows(self.variables, iter(self.rows)), columns, self.look.columns or {})
        return ResultTable.of(counted, self.look)

    @property
    def why_empty(self) -> tuple[str, ...]:
        """Sentences that say why there are no rows, and what would have some; none if there are rows."""
        return () if any(True for _ in self.rows) else tuple(self._explain())

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame.

        Returns:
            Columns of numbers, booleans or dates have that type, all others are text; unbound values are NA.

        Raises:
            UsageError: pandas is not installed.
        """
        return _library("pandas").DataFrame(self._columns()).convert_dtypes()

    def to_polars(self) -> Any:
        """Return a polars DataFrame.

        Returns:
            Columns of numbers, booleans or dates have that type, all others are text; unbound values are
            null.

        Raises:
            UsageError: polars is not installed.
        """
        return _library("polars").DataFrame(self._columns())

    def __repr__(self) -> str:
        return f"<{len(list(self.rows))} rows of {one_line(', '.join(self.variables))}>"

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table, with labels for resources."""
        heads, cells = heads_and_cells(Rows(self.variables, iter(self.rows)), self.look)
        head = "".join(f"<th>{html(cell.text)}</th>" for cell in heads)
        rows = "".join(f"<tr>{''.join(map(_cell, line))}</tr>" for line in islice(cells, MOST_SHOWN))
        more = len(list(self.rows)) - MOST_SHOWN
        rest = f"<caption>and {more} more rows</caption>" if more > 0 else ""
        return f"<table>{rest}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _columns(self) -> dict[str, list[object]]:
        rows = list(self.rows)
        return {name: _column([row[place] for row in rows]) for place, name in enumerate(self.variables)}


def _cell(cell: Cell) -> str:
    return f"<td>{html_link(cell.text, cell.link)}</td>"


def _column(terms: Sequence[Term | None]) -> list[object]:
    """Convert a column to one type, as data frames need it; a column of mixed types becomes text."""
    values = [None if term is None else python_value(term) for term in terms]
    kinds = {type(value) for value in values if value is not None}
    fits = all(abs(value) < _TOO_BIG for value in values if isinstance(value, int))
    if kinds == {int} and fits:
        return list(values)
    if kinds and kinds <= {int, float, Decimal} and fits:
        return [float(value) if isinstance(value, int | float | Decimal) else None for value in values]
    if kinds in ({bool}, {datetime.date}):
        return list(values)
    return [None if term is None else csv_text(term) for term in terms]


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed.", hint=f"pip install {name}") from error
