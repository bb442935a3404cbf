"""`ogdkg serve`: serves a graph over HTTP."""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ogdkg.cli.data import DataOptions
from ogdkg.cli.options import Session, data_options, open_chosen, reading_options
from ogdkg.errors import UsageError
from ogdkg.files.text import read_text
from ogdkg.sandbox.limits import SECONDS

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.web.http.settings import Settings


@click.command("serve")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--public", is_flag=True, help="Allow an address that others can reach.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port; 0 for any free one.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes for HTTP."
)
@click.option(
    "--queries",
    type=click.IntRange(1, 256),
    default=4,
    show_default=True,
    help="Queries that may run at once.",
)
@click.option("--store", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Serve what this folder keeps, which is first filled from the project.")  # fmt: skip
@click.option("--writable", is_flag=True, help="Let those who have the token write.")
@click.option("--token-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="The file of the token; by default it is in OGDKG_SERVE_TOKEN.")  # fmt: skip
@click.option(
    "--validate-writes", is_flag=True, help="Refuse a write after which the graph breaks its shapes."
)
@click.option(
    "--prefix", default="", metavar="PATH", help="The path that a proxy has put before this server."
)
@click.option(
    "--forwarded-allow-ips",
    metavar="IP,…",
    default="",
    help="Proxies whose Forwarded and X-Forwarded-* headers are believed: addresses, networks, or *.",
)
@click.option(
    "--rate", metavar="N/s|m|h", help="The requests of one client in a second, minute or hour (default: any)."
)
@click.option("--log/--no-log", default=True, help="Tell each request in a line of JSON on standard error.")
@click.option("--log-queries", is_flag=True, help="Tell the queries in these lines too.")
@click.option("--public-metrics", is_flag=True, help="Show /metrics to clients on other machines too.")
@click.option("--with-personal", is_flag=True, help="Serve personal data too.")
@data_options
@reading_options
@click.pass_obj
def command(
    session: Session,
    /,
    files: tuple[Path, ...],
    host: str,
    public: bool,
    port: int,
    workers: int,
    queries: int,
    store: Path | None,
    writable: bool,
    token_file: Path | None,
    validate_writes: bool,
    prefix: str,
    forwarded_allow_ips: str,
    rate: str | None,
    log: bool,
    log_queries: bool,
    public_metrics: bool,
    with_personal: bool,
    **options: Any,
) -> None:
    """Serve the graph over HTTP: SPARQL at /sparql, named graphs at /store, and each IRI of the project.

    With FILES, in any RDF format, it serves them and not a project.

    It listens on this machine alone, unless --public allows another address. A query ends after --timeout
    seconds (10 unless you say otherwise); a client may ask for less. When a file changes, the graph is read
    again; a broken file leaves what is served as it is.

    \b
    For example:
      ogdkg serve --port 8080
      ogdkg serve data.ttl more.trig
    """
    if not public and not _is_loopback(host):
        hint = "Add --public if that is what you want."
        raise UsageError(f"Others could reach {host}.", hint=hint)
    from ogdkg.web.http.proxies import Proxies, checked_prefix
    from ogdkg.web.http.rates import parse_rate
    from ogdkg.web.http.settings import Settings
    from ogdkg.web.server import serve

    proxies = tuple(filter(None, (each.strip() for each in forwarded_allow_ips.split(","))))
    Proxies(proxies)  # says what is wrong with them
    if options["timeout"] == SECONDS:
        options["timeout"] = 10.0
    opened = _opening(session, DataOptions.taken(options, files), options)
    graph = opened()  # says what is wrong with the options
    settings = Settings(
        host=host,
        port=port,
        workers=workers,
        processes=max(queries, workers),
        seconds=graph.options.timeout or 3600.0,
        prefix=checked_prefix(prefix),
        personal=with_personal,
        writable=writable,
        token=_token(token_file) if writable else "",
        validate_writes=validate_writes,
        store=store,
        is_of_server=graph.options.endpoint is not None,
        proxies=proxies,
        log=log and session.verbosity >= 0,
        log_queries=log_queries,
        rate=parse_rate(rate) if rate else None,
        public_metrics=public_metrics,
    )
    _check_writing(settings, graph)
    if graph.options.endpoint and graph.project.personal and not with_personal:
        session.say(
            "Personal data that the server holds are served too: it cannot be asked to leave them out."
        )
    serve(opened, settings, lambda address: session.say(f"Serving {address}"))


def _token(file: Path | None) -> str:
    """The token of those who may write."""
    token = read_text(file, str(file)) if file else os.environ.get("OGDKG_SERVE_TOKEN", "")
    if not (token := token.strip()):
        hint = "Write one into a file and give it by --token-file, or set OGDKG_SERVE_TOKEN."
        raise UsageError("--writable needs a token.", hint=hint)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError("A token is one word of ASCII characters.")
    return token


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


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
