"""Terms by their numbers in columns (`columns`), made of their texts some thousand at a time.

Of a long literal columns have no more than a digest: the engine's store is asked for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, repeat
from typing import Any

import pyoxigraph as ox

from ogdkg.lean import NamedTuple
from ogdkg.rdf import statements
from ogdkg.rdf.terms import Blank, Iri, Literal, Term
from ogdkg.store.codec import term_of
from ogdkg.store.columns import Columns
from ogdkg.store.tally import NotHereError

TOGETHER = 4096  # terms that are made at a time
_MOST_LONG = 1 << 12  # texts that the engine is asked for one by one
_LINE = b"<urn:x> <urn:x> %s .\n"


class _Some(NamedTuple):
    """Numbers of terms, and the least and the greatest of them."""

    numbers: Sequence[int]
    low: int
    high: int


def written(value: Any) -> bytes:
    """Return one of the engine's terms in N-Triples."""
    node = ox.NamedNode("urn:x")
    line = ox.serialize([ox.Triple(node, node, value)], format=ox.RdfFormat.N_TRIPLES) or b""
    return line.split(b" ", 2)[2][:-3]


def _parsed(texts: Iterable[bytes]) -> Iterator[Any]:
    """The engine's terms of texts in N-Triples."""
    lines = b"".join([_LINE % text for text in texts])
    return (quad.object for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES, lenient=True))


class Terms:
    """Terms by their numbers: of columns, and the long ones of the engine's store.

    Args:
        columns: The columns.
        engine: The store that they are made of.
    """

    def __init__(self, columns: Columns, engine: ox.Store) -> None:
        self._columns, self._engine = columns, engine
        self._known: dict[int, Term] = {}  # long ones
        literals, iris = columns.literals, columns.iris
        self._kinds: list[tuple[range, Callable[[_Some], Iterable[Term]]]] = [
            (range(literals.start), lambda some: map(self._known.__getitem__, some.numbers)),
            (literals, lambda some: _literals(columns.texts(*some, begin='"'))),
            (range(literals.stop, iris.start), lambda some: map(statements.term_of, columns.texts(*some))),
            (iris, lambda some: map(Iri, columns.texts(*some, begin="<", end=">"))),
            (range(iris.stop, columns.size), lambda some: map(Blank, columns.texts(*some, begin="_:"))),
        ]

    def raw(self, numbers: Collection[int]) -> dict[int, Any]:
        """Return the engine's terms."""
        digests = self._columns.digests
        short = [number for number in numbers if number >= digests]
        found = zip(short, _parsed(map(self._columns.text, short)), strict=True)
        return self._long(numbers) | dict(found)

    def shown(self, numbers: Sequence[int]) -> Iterable[Term]:
        """Return terms in the order of their numbers, made as they are read, or once where many are alike.

        Raises:
            NotHereError: There are long texts among them that the engine finds better.
        """
        self._known |= {number: term_of(term) for number, term in self._long(numbers).items()}
        different = set(numbers)
        if 2 * len(different) <= len(numbers):
            return map(self._together(different).__getitem__, numbers)
        blocks = (numbers[at : at + TOGETHER] for at in range(0, len(numbers), TOGETHER))
        return chain.from_iterable(map(self._made, blocks))

    def _made(self, numbers: Sequence[int]) -> Iterable[Term]:
        """The terms of some numbers, in their order."""
        low, high = min(numbers), max(numbers)
        for kind, make in self._kinds:
            if low in kind and high in kind:
                return make(_Some(numbers, low, high))
        return map(self._together(numbers).__getitem__, numbers)

    def _together(self, numbers: Iterable[int]) -> dict[int, Term]:
        """Terms by their numbers, each made once, those of a kind together."""
        ordered, found = sorted(set(numbers)), dict[int, Term]()
        for kind, make in self._kinds:
            if some := ordered[bisect_left(ordered, kind.start) : bisect_left(ordered, kind.stop)]:
                found |= zip(some, make(_Some(some, some[0], some[-1])), strict=True)
        return found

    def _long(self, numbers: Collection[int]) -> dict[int, Any]:
        """The engine's terms of which columns have digests: objects of statements with the least numbers."""
        digests = self._columns.digests
        found: dict[int, Any] = {}
        if min(numbers, default=digests) >= digests:
            return found
        wanted = {number for number in numbers if number < digests}
        if len(wanted) > _MOST_LONG:
            raise NotHereError("it shows many long texts")
        for part in self._columns.union.values():
            for value, subject in zip(part.objects, part.subjects, strict=True):
                if value >= digests:
                    break
                if value in wanted and value not in found:
                    found |= self._objects(subject, part.predicate)
        if not found.keys() >= wanted:
            raise NotHereError("it shows long texts of named graphs")
        return found

    def _objects(self, subject: int, predicate: int) -> dict[int, Any]:
        """The long ones of what a subject has as values of a property."""
        node, name = _parsed(map(self._columns.text, (subject, predicate)))
        quads = self._engine.quads_for_pattern(node, name, None, ox.DefaultGraph())
        values = {self._columns.number(written(quad.object)): quad.object for quad in quads}
        return {number: value for number, value in values.items() if number is not None}


def _literals(texts: Iterable[str]) -> list[Literal]:
    """The literals of texts in N-Triples without their first quote."""
    return [
        Literal(statements.unescaped(inside) if "\\" in inside else inside, datatype, language, direction)
        for inside, _, tail in map(str.rpartition, texts, repeat('"'))
        for datatype, language, direction in [_kind(tail)]
    ]


@lru_cache(maxsize=1 << 10)
def _kind(tail: str) -> tuple[str, str, str]:
    """Datatype, language and direction of a literal, of what follows its quotes."""
    literal = statements.term_of(f'""{tail}')
    assert isinstance(literal, Literal)
    return literal.datatype, literal.language, literal.direction
