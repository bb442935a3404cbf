"""Whether a request was meant for this server, by its Host and Origin: against DNS rebinding.

A page that somebody reads can name its own host anew as the address of a server on the reader's machine or
in a closed network, and so ask that server as its own. Such a request has the name of the page's host. A
name that we know of does not do so, and a literal address cannot be named anew.
"""

from __future__ import annotations

import ipaddress
import re

from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import Request
from ogdkg.web.http.settings import Settings

_SITE = re.compile(r"https?://([^/?#@]+)")  # https://www.rfc-editor.org/rfc/rfc6454#section-7
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::[0-9]*)?")


def check_hosts(request: Request, settings: Settings) -> None:
    """Check that a request names this server, and comes from no page of another one.

    Raises:
        HttpError: 421 for another host (RFC 9110, section 15.5.20), 403 for another origin.
    """
    host = _name(request.front.host or request.headers.get("host", ""))
    if not _is_own(host, settings):
        hint = "Start the server with --allowed-hosts, and this name, if it is one of its own."
        raise HttpError(421, f"This server is not called {host[:100]!r}.", hint=hint)
    origin = request.headers.get("origin")
    if origin is None:
        return
    site = _SITE.fullmatch(origin)
    name = _name(site[1]) if site else ""
    if not name or (name != host and not _is_local(name, settings) and name not in settings.allowed_hosts):
        raise HttpError(403, "Pages of other sites may not ask this.")


def _name(host: str) -> str:
    """A host without its port, in lower case."""
    found = _HOST.fullmatch(host)
    return found[1].lower().strip("[]").rstrip(".") if found else ""


def _is_own(name: str, settings: Settings) -> bool:
    if name in settings.allowed_hosts or _is_loopback(name):
        return True
    return bool(name) and (name == settings.host.lower() or _is_address(name))


def _is_local(name: str, settings: Settings) -> bool:
    """Whether an origin is of this machine, as the server is: a tool in a browser."""
    return _is_loopback(name) and _is_loopback(settings.host)


def _is_loopback(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
