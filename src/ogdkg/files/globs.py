"""Finds the files that match a pattern such as `data/**/*.ttl`, with a limit and a check for outside files.

A pattern consists of parts between slashes. `*`, `?` and `[...]` match characters within a part; the part
`**` matches any number of folders, also none. `..` may begin a pattern. Only plain files match. A link to a
folder is followed if a part of the pattern names it, but not by `**`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from fnmatch import translate
from operator import methodcaller
from pathlib import Path

from ogdkg.answer_cache.dependencies import Stamp, note, stamp_of
from ogdkg.errors import InputError, LimitError
from ogdkg.files.atomic import UNSURE
from ogdkg.lean import NamedTuple

MOST = 5_000_000  # files and folders that one walk visits
_LONGEST, _MOST_PARTS = 1000, 64
_MOST_KNOWN, _MOST_VISITED = 1000, 10_000  # walks that are remembered, and what each has visited
_ANY_DEPTH = "**"
_NOT_FILES = ("/proc/", "/sys/", "/dev/")  # reading files there may never end, or change the machine


class Match(NamedTuple):
    """A match of a pattern: a file, or a folder outside the root that the walk did not enter."""

    path: Path
    is_outside: bool


class Budget:
    """The number of files and folders that several walks together may still visit.

    Attributes:
        folders: The folders that they have read, or looked for: another file can only come there.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = self.remaining = MOST if most is None else most
        self.folders: dict[str, None] = {}

    def spend(self, pattern: str) -> None:
        """Count one; LimitError if none is left."""
        self.remaining -= 1
        if self.remaining < 0:
            hint = "Write the pattern so that it names the folder."
            raise LimitError(
                f"The pattern {pattern!r} leads through more than {self.most:,} files and folders.", hint=hint
            )


class _PastWalk(NamedTuple):
    """What a walk found that met no link: another finds the same as long as no folder has changed.

    Attributes:
        found: The matches.
        folders: The folders that it read, each as it was before.
        visited: The number of files and folders that it visited.
        began: When it began, in nanoseconds.
    """

    found: list[Match]
    folders: dict[str, Stamp]
    visited: int
    began: int

    def is_current(self) -> bool:
        """Whether every folder is surely as it was."""
        return all(
            # Of a folder that had changed just before, a second change might not show in the times.
            stamp and max(stamp[3:5]) < self.began - UNSURE and stamp_of(path) == stamp
            for path, stamp in self.folders.items()
        )

    def repeat(self, budget: Budget) -> list[Match]:
        """Return the matches, and count and note what the walk visited."""
        budget.remaining -= self.visited
        budget.folders |= dict.fromkeys(self.folders)
        for path in self.folders:
            note(path)
        return list(self.found)


# By root and pattern: a command looks for the same up to four times.
_past_walks: dict[tuple[str, str], _PastWalk] = {}


def pattern_fault(pattern: str) -> str | None:
    """Return what is wrong with a pattern, as a sentence; None if it is valid."""
    parts = _parts(pattern)
    named = [part for part in parts if part != ".."]
    if not named:
        return f"The pattern {pattern!r} names no file."
    if len(pattern) > _LONGEST or len(parts) > _MOST_PARTS:
        return f"The pattern is longer than {_LONGEST} characters or {_MOST_PARTS} folders."
    if any(not char.isprintable() for char in pattern):
        return f"The pattern {pattern!r} contains an invisible character."
    if ".." in parts[parts.index(named[0]) :]:
        return f"In the pattern {pattern!r}, '..' is only allowed at the beginning."
    if wrong := next((part for part in parts if _ANY_DEPTH in part and part != _ANY_DEPTH), None):
        return f"In the pattern {pattern!r}, ** must be alone between slashes, not in {wrong!r}."
    return None


def is_pattern(text: str) -> bool:
    """Whether a text may stand for several files; else it is the name of one."""
    return "*" in text or "?" in text or "[" in text


def matches(root: Path, pattern: str, budget: Budget | None = None, *, follow: bool = False) -> list[Match]:
    """Return the files that match a pattern, sorted.

    Args:
        root: The folder that the pattern is relative to.
        pattern: The pattern.
        budget: A limit shared with other walks.
        follow: Whether to enter folders outside the root.

    Raises:
        LimitError: The walk visits too many files and folders.
        InputError: A folder cannot be read.
    """
    budget = budget or Budget()
    key = str(root), pattern
    past = _past_walks.get(key)
    if past and past.visited <= budget.remaining and past.is_current():
        return past.repeat(budget)
    began, left = time.time_ns(), budget.remaining
    walk = _Walk(root, pattern, budget, follow)
    found = [match for _, match in sorted(walk.matches(), key=lambda found: found[0])]
    if not walk.has_links and (visited := left - budget.remaining) <= _MOST_VISITED:
        if len(_past_walks) >= _MOST_KNOWN:
            _past_walks.clear()
        _past_walks[key] = _PastWalk(found, walk.folders, visited, began)
    return found


def is_match(pattern: str, name: str) -> bool:
    """Return whether a pattern matches a path relative to its root, be there such a file or not.

    >>> is_match("data/**/*.ttl", "data/a.ttl"), is_match("data/*.ttl", "data/b/a.ttl")
    (True, False)
    """
    parts = _parts(pattern)
    states = {0}
    for step in name.split("/"):
        states |= {at + 1 for at in sorted(states) if at < len(parts) and parts[at] == _ANY_DEPTH}
        states = {at for at in states if at < len(parts) and parts[at] == _ANY_DEPTH} | {
            at + 1
            for at in states
            if at < len(parts) and parts[at] != _ANY_DEPTH and re.match(translate(parts[at]), step)
        }
    return len(parts) in states


def is_inside(root: Path, path: Path) -> bool:
    """Return whether a file is in a folder, with all links resolved."""
    real, folder = os.path.realpath(path), os.path.realpath(root)
    return real == folder or real.startswith(folder.rstrip("/") + "/")


def _parts(pattern: str) -> list[str]:
    return [part for part in pattern.split("/") if part not in ("", ".")]


NamedMatch = tuple[tuple[str, ...], Match]  # with the names to sort by


class _Folder(NamedTuple):
    """A folder to visit, and which parts of the pattern its members may match."""

    path: str
    names: tuple[str, ...]
    states: frozenset[int]
    is_outside: bool


class _Walk:
    """Runs the pattern as an automaton whose states are the parts that the next name may match.

    So each folder is read once, however many `**` the pattern has.

    Attributes:
        folders: The folders that were read, each as it was before.
        has_links: Whether it met a link, or began outside the root.
    """

    def __init__(self, root: Path, pattern: str, budget: Budget, follow: bool) -> None:
        self._root, self._pattern, self._budget, self._follow = root, pattern, budget, follow
        self._parts = _parts(pattern)
        self._tests = [None if part == _ANY_DEPTH else _test(part) for part in self._parts]
        self._waiting: list[_Folder] = []
        self.folders: dict[str, Stamp] = {}
        self.has_links = False

    def matches(self) -> Iterator[NamedMatch]:
        """Yield each match, unsorted."""
        if not self._parts:  # "/" or "." names no file
            return
        absolute = self._pattern.startswith("/")
        path, names, linked = ("/" if absolute else str(self._root)), tuple[str, ...](), absolute
        index = 0
        while index < len(self._parts) - 1 and not is_pattern(self._parts[index]):
            part = self._parts[index]
            path, names = f"{path.rstrip('/')}/{part}", (*names, part)
            linked = linked or part == ".." or Path(path).is_symlink()
            index += 1
        self.has_links = linked
        outside = linked and not is_inside(self._root, Path(path))
        if outside and not self._follow and not any(map(is_pattern, self._parts[index:])):
            path = "/".join((path.rstrip("/"), *self._parts[index:]))  # the file itself, if it is named
            note(path)
            if not Path(path).exists():
                return
        yield from self._enter(_Folder(path, names, self._states(index), outside))
        while self._waiting:
            folder = self._waiting.pop()
            for entry in self._entries(folder):
                yield from self._look(folder, entry)

    def _enter(self, folder: _Folder) -> Iterator[NamedMatch]:
        """Add a folder to those to be read, or yield it if it is outside."""
        if folder.is_outside and _is_barred(folder.path):
            return
        if folder.is_outside and not self._follow:
            yield folder.names, Match(Path(folder.path), True)
        else:
            self._waiting.append(folder)

    def _look(self, folder: _Folder, entry: os.DirEntry[str]) -> Iterator[NamedMatch]:
        self._budget.spend(self._pattern)
        linked, ends, states = entry.is_symlink(), False, set[int]()
        if linked:
            self.has_links = True
            note(entry.path)  # what it leads to may come or go without a trace in this folder
        for state in folder.states:
            test = self._tests[state]
            is_last = state == len(self._parts) - 1
            if test is None:
                ends = ends or is_last
                if not linked:
                    states |= self._states(state)
            elif test(entry.name):
                ends = ends or is_last
                if not is_last:
                    states |= self._states(state + 1)
        if not ends and not states:
            return
        names = (*folder.names, entry.name)
        if ends and _is_file(entry):
            outside = not is_inside(self._root, Path(entry.path)) if linked else folder.is_outside
            if not outside or not _is_barred(entry.path):
                yield names, Match(Path(entry.path), outside)
        elif states and _is_folder(entry):
            outside = not is_inside(self._root, Path(entry.path)) if linked else folder.is_outside
            yield from self._enter(_Folder(entry.path, names, frozenset(states), outside))

    def _states(self, index: int) -> frozenset[int]:
        """Return a part, and those after it that may match next, since `**` may match no folder."""
        states = [index]
        while self._tests[states[-1]] is None and states[-1] < len(self._parts) - 1:
            states.append(states[-1] + 1)
        return frozenset(states)

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        """Return the entries of a folder; none if it may not be read, or no longer exists."""
        self._budget.folders[folder.path] = None
        self.folders[folder.path] = stamp_of(folder.path)
        try:
            with os.scandir(folder.path) as entries:
                return list(entries)
        except (PermissionError, FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            message = (
                f"The pattern {self._pattern!r} leads to a folder that cannot be read: {error.strerror}."
            )
            raise InputError(message, hint=f"The folder begins with {folder.path[:200]!r}.") from error


def _test(part: str) -> Callable[[str], object]:
    """What tells whether a name matches a part."""
    if part.startswith("*") and not is_pattern(ending := part[1:]):  # as most are
        return methodcaller("endswith", ending)
    return re.compile(translate(part)).match if is_pattern(part) else part.__eq__


def _is_barred(path: str) -> bool:
    return (os.path.realpath(path) + "/").startswith(_NOT_FILES)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a cycle of links
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
