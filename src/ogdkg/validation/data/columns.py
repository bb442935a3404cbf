"""The data as numbers: each term has one, and each predicate two columns, of subjects and of objects.

A store takes four times as long to make as reading the file, and forgets how literals are written. Where no
query is asked, this does: it takes a third of the memory, and knows each literal as it stands in the file.
A store is made only once somebody asks a query, and of no more than the properties that it names.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import count, islice
from operator import lt
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from ogdkg.sandbox.limits import without_collection
from ogdkg.validation.core.memory import check_memory
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.column_store import ColumnStore
from ogdkg.validation.data.graph import MEMORY_CHECK_INTERVAL, DataGraph

if TYPE_CHECKING:
    from ogdkg.validation.data.term_texts import Texts

Said = Iterable[Quad | Triple]
Learn = Callable[[BlankNode], BlankNode]
_Add = Callable[[int], None]
SCANS = 20  # of a column, before it is sorted
MOST_INDEXED = 200_000  # triples: the predicates of the subjects of more take too much memory


class Part(Protocol):
    """A source whose terms are numbered by texts (`spelled`)."""

    @property
    def columns(self) -> dict[NamedNode, tuple[array[int], array[int]]]:
        """The numbers of subjects and objects, by predicate."""

    @property
    def texts(self) -> Texts:
        """The terms: of all parts of one graph the same."""


class Column:
    """The triples of one predicate; what is asked of it is sorted once."""

    def __init__(self, subjects: array[int] | None = None, objects: array[int] | None = None) -> None:
        self.subjects = array("I") if subjects is None else subjects
        self.objects = array("I") if objects is None else objects
        self._forward: tuple[array[int], array[int]] | None = None
        self._backward: tuple[array[int], array[int]] | None = None
        self._scans = 0

    def settle(self) -> None:
        """Leave out what is there twice, once all is there."""
        self._forward = self._backward = None
        self.__dict__.pop("is_functional", None)
        if self.is_functional or len(set(self.objects)) == len(self.objects):
            return
        pairs = dict.fromkeys(self.pairs())
        if len(pairs) < len(self.subjects):
            self.subjects, self.objects = _unzipped(pairs)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The subjects, each with its object."""
        return zip(self.subjects, self.objects, strict=True)

    @cached_property
    def is_functional(self) -> bool:
        """Whether the subjects come in order, each once."""
        return all(map(lt, self.subjects, islice(self.subjects, 1, None)))

    def objects_of(self, subject: int) -> Iterable[int]:
        """The objects of a subject."""
        if self._forward is None:
            is_sorted = self.is_functional
            pairs = sorted(self.pairs()) if not is_sorted else ()
            self._forward = (self.subjects, self.objects) if is_sorted else _unzipped(pairs)
        return _found(*self._forward, subject)

    def subjects_of(self, value: int) -> Iterable[int]:
        """The subjects of an object, one by one at first, as often only one is wanted."""
        if self._backward is None and self._scans < SCANS:
            self._scans += 1
            return self._scanned(value)
        if self._backward is None:
            self._backward = _unzipped(sorted(zip(self.objects, self.subjects, strict=True)))
        return _found(*self._backward, value)

    def _scanned(self, value: int) -> Iterator[int]:
        at = -1
        while True:
            try:
                at = self.objects.index(value, at + 1)
            except ValueError:
                return
            yield self.subjects[at]


class _Numbers(defaultdict[Term, int]):
    """The numbers of the terms of one source among texts."""

    def __init__(self, texts: Texts, learn: Learn) -> None:
        super().__init__()
        self._texts = texts
        self._learn = learn

    def __missing__(self, term: Term) -> int:
        here = self._learn(term) if type(term) is BlankNode else term
        self[term] = number = self._texts.number(here)
        return number


def _unzipped(pairs: Iterable[tuple[int, int]]) -> tuple[array[int], array[int]]:
    first, second = array("I"), array("I")
    for one, other in pairs:
        first.append(one)
        second.append(other)
    return first, second


def _found(keys: array[int], values: array[int], key: int) -> array[int]:
    start = bisect_left(keys, key)
    end = start
    while end < len(keys) and keys[end] == key:
        end += 1
    return values[start:end]


class ColumnGraph(DataGraph):
    """A data graph in columns.

    Attributes:
        terms: The terms, by their numbers.
        columns: The triples, by their predicates.
    """

    def __init__(self) -> None:
        super().__init__(store=None)
        self.terms: Sequence[Term] = []
        self.texts: Texts | None = None  # the terms, once a part has come in
        self.columns: dict[NamedNode, Column] = {}
        self._numbers = defaultdict[Term, int]()  # while a source is read, it numbers what is new
        self._asked = ColumnStore(self.terms, self.columns, self.known)
        self._to_blank: list[NamedNode] | None = None
        self._by_subject: Mapping[int, Sequence[NamedNode]] | None = None
        self._unchecked = 0  # triples that have come in since the memory was looked at
        self._renamed: dict[Term, int] = {}

    def _first_store(self, store: Store | None) -> Store | None:
        return store  # none, before it is asked for

    @property
    def store(self) -> Store:
        """The graph as a store, made when somebody asks for it."""
        return self._asked.whole

    def _store_for(self, text: str) -> Store:
        return self._asked.filled_for(text)

    def add(self, quads: Said) -> None:
        """Take in what the quads say, whichever graph they stand in."""
        self.fill([(quads, lambda node: node)])

    def fill(self, sources: Iterable[Part | tuple[Said, Learn]]) -> None:
        """Take in what sources say.

        Args:
            sources: The quads of each, and what its blank nodes are called here, asked once of each in order;
                or what is numbered already.
        """
        check_memory()
        self._size = self._text = self._to_blank = self._by_subject = None
        for node in self._renamed:  # which a label of these sources may be like
            del self._numbers[node]
        with without_collection():
            for source in sources:
                if not isinstance(source, tuple):
                    self._take_in(source)
                elif self.texts is None:
                    self._fill(iter(source[0]), source[1])
                else:
                    self._numbers = _Numbers(self.texts, source[1])
                    self._take(iter(source[0]))
                    self._numbers = defaultdict()
        self._numbers.update(self._renamed)
        for column in self.columns.values():
            column.settle()
        self._asked = ColumnStore(self.terms, self.columns, self.known)

    def _take_in(self, part: Part) -> None:
        """Take in what is numbered by texts, as everything is from then on."""
        if self.texts is None:
            here = list(map(part.texts.number, self.terms))
            for column in self.columns.values():
                column.subjects = array("I", map(here.__getitem__, column.subjects))
                column.objects = array("I", map(here.__getitem__, column.objects))
            self.terms = self.texts = part.texts
            self._numbers, self._renamed = defaultdict(), {}
        for predicate, (subjects, objects) in part.columns.items():
            column = self.columns.setdefault(predicate, Column())
            column.subjects += subjects
            column.objects += objects

    def _fill(self, left: Iterator[Quad | Triple], learn: Learn) -> None:
        assert isinstance(self.terms, list)
        began, known = len(self.terms), len(self._numbers)
        self._numbers.default_factory = count(began).__next__
        self._take(left)
        self._numbers.default_factory = None
        new = list(islice(reversed(self._numbers), len(self._numbers) - known))
        self.terms.extend(reversed(new))
        self._rename(self.terms, began, learn)

    def _take(self, left: Iterator[Quad | Triple]) -> None:
        adders: dict[NamedNode, tuple[_Add, _Add]] = {}
        while taken := self._took(islice(left, MEMORY_CHECK_INTERVAL), adders):
            self._unchecked += taken
            if self._unchecked >= MEMORY_CHECK_INTERVAL:
                self._unchecked = 0
                check_memory()

    def _took(self, quads: Said, adders: dict[NamedNode, tuple[_Add, _Add]]) -> int:
        """Take in some quads, and return how many; written for speed, as millions pass through."""
        numbers = self._numbers
        previous: Term | None = None
        subject = taken = 0
        for taken, quad in enumerate(quads, 1):  # noqa: B007  # whose four parts together take longer than three of them
            said_of, predicate = quad.subject, quad.predicate
            if said_of != previous:
                previous = said_of
                subject = numbers[said_of]
            found = adders.get(predicate)
            if found is None:
                column = self.columns.setdefault(predicate, Column())
                found = adders[predicate] = column.subjects.append, column.objects.append
            add_subject, add_object = found
            add_subject(subject)
            add_object(numbers[quad.object])
        return taken

    def _rename(self, terms: list[Term], began: int, learn: Learn) -> None:
        """Give the blank nodes that are new the names that no other source has."""
        numbers = self._numbers
        for number in range(began, len(terms)):
            node = terms[number]
            if type(node) is BlankNode and (learned := learn(node)) != node:
                del numbers[node]
                self._renamed[learned] = number
                terms[number] = learned

    def copy(self) -> ColumnGraph:
        """Another graph with the same triples, to add to."""
        other = ColumnGraph()
        if self.texts is None:
            other.terms = list(self.terms)
        else:
            other.terms = other.texts = self.texts.copy()
        other._numbers = self._numbers.copy()
        for predicate, column in self.columns.items():
            other.columns[predicate] = Column(column.subjects[:], column.objects[:])
        return other

    def known(self, term: Term) -> int | None:
        """The number of a term, if it has one."""
        return self._numbers.get(term) if self.texts is None else self.texts.known(term)

    def number(self, term: Term) -> int:
        """The number of a term, which may be new."""
        if self.texts is not None:
            return self.texts.number(term)
        assert isinstance(self.terms, list)
        found = self._numbers.setdefault(term, len(self.terms))
        if found == len(self.terms):
            self.terms.append(term)
        return found

    def writes_tag(self, literal: Literal) -> bool:
        """Whether a literal is known to have its language tag in these very letters, wherever it stands."""
        return self.texts is not None and self.texts.writes_tag(literal)

    def remove(self, triples: Iterable[Triple]) -> None:
        """Nothing is inferred into such a graph."""
        assert not list(triples)

    def __len__(self) -> int:
        if self._size is None:
            self._size = sum(len(column.subjects) for column in self.columns.values())
        return self._size

    def triples(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of a pattern."""
        near = None if subject is None else self.known(subject)
        far = None if obj is None else self.known(obj)
        if (near is None and subject is not None) or (far is None and obj is not None):
            return
        for each in self._predicates(near, predicate, obj):
            for one, other in _pairs(self.columns[each], near, far):
                yield Triple(self.terms[one], each, self.terms[other])  # type: ignore[arg-type]

    def _predicates(
        self, near: int | None, predicate: NamedNode | None, obj: Term | None
    ) -> Iterable[NamedNode]:
        """The predicates that triples of a pattern can have."""
        if predicate is not None:
            return (predicate,) if predicate in self.columns else ()
        if near is not None and len(self) <= MOST_INDEXED:
            return self._of_subjects.get(near, ())
        if not isinstance(obj, BlankNode):
            return self.columns
        if self._to_blank is None:
            nameless = self._nameless()
            self._to_blank = [
                each for each, column in self.columns.items() if not nameless.isdisjoint(column.objects)
            ]
        return self._to_blank

    @property
    def _of_subjects(self) -> Mapping[int, Sequence[NamedNode]]:
        """The predicates of each subject, for which no column need be sorted."""
        if self._by_subject is None:
            found = defaultdict[int, list[NamedNode]](list)
            for predicate, column in self.columns.items():
                for subject in set(column.subjects):
                    found[subject].append(predicate)
            self._by_subject = found
        return self._by_subject

    def _nameless(self) -> set[int]:
        if self.texts is not None:
            return self.texts.nameless()
        return {number for number, term in enumerate(self.terms) if type(term) is BlankNode}

    def has_node(self, node: Term) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return any(True for pattern in ((node,), (None, None, node)) for _ in self.triples(*pattern))

    def subjects(self) -> set[Term]:
        """Everything that something is said of."""
        found = set[int]().union(*(column.subjects for column in self.columns.values()))
        return {self.terms[each] for each in found}

    def objects_of(self, predicate: NamedNode) -> set[Term]:
        """The values of a predicate, each once."""
        column = self.columns.get(predicate)
        return {self.terms[each] for each in set(column.objects)} if column else set()

    def predicates(self) -> set[NamedNode]:
        """All predicates."""
        return set(self.columns)


def _pairs(column: Column, subject: int | None, value: int | None) -> Iterable[tuple[int, int]]:
    if subject is None:
        if value is None:
            return zip(column.subjects, column.objects, strict=True)
        return ((each, value) for each in column.subjects_of(value))
    found = column.objects_of(subject)
    return ((subject, each) for each in found if value is None or each == value)
