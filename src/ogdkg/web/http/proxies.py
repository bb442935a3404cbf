"""What a proxy in front of the server says of a request: only one that is allowed is believed.

`Forwarded` (RFC 7239) or else `X-Forwarded-For`, `-Proto` and `-Host`, and `X-Forwarded-Prefix`. Each proxy
adds its part at the end; what stands before that of the outermost allowed one, the client may have written.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ogdkg.errors import UsageError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_PAIR = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)=("(?:[^"\\]|\\.)*"|[^\s";,]*)\s*')
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]{1,100}){1,20}")
_MOST_HOPS = 32
_MOST_HEADER = 8_192


class Front(NamedTuple):
    """The outside of the server, as the client has it.

    Attributes:
        client: The client's address.
        scheme: http or https; None for that of the connection.
        host: The host, None for that of the request.
        prefix: The path before ours; None for that of the settings.
    """

    client: str
    scheme: str | None = None
    host: str | None = None
    prefix: str | None = None


class Proxies:
    """The proxies that are believed.

    Args:
        allowed: Their addresses and networks; `*` for any.

    Raises:
        UsageError: One is no address.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        self._any = "*" in allowed
        self._networks = [_network(each) for each in allowed if each != "*"]

    def front(self, peer: str, headers: Mapping[str, str]) -> Front:
        """Return the outside of the server for a request.

        Args:
            peer: The address of the other end of the connection.
            headers: The headers by lower-case name.
        """
        if not self.believes(peer):
            return Front(peer)
        if forwarded := headers.get("forwarded"):
            hops = _hops(forwarded[:_MOST_HEADER])
        else:
            named = {"for": "x-forwarded-for", "proto": "x-forwarded-proto", "host": "x-forwarded-host"}
            hops = _aligned({key: headers.get(name, "")[:_MOST_HEADER] for key, name in named.items()})
        hop = self._outermost(hops)
        prefix = headers.get("x-forwarded-prefix", "").split(",")[0].strip().rstrip("/")
        return Front(
            _address(hop.get("for", "")) or peer,
            scheme if (scheme := hop.get("proto", "").lower()) in ("http", "https") else None,
            hop.get("host") or None,
            prefix if _PREFIX.fullmatch(prefix) else None,
        )

    def _outermost(self, hops: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
        """What the outermost of the allowed proxies in a row said; they stand at the end."""
        found: Mapping[str, str] = {}
        for hop in reversed(hops[-_MOST_HOPS:]):
            found = hop
            if not self.believes(_address(hop.get("for", ""))):
                break
        return found

    def believes(self, address: str) -> bool:
        """Whether an address is that of an allowed proxy."""
        if self._any or not self._networks:
            return self._any
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
            found = found.ipv4_mapped
        return any(found in network for network in self._networks)


def checked_prefix(text: str) -> str:
    """Return a path as it stands before ours: with a slash before it and none after; "" for none.

    Raises:
        UsageError: It is no such path.
    """
    prefix = "/" + text.strip("/") if text.strip("/") else ""
    if prefix and not _PREFIX.fullmatch(prefix):
        raise UsageError(f"{text!r} is no path.", hint="Write --prefix /data, of letters, digits and ._~-.")
    return prefix


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        hint = "Give IP addresses or networks such as 10.0.0.0/8, with commas, or * for any."
        raise UsageError(f"{text!r} is not the address of a proxy.", hint=hint) from None


def _hops(forwarded: str) -> list[dict[str, str]]:
    """The elements of a Forwarded header, each as parameters by lower-case name."""
    found: list[dict[str, str]] = [{}]
    place = 0
    while pair := _PAIR.match(forwarded, place):
        value = pair[2]
        found[-1][pair[1].lower()] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value[:1] == '"' else value
        place = pair.end()
        if forwarded[place : place + 1] == ",":
            found.append({})
        elif forwarded[place : place + 1] != ";":
            break
        place += 1
    return found


def _aligned(lists: Mapping[str, str]) -> list[dict[str, str]]:
    """Parallel lists as hops; a shorter one belongs to the last hops, a single value to all."""
    parts = {key: [each.strip() for each in text.split(",")] for key, text in lists.items() if text.strip()}
    number = max(map(len, parts.values()), default=0)
    return [
        {key: values[max(len(values) - number + place, 0)] for key, values in parts.items()}
        for place in range(number)
    ]


def _address(text: str) -> str:
    """The address of a node (RFC 7239, section 6) without its port."""
    text = text.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text[:64]
