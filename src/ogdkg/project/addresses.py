"""Addresses of servers: whether one may be used, how a message shows it, and its origin. Sends nothing."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?"
_LOCALHOST = "localhost"


class Origin(NamedTuple):
    """Scheme, host and port, in one spelling, so that equal ones are equal (RFC 6454, section 4)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_private(self) -> bool:
        """Whether nobody on the way can read what is sent: it is encrypted, or does not leave the machine."""
        if self.scheme == "https" or self.host == _LOCALHOST:
            return True
        from ipaddress import ip_address  # 4 ms that only an exchange without encryption should cost

        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def origin_of(address: str) -> Origin:
    """The origin of an address; ValueError where it is no address of a server."""
    if not address.isprintable() or " " in address or "\\" in address:
        raise ValueError
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or parts.port == 0:
        raise ValueError
    return Origin(parts.scheme, _host(parts.hostname or ""), parts.port or _PORTS[parts.scheme])


def _host(text: str) -> str:
    """A host in one spelling: small letters, no dot at its end, as ASCII (RFC 5891), IPv6 at its shortest."""
    if ":" in text:
        from ipaddress import IPv6Address

        address = IPv6Address(text)
        if address.scope_id:
            raise ValueError
        return address.compressed
    if not text.isascii():
        import idna  # as requests does before it connects

        text = idna.encode(text, uts46=True).decode()  # IDNAError is a ValueError
    if not re.fullmatch(_HOST, text):
        raise ValueError
    return text.removesuffix(".")


def shown_address(address: str) -> str:
    """An address as a message shows it: without a query or a name, either of which may hold a secret."""
    return re.sub(r"(^|//)[^/]*@", r"\1", re.split(r"[?#]", address, maxsplit=1)[0])


def address_fault(address: str) -> str | None:
    """What is wrong with an address; secrets are not repeated."""
    try:
        parts = urlsplit(address)
        has_name = parts.username is not None
    except ValueError:
        has_name = False
    if has_name:
        return "An address may hold no password: set OGDKG_USER and OGDKG_PASSWORD, or use a netrc file."
    try:
        origin_of(address)
    except ValueError:
        return f"{shown_address(address)!r} is no address of a server: write it as https://host/sparql."
    return None
