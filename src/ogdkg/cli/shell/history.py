"""What was asked before, in the user's state folder: one JSON string a line, the oldest first.

What begins with a blank is not kept, nor what may hold a password.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ogdkg.files.atomic import replaced
from ogdkg.project.user_settings import make_state_folder

_MOST = 2_000  # questions
_LARGEST = 4 << 20  # bytes that are read
_LONGEST = 1 << 16  # characters of a question that is kept
_SECRET = re.compile(r"://[^/\s]*@|passw|token|secret|api.?key|authorization|bearer", re.IGNORECASE)


class Kept:
    """The questions of earlier shells and of this one; kept in memory where the disk refuses them."""

    def __init__(self) -> None:
        self._file: Path | None = None
        with suppress(OSError):
            self._file = make_state_folder() / "history"

    def read(self) -> list[str]:
        """Return the questions, the oldest first."""
        if self._file is None or self._file.is_symlink():
            return []
        lines: list[bytes] = []
        with suppress(OSError), self._file.open("rb") as file:
            file.seek(max(os.fstat(file.fileno()).st_size - _LARGEST, 0))
            lines = file.read(_LARGEST).splitlines()
        found = [text for line in lines if isinstance(text := _read(line), str)]
        if len(found) > 2 * _MOST:
            self._write(found[-_MOST:])
        return found[-_MOST:]

    def add(self, text: str) -> bool:
        """Keep a question for later shells; return whether it may be kept at all."""
        if not text.strip() or text[0].isspace() or _SECRET.search(text) or len(text) > _LONGEST:
            return False
        if self._file is not None and not self._file.is_symlink():
            with suppress(OSError):
                descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                with os.fdopen(descriptor, "ab") as file:
                    file.write(_written(text.rstrip()))
        return True

    def _write(self, texts: Sequence[str]) -> None:
        if self._file is not None:
            with suppress(OSError), replaced(self._file) as out:
                out.writelines(map(_written, texts))


def _written(text: str) -> bytes:
    return json.dumps(text).encode() + b"\n"


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:  # cut off
        return None
