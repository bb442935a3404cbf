"""Writes files atomically, and never through links that others placed. Nothing else replaces files.

The content goes into a new, locked temporary file next to the target, is synced to disk, and is then renamed.
A killed process leaves its temporary file; the next one that writes the same name removes it, since it is not
locked. If the system supports it, the folder stays open meanwhile, so that it cannot be swapped.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from ogdkg.answer_cache.folders import check_own as check_own  # callers take it from here
from ogdkg.files.names import LONGEST
from ogdkg.lean import NamedTuple, signal

try:
    import fcntl
except ImportError:  # Windows, where open files cannot be removed
    fcntl = None  # type: ignore[assignment]  # a missing module

_AT_FOLDERS = {os.open, os.stat, os.mkdir, os.rename, os.unlink} <= os.supports_dir_fd
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NEW = (
    os.O_CREAT | os.O_EXCL | os.O_WRONLY | _NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_AT_ONCE = 100  # temporary files of processes that write the same name at the same time
# Within this time a second change may not show in a file's times: some file systems count in two seconds.
UNSURE = 2 * 10**9
LINK = "There is a link, and generated names follow no links"
OUTSIDE = "The name leads out of the folder"


@contextmanager
def replaced(
    path: Path, *, below: Path | None = None, check: Callable[[], None] | None = None
) -> Iterator[IO[bytes]]:
    """Open a file for writing that replaces `path` when the block ends without an error.

    Mode and, if permitted, owner stay the same. If `path` is a link, its target is replaced. Other hard links
    to the same file keep the old content.

    Args:
        path: The file to replace.
        below: For a generated name: a folder that the name may not leave, with no links on the way. Missing
            folders are created.
        check: Called right before the replacement; it may raise.

    Raises:
        OSError: Something cannot be written; `strerror` says why.
    """
    path = path if below else Path(os.path.realpath(path))
    with _ended_in_order(), _held(path, below, make=True) as folder:
        assert folder  # `make` creates it
        before = _replaceable(folder, path.name)
        is_synced = before is not None or not below  # new generated files may be lost in a power cut
        mode = 0o666 if before is None else before.st_mode & 0o777
        temporary, file = _new(folder, path.name, mode)
        is_done = False
        try:
            with file:
                yield file
                file.flush()
                if before is not None:
                    _keep_owner(file.fileno(), before)
                if is_synced:
                    os.fsync(file.fileno())
                if check:
                    check()
                if not fcntl:  # Windows cannot rename open files; elsewhere it must stay locked
                    file.close()
                names = folder.at(temporary), folder.at(path.name)
                os.replace(*names, src_dir_fd=folder.number, dst_dir_fd=folder.number)
                is_done = True
        finally:
            if not is_done:
                with suppress(OSError):
                    os.unlink(folder.at(temporary), dir_fd=folder.number)
        if is_synced:
            folder.sync()


def check_free(path: Path, below: Path) -> None:
    """Raise OSError if `replaced` would refuse a generated name; creates nothing."""
    with _held(path, below, make=False) as folder:
        if folder:
            _replaceable(folder, path.name)


def put(temporary: Path, path: Path) -> Path:
    """Sync a finished file or folder to disk, rename it to `path`, and return that."""
    if temporary.is_file():
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
    temporary.replace(path)
    with _held(path, None, make=False) as folder:
        if folder:
            folder.sync()
    return path


def own_folder(path: Path) -> Path:
    """Create a folder if it is missing; PermissionError unless it is the user's own."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    check_own(path)
    return path


def stamp(path: Path) -> list[int]:
    """Return size, modification and change time (in nanoseconds) and inode of a file."""
    at = path.stat()
    return [at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino]


class _Folder(NamedTuple):
    """An open folder; `number` is its file descriptor, or None on systems that need paths instead."""

    path: Path
    number: int | None

    def at(self, name: str) -> str:
        return name if self.number is not None else str(self.path / name)

    def child(self, name: str, *, make: bool) -> _Folder:
        """Open a subfolder that is not a link."""
        if name == os.pardir:
            raise OSError(errno.EINVAL, OUTSIDE)
        if make:
            with suppress(FileExistsError):
                os.mkdir(self.at(name), dir_fd=self.number)
        status = os.stat(self.at(name), dir_fd=self.number, follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, LINK)
        return _opened(self.path / name, self.at(name), self.number, _NO_LINK)

    def sync(self) -> None:
        """Sync the names in it to disk, if the system can do that for folders."""
        if self.number is not None:
            with suppress(OSError):  # the content is synced; this file system offers no more
                os.fsync(self.number)

    def close(self) -> None:
        if self.number is not None:
            os.close(self.number)


def _opened(path: Path, name: str, at: int | None, more: int = 0) -> _Folder:
    if not _AT_FOLDERS:
        return _Folder(path, None)
    try:
        return _Folder(path, os.open(name, os.O_RDONLY | _FOLDER | more, dir_fd=at))
    except PermissionError:  # a folder that may be written but not listed
        return _Folder(path, os.open(name, getattr(os, "O_PATH", os.O_RDONLY) | _FOLDER | more, dir_fd=at))


@contextmanager
def _held(path: Path, below: Path | None, *, make: bool) -> Iterator[_Folder | None]:
    """Open the folder of a file, without following links from `below` on; None if it is missing."""
    if below and not path.is_relative_to(below):
        raise OSError(errno.EINVAL, OUTSIDE)
    start, way = (below, path.relative_to(below).parts[:-1]) if below else (path.parent, ())
    if make and below:
        below.mkdir(parents=True, exist_ok=True)
    try:
        folder = _opened(start, str(start), None)
        for part in way:
            with closing(folder):
                folder = folder.child(part, make=make)
    except FileNotFoundError:
        if make:
            raise
        yield None
        return
    with closing(folder):
        yield folder


def _replaceable(folder: _Folder, name: str) -> os.stat_result | None:
    """Return the status of a file that may be replaced, or None if there is none; else raise OSError."""
    try:
        status = os.stat(folder.at(name), dir_fd=folder.number, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISLNK(status.st_mode):
        raise OSError(errno.ELOOP, LINK)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "It is not a regular file")
    if not status.st_mode & 0o222:  # root could write it, but its owner made it read-only
        raise PermissionError(errno.EACCES, "It is read-only")
    os.close(
        os.open(folder.at(name), os.O_WRONLY | _NO_LINK, dir_fd=folder.number)
    )  # raises if it may not be written
    return status


def _new(folder: _Folder, name: str, mode: int) -> tuple[str, IO[bytes]]:
    """Create a temporary file next to a name, locked as long as it is open; return its name and the file.

    The names are tried in order, so that a file left by a killed process is found again. Since the file is
    newly created, it cannot be one that somebody else placed.
    """
    if len(os.fsencode(name)) > LONGEST:  # the temporary name would be too long
        import hashlib  # rarely needed

        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    for number in range(1, _AT_ONCE):
        temporary = f".{name}.ogdkg-{number}"
        for _ in range(2):  # a second time after removing a leftover
            try:
                file = os.fdopen(os.open(folder.at(temporary), _NEW, mode, dir_fd=folder.number), "wb")
            except FileExistsError:
                if not _remove_leftover(folder, temporary):
                    break
                continue
            if _lock(file.fileno()) and _is_open_file(folder, temporary, file.fileno()):
                later = (f".{name}.ogdkg-{later_number}" for later_number in range(number + 1, _AT_ONCE))
                all(_remove_leftover(folder, other) for other in later)  # up to the first missing one
                return temporary, file
            file.close()  # another process took it for a leftover
    raise FileExistsError(errno.EEXIST, f"There are too many files like .{name}.ogdkg-1 next to it")


def _remove_leftover(folder: _Folder, name: str) -> bool:
    """Remove a temporary file of ours that nobody writes any more; False if it is not one, or in use."""
    with suppress(OSError):
        flags = os.O_RDWR | os.O_NONBLOCK | _NO_LINK if fcntl else os.O_RDWR
        with os.fdopen(os.open(folder.at(name), flags, dir_fd=folder.number), "rb+") as file:
            status = os.fstat(file.fileno())
            is_ours = stat.S_ISREG(status.st_mode) and (not fcntl or status.st_uid == os.geteuid())
            if not (
                is_ours and _lock(file.fileno(), sure=True) and _is_open_file(folder, name, file.fileno())
            ):
                return False
            if fcntl:
                os.unlink(folder.at(name), dir_fd=folder.number)
        if not fcntl:  # it must be closed first
            Path(folder.at(name)).unlink()
        return True
    return False


def _lock(number: int, *, sure: bool = False) -> bool:
    """Lock a file; False if another process holds the lock, or with `sure` if locks do not work there."""
    try:
        if fcntl:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return not sure
    return True


def _is_open_file(folder: _Folder, name: str, number: int) -> bool:
    """Return whether a name still refers to an open file."""
    try:
        named = os.stat(folder.at(name), dir_fd=folder.number, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(number))


def _keep_owner(number: int, before: os.stat_result) -> None:
    """Give a file the owner, group and mode of another; a group that differs gets no more than others."""
    if not hasattr(os, "fchown"):
        return
    mode = before.st_mode & 0o777
    now = os.fstat(number)
    if now.st_uid != before.st_uid:
        with suppress(OSError):  # only root may
            os.fchown(number, before.st_uid, -1)
    if now.st_gid != before.st_gid:
        try:
            os.fchown(number, -1, before.st_gid)
        except OSError:
            mode &= ~0o070 | (mode & 0o007) << 3
    os.fchmod(number, mode)


def _ended_in_order() -> AbstractContextManager[None]:
    """Remove temporary files also when the process is terminated by `kill` or a closing terminal."""

    def leave(number: int) -> None:
        raise SystemExit(128 + number)

    return at_termination(leave)


@contextmanager
def at_termination(handle: Callable[[int], None]) -> Iterator[None]:
    """Call a function with the number of a signal that would end the process meanwhile.

    Python delivers signals only to the main thread, so elsewhere nothing is called.
    """
    signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handled = [end for end in signals if signal.getsignal(end) == signal.SIG_DFL]  # nohup ignores SIGHUP
    try:
        for end in handled:
            signal.signal(end, lambda number, _: handle(number))
    except ValueError:  # not the main thread; asking `threading` would import it
        handled = []
    try:
        yield
    finally:
        for end in handled:
            signal.signal(end, signal.SIG_DFL)
