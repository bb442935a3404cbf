"""How much time and memory work on what strangers wrote may take."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Iterator
from itertools import chain, islice
from typing import TypeVar

from ogdkg.errors import UsageError

T = TypeVar("T")
SECONDS = 60.0  # what a query may take, and what a project's rules may together, unless said otherwise
_FOREVER = 1e8  # seconds, three years: more is no limit, and more than system calls take

_UNLIMITED = 2**60  # bytes: version 1 of control groups writes such a number for none
# Of the two versions of control groups: the folder, the file of the limit, the file of what is used.
_V2 = ("/sys/fs/cgroup", "memory.max", "memory.current")
_V1 = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes")


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def time_limit(value: str | float | None, name: str = "timeout") -> float | None:
    """A limit in seconds; None for none, which 0 and infinity mean too. UsageError for any other value."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        seconds = float("nan")
    if not seconds >= 0:  # NaN too
        raise UsageError(f"{name} takes seconds, not {value!r}.", hint="0 is no limit.")
    return seconds if 0 < seconds < _FOREVER else None


def free_memory() -> int | None:
    """The bytes that may still be taken: of the machine's memory, and of each control group's around us.

    None where the system does not tell, which only Linux does.
    """
    try:
        words = _read("/proc/meminfo").split()
        machine = sum(1024 * int(words[words.index(name) + 1]) for name in (b"MemAvailable:", b"SwapFree:"))
        return min([machine, *_free_in_groups()])
    except (OSError, ValueError):
        return None


def limit_memory(more: int | None) -> None:
    """Let this process take at most so many bytes beyond what it holds; None is no limit.

    Wanting more is a MemoryError, or the end of a library that has no such thing, not of the machine.
    """
    if more is None:
        return
    import resource  # where there is /proc, there is this

    held = int(_read("/proc/self/statm").split()[5]) * resource.getpagesize()  # its data and its stack
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = held + more
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))


def _free_in_groups() -> Iterator[int]:
    for line in _read("/proc/self/cgroup").decode().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" or "memory" in controllers.split(","):
            folder, limit, used = _V2 if number == "0" else _V1
            while True:
                # In a container the path may be the host's: what is not there is passed over.
                with contextlib.suppress(OSError, ValueError):  # "max" is no number
                    at = f"{folder}{path.rstrip('/')}/"
                    most = int(_read(at + limit))
                    if most < _UNLIMITED:
                        yield max(most - int(_read(at + used)) + _cached(at), 0)
                if not path.strip("/"):
                    break
                path = path.rpartition("/")[0]


def _cached(group: str) -> int:
    """What a group holds of files, which the kernel takes back at need."""
    words = _read(group + "memory.stat").split()
    return sum(int(words[words.index(name) + 1]) for name in (b"inactive_file", b"active_file"))


def _read(path: str) -> bytes:
    """A file of the kernel's; in fewer steps than `Path` takes, since each query pays for it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 16)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def without_collection() -> Iterator[None]:
    """Spare the collector of cycles a walk over many objects that form none, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def together(items: Iterator[T], first: int, most: int) -> Iterator[T]:
    """Yield items that are made some at a time, so that the collector looks at each once or twice.

    As a list of all of them grows it would look at all again and again.

    Args:
        items: What makes them, one by one; they form no cycles.
        first: How many are made at first; then twice as many each time.
        most: The most that are made at a time.
    """
    number = first

    def some() -> list[T]:
        nonlocal number
        with without_collection():
            made = list(islice(items, number))
        number = min(2 * number, most)
        return made

    return chain.from_iterable(iter(some, []))
