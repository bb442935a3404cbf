"""Reads a small text file from an untrusted place: a plain file of limited size, in UTF-8."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ogdkg.errors import InputError, LimitError, Place, check_is_text

MOST = 1 << 20  # bytes: a configuration, a query, a mapping
MOST_DATA = 16 << 20  # bytes: a JSON-LD context

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@contextmanager
def reading(file: str | os.PathLike[str]) -> Iterator[None]:
    """Turn an OSError in the block into an InputError with this name of the file as its place."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(f"The file cannot be read: {reason}.", place=Place(str(file))) from error


def check_not_writable(path: Path, what: str) -> None:
    """Raise InputError where another user, root aside, could have written a file.

    Args:
        path: the file; OSError where it is not there.
        what: its name in the message, such as "these settings".
    """
    status = path.stat()
    if hasattr(os, "getuid") and (status.st_uid not in (os.getuid(), 0) or status.st_mode & 0o022):
        hint = f"Make it yours alone: chmod go-w {path}"
        raise InputError(f"Others can write {what}.", place=Place(str(path)), hint=hint)


def read_text(path: Path, file: str, *, most: int = MOST, pipes: bool = False) -> str:
    """The text of a file, without a byte order mark.

    Args:
        path: The file; a link is followed.
        file: Its name in messages.
        most: The largest size in bytes.
        pipes: Whether it may be a pipe or a device, as a file that the user named may.

    Raises:
        InputError: It cannot be read, is not a regular file, or is not UTF-8.
        LimitError: It is too large.
    """
    return decoded(read_bytes(path, file, most=most, pipes=pipes), file)


def read_bytes(path: Path, file: str, *, most: int = MOST, pipes: bool = False) -> bytes:
    """The bytes of a file, with the arguments of `read_text`.

    Raises:
        InputError: It cannot be read, or is not a regular file.
        LimitError: It is too large.
    """
    with reading(file):
        data = _read(path, file, most, pipes)
    if len(data) > most:
        message = f"The file is larger than {most >> 20} MiB."
        raise LimitError(message, place=Place(file))
    return data


def decoded(data: bytes, file: str) -> str:
    """Text in UTF-8, without a byte order mark; InputError with the line of what is none."""
    check_is_text(data, file)
    try:
        return data.decode().removeprefix("\ufeff")  # as utf-8-sig does, which is a module more
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8-sig")) + 1
        hint = "Save the file in UTF-8."
        raise InputError("The text is not UTF-8 here.", place=Place(file, line, column), hint=hint) from error


def _read(path: Path, file: str, most: int, pipes: bool) -> bytes:
    """Read at most one byte more than allowed, without waiting for a pipe that nobody writes (O_NONBLOCK)."""
    flags = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | (0 if pipes else getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(os.open(path, flags), "rb") as opened:
        mode = os.fstat(opened.fileno()).st_mode
        if not pipes and not stat.S_ISREG(mode):
            kind = next((words for test, words in _KINDS if test(mode)), "something else")
            raise InputError(f"This is {kind}, not a regular file.", place=Place(file))
        return opened.read(most + 1) or b""  # None: a system file without content at the moment
