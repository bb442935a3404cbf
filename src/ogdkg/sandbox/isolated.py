"""Python processes that import from where this one does, the working folder left out.

A file there that is named like a module of Python would run as one, and it may be anybody's.
"""

from __future__ import annotations

import os
import sys

_FIRST = "import sys; n = int(sys.argv.pop(1)) + 1; sys.path[:] = sys.argv[1:n]; del sys.argv[1:n]; "


def isolated(code: str, *arguments: str) -> list[str]:
    """Return the command for a process that runs code of ours, and has the arguments in `sys.argv[1:]`.

    It reads nothing that the environment names for Python.
    """
    path = import_path()
    unwritten = ["-B"] if sys.dont_write_bytecode else []  # which the environment would have said
    return [sys.executable, "-I", *unwritten, "-c", _FIRST + code, str(len(path)), *path, *arguments]


def import_path() -> list[str]:
    """The folders to import from, as this process has them, and last the one that this package lies in."""
    try:
        here = os.path.realpath(os.curdir)
    except OSError:  # it is gone
        here = ""
    own = os.path.realpath(os.__file__).rsplit(os.sep, 1)[0]  # Python's, where somebody may stand too
    home = __file__.rsplit(os.sep, 3)[0]
    left_out = {"", here} if not here.startswith(own) else {""}
    found = [folder for folder in sys.path if folder and os.path.realpath(folder) not in left_out]
    return found if home in found else [*found, home]
