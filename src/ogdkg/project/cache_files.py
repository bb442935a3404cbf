"""Keeps what was made from files, so that it need not be made again while they are the same.

What is kept lies in the user's own cache folder, in a file whose name is a hash of all that it was made
from (`Mark`): the bytes and names of the files read, the options, and the program itself. So none can be
stale, and no project can plant one. What is missing, or cannot be read or written, costs time and nothing
else.
"""

from __future__ import annotations

import marshal
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ogdkg import __version__
from ogdkg.answer_cache.answers import checksum
from ogdkg.answer_cache.dependencies import Aside, note, unsure
from ogdkg.errors import InputError
from ogdkg.files.atomic import UNSURE, check_own, own_folder, replaced
from ogdkg.files.text import MOST_DATA, read_bytes
from ogdkg.lean import compile_later
from ogdkg.project.user_settings import cache_folder, make_cache_folder
from ogdkg.rdf.formats import RDFXML, by_extension, is_packed

if TYPE_CHECKING:
    from io import BufferedReader

try:
    from _blake2 import blake2b  # `hashlib` takes 4 ms for OpenSSL
except ImportError:
    from hashlib import blake2b

FORMAT = 5  # of what is kept
DIGESTS = "digests"
MOST_KEPT = 100  # files of a kind
MOST_BYTES = 64 << 20  # of a kind
_PART = 1 << 20  # bytes read at a time
_SUM = 8  # bytes of a checksum, which stands before what is kept
_WITH_OWN_SUMS = ("statements",)  # of which seldom all is read: `recall_mapped`
_LIBRARIES = ("pyshacl", "rdflib", "pyoxigraph", "owlrl")
_Stamp = tuple[int, int, int, int]  # size, times and inode
# A call of a function of which each answer is another (`sparql.changing.CHANGING`), however it is laid out in
# a string of Turtle or JSON; and the escapes in which a letter of it can be written.
_CHANGING = compile_later(
    rb"\b(?:NOW|RAND|UUID|STRUUID|BNODE)(?:\s|\\[nrt]|#[^\n\\]*(?:\n|\\n))*\(", re.IGNORECASE
)
_ESCAPE = compile_later(rb"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


class Readings:
    """What was read in files, some of it as it was kept when the files were last read.

    A file counts as unchanged if its size, times and inode are the same. Where it was read within two seconds
    of a change, nothing is kept: a second change might not show in its times.

    Args:
        root: The project whose files they are; None keeps nothing.
        of: What is read in the files.
    """

    def __init__(self, root: Path | None, of: str) -> None:
        self._name = named(f"{FORMAT} {sys.version}", str(root), of) if root else None
        data = recall(DIGESTS, self._name) if self._name else None
        self._known: dict[object, tuple[_Stamp, Any]] = marshal.loads(data) if data else {}
        self._used: dict[object, tuple[_Stamp, Any]] = {}
        self._is_new = False

    def read(self, key: object, status: os.stat_result, read: Callable[[], Any]) -> Any:
        """Return what is read in a file.

        Args:
            key: Its path, with what else bears on that.
            status: Its status, from before.
            read: Reads it; OSError where that cannot be done. It returns what marshal takes.
        """
        at = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
        known = self._known.get(key)
        if known and known[0] == at:
            self._used[key] = known
            return known[1]
        taken = time.time_ns()
        found = read()
        if max(at[1:3]) < taken - UNSURE:
            self._used[key] = at, found
            self._is_new = True
        return found

    def keep(self) -> None:
        """Keep what was asked for, if some of it is new."""
        if self._name and self._is_new:
            keep(DIGESTS, self._name, marshal.dumps(self._used))


class Digests(Readings):
    """The digests of files.

    Args:
        root: The project whose files they are; None keeps nothing.
        of: What is made of the files, if not the graph: of other files.
    """

    def __init__(self, root: Path | None = None, of: str = "") -> None:
        super().__init__(root, of)

    def of(self, path: Path, status: os.stat_result, *, has_queries: bool) -> tuple[bytes, bool]:
        """Return the digest of a file, and whether queries in it may answer otherwise the next time.

        Raises:
            OSError: It cannot be read.
        """

        def read() -> tuple[bytes, bool]:
            with path.open("rb") as file:
                digest = _digest(file)
                file.seek(0)
                return digest, has_queries and _may_change(path, file.read())

        found: tuple[bytes, bool] = self.read((str(path), has_queries), status, read)
        return found

    def again(self) -> Digests:
        """Return what looks at the same files once more, and reads those that have changed since."""
        others = Digests()
        others._known = self._used
        return others


class Mark:
    """A hash of parts and files, in this version of the program.

    Args:
        digests: Those of files that were read before; by default all are read.
        without: The rooms of the program that have no part in what is made.

    Attributes:
        is_sure: Whether all that was added is alike as long as its bytes are.
    """

    def __init__(self, digests: Digests | None = None, without: Collection[str] = ()) -> None:
        self._found = blake2b(digest_size=32)
        self._folders: dict[Path, str] = {}
        self._digests = digests or Digests()
        self.is_sure = True
        self.add(program(frozenset(without)))

    def add(self, part: str | bytes) -> None:
        """Add a part, with its length before it, so that no two sequences of parts are alike."""
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        self._found.update(len(data).to_bytes(8, "big") + data)

    def add_file(self, kind: str, path: Path, *, has_queries: bool = False, name: str | None = None) -> None:
        """Add what a file is, its name, the folder that it really lies in, and its bytes.

        Args:
            kind: What it is.
            path: The file.
            has_queries: Whether it may hold queries that are run.
            name: What tells which file it is, in place of its name and its folder.

        Raises:
            OSError: It cannot be read.
        """
        note(path)
        self.add(kind)
        if path.parent not in self._folders:
            self._folders[path.parent] = os.path.realpath(path.parent)
        self.add(f"{path} {self._folders[path.parent]}" if name is None else name)
        try:
            # Not even opened otherwise: whoever writes to a pipe would take that for its reader.
            if not stat.S_ISREG((status := path.stat()).st_mode):
                self._doubt()
                return
            digest, may_change = self._digests.of(path, status, has_queries=has_queries)
        except FileNotFoundError:  # which may be there next time
            self.add("absent")
            return
        self.add(digest)
        if may_change:
            self._doubt()

    def _doubt(self) -> None:
        self.is_sure = False
        unsure()

    def name(self, part: str = "") -> str | None:
        """Return the name for what is made from all that, or for a part of it; None unless it is sure."""
        found = self._found.copy()
        found.update(part.encode("utf-8", "surrogatepass"))
        return found.hexdigest() if self.is_sure else None


def named(*parts: str) -> str:
    """Return the name for what is made of what has other names."""
    found = blake2b(digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        found.update(b"%d " % len(data) + data)
    return found.hexdigest()


def recall(kind: str, name: str) -> bytes | None:
    """Return what is kept under a name; None if nothing is whole, or others could have written it."""
    try:
        data = read_bytes(_own_folder(kind) / name, name, most=MOST_DATA)
    except (OSError, InputError):
        return None
    return data[_SUM:] if data[:_SUM] == checksum(data[_SUM:]) else None


def recall_mapped(kind: str, name: str) -> bytes | mmap | None:
    """Return the same of a kind with checksums of its own, of which no more is read than is looked at."""
    try:
        path = _own_folder(kind) / name
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe might never end
            return None
        with path.open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ) if status.st_size else b""
    except (OSError, ValueError):
        return None


def _own_folder(kind: str) -> Path:
    """The folder of a kind; OSError if there is none, or others could have written into it."""
    for folder in (cache_folder(), cache_folder() / kind):
        check_own(folder)
    return cache_folder() / kind


def keep(kind: str, name: str, data: bytes) -> None:
    """Keep something under a name, and of the others of its kind the newest."""
    if len(data) > (MOST_BYTES if kind in _WITH_OWN_SUMS else MOST_DATA - _SUM):
        return
    with Aside(), suppress(OSError):
        folder = own_folder(make_cache_folder() / kind)
        with replaced(folder / name, below=folder) as file:
            if kind not in _WITH_OWN_SUMS:
                file.write(checksum(data))
            file.write(data)
        _forget_oldest(folder)


def forget(kind: str, name: str) -> None:
    """Keep something no more."""
    with Aside(), suppress(OSError):
        (cache_folder() / kind / name).unlink()


def _is_name(text: str) -> bool:
    """Whether something is kept under this, which is a hash."""
    return len(text) == 64 and not text.strip("0123456789abcdef")


def _forget_oldest(folder: Path) -> None:
    with os.scandir(folder) as entries:
        kept = [(each.stat(follow_symlinks=False), each.path) for each in entries if _is_name(each.name)]
    bytes_so_far = 0
    for number, (status, path) in enumerate(sorted(kept, key=lambda each: each[0].st_mtime_ns, reverse=True)):
        bytes_so_far += status.st_size
        if number >= MOST_KEPT or bytes_so_far > MOST_BYTES:
            Path(path).unlink(missing_ok=True)


@cache
def program(without: frozenset[str]) -> str:
    """Return what tells this program, as it was when first asked for, from another."""
    return "\0".join(_parts(without))


def _parts(without: Collection[str]) -> Iterator[str]:
    """Yield the version of the program, and that of each file of it."""
    yield repr((FORMAT, __version__, sys.version, sys.flags.optimize))
    yield from sorted(_stamps_in(str(Path(__file__).resolve().parent.parent), without))
    for name in _LIBRARIES:
        origin = _origin(name)
        yield f"{name} {_stamp(origin, os.stat(origin)) if origin else ''}"  # noqa: PTH116  # many times as fast


def _stamps_in(folder: str, without: Collection[str], within: str = "") -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                yield _stamp(entry.path, entry.stat())
            elif within + entry.name not in without and entry.name[0] not in "_." and entry.is_dir():
                yield from _stamps_in(entry.path, without, f"{within}{entry.name}.")


def _origin(name: str) -> str | None:
    """The file of a package, without importing it; `importlib.util`, which has this, takes 2 ms."""
    specs = (finder.find_spec(name, None) for finder in sys.meta_path)
    return next((spec.origin for spec in specs if spec), None)


def _stamp(path: str, status: os.stat_result) -> str:
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
