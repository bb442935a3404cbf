"""Reads RDF/XML into pyoxigraph's quads while it is parsed, each with its place if asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, TypeVar

from pyoxigraph import NamedNode, Quad

from ogdkg.errors import Place
from ogdkg.rdf.bounds.watch import PIECE
from ogdkg.syntax.rdfxml.document import BLANKS, Document, Taker
from ogdkg.syntax.rdfxml.productions import Position, Root, State
from ogdkg.syntax.rdfxml.scope import Base, Scope
from ogdkg.syntax.rdfxml.xml import DEEPEST, MOST_ATTRIBUTES

T = TypeVar("T")
_PIECE = 2**16  # bytes: expat looks at a long tag again with each piece of it


class RdfXmlReader:
    """The quads of an RDF/XML document, and the prefixes declared so far."""

    def __init__(
        self, data: bytes | IO[bytes], file: str, base: str | None = None, *, fresh: bool = False
    ) -> None:
        """Open a document.

        Args:
            data: The document, whole or as a stream.
            file: Its name in messages.
            base: An absolute IRI that relative ones are relative to.
            fresh: Whether its blank nodes get labels that no other document has.

        Raises:
            ValueError: The base is not an absolute IRI.
        """
        self._data = data
        self.prefixes: dict[str, str] = {}
        self._document = _Events(file, NamedNode(base).value if base else None, self.prefixes, fresh)
        if isinstance(data, bytes) or data.seekable():
            self._document.parser.again = partial(_from_start, data)

    def __iter__(self) -> Iterator[Quad]:
        """Yield the quads.

        Raises:
            InputError: The document is no RDF/XML, with the place.
            LimitError: It asks too much of the machine.
        """
        document = self._document
        for _ in document.events(_pieces(self._data)):
            yield from document.quads
            document.quads.clear()

    def with_places(self) -> Iterator[tuple[Quad, Place]]:
        """Yield the quads, each with the place of the element that states it."""
        document = self._document
        document.note_places()
        for _ in document.events(_pieces(self._data)):
            for quad, (line, column) in zip(document.quads, document.places, strict=True):
                yield quad, Place(document.parser.file, line, column)
            document.quads.clear()
            document.places.clear()


def _pieces(data: bytes | IO[bytes]) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield from (data[at : at + PIECE] for at in range(0, len(data), PIECE))
        return
    held = bytearray()
    while piece := data.read(PIECE):
        held += piece
        if len(held) >= _PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _from_start(data: bytes | IO[bytes]) -> Iterator[bytes]:
    if not isinstance(data, bytes):
        data.seek(0)
    return _pieces(data)


class _Events(Document):
    """A document whose tags come from the parser, each to the state of the element that it stands in."""

    def __init__(self, file: str, base: str | None, prefixes: dict[str, str], fresh: bool) -> None:
        super().__init__(file, prefixes, fresh)
        self.places: list[Position] = []
        self._place: Position = 1, 1
        self._stack: list[State] = [Root(self, Scope(Base(base)))]
        self._handlers = self._start, self._end

    def events(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Parse the document, and pause after each piece."""
        self._take()
        return self.parser.parse(pieces)

    def note_places(self) -> None:
        """Keep in `places` the place of each quad."""
        self._handlers = self._start_with_place, self._end_with_place
        self.emit = self._emit_with_place

    # Events

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        stack, text = self._stack, self.text
        if text:
            if len(text) > 1 or text[0].strip(BLANKS):
                self.take_blanks()
            text.clear()
        if len(stack) > DEEPEST or len(attributes) > MOST_ATTRIBUTES:
            self.parser.check_element(len(stack), attributes)
        stack.append(stack[-1].child(name, attributes))

    def _end(self, name: str) -> None:
        self._stack.pop().end()

    def _start_with_place(self, name: str, attributes: dict[str, str]) -> None:
        expat = self.parser.expat
        self._place = place = expat.CurrentLineNumber, expat.CurrentColumnNumber + 1
        self._start(name, attributes)
        self._stack[-1].place = place

    def _end_with_place(self, name: str) -> None:
        self._place = self._stack[-1].place
        self._end(name)

    def _emit_with_place(self, quad: Quad) -> None:
        self.quads.append(quad)
        self.places.append(self._place)

    def hand_over(self, taker: Taker[T]) -> T:
        def done(name: str) -> None:
            self._take()
            self._handlers[1](name)

        return taker(self.parser, len(self._stack), done)

    def _take(self) -> None:
        """Take the events."""
        self.parser.handle(*self._handlers)
        self.parser.expat.CharacterDataHandler = self.text.append
