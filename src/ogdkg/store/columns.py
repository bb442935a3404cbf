"""The statements of a graph as columns of numbers, from which whole-graph questions are counted.

For each predicate a column of objects and one of subjects, in the order of objects and then of subjects; for
the named graphs a third one of their names. A term's number is its place among all terms, sorted by their
text in N-Triples. The columns are a file beside a store on disk, or bytes in memory. They belong to one state
of the store: whoever keeps them sees to that. Of a long literal they have a digest: it can be counted, and
not shown.

    terms as text, each with a line feed, which none has within
    where each of them begins (64 bits)
    the columns (32 bits): different objects, subjects and graphs, each with its statements, then those of
        each predicate
    a header in JSON, and its length (64 bits)
"""

from __future__ import annotations

import json
import mmap
import struct
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from itertools import accumulate, compress
from pathlib import Path
from typing import IO, Any, TypeAlias, cast

import pyoxigraph as ox

from ogdkg.lean import NamedTuple

_END = struct.Struct("=Q")
_LONGEST = 256  # bytes of a literal that is kept
_NEAR = 4  # times as many terms are read at once as are asked for, which is sooner than one by one
DIGEST = b"\0"  # how what stands for a longer one begins
_Parts: TypeAlias = "defaultdict[int, list[array[int]]]"  # columns of objects, subjects, graphs, by predicate
_UNION, _NAMED = "union", "named"


class Part(NamedTuple):
    """The statements of one predicate.

    Attributes:
        predicate: The number of the predicate.
        objects: Their objects, in order.
        subjects: Their subjects, those of an object in order.
        graphs: Their graphs, of those in named graphs.
        different_subjects: How many different subjects they have.
        different_objects: How many different objects they have.
    """

    predicate: int
    objects: Sequence[int]
    subjects: Sequence[int]
    graphs: Sequence[int]
    different_subjects: int
    different_objects: int

    def with_object(self, number: int | None) -> Part:
        """The statements with one object, of which the graphs are not merged."""
        low, high = (0, 0) if number is None else _range(self.objects, number)
        objects, subjects = self.objects[low:high], self.subjects[low:high]
        return Part(self.predicate, objects, subjects, self.graphs[low:high], high - low, 1)

    def in_graph(self, number: int | None) -> Part:
        """The statements in one graph."""
        chosen = [graph == number for graph in self.graphs]
        objects, subjects, graphs = (
            list(compress(column, chosen)) for column in (self.objects, self.subjects, self.graphs)
        )
        return Part(self.predicate, objects, subjects, graphs, len(set(subjects)), len(set(objects)))


class Totals(NamedTuple):
    """Terms in the order of their numbers, and in how many statements each of them stands."""

    terms: memoryview
    statements: memoryview


def _range(column: Sequence[int], number: int) -> tuple[int, int]:
    return bisect_left(column, number), bisect_right(column, number)


def write_columns(store: ox.Store, path: Path) -> None:
    """Write the columns of a store into a file."""
    with path.open("wb") as file:
        _write(store, file)


def columns_of(store: ox.Store) -> Columns:
    """Return the columns of a store in memory."""
    file = BytesIO()
    _write(store, file)
    return Columns(file.getbuffer())


def opened(path: Path) -> Columns:
    """Open a file of columns, of which only what is needed is read."""
    with path.open("rb") as file:
        return Columns(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


class Columns:
    """The columns in a file or in memory."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        end = len(data) - _END.size
        head = end - _END.unpack_from(data, end)[0]
        self._head: dict[str, Any] = json.loads(bytes(data[head:end]))
        first, last = self._head["begins"]
        self._begins = data[first:last].cast("Q")
        self.size = len(self._begins) - 1

    def text(self, number: int) -> bytes:
        """A term in N-Triples; a digest of a long one, which begins as no term does."""
        return bytes(self._data[self._begins[number] : self._begins[number + 1] - 1])

    def texts(self, numbers: Sequence[int], low: int, high: int, begin: str = "", end: str = "") -> list[str]:
        """Terms in N-Triples, none of them a digest; soonest where their numbers are near one another.

        Args:
            numbers: The numbers of the terms.
            low: The least of them.
            high: The greatest.
            begin: What all terms from `low` to `high` begin with; it is left out.
            end: What they end with; it is left out, too.
        """
        data, begins = self._data, self._begins
        before, after = len(begin), len(end) + 1
        if high - low >= _NEAR * len(numbers):
            return [
                str(data[begins[number] + before : begins[number + 1] - after], "utf-8") for number in numbers
            ]
        near = str(data[begins[low] + before : begins[high + 1] - after], "utf-8").split(f"{end}\n{begin}")
        return [near[number - low] for number in numbers]

    @cached_property
    def digests(self) -> int:
        """How many long terms there are: those of the least numbers, as no other begins so."""
        return self._first(b"\1")

    @cached_property
    def literals(self) -> range:
        """The numbers of literals that are no digests."""
        return range(self.digests, self._first(b"#"))

    @cached_property
    def iris(self) -> range:
        """The numbers of IRIs, which begin with a letter, and so stand after triple terms."""
        return range(self._first(b"<="), self._first(b"="))

    def _first(self, text: bytes) -> int:
        """The number of the first term from a text on."""
        return bisect_left(range(self.size), text, key=self.text)

    def number(self, term: bytes) -> int | None:
        """The number of a term in N-Triples; None where no statement has it."""
        kept = _kept(term)
        place = self._first(kept)
        return place if place < self.size and self.text(place) == kept else None

    @cached_property
    def union(self) -> dict[int, Part]:
        """The statements of the default graph, by predicate."""
        return {part.predicate: part for part in self._parts(_UNION)}

    @cached_property
    def named(self) -> dict[int, Part]:
        """The statements in named graphs, by predicate; a statement in two graphs is two."""
        return {part.predicate: part for part in self._parts(_NAMED)}

    @cached_property
    def subjects(self) -> Totals:
        """The different subjects of the default graph."""
        return self._totals("subjects")

    @cached_property
    def objects(self) -> Totals:
        """The different objects of the default graph."""
        return self._totals("objects")

    @cached_property
    def graphs(self) -> Totals:
        """The named graphs."""
        return self._totals("graphs")

    def _totals(self, name: str) -> Totals:
        place, number = self._head[name]
        return Totals(*self._columns(place, number, 2))

    def _parts(self, kind: str) -> Iterator[Part]:
        for predicate, place, number, *different in self._head[kind]:
            columns = self._columns(place, number, 3 if kind == _NAMED else 2)
            graphs = columns[2] if kind == _NAMED else ()
            yield Part(predicate, columns[0], columns[1], graphs, *different)

    def _columns(self, place: int, number: int, columns: int) -> list[memoryview]:
        """So many columns of so many numbers, one after another."""
        starts = [place + 4 * number * column for column in range(columns)]
        return [self._data[start : start + 4 * number].cast("I") for start in starts]


def _kept(term: bytes) -> bytes:
    """A term, or the digest of a long one, which is no subject: those are kept, so that they join."""
    if len(term) <= _LONGEST or not term.startswith((b'"', b"<<")):
        return term
    return DIGEST + blake2b(term, digest_size=16).digest()


class _Numbers:
    """Numbers terms in the order in which they come, in N-Quads that are written to it as to a file.

    Attributes:
        of: The numbers.
        union: The statements of the default graph.
        named: Those of named graphs.
    """

    def __init__(self) -> None:
        self.of: dict[bytes, int] = {}
        self.union: _Parts = defaultdict(_new_columns)
        self.named: _Parts = defaultdict(_new_columns)
        self._rest = b""

    def write(self, data: bytes) -> int:
        """Read some more bytes."""
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        self._read(lines)
        return len(data)

    def flush(self) -> None:
        """Do nothing; what has been written is read."""

    def _read(self, lines: Iterable[bytes]) -> None:
        of = self.of
        number = of.setdefault
        for line in lines:
            subject, predicate, rest = line.split(b" ", 2)
            value, blank, graph = rest[:-2].rpartition(b" ")
            # A literal or a triple term has blanks too, and no graph has their last signs.
            is_named = blank and b'"' not in graph and graph != b")>>"
            key = number(predicate, len(of))
            columns = (self.named if is_named else self.union)[key]
            columns[0].append(number(_kept(value if is_named else rest[:-2]), len(of)))
            columns[1].append(number(subject, len(of)))
            if is_named:
                columns[2].append(number(graph, len(of)))


def _new_columns() -> list[array[int]]:
    return [array("I"), array("I"), array("I")]


def _write(store: ox.Store, file: IO[bytes]) -> None:
    numbers = _Numbers()
    store.dump(cast(IO[bytes], numbers), format=ox.RdfFormat.N_QUADS)
    _write_numbered(numbers.of, numbers.union, numbers.named, file)


def _write_numbered(of: dict[bytes, int], union: _Parts, named: _Parts, file: IO[bytes]) -> None:
    """Write terms and columns, with numbers in the order of the terms."""
    terms = sorted(of)
    places = array("I", bytes(4 * len(terms)))
    for place, term in enumerate(terms):
        places[of[term]] = place
    file.writelines(term + b"\n" for term in terms)
    file.write(bytes(-file.tell() % 8))
    first = file.tell()
    array("Q", accumulate((len(term) + 1 for term in terms), initial=0)).tofile(file)
    head: dict[str, Any] = {"begins": [first, file.tell()]}
    for name, parts, column in (("objects", union, 0), ("subjects", union, 1), ("graphs", named, 2)):
        head[name] = _put_totals(file, (each[column] for each in parts.values()), places)
    for kind, parts in ((_UNION, union), (_NAMED, named)):
        head[kind] = [
            _put(file, places[key], parts[key], places) for key in sorted(parts, key=places.__getitem__)
        ]
    data = json.dumps(head).encode()
    file.write(data + _END.pack(len(data)))


def _put_totals(file: IO[bytes], columns: Iterable[array[int]], places: array[int]) -> list[int]:
    """Write which terms columns have, and how often, and say where this is."""
    found: Counter[int] = Counter()
    for column in columns:
        found.update(column)
    ordered = sorted(found, key=places.__getitem__)
    place = file.tell()
    array("I", map(places.__getitem__, ordered)).tofile(file)
    array("I", map(found.__getitem__, ordered)).tofile(file)
    return [place, len(ordered)]


def _put(file: IO[bytes], predicate: int, columns: list[array[int]], places: array[int]) -> list[int]:
    """Write the columns of a predicate in the order of objects, then of subjects, and say where they are."""
    objects, *others = ([places[number] for number in column] for column in columns)
    order = sorted(range(len(objects)), key=others[0].__getitem__)
    order.sort(key=objects.__getitem__)
    place, number = file.tell(), len(order)
    for column in (objects, *others):
        array("I", map(column.__getitem__, order if column else ())).tofile(file)
    return [predicate, place, number, len(set(others[0])), len(set(objects))]
