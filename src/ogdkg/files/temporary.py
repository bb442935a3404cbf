"""Errors in writing temporary files, which name the folder of these rather than the output."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogdkg.errors import InputError
from ogdkg.files.names import shown_path


@contextmanager
def written_aside(folder: Path | None = None) -> Iterator[None]:
    """Write a temporary file in a block that does nothing else with files.

    Args:
        folder: Where it lies; by default where the system keeps temporary files.

    Raises:
        InputError: It cannot be written, as where the disk is full.
    """
    try:
        yield
    except OSError as error:
        place = shown_path(folder or Path(tempfile.gettempdir()))
        hint = None if folder else "Free space there, or name another folder in TMPDIR."
        raise InputError(
            f"A temporary file in {place} cannot be written: {error.strerror}.", hint=hint
        ) from error
