"""Writes files that are not there yet: all of them, or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ogdkg.errors import InputError, UsageError
from ogdkg.files.atomic import at_termination
from ogdkg.files.names import shown_path

_MOST = 10  # names in a message


def check_fresh(root: Path, names: Iterable[str]) -> None:
    """Raise UsageError where a file below `root` could not be written without touching what is there."""
    if os.path.lexists(root) and not root.is_dir():
        raise UsageError(
            f"{shown_path(root)} is not a folder.", hint="Name a folder, or one that is to be made."
        )
    taken = list(dict.fromkeys(conflict for name in names if (conflict := _conflict(root, name))))
    if taken:
        more = f" and {len(taken) - _MOST} more" if len(taken) > _MOST else ""
        message = f"{shown_path(root)} has already: {', '.join(taken[:_MOST])}{more}."
        raise UsageError(message, hint="Nothing was written. Name another folder, or move these away.")


def _conflict(root: Path, name: str) -> str | None:
    """What stands in the way of a file: itself, or a file or a link in place of a folder above it."""
    parts = Path(name).parts
    for length in range(1, len(parts)):
        above = root.joinpath(*parts[:length])
        # `lexists` first: the methods of paths raise where no system takes the name, of which writing tells.
        if os.path.lexists(above) and (above.is_symlink() or not above.is_dir()):
            return "/".join(parts[:length])
    return name if os.path.lexists(root / name) else None


def write_fresh(root: Path, files: Mapping[str, bytes | Iterable[bytes]]) -> None:
    """Write files below a folder, which is made if it is missing; the last one last.

    Args:
        root: The folder.
        files: The content of each by its name, relative to the folder.

    Raises:
        UsageError: One of them is there already; then none is written.
        InputError: One cannot be written; then none is left.
    """
    check_fresh(root, files)
    made: list[Path] = []
    try:
        with at_termination(_leave):
            for name, content in files.items():
                _make_folders((root / name).parent, made)
                _write(root / name, content, made)
    except BaseException as error:
        for path in reversed(made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        if isinstance(error, FileExistsError):
            check_fresh(root, files)
        if isinstance(error, OSError):
            raise InputError(f"{shown_path(root)} cannot be written: {error.strerror}.") from error
        raise


def _leave(number: int) -> None:
    raise SystemExit(128 + number)


def _make_folders(folder: Path, made: list[Path]) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _write(path: Path, content: bytes | Iterable[bytes], made: list[Path]) -> None:
    with path.open("xb") as out:  # which fails for what is there, a link too
        made.append(path)
        for piece in (content,) if isinstance(content, bytes) else content:
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
