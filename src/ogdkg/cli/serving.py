"""What commands share that speak with a server about the whole graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ogdkg.cli.endpoints import chosen_endpoint, endpoint_option, timeout_option
from ogdkg.cli.options import Session, chosen_project, project_option, verbosity_options
from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph, GraphOptions

F = TypeVar("F", bound=Callable[..., Any])


def serving(command: F) -> F:
    """Their options; `open_server` takes them."""
    return project_option(endpoint_option(timeout_option(verbosity_options(command))))


def open_server(session: Session, options: dict[str, Any]) -> Graph:
    """The graph of the project at the server that the options name."""
    project = chosen_project(session, options)
    endpoint = chosen_endpoint(project, options.pop("endpoint"))
    if endpoint is None:
        raise UsageError("No server is named.", hint="Give it with --endpoint URL, or in OGDKG_ENDPOINT.")
    return Graph(project, GraphOptions(timeout=options.pop("timeout"), endpoint=endpoint))
