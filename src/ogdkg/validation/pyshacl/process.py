"""Starts the process that runs pyshacl. Imports next to nothing, as the options need what is here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

TIMEOUT = 600.0  # seconds, the default limit of a validation
# What the libraries allocate when they are imported lives on: looking for garbage in it is time lost.
_BOOTSTRAP = (
    "import gc; gc.disable(); from ogdkg.validation.pyshacl.worker import main; "
    "gc.freeze(); gc.set_threshold(50_000); gc.enable(); main(int(sys.argv[1]))"
)
# Where a Python finds its own shared library, and Windows its system.
_INHERITED = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


def expired(seconds: float | None) -> tuple[str, str]:
    """The message for a validation that took too long, and what to do about it."""
    return (
        f"The validation took longer than {seconds or 0:g} seconds and was stopped.",
        "Simplify patterns that may backtrack without end, validate less at a time, or allow more time with "
        "--timeout.",
    )


def start() -> subprocess.Popen[bytes]:
    """The process, which answers jobs until its input ends; see `worker`.

    It imports only from where this process does, the working folder left out, and gets no environment of
    strangers. It ends with the thread that started it.
    """
    import subprocess  # 2 ms, and many validations start no process

    from ogdkg.sandbox.isolated import isolated  # as above

    return subprocess.Popen(
        isolated(_BOOTSTRAP, str(os.getpid())),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # of which only what goes wrong at the start is written
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
    )
