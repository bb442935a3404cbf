"""Terms by their numbers in columns (`columns`), made of their texts some thousand at a time.

Of a long literal columns have no more than a digest: the engine's store is asked for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise, repeat
from typing import Any, TypeVar

import pyoxigraph as ox

from ogdkg.lean import NamedTuple
from ogdkg.rdf import statements
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, csv_text
from ogdkg.store.codec import term_of
from ogdkg.store.columns import Columns
from ogdkg.store.tally import NotHereError

TOGETHER = 4096  # terms that are made at a time
_MOST_LONG = 1 << 12  # texts that the engine is asked for one by one
T = TypeVar("T")
_LINE = b"<urn:x> <urn:x> %s .\n"


class _Some(NamedTuple):
    """Numbers of terms, and the least and the greatest of them."""

    numbers: Sequence[int]
    low: int
    high: int


_Make = Callable[[_Some], Iterable[T]]


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
        literals, iris, size = columns.literals, columns.iris, columns.size
        kinds = (literals.start, literals.stop, iris.start, iris.stop, size)
        self._kinds = [range(*ends) for ends in pairwise((0, *kinds))]
        self._terms: list[_Make[Term]] = [
            lambda some: map(self._known.__getitem__, some.numbers),
            lambda some: _literals(columns.texts(*some, begin='"')),
            lambda some: map(statements.term_of, columns.texts(*some)),
            lambda some: map(Iri, columns.texts(*some, begin="<", end=">")),
            lambda some: map(Blank, columns.texts(*some, begin="_:")),
        ]
        long, triples = self._terms[0], self._terms[2]
        self._texts: list[_Make[str]] = [
            lambda some: map(csv_text, long(some)),
            lambda some: [value for value, _ in _values(columns.texts(*some, begin='"'))],
            lambda some: map(csv_text, triples(some)),
            lambda some: columns.texts(*some, begin="<", end=">"),
            lambda some: columns.texts(*some),
        ]

    def raw(self, numbers: Collection[int]) -> dict[int, Any]:
        """Return the engine's terms."""
        digests = self._columns.digests
        short = [number for number in numbers if number >= digests]
        found = zip(short, _parsed(map(self._columns.text, short)), strict=True)
        return self._long(numbers) | dict(found)

    def expect(self, numbers: Collection[int]) -> None:
        """Be ready to show some terms.

        Raises:
            NotHereError: There are long texts among them that the engine finds better.
        """
        self._known |= {number: term_of(term) for number, term in self._long(numbers).items()}

    def shown(self, numbers: Sequence[int]) -> Iterator[Term]:
        """Return expected terms in the order of their numbers, made as they are read."""
        return chain.from_iterable(self._parts(numbers, self._terms))

    def texts(self, numbers: Sequence[int]) -> Iterator[str]:
        """Return expected terms as CSV has them, in the order of their numbers."""
        return chain.from_iterable(self._parts(numbers, self._texts))

    def _parts(self, numbers: Sequence[int], ways: Sequence[_Make[T]]) -> Iterator[Iterable[T]]:
        """What is made of numbers, some at a time; each once where many are alike."""
        different = set(numbers)
        if 2 * len(different) <= len(numbers):
            yield map(self._together(different, ways).__getitem__, numbers)
            return
        for at in range(0, len(numbers), TOGETHER):
            yield self._made(numbers[at : at + TOGETHER], ways)

    def _made(self, numbers: Sequence[int], ways: Sequence[_Make[T]]) -> Iterable[T]:
        """What is made of some numbers, in their order."""
        low, high = min(numbers), max(numbers)
        for kind, make in zip(self._kinds, ways, strict=True):
            if low in kind and high in kind:
                return make(_Some(numbers, low, high))
        return map(self._together(numbers, ways).__getitem__, numbers)

    def _together(self, numbers: Iterable[int], ways: Sequence[_Make[T]]) -> dict[int, T]:
        """What is made of numbers, by number: of each once, of those of a kind together."""
        ordered, found = sorted(set(numbers)), dict[int, T]()
        for kind, make in zip(self._kinds, ways, strict=True):
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


def _values(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The value of each literal, and what follows its quotes, of texts without their first quote."""
    for inside, _, tail in map(str.rpartition, texts, repeat('"')):
        yield statements.unescaped(inside) if "\\" in inside else inside, tail


def _literals(texts: Iterable[str]) -> list[Literal]:
    """The literals of such texts."""
    return [
        Literal(value, datatype, language, direction)
        for value, tail in _values(texts)
        for datatype, language, direction in [_kind(tail)]
    ]


@lru_cache(maxsize=1 << 10)
def _kind(tail: str) -> tuple[str, str, str]:
    """Datatype, language and direction of a literal, of what follows its quotes."""
    literal = statements.term_of(f'""{tail}')
    assert isinstance(literal, Literal)
    return literal.datatype, literal.language, literal.direction
