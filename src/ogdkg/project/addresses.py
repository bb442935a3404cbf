"""URLs of servers: validation, origins, and how messages show them without secrets. Sends nothing."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ogdkg.lean import NamedTuple

_PORTS = {"http": 80, "https": 443}
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\.?"
_LOCALHOST = "localhost"


class Origin(NamedTuple):
    """Scheme, host and port in normal form, so that equal origins compare equal (RFC 6454, section 4)."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_private(self) -> bool:
        """Whether nobody can read the traffic: it is encrypted, or does not leave the machine."""
        if self.scheme == "https" or self.host == _LOCALHOST:
            return True
        from ipaddress import ip_address  # takes 4 ms, and only unencrypted requests need it

        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def origin_of(address: str) -> Origin:
    """Return the origin of a URL; ValueError if it is not the URL of a server."""
    if not address.isprintable() or " " in address or "\\" in address:
        raise ValueError
    parts = urlsplit(address)
    if parts.scheme not in _PORTS or parts.port == 0:
        raise ValueError
    return Origin(parts.scheme, _host(parts.hostname or ""), parts.port or _PORTS[parts.scheme])


def _host(text: str) -> str:
    """Return a host in normal form: lower case, no final dot, as ASCII (RFC 5891), IPv6 at its shortest."""
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
    """Return a URL for messages: without query and user name, since either may hold a secret."""
    return re.sub(r"(^|//)[^/]*@", r"\1", re.split(r"[?#]", address, maxsplit=1)[0])


def address_fault(address: str) -> str | None:
    """Return what is wrong with a URL, without repeating secrets; None if it is valid."""
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
        return f"{shown_address(address)!r} is not the address of a server: write it as https://host/sparql."
    return None
