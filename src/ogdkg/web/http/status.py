"""What the server says of itself: the version that is served, and what is wrong with a newer one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple


class Status(NamedTuple):
    """The version that is served, when it was read or written, and what is wrong.

    `reads` and `failures` count how often the files were read, and how often they could not be.
    """

    version: str
    since: float
    error: str = ""
    reads: int = 0
    failures: int = 0


def write_status(path: Path, status: Status) -> None:
    """Let workers read a status from now on."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(status._asdict()), encoding="utf-8")
    beside.replace(path)


def read_status(path: Path) -> Status:
    """Return the last status that was written."""
    try:
        return Status(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return Status("", 0, "The graph is not read yet.")
