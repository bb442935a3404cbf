"""HTTP requests with authentication, time limits, retries and size limits; `protocol` says what to send.

Only this module and `credentials` use requests. A response is read completely before any of it is used: into
memory while it is small, else into a temporary file. Every failure is a StoreError that names the URL and
repeats no secret.
"""

from __future__ import annotations

import io
import math
import os
import re
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import IO, NamedTuple, TypeVar

import requests

from ogdkg import __version__
from ogdkg.errors import OgdkgError, Place, StoreError
from ogdkg.project.addresses import shown_address
from ogdkg.remote.credentials import Credentials
from ogdkg.text.escape import one_line

T = TypeVar("T")
PAUSES = (0.5, 1.0, 2.0)  # seconds before asking again
LONGEST_PAUSE = 60.0  # that a server may ask for
CONNECT = 10.0  # seconds to reach an address of a server at most
WATCHED = 2.0  # seconds without an answer after which somebody who watches is called
STALLED = 300.0  # seconds without a byte, where there is no other limit
_BUSY = (429, 502, 503, 504)
_NOTHING_DONE = (429, 503)  # of those
_SPOOLED = 16 * 2**20
_PIECE = 2**16
_WORDS = 300  # letters of what a server says that are repeated
_LONGEST_NUMBER = 15  # digits


class HttpRequest(NamedTuple):
    """An HTTP request; `accept` are the media types that the response may have (none: any)."""

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    params: Mapping[str, str] = {}
    accept: tuple[str, ...] = ()
    allowed: tuple[int, ...] = ()  # statuses that are no failure
    of: str = "a SPARQL endpoint"  # what the address should be of


class HttpResponse(NamedTuple):
    """A complete response, decompressed; `body` is at its beginning."""

    status: int
    headers: Mapping[str, str]
    body: IO[bytes]


class Http:
    """Sends requests one after another, on one connection if the server keeps it open."""

    def __init__(self, seconds: float | None, megabytes: int, credentials: Credentials) -> None:
        self._seconds = seconds
        self._most = megabytes * 2**20
        self._credentials = credentials
        self.pauses: tuple[float, ...] = PAUSES  # none where another server can be asked at once
        self.watch: Callable[[], None] | None = None  # called now and then while nothing comes
        self._process = os.getpid()
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"ogdkg/{__version__}"
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # nor is a cookie kept

    def send(self, request: HttpRequest) -> HttpResponse:
        """Send a request; if the server is busy, retry after growing pauses, or when the server says.

        Raises:
            StoreError: The request failed, or the response is invalid or exceeds a limit.
        """
        end = None if self._seconds is None else time.monotonic() + self._seconds
        for pause in (*self.pauses, None):
            answer = self._once(request, end)
            if answer.status == 401 and self._credentials.log_in(request.url, answer.headers):
                answer = self._once(request, end)
            if answer.status not in _busy(request) or pause is None:
                break
            wanted = _retry_after(answer)
            rest = pause if wanted is None else wanted
            if rest > LONGEST_PAUSE or (end is not None and time.monotonic() + rest > end):
                message = f"The server is busy ({answer.status}){_wants(wanted)}."
                raise self.failure(request.url, message, _LATER)
            time.sleep(rest)
        try:
            self._check(request, answer)
        except StoreError:
            answer.body.close()
            raise
        return answer

    def write(self, request: HttpRequest) -> None:
        """Send a request that changes the server, and ignore the response's body."""
        self.send(request).body.close()

    def check_rows(self, answer: HttpResponse, header: str, address: str, number: int) -> None:
        """Raise StoreError for as many rows as the server returns at most, by a header of its own."""
        most = whole_number(answer.headers.get(header, "")) if header else None
        if most is not None and number >= most:
            message = f"The server returns {most:,} rows at most, and may have more."
            error = self.failure(address, message, "Request fewer rows with --limit.")
            error.is_cut = True
            raise error

    def failure(self, address: str, message: str, hint: str | None = None) -> StoreError:
        """Return an error that names the URL without query, secrets and control characters."""
        sentence = _in_one_line(self._credentials.hidden(message))
        return StoreError(sentence, place=Place(shown_address(address)), hint=hint)

    def in_one_line(self, text: str) -> str:
        """Return a text from the server in one line, without secrets."""
        return _short(_in_one_line(self._credentials.hidden(text)))

    def words(self, answer: HttpResponse) -> str:
        """Return the beginning of a response's body."""
        answer.body.seek(0)
        text = answer.body.read(_PIECE).decode("utf-8", "replace")
        answer.body.seek(0)
        return self.in_one_line(text)

    def _with_words(self, sentence: str, answer: HttpResponse) -> str:
        """A sentence, followed by what an answer says, if it says anything."""
        words = self.words(answer)
        return f"{sentence}: {words}" if words else f"{sentence}."

    def _once(self, request: HttpRequest, end: float | None) -> HttpResponse:
        left = None if end is None else max(end - time.monotonic(), 0.001)
        given_up = threading.Event()
        try:
            return _within(left, lambda: self._exchange(request, left, given_up), self.watch)
        except _LateError:
            given_up.set()
            hint = "Ask for less, or allow more with --timeout or OGDKG_TIMEOUT."
            message = f"No whole answer within {self._seconds:g} seconds."
            raise self.failure(request.url, message, hint) from None
        except (OgdkgError, MemoryError):
            given_up.set()
            raise
        except Exception as error:
            # Whatever a library makes of what a stranger sends is the stranger's fault. Its words hold
            # addresses and headers, which a traceback would tell.
            raise self._translated(request, error) from None

    def _exchange(
        self, request: HttpRequest, seconds_left: float | None, given_up: threading.Event
    ) -> HttpResponse:
        headers = {**request.headers, **({"Accept": ", ".join(request.accept)} if request.accept else {})}
        # Later than the end, so that one sentence tells of it.
        silent = STALLED if seconds_left is None else seconds_left + 1
        # A name may have several addresses, of which the first is tried first.
        reached = CONNECT if seconds_left is None else min(CONNECT, max(seconds_left / 3, 1.0))
        if os.getpid() != self._process:  # forked since: the open connection is the parent's
            self._session.close()
            self._process = os.getpid()
        with self._session.request(
            request.method,
            request.url,
            params=request.params or None,
            data=request.body,
            headers=headers,
            auth=self._credentials,  # else requests would look for some by itself
            timeout=(reached, silent),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._kept(request, response, given_up)
            return HttpResponse(response.status_code, response.headers, body)

    def _kept(
        self, request: HttpRequest, response: requests.Response, given_up: threading.Event
    ) -> IO[bytes]:
        """Read the whole body, decompressed, or the beginning of a refusal; StoreError if it is too large."""
        body: IO[bytes] = io.BytesIO()
        size = 0
        try:
            for piece in _pieces(response):
                size += len(piece)
                if given_up.is_set():
                    raise _LateError
                if response.status_code >= 300 and size > _PIECE:
                    break
                if size > self._most:
                    hint = "Ask for less, or allow more: `megabytes` under [[endpoint]] in ogdkg.toml."
                    message = f"The answer is larger than {self._most // 2**20:,} MB."
                    raise self.failure(request.url, message, hint)
                if size > _SPOOLED and isinstance(body, io.BytesIO):
                    body = to_disk(body)
                body.write(piece)
        except BaseException:
            body.close()
            raise
        body.seek(0)
        return body

    def _check(self, request: HttpRequest, answer: HttpResponse) -> None:
        """Raise StoreError for a response that is not a success, or of a wrong media type."""
        status = answer.status
        if status in request.allowed:
            return
        if 300 <= status < 400:
            where = shown_address(answer.headers.get("Location", "nowhere"))
            message = f"The server redirects ({status}) to: {self.in_one_line(where)}"
            raise self.failure(request.url, message, "If you trust that address, use it instead.")
        if status in (401, 403):
            message = f"The server requires a login, or refuses access ({status})."
            raise self.failure(request.url, message, self._credentials.advice(request.url))
        if status in _busy(request):
            again = f", and stayed so when it was asked {len(self.pauses)} times more" if self.pauses else ""
            raise self.failure(request.url, f"The server is busy ({status}){again}.", _LATER)
        if not 200 <= status <= 204:  # 206 is a part
            raise self.failure(request.url, self._with_words(f"The server answers {status}", answer))
        if request.accept and media_type(answer) not in request.accept:
            got = self.in_one_line(media_type(answer))
            what = f"of type {got}" if got else "of no stated type"
            message = self._with_words(f"The answer is {what}, not {request.accept[0]}", answer)
            raise self.failure(request.url, message, f"Is this the address of {request.of}?")

    def _translated(self, request: HttpRequest, error: Exception) -> StoreError:
        """Return the StoreError for an error of the library, the most specific one first."""
        for kind, message, hint in _FAULTS:
            if isinstance(error, kind):
                return self.failure(request.url, message.format(_reason(error)), hint)
        return self.failure(request.url, f"The exchange failed: {_reason(error)}.")


def _busy(request: HttpRequest) -> tuple[int, ...]:
    """The statuses after which a request is sent again: what POST writes may be written."""
    return _BUSY if request.method != "POST" or request.accept else _NOTHING_DONE


def to_disk(body: io.BytesIO) -> IO[bytes]:
    """Return a temporary file with the same bytes, to be continued."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # whoever reads the answer to its end closes it
    file.write(body.getbuffer())
    return file


def _in_one_line(text: str) -> str:
    """Return an untrusted text in one line, with single spaces."""
    return " ".join(one_line(text).split())


def _short(text: str) -> str:
    return text[:_WORDS] + ("…" if len(text) > _WORDS else "")


def whole_number(text: str) -> int | None:
    """Return the number in a header; None if it is not a number, or absurdly large."""
    text = text.strip()
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None


def media_type(answer: HttpResponse) -> str:
    """Return the media type of a response, without parameters."""
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class _LateError(Exception):
    """The time limit is exceeded."""


def started(work: Callable[[], T]) -> Future[T]:
    """Do work in a thread that nobody needs to wait for."""
    result: Future[T] = Future()
    threading.Thread(target=_run, args=(work, result), daemon=True).start()
    return result


def _within(
    seconds: float | None, work: Callable[[], HttpResponse], watch: Callable[[], None] | None
) -> HttpResponse:
    """Return the result of work, or raise _LateError after the time limit, whatever the work waits for."""
    if seconds is None and not watch:
        return work()
    end = time.monotonic() + (math.inf if seconds is None else seconds)
    result = started(work)
    # A TimeoutError may also be one that the work met.
    while not wait([result], min(max(end - time.monotonic(), 0.0), WATCHED if watch else math.inf)).done:
        if time.monotonic() >= end:
            raise _LateError
        if watch:
            watch()
    try:
        return result.result()
    finally:
        del result  # else an error in it would hold itself by its frames, and all that is read in them


def _run(work: Callable[[], T], result: Future[T]) -> None:
    try:
        result.set_result(work())
    except BaseException as error:
        result.set_exception(error)  # raised again where the result is asked for
    finally:
        del result  # as above


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body, unpacked. The library takes what is left of a gzip stream that breaks off for the whole, so
    such a stream is unpacked here (RFC 9110, section 8.4.1.3)."""
    is_packed = response.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip")
    if is_packed:
        response.raw.headers.pop("Content-Encoding")  # by which the library knows what to unpack
    pieces: Iterator[bytes] = response.iter_content(_PIECE)
    return _unpacked(pieces) if is_packed else pieces


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack a gzip stream, no piece of it too large; it may have members (RFC 1952, section 2.2)."""
    member, waiting = zlib.decompressobj(wbits=31), b""
    is_within = is_after_first = False
    try:
        for piece in pieces:
            waiting += piece
            while waiting:
                if is_after_first and not is_within and waiting[:1] != b"\x1f":
                    return  # no member: padding, which `gzip` ignores too
                is_within = True
                yield member.decompress(waiting, _PIECE)
                waiting = member.unconsumed_tail
                if member.eof:
                    waiting, member = member.unused_data, zlib.decompressobj(wbits=31)
                    is_within, is_after_first = False, True
        yield member.flush()
    except zlib.error as error:
        raise requests.exceptions.ContentDecodingError(error) from None
    if is_within and not member.eof:
        raise requests.exceptions.ContentDecodingError("it breaks off")


def _retry_after(answer: HttpResponse) -> float | None:
    """Return the seconds that a server asks to wait, from a number or a date (RFC 9110, section 10.2.3)."""
    text = answer.headers.get("Retry-After", "")
    if (seconds := whole_number(text)) is not None:
        return float(seconds)
    try:
        return max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError, LookupError, OverflowError):  # as the parser meets what is no date
        return None


_LATER = "Try again later."


def _wants(seconds: float | None) -> str:
    return "" if seconds is None else f" and asks to wait {seconds:,.0f} seconds"


_FAULTS: tuple[tuple[type[Exception], str, str | None], ...] = (
    (
        requests.exceptions.SSLError,
        "The server's certificate is not trusted: {}.",
        "Name the file of its authority in REQUESTS_CA_BUNDLE.",
    ),
    (requests.exceptions.ProxyError, "The proxy refused the connection: {}.", "See HTTP_PROXY."),
    (
        requests.exceptions.Timeout,
        "The server did not answer in time.",
        "Allow more with --timeout or OGDKG_TIMEOUT.",
    ),
    (requests.exceptions.ChunkedEncodingError, "The answer broke off.", "Ask again."),
    (requests.exceptions.ContentDecodingError, "The answer cannot be unpacked: {}.", "Ask again."),
    (
        requests.exceptions.ConnectionError,
        "There is no connection: {}.",
        "Is the address right, and the server running?",
    ),
)


def _reason(error: BaseException) -> str:
    """Return the innermost reason of a library's error, in a few words, without URLs."""
    inner = getattr(error, "reason", None) or next((a for a in error.args if isinstance(a, Exception)), None)
    if isinstance(inner, BaseException):
        return _reason(inner)
    text = str(error.args[-1] if error.args else error).rpartition(": ")[2]
    text = re.sub(r"^\[Errno -?\d+\] ", "", text).rstrip(".")
    return re.sub(r"\S*(?://|/\S*\?)\S*", "…", text)[:_WORDS] or type(error).__name__
