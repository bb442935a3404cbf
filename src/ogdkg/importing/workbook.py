"""Reads sheets of `.xlsx` files (ECMA-376), which strangers may have made: within bounds, computing nothing.

A workbook is a ZIP archive of XML. What it would unpack to is bounded before anything of it is parsed,
document type declarations are refused, links to other files are not followed, and formulas are never
computed: what the program that saved the file has computed is taken.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.errors import InputError, LimitError, Place, UsageError
from ogdkg.files.names import shown_path
from ogdkg.files.text import reading

MOST_BYTES = 128 << 20  # of what the archive unpacks to
MOST_PARTS = 2_000
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000  # of all sheets together: a second of time for each 50,000
_MOST_ALL_ROWS = 3 * MOST_ROWS  # of all sheets together, empty ones too, which a file has for nothing
_MOST_TAGS = 8_000_000  # of all parts together
_MOST_SMALL = 200_000  # of a part that is neither a sheet nor the texts of its cells, and is held as a tree
_CHUNK = 1 << 20
_NAMED = re.compile(rb"PartName\s*=\s*[\"']/([^\"']*)[\"']")
_HELD = re.compile(r"xl/styles\.xml|docProps/.*|.*\.rels|\[Content_Types\]\.xml", re.DOTALL)  # by these names
_LARGE_TYPES = (b"worksheet+xml", b"sharedStrings+xml")
_PICTURES = "xl/media/"  # an SVG may declare its type; no parser of ours reads it
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
# What the library raises for what it does not expect.
_FAULTS = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    SyntaxError,
    OSError,
    EOFError,
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^<>]*?\bref=.([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\W")
_MOST_MERGED = 1_000
# Dates count days; some programs count a 29 February 1900 (ECMA-376, part 1, 18.17.4.1).
_COUNTED_FROM, _ALIKE_FROM = datetime(1899, 12, 30), datetime(1900, 3, 1)
_ZEROS = re.compile("0{2,15}")  # the format of a number that is shown with so many digits at least
_SPLIT = "Unmerge the cells, and fill in each."
_HINT = "Save it again as .xlsx in a spreadsheet program."
Value = str | int | float | bool | datetime | date | time | timedelta | None


class PaddedNumber(int):
    """A whole number that its cell shows with leading zeros, as a postal code.

    Attributes:
        shown: What the cell shows.
    """

    shown: str


class Cell(NamedTuple):
    """A cell of a sheet.

    Attributes:
        name: Where it is, such as `Sheet1!B7`.
        value: What it holds; None if it is empty.
        fault: Why its value cannot be used, as a predicate; empty if it can.
        remedy: What to do about that.
    """

    name: str
    value: Value
    fault: str = ""
    remedy: str = "Write the value itself."


class _Span(NamedTuple):
    """The rows and columns of cells that are merged, counted from 1, and how a file names them."""

    first_row: int
    last_row: int
    columns: range
    name: str


class Sheet(NamedTuple):
    """A sheet with its rows, from the first; those without any value are among them."""

    name: str
    rows: Sequence[Sequence[Cell]]
    is_hidden: bool


def read_workbook(path: Path) -> list[Sheet]:
    """Read all sheets of a workbook.

    Raises:
        InputError: The file is no such workbook.
        LimitError: It is too large.
        UsageError: openpyxl is not installed.
    """
    file = shown_path(path)
    if path.exists() and not path.is_file():  # reading a pipe may never end
        raise InputError("This is not a regular file.", place=Place(file))
    _check(path, file)
    openpyxl = loaded()
    with (
        reading(file),
        warnings.catch_warnings(action="ignore"),  # of the library, about what cells tell themselves
        path.open("rb") as one,
        path.open("rb") as other,
    ):
        try:
            formulas = openpyxl.load_workbook(one, read_only=True, keep_links=False)
            values = openpyxl.load_workbook(other, read_only=True, data_only=True, keep_links=False)
            left = _Left(file, _MOST_ALL_ROWS, MOST_CELLS)
            return [
                Sheet(
                    sheet.title,
                    _trimmed(_rows(sheet, values[sheet.title], _merged(path, sheet, file), left)),
                    _is_hidden(sheet),
                )
                for sheet in formulas.worksheets
            ]
        except InputError:
            raise
        except _FAULTS as error:
            raise _broken(file) from error


def _is_hidden(sheet: Any) -> bool:
    return bool(sheet.sheet_state != "visible")


def _trimmed(rows: Iterable[list[Cell]]) -> list[list[Cell]]:
    """Rows without the empty ones at the end."""
    found = list(rows)
    while found and not found[-1]:
        found.pop()
    return found


def loaded() -> Any:
    """Return openpyxl.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import openpyxl
        import openpyxl.utils
    except ImportError:
        hint = "Install it with: pip install 'ogdkg[sheets]'"
        raise UsageError("Spreadsheets (.xlsx) need openpyxl.", hint=hint) from None
    return openpyxl


def _broken(file: str) -> InputError:
    return InputError("This is not a spreadsheet that can be read.", place=Place(file), hint=_HINT)


class _Left:
    """How much of a workbook may still be read."""

    def __init__(self, file: str, rows: int, cells: int) -> None:
        self._file, self._rows, self._cells = file, rows, cells

    def spend(self, title: str, number: int, end: int) -> None:
        """Count a row of a sheet; LimitError where it is one too many."""
        self._rows, self._cells = self._rows - 1, self._cells - end
        if number > MOST_ROWS and end:
            raise self._too_much(f"The sheet {title!r} has more than {MOST_ROWS:,} rows.")
        if self._rows < 0 or self._cells < 0:
            raise self._too_much(f"The sheets have more than {MOST_CELLS:,} cells, or too many empty rows.")

    def _too_much(self, message: str) -> LimitError:
        return LimitError(message, place=Place(self._file), hint="Split it, or take out what is not needed.")


def _merged(path: Path, sheet: Any, file: str) -> list[_Span]:
    """The merged cells of a sheet (ECMA-376, part 1, 18.3.1.55): all but the first lose their values."""
    with zipfile.ZipFile(path) as archive:
        found = _MERGED.findall(archive.read(sheet._worksheet_path).replace(b"\0", b""))
    if len(found) > _MOST_MERGED:
        message = f"The sheet {sheet.title!r} has more than {_MOST_MERGED:,} merged cells."
        raise LimitError(message, place=Place(file), hint=_SPLIT)
    spans = []
    for left, top, right, bottom in ([part.decode() for part in each] for each in found):
        columns = range(_number_of_column(left), min(_number_of_column(right), MOST_COLUMNS) + 1)
        spans.append(_Span(int(top), int(bottom), columns, f"{left}{top}:{right}{bottom}"))
    return spans


def _rows(sheet: Any, computed: Any, merged: Sequence[_Span], left: _Left) -> Iterator[list[Cell]]:
    for each in (sheet, computed):
        each.reset_dimensions()  # what the file says of its size may be anything
    most = {"max_row": MOST_ROWS + 1, "max_col": MOST_COLUMNS}
    rows = zip(sheet.iter_rows(**most), computed.iter_rows(**most), strict=True)
    for number, (written, found) in enumerate(rows, 1):
        end = max((at for at, cell in enumerate(written, 1) if cell.value is not None), default=0)
        spans = [each for each in merged if each.first_row <= number <= each.last_row]
        end = max([end, *(each.columns.stop - 1 for each in spans)])
        left.spend(sheet.title, number, end)
        names = [f"{sheet.title}!{name_of_column(column)}{number}" for column in range(1, end + 1)]
        cells = [
            _cell(name, one, other)
            for name, one, other in zip(names, _padded(written, end), _padded(found, end), strict=True)
        ]
        for span in spans:
            for column in span.columns:
                fault = f"is merged with others, as {span.name}"
                cells[column - 1] = Cell(names[column - 1], None, fault, _SPLIT)
        yield cells


def _padded(row: Sequence[Any], end: int) -> list[Any]:
    """As many cells of a row, with None for those that the file has not."""
    return [*row[:end], *[None] * (end - len(row))]


def _cell(name: str, written: Any, computed: Any) -> Cell:
    if written is None or computed is None:
        return Cell(name, None)
    if written.data_type == "e" or computed.data_type == "e":
        return Cell(name, None, f"holds the error {computed.value}")
    if written.data_type == "f" and computed.value is None:
        return Cell(name, None, "holds a formula, and not what it comes to")
    if isinstance(computed.value, datetime) and _COUNTED_FROM <= computed.value < _ALIKE_FROM:
        fault = "holds a date before March 1900, which spreadsheet programs count differently"
        return Cell(name, None, fault, "Write it as a text, such as '1900-02-27.")
    return Cell(name, _as_shown(computed.value, written.number_format))


def _as_shown(value: Any, format_code: str) -> Value:
    """A value, with the zeros that the format of its cell puts before it (ECMA-376, part 1, 18.8.30)."""
    if type(value) is int and 0 <= value < 10 ** len(format_code) and _ZEROS.fullmatch(format_code):
        padded = PaddedNumber(value)
        padded.shown = f"{value:0{len(format_code)}}"
        return padded
    found: Value = value
    return found


def name_of_column(number: int) -> str:
    """Return the letters of a column, counted from 1.

    >>> name_of_column(1), name_of_column(28)
    ('A', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number_of_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _check(path: Path, file: str) -> None:
    """Raise InputError for what is no archive, or one that would unpack to too much or declares entities."""
    try:
        with reading(file), zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
                message = f"The spreadsheet unpacks to more than {MOST_BYTES >> 20} MiB."
                raise LimitError(message, place=Place(file), hint="Take out what is not needed.")
            large, tags = _large_parts(archive, file), _MOST_TAGS
            for part in parts:
                if not part.filename.startswith(_PICTURES):
                    most = tags if part.filename in large else min(tags, _MOST_SMALL)
                    tags -= _check_part(archive, part, file, most)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise _broken(file) from error


def _large_parts(archive: zipfile.ZipFile, file: str) -> set[str]:
    """The names of the parts that hold cells or their texts; all others are small, or no one's workbook."""
    try:
        types = archive.getinfo("[Content_Types].xml")
    except KeyError:
        raise _broken(file) from None
    _check_part(archive, types, file, _MOST_SMALL)
    large, small = set[str](), set[str]()
    for entry in archive.read(types).split(b">"):
        if name := _NAMED.search(entry):
            kind = large if any(each in entry for each in _LARGE_TYPES) else small
            kind.add(name[1].decode(errors="replace"))
    return {each for each in large - small if not _HELD.fullmatch(each)}


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, file: str, most: int) -> int:
    """Return how many tags a part has; raise an error if they are too many, or it declares entities."""
    before, tags = b"", 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            chunk = chunk.replace(b"\0", b"")
            window = before + chunk
            tags += chunk.count(b"<")
            if tags > most:
                message = "The spreadsheet holds too many elements."
                raise LimitError(message, place=Place(file), hint=_HINT)
            if any(word in window for word in _DECLARATIONS):
                message = "The spreadsheet declares XML entities, which none needs."
                raise InputError(message, place=Place(file), hint=_HINT)
            before = window[-16:]
    return tags
