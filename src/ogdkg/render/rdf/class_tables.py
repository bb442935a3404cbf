"""Writes a Parquet table for each class: a row for each thing, a typed column for each property.

A column has the type of a datatype only if every value is written as that type prints it, so that each
lexical form can be told from its value: `007`, `1.50`, integers past 64 bits and times with an offset stay
strings. The metadata of a column name its property, and the datatype and language of its values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from ogdkg.exchange.bulk import Blanks, sorted_statements
from ogdkg.files.atomic import replaced
from ogdkg.files.generated_names import file_names
from ogdkg.lean import NamedTuple
from ogdkg.rdf.datatypes import INTEGERS
from ogdkg.rdf.statements import TYPE, is_triple_term, join, parts_of, split
from ogdkg.rdf.terms import XSD
from ogdkg.render.rdf.compacted import Context
from ogdkg.render.rdf.parquet import arrow, node, writer
from ogdkg.render.rdf.tables import file_of

_ROWS = 50_000  # of a row group
_AT_ONCE = 200  # tables that are open together
_PLAIN = "plain"  # a string is what it says
_MOST_DIGITS = 38  # of a decimal

Sort = tuple[str, str]  # the datatype of values, empty for IRIs and blank nodes, and their language


class Value(NamedTuple):
    """A value of a property: its text, and what sort it is of."""

    text: str
    sort: Sort


@dataclass
class Column:
    """What is known of the values of one sort of a property: the type that holds all, or `_PLAIN`."""

    kind: str | None = None
    is_list: bool = False

    def see(self, values: list[str], datatype: str) -> None:
        """Take account of the values of a thing."""
        self.is_list |= len(values) > 1
        for value in values:
            kind = _kind(value, datatype)
            self.kind = kind if self.kind in (None, kind) else _PLAIN


Columns = dict[tuple[str, Sort], Column]  # by the property's IRI, and the sort of values
Things = Iterator[tuple[str, list[str], dict[tuple[str, Sort], list[str]]]]


def write_class_tables(lines: Iterable[str], folder: Path, context: Context) -> list[str]:
    """Write a table for each class into a folder, all or none, in bounded memory.

    Args:
        lines: Lines of N-Quads; what several graphs say is said once.
        folder: The folder.
        context: Names classes and columns.

    Returns:
        The names of the files.

    Raises:
        OSError: Something cannot be written.
    """
    arrow()
    with sorted_statements(Blanks().plain(lines), _by_subject) as ordered:
        tables: dict[str, Columns] = {}
        for _, classes, cells in _things(ordered):
            for each in classes:
                columns = tables.setdefault(each, {})
                for key, values in cells.items():
                    columns.setdefault(key, Column()).see(values, key[1][0])
        names = file_names({each: file_of(context.name(each)) for each in sorted(tables)}, "parquet")
        with ExitStack() as stack:
            for start in range(0, len(names), _AT_ONCE):
                some = [*names][start : start + _AT_ONCE]
                _write(ordered, {each: tables[each] for each in some}, folder, names, context, stack)
    return sorted(names.values())


def _by_subject(statement: tuple[str, str, str, str]) -> str:
    return join(("", *statement[1:]))


def _things(ordered: Iterable[bytes]) -> Things:
    """Yield each subject, its classes, and the values of its properties by their sort."""
    statements = (split(line.decode("utf-8", "surrogatepass")) for line in ordered)
    for subject, about in groupby(statements, key=lambda statement: statement[1]):
        classes: list[str] = []
        cells: dict[tuple[str, Sort], list[str]] = {}
        for _, _, predicate, obj in about:
            if predicate == TYPE and obj[0] == "<":
                classes.append(obj[1:-1])
            else:
                value = _value(obj)
                cells.setdefault((node(predicate), value.sort), []).append(value.text)
        yield node(subject), classes, cells


def _value(term: str) -> Value:
    if term[0] != '"' or is_triple_term(term):
        return Value(node(term), ("", ""))
    value, datatype, language = parts_of(term)
    return Value(value, (datatype, language))


def _write(
    ordered: Iterable[bytes],
    tables: Mapping[str, Columns],
    folder: Path,
    names: Mapping[str, str],
    context: Context,
    stack: ExitStack,
) -> None:
    with ExitStack() as writers:
        open_tables: dict[str, _Table] = {}
        for each, columns in tables.items():
            file = stack.enter_context(replaced(folder / names[each], below=folder))
            table = _Table(columns, context.within([context.name(each)]))
            table.writer = writers.enter_context(writer(file, table.schema))
            open_tables[each] = table
        for subject, classes, cells in _things(ordered):
            for each in classes:
                if each in open_tables:
                    open_tables[each].add(subject, cells)
        for table in open_tables.values():
            table.flush()


@dataclass
class _Table:
    """A table that is being written: its columns in order, and the rows not written yet."""

    columns: Columns
    context: Context
    writer: Any = None
    rows: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        pa = arrow()
        self._named = _names(self.columns, self.context)
        fields = [pa.field("id", pa.string(), nullable=False)]
        for name, (predicate, sort) in self._named.items():
            column = self.columns[predicate, sort]
            of_values = _TYPES[(column.kind or _PLAIN).partition(":")[0]].arrow(pa, column.kind or "")
            told = {"property": predicate, "datatype": sort[0], "language": sort[1]}
            metadata = {f"rdf:{key}": value for key, value in told.items() if value}
            fields.append(
                pa.field(name, pa.list_(of_values) if column.is_list else of_values, metadata=metadata)
            )
        self.schema = pa.schema(fields)

    def add(self, subject: str, cells: Mapping[tuple[str, Sort], list[str]]) -> None:
        """Add the row of a thing."""
        row: list[Any] = [subject]
        for key in self._named.values():
            column, values = self.columns[key], cells.get(key)
            read = _TYPES[(column.kind or _PLAIN).partition(":")[0]].read
            found = values and [read(value) for value in values]
            row.append(found if column.is_list or not found else found[0])
        self.rows.append(row)
        if len(self.rows) >= _ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows so far as a row group."""
        pa = arrow()
        if self.rows:
            columns = zip(*self.rows, strict=True)
            arrays = [pa.array(column, each.type) for column, each in zip(columns, self.schema, strict=True)]
            self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.rows = []


def _names(columns: Columns, context: Context) -> dict[str, tuple[str, Sort]]:
    """Name the columns: by property and language, and by datatype too where a property has several."""
    sorts: dict[tuple[str, str], list[str]] = {}
    for predicate, (datatype, language) in sorted(columns):
        sorts.setdefault((predicate, language), []).append(datatype)
    named: dict[str, tuple[str, Sort]] = {}
    for (predicate, language), datatypes in sorts.items():
        for datatype in datatypes:
            name = context.name(predicate) + (f"@{language}" if language else "")
            if len(datatypes) > 1 and datatype:
                name += f"^^{context.iri(datatype)}"
            while name == "id" or name in named:
                name += "_"
            named[name] = (predicate, (datatype, language))
    return named


class _Type(NamedTuple):
    """A type of a column: as the library has it, and how a lexical form is read."""

    arrow: Callable[[Any, str], Any]
    read: Callable[[str], Any]


_TYPES = {
    _PLAIN: _Type(lambda pa, kind: pa.string(), str),
    "integer": _Type(lambda pa, kind: pa.int64(), int),
    "decimal": _Type(lambda pa, kind: pa.decimal128(_MOST_DIGITS, int(kind.partition(":")[2])), Decimal),
    "double": _Type(lambda pa, kind: pa.float64(), float),
    "boolean": _Type(lambda pa, kind: pa.bool_(), lambda text: text == "true"),
    "date": _Type(lambda pa, kind: pa.date32(), date.fromisoformat),
    "moment": _Type(lambda pa, kind: pa.timestamp("us"), datetime.fromisoformat),
    "moment in UTC": _Type(lambda pa, kind: pa.timestamp("us", "UTC"), datetime.fromisoformat),
}
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = rf"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(?:\.[0-9]{{0,5}}[1-9])?"


def _kind(text: str, datatype: str) -> str:
    """Return the name of the type that keeps a lexical form, which `_TYPES` has before a colon."""
    kind = _PLAIN
    if datatype in INTEGERS:
        is_plain = re.fullmatch(r"0|-?[1-9][0-9]{0,18}", text)
        kind = "integer" if is_plain and -(2**63) <= int(text) < 2**63 else _PLAIN
    elif datatype == XSD + "decimal":
        found = re.fullmatch(r"-?(?:0|[1-9][0-9]{0,18})(?:\.([0-9]{1,18}))?", text)
        is_kept = found and not re.fullmatch(r"-0(?:\.0+)?", text)
        kind = f"decimal:{len(found[1] or '')}" if found and is_kept else _PLAIN
    elif datatype in (XSD + "double", XSD + "float"):
        is_number = re.fullmatch(r"-?[0-9.]{1,20}(?:e[+-]?[0-9]{1,3})?", text)
        kind = "double" if is_number and _is_float(text) else _PLAIN
    elif datatype == XSD + "boolean":
        kind = "boolean" if text in ("true", "false") else _PLAIN
    elif datatype == XSD + "date":
        kind = "date" if re.fullmatch(_DAY, text) and _is_moment(text) else _PLAIN
    elif datatype == XSD + "dateTime" and re.fullmatch(rf"{_MOMENT}Z?", text) and _is_moment(text):
        kind = "moment in UTC" if text.endswith("Z") else "moment"
    return kind


def _is_float(text: str) -> bool:
    try:
        return repr(float(text)) == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(text))
    except ValueError:
        return False
