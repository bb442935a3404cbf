"""Gives the answer of a command again: what it printed, as long as all that it read is as it was.

What is remembered lies in the user's own cache folder, under a hash of the command, of the folder and the
environment that it was called in, and of this version of the program. With it stand all files and folders
that were looked at, by size, times and inode: one look at each tells whether anything has changed.
Imports next to nothing, and no package but our own: that is what it saves.
"""

from __future__ import annotations

import marshal
import os
import sys

from ogdkg.answer_cache.dependencies import Stamp, stamp_of
from ogdkg.answer_cache.folders import cache_folder, check_own

try:
    from _blake2 import blake2b  # `hashlib` takes 4 ms for OpenSSL
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False  # as in `typing`, which takes 4 ms
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

FORMAT = 3  # of what is kept
KIND = "answers"
_SUM = 8  # bytes of a checksum, which stands before what is kept
MOST = 1 << 20  # bytes of an answer
MOST_STAMPS = 10_000  # files and folders that are looked at, which takes some 20 ms
_LARGEST = 8 * MOST  # bytes of both
# Commands that answer from files alone, and the options with which all others do.
_ANSWERING = frozenset(
    ("query", "search", "show", "why", "cite", "passage", "coverage", "stats", "validate", "--help", "-h")
)
_COMPLETING = "_OGDKG_COMPLETE"  # as in `cli.completion`, which is not imported here
_NO_CACHE = "--no-cache"
_NO_MATTER = ("_", "OLDPWD", "PWD", "SHLVL")  # of what a shell sets, what no answer depends on


class Answer:
    """What a command printed, and of what it was made.

    Attributes:
        at: The second in which it was made.
        code: The exit code.
        says_how: Whether to say that the answer is remembered.
        stamps: All that was read, by its path.
        pieces: What was written, each with the number of the stream.
    """

    def __init__(
        self,
        at: int,
        code: int,
        says_how: bool,
        stamps: Mapping[str, Stamp],
        pieces: Sequence[tuple[int, bytes]],
    ) -> None:
        self.at, self.code, self.says_how, self.stamps, self.pieces = at, code, says_how, stamps, pieces

    @property
    def holds(self) -> bool:
        """Whether all that it was made of is as it was."""
        return all(stamp_of(path) == stamp for path, stamp in self.stamps.items())

    def packed(self) -> bytes:
        """Return it as bytes, which `_unpacked` reads."""
        return marshal.dumps((self.at, self.code, self.says_how, dict(self.stamps), list(self.pieces)))

    def write(self) -> None:
        """Write it as the command did; OSError where stdout does not take it."""
        for number, data in self.pieces:
            _write(number, data)
        if self.says_how:
            import time  # only with -v or --explain

            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.at))
            said = f"Remembered from {when}, as nothing has changed; {_NO_CACHE} asks anew.\n"
            _write(2, said.encode())


def checksum(data: bytes) -> bytes:
    """Return what tells data from damaged ones: nobody but the user could have written either."""
    return blake2b(data, digest_size=4).hexdigest().encode()  # `binascii`, for a CRC, would read in zlib


def asked(arguments: Sequence[str]) -> str | None:
    """Return the name under which the answer to a command is remembered; None if none may be."""
    is_completing = _COMPLETING in os.environ
    if _NO_CACHE in arguments or not (is_completing or _ANSWERING.intersection(arguments)):
        return None
    try:
        whole = (FORMAT, sys.version, sys.flags, sys.executable, __file__, *_surroundings(), list(arguments))
    except OSError:  # the working folder is gone
        return None
    return blake2b(repr(whole).encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def found(name: str) -> Answer | None:
    """Return the answer that is remembered under a name, if it holds."""
    answer = _recalled(name)
    return answer if answer and answer.holds else None


def _surroundings() -> tuple[Any, ...]:
    """What an answer may depend on besides files: who asks where, the environment, and the streams."""
    of_shell = {name: value for name, value in os.environ.items() if name not in _NO_MATTER}
    terminals = [tuple(os.get_terminal_size(number)) if os.isatty(number) else None for number in range(3)]
    who = os.geteuid() if hasattr(os, "geteuid") else None
    return who, os.getcwd(), sorted(of_shell.items()), terminals  # noqa: PTH109  # `pathlib` takes 4 ms


def _recalled(name: str) -> Answer | None:
    """Return what is kept under a name; None if it is not whole, or others could have written it."""
    folder = cache_folder()
    try:
        for each in (folder, f"{folder}/{KIND}"):
            check_own(each)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(f"{folder}/{KIND}/{name}", flags), "rb") as file:
            data = file.read(_LARGEST)
        whole = marshal.loads(data[_SUM:]) if data[:_SUM] == checksum(data[_SUM:]) else ()
        return Answer(*whole)
    except (OSError, ValueError, EOFError, TypeError):  # nothing is there, or something else
        return None


def _write(number: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(number, rest) :]
        except OSError:
            if number == 2:  # a full disk there changes no exit code
                return
            raise
