"""The store in which queries look at columns: it has of them what they may look at, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from threading import Lock
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Store

from ogdkg.rdf.terms import is_iri
from ogdkg.sparql.mentions import Joined, mentioned
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.graph import DataGraph, encode_literal

_Pairs = Iterable[tuple[int, int]]


class Pairs(Protocol):
    """The triples of one predicate."""

    @property
    def subjects(self) -> Sequence[int]:
        """The numbers of their subjects."""

    @property
    def objects(self) -> Sequence[int]:
        """The numbers of their objects."""

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The subjects, each with its object."""


class ColumnStore:
    """A store that is filled as far as it is asked.

    Args:
        terms: The terms, by their numbers.
        columns: The triples, by their predicates.
        known: Returns the number of a term, if it has one.
    """

    def __init__(
        self, terms: Sequence[Term], columns: Mapping[NamedNode, Pairs], known: Callable[[Term], int | None]
    ) -> None:
        self._terms, self._columns, self._known = terms, columns, known
        self._held = DataGraph()
        self._predicates = set[NamedNode]()  # of which all is held
        self._classes = frozenset[NamedNode]()  # whose instances are
        self._joined = frozenset[Joined]()
        self._filling = Lock()  # two threads may ask

    @property
    def whole(self) -> Store:
        """The store with all that the columns have."""
        return self._filled(self._columns)

    def filled_for(self, text: str) -> Store:
        """The store with all that a query looks at."""
        is_whole = len(self._predicates) == len(self._columns)
        found = None if is_whole else mentioned(text, {}, joins=True)
        if found is None:
            return self.whole
        named = [each for each in self._columns if each.value in found.iris]
        if not found.by_class or RDF.type not in named:
            return self._filled(named, joined=found.joined)
        classes = frozenset(map(NamedNode, filter(is_iri, found.iris)))
        return self._filled([each for each in named if each != RDF.type], classes, found.joined)

    def _filled(
        self,
        predicates: Iterable[NamedNode],
        classes: frozenset[NamedNode] = frozenset(),
        joined: frozenset[Joined] = frozenset(),
    ) -> Store:
        with self._filling:
            missing = list(self._missing(predicates, classes, joined))
            if missing:
                self._held.add_lines(self._lines(missing))
            self._joined |= joined
        return self._held.store

    def _missing(
        self, predicates: Iterable[NamedNode], classes: frozenset[NamedNode], joined: frozenset[Joined]
    ) -> Iterator[tuple[NamedNode, _Pairs]]:
        """What is not held of that, by predicate."""
        new = [each for each in predicates if each not in self._predicates]
        yield from ((each, self._columns[each].pairs()) for each in new)
        self._predicates.update(new)
        if RDF.type not in self._predicates and (classes := classes - self._classes):
            wanted = {self._known(each) for each in classes}
            column = self._columns[RDF.type]
            yield RDF.type, compress(column.pairs(), map(wanted.__contains__, column.objects))
            self._classes |= classes
        for each in joined - self._joined:
            yield from self._with(each)

    def _with(self, joined: Joined) -> Iterator[tuple[NamedNode, _Pairs]]:
        """What is joined with the triples of a predicate, but for predicates that are held anyway."""
        column = self._columns.get(NamedNode(joined.property))
        nodes = set(() if column is None else column.objects if joined.other else column.subjects)
        for predicate, others in self._columns.items() if nodes else ():
            if predicate not in self._predicates:
                ends = others.objects if joined.end else others.subjects
                if not nodes.isdisjoint(ends):
                    yield predicate, compress(others.pairs(), map(nodes.__contains__, ends))

    def _lines(self, columns: Iterable[tuple[NamedNode, _Pairs]]) -> Iterator[str]:
        """Triples in N-Triples, literals encoded as in any store."""
        written = _Written(self._terms)
        for predicate, pairs in columns:
            between = f" {predicate} "
            for one, other in pairs:
                yield f"{written[one]}{between}{written[other]} ."


class _Written(dict[int, str]):
    """The terms in N-Triples, by their numbers, each written once."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms

    def __missing__(self, number: int) -> str:
        term = self._terms[number]
        self[number] = text = str(encode_literal(term) if type(term) is Literal else term)
        return text
