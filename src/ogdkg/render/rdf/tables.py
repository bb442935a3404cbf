"""Makes tables, one per class, with a row per thing and a column per property, and writes them as CSV.

Datatypes and passages are left out. Several values of a property are joined by ` | `; a backslash escapes `|`
and `\\` in values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Container, Iterable, Iterator
from itertools import groupby

from ogdkg.rdf.labels import LABELS, PROPERTY_RANKS, LabelRank, Languages, label_rank
from ogdkg.rdf.statements import TYPE, Statement, parts_of
from ogdkg.render.rdf.compacted import Context
from ogdkg.text.spreadsheets import guarded

SEPARATOR = " | "
_ESCAPES = str.maketrans({"\\": "\\\\", "|": "\\|"})


Cells = dict[str, list[str]]
Table = list[list[str]]
Names = Callable[[str], str | None]


def tables_of(
    statements: Iterable[Statement], context: Context, names: Names | None = None
) -> Iterator[tuple[str, Table]]:
    """Yield the name of each class and its table, the headings first.

    Args:
        statements: The statements, sorted and without graphs.
        context: The keys of the columns.
        names: Returns the name of an IRI; things are named by their IRIs without it.
    """
    rows: dict[str, dict[str, Cells]] = {}
    for subject, own in groupby(statements, key=lambda statement: statement[1]):
        classes, cells = _row(own, context, names)
        for name in classes:
            rows.setdefault(name, {})[subject] = cells
    for name in sorted(rows):
        yield name, _table(rows[name])


def table_of(
    statements: Iterable[Statement], things: Container[str], context: Context, names: Names | None = None
) -> Table:
    """Return one table of the given things, whatever their classes; see `tables_of`."""
    about = groupby(statements, key=lambda statement: statement[1])
    return _table({subject: _row(own, context, names)[1] for subject, own in about if subject in things})


def as_csv(table: Table, *, is_guarded: bool = False) -> str:
    """Return a table as CSV; a person's program takes no text for a formula if it is guarded."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in table:
        writer.writerow(map(guarded, row) if is_guarded else row)
    return out.getvalue()


def names_in(statements: Iterable[Statement], languages: Languages) -> Names:
    """Return what gives each thing its name that is named in statements."""
    best: dict[str, LabelRank] = {}
    for _, subject, predicate, obj in statements:
        if obj[0] == '"' and predicate[1:-1] in LABELS:
            text, _, language = parts_of(obj)
            rank = label_rank(text, PROPERTY_RANKS[predicate[1:-1]], language, languages)
            best[subject] = min(best.get(subject, rank), rank)

    def name(term: str) -> str | None:
        return best[term][-1] if term in best else None

    return name


def _row(statements: Iterable[Statement], context: Context, names: Names | None) -> tuple[list[str], Cells]:
    """Return the classes and the cells of one subject."""
    held = list(statements)
    classes = [context.name(obj[1:-1]) for *_, predicate, obj in held if predicate == TYPE and obj[0] == "<"]
    context = context.within(classes)
    cells: Cells = {}
    for _, _, predicate, obj in held:
        if predicate != TYPE or obj[0] != "<":
            language = parts_of(obj)[2] if obj[0] == '"' else ""
            column = context.name(predicate[1:-1]) + (f"@{language}" if language else "")
            named = names(obj) if names and obj[0] == "<" else None
            cells.setdefault(column, []).append(_cell(obj) if named is None else named.translate(_ESCAPES))
    return classes, cells


def _cell(term: str) -> str:
    if term[0] == '"':
        return parts_of(term)[0].translate(_ESCAPES)
    return term[1:-1] if term[0] == "<" else term


def file_of(name: str) -> str:
    """Return the file name of a class without extension: its key, or its CURIE with a hyphen."""
    return "".join(c if c.isalnum() or c in "._-" else "-" for c in name).strip(".-") or "class"


def _table(rows: dict[str, Cells]) -> Table:
    columns = sorted({column for cells in rows.values() for column in cells})
    return [
        ["id", *columns],
        *(
            [_cell(subject), *(SEPARATOR.join(cells.get(column, ())) for column in columns)]
            for subject, cells in rows.items()
        ),
    ]
