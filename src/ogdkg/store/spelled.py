"""Rows and triples as the engine spells them: passed on as bytes, and read where they are needed.

Rows are in TSV (https://www.w3.org/TR/sparql12-results-csv-tsv/), triples in N-Triples. To write them takes
an engine a fraction of what it takes to hand over each term; and a term that comes again is spelled alike, so
that it is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pyoxigraph as ox

from ogdkg.rdf.terms import Blank, Iri, Literal, Row, Term, Triple, in_language, typed
from ogdkg.store.codec import term_of

_MOST_KEPT = 65_536  # terms


def spell(answer: ox.QuerySolutions | ox.QueryTriples, put: Callable[[bytes], object]) -> None:
    """Pass on an answer, some thousand bytes at a time."""
    if isinstance(answer, ox.QueryTriples):
        answer.serialize(_Outlet(put), ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]  # it needs no more
    else:
        answer.serialize(_Outlet(put), ox.QueryResultsFormat.TSV)  # type: ignore[arg-type]


def read_rows(parts: Iterable[bytes], width: int) -> Iterator[Row]:
    """Return the rows of a result in TSV, of so many columns, as its bytes arrive."""
    if width:
        return _rows(parts, width)
    return islice((() for part in parts for _ in range(part.count(b"\n"))), 1, None)


def read_triples(parts: Iterable[bytes]) -> Iterator[Triple]:
    """Yield the triples of N-Triples as an engine writes them, one space between two terms."""
    term = _Terms().__getitem__
    for text in _lines(parts):
        lines = [line.split(" ", 2) for line in text.removesuffix(" .").split(" .\n")]
        yield from map(Triple, *(map(term, column) for column in zip(*lines, strict=True)))


def _rows(parts: Iterable[bytes], width: int) -> Iterator[Row]:
    terms, start = _Terms(), width  # as the first line has the names of the columns
    for text in _lines(parts):
        cells = text.replace("\n", "\t").split("\t")[start:]
        start = 0
        yield from zip(*[map(terms.__getitem__, cells)] * width, strict=True)


class _Outlet:
    """A file as far as the engine needs one."""

    def __init__(self, put: Callable[[bytes], object]) -> None:
        self._put = put

    def write(self, data: bytes) -> int:
        self._put(data)
        return len(data)

    def flush(self) -> None:
        """What is written has been passed on."""


class _Terms(dict[str, Any]):
    """Terms by their spelling, made when they are asked for; of an empty cell None."""

    def __missing__(self, text: str) -> Term | None:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[text] = _term(text) if text else None
        return found


def _lines(parts: Iterable[bytes]) -> Iterator[str]:
    """Yield whole lines as they arrive, some at a time, without the end of the last one."""
    begun: list[bytes] = []
    for part in parts:
        whole, end, rest = part.rpartition(b"\n")
        if end:
            yield b"".join((*begun, whole)).decode()
            begun.clear()
        begun.append(rest)


def _term(text: str) -> Term:
    """The term of a spelling."""
    if text[0] == '"':
        return _literal(text)
    if text[0] == "<":
        return Iri(text[1:-1]) if text[1] != "<" else _triple_term(text)
    if text[0] == "_":
        return Blank(text[2:])
    if text in ("true", "false"):  # so TSV has values of four datatypes
        return typed(text, "boolean")
    return typed(text, "double" if "e" in text or "E" in text else "decimal" if "." in text else "integer")


def _literal(text: str) -> Literal:
    value, _, rest = text[1:].rpartition('"')
    if "\\" in value:
        from ogdkg.rdf.statements import unescaped  # few literals have escapes

        value = unescaped(value)
    if not rest:
        return Literal(value)
    return in_language(value, rest[1:]) if rest[0] == "@" else Literal(value, rest[3:-1])


def _triple_term(text: str) -> Term:
    """A statement as a term (RDF 1.2), of which the parts may be spelled in any way that Turtle has."""
    quad = next(ox.parse(f"<urn:s> <urn:p> {text} .", ox.RdfFormat.TURTLE, lenient=True))
    return term_of(quad.object)
