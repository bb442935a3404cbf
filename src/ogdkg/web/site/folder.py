"""The folder of a site: what is new is put aside first, and takes its place when all of it is there.

A build that is ended before that leaves the site as it was. One that is ended while files take their places
leaves a note, by which the next one goes on: each file is whole meanwhile, new ones come before what links to
them, and those that are no more go last. The note and the list of what is ours lie in a hidden folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from ogdkg.errors import InputError, UsageError
from ogdkg.files.atomic import LINK, check_free, replaced
from ogdkg.files.names import shown_path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # a missing module

STATE = ".ogdkg-site"
_MANIFEST, _SWITCH, _NEW, _LOCK = "manifest.json", "switch.json", "new", "lock"
_FORMAT = 1


class Changes(NamedTuple):
    """What a build changed: the files that it wrote, and those that it removed."""

    written: list[str]
    removed: list[str]


class Folder:
    """The folder of a site, locked against other builds until `close`.

    Args:
        path: The folder; made if it is missing.

    Raises:
        UsageError: It holds what is not of a site, or another build is under way.

    Attributes:
        path: The folder.
        ours: The files that the last build wrote, each with a digest.
        mark: What that build was made from, as a digest; empty where nobody can tell.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._state = path / STATE
        self._new = self._state / _NEW
        self._made: set[str] = set()  # folders that are there, and lie below no link
        self._check()
        if self._state.is_symlink():
            raise UsageError(f"{shown_path(self._state)}: {LINK}.")
        self._state.mkdir(parents=True, exist_ok=True)
        self._check_state()
        self._lock = self._locked()
        try:
            self._go_on()
            manifest = self._read(_MANIFEST)
            self.ours = _strings(manifest, "files")
            self.mark = str(manifest.get("mark", ""))
            self._stamps = manifest.get("stamps", {})
        except BaseException:
            self.close()
            raise

    def _check(self) -> None:
        """Refuse a folder of somebody else; hidden files, such as `.git`, may be in it."""
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(f"{shown_path(self.path)} is not a folder.", hint="Name a folder for the site.")
        if (self._state / _MANIFEST).exists() or (self._state / _SWITCH).exists() or not self.path.exists():
            return
        others = sorted(each.name for each in self.path.iterdir() if not each.name.startswith("."))
        if others:
            raise UsageError(
                f"{shown_path(self.path)} holds files that are not of a site, such as {others[0]!r}.",
                hint="Name a new folder, or an empty one.",
            )

    def _check_state(self) -> None:
        """Refuse what we would not have made: a folder may come from a stranger with all that is in it."""
        for name in (_MANIFEST, _SWITCH, _LOCK, _NEW):
            path = self._state / name
            is_ours = path.is_dir() if name == _NEW else path.is_file()
            if os.path.lexists(path) and (path.is_symlink() or not is_ours):
                raise self._damaged(path)

    @staticmethod
    def _damaged(path: Path) -> InputError:
        hint = "Build into another folder."
        return InputError(f"{shown_path(path)} is not as `ogdkg site` writes it.", hint=hint)

    def _locked(self) -> IO[bytes]:
        file = (self._state / _LOCK).open("ab")
        try:
            if fcntl:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise UsageError(
                f"Another build writes to {shown_path(self.path)}.", hint="Wait until it has ended."
            ) from None
        except OSError:  # a file system without locks
            pass
        return file

    def close(self) -> None:
        """Remove what was put aside, and let others build."""
        if not (self._state / _SWITCH).exists():
            shutil.rmtree(self._new, ignore_errors=True)
        self._lock.close()

    def _read(self, name: str) -> Any:
        path = self._state / name
        try:
            found = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("format") != _FORMAT:
            raise self._damaged(path)
        keys = ("files",) if name == _MANIFEST else ("files", "put", "remove")
        if not all(_are_names(found.get(key)) for key in keys):
            raise self._damaged(path)
        return found

    def put(self, file: str, data: bytes) -> tuple[str, bool]:
        """Put a file aside, unless the site has it just so; return its digest, and whether it is aside."""
        digest = hashlib.blake2b(data, digest_size=16).hexdigest()
        here = f"{self.path}/{file}"
        with suppress(OSError):
            at = os.lstat(here)
            if stat.S_ISREG(at.st_mode) and at.st_size == len(data) and Path(here).read_bytes() == data:
                return digest, False
        aside = f"{self._new}/{file}"
        self._make_folder_of(aside)
        Path(aside).write_bytes(data)
        return digest, True

    def _make_folder_of(self, file: str) -> None:
        folder = _folder_of(file)
        if folder not in self._made:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)

    def size(self) -> int | None:
        """Return how many bytes the files of the last build have; None unless all are as it wrote them."""
        total = 0
        for file in self.ours:
            if not self._is_as_written(file):
                return None
            total += (self.path / file).stat().st_size
        return total

    def finish(self, files: Mapping[str, str], fresh: Iterable[str], mark: str = "") -> Changes:
        """Let new files take their places, and remove those of ours that are no more.

        Args:
            files: All files of the site, each with its digest.
            fresh: Those that were put aside.
            mark: What the site was made from, as a digest.

        Raises:
            UsageError: A file of somebody else is in the way.
        """
        put = sorted(fresh, key=lambda file: (file in self.ours, file == "index.html", file))
        removed = sorted(file for file in self.ours.keys() - files.keys() if self._is_as_written(file))
        self._check_free(put)
        is_known = mark == self.mark and (self._state / _MANIFEST).exists()
        if put or removed or files != self.ours or not is_known:
            note: dict[str, Any] = {"format": _FORMAT, "put": put, "remove": removed}
            note |= {"files": dict(sorted(files.items())), "mark": mark}
            self._write(_SWITCH, note)  # from here on, the new site is the one that counts
            self._go_on()
        self.ours = dict(files)
        return Changes(put, removed)

    def _check_free(self, put: Iterable[str]) -> None:
        """Refuse to write over what is not ours, or through links, before anything is changed."""
        free = set()  # folders where what is not there can be made
        for file in put:
            path = f"{self.path}/{file}"
            is_there = os.path.lexists(path)
            if file not in self.ours and is_there:
                raise UsageError(
                    f"{shown_path(Path(path))} is in the way: `ogdkg site` did not write it.",
                    hint="Move it elsewhere.",
                )
            folder = _folder_of(path)
            if folder in free and not is_there:
                continue
            free.add(folder)
            try:
                check_free(Path(path), self.path)
            except OSError as error:
                raise UsageError(f"{shown_path(Path(path))} cannot be written: {error.strerror}.") from None

    def _is_as_written(self, file: str) -> bool:
        """Whether a file of ours is as it was written: what somebody has changed since is theirs."""
        path = self.path / file
        with suppress(OSError):
            if not path.is_symlink():
                if _stamp(path) == self._stamps.get(file):
                    return True
                return hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() == self.ours[file]
        return False

    def _go_on(self) -> None:
        """Do what the note says, from wherever an earlier build was ended; without one, begin anew."""
        note = self._read(_SWITCH)
        if not note:
            shutil.rmtree(self._new, ignore_errors=True)
            return
        self._made.clear()
        for file in note["put"]:
            self._place(file)
        for file in note["remove"]:
            self._remove(file)
        files, mark = note["files"], note.get("mark", "")
        stamps = {file: found for file in files if (found := _stamp(f"{self.path}/{file}"))}
        self._write(_MANIFEST, {"format": _FORMAT, "mark": mark, "files": files, "stamps": stamps})
        shutil.rmtree(self._new, ignore_errors=True)
        (self._state / _SWITCH).unlink()

    def _place(self, file: str) -> None:
        aside, here = f"{self._new}/{file}", f"{self.path}/{file}"
        if not os.path.lexists(aside):
            return
        for each in (aside, here):
            if _folder_of(each) not in self._made:
                self._check_within(Path(each))
                self._make_folder_of(each)
        Path(aside).replace(here)

    def _check_within(self, path: Path) -> None:
        """Refuse a file below a link: it lies elsewhere."""
        for above in path.relative_to(self.path).parents:
            if (self.path / above).is_symlink() and above != Path():
                raise UsageError(f"{shown_path(self.path / above)}: {LINK}.")

    def _remove(self, file: str) -> None:
        path = self.path / file
        self._check_within(path)
        with suppress(FileNotFoundError):
            path.unlink()
        for folder in path.relative_to(self.path).parents:
            with suppress(OSError):  # until one is not empty
                if folder != Path():
                    (self.path / folder).rmdir()

    def _write(self, name: str, value: object) -> None:
        with replaced(self._state / name) as file:
            file.write((json.dumps(value, ensure_ascii=False, indent=0) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())


def _folder_of(file: str) -> str:
    return file.rpartition("/")[0]


def _stamp(path: Path | str) -> list[int]:
    """The size of a file and when it changed, by which it is known unread; nothing where none is."""
    try:
        found = os.lstat(path)
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]


def _strings(found: Mapping[str, Any], name: str) -> dict[str, str]:
    values = found.get(name, {})
    return {str(key): str(text) for key, text in values.items()} if isinstance(values, dict) else {}


def _are_names(value: object) -> bool:
    """Whether a list, or the keys of a table, are names of files below the folder of a site."""
    return isinstance(value, list | dict) and all(isinstance(each, str) and _is_below(each) for each in value)


def _is_below(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return (
        not {"", ".", ".."}.intersection(parts)
        and parts[0].casefold() != STATE
        and ":" not in parts[0]
        and "\0" not in name
    )
