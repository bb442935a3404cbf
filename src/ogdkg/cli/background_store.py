"""What a command leaves to a process of its own, once the answer is there: the store for the next command."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

_waiting: dict[tuple[str, ...], None] = {}
_started: list[subprocess.Popen[bytes]] = []  # which go on when this process ends, and are kept till then


def make_store(say: Callable[[str], None], root: Path, layers: tuple[str, ...], *, trust: bool) -> None:
    """Tell that the answer comes from the files, and have `ogdkg load` make a store once it is written.

    Without layers another process is making it already.
    """
    if layers:
        options = [f"--layer={layer}" for layer in layers] + ["--trust"] * trust
        _waiting[("-q", "load", "-C", str(root), *options)] = None
        made = (
            "A store on disk is made afterwards, in the background (only once); --no-cache does without it."
        )
    else:
        made = "Another ogdkg is making the store on disk."
    say(f"Reading the files for this answer. {made}")


def start_waiting() -> None:
    """Start what waits, in the background and at the lowest priority; nobody waits for it."""
    from ogdkg.sandbox.isolated import isolated  # now that the answer is written

    for arguments in _waiting:
        process = subprocess.Popen(
            isolated("from ogdkg.__main__ import run; run()", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # neither Ctrl-C nor closing the terminal ends it
            preexec_fn=_give_way,
        )
        _started.append(process)
    _waiting.clear()


def _give_way() -> None:
    os.nice(19)
