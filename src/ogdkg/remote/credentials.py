"""Sends a token or a password to the origins that the user named, and to no other server.

These are the origin of the address given, and those listed in OGDKG_ORIGINS or in the user's settings. An
origin that only a project names is not among them. Without encryption, a secret that could be read on the way
is sent only to an origin that is listed.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth
from requests.utils import parse_dict_header

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.text import check_not_writable
from ogdkg.project.addresses import Origin, origin_of
from ogdkg.project.trust import ORIGINS, listed_origins
from ogdkg.project.user_settings import FILE, config_folder

_CHALLENGE = re.compile(r"(?:^|,)\s*Digest\s+(.*)", re.IGNORECASE | re.DOTALL)
_KEY = 8  # letters of a key at least; `format=json` is none
_KNOWN = "Set OGDKG_USER and OGDKG_PASSWORD, or OGDKG_TOKEN, or write a netrc file."


class Credentials(AuthBase):
    """Adds credentials to each request whose origin may have them.

    A token is sent at once, a user and a password once the server asks for them. `named` is the origin that
    the user gave.
    """

    def __init__(self, named: Origin | None) -> None:
        self._named = named
        self._token = _read("OGDKG_TOKEN", r"[!-~]+", "visible ASCII characters alone")
        user = _read("OGDKG_USER", r"[^\x00-\x1f\x7f:]+", "neither a colon nor a control character")
        password = _read("OGDKG_PASSWORD", r"[^\x00-\x1f\x7f]+", "no control character")
        self._given = (user, password) if user else None
        self._ways: dict[Origin, AuthBase] = {}
        self._secrets = {self._token, password}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        origin = origin_of(request.url or "")
        way = self._ways.get(origin)
        if way:
            return way(request)
        if self._token and self.has_named(origin) and self._may_be_read(origin):
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    def has_named(self, origin: Origin) -> bool:
        """Return whether the user named an origin."""
        return origin == self._named or origin in self._listed

    def log_in(self, url: str, headers: Mapping[str, str]) -> bool:
        """Choose the authentication for a server that refused a request; False if nothing new is left."""
        origin = origin_of(url)
        if self._token or not self.has_named(origin):
            return False
        secret = self._given or self._of_netrc(origin)
        way = secret and self._way(origin, secret, headers.get("WWW-Authenticate", ""))
        if not way:
            return False
        self._ways[origin] = way
        return True

    def _way(self, origin: Origin, secret: tuple[str, str], challenge: str) -> AuthBase | None:
        used = self._ways.get(origin)
        if found := _CHALLENGE.search(challenge):
            digest = _Digest(*secret, parse_dict_header(found[1]))
            return digest if digest.is_complete and digest != used else None
        # Who wanted a digest is not given the password itself: somebody else may be answering.
        if used is None and self._may_be_read(origin):
            # What the header holds is a secret too: a server may echo it.
            self._secrets.add(base64.b64encode(":".join(secret).encode()).decode())
            return HTTPBasicAuth(*(part.encode() for part in secret))
        return None

    def _of_netrc(self, origin: Origin) -> tuple[str, str] | None:
        secret = _netrc(origin.host)
        self._secrets.add(secret[1] if secret else "")
        return secret

    def _may_be_read(self, origin: Origin) -> bool:
        """Return whether a secret may be sent as it is."""
        return origin.is_private or origin in self._listed

    def advice(self, url: str) -> str:
        """Return what to do if a server refuses a request."""
        origin = origin_of(url)
        listing = f"list {origin} in {ORIGINS} or under [trust] in {config_folder() / FILE}"
        if not self.has_named(origin):
            has_any = self._token or self._given or _netrc(origin.host)
            first = "The credentials were not sent to" if has_any else "Credentials would not be sent to"
            return f"{first} {origin}, which the project names and you did not: if you trust it, {listing}."
        if not self._may_be_read(origin) and origin not in self._ways and (self._token or self._given):
            return (
                f"No token or password was sent to {origin}, as anybody on the way could read it: "
                f"ask by https, or {listing}."
            )
        return _KNOWN

    def hidden(self, text: str) -> str:
        """Return a text from a server without the secrets that it may have been sent."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "…") if len(secret) > 2 else text  # a short one would tear words
        return text

    def hide(self, address: str) -> None:
        """Treat the query of a URL as a secret, since it may hold a key."""
        query = urlsplit(address).query
        values = (value for _, value in parse_qsl(query))
        self._secrets |= {query, *(value for value in values if len(value) >= _KEY)}

    @cached_property
    def _listed(self) -> frozenset[Origin]:
        return listed_origins()


class _Digest(HTTPDigestAuth):
    """The response to one digest challenge. The library's hook would read a refusal of any size."""

    def __init__(self, user: str, password: str, challenge: Mapping[str, str | None]) -> None:
        super().__init__(user, password)
        self._challenge = {key.lower(): value for key, value in challenge.items() if value is not None}
        self._sent = 0

    @property
    def is_complete(self) -> bool:
        """Return whether the challenge can be answered (RFC 7616, section 3.3)."""
        return {"realm", "nonce"} <= self._challenge.keys() and bool(self._header("GET", "http://host/"))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digest) and self._challenge["nonce"] == other._challenge["nonce"]

    __hash__ = None  # type: ignore[assignment]  # as its equality is that of one challenge

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        header = self._header(request.method or "", request.url or "")
        self._sent += 1
        request.headers["Authorization"] = header.encode()
        return request

    def _header(self, method: str, url: str) -> str:
        self.init_per_thread_state()  # each exchange has a thread of its own
        state = self._thread_local
        state.chal, state.last_nonce, state.nonce_count = (
            self._challenge,
            self._challenge["nonce"],
            self._sent,
        )
        return self.build_digest_header(method, url) or ""


class NoCredentials(Credentials):
    """Sends none to what is no SPARQL server: those that are set are for such."""

    def __init__(self) -> None:
        super().__init__(None)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request

    def log_in(self, url: str, headers: Mapping[str, str]) -> bool:
        """Log in nowhere."""
        return False

    def advice(self, url: str) -> str:
        """Return what to do if a server refuses a request."""
        return "A service that asks for a login cannot be used."


def _read(variable: str, pattern: str, words: str) -> str:
    """Read a secret from the environment; UsageError, without repeating it, if it cannot be sent."""
    text = os.environ.get(variable, "")
    if text and not (re.fullmatch(pattern, text) and text.encode(errors="replace").decode() == text):
        hint = "A file that it was read from may end with a line break."
        raise UsageError(f"{variable} cannot be sent: it may hold {words}.", hint=hint)
    return text


def _netrc(host: str) -> tuple[str, str] | None:
    """The user name and the password for a host in the user's netrc file."""
    path = _netrc_file()
    if path is None:
        return None
    import netrc  # only a server that refuses wants it

    try:
        check_not_writable(path, "this netrc file")
        found = netrc.netrc(str(path)).authenticators(host)
    except netrc.NetrcParseError as error:
        raise InputError("This netrc file does not parse.", place=Place(str(path), error.lineno)) from None
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not in UTF-8"
        raise InputError(f"This netrc file cannot be read: {words}.", place=Place(str(path))) from None
    return (found[0] or found[1], found[2] or "") if found else None


def _netrc_file() -> Path | None:
    given = os.environ.get("NETRC")
    names = [given] if given else ["~/.netrc", "~/_netrc"]
    with suppress(RuntimeError):  # a user without a home
        return next((path for name in names if (path := Path(name).expanduser()).exists()), None)
    return None
