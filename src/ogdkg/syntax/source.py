"""The bytes of a document, and the line and column of any offset in them."""

from __future__ import annotations

import mmap
from pathlib import Path

from ogdkg.errors import InputError, Place, check_is_text
from ogdkg.files.packed import unpacked
from ogdkg.files.text import reading
from ogdkg.rdf.formats import is_packed

Data = bytes | mmap.mmap

_MAPPED_FROM = 64 * 2**20  # larger files are mapped, so that memory does not grow with them
_BLOCK = 2**13  # bytes: few, as lines are counted from the beginning of one for every place
_CHECKED = 2**20
_CONTINUING = bytes(range(0x80, 0xC0))  # bytes that begin no character
_BOM = b"\xef\xbb\xbf"


class Source:
    """A document in UTF-8, checked to be that, under the name that its places carry.

    >>> Source("a b\\nc d".encode(), "notes.ttl").place(6)
    Place(file='notes.ttl', line=2, column=3)
    """

    def __init__(self, data: Data, name: str) -> None:
        self.data = data
        self.name = name
        self.start = len(_BOM) if data[:3] == _BOM else 0
        # How many stand before each block of the data, as far as anyone has asked.
        self._newlines, self._characters = [0], [0]
        self._last = self.start, 1, 1  # offset, line and column last asked for
        self._check_encoding()

    def place(self, offset: int) -> Place:
        """The line and column of an offset. Lines end with LF; a leading BOM is in no column.

        One that follows the last one asked for on its line costs no more than what lies between.
        """
        before, line, column = self._last
        if before <= offset and self.data.find(b"\n", before, offset) < 0:
            column += len(self.data[before:offset].decode(errors="replace"))
        else:
            line, column = self._line_and_column(offset)
        self._last = offset, line, column
        return Place(self.name, line, column)

    def _line_and_column(self, offset: int) -> tuple[int, int]:
        block = offset // _BLOCK
        for known in range(len(self._newlines), block + 1):
            end = known * _BLOCK
            before = self.data[end - _BLOCK : end]
            self._newlines.append(self._newlines[-1] + before.count(b"\n"))
            self._characters.append(self._characters[-1] + _characters(before))
        line = self._newlines[block] + self.data[block * _BLOCK : offset].count(b"\n") + 1
        begin = max(self.data.rfind(b"\n", 0, offset) + 1, self.start)
        return line, self._characters_before(offset) - self._characters_before(begin) + 1

    def _characters_before(self, offset: int) -> int:
        block = offset // _BLOCK
        return self._characters[block] + _characters(self.data[block * _BLOCK : offset])

    def error(self, offset: int, message: str, hint: str) -> InputError:
        """Return an error at an offset of the document."""
        return InputError(message, place=self.place(offset), hint=hint)

    def _check_encoding(self) -> None:
        """Raise at the first byte that is not UTF-8 (Turtle, 6: a document is always UTF-8)."""
        check_is_text(self.data[:16], self.name)
        begin = 0
        while begin < len(self.data):
            end = _end_of_character(self.data, begin + _CHECKED)
            try:
                self.data[begin:end].decode()
            except UnicodeDecodeError as error:
                hint = "Save the file in UTF-8."
                raise self.error(begin + error.start, "The text is not UTF-8 here.", hint) from None
            begin = end


def _characters(data: bytes) -> int:
    """How many characters of UTF-8 begin in some bytes."""
    return len(data.translate(None, _CONTINUING))


def _end_of_character(data: Data, offset: int) -> int:
    """The first offset from `offset` on that does not cut a character in two."""
    while offset < len(data) and data[offset] & 0xC0 == 0x80:
        offset += 1
    return offset


def from_text(text: str, name: str) -> Source:
    """Return a source for a text in memory.

    Raises:
        InputError: It has half of a surrogate pair, which UTF-8 cannot hold.
    """
    try:
        return Source(text.encode(), name)
    except UnicodeEncodeError as error:
        line, column = text.count("\n", 0, error.start) + 1, error.start - text.rfind("\n", 0, error.start)
        message = f"U+{ord(text[error.start]):04X} is half of a surrogate pair, and no character."
        raise InputError(message, place=Place(name, line, column), hint="Take it out.") from None


def from_file(path: Path) -> Source:
    """Return a source for a file, unpacked if its name says that it is packed."""
    with reading(path):
        return Source(_bytes_of(path), str(path))


def _bytes_of(path: Path) -> Data:
    if is_packed(path):
        return unpacked(path)
    with path.open("rb") as file:
        if path.stat().st_size < _MAPPED_FROM:
            return file.read()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
