"""Sorts more lines than fit into memory: sorted runs on disk, merged as they are read."""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from ogdkg.files.temporary import written_aside

_MOST = 2**26  # bytes of lines held in memory, and as much again for Python's objects
_EACH = 33  # bytes that Python adds to each
_RUNS = 64  # files that are open at once
_TOGETHER = 1_000  # lines that are written at once
_BLOCK = 2**17  # bytes of each that are merged at once


class SortedLines:
    """Lines without line feeds, which come back in the order of their bytes, each once.

    It holds some hundred megabytes at most; the rest lies in nameless files that go with it.

    Args:
        folder: Where these files lie; by default where the system keeps temporary files.
        most: The bytes held in memory.
    """

    def __init__(self, folder: Path | None = None, most: int = _MOST) -> None:
        self._folder, self._most = folder, most
        self._held: list[bytes] = []
        self._size = self._number = 0
        self._runs: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        """Add a line."""
        self._number += 1
        self._held.append(line)
        self._size += len(line) + _EACH
        if self._size > self._most:
            self._spill()

    def extend(self, lines: Iterable[bytes]) -> None:
        """Add lines."""
        for line in lines:
            self.add(line)

    def __len__(self) -> int:
        """How many were added, one as often as it was."""
        return self._number

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines; again from the first one each time, but not two times at once."""
        if not self._runs:
            yield from sorted(set(self._held))
            return
        if self._held:
            self._spill()
        yield from _merged(self._runs)

    def _spill(self) -> None:
        """Write what is held as a run; many runs become one, so that few files are open."""
        runs = self._runs
        self._held.sort()
        self._runs = [*runs, self._written(self._held)]
        self._held, self._size = [], 0
        if len(self._runs) >= _RUNS:
            runs, self._runs = self._runs, []
            self._runs = [self._written(_merged(runs))]
            for run in runs:
                run.close()

    def _written(self, lines: Iterable[bytes]) -> IO[bytes]:
        rest = iter(lines)
        with written_aside(self._folder):
            file: IO[bytes] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed by `close`
            while block := list(islice(rest, _TOGETHER)):
                file.write(b"\n".join(block) + b"\n")
            file.flush()
        return file

    def close(self) -> None:
        """Give up the files."""
        for run in self._runs:
            run.close()
        self._runs, self._held = [], []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Run:
    """A run of sorted lines, of which a block is in memory."""

    def __init__(self, file: IO[bytes]) -> None:
        file.seek(0)
        self._file = file
        self.fill()

    def fill(self) -> None:
        """Take the next block; an empty one at the end."""
        self._block = [line[:-1] for line in self._file.readlines(_BLOCK)]
        self._at = 0

    @property
    def last(self) -> bytes | None:
        """The last line of the block; None once there is no more."""
        return self._block[-1] if self._block else None

    def up_to(self, bound: bytes) -> list[bytes]:
        """Take the lines up to a bound; none of the next block may be among them but such as equal it."""
        begin, self._at = self._at, bisect_right(self._block, bound, self._at)
        found = self._block[begin : self._at]
        if self._at == len(self._block):
            self.fill()
        return found


def _merged(files: Iterable[IO[bytes]]) -> Iterator[bytes]:
    """Yield the lines of sorted runs, each once: a block of each at a time, as `sort` knows runs."""
    runs, before = [_Run(file) for file in files], None
    while bounds := [run.last for run in runs if run.last is not None]:
        bound = min(bounds)
        lines = [line for run in runs for line in run.up_to(bound)]
        lines.sort()
        for line in lines:
            if line != before:
                yield line
                before = line
