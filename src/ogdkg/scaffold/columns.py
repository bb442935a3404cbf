"""What the columns of a table seem to hold: which tells the rows apart, and of which kind the others are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, UnknownNameError
from ogdkg.importing.values import KINDS, UnfitError
from ogdkg.importing.wide import WideTable, fault_of_identifier, read_wide, values_in
from ogdkg.rdf.terms import Iri, Literal

# Zeros before a number, a sign or what parts its thousands may mean something: such a column stays text.
_FORMS = {
    "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    "decimal": re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]+)?"),
    "iri": re.compile(r"https?://[^/\s].*"),
}
_GUESSED = ("integer", "decimal", "boolean", "date", "datetime", "iri")
# Cells that people read as numbers or dates, and that stay text: 62,5 or 1.200,00 or 03.05.1987.
_WRITTEN_OTHERWISE = re.compile(r"[-+]?[0-9]+(?:[.,/'\u00a0\u202f][0-9]+)*")
_MOST_REPEATED = 50  # different values that may be things of a class
_LONGEST_NAME = 100  # letters


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        heading: What it is called in the table; no other is called so.
        cells: Its cells, of all rows.
        kind: The kind of its values, as a mapping names it; `text` where one cell does not fit another kind.
    """

    heading: str
    cells: tuple[str, ...]
    kind: str

    @property
    def values(self) -> list[str]:
        """Its different values, in their order."""
        return list(dict.fromkeys(filter(None, self.cells)))

    @property
    def has_words(self) -> bool:
        """Whether it is text, and most of its cells have letters: a code like `1987/12` names nothing."""
        return self.kind == "text" and 2 * sum(map(_has_letter, self.cells)) > len(self.cells)

    @property
    def is_written_otherwise(self) -> bool:
        """Whether its cells look like numbers or dates, but are not written as RDF writes them."""
        return (
            self.kind == "text"
            and all(map(_WRITTEN_OTHERWISE.fullmatch, self.values))
            and not all(map(str.isdigit, self.values))
        )

    def seems_parted(self, sign: str) -> bool:
        """Whether a sign parts several values in its cells: some of what it parts stands there again."""
        parts = [part for each in self.cells for part in values_in(each, sign)]
        return (
            self.kind == "text"
            and any(sign in each for each in self.cells)
            and len(set(parts)) < len(parts)
            and all(len(each) <= _LONGEST_NAME for each in parts)
        )

    @property
    def may_be_class(self) -> bool:
        """Whether its values are few and repeated, so that each may be a thing."""
        values = self.values
        return (
            self.kind == "text"
            and 2 * len(values) <= len([each for each in self.cells if each])
            and len(values) <= _MOST_REPEATED
            and all(len(each) <= _LONGEST_NAME for each in values)
        )


class Table(NamedTuple):
    """A table with a thing a row.

    Attributes:
        path: Its file.
        columns: Its columns.
        identifier: The column that tells its things apart.
        label: The column with their names.
    """

    path: Path
    columns: tuple[Column, ...]
    identifier: Column
    label: Column


def read_columns(path: Path, label: str | None = None) -> Table:
    """Read a table, and guess what its columns hold.

    Args:
        path: The table.
        label: The heading of the column with the names of things. By default it is the one that tells them
            apart, if that has words, else the first one with words in each row.

    Raises:
        InputError: It cannot be read, has no row, or no column has another value in each row.
        UsageError: It has no column with the heading of `label`, or that is empty in a row.
    """
    wide = read_wide(path)
    if not wide.rows:
        hint = "Begin a project without data, or put a thing into each row."
        raise InputError("The table has headings and no row.", place=wide.place, hint=hint)
    cells = zip(*(cells for _, cells in wide.rows), strict=True)
    columns = [
        Column(heading, each, kind_of([cell for cell in each if cell]))
        for heading, each in zip(wide.headings, cells, strict=True)
    ]
    identifier = columns[_identifier(wide)]
    with_words = [each for each in (identifier, *columns) if each.has_words and all(each.cells)]
    chosen = column_of(columns, label) if label else next(iter(with_words), identifier)
    if not all(chosen.cells):
        places = (place for place, _ in wide.rows)
        empty = next(place for place, cell in zip(places, chosen.cells, strict=True) if not cell)
        message = f"{chosen.heading}: this row has no name."
        raise InputError(message, place=empty, hint="Fill it in, or name another column with --label.")
    return Table(path, tuple(columns), identifier, chosen)


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))


def column_of(columns: Sequence[Column], heading: str) -> Column:
    """Return the column with a heading; UsageError where there is none."""
    for each in columns:
        if each.heading == heading:
            return each
    headings = [each.heading for each in columns]
    raise UnknownNameError(
        "column", heading, headings, see=f"Its columns: {', '.join(headings)}.", of="The table"
    )


def _identifier(wide: WideTable) -> int:
    """The first column that has a value in each row, each another one."""
    first: InputError | None = None
    for at in range(len(wide.headings)):
        fault = fault_of_identifier(wide, at)
        if fault is None:
            return at
        first = first or fault
    assert first  # a table has a column
    message = f"No column has another value in each row. {first.message}"
    raise InputError(message, place=first.place, hint="Add one with a number for each row.")


def kind_of(values: Sequence[str]) -> str:
    """Return the kind of a mapping that all values fit, all of one datatype; `text` where there is none."""
    return next((kind for kind in _GUESSED if values and _all_fit(kind, values)), "text")


def _all_fit(kind: str, values: Sequence[str]) -> bool:
    form = _FORMS.get(kind)
    if form and not all(form.fullmatch(each) for each in values):
        return False
    try:
        terms = map(KINDS[kind], values)
        first = _datatype(next(terms))
        return all(_datatype(each) == first for each in terms)
    except UnfitError:
        return False


def _datatype(term: object) -> str:
    assert isinstance(term, Iri | Literal)
    return (term.datatype or "") if isinstance(term, Literal) else ""
