"""An answer of an engine on its way to the reader: the format that fits it, and its text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from ogdkg.cli.options import Session, chosen_format
from ogdkg.cli.output import shows_links, terminal_width, write_linked, write_out, write_told
from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import typed
from ogdkg.render.views.results import write_boolean, write_rows
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.text.escape import json_text


class RowSlice(NamedTuple):
    """Which part of the answer is wanted: so many rows, after so many, or only their number."""

    limit: int | None = None
    offset: int = 0
    only_count: bool = False


class NamedQuery(NamedTuple):
    """A query's text, and the name that errors give as its place."""

    text: str
    name: str = "query"


class OutputOptions(NamedTuple):
    """How and where an answer is shown."""

    format: str | None = None
    output: str | None = None
    prefixes: Mapping[str, str] | None = None
    columns: Callable[[], Mapping[str, str]] = dict


def write_result(result: Result, view: OutputOptions, cut: RowSlice | None = None) -> None:
    """Write an answer: a table or a bare word for a person, Turtle for triples, or the format asked for."""
    cut = cut or RowSlice()
    if isinstance(result, bool):
        form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
        write_out(write_boolean(result, form), view.output)
    elif isinstance(result, Triples):
        _show_triples(result, view, cut)
    else:
        form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
        _write_rows(_cut_rows(result, cut), form, view)


def write_cited_result(
    session: Session, graph: Graph, asked: NamedQuery, view: OutputOptions, cut: RowSlice | None = None
) -> None:
    """Write the rows of a SELECT with what states them; where that is not exact, stderr says so."""
    from ogdkg.evidence.citations import Citations  # what is cited costs nobody who does not ask
    from ogdkg.evidence.row_provenance import cite_rows

    result = graph.sparql(asked.text, name=asked.name)
    if not isinstance(result, Rows):
        hint = "Ask for rows with SELECT; `ogdkg why` tells what states a statement."
        raise UsageError("Only rows can be cited.", hint=hint)
    if cut and cut.only_count:
        return write_result(result, view, cut)
    form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
    cited = cite_rows(Citations(graph), asked.text, _cut_rows(result, cut or RowSlice()), asked.name)
    _write_rows(cited.rows, form, view, cited.notes)
    if cited.notes:
        session.say(f"Not exactly: {'; '.join(cited.notes)}.")
    return None


def write_view(
    format_name: str | None,
    output: str | None,
    as_text: Callable[[], Iterable[str]],
    as_json: Callable[[], object],
) -> None:
    """Write what is made for a person, or the plain values for a program."""
    form = chosen_format(format_name, output, (formats.TABLE, formats.JSON), formats.TABLE)
    if form is formats.TABLE:
        return write_told(as_text(), output)
    return write_out([json_text(as_json()) + "\n"], output)


def _show_triples(result: Triples, view: OutputOptions, cut: RowSlice) -> None:
    from ogdkg.render.rdf.writers import write_triples  # the writer of Turtle, not wanted by a table

    if cut.only_count:
        return _show_count(sum(1 for _ in result.triples), view)
    if cut.limit is not None or cut.offset:
        raise UsageError("Triples come in no order.", hint="Leave out --limit and --offset.")
    form = chosen_format(view.format, view.output, formats.FOR_RDF, formats.TURTLE)
    write_out(write_triples(result.triples, form, view.prefixes or {}), view.output)
    return None


def _cut_rows(rows: Rows, cut: RowSlice) -> Rows:
    wanted = islice(rows.rows, cut.offset, None if cut.limit is None else cut.offset + cut.limit)
    return _count_rows(sum(1 for _ in wanted)) if cut.only_count else Rows(rows.variables, wanted)


def _count_rows(number: int) -> Rows:
    return Rows(("count",), iter([(typed(str(number), "integer"),)]))


def _show_count(number: int, view: OutputOptions) -> None:
    form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
    _write_rows(_count_rows(number), form, view)


def _write_rows(rows: Rows, form: Format, view: OutputOptions, notes: Sequence[str] | None = None) -> None:
    if form is formats.MARKDOWN:
        from ogdkg.render.views.table import TableStyle, write_markdown  # as below

        look = TableStyle(prefixes=view.prefixes, columns=view.columns())
        return write_told(write_markdown(rows, look), view.output)
    if form is not formats.TABLE:
        return write_out(write_rows(rows, form, notes), view.output)
    if view.output in (None, "-") and shows_links():
        return write_linked(table_text(rows, view, links=True))
    return write_told(table_text(rows, view), view.output)


def table_text(rows: Rows, view: OutputOptions, *, links: bool = False) -> Iterator[str]:
    """The rows as a table for the terminal at hand."""
    from ogdkg.render.views.table import TableStyle, write_table  # not wanted by a program that reads CSV

    width = terminal_width() if view.output in (None, "-") else None
    return write_table(rows, TableStyle(width, links, view.prefixes, view.columns()))
