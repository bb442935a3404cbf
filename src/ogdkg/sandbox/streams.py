"""The streams that a process starts with, where whoever started it closed one (`>&-`), or one is full."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False  # as in `typing`, which takes 4 ms
if TYPE_CHECKING:
    from typing import Any

_STREAMS = (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))


class _Stderr(io.FileIO):
    """stderr that drops what cannot be written, so that a full disk changes no exit code."""

    def write(self, data: Any, /) -> int:  # any buffer, which has no name before Python 3.12
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def mend_streams() -> None:
    """Open /dev/null on each standard stream that is closed, as gnulib's stdopen does.

    Otherwise the next file that is opened would get the stream's number, and what is meant for the stream.
    Reading stdin and writing stdout then fail with "Bad file descriptor", since input or output would be
    lost. What is written to a stderr that is closed or full is dropped.
    """
    for number, (name, mode, flags) in enumerate(_STREAMS):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # takes the lowest number that is free, which is this one
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    stderr = io.BufferedWriter(_Stderr(2, "w", closefd=False))
    sys.stderr = io.TextIOWrapper(stderr, sys.stderr.encoding, "backslashreplace", line_buffering=True)
