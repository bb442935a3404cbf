"""`ogdkg ping`: checks a SPARQL server and its capabilities."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.options import Session, output_options
from ogdkg.cli.server_options import open_server, server_options
from ogdkg.exchange.ping import EndpointStatus, ping
from ogdkg.rdf import formats

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("ping")
@output_options(_FORMATS)
@click.option("--write", is_flag=True, help="Test writing too, in a graph that is deleted again.")
@server_options
@click.pass_obj
def command(session: Session, /, write: bool, **options: Any) -> None:
    """Check a SPARQL server and its capabilities.

    Shows its product, formats and limits, and what its default graph contains.

    \b
    For example:
      ogdkg ping --endpoint http://localhost:7878/query
    """
    form, output = options.pop("format"), options.pop("output")
    graph = open_server(session, options)
    status = ping(graph, write=write)
    write_view(form, output, lambda _: _lines(status), partial(asdict, status))


def _lines(status: EndpointStatus) -> list[str]:
    return [f"{name.replace('_', ' '):<16}{value}\n" for name, value in asdict(status).items()]
