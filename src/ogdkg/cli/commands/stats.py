"""`ogdkg stats`: counts triples, graphs, classes and properties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    chosen_format,
    data_file_options,
    open_data,
    output_options,
    reading_options,
)
from ogdkg.cli.output import write_out, write_text
from ogdkg.evidence.statistics import Stats, count
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Literal, typed
from ogdkg.render.views.results import write_rows
from ogdkg.store.base import Rows
from ogdkg.text.escape import json_text, one_line

_FORMATS = (formats.TABLE, formats.JSON, formats.CSV, formats.TSV)


@click.command("stats", cls=ExampleCommand)
@output_options(_FORMATS)
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Count triples, graphs, classes and properties.

    Also passages and layers. A triple in several graphs counts once.

    \b
    For example:
      ogdkg stats --layer {layer}
    """
    output = options.pop("output")
    form = chosen_format(options.pop("format"), output, _FORMATS, formats.TABLE)
    stats = count(open_data(session, options))
    if form is formats.TABLE:
        write_text(_table(stats), output)
    elif form is formats.JSON:
        write_out([json_text(asdict(stats)) + "\n"], output)
    else:
        write_out(write_rows(_rows(stats), form), output)


def _lines(stats: Stats) -> Iterator[tuple[str, str, int]]:
    """Yield the kind, the name and the number of each count."""
    for kind, value in asdict(stats).items():
        if isinstance(value, int):
            if value or kind != "passages":  # of a project that has none, nothing is said of passages
                yield kind, "", value
        else:
            yield from ((kind, name, number) for name, number in value.items())


def _rows(stats: Stats) -> Rows:
    lines = (
        (Literal(kind), Literal(name), typed(str(number), "integer")) for kind, name, number in _lines(stats)
    )
    return Rows(("kind", "name", "count"), lines)


def _table(stats: Stats) -> Iterator[str]:
    previous = ""
    for kind, name, number in _lines(stats):
        if name and kind != previous:
            yield f"\n{kind}\n"
        previous = kind
        yield f"{number:>8}  {one_line(name) or kind}\n"
