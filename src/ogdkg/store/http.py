"""Exchanges with a server over HTTP: who asks, how long we wait, how often we ask again, how much we take.

The only door to requests. An answer is whole before anything of it is used: it is kept in memory while it is
small, else in a temporary file. Whatever goes wrong is a StoreError that names the address.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as LateError
from email.utils import parsedate_to_datetime
from typing import IO, NamedTuple

import requests
from requests.auth import AuthBase, HTTPBasicAuth, HTTPDigestAuth

from ogdkg import __version__
from ogdkg.errors import Place, StoreError

PAUSES = (0.5, 1.0, 2.0)  # seconds before asking again
LONGEST_PAUSE = 60.0  # that a server may ask for
CONNECT = 10.0  # seconds to reach a server
STALLED = 300.0  # seconds without a byte, where there is no other limit
_BUSY = (429, 502, 503, 504)
_SPOOLED = 16 * 2**20
_PIECE = 2**16
_WORDS = 300  # of what a server says that are repeated


class Request(NamedTuple):
    """What is asked of which address; `accept` are the media types that the answer may have (none: any)."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    params: Mapping[str, str] = {}
    accept: tuple[str, ...] = ()
    allowed: tuple[int, ...] = ()  # statuses that are no failure


class Answer(NamedTuple):
    """A whole answer, unpacked; `body` stands at its beginning."""

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]


class Http:
    """Requests one after another, by one connection where the server keeps it."""

    def __init__(self, seconds: float | None, megabytes: int) -> None:
        self._seconds = seconds
        self._most = megabytes * 2**20
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"ogdkg/{__version__}"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._auth: AuthBase | None = _bearer()

    def send(self, request: Request) -> Answer:
        """The answer; a busy server is asked again, after growing pauses or when it says."""
        end = None if self._seconds is None else time.monotonic() + self._seconds
        for pause in (*PAUSES, None):
            answer = self._once(request, end)
            if answer.status == 401 and self._log_in(request, answer):
                answer = self._once(request, end)
            if answer.status not in _BUSY or pause is None:
                break
            wanted = _retry_after(answer)
            wait = pause if wanted is None else wanted
            if wait > LONGEST_PAUSE or (end is not None and time.monotonic() + wait > end):
                raise _failure(request, f"The server is busy ({answer.status}){_wants(wanted)}.", _LATER)
            time.sleep(wait)
        _check(request, answer)
        return answer

    def _once(self, request: Request, end: float | None) -> Answer:
        left = None if end is None else max(end - time.monotonic(), 0.001)
        given_up = threading.Event()
        try:
            return _within(left, lambda: self._exchange(request, left, given_up))
        except LateError:
            given_up.set()
            hint = "Ask for less, or allow more with --timeout or OGDKG_TIMEOUT."
            raise _failure(request, f"No whole answer within {self._seconds:g} seconds.", hint) from None
        except (requests.RequestException, OSError) as error:
            raise _translated(request, error) from error

    def _exchange(self, request: Request, left: float | None, given_up: threading.Event) -> Answer:
        headers = {**request.headers, **({"Accept": ", ".join(request.accept)} if request.accept else {})}
        silent = STALLED if left is None else left + 1  # later than the end, so that one sentence tells of it
        with self._session.request(
            request.method,
            request.url,
            params=request.params or None,
            data=request.body,
            headers=headers,
            auth=self._auth or _nobody,
            timeout=(CONNECT, silent),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._kept(request, response, given_up)
            return Answer(response.status_code, response.headers, body)

    def _kept(self, request: Request, response: requests.Response, given_up: threading.Event) -> IO[bytes]:
        """The whole body, unpacked; StoreError where it is larger than allowed."""
        body: IO[bytes] = io.BytesIO()
        size = 0
        for piece in _pieces(response):
            size += len(piece)
            if given_up.is_set():
                break
            if size > self._most:
                hint = "Ask for less, or allow more: `megabytes` under [[endpoint]] in ogdkg.toml."
                message = f"The answer is larger than {self._most // 2**20:,} MB."
                raise _failure(request, message, hint)
            if size > _SPOOLED and isinstance(body, io.BytesIO):
                body = to_disk(body)
            body.write(piece)
        body.seek(0)
        return body

    def _log_in(self, request: Request, answer: Answer) -> bool:
        """Take the way that the server wants, once; False without anything new to try."""
        secret = _secret(request.url)
        if secret is None or isinstance(self._auth, _Bearer):
            return False
        wanted = answer.headers.get("WWW-Authenticate", "").casefold()
        kind = HTTPDigestAuth if "digest" in wanted else HTTPBasicAuth
        if isinstance(self._auth, kind):
            return False
        self._auth = kind(*secret)
        return True


def to_disk(body: io.BytesIO) -> IO[bytes]:
    """The same bytes in a temporary file, to be written on."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # whoever reads the answer to its end closes it
    file.write(body.getbuffer())
    return file


def words(answer: Answer) -> str:
    """The beginning of what a server says, in one line."""
    answer.body.seek(0)
    text = answer.body.read(4 * _WORDS).decode("utf-8", "replace")
    answer.body.seek(0)
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line[:_WORDS] + ("…" if len(line) > _WORDS else "")


def media_type(answer: Answer) -> str:
    """The media type of an answer, without its parameters."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class _Bearer(AuthBase):
    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _bearer() -> _Bearer | None:
    token = os.environ.get("OGDKG_TOKEN")
    return _Bearer(token) if token else None


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No credentials before the server asks: requests would send those of a netrc file as basic ones."""
    return request


def _secret(url: str) -> tuple[str, str] | None:
    user = os.environ.get("OGDKG_USER")
    if user:
        return user, os.environ.get("OGDKG_PASSWORD", "")
    return requests.utils.get_netrc_auth(url)


def _within(seconds: float | None, work: Callable[[], Answer]) -> Answer:
    """The result of work, or LateError after so many seconds, whatever the work waits for."""
    if seconds is None:
        return work()
    result: Future[Answer] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)  # raised again where the result is asked for

    threading.Thread(target=run, daemon=True).start()
    return result.result(seconds)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    pieces: Iterator[bytes] = response.iter_content(_PIECE)
    return pieces


def _retry_after(answer: Answer) -> float | None:
    """The seconds that a server asks us to wait, given as such or as a date (RFC 9110, section 10.2.3)."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except ValueError:
        return None


_LATER = "Try again later."


def _wants(seconds: float | None) -> str:
    return "" if seconds is None else f" and asks to wait {seconds:,.0f} seconds"


def _check(request: Request, answer: Answer) -> None:
    """Raise StoreError for an answer that is none."""
    status = answer.status
    if status in request.allowed:
        return
    if 300 <= status < 400:
        where = answer.headers.get("Location", "nowhere")
        hint = "If you trust it, give that address."
        raise _failure(request, f"The server sends us to another address ({status}): {where}", hint)
    if status in (401, 403):
        hint = "Set OGDKG_USER and OGDKG_PASSWORD, or OGDKG_TOKEN, or write a netrc file."
        raise _failure(request, f"The server wants to know who asks, or does not let us ({status}).", hint)
    if status in _BUSY:
        message = f"The server is busy ({status}), and stayed so when it was asked {len(PAUSES)} times more."
        raise _failure(request, message, _LATER)
    if not 200 <= status <= 204:  # 206 is a part
        raise _failure(request, f"The server answers {status}: {words(answer) or 'nothing more'}", None)
    if request.accept and media_type(answer) not in request.accept:
        got = media_type(answer) or "of no stated type"
        message = f"The answer is {got}, not {request.accept[0]}: {words(answer) or 'and empty'}"
        raise _failure(request, message, "Is this the address of a SPARQL endpoint?")


def _failure(request: Request, message: str, hint: str | None) -> StoreError:
    return StoreError(message, place=Place(request.url.partition("?")[0]), hint=hint)


def _translated(request: Request, error: Exception) -> StoreError:
    """Our error for one of the library's; the most particular first."""
    for kind, message, hint in _FAULTS:
        if isinstance(error, kind):
            return _failure(request, message.format(_reason(error)), hint)
    return _failure(request, f"The exchange failed: {_reason(error)}.", None)


_FAULTS: tuple[tuple[type[Exception], str, str | None], ...] = (
    (
        requests.exceptions.SSLError,
        "The server's certificate is not trusted: {}.",
        "Name the file of its authority in REQUESTS_CA_BUNDLE.",
    ),
    (requests.exceptions.ProxyError, "The proxy does not let us through: {}.", "See HTTP_PROXY."),
    (
        requests.exceptions.Timeout,
        "The server did not answer in time.",
        "Allow more with --timeout or OGDKG_TIMEOUT.",
    ),
    (requests.exceptions.ChunkedEncodingError, "The answer broke off: {}.", "Ask again."),
    (requests.exceptions.ContentDecodingError, "The answer cannot be unpacked: {}.", "Ask again."),
    (
        requests.exceptions.ConnectionError,
        "There is no connection: {}.",
        "Is the address right, and the server running?",
    ),
)


def _reason(error: BaseException) -> str:
    """The innermost reason that a library gives, in a few words."""
    inner = getattr(error, "reason", None) or next((a for a in error.args if isinstance(a, Exception)), None)
    if isinstance(inner, BaseException):
        return _reason(inner)
    text = str(error.args[-1] if error.args else error).rpartition(": ")[2]
    return re.sub(r"^\[Errno -?\d+\] ", "", text).rstrip(".")[:_WORDS] or type(error).__name__
