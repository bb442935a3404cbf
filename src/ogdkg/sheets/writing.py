"""Writes a sheet as `.xlsx`, with lists to choose from and help in comments, or as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from ogdkg.drafting.form import Field
from ogdkg.importing.workbook import loaded, name_of_column
from ogdkg.sheets.cells import is_number
from ogdkg.sheets.columns import Column
from ogdkg.sheets.template import Table
from ogdkg.text.spreadsheets import guarded

MARK = "ogdkg sheet 1"  # in the first cell of the hidden sheet that says what the columns are
HIDDEN, LISTS = "ogdkg", "ogdkg-lists"
_MORE_ROWS = 500  # for new things, below those that there are
_WIDEST, _NARROWEST = 50, 12
_NOT_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def as_csv(table: Table, class_name: str) -> str:
    """Return a sheet as CSV; headings tell the class and the properties, as nothing is hidden there.

    Args:
        table: The sheet.
        class_name: The name of its class, with a prefix.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([heading_in_csv(each, class_name) for each in table.columns])
    for row in table.rows.values():
        writer.writerow([guarded(text) for text in row])
    return out.getvalue()


def heading_in_csv(column: Column, class_name: str) -> str:
    """Return the heading of a column in CSV, with its key in brackets."""
    key = column.key if column.field else class_name
    return guarded(f"{column.heading} [{key}]")


def as_workbook(table: Table, choices: Callable[[Field], Sequence[str]]) -> bytes:
    """Return a sheet as the bytes of an `.xlsx` file.

    Args:
        table: The sheet.
        choices: Returns the texts to choose from in a field.

    Raises:
        UsageError: openpyxl is not installed.
    """
    openpyxl = loaded()
    book = openpyxl.Workbook()
    sheet = book.active
    title = table.label.translate(_NOT_IN_TITLES).strip() or "things"
    sheet.title = (title[:1].upper() + title[1:])[:31]
    if sheet.title.lower() in (HIDDEN, LISTS):
        sheet.title = "Things"
    _fill(sheet, table)
    _dress(sheet, table)
    _offer(book, sheet, table, choices)
    _hide(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    for number, text in enumerate((each.heading for each in table.columns), 1):
        put(sheet, 1, number, text)
    for row, texts in enumerate(table.rows.values(), 2):
        for number, (column, text) in enumerate(zip(table.columns, texts, strict=True), 1):
            if text:
                datatypes = column.field.datatypes if column.field else ()
                put(sheet, row, number, int(text) if is_number(text, datatypes) else text)


def put(sheet: Any, row: int, column: int, value: str | int) -> None:
    """Put a value into a cell; a text stays one, whatever sign it begins with."""
    cell = sheet.cell(row, column)
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value[:1] in "=+-@'"


def _dress(sheet: Any, table: Table) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font

    sheet.freeze_panes = "B2"
    for number, column in enumerate(table.columns, 1):
        cell = sheet.cell(1, number)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        cell.comment = Comment(column.help, "ogdkg", width=300, height=120)
        texts = [row[number - 1] for row in table.rows.values()]
        longest = max((len(line) for text in texts[:200] for line in text.split("\n")), default=0)
        dimension = sheet.column_dimensions[name_of_column(number)]
        dimension.width = min(max(longest, len(column.heading), _NARROWEST), _WIDEST)
        dimension.number_format = "@"  # so that programs make no dates of what is typed below


def _offer(book: Any, sheet: Any, table: Table, choices: Callable[[Field], Sequence[str]]) -> None:
    """Give columns lists to choose from, which stand on a hidden sheet: a cell's own holds 255 characters."""
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    last = 1 + len(table.rows) + _MORE_ROWS
    for number, column in enumerate(table.columns, 1):
        texts = choices(column.field) if column.field else ()
        if not texts:
            continue
        letters = name_of_column(number)
        for row, text in enumerate(texts, 1):
            put(lists, row, number, text)
        found = DataValidation(
            type="list",
            formula1=f"'{LISTS}'!${letters}$1:${letters}${len(texts)}",
            allow_blank=True,
            showErrorMessage=bool(column.field and column.field.most == 1),
            errorTitle="ogdkg",
            error="Choose one of the list.",
        )
        sheet.add_data_validation(found)
        found.add(f"{letters}2:{letters}{last}")


def _hide(book: Any, table: Table) -> None:
    """Say on a hidden sheet what the columns are, and what the cells held when the sheet was made."""
    sheet = book.create_sheet(HIDDEN)
    sheet.sheet_state = "hidden"
    for number, text in enumerate((MARK, table.of.value), 1):
        put(sheet, 1, number, text)
    headings, keys = zip(*((each.heading, each.key) for each in table.columns), strict=True)
    for row, texts in enumerate((headings, keys, *table.rows.values()), 2):
        for number, text in enumerate(texts, 1):
            if text:
                put(sheet, row, number, text)
