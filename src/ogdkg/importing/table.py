"""Reads a table of facts: a header, then one row per fact. The extension decides between tabs and commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UsageError, nearest
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_text
from ogdkg.text.slips import CONFLICT, CONFLICT_HINT, conflict_at, is_curly

MOST_ROWS = 64 << 20  # bytes: a row takes many times its size


class Line(NamedTuple):
    """A row of a table: its place, and its cells by column, with white space collapsed."""

    place: Place
    cells: Mapping[str, str]


def read_table(path: Path, columns: Iterable[str]) -> list[Line]:
    """Read the rows of a table.

    Raises:
        InputError: A required column is missing, or a row has another number of cells than the header.
        UsageError: The file is not named .tsv, .csv or .xlsx.
    """
    file, rows = shown_path(path), rows_of_file(path)
    header = [name.strip() for name in rows[0][1]]
    for name in (*columns, *header):
        if header.count(name) != 1:
            what = "has no column" if name not in header else "has more than one column"
            near = nearest(name, header, 1) if name not in header else []
            hint = f"Is {near[0]!r} a misspelling of it?" if near else f"Its columns: {', '.join(header)}."
            raise InputError(f"The table {what} {name!r}.", place=Place(file, rows[0][0]), hint=hint)
    lines = []
    for number, cells in rows[1:]:
        refuse_other_width(cells, len(header), path, Place(file, number))
        lines.append(
            Line(Place(file, number), dict(zip(header, (" ".join(c.split()) for c in cells), strict=True)))
        )
    return lines


def rows_of_file(path: Path) -> list[tuple[int, list[str]]]:
    """Read the rows of a table that are not empty, each with its number; there is one at least.

    Raises:
        InputError: It cannot be read, or is empty.
        LimitError: It is too large.
        UsageError: The file is not named .tsv, .csv or .xlsx, or openpyxl is not installed.
    """
    file = shown_path(path)
    rows = _rows_of_workbook(path, file) if path.suffix.lower() == ".xlsx" else _rows(path, file)
    if not rows:
        raise InputError("The table is empty.", place=Place(file), hint="Its first line names the columns.")
    return rows


def has_tabs(path: Path) -> bool:
    """Return whether tabs separate the cells of a table; UsageError if its name does not tell."""
    if path.suffix.lower() not in (".tsv", ".csv"):
        raise UsageError(f"{path} is not a table.", hint="Name a .tsv or .csv file.")
    return path.suffix.lower() == ".tsv"


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
                raise InputError(f"{cell.name} {fault}.", place=Place(file), hint=cell.remedy)
            texts.append(text)
        if any(text.strip() for text in texts):
            width = len(found[0][1]) if found else len(texts)
            found.append((number, [*texts, *[""] * (width - len(texts))]))
    return found


def _rows(path: Path, file: str) -> list[tuple[int, list[str]]]:
    """Return the non-empty lines with their numbers."""
    tabs = has_tabs(path)
    text = text_of_table(path, file)
    if not tabs:
        refuse_other_signs(text, file)
    return list(rows_of(io.StringIO(text, newline=""), file, tabs=tabs))


def refuse_other_signs(text: str, file: str) -> None:
    """Raise InputError for a .csv file whose cells are parted by another sign than commas."""
    first = text[: text.find("\n") if "\n" in text else len(text)]
    for sign, signs in ((";", "Semicolons"), ("\t", "Tabs")):
        if first.count(sign) > first.count(","):
            hint = "Save it with commas between the cells."
            raise InputError(f"{signs} part the cells here.", place=Place(file, 1), hint=hint)


def text_of_table(path: Path, file: str) -> str:
    """Return the text of a table of commas or tabs.

    Raises:
        InputError: It cannot be read, or a conflict of a merge is left in it.
        LimitError: It is too large.
    """
    text = read_text(path, file, most=MOST_ROWS, pipes=False)
    if (conflict := conflict_at(text)) is not None:
        place = Place(file, text.count("\n", 0, conflict) + 1, 1)
        raise InputError(CONFLICT, place=place, hint=CONFLICT_HINT)
    return text


def refuse_other_width(cells: list[str], columns: int, path: Path, place: Place) -> None:
    """Raise InputError for a row with another number of cells than the header."""
    if len(cells) != columns:
        message = f"The row has {len(cells)} cells, the header {columns}."
        raise InputError(message, place=place, hint=hint_of_row(cells, columns, path))


def rows_of(source: Iterable[str], file: str, *, tabs: bool) -> Iterator[tuple[int, list[str]]]:
    """Iterate the non-empty rows of a table with their lines. TSV has no quoting.

    Raises:
        InputError: A row cannot be read.
    """
    begun = 1
    try:
        reader = (
            csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
            if tabs
            else csv.reader(source, strict=True)
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


def hint_of_row(cells: list[str], columns: int, path: Path) -> str:
    """Return what to do about a row with too many cells, or too few."""
    if any(is_curly(cell.strip()[:1]) for cell in cells if cell.strip()):
        return 'A curly quotation mark does not hold a cell together: write a straight one, ".'
    if path.suffix.lower() == ".tsv":
        return "Part the cells by tabs, and write no tab within a cell."
    if len(cells) > columns:
        return 'Put a cell with a comma in it between quotation marks: "x, y".'
    return "Write a comma for every cell, for an empty one too."
