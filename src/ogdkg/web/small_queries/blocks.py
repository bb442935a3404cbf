"""A file of the triples of a graph, which many processes look into without reading it whole.

It has a block for each subject, and one for each object: a line for each triple, with the number of its
predicate and its other term. Terms are written as answers in JSON have them, so that equal terms are equal
texts. Then comes a table of where blocks begin, by a digest of their term, and at last the predicates.
A block that is too large for a small answer is left out, and known to be.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
import struct
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from ogdkg.rdf.terms import Iri, Subject, Triple
from ogdkg.render.views.results import term_as_json

SUBJECTS, OBJECTS = b"s", b"o"  # whether a block is about a subject or an object
MOST = 1 << 15  # bytes of a block
_MOST_PREDICATES = 1 << 16
_PARTS = 32  # files that lines are sorted in, so that few are in memory at a time
_SLOT = struct.Struct("=QQ")  # of the table: a digest, and where its block is; 0 where none is
_HEAD = struct.Struct("=II")  # of a block: the length of its term, and of its lines
_LEFT_OUT = 0xFFFFFFFF
_END = struct.Struct("=Q")  # the length of the last part


class TooMuchError(Exception):
    """More is to be looked at than a small answer may take."""


class TooLargeError(TooMuchError):
    """A block was left out, as it is too large."""


def block_path(folder: Path, generation: int) -> Path:
    """Return the file of a version that is kept for as long as the server runs."""
    return folder / f"near-{generation}"


def block_paths(folder: Path) -> list[tuple[Path, int]]:
    """Return those files, each with its version."""
    paths = (path for path in folder.glob("near-*") if not path.suffix)
    return [(path, int(path.name.removeprefix("near-"))) for path in paths]


def write_blocks(path: Path, triples: Iterable[Triple]) -> None:
    """Write the file.

    Args:
        path: The file.
        triples: The triples of the graph, each once.

    Raises:
        TooMuchError: The graph has too many predicates.
    """
    with contextlib.ExitStack() as stack, path.open("wb") as file:
        parts = [stack.enter_context(tempfile.TemporaryFile(dir=path.parent)) for _ in range(_PARTS)]
        predicates = _sort_out(triples, parts)
        file.write(bytes(_SLOT.size))  # so that no block begins at 0
        table = _table([slot for part in parts for slot in _written(file, part)])
        told = {"predicates": predicates, "table": file.tell(), "slots": len(table) // _SLOT.size}
        data = json.dumps(told).encode()
        file.write(table + data + _END.pack(len(data)))


def _sort_out(triples: Iterable[Triple], parts: Sequence[IO[bytes]]) -> list[str]:
    """Write each triple to two of the parts, by its subject and by its object; return the predicates."""
    numbers: dict[str, int] = {}
    subject: Subject | None = None
    shown = ""
    for triple in triples:
        if triple.subject != subject:
            subject, shown = triple.subject, term_as_json(triple.subject)
        predicate, other = triple.predicate.value, term_as_json(triple.object)
        number = numbers.setdefault(predicate, len(numbers))
        _put(parts, SUBJECTS, shown, f"{number}\t{other}")
        _put(parts, OBJECTS, other, f"{number}\t{shown}")
        if len(numbers) > _MOST_PREDICATES:
            raise TooMuchError
    return [term_as_json(Iri(each)) for each in numbers]


def _put(parts: Sequence[IO[bytes]], of: bytes, term: str, line: str) -> None:
    if len(term) > MOST:
        return  # no query has it, and no block that is not left out
    if len(line) > MOST:
        line = ""  # the block is too large: see `_written`
    parts[hash(term) % _PARTS].write(b"%s%s\t%s\n" % (of, term.encode(), line.encode()))


def _written(file: IO[bytes], part: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Write the blocks of a part, and yield the digest of each one's term, and where it is."""
    part.seek(0)
    lines = (line.rstrip(b"\n").partition(b"\t") for line in sorted(part))
    for term, found in groupby(lines, key=lambda line: line[0]):
        block = [line[2] for line in found]
        body = b"\n".join(block)
        is_left_out = len(body) > MOST or not all(block)
        yield _digest(term), file.tell()
        file.write(_HEAD.pack(len(term), _LEFT_OUT if is_left_out else len(body)) + term)
        if not is_left_out:
            file.write(body)


def _table(slots: list[tuple[int, int]]) -> bytes:
    """A table of twice as many places, each slot at the first free one from that of its digest."""
    size = 1 << (2 * len(slots) + 1).bit_length()
    table = array("Q", bytes(size * _SLOT.size))
    for digest, place in slots:
        at = digest & (size - 1)
        while table[2 * at + 1]:
            at = (at + 1) & (size - 1)
        table[2 * at], table[2 * at + 1] = digest, place
    return table.tobytes()


def _digest(term: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(term, digest_size=8).digest(), "little")


class Blocks:
    """Looks into a file that `write_blocks` has written.

    Args:
        path: The file.

    Attributes:
        predicates: The predicates by their number, as text in JSON.
        numbers: The number of each predicate, as lines have it.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        end = len(self._bytes) - _END.size
        start = end - _END.unpack_from(self._bytes, end)[0]
        told: dict[str, Any] = json.loads(self._bytes[start:end])
        self.predicates: list[str] = told["predicates"]
        self.numbers = {term: str(number) for number, term in enumerate(self.predicates)}
        self._table, self._last = told["table"], told["slots"] - 1

    def close(self) -> None:
        """Let go of the file."""
        self._bytes.close()

    def has(self, of: bytes, term: str) -> bool:
        """Return whether there is a block about a term."""
        try:
            return bool(self.lines(of, term))
        except TooLargeError:
            return True

    def lines(self, of: bytes, term: str) -> str:
        """Return the lines of the block about a term; none where there is no such block.

        Raises:
            TooLargeError: It was left out.
        """
        key = of + term.encode()
        digest = _digest(key)
        at = digest & self._last
        while (slot := _SLOT.unpack_from(self._bytes, self._table + at * _SLOT.size))[1]:
            if slot[0] == digest and (found := self._block(slot[1], key)) is not None:
                return found
            at = (at + 1) & self._last
        return ""

    def _block(self, place: int, key: bytes) -> str | None:
        """The lines of the block at a place, if it is about a term."""
        of_key, of_lines = _HEAD.unpack_from(self._bytes, place)
        start = place + _HEAD.size + of_key
        if self._bytes[place + _HEAD.size : start] != key:
            return None
        if of_lines == _LEFT_OUT:
            raise TooLargeError
        return self._bytes[start : start + of_lines].decode()
