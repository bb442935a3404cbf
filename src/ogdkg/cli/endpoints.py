"""`--endpoint` and `--timeout`: which server is meant, and how long an answer may take."""

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
    """`--endpoint`, for a command that does not read as others do."""
    return ENDPOINT(command)


def timeout_option(command: F) -> F:
    """`--timeout`, for a command that does not read as others do."""
    return TIMEOUT(command)


def chosen_endpoint(project: Project, given: str | None) -> Endpoint | None:
    """The server that `--endpoint` means, by its address or by its name in the project."""
    return project.endpoint(given) if given else None


def _endpoint_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    known = find_project(ctx.params.get("project")).endpoints
    return [endpoint.name for endpoint in known if endpoint.name.startswith(incomplete)]


def seconds(ctx: click.Context, param: click.Parameter, value: str | float | None) -> float | None:
    """What `--timeout` says, for click; None is no limit. It limits engines in this process too."""
    limit = time_limit(SECONDS if value is None else value, "--timeout")
    limit_engine(limit)
    return limit


TIMEOUT = click.option(
    "--timeout",
    envvar="OGDKG_TIMEOUT",
    callback=seconds,
    metavar="SECONDS",
    help=f"How long a query may work, and the rules together; {SECONDS:g} unless said, 0 for no limit. "
    "The time that the reader of an answer takes does not count.",
)
ENDPOINT = click.option(
    "--endpoint",
    envvar="OGDKG_ENDPOINT",
    metavar="URL|NAME",
    shell_complete=_endpoint_names,
    help="Ask this SPARQL server, by its address or its name in ogdkg.toml.",
)
