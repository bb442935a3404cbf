"""A store in memory that holds what its questions look at: the statements of the properties that they name.

Filling a store takes longer than most questions to a small graph. What was loaded once is kept property by
property (`packed`), in the order in which the engine gave it, so that rows come in the same order too. The
statements about a node and the links to it are found without an engine.
"""

from __future__ import annotations

import marshal
from binascii import crc32
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from mmap import mmap
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import RDF, Blank, Iri, Quad, Subject, Term, Triple
from ogdkg.store.base import REVISIONS, Result, Store
from ogdkg.store.codec import quad_of
from ogdkg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from ogdkg.sparql.mentions import Mentioned

_NQUADS = ox.RdfFormat.N_QUADS
_TYPE = RDF + "type"
_LONGEST = 60  # bytes of the line before the head
_PLAIN = 4  # the format of marshal, which every Python writes alike


_Part = tuple[tuple[int, ...], bytes]  # where the lines of a part begin and end, in turn; their checksum


class _Head(NamedTuple):
    """What is kept: parts in the default graph and in named graphs, by property, and of `rdf:type` by class.

    `nodes`: the part with the statements about each node, and the links to it, in turn as parts.
    """

    properties: dict[str, tuple[_Part, _Part]]
    classes: dict[str, tuple[_Part, _Part]]
    nodes: _Part


class _DamagedError(Exception):
    """What is kept is not what was kept."""


class SelectiveStore:
    """A store that is filled from what `packed` returned, as far as it is asked.

    Args:
        data: What `packed` returned.
        damaged: Called where statements turn out to be damaged; from then on no query is answered.

    Raises:
        InputError: The data are not whole.
    """

    def __init__(self, data: bytes | mmap, damaged: Callable[[], None] = lambda: None) -> None:
        self._data, self._damaged = data, damaged
        self._head, self._start = _head_of(data)
        self._nodes: list[dict[str, _Part]] | None = None
        self._is_damaged = False
        self._empty()

    def _empty(self) -> None:
        self._store, self._filled = EmbeddedStore(), set[tuple[str, int]]()
        self._has_classes = False

    def filled_for(self, text: str, prefixes: Mapping[str, str]) -> EmbeddedStore | None:
        """Return the store, in which a query finds what it would find in one that holds all.

        Args:
            text: The query.
            prefixes: Prefixes that it need not declare.

        Returns:
            None where the query may look at any statement, or where some are damaged.
        """
        from ogdkg.sparql.mentions import mentioned  # who looks at nodes asks no query

        asked = None if self._is_damaged else mentioned(text, prefixes)
        if asked is None:
            return None
        by_class = asked.by_class and self._filled.isdisjoint([(_TYPE, 0), (_TYPE, 1)])
        if self._has_classes and not by_class and _TYPE in asked.iris:
            self._empty()  # else the instances of these classes would come first
        try:
            self._fill(asked, by_class)
        except _DamagedError:
            return None
        return self._store

    def about(self, node: Subject) -> list[Quad] | None:
        """Return the statements about a node, as `EmbeddedStore.matching`; None where some are damaged."""
        return self._around(0, node)

    def links(self, node: Subject) -> list[Quad] | None:
        """Return the statements with an IRI or a blank node as object; None where some are damaged."""
        return self._around(1, node)

    def _around(self, side: int, node: Subject) -> list[Quad] | None:
        if self._is_damaged:
            return None
        try:
            if self._nodes is None:
                self._nodes = marshal.loads(self._read(self._head.nodes))
            part = self._nodes[side].get(_key(node))
            lines = self._read(part) if part else b""
        except _DamagedError:
            return None
        return [quad_of(quad) for quad in ox.parse(lines, format=_NQUADS, lenient=True)]

    def _fill(self, asked: Mentioned, by_class: bool) -> None:
        for name, parts in self._head.properties.items():
            if name in asked.iris and not (by_class and name == _TYPE):
                self._put(name, name, parts, asked)
        for name, parts in self._head.classes.items() if by_class else ():
            if name in asked.iris:
                self._has_classes = True
                self._put(_TYPE, f"{_TYPE} {name}", parts, asked)

    def _put(self, of: str, name: str, parts: tuple[_Part, _Part], asked: Mentioned) -> None:
        """Load statements of a property, as far as a query looks at it in the default graph or in others."""
        for is_named, looked_at in enumerate((asked.default, asked.named)):
            if of in looked_at and (name, is_named) not in self._filled:
                lines = self._read(parts[is_named])
                self._store.revision = next(REVISIONS)
                if b"_:" in lines:  # or `load` would rename blank nodes, of which other lines may tell too
                    self._store.engine.bulk_extend(ox.parse(lines, format=_NQUADS, lenient=True))
                else:
                    self._store.engine.load(lines, _NQUADS, lenient=True)
                self._filled.add((name, is_named))

    def _read(self, part: _Part) -> bytes:
        """Return the lines of a part."""
        ends, written = part
        data, start = self._data, self._start
        lines = b"".join([data[start + a : start + b] for a, b in zip(ends[::2], ends[1::2], strict=True)])
        if checksum(lines) != written:
            self._is_damaged = True
            self._damaged()
            raise _DamagedError
        return lines


class AskedStore:
    """A store of which each query looks at no more than it names, where it names all that it looks at.

    Args:
        store_for: Gives the store in which a query finds what it would find in the whole.
        kept: What is kept of the store.
        whole: Gives the store that holds all.
        table: Gives plain values of a name that are made of the store, kept or else made by a function.

    Attributes:
        is_selective: That a query should name what it looks at.
        revision: Always the same, since nobody changes what is kept.
    """

    is_selective = True
    revision = 0

    def __init__(
        self,
        store_for: Callable[[str], Store],
        kept: SelectiveStore,
        whole: Callable[[], EmbeddedStore],
        table: Callable[[str, Callable[[], Any]], Any],
    ) -> None:
        self._store_for, self._kept, self._whole, self.table = store_for, kept, whole, table

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query on a store that holds what it names."""
        return self._store_for(text).query(text, prefixes=prefixes, name=name)

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate quads; this fills the whole store."""
        return self._whole().quads(graph)

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the graphs that contain a triple, without filling a store unless one has no name."""
        graphs = [quad.graph for quad in self.matching(*triple)]
        if any(isinstance(graph, Blank) for graph in graphs):
            return self._whole().graphs(triple)
        return [graph if isinstance(graph, Iri) else None for graph in graphs]

    def matching(
        self, subject: Subject | None = None, predicate: Iri | None = None, obj: Term | None = None
    ) -> Iterator[Quad]:
        """Iterate the quads with these terms; without a subject, or a node as object, of the whole store."""
        found = None
        if subject:
            found = self._kept.about(subject)
        elif isinstance(obj, Iri | Blank):
            found = self._kept.links(obj)
        if found is None:
            return self._whole().matching(subject, predicate, obj)
        return (quad for quad in found if predicate in (None, quad.predicate) and obj in (None, quad.object))


def packed(store: EmbeddedStore) -> bytes:
    """Return all statements of a store, its default graph too, for `SelectiveStore`.

    A line with the length and the checksum of the head and the length of the rest, the head, and what that
    tells the places of: the statements as N-Quads, property by property, and the places of those around each
    node.
    """
    quads = list(store.engine)  # the engine gives first what came last, and so in each part of it
    lines = [line + b"\n" for line in _serialized(quads).split(b"\n")[:-1]]
    by_property: dict[str, tuple[list[int], list[int]]] = {}
    for place in range(len(quads) - 1, -1, -1):
        quad = quads[place]
        by_property.setdefault(quad.predicate.value, ([], []))[_is_named(quad)].append(place)
    packing = _Packing(lines)
    for place in chain.from_iterable(chain.from_iterable(by_property.values())):
        packing.add(place)
    by_class: dict[str, tuple[list[int], list[int]]] = {}
    for place in chain.from_iterable(by_property.get(_TYPE, ())):
        if isinstance(of := quads[place].object, ox.NamedNode):
            by_class.setdefault(of.value, ([], []))[_is_named(quads[place])].append(place)
    nodes = marshal.dumps([packing.parts(each) for each in _around_nodes(quads)], _PLAIN)
    head = _Head(packing.pairs(by_property), packing.pairs(by_class), packing.appended(nodes))
    plain = marshal.dumps(tuple(head), _PLAIN)
    return b"".join([b"%d %s %d\n" % (len(plain), checksum(plain), packing.length), plain, *packing.written])


class _Packing:
    """Lines that are written one after another, and where each stands."""

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._lines = lines
        self._begins: dict[int, int] = {}
        self.length = 0
        self.written: list[bytes] = []

    def add(self, place: int) -> None:
        self._begins[place] = self.length
        self.appended(self._lines[place])

    def appended(self, data: bytes) -> tuple[Any, ...]:
        """Write data, and return them as a part."""
        begin, self.length = self.length, self.length + len(data)
        self.written.append(data)
        return (begin, self.length), checksum(data)

    def part(self, places: Iterable[int]) -> tuple[Any, ...]:
        """Return lines that were added as a part."""
        ends, data = list[int](), list[bytes]()
        for place in places:
            begin, line = self._begins[place], self._lines[place]
            if ends and ends[-1] == begin:  # on from the line before
                ends.pop()
            else:
                ends.append(begin)
            ends.append(begin + len(line))
            data.append(line)
        return tuple(ends), checksum(b"".join(data))

    def parts(self, places: Mapping[str, Iterable[int]]) -> dict[str, tuple[Any, ...]]:
        return {name: self.part(each) for name, each in places.items()}

    def pairs(self, places: Mapping[str, tuple[list[int], list[int]]]) -> dict[str, tuple[Any, ...]]:
        return {name: tuple(map(self.part, pair)) for name, pair in places.items()}


def _around_nodes(quads: Sequence[ox.Quad]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return the places of the statements about each node and of the links to it, without merged copies."""
    named = {quad.triple for quad in quads if _is_named(quad)}
    subjects: dict[str, list[int]] = {}
    objects: dict[str, list[int]] = {}
    for place, quad in enumerate(quads):
        if _is_named(quad) or quad.triple not in named:
            subjects.setdefault(_key(quad.subject), []).append(place)
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode):
                objects.setdefault(_key(quad.object), []).append(place)
    return subjects, objects


def _is_named(quad: ox.Quad) -> bool:
    return not isinstance(quad.graph_name, ox.DefaultGraph)


def _key(node: object) -> str:
    """Return a node as text; no IRI begins as a blank node does."""
    if isinstance(node, ox.BlankNode):
        return f"_:{node.value}"
    if isinstance(node, Blank):
        return f"_:{node.label}"
    assert isinstance(node, Iri | ox.NamedNode)
    return node.value


def _serialized(quads: Sequence[ox.Quad]) -> bytes:
    return ox.serialize(quads, format=_NQUADS) or b""


def checksum(data: bytes) -> bytes:
    """Return what tells statements from damaged ones, in a fifth of the time that a hash takes."""
    return b"%08x" % crc32(data)


def _head_of(data: bytes | mmap) -> tuple[_Head, int]:
    """Return the head, and where the parts begin."""
    try:
        line = data[: data.find(b"\n", 0, _LONGEST) + 1]
        length, written, rest = line.split()
        plain = data[len(line) : (start := len(line) + int(length))]
        if checksum(plain) != written or len(data) != start + int(rest):
            raise ValueError("the data are not whole")
    except ValueError as error:
        raise InputError("The kept statements are damaged.") from error
    return _Head(*marshal.loads(plain)), start
