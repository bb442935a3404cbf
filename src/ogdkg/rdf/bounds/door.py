"""Applies the limits to documents, whole or as streams. Every document for an engine passes through here.

RDF/XML is for no engine: its reader (`syntax.rdfxml`) bounds what it reads itself.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import IO, cast

from ogdkg.errors import InputError, Place, check_is_text
from ogdkg.rdf.bounds.turtle import TurtleWatch
from ogdkg.rdf.bounds.watch import PIECE, Watch
from ogdkg.rdf.formats import JSONLD, NQUADS, NTRIPLES, RDFXML

BOM = b"\xef\xbb\xbf"
_LINES = (NTRIPLES.media_type, NQUADS.media_type)
_VERSION = rb"""(?:[ \t]*(?:\#[^\r\n]*)?[\r\n])*+[ \t]*(?=VERSION[ \t]*["'])"""
HEAD = 2**12  # bytes of a document that are looked at for what engines refuse at its beginning


def bounded(data: bytes | IO[bytes], media_type: str, file: str) -> bytes | IO[bytes]:
    """A document, whole or as a stream, as `checked` or `watched` gives it."""
    return checked(data, media_type, file) if isinstance(data, bytes) else watched(data, media_type, file)


def checked(data: bytes, media_type: str, file: str) -> bytes:
    """A document as of `unmarked`; LimitError where it asks more of the machine than it may."""
    _check_beginning(data, media_type, file)
    watch = _watch(media_type, file)
    for begin in range(0, len(data), PIECE):
        watch.see(data[begin : begin + PIECE])
    return unmarked(data, media_type)


def unmarked(data: bytes, media_type: str) -> bytes:
    """A document, or its first bytes, without what engines refuse there.

    That is a byte order mark, and the version of N-Triples or N-Quads (RDF 1.2 N-Triples, 2.5), which becomes
    a comment: the lines keep their numbers.
    """
    data = data.removeprefix(BOM)
    if media_type in _LINES and (version := re.match(_VERSION, data[:HEAD])):
        return data[: version.end()] + b"#" + data[version.end() + 1 :]
    return data


def check_file(path: Path, media_type: str) -> None:
    """Raise LimitError where a file asks too much, and InputError where it cannot be read."""
    watch = _watch(media_type, str(path))
    try:
        with path.open("rb") as file:
            _check_beginning(file.read(HEAD), media_type, str(path))
            file.seek(0)
            while data := file.read(PIECE):
                watch.see(data)
    except OSError as error:
        raise unreadable(str(path), error) from error


def unreadable(file: str, error: OSError) -> InputError:
    """The error for a file that cannot be read."""
    return InputError(f"The file cannot be read: {error.strerror}.", place=Place(file))


def watched(source: IO[bytes], media_type: str, file: str) -> IO[bytes]:
    """A stream that raises LimitError in place of the piece that asks too much."""
    return cast(IO[bytes], io.BufferedReader(_Watched(source, media_type, file), PIECE))


def _check_beginning(data: bytes, media_type: str, file: str) -> None:
    """Raise InputError where a document begins as no text in UTF-8 does; XML may be in other encodings."""
    if media_type != RDFXML.media_type or data.startswith(BOM * 2):
        check_is_text(data, file)


def _watch(media_type: str, file: str) -> Watch:
    """What looks at documents of a format; the expressions for JSON-LD take long to compile."""
    if media_type == RDFXML.media_type:
        return Watch(file)
    if media_type == JSONLD.media_type:
        from ogdkg.rdf.bounds.jsonld import JsonLdWatch

        return JsonLdWatch(file)
    return TurtleWatch(file, has_namespaces=media_type not in _LINES)


class _Watched(io.RawIOBase):
    def __init__(self, source: IO[bytes], media_type: str, file: str) -> None:
        super().__init__()
        self._take = getattr(source, "read1", source.read)  # what is there, of a pipe
        self._media_type, self._file = media_type, file
        self._watch = _watch(media_type, file)
        self._has_begun = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # all that BufferedReader gives
        data = self._take(len(buffer))
        self._watch.see(data)
        if not self._has_begun:
            self._has_begun = True
            _check_beginning(data, self._media_type, self._file)
            data = unmarked(data, self._media_type) or self._take(len(buffer))
        buffer[: len(data)] = data
        return len(data)
