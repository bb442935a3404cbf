"""A request as ASGI has it (https://asgi.readthedocs.io), read with limits."""

from __future__ import annotations

import asyncio
import contextlib
import re
from binascii import a2b_qp
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.proxies import Front, Proxies

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_QUERY = 1 << 16  # bytes of a query, and of an address
_MOST_FIELDS = 2_000
_BODY_SECONDS = 20.0  # for a client to send the body of a query
_LONG_BODY_SECONDS = 300.0  # for one who may write
_MOST_DISCARDED, _DISCARD_SECONDS = 64 << 20, 2.0  # bytes and time of a body that nobody wants
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_LONE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CLOSE = {"connection": "close"}
FORM = "application/x-www-form-urlencoded"
READING = "GET, HEAD, OPTIONS"  # the methods of what can only be read
ASKING = "GET, HEAD, POST, OPTIONS"  # and of what may also be asked by POST


class HungUpError(Exception):
    """The client has gone."""


class Request:
    """One request.

    Attributes:
        method: GET, POST, …
        path: The path without the prefix of a proxy, decoded.
        headers: The headers by lower-case name; of a repeated one all values, with commas.
        front: What the client sees of the server.
        is_believed: Whether it comes from a proxy whose word on the client is taken.
        query: The SPARQL query that it asks, once it is read.
    """

    def __init__(
        self, scope: Scope, receive: Receive, proxies: Proxies | None = None, prefix: str = ""
    ) -> None:
        self._scope, self._receive = scope, receive
        self.method: str = scope["method"]
        self.headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = str(name, "latin-1").lower(), str(value, "latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text
        peer: str = (scope.get("client") or ("",))[0]
        self.front = proxies.front(peer, self.headers) if proxies else Front(peer)
        self.is_believed = proxies is not None and proxies.believes(peer)
        self.query: str | None = None
        self._is_read = not (
            "transfer-encoding" in self.headers or self.headers.get("content-length", "0") != "0"
        )
        self._prefixes = tuple(filter(None, (self.front.prefix, prefix)))
        self.path: str = self._inside(scope["path"])

    @property
    def raw_path(self) -> str:
        """The path as it was sent, percent-encoded."""
        raw: bytes = self._scope.get("raw_path") or quote(self._scope["path"]).encode()
        return self._inside(raw.partition(b"?")[0].decode("latin-1"))

    def scope_with(self, **more: Any) -> Scope:
        """Return the request as ASGI has it, for another application, with further members."""
        return {**self._scope, **more}

    def _inside(self, path: str) -> str:
        """A path without a prefix that a proxy has left before it."""
        for prefix in self._prefixes:
            if path == prefix or path.startswith(f"{prefix}/"):
                return path[len(prefix) :] or "/"
        return path

    def check(self) -> None:
        """Raise HttpError for what HTTP forbids and the server lets through (RFC 9112, 3.2 and 6).

        It takes off the last transfer coding alone, and so the body would still be in those before it.
        """
        hosts = [value for name, value in self._scope["headers"] if name.lower() == b"host"]
        # Granian makes an empty one where there is none.
        if (len(hosts) != 1 or not hosts[0]) and self._scope.get("http_version") == "1.1":
            raise HttpError(400, "A request needs one Host header.", headers=_CLOSE)
        if self._scope["path"] == "*" and self.method != "OPTIONS":  # RFC 9112, 3.2.4
            raise HttpError(400, "Only OPTIONS asks for *.", headers=_CLOSE)
        # Granian drops the length, and closes the connection after it.
        if "content-length" in self.headers and "transfer-encoding" in self.headers:
            detail = "A request has either Content-Length or Transfer-Encoding."
            raise HttpError(400, detail, headers=_CLOSE)
        if self.headers.get("transfer-encoding", "chunked").lower() != "chunked":
            detail = "The only transfer coding here is chunked."
            raise HttpError(501, detail, headers=_CLOSE)

    def base(self, prefix: str) -> str:
        """Return the address of the server as the client has it, without a slash at the end.

        A client of HTTP/1.0 need not name the host: it has that of the connection (RFC 9112, 3.3).

        Args:
            prefix: The path before ours, unless a proxy tells another.

        Raises:
            HttpError: The Host header does not name a host.
        """
        host = self.front.host or self.headers.get("host") or self._connected
        if not _HOST.fullmatch(host):
            raise HttpError(400, "The Host header does not name a host.")
        scheme = self.front.scheme or self._scope.get("scheme", "http")
        return f"{scheme}://{host}{prefix if self.front.prefix is None else self.front.prefix}"

    def raw_from(self, start: str) -> str:
        """Return the path as it was sent, percent-encoded, from where it has `start`."""
        raw: bytes = self._scope.get("raw_path") or quote(self.path).encode()
        path = raw.decode("latin-1").partition("?")[0]
        return path[max(path.find(start), 0) :]

    @property
    def media_type(self) -> str:
        """The media type of the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def parameters(self) -> list[tuple[str, str]]:
        """Return the fields of the address.

        Raises:
            HttpError: 414, it is too long.
        """
        raw: bytes = self._scope.get("query_string", b"")
        if len(raw) > 3 * MOST_QUERY:
            raise HttpError(414, "The address is too long; send the query by POST.")
        return fields(raw)

    @property
    def _connected(self) -> str:
        """The address that the client has connected to, as a host with its port."""
        address, port = self._scope.get("server") or ("localhost", None)
        return (f"[{address}]" if ":" in address else address) + (f":{port}" if port else "")

    async def body(self, most: int = MOST_QUERY) -> bytes:
        """Read the body.

        Raises:
            HttpError: It is longer than `most`, is compressed, breaks off, or comes too slowly.
        """
        if self.headers.get("content-encoding", "identity").lower() != "identity":
            detail = "A body is sent as it is, not compressed."
            raise HttpError(415, detail, headers={"accept-encoding": "identity", "connection": "close"})
        declared = self.headers.get("content-length", "0")
        if not declared.isascii() or not declared.isdigit():
            raise HttpError(400, "Content-Length is not a number.")
        if int(declared) > most:
            raise self._too_large(most)
        parts, size = [], 0
        try:
            async with asyncio.timeout(_BODY_SECONDS if most <= MOST_QUERY else _LONG_BODY_SECONDS):
                while True:
                    part = await self._next_part()
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        raise self._too_large(most)
                    if self._is_read:
                        return b"".join(parts)
        except HungUpError:  # or its chunks are none, which only the server in front of us can tell
            detail = "The body broke off, or its chunks are malformed."
            raise HttpError(400, detail, headers=_CLOSE) from None
        except TimeoutError:
            detail = "The body came too slowly."
            raise HttpError(408, detail, headers=_CLOSE) from None

    async def _next_part(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._is_read = True
            raise HungUpError
        self._is_read = not message.get("more_body")
        part: bytes = message.get("body", b"")
        return part

    def check_method(self, allowed: str, otherwise: str) -> None:
        """Raise HttpError, in the words of `otherwise`, for a method not allowed (RFC 9110, 15.5.6)."""
        if self.method not in allowed.split(", "):
            raise HttpError(405, otherwise, headers={"allow": allowed})

    def check_is_reading(self) -> None:
        """Raise HttpError for a method that changes something, where nothing can be changed."""
        self.check_method(READING, "This can only be read.")

    async def discard(self) -> None:
        """Read what is left of the body before the request is refused, within limits.

        A client that sends all before it reads would else be cut off, and never see why. One that asks first
        (`Expect`; RFC 9110, 10.1.1) is told at once.
        """
        if "expect" in self.headers:
            return
        size = 0
        with contextlib.suppress(TimeoutError, HungUpError):
            async with asyncio.timeout(_DISCARD_SECONDS):
                while not self._is_read and size < _MOST_DISCARDED:
                    size += len(await self._next_part())

    async def gone(self) -> None:
        """Wait until the client hangs up."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    @staticmethod
    def _too_large(most: int) -> HttpError:
        return HttpError(413, f"The body is larger than {most:,} bytes.", headers=_CLOSE)


def fields(raw: bytes) -> list[tuple[str, str]]:
    """Return the fields of a form (https://url.spec.whatwg.org/#urlencoded-parsing).

    What should be percent-encoded and is not is taken as it is.

    Raises:
        HttpError: They are not UTF-8, or too many.
    """
    pairs = raw.split(b"&") if raw else []
    if len(pairs) > _MOST_FIELDS:
        raise HttpError(400, f"There are more than {_MOST_FIELDS:,} parameters.")
    try:
        parts = (pair.partition(b"=") for pair in pairs if pair)
        return [(_decoded(name), _decoded(value)) for name, _, value in parts]
    except UnicodeDecodeError:
        raise HttpError(400, "The parameters are not UTF-8.") from None


def _decoded(part: bytes) -> str:
    """Replace percent-encoding.

    Quoted-printable is the same with another sign, and Python decodes it in one step, which takes a fifth of
    the time. It knows breaks of lines besides, and reads what follows a lone sign in its own way.
    """
    if part.isalnum():  # which bytes are of ASCII alone
        return part.decode("ascii")
    part = part.replace(b"+", b" ")
    if b"\n" in part or b"\r" in part or _LONE.search(part):
        return unquote_to_bytes(part).decode("utf-8")
    return a2b_qp(part.replace(b"=", b"=3D").replace(b"%", b"=")).decode("utf-8")


def by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return the values of each parameter."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def only(values: Mapping[str, list[str]], name: str) -> str | None:
    """Return the value of a parameter that may occur once.

    Raises:
        HttpError: It occurs more often.
    """
    found = values.get(name, [])
    if len(found) > 1:
        raise HttpError(400, f"The parameter {name!r} may occur once.")
    return found[0] if found else None
