"""`ogdkg ping`: what a server is, and what it can do."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.options import Session, output_options
from ogdkg.cli.serving import open_server, serving
from ogdkg.exchange.ping import EndpointStatus, ping
from ogdkg.rdf import formats

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("ping")
@output_options(_FORMATS)
@click.option("--write", is_flag=True, help="Try writing too, in a graph of its own that is removed again.")
@serving
@click.pass_obj
def command(session: Session, /, write: bool, **options: Any) -> None:
    """Tell what a server is, which default graph it answers from, and what it can do.

    \b
    For example:
      ogdkg ping --endpoint http://localhost:7878/query
    """
    form, output = options.pop("format"), options.pop("output")
    graph = open_server(session, options)
    found = ping(graph, write=write)
    write_view(form, output, partial(_lines, found), partial(asdict, found))


def _lines(found: EndpointStatus) -> list[str]:
    return [f"{name.replace('_', ' '):<16}{value}\n" for name, value in asdict(found).items()]
