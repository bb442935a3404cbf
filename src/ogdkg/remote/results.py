"""Answers of a server, read: rows and truths in the W3C's JSON, triples as N-Triples or Turtle.

They are read once to their end before the first row is handed on, so that no part passes for the whole, and
within limits: a small answer may nest without end, or stand for a very large one.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Iterator
from typing import IO, NamedTuple, TypeVar, cast

import pyoxigraph as ox

from ogdkg.errors import InputError
from ogdkg.rdf.terms import Literal, Row, Term, Triple
from ogdkg.remote.nesting import is_beyond_results, is_deep_turtle
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.store.codec import term_of, triple_of

RESULTS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/turtle")
Given = Callable[[Literal], Literal] | None
Solutions = ox.QuerySolutions
Repair = Callable[[bytes], bytes] | None
_T = TypeVar("_T")
_BATCH = 1000  # rows between two looks at the clock
_CELL = 64  # bytes that a cell or a row takes here at least
_LINE = 2**20


class BrokenError(Exception):
    """What is wrong with an answer, in a sentence; `store.remote` makes a StoreError of it."""


class Limits(NamedTuple):
    """How long the reading of an answer may take, and how many bytes it may hold once read."""

    seconds: float | None = None
    bytes: int = 2**31


def read_results(
    body: IO[bytes], limits: Limits, given: Given = None, repair: Repair = None
) -> tuple[Result, int]:
    """The rows or the truth that a body holds, and how many rows; `repair` mends a line first."""
    answer, number = _checked(body, limits, repair)
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer), number
    variables = tuple(variable.value for variable in answer.variables)
    return Rows(variables, _rows(body, given, repair)), number


def read_solutions(body: IO[bytes], limits: Limits, repair: Repair = None) -> Solutions:
    """The rows that a body holds, as pyoxigraph has them."""
    answer, _ = _checked(body, limits, repair)
    if isinstance(answer, ox.QueryBoolean):
        raise BrokenError("The server answers with a yes or no where rows were asked for.")
    body.seek(0)
    again = ox.parse_query_results(_mended(body, repair), ox.QueryResultsFormat.JSON)
    return cast(ox.QuerySolutions, again)  # as it was the first time


def read_triples(body: IO[bytes], media_type: str, limits: Limits) -> Triples:
    """The triples that a body holds."""
    form = ox.RdfFormat.from_media_type(media_type)
    _copied(body, form, _Sink(limits))
    return Triples(_triples(body, form))


def read_lines(body: IO[bytes], media_type: str, limits: Limits) -> list[str]:
    """The triples that a body holds, as lines of N-Triples."""
    with body:
        kept = _Keeping(limits)
        _copied(body, ox.RdfFormat.from_media_type(media_type), kept)
        return kept.text().splitlines()


def _checked(
    body: IO[bytes], limits: Limits, repair: Repair
) -> tuple[ox.QueryBoolean | ox.QuerySolutions, int]:
    """What a body holds, read to its end, and the number of its rows."""
    if is_beyond_results(body):
        raise BrokenError("The answer does not parse: it is nested too deeply, or has too many columns.")
    source = _mended(body, repair)
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
    """How many rows there are; BrokenError where they would take too much here, or are not of RDF 1.1."""
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
    """The items, as long as there is time."""
    clock = _Clock(limits)
    for number, item in enumerate(items):
        if number % _BATCH == 0:
            clock.check()
        yield item


class _Clock:
    """When the time for reading an answer ends."""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._end = None if limits.seconds is None else time.monotonic() + limits.seconds

    def check(self) -> None:
        if self._end is not None and time.monotonic() > self._end:
            raise BrokenError(f"The answer could not be read within {self._seconds:g} seconds.")


class _Sink(io.RawIOBase):
    """Takes N-Triples as they are read, and counts: by its prefixes a small Turtle may stand for a large one.

    `is_newer`: there may be something of RDF 1.2, or the same signs within a string.
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
        """Nothing: who wants the triples reads the answer again."""


class _Keeping(_Sink):
    """Keeps what it takes."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self._kept = io.BytesIO()

    def keep(self, data: bytes) -> None:
        self._kept.write(data)

    def text(self) -> str:
        return self._kept.getvalue().decode()


def _copied(body: IO[bytes], form: ox.RdfFormat | None, sink: _Sink) -> None:
    """Read a body to its end, into a sink; BrokenError for what is wrong with it."""
    if is_deep_turtle(body):
        raise BrokenError("The answer does not parse: it is nested too deeply.")
    try:
        ox.serialize(ox.parse(body, form), cast(IO[bytes], sink), format=ox.RdfFormat.N_TRIPLES)
        if sink.is_newer:
            body.seek(0)
            for raw in ox.parse(body, form):
                triple_of(raw)
    except InputError as error:  # it is no file of the person's
        raise _of_another_version() from error
    except (SyntaxError, ValueError, MemoryError) as error:
        raise BrokenError(_words(error)) from error


class _Mended:
    """A body whose lines are mended as they are read, however long they are."""

    def __init__(self, body: IO[bytes], repair: Callable[[bytes], bytes]) -> None:
        self._body = body
        self._repair = repair
        self._mended = io.BytesIO()
        self._cut = b""

    def read(self, size: int = -1) -> bytes:
        taken = self._mended.read(size)
        while not taken and (line := self._cut + self._body.readline(_LINE)):
            is_cut = len(line) >= _LINE and not line.endswith(b"\n")
            at = line.rfind(b"{") if is_cut else 0  # what is mended has no brace within
            end = at if at > 0 else len(line)
            self._cut = line[end:]
            self._mended = io.BytesIO(self._repair(line[:end]))
            taken = self._mended.read(size)
        return taken


def _mended(body: IO[bytes], repair: Repair) -> IO[bytes]:
    return body if repair is None else cast(IO[bytes], _Mended(body, repair))  # the parser only reads


def _rows(body: IO[bytes], given: Given, repair: Repair) -> Iterator[Row]:
    body.seek(0)
    with body:
        source = _mended(body, repair)
        answer = cast(ox.QuerySolutions, ox.parse_query_results(source, ox.QueryResultsFormat.JSON))
        for solution in answer:
            yield tuple(None if value is None else _term(value, given) for value in solution)


def _term(raw: object, given: Given) -> Term:
    term = term_of(raw)
    return given(term) if given and isinstance(term, Literal) else term


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
