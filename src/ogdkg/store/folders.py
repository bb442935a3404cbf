"""The folders of stores in the user's cache folder: created, locked, and removed with care.

    stores/<digest of the project's path>/    one per project
        project.json                          which project; its time is that of the last use
        lock                                  held while a store is built or removed
        <8 hex>-<16 hex>/                     a store: its lock, its manifest, the engine's files
        building-<16 hex>/                    a store being built

Only the user can write there, so the content is trusted. Only folders with such names and with our files are
removed. `cache` decides which store to use.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ogdkg.files.atomic import check_own, own_folder, replaced
from ogdkg.lean import NamedTuple
from ogdkg.project import user_settings as user

try:
    import fcntl
except ImportError:  # Windows, where open files cannot be removed; parallel builds do the work twice
    fcntl = None  # type: ignore[assignment]  # a missing module

LOCK, PROJECT = "lock", "project.json"
BUILDING = "building-"
UNUSED = 30 * 24 * 3600  # seconds after which unused stores may be removed
_DAY = 24 * 3600
_MOST = 1000  # projects checked when a store is built
_OF_PROJECT = re.compile(r"[0-9a-f]{16}")
_OF_STORE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{16}")
_OF_BUILDING = re.compile(BUILDING + r"[0-9a-f]{16}")
Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much (0: a word)


class Stores(NamedTuple):
    """The stores of one project: the project's folder, the stores' folder, and when they were last used."""

    root: Path
    folder: Path
    used: float

    @property
    def size(self) -> int:
        """Their size in bytes."""
        return size_of(self.folder)

    @property
    def is_gone(self) -> bool:
        """Whether the project no longer exists."""
        try:
            self.root.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:  # it may only be unreachable at the moment
            return False
        return False


def all_stores() -> Path:
    """Return the folder of the stores of all projects, which may not exist."""
    return user.cache_folder() / "stores"


def folder_of(root: Path) -> Path:
    """Return the folder of a project's stores, which may not exist."""
    return all_stores() / hashlib.blake2b(os.fsencode(os.path.realpath(root)), digest_size=8).hexdigest()


def stores_in(folder: Path) -> list[Path]:
    """Return the finished stores of a project, sorted; PermissionError if others could have written them."""
    try:
        for own in (user.cache_folder(), all_stores(), folder):
            check_own(own)
    except FileNotFoundError:
        return []
    return sorted(path for path in folder.iterdir() if _OF_STORE.fullmatch(path.name))


def mark_used(folder: Path) -> None:
    """Record, once a day, that a project's stores are in use."""
    with contextlib.suppress(OSError):  # a read-only folder
        marker = folder / PROJECT
        if time.time() - marker.stat().st_mtime > _DAY:
            os.utime(marker)


@contextlib.contextmanager
def locked_project(root: Path, on_progress: Progress | None) -> Iterator[Path]:
    """The folder of a project's stores, made where it is missing, and alone there: see `locked`."""
    folder = folder_of(root)
    while True:
        user.make_cache_folder()
        for own in (all_stores(), folder):
            own_folder(own)
        with locked(folder / LOCK, on_progress) as is_there:
            if not is_there:  # the previous holder removed the folder
                continue
            if read_json(folder / PROJECT) is None:
                write_json(folder / PROJECT, {"root": os.path.realpath(root)})
            yield folder
            return


def new_folder(folder: Path) -> Path:
    """Create a folder to build a store in."""
    building = folder / f"{BUILDING}{os.urandom(8).hex()}"
    building.mkdir(mode=0o700)
    return building


def remove_builds(folder: Path) -> None:
    """Remove what killed processes left behind."""
    for path in folder.iterdir():
        if _OF_BUILDING.fullmatch(path.name):
            _remove(path)


def remove_stores(folder: Path, *, selection: str = "", besides: str = "") -> int:
    """Remove the stores of a project that nobody reads, and return their number.

    Args:
        folder: The folder of the project's stores.
        selection: What the names of the stores begin with.
        besides: The name of a store to keep.
    """
    found = [path for path in stores_in(folder) if path.name.startswith(selection) and path.name != besides]
    return sum(map(_remove, found))


def projects() -> Iterator[Stores]:
    """Yield the stores of each project."""
    for folder in _folders():
        root = (read_json(folder / PROJECT) or {}).get("root")
        if isinstance(root, str):
            with contextlib.suppress(OSError):  # another process is removing it
                yield Stores(Path(root), folder, (folder / PROJECT).stat().st_mtime)


def remove_project(folder: Path) -> int:
    """Remove the stores of a project, except those being read or built, and return their number."""
    with contextlib.suppress(BlockingIOError), locked(folder / LOCK, None):
        remove_builds(folder)
        removed = remove_stores(folder)
        if {path.name for path in folder.iterdir()} <= {LOCK, PROJECT}:
            with contextlib.suppress(OSError):
                for name in (PROJECT, LOCK):
                    (folder / name).unlink(missing_ok=True)
                folder.rmdir()
        return removed
    return 0


def tidy(besides: Path) -> None:
    """Remove the stores of projects that no longer exist or have long been unused."""
    for stores in projects():
        if stores.folder != besides and (stores.is_gone or time.time() - stores.used > UNUSED):
            with contextlib.suppress(OSError):  # try again another time
                remove_project(stores.folder)


def size_of(folder: Path) -> int:
    """Return the total size of the files below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _folders() -> list[Path]:
    try:
        check_own(user.cache_folder())
        check_own(all_stores())
        found = [path for path in all_stores().iterdir() if _OF_PROJECT.fullmatch(path.name)]
    except OSError:
        return []
    return [path for path in sorted(found)[:_MOST] if _is_own(path)]


def _is_own(folder: Path) -> bool:
    try:
        check_own(folder)
    except OSError:
        return False
    return True


def _remove(folder: Path) -> bool:
    """Remove a folder of our own whose lock nobody holds, and return whether it is gone.

    A link is not ours, and `rmtree` follows none.
    """
    with contextlib.suppress(OSError):
        check_own(folder)
        if not any(folder.iterdir()):  # a process was killed before it created the lock
            folder.rmdir()
            return True
        with opened_lock(folder / LOCK, shared=False):
            shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()
    return False


@contextlib.contextmanager
def locked(path: Path, on_progress: Progress | None) -> Iterator[bool]:
    """Alone among the processes that make stores; False where the lock was taken away meanwhile.

    Waits for the others; without `on_progress` BlockingIOError.
    """
    with os.fdopen(_plain(path, os.O_RDWR | os.O_CREAT), "rb+") as file:
        if fcntl:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if on_progress is None:
                    raise
                on_progress("Waiting for another ogdkg that is building the store.", 0, 0)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


@contextlib.contextmanager
def opened_lock(path: Path, *, shared: bool, make: bool = False) -> Iterator[None]:
    """Hold the lock of a store: shared by its readers, exclusive for removing it; else BlockingIOError."""
    flags = os.O_RDWR | os.O_CREAT if make else os.O_RDONLY if shared else os.O_RDWR
    with os.fdopen(_plain(path, flags), "rb") as file:
        if fcntl:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        yield


def _plain(path: Path, flags: int) -> int:
    """Open a plain file; OSError for a link, and for a pipe, which could block."""
    more = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    number = os.open(path, flags | more, 0o600)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(f"{path} is not a plain file")
    return number


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file; None if there is none."""
    try:
        with os.fdopen(_plain(path, os.O_RDONLY), "rb") as file:
            found = json.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a value as JSON, so that the file is there whole or not at all."""
    with replaced(path, below=path.parent) as file:
        file.write(json.dumps(value).encode())
