"""`ogdkg why`: shows where statements come from."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.document import find_document
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    data_file_options,
    language_option,
    open_data,
    output_options,
    reading_options,
)
from ogdkg.evidence.citations import citations_of
from ogdkg.evidence.why import descriptions, why
from ogdkg.rdf import formats
from ogdkg.render.views.why import reasons_json, reasons_text

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("why", cls=ExampleCommand)
@click.argument("thing")
@click.argument("property", required=False)
@click.argument("value", required=False)
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The source document, to quote it in context.",
)
@output_options(_FORMATS)
@language_option
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, thing: str, property: str | None, value: str | None, **options: Any) -> None:
    """Show the sources of a statement: lines of a document, a rule, a named graph.

    Shows where the statements about THING come from; PROPERTY and VALUE narrow them. For words of a document:
    the lines, a fragment and the confidence. For a derived statement: the rule and its premises. Otherwise:
    the named graph and its source.

    \b
    For example:
      ogdkg why {thing} {property}
    """
    form, output, source = (options.pop(name) for name in ("format", "output", "source"))
    graph = open_data(session, options, selective=True)
    citations = citations_of(graph)
    reasons = why(citations, thing, property, value)
    view = reasons, citations, descriptions(citations, reasons), find_document(session, graph, source)
    write_view(form, output, lambda on: on.fitted(reasons_text(*view)), partial(reasons_json, *view))
