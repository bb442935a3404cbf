"""Finds external programs in the absolute folders of PATH only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def program(name: str) -> str | None:
    """Return the path of a program; None if it is not found.

    The current folder may be untrusted, so it is not searched: neither as an entry of PATH, nor through a
    relative or empty entry, nor before all others, as Windows does.
    """
    for folder in search_path():
        found = shutil.which(name, path=folder)
        if found and Path(found).parent == Path(folder):  # on Windows it may be another
            return found
    return None


def search_path() -> list[str]:
    """Return the absolute folders of PATH, without the current one."""
    here = os.path.realpath(os.curdir)
    return [
        folder.rstrip(os.sep) or os.sep
        for folder in os.get_exec_path()
        if Path(folder).is_absolute() and os.path.realpath(folder) != here
    ]
