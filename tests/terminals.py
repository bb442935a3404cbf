"""A terminal for tests: runs the command line as a user sees it, in so many columns."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import termios
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
