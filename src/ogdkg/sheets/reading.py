"""Reads a sheet that `ogdkg template` made and somebody has edited: its class, columns and rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UsageError, check_is_text
from ogdkg.files.names import shown_path
from ogdkg.importing.cell_values import text_of
from ogdkg.importing.table import dialect_of, refuse_other_width, rows_of, text_of_table
from ogdkg.importing.workbook import Cell, Sheet, name_of_column, read_workbook
from ogdkg.sheets.columns import ID
from ogdkg.sheets.writing import HIDDEN, LISTS, MARK
from ogdkg.text.spreadsheets import unguarded

_KEY = re.compile(r"(.*) \[([^\[\]]+)\]", re.DOTALL)


class Row(NamedTuple):
    """A row of a sheet: what names its thing, and its cells by the keys of columns."""

    id: str
    id_cell: Cell
    cells: Mapping[str, Cell]


class Edited(NamedTuple):
    """A sheet that somebody has edited.

    Attributes:
        file: Its file, as messages name it.
        of: The class, by its IRI or its name.
        keys: The keys of its columns, but that of identifiers.
        rows: Its rows, but for those that are empty.
        before: What the cells held when it was made, by what names the thing and by key; None for CSV.
        unread: What else the file holds that shows: columns that are none of the sheet's, and sheets.
    """

    file: str
    of: str
    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    before: Mapping[str, Mapping[str, str]] | None
    unread: tuple[str, ...]


def is_sheet(path: Path) -> bool:
    """Whether a file was made by `ogdkg template`, by its name and its first line; InputError for UTF-16."""
    if path.suffix.lower() == ".xlsx":
        return True
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open("rb") as file:
        line = file.readline(1 << 16)
    check_is_text(line, shown_path(path))
    first = line.decode("utf-8", "replace")
    return bool(re.search(r"\[[^\[\]\s]*:[^\[\]\s]*\]", first))


def read_sheet(path: Path) -> Edited:
    """Read an edited sheet.

    Raises:
        InputError: It cannot be read, or is none that `ogdkg template` made.
        LimitError: It is too large.
        UsageError: openpyxl is not installed.
    """
    file = shown_path(path)
    return _from_workbook(path, file) if path.suffix.lower() == ".xlsx" else _from_csv(path, file)


def _from_workbook(path: Path, file: str) -> Edited:
    sheets = read_workbook(path)
    hidden = next((each for each in sheets if each.name == HIDDEN), None)
    shown = [each for each in sheets if each.name not in (HIDDEN, LISTS) and not each.is_hidden]
    if hidden is None or not shown or _texts(hidden, 0)[:1] != [MARK] or len(hidden.rows) < 3:
        hint = "Make one with `ogdkg template`, or give --mapping for a table of facts."
        raise InputError("This is not a sheet of ogdkg.", place=Place(file), hint=hint)
    of = "".join(_texts(hidden, 0)[1:2])
    headings, keys = _texts(hidden, 1), _texts(hidden, 2)
    if not of or len(headings) != len(keys) or not keys or keys[0] != ID:
        raise InputError(f"The sheet {HIDDEN!r} was changed.", place=Place(file), hint="Make the sheet anew.")
    before = {
        texts[0]: dict(zip(keys[1:], [*texts[1:], *[""] * len(keys)], strict=False))
        for texts in (_texts(hidden, number) for number in range(3, len(hidden.rows)))
        if texts and texts[0]
    }
    sheet = _with_identifiers(shown, headings[0], file)
    edited = _edited(file, of, dict(zip(headings, keys, strict=True)), sheet.rows, before)
    others = (f"sheet {each.name}" for each in shown if each is not sheet and any(each.rows))
    return edited._replace(unread=(*edited.unread, *others))


def _with_identifiers(sheets: Sequence[Sheet], heading: str, file: str) -> Sheet:
    """The sheet whose first row has the heading of identifiers; the first one if none has."""
    found = [each for each in sheets if heading in (text.strip() for text in _texts(each, 0))]
    if len(found) > 1:
        message = f"Several sheets have the column {heading!r}: {', '.join(each.name for each in found)}."
        raise InputError(message, place=Place(file), hint="Take out all but the one that you have edited.")
    return found[0] if found else sheets[0]


def _texts(sheet: Sheet, number: int) -> list[str]:
    row = sheet.rows[number] if number < len(sheet.rows) else ()
    return [text_of(cell.value, ()) or "" for cell in row]


def _from_csv(path: Path, file: str) -> Edited:
    text = text_of_table(path, file)
    dialect, width = dialect_of(path, text.splitlines()[:2]), 0
    for line, row in rows_of(io.StringIO(text, newline=""), file, dialect):
        width = width or len(row)
        refuse_other_width(row, width, dialect, Place(file, line))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter)
    cells = [
        [Cell(f"{name_of_column(column)}{number}", unguarded(value)) for column, value in enumerate(row, 1)]
        for number, row in enumerate(reader, 1)
    ]
    keys: dict[str, str] = {}
    of = ""
    for cell in cells[0] if cells else ():
        if found := _KEY.fullmatch(str(cell.value).strip()):
            if not keys:
                of = found[2]
            keys[str(cell.value)] = found[2] if keys else ID
    if not of:
        hint = "Make one with `ogdkg template`, or give --mapping for a table of facts."
        raise UsageError(f"{file} is not a sheet of ogdkg.", hint=hint)
    return _edited(file, of, keys, cells, None)


def _edited(
    file: str,
    of: str,
    keys: Mapping[str, str],
    rows: Sequence[Sequence[Cell]],
    before: Mapping[str, Mapping[str, str]] | None,
) -> Edited:
    header = rows[0] if rows else ()
    columns: dict[int, str] = {}
    unread = []
    for number, cell in enumerate(header):
        if cell.fault:
            raise _fault(file, cell, f"It {cell.fault}.", cell.remedy)
        heading = (text_of(cell.value, ()) or "").strip()
        key = keys.get(heading) or keys.get(str(cell.value))
        if key and key in columns.values():
            raise _fault(file, cell, f"The column {heading!r} stands here again.", "Take one out.")
        if key:
            columns[number] = key
        elif heading:
            unread.append(f"column {heading} ({cell.name})")
    if ID not in columns.values():
        hint = "Leave the headings as they were, in the first row."
        raise InputError("The sheet has no column of identifiers.", place=Place(file), hint=hint)
    names = {key: header[number].name[:-1] for number, key in columns.items()}  # less the 1 of the first row
    found = [_row(row, columns, names, number) for number, row in enumerate(rows[1:], 2)]
    used = tuple(key for key in columns.values() if key != ID)
    return Edited(file, of, used, tuple(row for row in found if row), before, tuple(unread))


def _row(
    row: Sequence[Cell], columns: Mapping[int, str], names: Mapping[str, str], number: int
) -> Row | None:
    """A row with its cells; None for an empty one."""
    cells = {key: Cell(f"{name}{number}", None) for key, name in names.items()}
    cells |= {key: row[at] for at, key in columns.items() if at < len(row)}
    own = cells.pop(ID)
    name = (text_of(own.value, ()) or "").strip()
    is_empty = all(not str(cell.value or "").strip() for cell in cells.values())
    if not name and is_empty and not any(cell.fault for cell in cells.values()):
        return None
    return Row(name, own, cells)


def _fault(file: str, cell: Cell, message: str, hint: str) -> InputError:
    return InputError(f"{cell.name}: {message}", place=Place(file), hint=hint)
