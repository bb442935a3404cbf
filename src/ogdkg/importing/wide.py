"""Reads a wide table, a thing a row and a property a column, as the facts that its cells state."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, nearest
from ogdkg.files.names import shown_path
from ogdkg.importing.mapping import TableMapping
from ogdkg.importing.table import FactTable, Line, check_column, refuse_other_width, rows_of_file
from ogdkg.text.slips import quoted


class WideTable(NamedTuple):
    """A table with a thing a row; white space in its cells is collapsed.

    Attributes:
        headings: What each column is called, no two alike.
        place: Where the headings are.
        rows: The cells of each row, in the order of the headings, with the place of the row.
        has_decimal_commas: As of `RawTable`.
    """

    headings: tuple[str, ...]
    place: Place
    rows: tuple[tuple[Place, tuple[str, ...]], ...]
    has_decimal_commas: bool


def read_wide(path: Path) -> WideTable:
    """Read a table with a thing a row. Columns with neither a heading nor a cell are left out.

    Raises:
        InputError: It cannot be read, or a row has another number of cells than the first one.
        LimitError: It is too large.
        UsageError: The file is not named .tsv, .csv or .xlsx, or openpyxl is not installed.
    """
    file, table = shown_path(path), rows_of_file(path)
    (first, header), *others = table.rows
    for number, cells in others:
        refuse_other_width(cells, len(header), table.dialect, Place(file, number))
    texts = [[" ".join(cell.split()) for cell in cells] for _, cells in ((first, header), *others)]
    used = [at for at in range(len(header)) if any(row[at] for row in texts)]
    rows = zip((Place(file, number) for number, _ in others), texts[1:], strict=True)
    return WideTable(
        tuple(_told_apart([(at + 1, texts[0][at]) for at in used])),
        Place(file, first),
        tuple((place, tuple(row[at] for at in used)) for place, row in rows),
        table.has_decimal_commas,
    )


def _told_apart(columns: Sequence[tuple[int, str]]) -> Iterator[str]:
    """The heading of each column; `column 3` for an empty one, a number behind one that is there twice."""
    spelt = [unicodedata.normalize("NFC", text) or f"column {number}" for number, text in columns]
    taken = set[str]()
    for text in spelt:
        numbered = (f"{text} {number}" for number in count(2) if f"{text} {number}" not in spelt)
        found = text if text not in taken else next(each for each in numbered if each not in taken)
        taken.add(found)
        yield found


def facts(table: WideTable, mapping: TableMapping) -> FactTable:
    """Return what the cells state: each that is not empty is a value of the property of its column.

    Args:
        table: The table.
        mapping: A mapping with an `identifier`.

    Raises:
        InputError: No column is the identifier, it names no thing or one that another row names, or a column
            with cells has no rule.
    """
    identifier = mapping.identifier
    check_column(identifier, table.headings, table.place)
    own = table.headings.index(identifier)
    if fault := fault_of_identifier(table, own):
        raise fault
    _refuse_without_rule(table, mapping)
    found = []
    for place, cells in table.rows:
        row = dict(zip(table.headings, cells, strict=True))
        for heading, cell in row.items():
            rule = mapping.rules.get(heading)
            for part in values_in(cell, rule.parts if rule else ""):
                said = {"row": cells[own], "subject": cells[own], "property": heading, "value": part}
                found.append(Line(place, row | {mapping.columns[name]: text for name, text in said.items()}))
    return FactTable(found, table.has_decimal_commas)


def _refuse_without_rule(table: WideTable, mapping: TableMapping) -> None:
    """Raise InputError for the first column with cells that no rule is for, once and not in each row."""
    named = {part for rule in mapping.rules for part in (rule, rule.partition(" @ ")[0])}
    for at, heading in enumerate(table.headings):
        if heading not in named and any(cells[at] for _, cells in table.rows):
            near = [each for each in nearest(heading, named, 1) if each not in table.headings]
            hint = "Add one like those of the other columns, and define its property in the ontology."
            message = f"No line under [property] of the mapping is for the column {quoted(heading)}."
            hint = f"Is {quoted(near[0])} a misspelling of it?" if near else hint
            raise InputError(message, place=table.place, hint=hint)


def fault_of_identifier(table: WideTable, column: int) -> InputError | None:
    """Why a column does not tell the things apart: the first row where it is empty, or as in another."""
    heading = table.headings[column]
    lines: dict[str, int | None] = {}
    for place, cells in table.rows:
        value = cells[column]
        if not value:
            return InputError(f"{heading}: this row has no value to tell its thing by.", place=place)
        if value in lines:
            message = f"{heading}: {value!r} stands in line {lines[value]} already."
            return InputError(message, place=place, hint="Each row is to be a thing of its own.")
        lines[value] = place.line
    return None


def values_in(cell: str, separator: str) -> list[str]:
    """Return the values in a cell; without a separator it is one. Empty ones are left out."""
    return [*filter(None, map(str.strip, cell.split(separator) if separator else [cell]))]
