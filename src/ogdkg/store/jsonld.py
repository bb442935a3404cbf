"""The quads of JSON-LD documents, for an engine. All commands read JSON-LD here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from ogdkg.errors import Place
from ogdkg.jsonld.document import JsonLdDocument
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD
from ogdkg.text.notices import notice

ContextFiles = Mapping[str, Path]


class JsonLdQuads:
    """The quads of a document, read while they are iterated, and its prefixes."""

    def __init__(
        self,
        data: bytes | IO[bytes],
        file: str,
        base: str | None = None,
        *,
        contexts: ContextFiles | None = None,
        fresh: bool = False,
    ) -> None:
        """Prepare; the arguments are those of `JsonLdDocument` and of `stream.Document`."""
        self._data, self._file, self._base, self._contexts = data, file, base, contexts
        self._prefix = f"f{os.urandom(8).hex()}" if fresh else ""
        self.prefixes: dict[str, str] = {}

    def __iter__(self) -> Iterator[ox.Quad]:
        for lines in self.lines():
            yield from ox.parse(lines.encode(), ox.RdfFormat.N_QUADS)

    def lines(self) -> Iterator[str]:
        """Yield the quads as N-Quads, many lines at a time."""
        data = self._data if isinstance(self._data, bytes) else self._data.read()
        document = JsonLdDocument(
            checked(data, JSONLD.media_type, self._file),
            self._file,
            self._base,
            contexts=self._contexts,
            prefix=self._prefix,
            warn=_tell,
        )
        self.prefixes = document.prefixes
        return document.lines()


def _tell(message: str, place: Place) -> None:
    notice(f"{place}: {message}")
