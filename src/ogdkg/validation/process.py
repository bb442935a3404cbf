"""Starts the process that judges. Imports next to nothing: that process is what a validation waits for, so it
starts before anything else is read."""

from __future__ import annotations

import subprocess
import sys

TIMEOUT = 600.0  # seconds that judging may take, unless said otherwise
# What the libraries allocate when they are imported lives on: looking for garbage in it is time lost.
_START = (
    "import gc; gc.disable(); from ogdkg.validation.worker import main; "
    "gc.freeze(); gc.set_threshold(50_000); gc.enable(); main()"
)


def start() -> subprocess.Popen[bytes]:
    """The process, which answers jobs until its input ends; see `worker`."""
    return subprocess.Popen(
        [sys.executable, "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
