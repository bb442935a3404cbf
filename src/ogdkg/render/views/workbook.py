"""The rows of a query as an `.xlsx` file: things by name, with links, and numbers as numbers."""

from __future__ import annotations

import re
from itertools import tee

from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import Iri, Literal, Term, csv_text
from ogdkg.render.views.table import TableStyle, heads_and_cells, shown_columns
from ogdkg.render.workbook import Link, Value, write_sheet
from ogdkg.store.base import Rows

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_DIGITS = 15  # that a number of a spreadsheet keeps


def write_rows(rows: Rows, style: TableStyle, *, iris: bool = False) -> bytes:
    """Return the rows of a query as a workbook.

    Args:
        rows: The rows.
        style: The names of the columns, and the prefixes.
        iris: Whether things are written by their IRIs, each variable in a column of its own.

    Raises:
        LimitError: There are more rows than a sheet has.
        UsageError: openpyxl is not installed.
    """
    if iris:
        values = ([_value(term, csv_text(term)) for term in row] for row in rows.rows)
        return write_sheet(rows.variables, values)
    one, other = tee(rows.rows)
    heads, cells = heads_and_cells(Rows(rows.variables, one), style)
    shown = shown_columns(rows.variables)
    lines = (
        [_value(row[index], cell.text) for index, cell in zip(shown, line, strict=True)]
        for line, row in zip(cells, other, strict=True)
    )
    return write_sheet([head.text for head in heads], lines)


def _value(term: Term | None, text: str) -> Value:
    """A cell: a number where a spreadsheet keeps it as it is written, a link for an IRI, else a text."""
    if isinstance(term, Iri):
        return Link(text, term.value)
    is_number = isinstance(term, Literal) and term.datatype in NUMBERS and _NUMBER.fullmatch(term.value)
    if not is_number or sum(map(str.isdigit, text)) > _DIGITS:
        return text
    return float(text) if "." in text else int(text)
