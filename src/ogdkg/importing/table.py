"""Reads a table of facts: a header, then one row per fact. The extension decides between tabs and commas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.names import shown
from ogdkg.files.text import read_text

MOST_ROWS = 64 << 20  # bytes: a row takes many times its size


class Line(NamedTuple):
    """A row of a table: its place, and its cells by column, with white space collapsed."""

    place: Place
    cells: Mapping[str, str]


def read_table(path: Path, columns: Iterable[str]) -> list[Line]:
    """Read the rows of a table.

    Raises:
        InputError: A required column is missing, or a row has another number of cells than the header.
        UsageError: The file is not named .tsv or .csv.
    """
    file = shown(path)
    rows = _rows(path, file)
    if not rows:
        raise InputError("The table is empty.", place=Place(file), hint="Its first line names the columns.")
    header = [name.strip() for name in rows[0][1]]
    for name in (*columns, *header):
        if header.count(name) != 1:
            what = "has no column" if name not in header else "has more than one column"
            raise InputError(f"The table {what} {name!r}.", place=Place(file, rows[0][0]))
    lines = []
    for number, cells in rows[1:]:
        if len(cells) != len(header):
            raise InputError(
                f"The row has {len(cells)} cells, the header {len(header)}.", place=Place(file, number)
            )
        lines.append(
            Line(Place(file, number), dict(zip(header, (" ".join(c.split()) for c in cells), strict=True)))
        )
    return lines


def _rows(path: Path, file: str) -> list[tuple[int, list[str]]]:
    """Return the non-empty lines with their numbers. TSV has no quoting."""
    if path.suffix.lower() not in (".tsv", ".csv"):
        raise UsageError(f"{path} is not a table.", hint="Name a .tsv or .csv file.")
    tabs = path.suffix.lower() == ".tsv"
    text = read_text(path, file, most=MOST_ROWS, pipes=False)
    source = io.StringIO(text, newline="")
    try:
        reader = (
            csv.reader(source, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
            if tabs
            else csv.reader(source, strict=True)
        )
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f"The table cannot be read: {error}.", place=Place(file)) from error
