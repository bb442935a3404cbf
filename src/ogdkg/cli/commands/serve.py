"""`ogdkg serve`: serves a graph over HTTP."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.data import DataOptions
from ogdkg.cli.options import Session, data_options, open_chosen, reading_options
from ogdkg.cli.serving import ServeCommand, serving_options, set_time_limit, settings_of
from ogdkg.errors import UsageError

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.web.http.settings import Settings


@click.command("serve", cls=ServeCommand)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@serving_options
@data_options
@reading_options
@click.pass_obj
def command(session: Session, /, files: tuple[Path, ...], **options: Any) -> None:
    """Serve the graph over HTTP: SPARQL at /sparql, named graphs at /store, and each IRI of the project.

    If you name FILES, in any RDF format, it serves these instead of a project.

    It listens on this machine alone, unless --public allows another address. A query ends after --timeout
    seconds (10 unless you say otherwise); a client may ask for less. When a file changes, the graph is read
    again; a broken file leaves what is served as it is.

    \b
    For example:
      ogdkg serve --port 8080
      ogdkg serve data.ttl more.trig
    """
    from ogdkg.web.server import serve

    settings = settings_of(options)
    set_time_limit(options)
    opened = _opening(session, DataOptions.taken(options, files), options)
    graph = opened()  # says what is wrong with the options
    settings = settings._replace(
        seconds=graph.options.timeout or 3600.0,
        is_of_server=graph.options.endpoint is not None,
        log=settings.log and session.verbosity >= 0,
    )
    _check_writing(settings, graph)
    if graph.options.endpoint and graph.project.personal and not settings.personal:
        session.say(
            "Personal data that the server holds are served too: it cannot be asked to leave them out."
        )
    serve(opened, settings, lambda address: session.say(f"Serving {address}"))


def _check_writing(settings: Settings, graph: Graph) -> None:
    """Raise UsageError for options that do not go together."""
    if (settings.store or settings.writable) and sys.platform != "linux":
        raise UsageError("Stores and writing need Linux.")
    if settings.validate_writes and not settings.writable:
        raise UsageError("--validate-writes is for --writable.")
    if settings.validate_writes and graph.options.endpoint:
        raise UsageError(
            "What a server holds is not validated before each write.",
            hint="Validate it with: ogdkg validate --endpoint URL",
        )
    if settings.store and graph.options.endpoint:
        raise UsageError("--store and --endpoint are two things to serve.", hint="Leave one of them out.")
    if settings.store and graph.options.layers:
        raise UsageError("A store holds all layers.", hint="Leave --layer out.")
    is_of_files = settings.writable and not settings.store and not graph.options.endpoint
    if is_of_files and (graph.project.packaged or graph.project.loose):
        hint = "Name a folder for a store: --store DIR."
        raise UsageError("These files are not to be written.", hint=hint)


def _opening(session: Session, data: DataOptions, options: dict[str, Any]) -> Callable[[], Graph]:
    """Return what opens the graph: the project's, or that of the files, read anew each time."""
    if not data.files:
        data.refuse_alone()
        return lambda: open_chosen(session, dict(options))
    from ogdkg.graph.loose import project_of

    sources = data.sources(options)
    return lambda: open_chosen(session, dict(options), project_of(sources))
