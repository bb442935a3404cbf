"""Something done by a user without rights, for tests that root runs too."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_NOBODY = 65534


def as_nobody(act: Callable[[], bool]) -> bool:
    """What `act` gives in a process of its own without root's rights; False where it raises."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the engine, which are not touched
        child = os.fork()
    if child == 0:
        code = 1
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(_NOBODY)
                os.setuid(_NOBODY)
            code = 0 if act() else 1
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@contextmanager
def open_to_all(*folders: Path) -> Iterator[None]:
    """Let everybody look into folders, and into those above them that are ours to open."""
    above = [each for folder in folders for each in folder.parents if len(each.parts) > 2]
    modes = {path: path.stat().st_mode & 0o7777 for path in (*above, *folders)}
    try:
        for path, mode in modes.items():
            path.chmod(mode | 0o055)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
