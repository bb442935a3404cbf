"""Parses the responses of an endpoint: rows and booleans in the W3C's JSON, triples as N-Triples or Turtle.

A response is parsed completely before the first row is returned, so that no partial result is used, and with
limits: a small response may be nested very deeply, or expand to a very large one.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, NamedTuple, TypeVar, cast

import pyoxigraph as ox

from ogdkg.rdf.terms import Literal, Row, Term, Triple
from ogdkg.remote.nesting import is_beyond_results, is_deep_turtle
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.store.codec import term_of, triple_of
from ogdkg.store.rdf12 import is_newer

RESULTS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/turtle")
FixLiteral = Callable[[Literal], Literal] | None
Solutions = ox.QuerySolutions
FixLine = Callable[[bytes], bytes] | None
_T = TypeVar("_T")
_BATCH = 1000  # rows between two checks of the time limit
_CELL = 64  # the least bytes of memory for a cell or a row
_LINE = 2**20
_SPOOLED = 2**24  # bytes of triples that are held in memory


class BrokenError(Exception):
    """What is wrong with a response, in a sentence; `protocol` turns it into a StoreError."""


class Limits(NamedTuple):
    """The time limit for parsing a response, and the limit of its size once parsed."""

    seconds: float | None = None
    bytes: int = 2**31


def read_results(
    body: IO[bytes], limits: Limits, fix_literal: FixLiteral = None, fix_line: FixLine = None
) -> tuple[Result, int]:
    """Return the rows or the boolean in a body, and the number of rows.

    Args:
        body: A result in the JSON format of SPARQL, which can be read twice.
        limits: How large it may be.
        fix_literal: Mends a literal that the server writes in a way of its own.
        fix_line: Mends a line of the body.

    Raises:
        BrokenError: The body is no such result, or is not whole.
    """
    answer, number = _checked(body, limits, fix_line)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer), number
    variables = tuple(variable.value for variable in answer.variables)
    return Rows(variables, _rows(body, fix_literal, fix_line)), number


def read_solutions(
    body: IO[bytes],
    limits: Limits,
    fix_line: FixLine = None,
    check: Callable[[int], None] = lambda number: None,
) -> Solutions:
    """Return the rows in a body as pyoxigraph's solutions, once `check` has not raised for their number.

    Raises:
        BrokenError: The body is a boolean, or no results in JSON.
    """
    answer, number = _checked(body, limits, fix_line)
    if isinstance(answer, ox.QueryBoolean):
        raise BrokenError("The server returned a boolean, but the query asks for rows.")
    del answer  # which an error would keep, perhaps for a thread that is not allowed to end it
    check(number)
    body.seek(0)
    again = ox.parse_query_results(_fixed(body, fix_line), ox.QueryResultsFormat.JSON)
    return cast(ox.QuerySolutions, again)  # as it was the first time


def read_triples(body: IO[bytes], media_type: str, limits: Limits) -> Triples:
    """Return the triples in a body."""
    form = ox.RdfFormat.from_media_type(media_type)
    _copied(body, form, _Sink(limits))
    return Triples(_triples(body, form))


def read_lines(body: IO[bytes], media_type: str, limits: Limits) -> Iterator[str]:
    """Return the triples in a body, which is parsed to its end first, as lines of N-Triples."""
    sink = _KeepingSink(limits)
    try:
        with body:
            _copied(body, ox.RdfFormat.from_media_type(media_type), sink)
    except BaseException:
        sink.data.close()
        raise
    return sink.lines()


def check_length(headers: Mapping[str, str]) -> None:
    """Raise BrokenError if a truncated response could not be detected."""
    if not any(header in headers for header in ("Content-Length", "Transfer-Encoding")):
        raise BrokenError("The server does not state the length of its response, which may be truncated.")


def _checked(
    body: IO[bytes], limits: Limits, fix_line: FixLine
) -> tuple[ox.QueryBoolean | ox.QuerySolutions, int]:
    """Parse a body to its end; return its parsed form and the number of rows."""
    if is_beyond_results(body):
        raise BrokenError("The answer does not parse: it is nested too deeply, or has too many columns.")
    source = _fixed(body, fix_line)
    try:
        answer = ox.parse_query_results(source, ox.QueryResultsFormat.JSON)
        if isinstance(answer, ox.QueryBoolean):
            return answer, 1
        number = _count(answer, limits)
        if source.read(1):
            raise BrokenError("The answer does not parse: something follows its end.")
    except (SyntaxError, ValueError, MemoryError) as error:
        raise BrokenError(_words(error)) from error
    return answer, number


def _count(answer: ox.QuerySolutions, limits: Limits) -> int:
    """Return the number of rows; BrokenError if they exceed the limits, or use RDF 1.2."""
    most = limits.bytes // (_CELL * (len(answer.variables) + 1))
    number = 0
    for number, row in enumerate(_timely(answer, limits), 1):
        for value in row:
            if type(value) is ox.Triple or (type(value) is ox.Literal and value.direction is not None):
                raise _of_another_version()
        if number > most:
            raise BrokenError(f"The answer holds more than {most:,} rows, too many for its limit.")
    return number


def _timely(items: Iterable[_T], limits: Limits) -> Iterator[_T]:
    """Pass items on until the time limit."""
    clock = _Clock(limits)
    for number, item in enumerate(items):
        if number % _BATCH == 0:
            clock.check()
        yield item


class _Clock:
    """The time limit for parsing a response."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = None if limits.seconds is None else time.monotonic() + limits.seconds

    def check(self) -> None:
        if self._end is not None and time.monotonic() > self._end:
            raise BrokenError(f"The answer could not be read within {self._seconds:g} seconds.")


class _Sink(io.RawIOBase):
    """Receives N-Triples as they are parsed, and limits their size: prefixes let small Turtle expand greatly.

    `is_newer`: there may be a term of RDF 1.2, or the same characters in a string.
    """

    def __init__(self, limits: Limits) -> None:
        self._most = self._left = limits.bytes
        self._clock = _Clock(limits)
        self.is_newer = False

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        data = bytes(piece)  # type: ignore[call-overload]  # the serializer hands on nothing else
        self._left -= len(data)
        if self._left < 0:
            raise BrokenError(f"The answer stands for more than {self._most // 2**20:,} MB of triples.")
        self._clock.check()
        self.is_newer |= b"<<(" in data or b"--" in data
        self.keep(data)
        return len(data)

    def keep(self, data: bytes) -> None:
        """Drop the data: to get the triples, the body is parsed again."""


class _KeepingSink(_Sink):
    """A sink that keeps the data, much of them in a temporary file."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.data = tempfile.SpooledTemporaryFile(_SPOOLED)  # noqa: SIM115  # closed with its last line

    def keep(self, data: bytes) -> None:
        self.data.write(data)

    def lines(self) -> Iterator[str]:
        self.data.seek(0)
        with self.data:
            for line in self.data:
                yield line[:-1].decode()


def _copied(body: IO[bytes], form: ox.RdfFormat | None, sink: _Sink) -> None:
    """Parse a body to its end, into a sink; BrokenError if it is invalid."""
    if is_deep_turtle(body):
        raise BrokenError("The answer does not parse: it is nested too deeply.")
    try:
        ox.serialize(ox.parse(body, form), cast(IO[bytes], sink), format=ox.RdfFormat.N_TRIPLES)
        if sink.is_newer:
            body.seek(0)
            if any(map(is_newer, ox.parse(body, form))):
                raise _of_another_version()
    except (SyntaxError, ValueError, MemoryError) as error:
        raise BrokenError(_words(error)) from error


class _FixedLines:
    """A body whose lines are fixed as they are read, however long they are."""

    def __init__(self, body: IO[bytes], fix_line: Callable[[bytes], bytes]) -> None:
        self._body = body
        self._fix_line = fix_line
        self._fixed = io.BytesIO()
        self._cut = b""

    def read(self, size: int = -1) -> bytes:
        taken = self._fixed.read(size)
        while not taken and (line := self._cut + self._body.readline(_LINE)):
            is_cut = len(line) >= _LINE and not line.endswith(b"\n")
            at = line.rfind(b"{") if is_cut else 0  # no brace is inside what is fixed
            end = at if at > 0 else len(line)
            self._cut = line[end:]
            self._fixed = io.BytesIO(self._fix_line(line[:end]))
            taken = self._fixed.read(size)
        return taken


def _fixed(body: IO[bytes], fix_line: FixLine) -> IO[bytes]:
    return body if fix_line is None else cast(IO[bytes], _FixedLines(body, fix_line))  # only `read` is used


def _rows(body: IO[bytes], fix_literal: FixLiteral, fix_line: FixLine) -> Iterator[Row]:
    body.seek(0)
    with body:
        source = _fixed(body, fix_line)
        answer = cast(ox.QuerySolutions, ox.parse_query_results(source, ox.QueryResultsFormat.JSON))
        for solution in answer:
            yield tuple(None if value is None else _term(value, fix_literal) for value in solution)


def _term(raw: object, fix_literal: FixLiteral) -> Term:
    term = term_of(raw)
    return fix_literal(term) if fix_literal and isinstance(term, Literal) else term


def _triples(body: IO[bytes], form: ox.RdfFormat | None) -> Iterator[Triple]:
    body.seek(0)
    with body:
        yield from map(triple_of, ox.parse(body, form))


def _of_another_version() -> BrokenError:
    return BrokenError("The answer holds a term of RDF 1.2, which is not supported.")


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError):  # as pyoxigraph calls the limit of its buffer
        return "The answer does not parse: a part of it is longer than 16 MB."
    words = str(error.args[0] if error.args else error).rstrip(".")
    return f"The answer does not parse: {words}."
