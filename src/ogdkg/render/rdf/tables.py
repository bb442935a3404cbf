"""Writes CSV tables, one per class, with a row per thing and a column per property.

Datatypes and passages are left out. Several values of a property are joined by ` | `; a backslash escapes `|`
and `\\` in values.
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
    """Yield the name of each class and its table; statements are sorted and without graphs."""
    rows: dict[str, dict[str, Cells]] = {}
    for subject, own in groupby(statements, key=lambda statement: statement[1]):
        classes, cells = _row(own, context)
        for name in classes:
            rows.setdefault(name, {})[subject] = cells
    for name in sorted(rows):
        yield name, _table(rows[name])


def write_table(statements: Iterable[Statement], things: Container[str], context: Context) -> str:
    """Return one table of the given things, whatever their classes."""
    about = groupby(statements, key=lambda statement: statement[1])
    return _table({subject: _row(own, context)[1] for subject, own in about if subject in things})


def _row(statements: Iterable[Statement], context: Context) -> tuple[list[str], Cells]:
    """Return the classes and the cells of one subject."""
    held = list(statements)
    classes = [context.name(obj[1:-1]) for *_, predicate, obj in held if predicate == TYPE and obj[0] == "<"]
    context = context.within(classes)
    cells: Cells = {}
    for _, _, predicate, obj in held:
        if predicate != TYPE or obj[0] != "<":
            language = parts_of(obj)[2] if obj[0] == '"' else ""
            column = context.name(predicate[1:-1]) + (f"@{language}" if language else "")
            cells.setdefault(column, []).append(_cell(obj))
    return classes, cells


def _cell(term: str) -> str:
    if term[0] == '"':
        return parts_of(term)[0].translate(_ESCAPES)
    return term[1:-1] if term[0] == "<" else term


def file_of(name: str) -> str:
    """Return the file name of a class without extension: its key, or its CURIE with a hyphen."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name).strip(".-") or "class"


def _table(rows: dict[str, Cells]) -> str:
    columns = sorted({column for cells in rows.values() for column in cells})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", *columns])
    for subject, cells in rows.items():
        writer.writerow([_cell(subject), *(SEPARATOR.join(cells.get(column, ())) for column in columns)])
    return out.getvalue()
