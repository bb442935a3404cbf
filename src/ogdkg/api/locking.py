"""One lock for all that the Python API prepares, so that many threads may read one graph, or open several.

Files are loaded, names resolved and processes started under it; a process answers, and its rows are read,
outside. A process is thus never forked while another thread loads or imports something, which it would find
half done for ever.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from ogdkg.api.wording import in_python
from ogdkg.errors import OgdkgError

P = ParamSpec("P")
R = TypeVar("R")


class _Lock:
    """A reentrant lock that a forked child finds free, whoever held it in the parent."""

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


LOCK = _Lock()


def locked(work: Callable[P, R]) -> Callable[P, R]:
    """Let one thread at a time do some work; what its errors advise is put in the words of Python."""

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with LOCK:
            try:
                return work(*args, **kwargs)
            except OgdkgError as error:
                raise in_python(error) from error.__cause__

    return alone
