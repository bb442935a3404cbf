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
from ogdkg.errors import OgdkgError, StoreError

P = ParamSpec("P")
R = TypeVar("R")


class _Lock:
    """A reentrant lock, which a forked child finds free.

    Where another thread held it at the fork, what that thread was at stays half done in the child: it is told
    so, as it would wait for ever. (A fork cannot wait for this lock: forks wait for others' locks too.)
    """

    def __init__(self) -> None:
        self._lock, self._owner, self._depth, self._is_broken = threading.RLock(), 0, 0, False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    def _renew(self) -> None:
        self._is_broken = self._is_broken or (self._depth > 0 and self._owner != threading.get_ident())
        self._lock, self._owner, self._depth = threading.RLock(), 0, 0

    def __enter__(self) -> None:
        if self._is_broken:
            hint = "Fork while no other thread uses a graph, or start processes by `spawn` or `forkserver`."
            raise StoreError("Another thread was using a graph when this process was forked.", hint=hint)
        self._lock.acquire()
        self._owner, self._depth = threading.get_ident(), self._depth + 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        self._lock.release()


LOCK = _Lock()


def locked(work: Callable[P, R]) -> Callable[P, R]:
    """Let one thread at a time do some work; what its errors advise is put in the words of Python."""

    @wraps(work)
    def alone(*args: P.args, **kwargs: P.kwargs) -> R:
        with LOCK:
            return advised(work)(*args, **kwargs)

    return alone


def advised(work: Callable[P, R]) -> Callable[P, R]:
    """Put what the errors of some work advise in the words of Python."""

    @wraps(work)
    def worded(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return work(*args, **kwargs)
        except OgdkgError as error:
            raise in_python(error) from error.__cause__

    return worded
