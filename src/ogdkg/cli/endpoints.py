"""The options `--endpoint` and `--timeout`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from ogdkg.project.endpoint import Endpoint
from ogdkg.project.project import Project, find_project
from ogdkg.sandbox.clock import limit_engine
from ogdkg.sandbox.limits import SECONDS, time_limit

F = TypeVar("F", bound=Callable[..., Any])


def endpoint_option(command: F) -> F:
    """Add `--endpoint` to a command that takes no other reading options."""
    return ENDPOINT(command)


def timeout_option(command: F) -> F:
    """Add `--timeout` to a command that takes no other reading options."""
    return TIMEOUT(command)


def chosen_endpoint(project: Project, address: str | None) -> Endpoint | None:
    """Return the server that `--endpoint` gives, by its URL or by its name in ogdkg.toml."""
    return project.endpoint(address) if address else None


def _endpoint_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    endpoints = find_project(ctx.params.get("project")).endpoints
    return [endpoint.name for endpoint in endpoints if endpoint.name.startswith(incomplete)]


def seconds(ctx: click.Context, param: click.Parameter, value: str | float | None) -> float | None:
    """Parse the value of `--timeout` for click, and limit the engines of this process; None is no limit."""
    limit = time_limit(SECONDS if value is None else value, "--timeout")
    limit_engine(limit)
    return limit


TIMEOUT = click.option(
    "--timeout",
    envvar="OGDKG_TIMEOUT",
    callback=seconds,
    metavar="SECONDS",
    help="Time limit of a query, and of all rules together; 0 for none. Waiting for the reader of the "
    f"output does not count.  [default: {SECONDS:g}]",
)
ENDPOINT = click.option(
    "--endpoint",
    envvar="OGDKG_ENDPOINT",
    metavar="URL|NAME",
    shell_complete=_endpoint_names,
    help="Query this SPARQL server, given by URL or by its name in ogdkg.toml.",
)
