"""The one place that writes files: whole or not at all, and never through what a stranger laid in the way.

What is written goes into a file beside, made anew and locked, reaches the disk, and then takes the name. A
process that is killed leaves that file; the next one that writes the same name takes it away, since nobody
locks it. Where the system can, a folder is held open meanwhile, so that none can be put in its place.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

from ogdkg.files.names import LONGEST

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be taken away
    fcntl = None  # type: ignore[assignment]  # a module that is not there

_AT_FOLDERS = {os.open, os.stat, os.mkdir, os.rename, os.unlink} <= os.supports_dir_fd
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NEW = (
    os.O_CREAT | os.O_EXCL | os.O_WRONLY | _NO_LINK | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
)
_AT_ONCE = 100  # files beside, of processes that write the same name at the same time
# A file written again so soon may keep its times: some file systems count in steps of two seconds.
UNSURE = 2 * 10**9
LINK = "A link stands there, and generated names follow none"
OUTSIDE = "The name leads out of the folder"


@contextmanager
def replaced(
    path: Path, *, below: Path | None = None, check: Callable[[], None] | None = None
) -> Iterator[IO[bytes]]:
    """A file to write into, which takes the place of `path` when the block ends well; else nothing changes.

    Mode and, where we may, owner stay. If `path` is a link, what it leads to is replaced. Another name of the
    same file (a hard link) keeps what was there.

    `below`: the name is none that a person gave, and may not lead out of this folder: nothing on the way from
    there may be a link. Folders are made where they are missing.
    `check` is called at the last moment, and may raise.

    Raises OSError where something cannot be written: `strerror` says why.
    """
    path = path if below else Path(os.path.realpath(path))
    with _ended_in_order(), _held(path, below, make=True) as folder:
        assert folder  # as it was made
        before = _replaceable(folder, path.name)
        is_synced = before is not None or not below  # of a new set of files a power cut may take some
        mode = 0o666 if before is None else before.st_mode & 0o777
        beside, file = _new(folder, path.name, mode)
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
                if not fcntl:  # what is open there cannot be renamed; elsewhere it must stay locked
                    file.close()
                names = folder.at(beside), folder.at(path.name)
                os.replace(*names, src_dir_fd=folder.number, dst_dir_fd=folder.number)
                is_done = True
        finally:
            if not is_done:
                with suppress(OSError):
                    os.unlink(folder.at(beside), dir_fd=folder.number)
        if is_synced:
            folder.sync()


def check_free(path: Path, below: Path) -> None:
    """Raise OSError where `replaced` would refuse a generated name; makes nothing."""
    with _held(path, below, make=False) as folder:
        if folder:
            _replaceable(folder, path.name)


def put(beside: Path, path: Path) -> Path:
    """Give a finished file or folder its name, once it is on the disk; the path."""
    if beside.is_file():
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
    beside.replace(path)
    with _held(path, None, make=False) as folder:
        if folder:
            folder.sync()
    return path


def own_folder(path: Path) -> Path:
    """A folder that is the user's own, made where it is missing; PermissionError where it is not."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    check_own(path)
    return path


def check_own(path: Path) -> None:
    """PermissionError for a folder that is a link, another's, or that others can write; OSError for none."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        raise PermissionError(f"{path} is a link")
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(f"{path} is no folder")
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise PermissionError(f"{path} is another user's")
    if os.name == "posix" and status.st_mode & 0o022:
        raise PermissionError(f"others can write {path}; make it yours alone: chmod go-w")


def stamp(path: Path) -> list[int]:
    """Size, times of change (nanoseconds) and number of a file."""
    at = path.stat()
    return [at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino]


class _Folder(NamedTuple):
    """A folder held open; `number` is None where a system cannot, and names then stand behind its path."""

    path: Path
    number: int | None

    def at(self, name: str) -> str:
        return name if self.number is not None else str(self.path / name)

    def child(self, name: str, *, make: bool) -> _Folder:
        """A folder in it that is no link."""
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
        """Have the names in it reach the disk, where the system does that for folders."""
        if self.number is not None:
            with suppress(OSError):  # what is written is there; a file system without this has no better
                os.fsync(self.number)

    def close(self) -> None:
        if self.number is not None:
            os.close(self.number)


def _opened(path: Path, name: str, at: int | None, more: int = 0) -> _Folder:
    if not _AT_FOLDERS:
        return _Folder(path, None)
    try:
        return _Folder(path, os.open(name, os.O_RDONLY | _FOLDER | more, dir_fd=at))
    except PermissionError:  # one may write there, and not look
        return _Folder(path, os.open(name, getattr(os, "O_PATH", os.O_RDONLY) | _FOLDER | more, dir_fd=at))


@contextmanager
def _held(path: Path, below: Path | None, *, make: bool) -> Iterator[_Folder | None]:
    """The folder of a file; reached without a link from `below` on. None where it is not there."""
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
    """What bears a name now, if that is a file that we may replace, or nothing."""
    try:
        found = os.stat(folder.at(name), dir_fd=folder.number, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISLNK(found.st_mode):
        raise OSError(errno.ELOOP, LINK)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "It is not a regular file")
    if not found.st_mode & 0o222:  # root may write it all the same, but its owner says that nobody shall
        raise PermissionError(errno.EACCES, "It may only be read")
    os.close(
        os.open(folder.at(name), os.O_WRONLY | _NO_LINK, dir_fd=folder.number)
    )  # else the system says why
    return found


def _new(folder: _Folder, name: str, mode: int) -> tuple[str, IO[bytes]]:
    """A new file beside a name, locked as long as it is open, and how it is called.

    Its names are tried in order, so that what a killed process left is met again; being made anew, it cannot
    be what somebody laid there.
    """
    if len(os.fsencode(name)) > LONGEST:  # the one beside would be too long
        import hashlib  # hardly ever wanted

        name = hashlib.sha256(os.fsencode(name)).hexdigest()
    for number in range(1, _AT_ONCE):
        beside = f".{name}.ogdkg-{number}"
        for _ in range(2):  # again where one was left behind
            try:
                file = os.fdopen(os.open(folder.at(beside), _NEW, mode, dir_fd=folder.number), "wb")
            except FileExistsError:
                if not _took_away(folder, beside):
                    break
                continue
            if _lock(file.fileno()) and _is(folder, beside, file.fileno()):
                later = (f".{name}.ogdkg-{each}" for each in range(number + 1, _AT_ONCE))
                all(_took_away(folder, each) for each in later)  # up to the first that is not there
                return beside, file
            file.close()  # somebody took it for one left behind
    raise FileExistsError(errno.EEXIST, f"Too many files like .{name}.ogdkg-1 stand beside it")


def _took_away(folder: _Folder, name: str) -> bool:
    """Take away a file of ours that nobody writes any more; False where it is none, or somebody does."""
    with suppress(OSError):
        flags = os.O_RDWR | os.O_NONBLOCK | _NO_LINK if fcntl else os.O_RDWR
        with os.fdopen(os.open(folder.at(name), flags, dir_fd=folder.number), "rb+") as file:
            status = os.fstat(file.fileno())
            is_ours = stat.S_ISREG(status.st_mode) and (not fcntl or status.st_uid == os.geteuid())
            if not (is_ours and _lock(file.fileno(), sure=True) and _is(folder, name, file.fileno())):
                return False
            if fcntl:
                os.unlink(folder.at(name), dir_fd=folder.number)
        if not fcntl:  # it must be closed before
            Path(folder.at(name)).unlink()
        return True
    return False


def _lock(number: int, *, sure: bool = False) -> bool:
    """Lock a file for ourselves; False where another process has it, or `sure` is not to be had."""
    try:
        if fcntl:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return not sure
    return True


def _is(folder: _Folder, name: str, number: int) -> bool:
    """Whether a name still means an open file."""
    try:
        named = os.stat(folder.at(name), dir_fd=folder.number, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(named, os.fstat(number))


def _keep_owner(number: int, before: os.stat_result) -> None:
    """Give a file the owner, group and mode of another; a group that it cannot have gets no more than all."""
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


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Leave no half file behind where the process is ended from outside: `kill`, a terminal that closes."""
    import signal
    import threading

    if threading.current_thread() is not threading.main_thread():  # where Python hears of no signal
        yield
        return

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    ends = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    heard = [end for end in ends if signal.getsignal(end) == signal.SIG_DFL]  # nohup stays deaf
    for end in heard:
        signal.signal(end, leave)
    try:
        yield
    finally:
        for end in heard:
            signal.signal(end, signal.SIG_DFL)
