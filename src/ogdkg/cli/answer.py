"""Writes the results of queries and views in the format that fits them or is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ogdkg.answer_cache.dependencies import tell_how
from ogdkg.cli.options import Session, chosen_format
from ogdkg.cli.output import Screen, screen, write_out, write_text
from ogdkg.errors import UsageError
from ogdkg.lean import NamedTuple
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Iri, Literal, Row, Term, typed
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.text.escape import json_text

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph


_MOST_DIFFERENT = 1_000_000  # things of a column that are counted, as they are remembered for that


class RowSlice(NamedTuple):
    """Which rows of a result to write, or only their number, in all or by the values of columns."""

    limit: int | None = None
    offset: int = 0
    only_count: bool = False
    count_by: tuple[str, ...] = ()

    def of(self, rows: Rows) -> Rows:
        """Return the rows that are chosen."""
        if self.limit is None and not self.offset:
            return rows  # as they are: they may be read as texts
        end = None if self.limit is None else self.offset + self.limit
        return Rows(rows.variables, islice(rows.rows, self.offset, end))


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
    """The format of a result, where it is written, and how a table of it looks.

    Attributes:
        format: The name of the format; None to choose it by the output and the result.
        output: The file; None or `-` for stdout.
        prefixes: The prefixes that IRIs are shortened by.
        columns: Returns the labels of the columns, by variable.
        records: Whether each row is shown as a record.
        wide: Whether a table may be wider than the terminal.
        named: Adds names to the things of rows that a person reads.
        iris: Whether a spreadsheet has IRIs, not names.
    """

    format: str | None = None
    output: str | None = None
    prefixes: Mapping[str, str] | None = None
    columns: Callable[[], Mapping[str, str]] = dict
    records: bool = False
    wide: bool = False
    named: Callable[[Rows], Rows] = lambda rows: rows
    iris: bool = False


def chosen_output(options: dict[str, Any], columns: Callable[[], Mapping[str, str]] = dict) -> OutputOptions:
    """Return the output that a command's options choose, which are removed from them."""
    form, output, records, wide = (options.pop(name) for name in ("format", "output", "records", "wide"))
    iris = options.pop("iris", False)
    return OutputOptions(form, output, columns=columns, records=records, wide=wide, iris=iris)


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
        form = chosen_format(view.format, view.output, formats.FOR_BOOLEANS, formats.TABLE)
        from ogdkg.render.views.results import write_boolean  # tables do not need it

        write_out(write_boolean(result, form), view.output)
    elif isinstance(result, Triples):
        _write_triples(result, view, cut)
    else:
        form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
        _write_cut(_counted(result, cut, view), cut, form, view)


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
    chosen = (cut or RowSlice()).of(result)
    cited = cite_rows(Citations(graph), query.traced or query.text, chosen, query.name)
    _write_rows(cited.rows, form, view, cited.notes)
    if cited.notes:
        session.say(f"Citations are not exact: {'; '.join(cited.notes)}.")
    return None


def say_way(session: Session, graph: Graph, text: str, *, is_cited: bool) -> None:
    """Say on stderr what answered a query, as `--explain` asks for: counts, an engine, or a server."""
    tell_how()
    session.say("Answered by the engine: --cite traces each row." if is_cited else graph.way(text))


def write_view(
    format_name: str | None,
    output: str | None,
    as_text: Callable[[Screen], Iterable[str]],
    as_json: Callable[[], object],
) -> None:
    """Write a view as text or as JSON; computes only that."""
    form = chosen_format(format_name, output, (formats.TABLE, formats.JSON), formats.TABLE)
    if form is formats.TABLE:
        shown_on = screen(output)
        return shown_on.write(as_text(shown_on))
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


def _write_cut(rows: Rows, cut: RowSlice, form: Format, view: OutputOptions) -> None:
    rows = cut.of(rows)
    if not cut.only_count:
        return _write_rows(rows, form, view)
    if form not in (formats.TABLE, formats.MARKDOWN):
        return _write_rows(_count_rows(sum(1 for _ in rows.rows)), form, view)
    number, things = count_things(rows)
    counts = Rows(("rows", *things), iter([(_number(number), *map(_number, things.values()))]))
    heads = {name: f"different {view.columns().get(name, name)}" for name in things}
    return _write_rows(counts, form, view._replace(columns=lambda: heads))


def count_things(rows: Rows) -> tuple[int, dict[str, int]]:
    """Return the number of rows, and for each column of things how many different ones it has.

    A column with too many to remember is left out.
    """
    seen: dict[int, set[Term]] = {index: set() for index in range(len(rows.variables))}
    number = 0
    for row in rows.rows:
        number += 1
        for index, values in list(seen.items()):
            term = row[index]
            if isinstance(term, Iri):
                values.add(term)
            if (term is not None and not isinstance(term, Iri)) or len(values) > _MOST_DIFFERENT:
                del seen[index]
    return number, {rows.variables[index]: len(values) for index, values in seen.items() if values}


def _number(value: int) -> Literal:
    return typed(str(value), "integer")


def _counted(rows: Rows, cut: RowSlice, view: OutputOptions) -> Rows:
    """Return the number of rows for each value of the chosen columns, if any are."""
    if not cut.count_by:
        return rows
    from ogdkg.render.views.counts import count_by  # only --count-by needs it

    return count_by(rows, cut.count_by, view.columns())


def _count_rows(number: int) -> Rows:
    return Rows(("count",), iter([(_number(number),)]))


def _write_count(number: int, view: OutputOptions) -> None:
    form = chosen_format(view.format, view.output, formats.FOR_ROWS, formats.TABLE)
    _write_rows(_count_rows(number), form, view)


def named_by(graph: Graph) -> Callable[[Rows], Rows]:
    """Return what adds to rows the names that the graph has for their things."""

    def named(rows: Rows) -> Rows:
        from ogdkg.search.named_rows import with_names  # CSV does not need it

        return with_names(graph, rows)

    return named


def _write_rows(rows: Rows, form: Format, view: OutputOptions, notes: Sequence[str] | None = None) -> None:
    if form in (formats.TABLE, formats.MARKDOWN):
        rows = view.named(rows)
    if form is formats.TABLE:
        shown_on = screen(view.output)
        return shown_on.write(table_text(rows, view, shown_on))
    if view.records or view.wide:
        hint = "Leave out -f, or the option."
        raise UsageError("--records and --wide lay out a table.", hint=hint)
    if form is formats.MARKDOWN:
        from ogdkg.render.views.table import TableStyle, write_markdown  # CSV does not need it

        style = TableStyle(prefixes=view.prefixes, columns=view.columns())
        return write_text(write_markdown(rows, style), view.output)
    if form is formats.XLSX:
        from ogdkg.render.views.table import TableStyle
        from ogdkg.render.views.workbook import write_rows as write_sheet  # as above

        style = TableStyle(prefixes=view.prefixes, columns=view.columns())
        return write_out([write_sheet(rows, style, iris=view.iris)], view.output)
    from ogdkg.render.views.results import write_rows  # as above

    return write_out(write_rows(rows, form, notes), view.output)


def table_text(rows: Rows, view: OutputOptions, shown_on: Screen) -> Iterator[str]:
    """Yield the lines of a table, or of records, fitted to what they are shown on."""
    from ogdkg.render.views.table import TableStyle, write_table  # CSV does not need it

    width = None if view.wide else shown_on.width
    style = TableStyle(width, shown_on.links, view.prefixes, view.columns(), view.records, shown_on.ink)
    return write_table(rows, style)
