"""The cache of stores on disk: finds the store for a project's files and layers, or builds it.

A store is built in a temporary folder, then renamed, and never written again. Readers hold its lock, so that
nobody removes it meanwhile. Its manifest lists its inputs: a file counts as unchanged if its size and times
are the same, or else its digest. `disk` is the engine, and `folders` manages the folders.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogdkg import __version__
from ogdkg.errors import InputError, StoreError
from ogdkg.files.atomic import UNSURE, at_termination, put, stamp
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Source
from ogdkg.sandbox.clock import untimed
from ogdkg.store.base import select
from ogdkg.store.counts import MADE_BY, NAME, InFile
from ogdkg.store.disk import ENGINE, DiskStore, open_stored
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.folders import (
    BUILDING,
    LOCK,
    PROJECT,
    Progress,
    folder_of,
    locked,
    locked_project,
    mark_used,
    new_folder,
    opened_lock,
    read_json,
    remove_builds,
    remove_stores,
    size_of,
    stores_in,
    tidy,
    write_json,
)

FORMAT = 1  # version of the manifest and of a store's content
_MANIFEST = "manifest.json"
_LEFT = "left"  # the selections whose stores a process in the background was to make
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_REMOVALS = 100  # tries to remove a folder in which an engine still writes


class StoreKey(NamedTuple):
    """What a store is made from, which identifies it.

    Attributes:
        root: The project's folder.
        layers: The chosen layers.
        rule_layers: The layers that rules read.
        sources: The data files with their graphs.
        rules: The files of rules with their graphs.
        reasoning: The regimes by which statements follow, with their graphs.
    """

    root: Path
    layers: tuple[str, ...]
    rule_layers: tuple[str, ...]
    sources: tuple[Source, ...]
    rules: tuple[tuple[Path, str], ...]
    reasoning: tuple[tuple[str, str], ...] = ()

    def description(self) -> dict[str, Any]:
        """Return the key for the manifest, without the files' contents."""
        sources = [
            [self.name(source.path), source.graph.value if source.graph else None] for source in self.sources
        ]
        rules = [[self.name(path), graph] for path, graph in self.rules]
        made_by = {"format": FORMAT, "tool": __version__, "engine": ENGINE}
        reasoning = {"reasoning": list(map(list, self.reasoning))} if self.reasoning else {}
        read = {"layers": list(self.layers), "seen": list(self.rule_layers)}
        return made_by | reasoning | read | {"sources": sources, "rules": rules}

    def files(self) -> list[Path]:
        """Return all files that the store is made of: data, JSON-LD contexts, and rules."""
        contexts = {path: None for source in self.sources for _, path in source.contexts}
        return [*(source.path for source in self.sources), *contexts, *(path for path, _ in self.rules)]

    def name(self, path: Path) -> str:
        """Return the path of a file relative to the project, which may be moved with its store."""
        return os.path.relpath(path, self.root)


class FileStamp(NamedTuple):
    """The state of a file: name, size and times, and the digest of its bytes."""

    name: str
    stamp: list[int]
    digest: str


class StoredGraph(NamedTuple):
    """A store on disk that is open for reading, and locked as long as this object lives.

    Attributes:
        store: The open store.
        folder: Its folder.
        counts: Its numbers of triples and of quads.
        lock: Holds the lock.
    """

    store: EmbeddedStore
    folder: Path
    counts: dict[str, int]
    lock: contextlib.ExitStack

    @property
    def size(self) -> int:
        """Its size in bytes."""
        return size_of(self.folder)

    def remember(self, name: str, produce: Callable[[], dict[str, Any]], asked: str = "") -> dict[str, Any]:
        """Return what `produce` computed from the store, cached in a file next to it.

        Args:
            name: The name of the file.
            produce: Computes it.
            asked: What else it depends on, such as a query in the terms of a project, which may change.
        """
        path = self.folder / f"{name}{'-' + _digest(asked.encode())[:8] if asked else ''}.json"
        value = read_json(path)
        if value is None:
            value = produce()
            with contextlib.suppress(OSError):  # a read-only folder
                write_json(path, value)
        return value

    def file(
        self, name: str, made_by: dict[str, Any], make: Callable[[Path], None], on_progress: Progress
    ) -> Path:
        """A file that is made from the store once, and kept beside it; OSError where the disk refuses.

        It is made beside, renamed, and then recorded; who finds it with another record makes it anew.
        """
        if self.has(name, made_by):
            return self.folder / name
        with locked(self.folder.parent / LOCK, on_progress):
            if not self.has(name, made_by):  # another process may just have made it
                for leftover in self.folder.glob(f"{BUILDING}*"):  # of a process that was killed
                    leftover.unlink()
                self._produce(name, made_by, make)
        return self.folder / name

    def _produce(self, name: str, made_by: dict[str, Any], make: Callable[[Path], None]) -> None:
        building = self.folder / f"{BUILDING}{os.urandom(8).hex()}"
        try:
            make(building)
            path = put(building, self.folder / name)
        finally:
            building.unlink(missing_ok=True)
        part = FileStamp(name, stamp(path), _digest_of(path))
        record = {"store": self.folder.name, "made_by": made_by, "part": part}
        write_json(_record(self.folder, name), record)

    def has(self, name: str, made_by: dict[str, Any]) -> bool:
        """Return whether a file exists, is intact, and was made from this store by this version."""
        return _has(self.folder, name, made_by)

    def make_columns(self, on_progress: Progress) -> None:
        """Make the columns that queries count from; OSError where the disk refuses."""
        from ogdkg.store.columns import write_columns  # only once

        with untimed():
            self.file(NAME, MADE_BY, lambda path: write_columns(self.store.engine, path), on_progress)


def _has(folder: Path, name: str, made_by: dict[str, Any]) -> bool:
    record = read_json(_record(folder, name)) or {}
    if record.get("store") != folder.name or record.get("made_by") != made_by:
        return False
    with contextlib.suppress(LookupError, TypeError, ValueError, OSError):
        now = _compared(folder, [record["part"]])
        if now and list(now[0]) != record["part"]:
            with contextlib.suppress(OSError):  # a read-only folder
                write_json(_record(folder, name), record | {"part": now[0]})
        return now is not None and now[0].name == name
    return False


def _record(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


class Cache:
    """The stores for one key, and the folder of all stores of the project."""

    def __init__(self, recipe: StoreKey, on_progress: Progress) -> None:
        self._recipe, self._on_progress = recipe, on_progress
        self.folder = folder_of(recipe.root)
        self._selection = _digest(json.dumps(recipe.layers).encode())[:8]

    def find(self) -> StoredGraph | None:
        """Return the store for the current contents of the files, if there is an intact one of this version.

        Raises:
            PermissionError: Other users could have written it.
        """
        folders = [path for path in stores_in(self.folder) if path.name.startswith(self._selection)]
        stored = next(filter(None, map(self._opened, folders)), None)
        if stored:
            mark_used(self.folder)
            if len(folders) > 1:  # the readers of the others may have ended
                self._remove_others(stored)
        return stored

    def leave(self) -> bool | None:
        """Leave the making of the store to another process, which whoever gets True starts.

        Returns:
            False where such a process was started before and has failed, None where it is at work.

        Raises:
            OSError: The disk refuses even the folder of the store.
        """
        try:
            with locked_project(self._recipe.root, None) as folder:
                noted = read_json(folder / PROJECT) or {}
                left = noted.get(_LEFT, [])
                if self._selection in left:
                    return False
                write_json(folder / PROJECT, {**noted, _LEFT: [*left, self._selection]})
                return True
        except BlockingIOError:
            return None

    def _made(self) -> None:
        """Note that the store is there, so that the next one may be left again."""
        noted = read_json(self.folder / PROJECT) or {}
        if self._selection in noted.get(_LEFT, []):
            left = [each for each in noted[_LEFT] if each != self._selection]
            write_json(self.folder / PROJECT, {**noted, _LEFT: left})

    def _remove_others(self, stored: StoredGraph) -> None:
        """Remove the older stores of the key, unless another process is building one."""
        with contextlib.suppress(OSError), locked(self.folder / LOCK, None):
            remove_stores(self.folder, selection=self._selection, besides=stored.folder.name)

    def build(self, fill: Callable[[DiskStore], None], *, anew: bool = False) -> StoredGraph:
        """Find the store or build it.

        Args:
            fill: Loads the graph into the new store.
            anew: Build it even if it exists.

        Raises:
            OSError: The disk refuses it.
            InputError: A file changed while it was read.
        """
        with locked_project(self._recipe.root, self._on_progress):
            stored = None if anew else self.find()  # another process may have just built it
            if stored is None:
                remove_builds(self.folder)
                tidy(besides=self.folder)
                name = self._built(fill)
                remove_stores(self.folder, selection=self._selection, besides=name)
                self._made()
                stored = self.find()
        if stored is None:
            raise InputError(
                "A file changed while it was read.", hint="Run the command again when nothing writes it."
            )
        return stored

    def remove(self) -> int:
        """Remove all stores of the project that nobody reads, and return their number."""
        return remove_stores(self.folder)

    def _built(self, fill: Callable[[DiskStore], None]) -> str:
        """Build a store in a temporary folder, rename it, and return its name."""
        self._on_progress("Building a store on disk (only once); --no-cache does without it.", 0, 0)
        building = new_folder(self.folder)
        try:
            with _removed_at_signals(building), opened_lock(building / LOCK, shared=True, make=True):
                manifest = self._filled(building / "db", fill)
                write_json(building / _MANIFEST, manifest)
                name = f"{self._selection}-{_digest(json.dumps(manifest).encode())[:16]}"
                for other in building.glob("db-*"):
                    shutil.rmtree(other)
                put(building, self.folder / name)
            return name
        finally:
            shutil.rmtree(building, ignore_errors=True)

    def _filled(self, folder: Path, fill: Callable[[DiskStore], None]) -> dict[str, Any]:
        """Fill a store, and return its manifest with the digests of the very bytes that were loaded."""
        taken, files = time.time_ns(), self._recipe.files()
        before = [stamp(path) for path in files]
        others = [path for path in files if path not in {source.path for source in self._recipe.sources}]
        digests = {path: _digest(path.read_bytes()) for path in others}

        def read(path: Path, data: bytes) -> None:
            digests.setdefault(path, _digest(data))

        store = DiskStore(folder, read, self._on_progress)
        fill(store)
        quads = store.finish()
        del store  # closes it
        inputs = [
            FileStamp(self._recipe.name(path), at, digests[path])
            for path, at in zip(files, before, strict=True)
        ]
        parts = [FileStamp(path.name, stamp(path), _digest_of(path)) for path in sorted(folder.iterdir())]
        return {
            "recipe": self._recipe.description(),
            "taken": taken,
            "inputs": inputs,
            "parts": [part for part in parts if not part.name.startswith(("LOCK", "LOG"))],
            "counts": {"triples": _count(open_stored(folder)), "quads": quads},
        }

    def _opened(self, folder: Path) -> StoredGraph | None:
        """Open the store of a folder, if it is intact and was made from the current files."""
        with contextlib.ExitStack() as lock, contextlib.suppress(LookupError, TypeError, ValueError, OSError):
            lock.enter_context(opened_lock(folder / LOCK, shared=True))
            manifest = read_json(folder / _MANIFEST) or {}
            if manifest.get("recipe") != self._recipe.description() or not self._is_same(folder, manifest):
                return None
            with contextlib.suppress(StoreError):  # a damaged store is built again
                store = open_stored(folder / "db")
                store.columns = InFile(folder / NAME, lambda: _has(folder, NAME, MADE_BY))
                return StoredGraph(store, folder, dict(manifest["counts"]), lock.pop_all())
        return None

    def _is_same(self, folder: Path, manifest: dict[str, Any]) -> bool:
        """Return whether inputs and store are as the manifest says.

        Where stamps differ, or were too young to be trusted, it is updated: no file is read each time.
        """
        now = time.time_ns()
        inputs = _compared(self._recipe.root, manifest["inputs"], manifest["taken"] - UNSURE)
        parts = _compared(folder / "db", manifest["parts"])
        if inputs is None or parts is None:
            return False
        anew = {"inputs": inputs, "parts": parts}
        was_young = any(max(each.stamp[1:3]) >= manifest["taken"] - UNSURE for each in inputs)
        if was_young or any(json.dumps(anew[key]) != json.dumps(manifest[key]) for key in anew):
            with contextlib.suppress(OSError):  # a read-only folder
                write_json(folder / _MANIFEST, manifest | anew | {"taken": now})
        return True


def _removed_at_signals(folder: Path) -> contextlib.AbstractContextManager[None]:
    """Remove a folder where a signal ends the process, as soon as the engine lets Python hear it."""

    def end(number: int) -> None:
        for _ in range(_REMOVALS):  # the engine's threads go on writing files meanwhile
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    return at_termination(end)


def _compared(folder: Path, parts: list[Any], sure_before: int | None = None) -> list[FileStamp] | None:
    """Return the stamps of files if their bytes are unchanged; times from `sure_before` on prove nothing."""
    now = []
    for name, before, digest in parts:
        at = stamp(folder / name)
        is_settled = sure_before is None or max(at[1:3]) < sure_before
        if not (at == before and is_settled) and _digest_of(folder / name) != digest:
            return None
        now.append(FileStamp(name, at, digest))
    return now


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def _count(store: EmbeddedStore) -> int:
    with untimed():
        rows = select(store, _COUNT).rows
        return next(int(row[0].value) for row in rows if row[0] and hasattr(row[0], "value"))
