"""Answers of a server, read: rows and truths in the W3C's JSON, triples as N-Triples or Turtle.

They are read once to their end before the first row is handed on, so that no part passes for the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, cast

import pyoxigraph as ox

from ogdkg.store.base import Result, Rows, Triples
from ogdkg.store.codec import term_of, triple_of
from ogdkg.terms import Literal, Row, Term, Triple

RESULTS = ("application/sparql-results+json", "application/json")
TRIPLES = ("application/n-triples", "text/turtle")
Given = Callable[[Literal], Literal] | None
Solutions = ox.QuerySolutions
Repair = Callable[[bytes], bytes] | None


class BrokenError(Exception):
    """What a server sent is not in the format that it says; `store.remote` makes a StoreError of it."""


def read_results(body: IO[bytes], given: Given = None, repair: Repair = None) -> tuple[Result, int]:
    """The rows or the truth that a body holds, and how many rows; `repair` mends a line first."""
    source = _mended(body, repair)
    try:
        answer = ox.parse_query_results(source, ox.QueryResultsFormat.JSON)
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer), 1
        number = sum(1 for _ in answer)
        if source.read(1):
            raise BrokenError("something follows its end")
    except (SyntaxError, ValueError) as error:
        raise BrokenError(_words(error)) from error
    variables = tuple(variable.value for variable in answer.variables)
    return Rows(variables, _rows(body, given, repair)), number


def read_solutions(body: IO[bytes], repair: Repair = None) -> Solutions:
    """The rows that a body holds, as pyoxigraph has them; a body with a fault raises when it is met."""
    answer = ox.parse_query_results(_mended(body, repair), ox.QueryResultsFormat.JSON)
    assert isinstance(answer, ox.QuerySolutions)  # who asks so asks a SELECT
    return answer


def read_triples(body: IO[bytes], media_type: str) -> Triples:
    """The triples that a body holds."""
    form = ox.RdfFormat.from_media_type(media_type)
    try:
        for _ in ox.parse(body, form):
            pass
    except (SyntaxError, ValueError) as error:
        raise BrokenError(_words(error)) from error
    return Triples(_triples(body, form))


def read_lines(body: IO[bytes], media_type: str) -> list[str]:
    """The triples that a body holds, as lines of N-Triples."""
    form = ox.RdfFormat.from_media_type(media_type)
    try:
        text = ox.serialize(ox.parse(body, form), format=ox.RdfFormat.N_TRIPLES) or b""
    except (SyntaxError, ValueError) as error:
        raise BrokenError(_words(error)) from error
    finally:
        body.close()
    return text.decode().splitlines()


class _Mended:
    """A body whose lines are mended as they are read."""

    def __init__(self, body: IO[bytes], repair: Callable[[bytes], bytes]) -> None:
        self._body = body
        self._repair = repair
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            line = self._body.readline()
            if not line:
                break
            self._left += self._repair(line)
        taken = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(taken) :]
        return taken


def _mended(body: IO[bytes], repair: Repair) -> IO[bytes]:
    return body if repair is None else cast(IO[bytes], _Mended(body, repair))  # the parser only reads


def _rows(body: IO[bytes], given: Given, repair: Repair) -> Iterator[Row]:
    body.seek(0)
    with body:
        source = _mended(body, repair)
        answer = ox.parse_query_results(source, ox.QueryResultsFormat.JSON)
        assert isinstance(answer, ox.QuerySolutions)  # it was read before
        for solution in answer:
            yield tuple(None if value is None else _term(value, given) for value in solution)


def _term(raw: object, given: Given) -> Term:
    term = term_of(raw)
    return given(term) if given and isinstance(term, Literal) else term


def _triples(body: IO[bytes], form: ox.RdfFormat | None) -> Iterator[Triple]:
    body.seek(0)
    with body:
        yield from map(triple_of, ox.parse(body, form))


def _words(error: Exception) -> str:
    return str(error.args[0] if error.args else error).rstrip(".")
