"""`ogdkg serve`: serves a graph over HTTP."""

from __future__ import annotations

import ipaddress
from functools import partial
from typing import Any

import click

from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.errors import UsageError
from ogdkg.sandbox.limits import SECONDS


@click.command("serve")
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
@reading_options
@click.pass_obj
def command(
    session: Session,
    /,
    host: str,
    public: bool,
    port: int,
    workers: int,
    queries: int,
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

    It listens on this machine alone, unless --public allows another address. A query ends after --timeout
    seconds (10 unless you say otherwise); a client may ask for less. When a file changes, the graph is read
    again; a broken file leaves what is served as it is.

    \b
    For example:
      ogdkg serve --port 8080
    """
    if not public and not _is_loopback(host):
        hint = "Add --public if that is what you want."
        raise UsageError(f"Others could reach {host}.", hint=hint)
    from ogdkg.web.proxies import Proxies, checked_prefix
    from ogdkg.web.rates import parse_rate
    from ogdkg.web.server import serve
    from ogdkg.web.settings import Settings

    proxies = tuple(filter(None, (each.strip() for each in forwarded_allow_ips.split(","))))
    Proxies(proxies)  # says what is wrong with them
    if options["timeout"] == SECONDS:
        options["timeout"] = 10.0
    graph = open_chosen(session, dict(options))  # says what is wrong with the options
    settings = Settings(
        host=host,
        port=port,
        workers=workers,
        processes=max(queries, workers),
        seconds=graph.options.timeout or 3600.0,
        prefix=checked_prefix(prefix),
        personal=with_personal,
        proxies=proxies,
        log=log and session.verbosity >= 0,
        log_queries=log_queries,
        rate=parse_rate(rate) if rate else None,
        public_metrics=public_metrics,
    )
    serve(partial(_opened, session, options), settings, lambda address: session.say(f"Serving {address}"))


def _opened(session: Session, options: dict[str, Any]) -> Any:
    return open_chosen(session, dict(options))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
