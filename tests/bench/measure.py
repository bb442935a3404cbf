"""Runs commands and says what they took."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """One run: seconds, megabytes at the highest, exit status (None: stopped in time), and output."""

    seconds: float
    megabytes: float
    status: int | None
    out: bytes
    err: str


_numbers = itertools.count()


def run(command: Sequence[str], folder: Path, limit: float, *, is_again: bool = False) -> Run:
    """Run a command in a folder; it and what it started are killed after so many seconds.

    Each run has an environment in which nobody has asked ogdkg anything, so that it does the work instead of
    printing what it printed before; unless it is to be asked again.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")}
    if not is_again:
        env["OGDKG_RUN"] = f"{os.getpid()} {next(_numbers)}"
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package keeps its bytecode
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.perf_counter()
        try:
            child = subprocess.Popen(
                command, cwd=folder, env=env, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as error:
            return Run(0, 0, 127, b"", str(error))
        usage, code = _waited(child, begin + limit)
        seconds = time.perf_counter() - begin
        out.seek(0)
        err.seek(0)
        unit = 2**10 if sys.platform == "linux" else 2**20
        return Run(seconds, usage / unit, code, out.read(), err.read().decode(errors="replace"))


def _waited(child: subprocess.Popen[bytes], until: float) -> tuple[int, int | None]:
    """The largest memory of the process and of those it waited for, and its exit status."""
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_maxrss, child.returncode
        if time.perf_counter() > until:
            os.killpg(child.pid, signal.SIGKILL)
            *_, usage = os.wait4(child.pid, 0)
            child.returncode = -signal.SIGKILL
            return usage.ru_maxrss, None
        time.sleep(0.002)
