"""Bounds on what the declarations of a DOCTYPE may add to a document: entities, and attributes by default."""

from __future__ import annotations

import re
from collections import Counter

from ogdkg.errors import InputError, LimitError
from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE

ALLOWANCE, RATIO = 2**25, 20  # bytes that may be added, and how many more to each byte of the document
DEEPEST_ENTITY = 20
_REFERENCE = re.compile(rb"&([^#;&<>\s][^;&<>\s]*+);")
_HALF_REFERENCE = re.compile(rb"&[^;&<>\s]{0,999}+\Z")
_TAG = re.compile(rb"<(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+")
_PREDEFINED = (b"amp", b"lt", b"gt", b"apos", b"quot")
HINT = "Write out what they stand for, or leave them out."


class Expansion:
    """Counts what entities and default attributes add; its errors have no place, which their reader knows."""

    def __init__(self) -> None:
        self.is_partial = False  # whether there may be declarations that are not read
        self.has_defaults = False
        self._entities: dict[bytes, bytes] = {}
        self._sizes = dict.fromkeys(_PREDEFINED, 1)
        self._read = self._added = 0
        self._rest = b""

    def declare(self, name: str, value: str) -> None:
        """Note an internal entity; the first declaration binds (XML 1.0, 4.2)."""
        self._entities.setdefault(name.encode(), value.encode())

    def declare_default(self, value: str) -> None:
        """Note an attribute's default value, which each element of the name gets.

        Raises:
            LimitError: It is longer than a namespace may be.
        """
        self.has_defaults = True
        if len(value) > LONGEST_NAMESPACE:
            message = f"A default value of an attribute is longer than {LONGEST_NAMESPACE:,} characters."
            raise LimitError(message, hint="Write the attributes out.")

    def see(self, piece: bytes) -> None:
        """Count the references in a piece of the document before it is parsed.

        Raises:
            LimitError: The document grows too much.
            InputError: An entity holds itself.
        """
        self._read += len(piece)
        self.count(piece)

    def count(self, piece: bytes) -> None:
        """Count the references in a piece, as `see` does."""
        if self._entities:
            data = self._rest + piece
            half = _HALF_REFERENCE.search(data, max(len(data) - 1_000, 0))
            end = half.start() if half else len(data)
            self._rest = data[end:]
            self.add(self._expanded(data[:end], 0))

    def add(self, size: int) -> None:
        """Note bytes that the document does not have.

        Raises:
            LimitError: Entities and namespaces swell the document beyond bounds.
        """
        self._added += size
        if self._added > ALLOWANCE + RATIO * self._read:
            message = f"Entities and namespaces add {self._added >> 20:,} MiB to the document up to here."
            raise LimitError(message, hint=HINT)

    def check_tag(self, data: bytes) -> None:
        """Raise InputError for a tag with an entity that is not declared, which expat would leave out."""
        tag = _TAG.match(data)
        for name in set(_REFERENCE.findall(tag[0])) if tag else ():
            if name not in self._entities and name not in _PREDEFINED:
                raise undeclared(name.decode(errors="replace"))

    def _expanded(self, data: bytes, depth: int) -> int:
        """Return how many bytes the references in some bytes stand for."""
        return sum(
            self._size(name, depth) * times for name, times in Counter(_REFERENCE.findall(data)).items()
        )

    def _size(self, name: bytes, depth: int) -> int:
        """Return the bytes that an entity stands for, those in its text too."""
        if self.is_partial and depth and name not in self._entities and name not in _PREDEFINED:
            raise undeclared(name.decode(errors="replace"))
        if name not in self._sizes:
            if depth > DEEPEST_ENTITY:
                shown = name.decode(errors="replace")
                raise InputError(
                    f"The entity &{shown}; holds itself, or others too deep in it.",
                    hint="Write the text of the entities out.",
                )
            value = self._entities.get(name, b"")
            self._sizes[name] = len(value) + self._expanded(value, depth + 1)
        return self._sizes[name]


def undeclared(name: str) -> InputError:
    """Return the error for an entity that is declared in no file that is read."""
    message = f"The entity &{name}; is not declared in this file, and no other file is read."
    return InputError(message, hint="Declare it in the DOCTYPE, or write its text.")
