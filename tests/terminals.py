"""A terminal for tests: runs the command line as a user sees it, in so many columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import standby

STYLE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")


def on_terminal(*words: str, columns: int = 80, rows: int = 24, cwd: Path, **variables: str) -> str:
    """What a terminal gets of a command, with colours and links but no pager; stdin is a terminal too."""
    return outcome(*words, columns=columns, rows=rows, cwd=cwd, **variables)[0]


def outcome(*words: str, columns: int = 80, rows: int = 24, cwd: Path, **variables: str) -> tuple[str, int]:
    """What a terminal gets of a command, and its exit code."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    unset = ("COLUMNS", "LINES", "NO_COLOR", "PAGER", "LESS")
    inherited = {
        name: value for name, value in os.environ.items() if name not in unset and "OGDKG" not in name
    }
    env = {**inherited, "TERM": "xterm-256color", "PYTHONUTF8": "1", "PAGER": "cat", **variables}
    with ThreadPoolExecutor(1) as pool:
        told = pool.submit(all_of, reader)
        code = standby.run_on(writer, words, cwd, env)
        os.close(writer)
        return told.result(standby.TIMEOUT).decode().replace("\r\n", "\n"), code


def conversation(
    *words: str, answers: Sequence[tuple[str, str]], cwd: Path, columns: int = 200, **variables: str
) -> tuple[str, int]:
    """What a terminal gets of a command that asks, and its exit code.

    Args:
        words: What follows `ogdkg`.
        answers: What is asked, or the end of it, and what is typed then; with control characters.
        cwd: The working folder.
        columns: The width of the terminal.
        variables: Further variables.
    """
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    inherited = {name: value for name, value in os.environ.items() if "OGDKG" not in name}
    env = {**inherited, "TERM": "dumb", "PYTHONUTF8": "1", **variables}
    told, waiting = b"", list(answers)
    command = [sys.executable, "-m", "ogdkg", *words]
    with subprocess.Popen(
        command, cwd=cwd, env=env, stdin=writer, stdout=writer, stderr=writer, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C is a signal
    ) as process:  # fmt: skip
        os.close(writer)
        seen, end = 0, time.monotonic() + standby.TIMEOUT
        while time.monotonic() < end:
            piece = _read(reader) if select.select([reader], [], [], 0.1)[0] else None
            if piece == b"":
                break
            told += piece or b""
            if waiting and (at := told.decode(errors="replace").find(waiting[0][0], seen)) >= 0:
                seen = at + len(waiting[0][0])
                typed = waiting.pop(0)[1]
                time.sleep(
                    0.5 * (typed == "\x03")
                )  # a signal before the prompt waits for a key is heard at that
                os.write(reader, typed.encode())
        else:
            process.kill()
    os.close(reader)
    return told.decode().replace("\r\n", "\n"), process.returncode


def plain(text: str) -> str:
    """Text without colours and links."""
    return STYLE.sub("", text)


def all_of(descriptor: int) -> bytes:
    """What a terminal was sent until nothing had it open any more; closes the descriptor."""
    told = b"".join(iter(lambda: _read(descriptor), b""))
    os.close(descriptor)
    return told


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the end, on Linux
        return b""
