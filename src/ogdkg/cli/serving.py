"""The options of `ogdkg serve`, in groups, and the settings that they make."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from ogdkg.errors import UsageError
from ogdkg.files.text import read_text

if TYPE_CHECKING:
    from ogdkg.web.http.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_ADDRESS = [
    click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on."),
    click.option("--public", is_flag=True, help="Allow an address that others can reach."),
    click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="PORT",
                 help="The port; 0 for any free one."),
    click.option("--prefix", default="", metavar="PATH",
                 help="The path under which a proxy offers this server."),
    click.option("--allowed-hosts", metavar="NAME,…", default="",
                 help="Names by which others reach this server; /mcp takes no foreign Host or Origin."),
    click.option("--forwarded-allow-ips", metavar="IP,…", default="",
                 help="Proxies whose Forwarded and X-Forwarded-* headers are trusted: "
                      "addresses, networks, or *."),
]  # fmt: skip
_WRITING = [
    click.option("--store", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
                 help="Serve the data in this folder, which is filled from the project first."),
    click.option("--writable", is_flag=True, help="Let clients that have the token write."),
    click.option("--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
                 help="The file of the token; by default it is in OGDKG_SERVE_TOKEN."),
    click.option("--validate-writes", is_flag=True,
                 help="Refuse a write that would make the graph violate its shapes."),
]  # fmt: skip
_LOAD = [
    click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N",
                 help="Processes for HTTP."),
    click.option("--queries", type=click.IntRange(1, 256), default=4, show_default=True, metavar="N",
                 help="Queries that may run at once."),
    click.option("--rate", metavar="N/s|m|h",
                 help="Requests that a client may make in a second, minute or hour (default: any number)."),
]  # fmt: skip
_TELLING = [
    click.option("--log/--no-log", default=True, help="Log each request as a line of JSON on stderr."),
    click.option("--log-queries", is_flag=True, help="Include the queries in these lines."),
    click.option("--public-metrics", is_flag=True, help="Show /metrics to clients on other machines too."),
]
_PERSONAL = click.option("--with-personal", is_flag=True, help="Serve personal data too.")
# The title of each group, and its options; those of the terminal come last.
_GROUPS = {
    "Address": ("host", "public", "port", "prefix", "allowed_hosts", "forwarded_allow_ips"),
    "Load": ("workers", "queries", "timeout", "rate"),
    "Writing": ("store", "writable", "token_file", "validate_writes"),
    "Log and figures": ("log", "log_queries", "public_metrics"),
    "What is served": ("project", "layer", "data", "unnamed", "base", "contexts", "with_personal", "endpoint",
                       "engine", "no_cache", "trust"),
}  # fmt: skip
_SECONDS = 10.0
# What options that other commands have too are here.
_HELP = {
    "timeout": f"Time limit of a query, which a client may lower; 0 for an hour.  [default: {_SECONDS:g}]",
    "endpoint": "Stand before this SPARQL server, given by URL or by its name in ogdkg.toml.",
    "base": "Base IRI of the files.",
}


def serving_options(command: F) -> F:
    """Add the options that `settings_of` takes."""
    for option in reversed((*_ADDRESS, *_LOAD, *_WRITING, *_TELLING, _PERSONAL)):
        command = option(command)
    return command


class ServeCommand(click.Command):
    """A command whose help tells its options in groups."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, one group after the other, and then the rest."""
        waiting = {param.name: param for param in self.get_params(ctx) if isinstance(param, click.Option)}
        for title, names in _GROUPS.items():
            _write(ctx, formatter, title, [waiting.pop(name) for name in names if name in waiting])
        _write(ctx, formatter, "Other options", list(waiting.values()))


def _write(
    ctx: click.Context, formatter: click.HelpFormatter, title: str, options: Sequence[click.Option]
) -> None:
    told = [(option.name, option.get_help_record(ctx)) for option in options]
    if lines := [(line[0], _HELP.get(name or "", line[1])) for name, line in told if line]:
        with formatter.section(title):
            formatter.write_dl(lines)


def set_time_limit(options: dict[str, Any]) -> None:
    """Let the time limit be that of servers, unless the user has given one."""
    if click.get_current_context().get_parameter_source("timeout") is ParameterSource.DEFAULT:
        options["timeout"] = _SECONDS


def settings_of(options: dict[str, Any]) -> Settings:
    """Take the options of the server out of those of a command; what depends on the graph is still to be set.

    Raises:
        UsageError: One of them is wrong.
    """
    from ogdkg.web.http.proxies import Proxies, checked_prefix
    from ogdkg.web.http.rates import parse_rate
    from ogdkg.web.http.settings import Settings

    host, public = options.pop("host"), options.pop("public")
    if not public and not _is_loopback(host):
        raise UsageError(f"Others could reach {host}.", hint="Add --public if that is what you want.")
    given = options.pop("forwarded_allow_ips").split(",")
    proxies = tuple(filter(None, (each.strip() for each in given)))
    Proxies(proxies)  # says what is wrong with them
    hosts = (each.strip().lower() for each in options.pop("allowed_hosts").split(","))
    workers, writable = options.pop("workers"), options.pop("writable")
    token, rate = options.pop("token_file"), options.pop("rate")
    return Settings(
        host=host,
        port=options.pop("port"),
        workers=workers,
        processes=max(options.pop("queries"), workers),
        prefix=checked_prefix(options.pop("prefix")),
        personal=options.pop("with_personal"),
        writable=writable,
        token=_token(token) if writable else "",
        validate_writes=options.pop("validate_writes"),
        store=options.pop("store"),
        proxies=proxies,
        allowed_hosts=tuple(filter(None, hosts)),
        log=options.pop("log"),
        log_queries=options.pop("log_queries"),
        rate=parse_rate(rate) if rate else None,
        public_metrics=options.pop("public_metrics"),
    )


def _token(file: Path | None) -> str:
    """The token of those who may write."""
    token = read_text(file, str(file)) if file else os.environ.get("OGDKG_SERVE_TOKEN", "")
    if not (token := token.strip()):
        hint = "Write one into a file and give it by --token-file, or set OGDKG_SERVE_TOKEN."
        raise UsageError("--writable needs a token.", hint=hint)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("A token is one word of ASCII characters.")
    return token


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
