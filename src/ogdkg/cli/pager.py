"""Shows output a page at a time, with the program that the user's `PAGER` names, else `less`."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import IO, cast

from ogdkg.diff.programs import program
from ogdkg.lean import signal

_DEFAULT = "less"
_LESS = "FRX"  # as git has it: stop at once if it fits, show colours, leave the text on the screen
_STYLE = re.compile(rb"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\\\")  # as `Ink` and `terminal_link` write them
_CONTINUES = bytes(range(0x80, 0xC0))  # the second and later bytes of a character


def pager_command() -> list[str] | None:
    """Return the pager's command; None if there is none, or the user wants none.

    It is named by the environment alone and found in the absolute folders of PATH: no project chooses it, and
    no program that lies in the current folder is run.
    """
    try:
        words = shlex.split(os.environ.get("PAGER", _DEFAULT))
    except ValueError:  # a quote that is not closed
        return None
    if not words or words == ["cat"]:
        return None
    path = words[0] if os.path.isabs(words[0]) else program(words[0])  # noqa: PTH117
    return [path, *words[1:]] if path else None


@contextlib.contextmanager
def paged(out: IO[bytes], columns: int, rows: int) -> Iterator[IO[bytes]]:
    """Yield a stream that gives its pager what does not fit the screen; leaves the block when the user does.

    Args:
        out: The terminal, which gets what fits.
        columns: Its columns.
        rows: Its lines.
    """
    stream = _Paged(out, columns, rows - 1)  # one is for the prompt
    try:
        yield cast(IO[bytes], stream)
    except _UserLeftError:
        pass
    finally:
        stream.close()


class _UserLeftError(Exception):
    """The user has seen enough, so that nobody reads what would follow."""


class _Paged:
    """Keeps what is written until it is more than a screen, then writes to the pager."""

    def __init__(self, out: IO[bytes], columns: int, room: int) -> None:
        self._out, self._columns, self._room = out, columns, room
        self._kept: list[bytes] = []
        self._pager: subprocess.Popen[bytes] | None = None
        self._is_chosen = False

    def write(self, data: bytes) -> int:
        if self._is_chosen:
            self._pass_on(data)
        else:
            self._kept.append(data)
            self._room -= sum(map(self._height, data.splitlines(keepends=True)))
            if self._room < 0:
                self._choose()
        return len(data)

    def flush(self) -> None:
        """Leave what is kept for `close`: until then it may be more than a screen."""

    def close(self) -> None:
        """Show what is kept, or wait until the user leaves the pager."""
        if self._pager is None:
            kept, self._kept = self._kept, []
            return self._out.writelines(kept)
        with contextlib.suppress(BrokenPipeError):
            cast(IO[bytes], self._pager.stdin).close()
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the pager's while that runs
        try:
            self._pager.wait()
        finally:
            signal.signal(signal.SIGINT, before)
        return None

    def _height(self, line: bytes) -> int:
        """How many lines of the terminal a line takes, or a part of one that goes on."""
        width = len(_STYLE.sub(b"", line).rstrip(b"\n").translate(None, _CONTINUES))
        return max(width - 1, 0) // self._columns + line.endswith(b"\n")

    def _choose(self) -> None:
        self._is_chosen = True
        kept, self._kept = b"".join(self._kept), []
        if command := pager_command():
            environment = {"LESS": _LESS, "LV": "-c", **os.environ}
            with contextlib.suppress(OSError):  # it cannot run
                self._pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        self._pass_on(kept)

    def _pass_on(self, data: bytes) -> None:
        if self._pager is None:
            self._out.write(data)
            return
        try:
            cast(IO[bytes], self._pager.stdin).write(data)
        except BrokenPipeError as error:
            raise _UserLeftError from error
