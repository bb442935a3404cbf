"""The limits for RDF/XML: nested elements, and entities and namespaces, which expand greatly.

The engine reads UTF-8 alone, and so does this. It must see the same elements as the engine, or more: so a
DOCTYPE must be a plain one, and stand before the elements.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from ogdkg.errors import InputError, Place
from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE, Watch

DEEPEST = 1_000  # elements; beyond, reading takes time that grows with the square of the depth
MOST_ATTRIBUTES = 10_000  # of an element
ALLOWANCE, RATIO = 2**25, 20  # bytes that entities and namespaces may add, and how many to each byte
DEEPEST_ENTITY = 20
_LARGEST, _LONG = 2**24, 100_000  # bytes of a tag: the most, and those from which attributes are counted

# A plain part of a DOCTYPE has no angle brackets but in pairs, so that all readers see the same end of it.
_TEXT = rb"(?:\"[^\"<>]*+\"|'[^'<>]*+')"
_PART = rb"<!(?!--)[^<>]*+>|<!--(?:[^<>]++|<[^<>]*+>)*+(?<=--)>|<\?[^<>]*+(?<=\?)>|%[^\s<>%;]++;|\s++"
_HALF = rb"(?:<!--(?:[^<>]++|<[^<>]*+>)*+(?:<[^<>]*+)?+|[<%\"'][^<>]*+)?+\Z"
_DOCTYPE = re.compile(
    rb"(?i:<!doctype)(?:[^<>\[\]\"']++|" + _TEXT + rb")*+"
    rb"(?:\[(?:" + _PART + rb")*+(?:\]\s*+|(?=" + _HALF + rb")))?+(?:(>)|" + _HALF + rb")"
)
_ENTITY = re.compile(rb'<!ENTITY\s*+(?:%\s*+)?([\w.:\-]++)\s++"([^"<>]*+)"\s*+>')
_REFERENCE = re.compile(rb"&([^;&<>\s]++);")
_AMPERSAND = re.compile(rb"&(?:amp|#0*+38|#[xX]0*+26);")
_TAG = (
    rb"<!--(?:[^\-]++|-(?!->))*+-->|<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+\]\]>|<\?(?:[^?]++|\?(?!>))*+\?>"
    rb"|</[^>\"']*+>|<(?![!?/])(?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+>"
)
_WHOLE, _TOKEN = re.compile(_TAG), re.compile(_TAG + rb"|<.*+", re.DOTALL)  # an unfinished one takes the rest
_SLASH, _NO_ELEMENT = 0x2F, (0x21, 0x3F)  # comments, sections and instructions begin with ! and ?
_INHERITED = re.compile(rb"""xml(?:ns(?::[^\s=]*+)?|:base|:lang)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_LITERAL = re.compile(rb"""parseType\s*+=\s*+["'](?!Resource["']|Collection["'])""")
_HALF_REFERENCE = re.compile(rb"&[^;&<>\s]{0,999}+\Z")


class RdfXmlWatch(Watch):
    """Bounds depth, attributes, and what entities and namespaces become."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._depth = 0
        self._has_begun = False  # with its elements
        self._read = self._added = 0  # bytes: of the document, and those that its engine makes of them
        self._entities: dict[bytes, bytes] = {}
        self._sizes: dict[bytes, int] = {}
        self._scopes: list[tuple[int, int]] = []  # depth of an element, and bytes of the namespaces in it
        self._literal: int | None = None  # depth of the element that holds an XML literal

    def see(self, data: bytes) -> None:
        self._read += len(data)
        data = self.rest + data
        end = self._follow(data)
        self._check_inherited(data)
        if self._entities:
            half = _HALF_REFERENCE.search(data, max(end - 1_000, 0)) if end == len(data) else None
            end = half.start() if half else end
            counted = Counter(_REFERENCE.findall(data, 0, end))
            self._added += sum(self._size(name) * times for name, times in counted.items())
        if self._added > ALLOWANCE + RATIO * self._read:
            message = f"Entities and namespaces add {self._added >> 20:,} MiB to the document up to here."
            raise self._limit(message, "Write out what they stand for, or leave them out.", data, end)
        if len(data) - end > _LARGEST:
            raise self._limit("One tag is larger than 16 MiB here.", "Keep such data outside.", data, end)
        self.done(data, data[end:])

    def _follow(self, data: bytes) -> int:
        """Go through the tags; where the first unfinished one begins."""
        at, is_doctype = 0, True
        while is_doctype:
            tags = _TOKEN.findall(data, at)
            is_whole = not tags or _WHOLE.fullmatch(tags[-1])
            self._walk(tags if is_whole else tags[:-1], data, at)
            if is_whole:
                return len(data)
            at, is_doctype = self._unfinished(data, len(data) - len(tags[-1]))
        return at

    def _walk(self, tags: list[bytes], data: bytes, begin: int) -> None:
        """Follow the depth through the tags; written for speed, as a document may have millions."""
        if max(map(len, tags), default=0) > _LONG:
            self._check_attributes(tags, data, begin)
        has_spaces = b"xmlns" in data or b"parseType" in data
        depth, floor = self._depth, self._floor()
        for number, tag in enumerate(tags):
            kind = tag[1]
            if kind == _SLASH:
                depth -= 1
                if depth < floor:
                    floor = self._left(depth)
            elif kind not in _NO_ELEMENT:
                if depth == self._literal:  # what stands first in a literal gets all namespaces
                    self._added += self._scopes[-1][1] if self._scopes else 0
                is_empty = tag[-2] == _SLASH
                if has_spaces and not is_empty and (b"xmlns" in tag or b"parseType" in tag):
                    floor = self._entered(tag, depth + 1)
                depth += not is_empty
                if depth > DEEPEST:
                    message = f"Elements are nested more than {DEEPEST:,} deep here."
                    hint = "Give the inner ones an rdf:about each, and let them stand side by side."
                    raise self._limit(message, hint, data, _offset(data, begin, number))
        self._has_begun = self._has_begun or any(tag[1] not in _NO_ELEMENT for tag in tags[:100])
        self._depth = max(depth, 0)

    def _floor(self) -> int:
        """The depth below which namespaces or a literal end."""
        return max(self._scopes[-1][0] if self._scopes else 0, self._literal or 0)

    def _entered(self, tag: bytes, depth: int) -> int:
        """Note what an element brings along that holds others."""
        added = sum(len(double or single) for double, single in _INHERITED.findall(tag))
        if added:
            self._scopes.append((depth, added + (self._scopes[-1][1] if self._scopes else 0)))
        if self._literal is None and _LITERAL.search(tag):
            self._literal = depth
        return self._floor()

    def _left(self, depth: int) -> int:
        """Forget what ended above a depth."""
        while self._scopes and self._scopes[-1][0] > depth:
            self._scopes.pop()
        if self._literal is not None and depth < self._literal:
            self._literal = None
        return self._floor()

    def _unfinished(self, data: bytes, at: int) -> tuple[int, bool]:
        """What stands where no tag ends: a DOCTYPE, or the beginning of a tag."""
        beginning = data[at : at + 9].lower()
        if beginning[:2] == b"</" and b">" in data[at:]:
            raise self._broken("The tag is not well-formed.", data, at)
        if beginning != b"<!doctype":
            return at, False
        found = _DOCTYPE.match(data, at)
        if self._has_begun or found is None:
            raise self._broken("This DOCTYPE is not supported.", data, at)
        if found[1] is None:
            return at, False
        declared = found[0].count(b"<!ENTITY")
        for name, value in _ENTITY.findall(found[0]):
            self._entities[name] = self._entities.get(name, b"") + value
            declared -= 1
        if declared:
            raise self._broken("Only entities with a double-quoted text value are supported.", data, at)
        return found.end(), True

    def _check_attributes(self, tags: list[bytes], data: bytes, begin: int) -> None:
        for number, tag in enumerate(tags):
            if tag[1] not in _NO_ELEMENT and tag.count(b"=") > MOST_ATTRIBUTES:
                message = f"An element has more than {MOST_ATTRIBUTES:,} attributes here."
                raise self._limit(message, "Write them as elements.", data, _offset(data, begin, number))

    def _check_inherited(self, data: bytes) -> None:
        """Namespaces, bases and languages, which elements repeat, may not be long."""
        for found in _INHERITED.finditer(data):
            value = found[1] or found[2] or b""
            size = len(value)
            if b"&" in value and self._entities:
                size += sum(map(self._size, _REFERENCE.findall(value)))
            if size > LONGEST_NAMESPACE:
                message = (
                    f"A namespace, base or language is longer than {LONGEST_NAMESPACE:,} characters here."
                )
                hint = "Choose a shorter one, or write the IRIs whole."
                raise self._limit(message, hint, data, found.start())

    def _size(self, name: bytes, depth: int = 0) -> int:
        """The bytes that an entity stands for; those in its text, too, however they are written."""
        if name not in self._sizes:
            if depth > DEEPEST_ENTITY:
                message = (
                    f"The entity {name.decode(errors='replace')!r} holds itself, or others too deep in it."
                )
                raise InputError(message, place=Place(self.file), hint="Write the text of the entities out.")
            value = self._entities.get(name, b"")
            while value != (plain := _AMPERSAND.sub(b"&", value)):
                value = plain
            inner = Counter(_REFERENCE.findall(value))
            self._sizes[name] = len(value) + sum(
                self._size(each, depth + 1) * times for each, times in inner.items()
            )
        return self._sizes[name]

    def _limit(self, message: str, hint: str, data: bytes, at: int) -> Exception:
        return self.limit(message, hint, data.count(b"\n", 0, at))

    def _broken(self, message: str, data: bytes, at: int) -> InputError:
        place = Place(self.file, self.line + data.count(b"\n", 0, at))
        return InputError(message, place=place, hint="Fix the file there.")


def _offset(data: bytes, begin: int, number: int) -> int:
    """Where a tag stands, by its number."""
    return next(islice(_TOKEN.finditer(data, begin), number, None)).start()
