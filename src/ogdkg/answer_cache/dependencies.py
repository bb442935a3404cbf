"""What a command reads is noted down here, so that its answer holds as long as all that is as it was.

Opening a file and listing a folder are heard of by themselves (`cli.answer_recording`). Whoever only looks
whether a file is there, or which, says so by `note`.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False  # as in `typing`, which takes 4 ms
if TYPE_CHECKING:
    from types import TracebackType

# Mode, owner, size, times, inode and device of a file or a folder, or the first two; None of what is absent.
Stamp = tuple[int, ...] | None
_OWNER = "\0"  # ends the name of what is looked at for its owner and mode alone


class Notes:
    """What has been noted of a command.

    Attributes:
        stamps: What was read, each as it was before, by its path.
        is_sure: Whether the command answers alike as long as that is as it was.
        says_how: Whether it tells how it comes by its answer.
    """

    def __init__(self) -> None:
        self.stamps: dict[str, Stamp] = {}
        self.is_sure, self.says_how = True, False
        self.aside = 0


_taking: list[Notes] = []  # none in a process whose answer is not remembered


def take(notes: Notes | None) -> None:
    """Note all from now on, or nothing any more."""
    _taking[:] = [notes] if notes else []


def is_noting() -> bool:
    """Whether anybody wants to know."""
    return bool(_taking)


def note(path: str | os.PathLike[str]) -> None:
    """Note a file or a folder of which the answer depends, whether it is there or not."""
    for notes in _taking:
        if not notes.aside and (name := os.fspath(path)) not in notes.stamps:
            notes.stamps[name] = stamp_of(name)


def note_owner(path: str | os.PathLike[str]) -> None:
    """Note who owns a file or a folder, of which the answer depends, and no more."""
    note(os.fspath(path) + _OWNER)


def unsure() -> None:
    """Note that the next answer may be another, or that the command does more than answer."""
    for notes in _taking:
        notes.is_sure = notes.is_sure and notes.aside > 0


def tell_how() -> None:
    """Note that the command tells how it comes by its answer."""
    for notes in _taking:
        notes.says_how = True


class Aside:
    """Notes nothing within: what is kept for the next command is no part of the answer."""

    def __enter__(self) -> None:
        for notes in _taking:
            notes.aside += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for notes in _taking:
            notes.aside -= 1


def stamp_of(path: str) -> Stamp:
    """Return what tells a file or a folder from another, or from an earlier state."""
    try:
        at = os.stat(path.removesuffix(_OWNER))  # noqa: PTH116  # `pathlib` takes 4 ms
    except (OSError, ValueError):  # a name that no system takes, too
        return None
    if path.endswith(_OWNER):
        return at.st_mode, at.st_uid
    return at.st_mode, at.st_uid, at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino, at.st_dev
