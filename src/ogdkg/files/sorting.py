"""Sorts more lines than fit into memory: sorted runs on disk, merged as they are read."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_MOST = 2**26  # bytes of lines held in memory, and as much again for Python's objects
_EACH = 33  # bytes that Python adds to each
_RUNS = 64  # files that are open at once


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
        self._size = 0
        self._runs: list[IO[bytes]] = []

    def add(self, line: bytes) -> None:
        """Add a line."""
        self._held.append(line)
        self._size += len(line) + _EACH
        if self._size > self._most:
            self._spill()

    def extend(self, lines: Iterable[bytes]) -> None:
        """Add lines."""
        for line in lines:
            self.add(line)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines; again from the first one each time, but not two times at once."""
        if not self._runs:
            yield from sorted(set(self._held))
            return
        if self._held:
            self._spill()
        yield from _once(heapq.merge(*map(_lines, self._runs)))

    def _spill(self) -> None:
        """Write what is held as a run; many runs become one, so that few files are open."""
        runs = self._runs
        self._runs = [*runs, self._written(sorted(set(self._held)))]
        self._held, self._size = [], 0
        if len(self._runs) >= _RUNS:
            runs, self._runs = self._runs, []
            self._runs = [self._written(_once(heapq.merge(*map(_lines, runs))))]
            for run in runs:
                run.close()

    def _written(self, lines: Iterable[bytes]) -> IO[bytes]:
        file: IO[bytes] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  # closed by `close`
        file.writelines(line + b"\n" for line in lines)
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


def _lines(run: IO[bytes]) -> Iterator[bytes]:
    run.seek(0)
    return (line[:-1] for line in run)


def _once(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a sorted iterable, each once."""
    before = None
    for line in lines:
        if line != before:
            yield line
            before = line
