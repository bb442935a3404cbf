"""Starts the process that runs pyshacl. Imports next to nothing: a validation waits for that process, so it
starts before anything else is read."""

from __future__ import annotations

import os
import subprocess
import sys

TIMEOUT = 600.0  # seconds, the default limit of a validation
# What the libraries allocate when they are imported lives on: looking for garbage in it is time lost.
_BOOTSTRAP = (
    "import gc, sys; gc.disable(); parent, *sys.path[:] = sys.argv[1:]; "
    "from ogdkg.validation.pyshacl.worker import main; "
    "gc.freeze(); gc.set_threshold(50_000); gc.enable(); main(int(parent))"
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
    unwritten = ["-B"] if sys.dont_write_bytecode else []  # which the environment would have said
    return subprocess.Popen(
        [sys.executable, "-I", *unwritten, "-c", _BOOTSTRAP, str(os.getpid()), *import_path()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,  # of which only what goes wrong at the start is written
        env={name: os.environ[name] for name in _INHERITED if name in os.environ},
    )


def import_path() -> list[str]:
    """The folders to import from, as this process has them, and last the one that this package lies in.

    The working folder is left out: a file there that is named like a module of Python would run as one.
    """
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # it is gone
        here = ""
    own = os.path.realpath(os.__file__).rsplit(os.sep, 1)[0]  # Python's, where somebody may stand too
    home = __file__.rsplit(os.sep, 4)[0]
    left_out = {"", here} if not here.startswith(own) else {""}
    found = [folder for folder in sys.path if folder and os.path.realpath(folder) not in left_out]
    return found if home in found else [*found, home]
