"""Which Host and Origin are those of a server."""

from __future__ import annotations

import pytest

from ogdkg.cli.commands.serve import command
from ogdkg.cli.serving import settings_of
from ogdkg.web.http.hosts import check_hosts
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.proxies import Proxies
from ogdkg.web.http.request import Request
from ogdkg.web.http.settings import Settings

LOCAL = Settings()
PUBLIC = Settings(host="0.0.0.0", allowed_hosts=("trees.example",))  # nothing listens


def _status(settings: Settings, proxies: Proxies | None, **headers: str) -> int:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"method": "POST", "path": "/mcp", "headers": pairs, "client": ("10.0.0.1", 1)}
    try:
        check_hosts(Request(scope, None, proxies), settings)  # type: ignore[arg-type]  # nothing is received
    except HttpError as error:
        return error.status
    return 200


@pytest.mark.parametrize(
    ("settings", "host", "origin", "status"),
    [
        (LOCAL, "127.0.0.1:8000", None, 200),
        (LOCAL, "LocalHost:8000", None, 200),
        (LOCAL, "localhost.:80", None, 200),
        (LOCAL, "[::1]:8000", None, 200),
        (LOCAL, "192.0.2.7", None, 200),  # an address cannot be named anew
        (LOCAL, "evil.example", None, 421),
        (LOCAL, "localhost.evil.example", None, 421),
        (LOCAL, "127.0.0.1.evil.example:80", None, 421),
        (LOCAL, "trees.example", None, 421),
        (LOCAL, "", None, 421),
        (LOCAL, "127.0.0.1", "http://127.0.0.1:8000", 200),
        (LOCAL, "127.0.0.1", "http://localhost:6274", 200),
        (LOCAL, "127.0.0.1", "http://192.0.2.7", 403),
        (LOCAL, "127.0.0.1", "null", 403),
        (LOCAL, "127.0.0.1", "file://127.0.0.1", 403),
        (LOCAL, "127.0.0.1", "", 403),
        (LOCAL, "127.0.0.1", "http://127.0.0.1@evil.example", 403),
        (LOCAL, "127.0.0.1", "http://[", 403),
        (PUBLIC, "trees.example", "https://trees.example", 200),
        (PUBLIC, "TREES.example:443", None, 200),
        (PUBLIC, "192.0.2.7:8000", "https://trees.example", 200),
        (PUBLIC, "trees.example", "http://localhost:6274", 403),  # a page on another machine
        (PUBLIC, "www.trees.example", None, 421),
    ],
)
def test_hosts_and_origins(settings: Settings, host: str, origin: str | None, status: int) -> None:
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert _status(settings, None, **headers) == status


def test_a_proxy_says_what_the_client_asked_for() -> None:
    proxies = Proxies(("10.0.0.1",))
    assert _status(PUBLIC, proxies, host="127.0.0.1", x_forwarded_host="trees.example") == 200
    assert _status(PUBLIC, proxies, host="127.0.0.1", x_forwarded_host="evil.example") == 421


def test_names_are_given_on_the_command_line() -> None:
    context = command.make_context("serve", ["--allowed-hosts", "Trees.example, other.example"])
    assert settings_of(dict(context.params)).allowed_hosts == ("trees.example", "other.example")
