"""`ogdkg export`: the graph as RDF."""

from __future__ import annotations

from typing import Any

import click

from ogdkg import formats
from ogdkg.cli.options import Session, chosen_format, open_chosen, output_options, reading, write_out
from ogdkg.export import export_lines
from ogdkg.render.rdf import write_lines


@click.command("export")
@click.option(
    "--without-personal", is_flag=True, help="Leave out every person's contact, and what is said of it."
)
@output_options(formats.FOR_RDF)
@reading
@click.pass_obj
def command(session: Session, /, without_personal: bool, **options: Any) -> None:
    """Write the graph as RDF, the same bytes on every run; TriG and N-Quads keep its named graphs.

    \b
    For example:
      ogdkg export -o graph.trig
    """
    output = options.pop("output")
    form = chosen_format(options.pop("format"), output, formats.FOR_RDF, formats.TRIG)
    graph = open_chosen(session, options)
    lines = export_lines(graph, without_personal=without_personal)
    write_out(write_lines(lines, form, graph.project.prefixes), output)
