"""Options shared by the commands that work with a SPARQL server: `ping`, `push`, `pull`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ogdkg.cli.options import (
    Session,
    chosen_endpoint,
    chosen_project,
    endpoint_option,
    project_option,
    timeout_option,
    verbosity_options,
)
from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph, GraphOptions

F = TypeVar("F", bound=Callable[..., Any])


def server_options(command: F) -> F:
    """Add the options that `open_server` takes."""
    return project_option(endpoint_option(timeout_option(verbosity_options(command))))


def open_server(session: Session, options: dict[str, Any]) -> Graph:
    """Return the project's graph at the server that the options name, and remove these options.

    Raises:
        UsageError: No server is named.
    """
    project = chosen_project(session, options)
    endpoint = chosen_endpoint(project, options.pop("endpoint"))
    if endpoint is None:
        raise UsageError("No server given.", hint="Set --endpoint URL or OGDKG_ENDPOINT.")
    return Graph(project, GraphOptions(timeout=options.pop("timeout"), endpoint=endpoint))
