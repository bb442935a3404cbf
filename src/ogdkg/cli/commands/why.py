"""`ogdkg why`: what states a statement."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.document import find_document
from ogdkg.cli.options import Session, open_chosen, output_options, reading_options
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.why import descriptions, why
from ogdkg.rdf import formats
from ogdkg.render.views.why import reasons_json, reasons_text

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("why")
@click.argument("thing")
@click.argument("property", required=False)
@click.argument("value", required=False)
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The document itself, to show passages in their surroundings.",
)
@output_options(_FORMATS)
@reading_options
@click.pass_obj
def command(session: Session, /, thing: str, property: str | None, value: str | None, **options: Any) -> None:
    """Tell what states what is said of a THING, or of one PROPERTY of it, or one VALUE.

    A passage is told by its lines, a fragment and how surely it says so; what a rule derives by the rule, and
    by what it would not derive it without; anything else by the graph that holds it, and that graph's source.

    \b
    For example:
      ogdkg why NPL code
    """
    form, output, source = (options.pop(name) for name in ("format", "output", "source"))
    graph = open_chosen(session, options)
    citations = Citations(graph)
    reasons = why(citations, thing, property, value)
    told = reasons, citations, descriptions(citations, reasons), find_document(session, graph, source)
    write_view(form, output, partial(reasons_text, *told), partial(reasons_json, *told))
