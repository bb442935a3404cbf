"""The streams that a process starts with, where whoever started it closed one (`>&-`), or one is full."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

_STREAMS = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))


class _Words(io.FileIO):
    """stderr: that nobody can be told something changes no outcome, be it that the disk is full."""

    def write(self, words: Any, /) -> int:  # any buffer, which has no name before Python 3.12
        try:
            return super().write(words)
        except OSError:
            return memoryview(words).nbytes


def mend_streams() -> None:
    """Open what is closed, lest the next file that is opened get its number and what is meant for it.

    As gnulib's stdopen does: reading stdin and writing stdout fail with "Bad file descriptor" then, since
    input or output would be lost. What is told on a stderr that is closed or full goes nowhere.
    """
    for number, (name, mode, flags) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    words = io.BufferedWriter(_Words(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(words, sys.stderr.encoding, "backslashreplace", line_buffering=True)
