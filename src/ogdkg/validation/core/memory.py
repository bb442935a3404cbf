"""How much memory is left, so that a validation ends in a sentence before the system ends it without one.

An engine that is refused memory ends its process at once, and no error can be caught.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ogdkg.errors import LimitError
from ogdkg.sandbox.limits import free_memory

MIN_FREE = 2**28  # bytes to keep free: more than is taken between two looks


def check_memory() -> None:
    """Raise before the memory is used up."""
    if min(_free_bytes(), default=MIN_FREE) < MIN_FREE:
        raise too_large()


def too_large() -> LimitError:
    """The error for data that do not fit."""
    return LimitError("The data need more memory than is available.", hint="Validate fewer files at a time.")


def _free_bytes() -> Iterator[int]:
    """The bytes that this process may still take, by each limit that the system tells of (Linux)."""
    free = free_memory()
    if free is not None:
        yield free
    with suppress(OSError, ValueError):
        yield from _free_by_rlimit()


def _free_by_rlimit() -> Iterator[int]:
    """What `ulimit -v` and `ulimit -d` leave."""
    import resource  # not on every system

    size, _, _, _, _, data, _ = map(int, Path("/proc/self/statm").read_text(encoding="ascii").split())
    for kind, pages in ((resource.RLIMIT_AS, size), (resource.RLIMIT_DATA, data)):
        limit = resource.getrlimit(kind)[0]
        if limit != resource.RLIM_INFINITY:
            yield limit - pages * resource.getpagesize()
