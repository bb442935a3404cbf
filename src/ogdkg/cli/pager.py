"""Shows text a page at a time, with the program that the user's `PAGER` names, else `less`."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterable

from ogdkg.diff.programs import program

_DEFAULT = "less"
_LESS = "FRX"  # as git has it: stop at once if it fits, show colours, leave the text on the screen


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


def page(command: list[str], lines: Iterable[str]) -> None:
    """Write lines to a pager until all are written or the user has seen enough; OSError if it cannot run."""
    pager = subprocess.Popen(command, stdin=subprocess.PIPE, env={"LESS": _LESS, "LV": "-c", **os.environ})
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the pager's while that runs
    try:
        _feed(pager, lines)
    finally:
        pager.wait()
        signal.signal(signal.SIGINT, before)


def _feed(pager: subprocess.Popen[bytes], lines: Iterable[str]) -> None:
    assert pager.stdin is not None
    try:
        with pager.stdin as pipe:
            for line in lines:
                pipe.write(line.encode("utf-8", "backslashreplace"))
    except BrokenPipeError:  # the user has left it
        pass
