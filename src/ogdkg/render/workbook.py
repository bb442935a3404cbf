"""Tables as `.xlsx` files for people: things by name, numbers as numbers, and no text taken for a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from ogdkg.errors import LimitError, UsageError

MOST_ROWS = 1_048_575  # of a sheet, below its headings (ECMA-376)
LONGEST = 32_767  # characters of a cell
_WIDEST, _NARROWEST, _MEASURED = 60, 10, 200
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")


_MOST_LINKS = 65_530  # of a sheet in Excel, which calls a file with more of them broken
_LONGEST_LINK = 2_079  # characters, as above


class Link(NamedTuple):
    """A text that leads to an address."""

    text: str
    address: str


Value = str | int | float | Link


def is_available() -> bool:
    """Whether workbooks can be written here: openpyxl is installed."""
    return find_spec("openpyxl") is not None


def write_tables(tables: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Return tables as a workbook with a sheet each; the first row of a table has its headings.

    Raises:
        LimitError: A table has more rows than a sheet.
        UsageError: openpyxl is not installed.
    """
    book, taken = _new(), set[str]()
    for name, (headings, *rows) in tables.items():
        _write(book, _title(name, taken), headings, rows)
    if not tables:
        book.create_sheet("Nothing")
    return _bytes(book)


def write_sheet(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return rows as a workbook of one sheet; see `write_tables`."""
    book = _new()
    _write(book, "Rows", headings, rows)
    return _bytes(book)


def _new() -> Any:
    try:
        import openpyxl
    except ImportError:
        hint = "Install it with: pip install 'ogdkg[sheets]'; or choose -f csv."
        raise UsageError("Spreadsheets (.xlsx) need openpyxl.", hint=hint) from None
    return openpyxl.Workbook(write_only=True)


def _bytes(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _title(name: str, taken: set[str]) -> str:
    """A title of a sheet: of 31 characters at most, without some signs, and none twice (in any case)."""
    title = base = _NOT_IN_TITLES.sub("-", name)[:31] or "Sheet"
    number = 1
    while title.lower() in taken:
        number += 1
        title = f"{base[: 30 - len(str(number))]} {number}"
    taken.add(title.lower())
    return title


def _write(book: Any, title: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    from openpyxl.styles import Font

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    rows = iter(rows)
    first = [row for row, _ in zip(rows, range(_MEASURED), strict=False)]
    for number, heading in enumerate(headings):
        longest = max((len(_text(row[number])) for row in first), default=0)
        width = min(max(longest, len(heading), _NARROWEST), _WIDEST)
        sheet.column_dimensions[_letters(number + 1)].width = width
    head = [_cell(sheet, heading) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    count = links = 0
    for part in (first, rows):
        for row in part:
            count += 1
            if count > MOST_ROWS:
                message = f"A sheet has no more than {MOST_ROWS:,} rows."
                raise LimitError(message, hint="Choose -f csv, or fewer rows with --limit.")
            cells = [_cell(sheet, value) for value in row]
            for cell, value in zip(cells, row, strict=True):
                if isinstance(value, Link) and links < _MOST_LINKS:
                    links += _link(cell, value.address)
            sheet.append(cells)


def _letters(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _text(value: Value) -> str:
    return value.text if isinstance(value, Link) else str(value)


def _link(cell: Any, address: str) -> bool:
    """Make a cell lead to an address, if it is one that spreadsheet programs take."""
    if len(address) > _LONGEST_LINK or not address.startswith(("http://", "https://")):
        return False
    cell.row = cell.column = 1  # until its row is written
    cell.hyperlink = address
    return True


def _cell(sheet: Any, value: Value) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet)
    if isinstance(value, Link):
        value = value.text
    if isinstance(value, str):
        cell.value = _NO_CHARACTER.sub("\ufffd", value[:LONGEST])
        cell.data_type = "s"
    else:
        cell.value = value
    return cell
