"""Tables for spreadsheets, one for each class: a row for each thing, a column for each property in use.

A view: datatypes and passages are not in it. Values of one property are joined by ` | `; where a value holds
that sign itself, or a backslash, a backslash stands before it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Iterator
from itertools import groupby

from ogdkg.rdf.statements import TYPE, Statement, parts_of
from ogdkg.render.rdf.compacted import Context

SEPARATOR = " | "
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|"})


Cells = dict[str, list[str]]


def write_tables(statements: Iterable[Statement], context: Context) -> Iterator[tuple[str, str]]:
    """The text of each table, after the name of its class; statements of a graph without names, in order."""
    rows: dict[str, dict[str, Cells]] = {}
    for subject, said in groupby(statements, key=lambda statement: statement[1]):
        classes, cells = _row(said, context)
        for name in classes:
            rows.setdefault(name, {})[subject] = cells
    for name in sorted(rows):
        yield name, _table(rows[name])


def write_table(statements: Iterable[Statement], things: Container[str], context: Context) -> str:
    """One table of some things, whatever their classes; statements as above."""
    about = groupby(statements, key=lambda statement: statement[1])
    return _table({subject: _row(said, context)[1] for subject, said in about if subject in things})


def _row(said: Iterable[Statement], context: Context) -> tuple[list[str], Cells]:
    """The classes of one subject, and its cells."""
    classes: list[str] = []
    cells: Cells = {}
    for _, _, predicate, obj in said:
        if predicate == TYPE and obj[0] == "<":
            classes.append(context.name(obj[1:-1]))
        else:
            language = parts_of(obj)[2] if obj[0] == '"' else ""
            column = context.name(predicate[1:-1]) + (f"@{language}" if language else "")
            cells.setdefault(column, []).append(_cell(obj))
    return classes, cells


def _cell(term: str) -> str:
    if term[0] == '"':
        return parts_of(term)[0].translate(_ESCAPES)
    return term[1:-1] if term[0] == "<" else term


def file_of(name: str) -> str:
    """A class as a file's name without extension: its key, or its CURIE with a hyphen."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name).strip(".-") or "class"


def _table(rows: dict[str, Cells]) -> str:
    columns = sorted({column for cells in rows.values() for column in cells})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", *columns])
    for subject, cells in rows.items():
        writer.writerow([_cell(subject), *(SEPARATOR.join(cells.get(column, ())) for column in columns)])
    return out.getvalue()
