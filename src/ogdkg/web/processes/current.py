"""Which version is served: a few numbers in memory that all processes share, whoever forks whom."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path

# The generation, the process that has it, the process that writes the next, the keeper's looks.
_NUMBERS = struct.Struct("=qqqq")


class Current:
    """The version that is served, for all processes that are forked from the one that makes this.

    Numbers of eight bytes that are aligned are read and written whole.

    Args:
        path: A file, by which processes that are forked from another one see it too.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path is None:
            self._memory = mmap.mmap(-1, mmap.PAGESIZE)
            return
        with path.open("a+b") as file:
            file.truncate(mmap.PAGESIZE)
            self._memory = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    def _at(self, place: int) -> int:
        return int(_NUMBERS.unpack_from(self._memory)[place])

    def _set(self, place: int, number: int) -> None:
        struct.pack_into("=q", self._memory, 8 * place, number)

    @property
    def generation(self) -> int:
        """How many versions there have been."""
        return self._at(0)

    @property
    def origin(self) -> int:
        """The process that has read the current version, or written it."""
        return self._at(1)

    @property
    def writer(self) -> int:
        """The process that is writing the next version; 0 where none is."""
        return self._at(2)

    @writer.setter
    def writer(self, process: int) -> None:
        self._set(2, process)

    @property
    def looks(self) -> int:
        """How often the keeper has looked at the files since somebody asked it to."""
        return self._at(3)

    def count_look(self) -> None:
        """Tell that the keeper has looked at the files."""
        self._set(3, self.looks + 1)

    def take_over(self, process: int) -> None:
        """Let the version of a process be the current one: from now on no other is answered from."""
        self._set(1, process)
        self._set(0, self.generation + 1)
