"""Keeps what was made from files, so that it need not be made again while they are the same.

What is kept lies in the user's own cache folder, in a file whose name is a hash of all that it was made
from (`Mark`): the bytes and names of the files read, the options, and the program itself. So none can be
stale, and no project can plant one. What is missing, or cannot be read or written, costs time and nothing
else.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg import __version__
from ogdkg.errors import InputError
from ogdkg.files.atomic import check_own, own_folder, replaced
from ogdkg.files.text import MOST_DATA, read_bytes
from ogdkg.project.user_settings import cache_folder, make_cache_folder
from ogdkg.rdf.formats import RDFXML, by_extension, is_packed

if TYPE_CHECKING:
    from io import BufferedReader

try:
    from _blake2 import blake2b  # `hashlib` takes 4 ms for OpenSSL
except ImportError:
    from hashlib import blake2b

FORMAT = 1  # of what is kept
MOST_KEPT = 100  # files of a kind
MOST_BYTES = 64 << 20  # of a kind
_PART = 1 << 20  # bytes read at a time
_LIBRARIES = ("pyshacl", "rdflib", "pyoxigraph", "owlrl")
_NAME = re.compile(r"[0-9a-f]{64}")
# A call of a function of which each answer is another (`sparql.traits.CHANGING`), however it is laid out in
# a string of Turtle or JSON; and the escapes in which a letter of it can be written.
_CHANGING = re.compile(
    rb"\b(?:NOW|RAND|UUID|STRUUID|BNODE)(?:\s|\\[nrt]|#[^\n\\]*(?:\n|\\n))*\(", re.IGNORECASE
)
_ESCAPE = re.compile(rb"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Mark:
    """A hash of parts and files, in this version of the program.

    Attributes:
        is_sure: Whether all that was added is alike as long as its bytes are.
    """

    def __init__(self) -> None:
        self._found = blake2b(digest_size=32)
        self._folders: dict[Path, str] = {}
        self.is_sure = True
        for part in _program():
            self.add(part)

    def add(self, part: str | bytes) -> None:
        """Add a part, with its length before it, so that no two sequences of parts are alike."""
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        self._found.update(len(data).to_bytes(8, "big") + data)

    def add_file(self, kind: str, path: Path, *, has_queries: bool = False) -> None:
        """Add what a file is, its name, the folder that it really lies in, and its bytes.

        Args:
            kind: What it is.
            path: The file.
            has_queries: Whether it may hold queries that are run.

        Raises:
            OSError: It cannot be read.
        """
        self.add(kind)
        if path.parent not in self._folders:
            self._folders[path.parent] = os.path.realpath(path.parent)
        self.add(f"{path} {self._folders[path.parent]}")
        try:
            # Not even opened otherwise: whoever writes to a pipe would take that for its reader.
            if not stat.S_ISREG(path.stat().st_mode):
                self.is_sure = False
                return
            with path.open("rb") as file:
                self.add(_digest(file))
                file.seek(0)
                if has_queries and _may_change(path, file.read()):
                    self.is_sure = False
        except FileNotFoundError:  # which may be there next time
            self.add("absent")

    def name(self, part: str = "") -> str | None:
        """Return the name for what is made from all that, or for a part of it; None unless it is sure."""
        found = self._found.copy()
        found.update(part.encode("utf-8", "surrogatepass"))
        return found.hexdigest() if self.is_sure else None


def recall(kind: str, name: str) -> bytes | None:
    """Return what is kept under a name; None if nothing is, or others could have written it."""
    folder = cache_folder() / kind
    try:
        for own in (cache_folder(), folder):
            check_own(own)
        return read_bytes(folder / name, name, most=MOST_DATA)
    except (OSError, InputError):
        return None


def keep(kind: str, name: str, data: bytes) -> None:
    """Keep something under a name, and of the others of its kind the newest."""
    if len(data) > MOST_DATA:
        return
    with suppress(OSError):
        folder = own_folder(make_cache_folder() / kind)
        with replaced(folder / name, below=folder) as file:
            file.write(data)
        _forget_oldest(folder)


def _forget_oldest(folder: Path) -> None:
    kept = [(path.lstat(), path) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    bytes_so_far = 0
    for number, (status, path) in enumerate(sorted(kept, key=lambda each: each[0].st_mtime_ns, reverse=True)):
        bytes_so_far += status.st_size
        if number >= MOST_KEPT or bytes_so_far > MOST_BYTES:
            path.unlink(missing_ok=True)


def _program() -> Iterator[str]:
    """Yield what tells this program from another: its version, and that of each file of it."""
    yield repr((FORMAT, __version__, sys.version, sys.flags.optimize))
    package = Path(__file__).resolve().parent.parent
    yield from sorted(
        _stamp(os.path.join(folder, name))  # noqa: PTH118  # many times as fast
        for folder, _, names in os.walk(package)
        for name in names
        if name.endswith(".py")
    )
    from importlib.util import find_spec  # which imports none of them

    for name in _LIBRARIES:
        spec = find_spec(name)
        yield f"{name} {_stamp(spec.origin) if spec and spec.origin else ''}"


def _stamp(path: str) -> str:
    status = os.stat(path)  # noqa: PTH116  # as above
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _digest(file: BufferedReader) -> bytes:
    found = blake2b(digest_size=32)
    while part := file.read(_PART):
        found.update(part)
    digest: bytes = found.digest()
    return digest


def _may_change(path: Path, data: bytes) -> bool:
    """Whether queries in a file may answer otherwise the next time."""
    if is_packed(path) or by_extension(path) == RDFXML or b"&#" in data:  # where a word may be in pieces
        return True
    plain = _ESCAPE.sub(_letter, data) if b"\\u" in data or b"\\U" in data else data
    return _CHANGING.search(plain) is not None


def _letter(escape: re.Match[bytes]) -> bytes:
    with suppress(ValueError):
        return chr(int(escape[1] or escape[2], 16)).encode("utf-8", "surrogatepass")
    return escape[0]
