"""`ogdkg pull`: downloads the graph from a SPARQL server."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.options import Session, chosen_format, output_options
from ogdkg.cli.output import with_counter, write_out
from ogdkg.cli.server_options import open_server, server_options
from ogdkg.rdf import formats
from ogdkg.remote.pull import pull
from ogdkg.render.rdf.writers import write_lines

_FORMATS = (formats.TRIG, formats.NQUADS, formats.JSONLD)


@click.command("pull")
@output_options(_FORMATS)
@server_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Download the graph from a SPARQL server.

    Writes the graphs that were pushed, or all graphs if none were. Literals have the server's lexical form.

    \b
    For example:
      ogdkg pull --endpoint http://localhost:7878/query -o graph.nq
    """
    output = options.pop("output")
    form = chosen_format(options.pop("format"), output, _FORMATS, formats.TRIG)
    graph = open_server(session, options)
    write_out(write_lines(with_counter(pull(graph.remote), session), form, graph.project.prefixes), output)
