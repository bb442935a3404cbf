"""Writes the results of queries and views in the format that fits them or is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ogdkg.cli.options import Session, chosen_format
from ogdkg.cli.output import shows_links, terminal_width, write_linked, write_out, write_text
from ogdkg.errors import UsageError
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Row, typed
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.text.escape import json_text

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph


class RowSlice(NamedTuple):
    """Which rows of a result to write, or only their number, in all or by the values of columns."""

    limit: int | None = None
    offset: int = 0
    only_count: bool = False
    count_by: tuple[str, ...] = ()


class RowWatch:
    """Notes whether rows that were read to their end are none.

    Attributes:
        is_empty: Whether that is so; False as long as no one has read them.
    """

    is_empty = False

    def over(self, rows: Rows) -> Rows:
        """Return the rows, watched."""
        return Rows(rows.variables, self._watched(rows.rows))

    def _watched(self, rows: Iterator[Row]) -> Iterator[Row]:
        first = next(rows, None)
        self.is_empty = first is None
        if first is not None:
            yield first
            yield from rows


class NamedQuery(NamedTuple):
    """A query's text, and the name that error messages show as its place.

    `traced`: the text that its citations are traced by, if another; see `NameResolver.bind_all`.
    """

    text: str
    name: str = "query"
    traced: str = ""


class OutputOptions(NamedTuple):
    """The format of a result, where it is written, and the prefixes and column labels it shows."""

    format: str | None = None
    output: str | None = None
    prefixes: Mapping[str, str] | None = None
    columns: Callable[[], Mapping[str, str]] = dict


def write_result(result: Result, view: OutputOptions, cut: RowSlice | None = None) -> None:
    """Write a result: by default a table, a bare word for a boolean, or Turtle for triples.

    Args:
        result: What a query returned.
        view: The format and the output file.
        cut: The rows to write; by default all.

    Raises:
        UsageError: The format does not fit the result, or `cut` is given for triples.
    """
    cut = cut or RowSlice()
    if isinstance(result, bool):
        form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
        from ogdkg.render.views.results import write_boolean  # tables do not need it

        write_out(write_boolean(result, form), view.output)
    elif isinstance(result, Triples):
        _write_triples(result, view, cut)
    else:
        form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
        _write_rows(_cut_rows(_counted(result, cut, view), cut), form, view)


def write_cited_result(
    session: Session,
    graph: Graph,
    query: NamedQuery,
    view: OutputOptions,
    cut: RowSlice | None = None,
    watch: RowWatch | None = None,
) -> None:
    """Write the rows of a SELECT with their citations; a note on stderr tells where these are not exact.

    `watch` notes whether there are none.

    Raises:
        UsageError: The query is not a SELECT.
    """
    from ogdkg.evidence.citations import Citations  # imported only with --cite
    from ogdkg.evidence.row_provenance import cite_rows

    result = graph.sparql(query.text, name=query.name)
    if not isinstance(result, Rows):
        hint = "Use SELECT; `ogdkg why` shows the sources of a statement."
        raise UsageError("Only the rows of a SELECT can be cited.", hint=hint)
    result = watch.over(result) if watch else result
    if cut and (cut.only_count or cut.count_by):
        return write_result(result, view, cut)
    form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
    cited = cite_rows(
        Citations(graph), query.traced or query.text, _cut_rows(result, cut or RowSlice()), query.name
    )
    _write_rows(cited.rows, form, view, cited.notes)
    if cited.notes:
        session.say(f"Citations are not exact: {'; '.join(cited.notes)}.")
    return None


def write_view(
    format_name: str | None,
    output: str | None,
    as_text: Callable[[], Iterable[str]],
    as_json: Callable[[], object],
) -> None:
    """Write a view as text or as JSON; only the one that is needed is computed."""
    form = chosen_format(format_name, output, (formats.TABLE, formats.JSON), formats.TABLE)
    if form is formats.TABLE:
        return write_text(as_text(), output)
    return write_out([json_text(as_json()) + "\n"], output)


def _write_triples(result: Triples, view: OutputOptions, cut: RowSlice) -> None:
    from ogdkg.render.rdf.writers import write_triples  # tables do not need the Turtle writer

    if cut.count_by:
        raise UsageError("Triples have no columns.", hint="Remove --count-by.")
    if cut.only_count:
        return _write_count(sum(1 for _ in result.triples), view)
    if cut.limit is not None or cut.offset:
        raise UsageError("Triples have no order.", hint="Remove --limit and --offset.")
    form = chosen_format(view.format, view.output, formats.FOR_RDF, formats.TURTLE)
    write_out(write_triples(result.triples, form, view.prefixes or {}), view.output)
    return None


def _cut_rows(rows: Rows, cut: RowSlice) -> Rows:
    chosen = islice(rows.rows, cut.offset, None if cut.limit is None else cut.offset + cut.limit)
    return _count_rows(sum(1 for _ in chosen)) if cut.only_count else Rows(rows.variables, chosen)


def _counted(rows: Rows, cut: RowSlice, view: OutputOptions) -> Rows:
    """Return the number of rows for each value of the chosen columns, if any are."""
    if not cut.count_by:
        return rows
    from ogdkg.render.views.counts import count_by  # only --count-by needs it

    return count_by(rows, cut.count_by, view.columns())


def _count_rows(number: int) -> Rows:
    return Rows(("count",), iter([(typed(str(number), "integer"),)]))


def _write_count(number: int, view: OutputOptions) -> None:
    form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
    _write_rows(_count_rows(number), form, view)


def _write_rows(rows: Rows, form: Format, view: OutputOptions, notes: Sequence[str] | None = None) -> None:
    if form is formats.MARKDOWN:
        from ogdkg.render.views.table import TableStyle, write_markdown  # CSV does not need it

        style = TableStyle(prefixes=view.prefixes, columns=view.columns())
        return write_text(write_markdown(rows, style), view.output)
    if form is not formats.TABLE:
        from ogdkg.render.views.results import write_rows  # as above

        return write_out(write_rows(rows, form, notes), view.output)
    if view.output in (None, "-") and shows_links():
        return write_linked(table_text(rows, view, links=True))
    return write_text(table_text(rows, view), view.output)


def table_text(rows: Rows, view: OutputOptions, *, links: bool = False) -> Iterator[str]:
    """Yield the lines of a table, fitted to the terminal if it is written to one."""
    from ogdkg.render.views.table import TableStyle, write_table  # CSV does not need it

    width = terminal_width() if view.output in (None, "-") else None
    return write_table(rows, TableStyle(width, links, view.prefixes, view.columns()))
