"""Takes down what a command prints and reads, so that its answer can be given again (`again.answers`).

Only what answers is remembered: a command that writes a file, starts a program, reaches a network, ran into a
limit or asked for the time answers anew each time.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, TextIO

from ogdkg.answer_cache.answers import KIND, MOST, MOST_STAMPS, Answer
from ogdkg.answer_cache.dependencies import Notes, Stamp, note, stamp_of, take, unsure
from ogdkg.answer_cache.folders import cache_folder

_ANSWERED = (0, 1)  # exit codes: 1 is an answer that somebody may not like
_LISTING = ("os.scandir", "os.listdir")
_DOING = (
    *("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.startfile", "pty.spawn"),
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "builtins.input"),
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    *("os.chown", "os.utime", "os.setxattr", "os.chdir"),
)
_HEARD = frozenset(("open", *_LISTING, *_DOING))  # of the many events that there are
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OF_THE_SYSTEM = ("/proc/", "/sys/fs/cgroup/")  # how much memory there is, on which no answer depends
_NO_FILES = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")


class Recording:
    """One command that is taken down.

    Args:
        name: The name under which its answer is to be kept.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._notes = Notes()
        self._began = time.time_ns()
        self._pieces: list[tuple[int, bytes]] = []
        self._bytes = 0

    def of(self, command: Callable[[], int]) -> int:
        """Run the command, keep what it answers, and return its exit code."""
        self._kept = cache_folder() + "/"
        take(self._notes)
        sys.addaudithook(self._hear)
        sys.stdout, sys.stderr = self._taken_down(sys.stdout, 1), self._taken_down(sys.stderr, 2)
        code = command()
        with suppress(OSError):  # it has told what a full disk does not take
            sys.stdout.flush()
        sys.stderr.flush()
        if code in _ANSWERED and self._notes.is_sure:
            self._keep(code)
        take(None)
        return code

    def _taken_down(self, stream: TextIO, number: int) -> TextIO:
        raw = _TakenDown(number, self._take_down, is_message=number == 2)
        return io.TextIOWrapper(
            io.BufferedWriter(raw),
            stream.encoding,
            stream.errors,
            line_buffering=number == 2 or stream.isatty(),
        )

    def _take_down(self, number: int, data: memoryview | None) -> None:
        self._bytes += 0 if data is None else data.nbytes
        if data is None or self._bytes > MOST:
            unsure()
        elif self._notes.is_sure:
            self._pieces.append((number, bytes(data)))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Hear what Python does: an audit hook (PEP 578), which stays as long as the process."""
        if event not in _HEARD or (arguments and _is_nothing(arguments[0])):
            return
        if event == "open":
            path, mode, flags = arguments
            if (mode and mode.strip("rbtU")) or (isinstance(flags, int) and flags & _WRITING):
                unsure()
            self._look(path)
        elif event in _LISTING:
            self._look(arguments[0])
        else:
            unsure()

    def _look(self, path: object) -> None:
        name = os.fsdecode(path) if isinstance(path, bytes | str | os.PathLike) else "."
        if name.startswith(_NO_FILES):
            unsure()
        elif not name.startswith((self._kept, *_OF_THE_SYSTEM)):
            note(name)

    def _keep(self, code: int) -> None:
        stamps = self._notes.stamps
        if not self._are_old(stamps):  # each as it was before it was read: what changes later is noticed
            return
        program = {path: stamps[path] if path in stamps else stamp_of(path) for path in _program()}
        if self._are_old(program) and len(stamps) + len(program) <= MOST_STAMPS:
            from ogdkg.project.cache_files import keep  # only who keeps something

            at, says_how = self._began // 10**9, self._notes.says_how
            answer = Answer(at, code, says_how, program | stamps, self._pieces)
            keep(KIND, self._name, answer.packed())

    def _are_old(self, stamps: Mapping[str, Stamp]) -> bool:
        """Whether nothing has changed for a while: a second change might not show in the times of a file."""
        from ogdkg.files.atomic import UNSURE  # as above

        before = self._began - UNSURE
        return all(max(stamp[3:5], default=0) < before for stamp in stamps.values() if stamp)


class _TakenDown(io.FileIO):
    """A stream of which is taken down what is written to it; None where it takes not all."""

    def __init__(self, number: int, take_down: Callable[[int, memoryview | None], None], *, is_message: bool):
        super().__init__(number, "w", closefd=False)
        self._take_down, self._is_message = take_down, is_message

    def write(self, data: Any, /) -> int:
        try:
            written = super().write(data)
        except OSError:
            self._take_down(self.fileno(), None)
            if self._is_message:  # a full disk there changes no exit code
                return memoryview(data).nbytes
            raise
        self._take_down(self.fileno(), memoryview(data).cast("B")[:written])
        return written


def _is_nothing(path: object) -> bool:
    """Whether this is a file that was opened before, or a path at which Python keeps what it compiles."""
    if not isinstance(path, str):
        return isinstance(path, int)
    stem, found, number = path.rpartition(".pyc")
    return path.endswith("__pycache__") or bool(stem and found and number.lstrip(".0123456789") == "")


def _program() -> Iterator[str]:
    """Yield the files of the program: of others what is loaded, and of our rooms what may be at need."""
    rooms = set()
    for name, module in list(sys.modules.items()):
        first = name.partition(".")[0]
        file = None if first in sys.stdlib_module_names else getattr(module, "__file__", None)
        if not file:
            continue
        if first == "ogdkg":
            rooms.add(file.rpartition(os.sep)[0])
        else:
            yield file
    for room in rooms:
        with os.scandir(room) as entries:
            yield from (entry.path for entry in entries if entry.name.endswith(".py"))
