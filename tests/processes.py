"""The processes of this machine, as /proc tells them, and what this one takes of the processor."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable
from pathlib import Path


def processor_seconds(call: Callable[[], object]) -> float:
    """What a call takes of the processor, without looking through what other tests left in memory."""
    gc.disable()
    try:
        begun = time.process_time()
        call()
        return time.process_time() - begun
    finally:
        gc.enable()


def below(process: int) -> dict[int, str]:
    """The living processes below one, with the state of each."""
    of = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, above = _stat(int(folder.name))[:2]
            of[int(folder.name)] = int(above), state
    found: dict[int, str] = {}
    waiting = [process]
    while waiting:
        top = waiting.pop()
        for each, (parent_of, state) in of.items():
            if parent_of == top:
                found[each] = state
                waiting.append(each)
    return found


def parent(process: int) -> int:
    """The parent of a process; 0 where it has ended meanwhile."""
    with contextlib.suppress(OSError):
        return int(_stat(process)[1])
    return 0


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
