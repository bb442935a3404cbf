"""Programs of others, found by name only where the person's PATH says so by an absolute path."""

from __future__ import annotations

import os
import shutil


def program(name: str) -> str | None:
    """The path of a program; None where there is none.

    A folder that one works in may be a stranger's, so nothing is taken from it: neither as itself nor by a
    relative or empty entry of PATH, nor, as Windows would, before all others.
    """
    for folder in search_path():
        found = shutil.which(name, path=folder)
        if found and os.path.dirname(found) == folder:  # noqa: PTH120  # on Windows it may be another
            return found
    return None


def search_path() -> list[str]:
    """The folders of PATH that mean the same wherever one stands, and not where one stands."""
    here = os.path.realpath(os.curdir)
    return [
        folder.rstrip(os.sep) or os.sep
        for folder in os.get_exec_path()
        if os.path.isabs(folder) and os.path.realpath(folder) != here  # noqa: PTH117
    ]
