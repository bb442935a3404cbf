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
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from tempfile import SpooledTemporaryFile

from ogdkg.diff.revisions import File
from ogdkg.files.temporary import written_aside
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import nodes_of, split
from ogdkg.store.stream import Document

NO_BASE = "http://base.invalid/"  # relative IRIs compare by themselves: any base will do
_HELD = 2**24  # bytes of lines in memory
_PARTITIONS = 64  # of the hashes: sets of one are in memory at once

# What files hold as N-Quads, and their prefixes: by their formats, their bytes, and how many files before in
# their version hold just the same.
Readings = dict[tuple[Format, bytes, int], tuple[list[bytes], dict[str, str]]]


class Lines:
    """The lines of files, each with its line feed, as often as they are asked for; and their prefixes.

    Their blank nodes have labels that no other file has.

    Args:
        files: The files, in the order in which their lines are wanted.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        known: What files hold that were read for earlier comparisons, to which these are added; without it
            nothing is held in memory of a large file.
    """

    def __init__(
        self, files: Iterable[File], contexts: Mapping[str, Path] | None, known: Readings | None = None
    ) -> None:
        self.prefixes: dict[str, str] = {}
        self._contexts, self._known = contexts, known
        self._before = Counter[tuple[Format, bytes]]()
        self._hashes = [array("q") for _ in range(_PARTITIONS)]
        self._numbers: list[tuple[File, int]] = []
        self._text = SpooledTemporaryFile(max_size=_HELD)  # noqa: SIM115  # goes with this
        try:
            for file in files:
                self._numbers.append((file, self._take(file)))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give up the temporary file."""
        self._text.close()

    def _take(self, file: File) -> int:
        """Read a file, and return the number of its lines."""
        add = [partition.append for partition in self._hashes]
        number = 0
        for text in self._texts(file):
            with written_aside():
                self._text.write(text)
            for line in io.BytesIO(text):
                if b"_:" not in line or not has_blank(line):
                    found = hash(line)
                    add[found % _PARTITIONS](found)
            number += text.count(b"\n")
        return number

    def _texts(self, file: File) -> Iterable[bytes]:
        """The lines of a file, some at a time."""
        if self._known is None:
            return self._parsed(file, self.prefixes)
        same = file.form, file.data
        key = *same, self._before[same]
        self._before[same] += 1
        if key not in self._known:
            own: dict[str, str] = {}
            self._known[key] = list(self._parsed(file, own)), own
        texts, prefixes = self._known[key]
        self.prefixes |= prefixes
        return texts

    def _parsed(self, file: File, prefixes: dict[str, str]) -> Iterator[bytes]:
        """Parse a file into lines, and add its prefixes to some."""
        document = Document(file.data, file.form, file.name, NO_BASE, fresh=True, contexts=self._contexts)
        yield from document.as_nquads()
        prefixes |= document.prefixes

    def __iter__(self) -> Iterator[bytes]:
        with written_aside():  # what is left in its buffer
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
