"""The rows of an answer on a page: sorted, filtered, a page of them in cells, and counted for bars."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Self

from ogdkg.rdf.datatypes import NUMERIC_SHORTHAND
from ogdkg.rdf.terms import XSD, Iri, Literal, Row, Term
from ogdkg.render.views.table import readable
from ogdkg.store.base import Rows
from ogdkg.web.drawing.countries import Country

MOST_ROWS = 10_000  # that a page sorts and counts; files have all
PAGE = 50  # rows of a page
MOST_BARS = 40
_LABEL = "Label"
_NUMBERS = {
    *NUMERIC_SHORTHAND,
    *(XSD + name for name in ("float", "int", "long", "short", "nonNegativeInteger")),
}


class Cell(NamedTuple):
    """A value in a table.

    Attributes:
        text: What is shown.
        address: Where it leads; empty for none.
        language: Its language, if known.
        direction: Its base direction: `ltr`, `rtl`, or `auto`.
        is_number: Whether it is a number.
        is_outside: Whether it leads to another site.
        span: How many rows it spans: 0 where the cell above goes on.
    """

    text: str
    address: str = ""
    language: str = ""
    direction: str = "auto"
    is_number: bool = False
    is_outside: bool = False
    span: int = 1


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: Its variable.
        head: Its heading.
        place: Its place in a row.
        label: The place of the label of its values; None if it has none.
        is_number: Whether its values are numbers.
    """

    name: str
    head: str
    place: int
    label: int | None
    is_number: bool

    def text(self, row: Row, name_of: Callable[[Iri], str]) -> str:
        """Return what is shown of a row."""
        term, label = row[self.place], self._label(row)
        return name_of(term) if isinstance(term, Iri) and label is None else readable(label or term)

    def _label(self, row: Row) -> Term | None:
        return None if self.label is None else row[self.label]

    def shown(self, row: Row) -> Term | None:
        """Return the term of which the text is shown: the label, or the value."""
        return self._label(row) or row[self.place]


class Bar(NamedTuple):
    """A bar: what it is of, the number, and its width in percent."""

    cell: Cell
    number: str
    width: str


class Located(NamedTuple):
    """A country on the map of an answer: the cell that names it, and its number."""

    country: Country
    cell: Cell
    number: Decimal

    @property
    def words(self) -> str:
        """The number as it is read."""
        return _written(self.number)


class Part(NamedTuple):
    """Which rows of an answer are shown.

    Attributes:
        sort: The column to sort by, after `-` for the largest first; empty for the order of the query.
        find: A text that each row has to hold.
        page: The page, from 1.
    """

    sort: str = ""
    find: str = ""
    page: int = 1


class Table:
    """The answer of a question as a table.

    Args:
        rows: The answer.
        heads: The headings of columns by variable.
        name_of: Returns how an IRI is shown that the answer has no label of.
        address_of: Returns where an IRI leads, and whether to another site.
        part: Which rows are shown.
    """

    def __init__(
        self,
        rows: Rows,
        heads: Mapping[str, str],
        name_of: Callable[[Iri], str],
        address_of: Callable[[Iri], tuple[str, bool]],
        part: Part,
    ) -> None:
        self._name_of, self._address_of, self.part = name_of, address_of, part
        self.variables = rows.variables
        self._rows = list(islice(rows.rows, MOST_ROWS + 1))
        self.is_cut = len(self._rows) > MOST_ROWS
        del self._rows[MOST_ROWS:]
        self.columns = columns_of(rows.variables, self._rows, heads)

    def turned(self, page: int) -> Self:
        """Return the table with another page."""
        other = copy.copy(self)
        other.part = self.part._replace(page=page)
        for name in ("page", "cells"):
            other.__dict__.pop(name, None)
        return other

    @property
    def count(self) -> int:
        """How many rows there are in all."""
        return len(self._rows)

    @property
    def is_sortable(self) -> bool:
        """Whether rows can be sorted by this: a column that there is."""
        return not self.part.sort or self._sorted_by is not None

    @cached_property
    def found(self) -> list[Row]:
        """The rows that hold the text asked for, in the order asked for."""
        rows = self._rows
        if wanted := self.part.find.strip().casefold():
            rows = [row for row in rows if any(wanted in self._text(each, row) for each in self.columns)]
        if column := self._sorted_by:
            present = [row for row in rows if row[column.place] is not None]
            absent = [row for row in rows if row[column.place] is None]
            present.sort(key=self._key(column), reverse=self.part.sort.startswith("-"))
            rows = present + absent
        return rows

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(-(-len(self.found) // PAGE), 1)

    @property
    def first_row(self) -> int:
        """The number of the first row of the page, from 1."""
        return (self.part.page - 1) * PAGE + 1

    @cached_property
    def page(self) -> list[Row]:
        """The rows of the page."""
        return self.found[self.first_row - 1 : self.first_row - 1 + PAGE]

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The rows of the page in cells; those of the first column span rows that have the same there."""
        lines = [[self._cell(column, row) for column in self.columns] for row in self.page]
        begin = 0
        for number in range(1, len(lines) + 1):
            if self.columns and (number == len(lines) or lines[number][0] != lines[begin][0]):
                lines[begin][0] = lines[begin][0]._replace(span=number - begin)
                for line in lines[begin + 1 : number]:
                    line[0] = line[0]._replace(span=0)
                begin = number
        return lines

    @cached_property
    def different(self) -> list[tuple[str, int]]:
        """The columns of things, and how many different ones each has."""
        counted = [(each.head, {row[each.place] for row in self._rows}) for each in self.columns]
        return [
            (head, len(terms - {None}))
            for head, terms in counted
            if len(terms - {None}) > 1 and all(isinstance(term, Iri) for term in terms - {None})
        ]

    def order_of(self, column: Column) -> str:
        """Return how the rows are sorted by a column, as `aria-sort` says it."""
        if self._sorted_by != column:
            return "none"
        return "descending" if self.part.sort.startswith("-") else "ascending"

    @cached_property
    def measures(self) -> list[Column]:
        """The columns of which bars can be drawn: of numbers, and of values that rows share."""
        if len(self._rows) < 2:
            return []
        numbers = [each for each in self.columns if each.is_number and self.subject(each)]
        shared = [
            each
            for each in self.columns
            if not each.is_number and 1 < len({row[each.place] for row in self._rows}) < len(self._rows)
        ]
        return numbers + shared

    def bars(self, column: Column) -> list[Bar]:
        """Return bars: the numbers of a column, or how many rows have each of its values."""
        if column.is_number and (subject := self.subject(column)):
            counted = [(self._cell(subject, row), _number(row[column.place])) for row in self.found]
            pairs = [(cell, number) for cell, number in counted if number is not None]
        else:
            counts = Counter(self._cell(column, row) for row in self.found)
            pairs = [(cell, Decimal(number)) for cell, number in counts.most_common()]
        pairs.sort(key=lambda pair: -pair[1])
        most = max((number for _, number in pairs), default=Decimal(0)) or Decimal(1)
        return [
            Bar(cell, _written(number), f"{number * 100 / most:.1f}") for cell, number in pairs[:MOST_BARS]
        ]

    def places(self, column: Column, countries: Mapping[Iri, Country]) -> list[Located]:
        """Return the countries of a column, each with its number: of rows, or that of its only row.

        Args:
            column: The column.
            countries: The countries among its values.
        """
        counts = Counter(row[column.place] for row in self.found)
        numbers = self.numbers_of(column)
        found: dict[Iri, Located] = {}
        for row in self.found:
            place = row[column.place]
            if isinstance(place, Iri) and place in countries and place not in found:
                number = _number(row[numbers.place]) if numbers else Decimal(counts[place])
                if number is not None:
                    found[place] = Located(countries[place], self._cell(column, row), number)
        return sorted(found.values(), key=lambda each: (-each.number, each.cell.text.casefold()))

    def numbers_of(self, column: Column) -> Column | None:
        """Return the column of numbers that a map of a column shows; None where rows are to be counted."""
        places = [row[column.place] for row in self.found]
        is_once = len(set(places)) == len(places)
        return next((each for each in self.columns if each.is_number), None) if is_once else None

    def things(self, column: Column) -> set[Iri]:
        """Return the things that a column names."""
        return {term for row in self._rows if isinstance(term := row[column.place], Iri)}

    def subject(self, column: Column) -> Column | None:
        """Return the column that says what a number is of."""
        return next((each for each in self.columns if not each.is_number and each != column), None)

    @cached_property
    def _sorted_by(self) -> Column | None:
        name = self.part.sort.removeprefix("-")
        return next((each for each in self.columns if each.name == name), None)

    def _text(self, column: Column, row: Row) -> str:
        return column.text(row, self._name_of).casefold()

    def _key(self, column: Column) -> Callable[[Row], tuple[Decimal, str]]:
        """What rows are sorted by: a number by its value, all else by what is read; numbers first."""

        def key(row: Row) -> tuple[Decimal, str]:
            number = _number(row[column.place])
            return (Decimal("Infinity"), self._text(column, row)) if number is None else (number, "")

        return key

    def _cell(self, column: Column, row: Row) -> Cell:
        term, shown = row[column.place], column.shown(row)
        text = column.text(row, self._name_of)
        address, is_outside = self._address_of(term) if isinstance(term, Iri) else ("", False)
        language = shown.language if isinstance(shown, Literal) else ""
        direction = (shown.direction if isinstance(shown, Literal) else "") or "auto"
        return Cell(text, address, language, direction, column.is_number, is_outside)


def _written(number: Decimal) -> str:
    return f"{number:,f}" if number >= 10_000 else f"{number:f}"


def columns_of(variables: Sequence[str], rows: Iterable[Row], heads: Mapping[str, str]) -> list[Column]:
    """Return the columns of an answer; what labels another is none."""
    columns = []
    for place, name in enumerate(variables):
        if name.endswith(_LABEL) and name.removesuffix(_LABEL) in variables:
            continue
        label = variables.index(name + _LABEL) if name + _LABEL in variables else None
        terms = [row[place] for row in rows if row[place] is not None]
        numbers = [_number(term) for term in terms]
        is_number = bool(terms) and all(number is not None and number >= 0 for number in numbers)
        columns.append(Column(name, heads.get(name) or name, place, label, is_number))
    return columns


def _number(term: Term | None) -> Decimal | None:
    """The value of a number; None of what is none, or not finite."""
    if not isinstance(term, Literal) or term.datatype not in _NUMBERS or len(term.value) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(term.value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < _LONGEST_NUMBER else None


_LONGEST_NUMBER = 40  # digits, which a page can show
