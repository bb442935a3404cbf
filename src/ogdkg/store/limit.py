"""A time limit that holds: the query runs in a forked process, which can be killed inside the engine.

The limit counts the time spent waiting for the engine, not the time the reader of the rows takes.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import resource
import select
import signal
import struct
import time
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ogdkg.errors import LimitError, OgdkgError, StoreError
from ogdkg.store.base import Result, Rows, Triples
from ogdkg.terms import Blank, Iri, Literal, Term, Triple

_BATCH = 256
_LENGTH = struct.Struct("!Q")


def limited(produce: Callable[[], Result], seconds: float | None) -> Result:
    """The result of `produce`, or LimitError once the engine has taken `seconds`; None or 0 is no limit."""
    if not seconds or not hasattr(os, "fork"):
        return produce()
    reader = _Reader(produce, seconds)
    kind, detail = next(reader)
    if kind == "truth":
        reader.close()
        return bool(detail)
    if kind == "triples":
        return Triples(Triple(*row) for row in _rows(reader))  # type: ignore[arg-type]  # as they were sent
    return Rows(tuple(detail), _rows(reader))


def _rows(reader: _Reader) -> Iterator[tuple[Term | None, ...]]:
    with contextlib.closing(reader):
        for _, batch in reader:
            for row in batch:
                yield tuple([_received(part) for part in row])


def _sent(term: Term | None) -> str | tuple[str, ...] | None:
    """A term in plain values, which marshal passes three times as fast as pickle does our classes."""
    if isinstance(term, Iri):
        return term.value
    if isinstance(term, Literal):
        return term.value, term.datatype, term.language
    return None if term is None else (term.label,)


def _received(part: Any) -> Term | None:
    if part is None:
        return None
    if type(part) is str:
        return Iri(part)
    return Literal(*part) if len(part) == 3 else Blank(part[0])


class _Reader:
    """The parent's end: messages from the child, each (kind, detail); raises the error the child met."""

    def __init__(self, produce: Callable[[], Result], seconds: float) -> None:
        self._seconds = self._left = seconds
        self._pipe, writing = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(self._pipe)
            _work(produce, writing, seconds)
        os.close(writing)

    def __iter__(self) -> _Reader:
        return self

    def __next__(self) -> tuple[str, Any]:
        try:
            message: tuple[str, Any] = marshal.loads(self._read(_LENGTH.unpack(self._read(_LENGTH.size))[0]))
        except BaseException:
            self.close()
            raise
        if message[0] == "end":
            self.close()
            raise StopIteration
        if message[0] == "error":
            self.close()
            import pickle  # an error alone is an object

            raise pickle.loads(message[1])
        return message

    def close(self) -> None:
        """Kill the child, if it is still there, and forget it."""
        if self._child:
            os.close(self._pipe)
            os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0

    def __del__(self) -> None:
        self.close()

    def _read(self, length: int) -> bytes:
        parts = []
        while length:
            self._wait()
            part = os.read(self._pipe, min(length, 1 << 20))
            if not part:
                raise StoreError(
                    "The engine stopped in the middle of the query.", hint="It may have run out of memory."
                )
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _wait(self) -> None:
        begun = time.monotonic()
        ready, _, _ = select.select([self._pipe], [], [], max(self._left, 0))
        self._left -= time.monotonic() - begun
        if not ready:
            hint = "Ask for less, or allow more with --timeout or OGDKG_TIMEOUT."
            raise LimitError(f"The query took longer than {self._seconds:g} seconds.", hint=hint)


def _work(produce: Callable[[], Result], pipe: int, seconds: float) -> None:
    """The child's whole life: answer, and leave without the parent's clean-up."""
    with contextlib.suppress(BaseException):
        # Should the parent be killed, the child must not go on for ever.
        spent = time.process_time()
        resource.setrlimit(resource.RLIMIT_CPU, (int(spent + seconds) + 2, resource.RLIM_INFINITY))
        with os.fdopen(pipe, "wb") as out:
            try:
                _answer(produce(), out)
            except OgdkgError as error:
                import pickle  # as above

                _send(out, "error", pickle.dumps(error))
    os._exit(0)


def _answer(result: Result, out: Any) -> None:
    if isinstance(result, bool):
        return _send(out, "truth", result)
    if isinstance(result, Triples):
        _send(out, "triples", None)
        _stream(result.triples, out)
    else:
        _send(out, "rows", result.variables)
        _stream(result.rows, out)
    return _send(out, "end", None)


def _stream(rows: Iterator[Any], out: Any) -> None:
    while batch := [[_sent(term) for term in row] for row in islice(rows, _BATCH)]:
        _send(out, "batch", batch)


def _send(out: Any, kind: str, detail: Any) -> None:
    data = marshal.dumps((kind, detail))
    out.write(_LENGTH.pack(len(data)) + data)
    out.flush()
