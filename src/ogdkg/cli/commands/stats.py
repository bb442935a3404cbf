"""`ogdkg stats`: counts triples, graphs, classes and properties."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    all_option,
    chosen_format,
    data_file_options,
    open_data,
    output_options,
    reading_options,
)
from ogdkg.cli.output import screen, write_out
from ogdkg.evidence.statistics import Stats, count, first_counts
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Literal, typed
from ogdkg.render.views.results import write_rows
from ogdkg.store.base import Rows
from ogdkg.text.escape import Ink, json_text, one_line

_FEW, _FIRST = 10, 3  # counts that are all shown, and how many are of more
_ALL = sys.maxsize, sys.maxsize
_FORMATS = (formats.TABLE, formats.JSON, formats.CSV, formats.TSV)


@click.command("stats", cls=ExampleCommand)
@all_option
@output_options(_FORMATS)
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Count triples, graphs, classes and properties.

    Counts the triples of each layer too. A triple in several graphs counts once. Shows only the first of a
    long list, unless you give --all.

    \b
    For example:
      ogdkg stats --layer {layer}
    """
    output, show_all = options.pop("output"), options.pop("show_all")
    form = chosen_format(options.pop("format"), output, _FORMATS, formats.TABLE)
    graph = open_data(session, options)
    if form is formats.TABLE:
        shown_on = screen(output)
        shown = _ALL if show_all else (_FEW, _FIRST)
        shown_on.write(_table(first_counts(graph, *shown), shown_on.ink))
        return
    stats = count(graph)
    if form is formats.JSON:
        write_out([json_text(asdict(stats)) + "\n"], output)
    else:
        write_out(write_rows(_rows(stats), form), output)


def _rows(stats: Stats) -> Rows:
    lines = (
        (Literal(kind), Literal(name), typed(str(number), "integer")) for kind, name, number in stats.lines()
    )
    return Rows(("kind", "name", "count"), lines)


def _table(counted: Iterable[tuple[str, list[tuple[str, int]], int]], ink: Ink) -> Iterator[str]:
    """Yield each kind of counts under its name; of more than a few, the first alone."""
    for kind, counts, number_of in counted:
        if counts and counts[0][0]:
            yield f"\n{ink.strong(kind)}\n"
        yield from (f"{number:>8}  {one_line(name) or kind}\n" for name, number in counts)
        if more := number_of - len(counts):
            yield f"{'…':>8}  {more:,} more: ogdkg stats --all\n"
