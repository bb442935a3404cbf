"""A piece of work done in a forked process: what it sends, and how it ended, whichever way that was.

The clock is the child's own and stops while it waits for its reader, so that a slow reader costs nothing.
A signal that nothing in the child handles ends it inside an engine as well as outside.
"""

from __future__ import annotations

import _thread
import contextlib
import gc
import marshal
import os
import struct
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Self

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.errors import LimitError, Place, StoreError
from ogdkg.lean import NamedTuple, signal
from ogdkg.sandbox.faults import NO_MEMORY, end_of_process, pickled, unpickled
from ogdkg.sandbox.lifeline import Lifeline
from ogdkg.sandbox.limits import free_memory, limit_memory
from ogdkg.sandbox.process import load_libc, without_network, work_done

_LENGTH = struct.Struct("!Q")
_STACK = 16 * 2**20  # bytes, as much everywhere: what a system gives a thread differs widely

Send = Callable[[str, Any], None]


class Task(NamedTuple):
    """The time limit of some work, the message when it is exceeded, and whether it may use the network.

    `each`: whether the limit is that of each message, rather than of all the work. `idle`: the seconds after
    which work that neither runs nor waits for a disk is taken to hang: HungError. `sections`: whether parts
    of the work may have limits of their own, each of which ends all of it.
    """

    seconds: float | None = None
    longer: str = ""
    network: bool = False
    each: bool = False
    idle: float | None = None
    sections: bool = False


_own_task: Task | None = None  # of the child that this process is, if it is one
_own_send: Send | None = None


def is_limited(seconds: float | None, *, network: bool = False) -> bool:
    """Return whether this process is a child with just these limits, so that it need not fork another."""
    task = _own_task
    if task is None or (task.network and not network):
        return False
    return seconds is None or task.seconds == seconds  # the limits of this process hold anyway


@contextlib.contextmanager
def section(seconds: float | None, longer: str) -> Iterator[Send]:
    """Limit a part of the work of this child, which has sections, as that of a further child would be.

    Args:
        seconds: The time limit; None is none.
        longer: What the parent says when it is exceeded.
    """
    assert _own_send
    _own_send("longer", longer)
    _own_send("at", "")
    signal.setitimer(signal.ITIMER_REAL, seconds or 0.0)
    try:
        yield _own_send
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def pause() -> None:
    """Stop the clock of this child, which waits for work, until it sends something."""
    signal.setitimer(signal.ITIMER_REAL, 0)


def has_sections() -> bool:
    """Whether this process is a child whose work has sections, so that it need not fork another."""
    return _own_task is not None and _own_task.sections


class HungError(Exception):
    """The work waits for a lock of a library that another thread held when it was forked."""


def can_fork() -> bool:
    """Whether work can be done in a child here; where it cannot (Windows), there are no limits."""
    return hasattr(os, "fork")


class Child:
    """The parent's end: what `work` sends, each (kind, detail) in plain values, until it ends.

    Raises what the work raised; LimitError where it took too much time or memory; StoreError where it
    crashed. A message of the kind "at" names the file that the work is at, for the place of an error; one of
    the kind "longer" is what to say of the limit that now holds.
    """

    def __init__(self, work: Callable[[Send], None], task: Task) -> None:
        self._task, self._at, self._parent = task, "", os.getpid()
        if not task.network:
            load_libc()  # once here, rather than in every child
        free = free_memory()
        spare = free and free // 2  # the reader of what it sends needs memory too
        self._lifeline, self._words = Lifeline(), _words()
        self._pipe, writing = os.pipe()
        try:
            self._child = _forked(lambda: _live(work, task, writing, spare, self._lifeline, self._words))
        except BaseException:
            self._release(writing)
            raise
        self._lifeline.hold()
        os.close(writing)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> tuple[str, Any]:
        if self._parent != os.getpid():  # both would read from one pipe, each a part
            hint = "Read it to its end before you fork, or ask again."
            raise StoreError("The answer was begun in another process.", hint=hint)
        try:
            while (message := self._next())[0] in ("at", "longer"):
                if message[0] == "at":
                    self._at = message[1]
                else:
                    self._task = self._task._replace(longer=message[1])
        except BaseException:
            self.close()
            raise
        if message[0] == "end":
            self.close()
            raise StopIteration
        if message[0] == "error":
            unsure()  # whoever passes over it may have an answer the next time
            self.close()
            raise unpickled(message[1])
        return message

    def close(self) -> None:
        """Kill the child, if it is still there, and forget it."""
        if self._child and self._parent == os.getpid():  # not in a child that was forked after it
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            self._end()

    def __del__(self) -> None:
        if getattr(self, "_child", 0):
            self.close()

    def _release(self, writing: int) -> None:
        """Close every descriptor, where no child was made."""
        self._lifeline.hold()
        self._lifeline.release()
        for descriptor in (self._pipe, writing, self._words):
            if descriptor is not None:
                os.close(descriptor)

    def _end(self) -> tuple[int, str]:
        """Wait for the child; its status as waitpid has it (0: another waited for it), and its last words."""
        child, self._child = self._child, 0
        os.close(self._pipe)
        self._lifeline.release()
        status = 0
        with contextlib.suppress(ChildProcessError):
            _, status = os.waitpid(child, 0)
        if self._words is None:
            return status, ""
        said = os.pread(self._words, 4096, 0)
        os.close(self._words)
        return status, said.decode("ascii", "replace")

    def _next(self) -> tuple[str, Any]:
        length = _LENGTH.unpack(self._read(_LENGTH.size))[0]
        message: tuple[str, Any] = marshal.loads(self._read(length))
        return message

    def _read(self, length: int) -> bytes:
        parts = []
        while length:
            if self._task.idle:
                self._watch(self._task.idle)
            part = os.read(self._pipe, min(length, 1 << 20))
            if not part:
                raise self._fault()
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _watch(self, idle: float) -> None:
        """Wait until there is something to read; HungError where the child does nothing meanwhile."""
        import select  # only where a child may hang

        seen, since = -1, time.monotonic()
        while not select.select([self._pipe], [], [], idle / 8)[0]:
            if (work := work_done(self._child)) is None or work != seen:
                seen, since = -1 if work is None else work, time.monotonic()
            elif time.monotonic() - since > idle:
                raise HungError

    def _fault(self) -> Exception:
        """Why the child ended in the middle."""
        status, said = self._end()
        place = Place(self._at) if self._at else None
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            hint = "Ask for less, or allow more with --timeout or OGDKG_TIMEOUT."
            return LimitError(self._task.longer, place=place, hint=hint)
        return end_of_process(status, said, place)


def _words() -> int | None:
    """A file in memory for what a library says when it ends the process; None where there is no such file."""
    return os.memfd_create("words") if hasattr(os, "memfd_create") else None


def _forked(live: Callable[[], NoReturn]) -> int:
    """The number of a child that lives so, to the parent."""
    # An interrupt meanwhile must not send the child back into the parent's code.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        with warnings.catch_warnings():
            # From Python 3.12 on it warns where there are threads: the child waits for none of their locks
            # but the allocator's, which survive a fork, and its clock ends it if need be.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            live()
        return child
    except OSError as error:
        raise StoreError(f"No process can be started: {error.strerror}.") from error
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _live(
    work: Callable[[Send], None],
    task: Task,
    pipe: int,
    spare: int | None,
    lifeline: Lifeline,
    words: int | None,
) -> NoReturn:
    """The child's whole life: settle, work, and leave without the parent's clean-up."""
    try:
        lifeline.tie()
        _settle(task, spare, words)
        # In a thread of its own: the engine draws random numbers (UUID, RAND, blank nodes) from a state that
        # each thread seeds once, so that two children would draw the same from the parent's.
        _thread.stack_size(_STACK)
        _thread.start_new_thread(_work, (work, task, pipe))
        while True:
            signal.pause()
    finally:
        os._exit(1)


def _settle(task: Task, spare: int | None, words: int | None) -> None:
    """Set the limits of the work: signals, memory, core dumps, the network."""
    import resource  # not on Windows, where this module is imported too

    gc.freeze()  # what the parent made is shared with it until it is touched
    _be_quiet(words)
    for ending in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU):
        signal.signal(ending, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and decides
    signal.set_wakeup_fd(-1)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash is told; what it held is not written down
    limit_memory(spare)
    if not task.network:
        without_network()


def _be_quiet(words: int | None) -> None:
    """Let what libraries say when they crash go where the parent may look for it."""
    if "faulthandler" in sys.modules:
        sys.modules["faulthandler"].disable()
    if "logging" in sys.modules:
        sys.modules["logging"].disable()
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(nothing if words is None else words, 2)


def _work(work: Callable[[Send], None], task: Task, pipe: int) -> NoReturn:
    """Work, tell how it went, and end the process."""
    global _own_task, _own_send
    left = task.seconds or 0.0

    def send(kind: str, detail: Any) -> None:
        nonlocal left
        data = marshal.dumps((kind, detail))
        left = signal.setitimer(signal.ITIMER_REAL, 0)[0]  # the clock stands still while the reader reads
        if task.each:
            left = task.seconds or 0.0
        _write(pipe, _LENGTH.pack(len(data)) + data)
        signal.setitimer(signal.ITIMER_REAL, left)

    _own_task, _own_send = task, send
    try:
        signal.setitimer(signal.ITIMER_REAL, left)  # 0 sets none
        try:
            work(send)
        except BaseException as error:
            if isinstance(error, MemoryError):
                raise
            send("error", pickled(error))
        else:
            send("end", None)
        os._exit(0)
    except MemoryError:
        os._exit(NO_MEMORY)
    finally:
        os._exit(1)


def _write(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(pipe, rest) :]
    except BrokenPipeError:
        os._exit(0)  # nobody reads on
