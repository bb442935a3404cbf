"""Reads a table of facts: a header, then one row per fact.

The extension decides between tabs and commas, unless the first lines say otherwise: European spreadsheet
programs write `.csv` with semicolons.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UsageError, nearest
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_text
from ogdkg.text.notices import notice
from ogdkg.text.slips import CONFLICT, CONFLICT_HINT, conflict_at, is_curly, quoted

MOST_ROWS = 64 << 20  # bytes: a row takes many times its size
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_QUOTED = re.compile(r'"[^"]*"?')
_NO_TITLE = "If it is a title, take it out: the first row names the columns."
_CONTROL = "[\0-\b\x0e-\x1b\x7f]"  # what is neither white space nor text


class Line(NamedTuple):
    """A row of a table: its place, and its cells by column, with white space collapsed."""

    place: Place
    cells: Mapping[str, str]


class Dialect(NamedTuple):
    """How a table is written: what separates its cells, and whether these may stand in quotation marks."""

    delimiter: str
    has_quotes: bool


class RawTable(NamedTuple):
    """The rows of a table that are not empty, each with its number, and its dialect if it is a text."""

    rows: list[tuple[int, list[str]]]
    dialect: Dialect | None

    @property
    def has_decimal_commas(self) -> bool:
        """Whether a comma in a number may stand before decimals, as it does not separate the cells."""
        return self.dialect is not None and self.dialect.delimiter == ";"


class FactTable(NamedTuple):
    """The rows of a table of facts.

    Attributes:
        lines: The rows below the header.
        has_decimal_commas: As of `RawTable`.
    """

    lines: list[Line]
    has_decimal_commas: bool


def read_table(path: Path, columns: Iterable[str]) -> FactTable:
    """Read the rows of a table.

    Raises:
        InputError: A required column is missing, or a row has another number of cells than the header.
        UsageError: The file is not named .tsv, .csv or .xlsx.
    """
    file, table = shown_path(path), rows_of_file(path)
    (first, names), *rows = table.rows
    header = [name.strip() for name in names]
    for name in (*columns, *header):
        check_column(name, header, Place(file, first))
    lines = []
    for number, cells in rows:
        refuse_other_width(cells, len(header), table.dialect, Place(file, number))
        lines.append(
            Line(Place(file, number), dict(zip(header, (" ".join(c.split()) for c in cells), strict=True)))
        )
    return FactTable(lines, table.has_decimal_commas)


def rows_of_file(path: Path) -> RawTable:
    """Read the rows of a table that are not empty; there is one at least.

    Raises:
        InputError: It cannot be read, or is empty.
        LimitError: It is too large.
        UsageError: The file is not named .tsv, .csv or .xlsx, or openpyxl is not installed.
    """
    file = shown_path(path)
    if path.suffix.lower() == ".xlsx":
        table = RawTable(_rows_of_workbook(path, file), None)
    else:
        text = text_of_table(path, file)
        dialect = dialect_of(path, text.splitlines()[:2])
        table = RawTable(list(rows_of(io.StringIO(text, newline=""), file, dialect)), dialect)
    if not table.rows:
        raise InputError("The table is empty.", place=Place(file), hint="Its first line names the columns.")
    _refuse_title(table.rows, file)
    return table


def _refuse_title(rows: Sequence[tuple[int, list[str]]], file: str) -> None:
    """Raise InputError where one cell alone stands above several: a title, as spreadsheets have it."""
    filled = [[text.strip() for text in row if text.strip()] for _, row in rows[:2]]
    if len(filled) == 2 and len(filled[0]) == 1 and len(filled[1]) > 2:
        message = f"The first row has one cell, {quoted(filled[0][0])}, and the next has {len(filled[1])}."
        raise InputError(message, place=Place(file, rows[0][0]), hint=_NO_TITLE)


def dialect_by_name(path: Path) -> Dialect:
    """Return the dialect that a table's extension stands for; UsageError for another. TSV has no quotes."""
    if path.suffix.lower() not in (".tsv", ".csv"):
        raise UsageError(
            f"{path} is not a table.", hint="Name a .tsv or .csv file; a spreadsheet program can save it so."
        )
    return Dialect("\t", has_quotes=False) if path.suffix.lower() == ".tsv" else Dialect(",", has_quotes=True)


def dialect_of(path: Path, lines: Sequence[str]) -> Dialect:
    """Return the dialect of a table, with a notice where its delimiter is not that of its extension.

    Semicolons or tabs separate the cells of a `.csv` if both its first lines have them and the header has no
    comma; in the header alone they belong to the name of a column.

    Args:
        path: The table.
        lines: Its first two lines.
    """
    own = dialect_by_name(path)
    bare = [_QUOTED.sub("", line) for line in lines if line.strip()]
    found = [each for each in _DELIMITERS if own.has_quotes and bare and all(each in line for line in bare)]
    if len(found) != 1 or own.delimiter in bare[0]:
        return own
    notice(f"{shown_path(path)} is read with {_DELIMITERS[found[0]]}s between its cells, not commas.")
    return own._replace(delimiter=found[0])


def check_column(name: str, header: Sequence[str], place: Place) -> None:
    """Raise InputError for a column that a header does not have just once."""
    number = header.count(name)
    if number != 1:
        near = nearest(name, header, 1) if not number else []
        hint = f"Is {near[0]!r} a misspelling of it?" if near else _hint_of_header(header)
        what = "has more than one column" if number else "has no column"
        raise InputError(f"The table {what} {name!r}.", place=place, hint=hint)


def _hint_of_header(header: Sequence[str]) -> str:
    """Return what to say of a header without a column: its columns, or that it is one column by mistake."""
    found = [name for each, name in _DELIMITERS.items() if len(header) == 1 and each in header[0]]
    if found:
        return f"Its cells seem to be separated by {found[0]}s: save it as CSV with commas, or TSV with tabs."
    return f"Its columns: {', '.join(header)}."


def _rows_of_workbook(path: Path, file: str) -> list[tuple[int, list[str]]]:
    """Return the non-empty rows of the first sheet that shows, with their numbers."""
    from ogdkg.importing.cell_values import text_of  # most tables are texts
    from ogdkg.importing.workbook import read_workbook

    shown = next((sheet for sheet in read_workbook(path) if not sheet.is_hidden), None)
    found: list[tuple[int, list[str]]] = []
    for number, row in enumerate(shown.rows if shown else (), 1):
        texts = []
        for cell in row:
            text = None if cell.fault else text_of(cell.value, ())
            if text is None:
                fault = cell.fault or "holds a number with more digits than a spreadsheet keeps"
                hint = cell.remedy if found else f"{cell.remedy} {_NO_TITLE}"
                raise InputError(f"{cell.name} {fault}.", place=Place(file), hint=hint)
            texts.append(text)
        if any(text.strip() for text in texts):
            width = len(found[0][1]) if found else len(texts)
            found.append((number, [*texts, *[""] * (width - len(texts))]))
    return found


def text_of_table(path: Path, file: str) -> str:
    """Return the text of a table of commas or tabs.

    Raises:
        InputError: It cannot be read, or holds control characters or a conflict of a merge.
        LimitError: It is too large.
    """
    text = read_text(path, file, most=MOST_ROWS, pipes=False)
    if (conflict := conflict_at(text)) is not None:
        place = Place(file, text.count("\n", 0, conflict) + 1, 1)
        raise InputError(CONFLICT, place=place, hint=CONFLICT_HINT)
    if control := re.search(_CONTROL, text):
        message = f"Here stands a control character, U+{ord(control[0]):04X}."
        raise InputError(message, place=Place.in_text(text, control.start(), file), hint="Take it out.")
    return text


def refuse_other_width(cells: list[str], columns: int, dialect: Dialect | None, place: Place) -> None:
    """Raise InputError for a row with another number of cells than the header."""
    if len(cells) != columns:
        message = f"The row has {len(cells)} cells, the header {columns}."
        raise InputError(message, place=place, hint=hint_of_row(cells, columns, dialect))


def rows_of(source: Iterable[str], file: str, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Iterate the non-empty rows of a table with their lines.

    Raises:
        InputError: A row cannot be read.
    """
    begun = 1
    try:
        reader = (
            csv.reader(source, delimiter=dialect.delimiter, strict=True)
            if dialect.has_quotes
            else csv.reader(source, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        )
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
            begun = reader.line_num + 1
    except csv.Error as error:
        message, hint = _fault(str(error))
        raise InputError(message, place=Place(file, begun), hint=hint) from error


def _fault(message: str) -> tuple[str, str]:
    """What is wrong with a row that Python's reader refused, and what to do."""
    if "unexpected end" in message:
        return "A cell that begins with a quotation mark here is not closed.", 'Write " where the cell ends.'
    if "expected after" in message:
        return (
            "Something follows a cell's closing quotation mark.",
            'Write "" for a quotation mark in a cell.',
        )
    if "field larger" in message:
        hint = "A quotation mark that is not closed makes the rest of the file one cell."
        return f"A cell has more than {csv.field_size_limit():,} characters.", hint
    return "This row cannot be read.", "Save the table as CSV or TSV in UTF-8."


def hint_of_row(cells: list[str], columns: int, dialect: Dialect | None) -> str:
    """Return what to do about a row with too many cells, or too few; a workbook has no dialect."""
    if any(is_curly(cell.strip()[:1]) for cell in cells if cell.strip()):
        return 'A curly quotation mark does not hold a cell together: write a straight one, ".'
    if dialect is None:
        return "Give every column a name in the first row. If that is a title, take it out."
    if not dialect.has_quotes:
        return "Separate the cells by tabs, and use no tab within a cell."
    name = _DELIMITERS[dialect.delimiter]
    if len(cells) > columns:
        example = f'"x{dialect.delimiter} y"'
        return f"Put a cell with a {name} in it between quotation marks: {example}."
    return f"Write a {name} for every cell, for an empty one too."
