"""`ogdkg ping`: checks a SPARQL server and its capabilities."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.options import Session, output_options
from ogdkg.cli.server_options import open_server, server_options
from ogdkg.errors import UsageError
from ogdkg.exchange.ping import EndpointStatus, ReplicaStatus, ping, ping_fleet
from ogdkg.rdf import formats

if TYPE_CHECKING:
    from ogdkg.remote.fleet import Fleet

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("ping")
@output_options(_FORMATS)
@click.option("--write", is_flag=True, help="Test writing too, in a graph that is deleted again.")
@server_options
@click.pass_obj
def command(session: Session, /, write: bool, **options: Any) -> None:
    """Check a SPARQL server and its capabilities.

    Shows its product, formats and limits, and what its default graph contains; of replicas, which version
    each holds, and whether readers go to it.

    \b
    For example:
      ogdkg ping --endpoint http://localhost:7878/query
    """
    form, output = options.pop("format"), options.pop("output")
    graph = open_server(session, options)
    if graph.remote.given.replicas:
        if write:
            raise UsageError("--write tests one server.", hint="Give its address with --endpoint.")
        fleet = ping_fleet(cast("Fleet", graph.remote))
        write_view(form, output, lambda _: _table(fleet), lambda: [asdict(each) for each in fleet])
        return
    status = ping(graph, write=write)
    write_view(form, output, lambda _: _lines(status), partial(asdict, status))


def _lines(status: EndpointStatus) -> list[str]:
    return [f"{name.replace('_', ' '):<16}{value}\n" for name, value in asdict(status).items()]


def _table(fleet: list[ReplicaStatus]) -> list[str]:
    """A row for each replica."""
    rows = [tuple(asdict(each).values()) for each in fleet]
    head = tuple(name.replace("_", " ").upper() for name in asdict(fleet[0]))
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in (head, *rows))
    return ["  ".join(cells).rstrip() + "\n" for cells in padded]
