"""What is measured of a version of a graph, once for all its processes, by one in the background."""

from __future__ import annotations

import json
import mmap
import os
import signal
import struct
import time
import warnings
import zlib
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from ogdkg.errors import OgdkgError
from ogdkg.sandbox.process import die_with_parent, load_libc

_SIZE = 1 << 20
_HEAD = struct.Struct("=qd")  # how many bytes there are, and when measuring began
_LONGEST = 300.0  # seconds for everything
_LONG_AGO = 1.0
_PAUSE = 0.05
_NICER = 10  # than what answers
Part = tuple[str, Any]
Work = Callable[[], Iterator[Part]]


class Measured:
    """A place in memory that all processes of a version share: the parts that have been measured.

    It is to be made before processes are forked.

    Attributes:
        longest: The seconds for everything.
        nicer: How much it steps back for those that answer.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _SIZE)
        self.longest, self.nicer = _LONGEST, _NICER

    @property
    def parts(self) -> dict[str, Any]:
        """The parts that there are."""
        length, _ = _HEAD.unpack_from(self._memory)
        if not length:
            return {}
        try:
            body = zlib.decompress(self._memory[_HEAD.size : _HEAD.size + length])
        except zlib.error:  # it is just being written
            return {}
        found: dict[str, Any] = json.loads(body)
        return found

    @property
    def is_late(self) -> bool:
        """Whether measuring has ended, or should have."""
        began = _HEAD.unpack_from(self._memory)[1]
        return bool(began) and time.time() - began > self.longest

    def start(self, work: Work) -> bool:
        """Let a process measure, unless one has begun to; whether this is the one to start it."""
        length, began = _HEAD.unpack_from(self._memory)
        if began or not hasattr(os, "fork"):
            return False
        _HEAD.pack_into(self._memory, 0, length, time.time())
        load_libc()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of forks beside threads: ours only waits
            try:
                child = os.fork()
            except OSError:  # there is no memory for it: the page says that nothing was measured in time
                return False
        if child == 0:
            self._live(work)
        os.waitpid(child, 0)
        return True

    def wait(self, names: set[str], seconds: float) -> dict[str, Any]:
        """Return the parts, once those named are there or the time is over."""
        end = time.monotonic() + seconds
        while not names <= (found := self.parts).keys() and time.monotonic() < end:
            time.sleep(_PAUSE)
        return found

    def _live(self, work: Work) -> NoReturn:
        """The life of a process that measures: a child of the keeper, with no connection of its parent's."""
        try:
            between = os.getpid()
            if os.fork():
                os._exit(0)
            while os.getppid() == between:
                time.sleep(_PAUSE)
            die_with_parent()
            os.closerange(3, _most_files())
            for number in (signal.SIGTERM, signal.SIGALRM):
                signal.signal(number, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self.longest)
            os.nice(self.nicer)
            found: dict[str, Any] = {}
            for name, part in work():
                found[name] = part
                self._write(found)
            os._exit(0)
        finally:
            length, _ = _HEAD.unpack_from(self._memory)
            _HEAD.pack_into(self._memory, 0, length, _LONG_AGO)  # nobody is to wait for the rest
            os._exit(1)

    def _write(self, parts: dict[str, Any]) -> None:
        body = zlib.compress(json.dumps(parts).encode())
        if len(body) > _SIZE - _HEAD.size:
            return
        began = _HEAD.unpack_from(self._memory)[1]
        _HEAD.pack_into(self._memory, 0, 0, began)
        self._memory[_HEAD.size : _HEAD.size + len(body)] = body
        _HEAD.pack_into(self._memory, 0, len(body), began)


def _most_files() -> int:
    import resource  # not on Windows, where nothing is forked

    return min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65_536)


def guarded(name: str, measure: Callable[[], Any]) -> Part:
    """Return a part, or why there is none."""
    try:
        return name, measure()
    except OgdkgError as error:
        return name, {"error": error.message}
    except (RecursionError, MemoryError):
        return name, {"error": "This needs more memory than there is."}
