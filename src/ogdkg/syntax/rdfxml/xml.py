"""Feeds an XML document to expat: within bounds, reading no other file, and with the place of each error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn
from xml.parsers import expat

from ogdkg.errors import InputError, LimitError, OgdkgError, Place
from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE
from ogdkg.rdf.terms import is_iri
from ogdkg.syntax.rdfxml.bounds import HINT, Expansion, undeclared
from ogdkg.syntax.rdfxml.encoding import in_utf8
from ogdkg.syntax.rdfxml.vocabulary import SEPARATOR, is_prefix

DEEPEST = 1_000  # elements
MOST_ATTRIBUTES = 10_000  # of an element, and as many namespaces
_LARGEST = 2**24  # bytes of a tag or comment, which expat keeps until it ends
_HEAD = 2**11  # bytes that tell what a document is
_SMALL_PIECE = 2**12  # bytes, where each tag is looked at as it is written
_AMPLIFIED = 43  # the error of expat's own bound on entities, which newer versions have
_NO_OTHER_FILE = "The document refers to another file, which is never read."

Start = Callable[[str, dict[str, str]], object]
End = Callable[[str], object]


class XmlParser:
    """An expat parser with namespaces, whose names `vocabulary.QName` takes apart."""

    def __init__(self, file: str, prefixes: dict[str, str]) -> None:
        """Open a parser that adds the prefixes it meets to `prefixes`, the outermost of each name."""
        self.file, self._prefixes = file, prefixes
        self._expansion = Expansion()
        self._piece, self._begin = b"", 0  # the bytes being parsed, and where they begin
        self._head = b""  # the beginning of the document
        self.again: Callable[[], Iterable[bytes]] | None = None  # gives the pieces anew, if that can be
        self._declared, self._declared_at = 0, -1  # namespaces of an element, and where it stands
        self._system: str | None = None
        self._has_root = False  # whether the elements have begun, so that the DOCTYPE is known
        self.expat = parser = expat.ParserCreate("utf-8", SEPARATOR)
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EndDoctypeDeclHandler = self._end_doctype
        parser.EntityDeclHandler = self._entity
        parser.AttlistDeclHandler = self._default
        parser.ExternalEntityRefHandler = self._external
        parser.SkippedEntityHandler = self._skipped
        self._start: Start = lambda name, attributes: None

    def handle(self, start: Start, end: End) -> None:
        """Give the tags that follow to these functions."""
        self._start = start
        self.expat.StartElementHandler = self._guarded if self._is_guarded else start
        self.expat.EndElementHandler = end

    @property
    def _is_guarded(self) -> bool:
        """Whether the DOCTYPE makes tags differ from what is written."""
        return self._expansion.is_partial or self._expansion.has_defaults

    def parse(self, pieces: Iterable[bytes]) -> Iterator[None]:
        """Parse a document, and pause after each piece.

        Raises:
            InputError: The document is not well-formed, or whatever a handler raises.
            LimitError: It asks too much of the machine.
        """
        self.expat.StartElementHandler = self._root
        try:
            for piece in in_utf8(pieces, self.file):
                yield from self._feed(piece)
            self.expat.Parse(b"", True)
        except expat.ExpatError as error:
            self._refuse(error)
        yield

    def _feed(self, data: bytes) -> Iterator[None]:
        at = 0
        while at < len(data):
            is_small = self._expansion.is_partial or not self._has_root
            size = max(_SMALL_PIECE, self._pending()) if is_small else len(data)
            self._piece = data[at : at + size]
            self._head = self._head or self._piece[:_HEAD]
            self._bounded(lambda: self._expansion.see(self._piece))
            self.expat.Parse(self._piece, False)
            self._begin += len(self._piece)
            at += len(self._piece)
            if self._pending() > _LARGEST:
                raise self.error("One tag is larger than 16 MiB here.", "Keep such data outside.", LimitError)
            yield

    def _pending(self) -> int:
        """Return the bytes of a tag that has begun."""
        return self._begin - max(self.expat.CurrentByteIndex, 0)

    def error(self, message: str, hint: str = "", kind: type[InputError] = InputError) -> InputError:
        """Return an error for the place where the parser is."""
        place = Place(self.file, self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1)
        return kind(message, place=place, hint=hint or "Fix the file there.")

    def add(self, size: int) -> None:
        """Note bytes that were made of fewer in the document."""
        self._bounded(lambda: self._expansion.add(size))

    def check_element(self, depth: int, attributes: dict[str, str]) -> None:
        """Raise LimitError for an element too deep, or with too many attributes."""
        if depth > DEEPEST:
            hint = "Give the inner ones an rdf:about each, and let them stand side by side."
            raise self.error(f"Elements are nested more than {DEEPEST:,} deep here.", hint, LimitError)
        if len(attributes) > MOST_ATTRIBUTES:
            self.refuse_many()

    def refuse_many(self) -> NoReturn:
        """Raise LimitError for an element with too many attributes or namespaces."""
        message = f"An element has more than {MOST_ATTRIBUTES:,} attributes here."
        raise self.error(message, "Write them as elements.", LimitError)

    def _bounded(self, check: Callable[[], None]) -> None:
        """Run a check of the bounds, whose errors get the place."""
        try:
            check()
        except OgdkgError as error:
            raise self.error(error.message, error.hint or "", type(error)) from error  # type: ignore[arg-type]

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        """Begin with the elements, which may have to be guarded by now."""
        self._has_root = True
        self.handle(self._start, self.expat.EndElementHandler)  # type: ignore[arg-type]  # set by then
        (self._guarded if self._is_guarded else self._start)(name, attributes)

    def _guarded(self, name: str, attributes: dict[str, str]) -> None:
        """Look at a tag before its handler does."""
        if self._expansion.is_partial:
            self._bounded(lambda: self._expansion.check_tag(self.expat.GetInputContext() or b""))
        if self._expansion.has_defaults:
            self.add(sum(map(len, attributes.values())))
        self._start(name, attributes)

    def _namespace(self, prefix: str | None, iri: str | None) -> None:
        if len(iri or "") > LONGEST_NAMESPACE:
            self.refuse_long("namespace")
        at = self.expat.CurrentByteIndex
        self._declared = self._declared + 1 if at == self._declared_at else 1
        self._declared_at = at
        if self._declared > MOST_ATTRIBUTES:
            self.refuse_many()
        prefix = prefix or ""
        if iri and prefix not in self._prefixes and is_prefix(prefix, iri) and is_iri(iri):
            self._prefixes[prefix] = iri

    def refuse_long(self, what: str) -> NoReturn:
        """Raise LimitError for something that elements repeat, and that is too long for that."""
        message = f"A {what} is longer than {LONGEST_NAMESPACE:,} characters here."
        raise self.error(message, "Choose a shorter one, or write the IRIs whole.", LimitError)

    def _doctype(self, name: str, system: str | None, public: str | None, has_internal: bool) -> None:
        self._system = system
        self._expansion.is_partial = system is not None

    def _end_doctype(self) -> None:
        rest = self._piece[self.expat.CurrentByteIndex - self._begin :]
        self._bounded(lambda: self._expansion.count(rest))

    def _entity(
        self,
        name: str,
        is_parameter: bool,
        value: str | None,
        base: str | None,
        system: str | None,
        public: str | None,
        notation: str | None,
    ) -> None:
        if is_parameter:
            self._expansion.is_partial = True  # expat then lets pass what is not declared
        elif value is not None:
            self._expansion.declare(name, value)

    def _default(self, element: str, name: str, kind: str, value: str | None, is_required: bool) -> None:
        if value is not None:
            self._bounded(lambda: self._expansion.declare_default(value))

    def _external(self, context: str | None, base: str | None, system: str | None, public: str | None) -> int:
        """Refuse an external entity; an external DTD is left unread (XML 1.0, 5.1)."""
        if context is None and system == self._system:
            return 1
        raise self.error(_NO_OTHER_FILE, "Put the text of the entity into the document.")

    def _skipped(self, name: str, is_parameter: bool) -> None:
        error = undeclared(name)
        raise self.error(error.message, error.hint or "")

    def _refuse(self, error: expat.ExpatError) -> NoReturn:
        """Raise the error for what expat says."""
        place = Place(self.file, error.lineno, error.offset + 1)
        if error.code == _AMPLIFIED:
            message = "Entities add more than 8 MiB to the document up to here, and more than 100 times it."
            raise LimitError(message, place=place, hint=HINT) from error
        if error.code == expat.errors.codes[expat.errors.XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF]:
            raise InputError(_NO_OTHER_FILE, place=place, hint="Write its text.") from error
        raise self._fault(error) from error

    def _fault(self, error: expat.ExpatError) -> InputError:
        """Return the error for a document that is no XML."""
        from ogdkg.syntax.rdfxml import faults  # only for a broken file

        def open_element() -> tuple[str, int] | None:
            return faults.open_element(self.again(), self.file) if self.again else None

        at = max(self.expat.ErrorByteIndex - self._begin, 0)
        spot = faults.Spot(error.lineno, self._head, self._piece[:at], self._piece[at:])
        message, hint, elsewhere = faults.fault_of(error.code, spot, open_element, self._prefixes)
        place = Place(self.file, *(elsewhere or (error.lineno, error.offset + 1)))
        return InputError(message, place=place, hint=hint)
