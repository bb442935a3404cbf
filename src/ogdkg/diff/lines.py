"""What a version states as lines of N-Quads, and which of these another version lacks.

Of most comparisons nearly all is in both versions. So of each line no more is held than a hash, eight bytes
where an object takes some hundreds; the lines themselves lie in a nameless temporary file where there are
many. The hash is Python's of 64 bits, with a key of the process: of ten million lines on each side the chance
is one in 200,000 that a change has the hash of something else and is overlooked, and nobody can make one that
has.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile

from ogdkg.diff.revisions import File
from ogdkg.rdf.statements import nodes_of, split
from ogdkg.store.stream import Document

NO_BASE = "http://base.invalid/"  # relative IRIs compare by themselves: any base will do
_HELD = 2**24  # bytes of lines in memory
_PARTITIONS = 64  # of the hashes: sets of one are in memory at once


class Lines:
    """The lines of files, each with its line feed, as often as they are asked for; and their prefixes.

    Their blank nodes have labels that no other version has.
    """

    def __init__(self, files: Iterable[File], contexts: Mapping[str, Path] | None) -> None:
        self.prefixes: dict[str, str] = {}
        self._hashes = [array("q") for _ in range(_PARTITIONS)]
        self._numbers: list[tuple[File, int]] = []
        self._text = SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115  # goes with this
        try:
            for file in files:
                self._numbers.append((file, self._take(file, contexts)))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give up the temporary file."""
        self._text.close()

    def _take(self, file: File, contexts: Mapping[str, Path] | None) -> int:
        """Read a file, and return the number of its lines."""
        add = [partition.append for partition in self._hashes]
        document = Document(file.data, file.form, file.name, NO_BASE, fresh=True, contexts=contexts)
        number = 0
        for text in document.as_nquads():
            self._text.write(text)
            for line in io.BytesIO(text):
                if b"_:" not in line or not has_blank(line):
                    found = hash(line)
                    add[found % _PARTITIONS](found)
            number += text.count(b"\n")
        self.prefixes |= document.prefixes
        return number

    def __iter__(self) -> Iterator[bytes]:
        self._text.seek(0)
        return iter(self._text)

    def by_file(self) -> Iterator[tuple[File, Iterator[bytes]]]:
        """Yield each file with its lines, which are to be read before the next file is asked for."""
        lines = iter(self)
        for file, number in self._numbers:
            yield file, islice(lines, number)

    def lone(self, other: Lines) -> tuple[set[int], set[int]]:
        """The hashes of lines that only these have, and of those that only the other has.

        None is of a line with blank nodes. All that is known of hashes is used up.
        """
        ours: set[int] = set()
        theirs: set[int] = set()
        while self._hashes:
            one, another = set(self._hashes.pop()), set(other._hashes.pop())
            ours |= one - another
            theirs |= another - one
        return ours, theirs


def has_blank(line: bytes) -> bool:
    """Whether there is a blank node in a line, whose label says nothing."""
    if b"_:" not in line:
        return False
    return any(node[:2] == "_:" for part in split(line[:-1].decode()) for node in nodes_of(part))
