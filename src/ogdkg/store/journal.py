"""A live store on disk: a snapshot in N-Quads, and a journal of what has changed since.

Each transaction is a line with its number, size and checksum, then an RDF Patch
(https://afs.github.io/rdf-delta/rdf-patch.html) that is synced to the disk before it counts. One that was
cut off at the end never counted. Applied again, transactions that a snapshot has leave it as it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from ogdkg.errors import StoreError
from ogdkg.files.atomic import replaced
from ogdkg.files.names import shown_path
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Quad
from ogdkg.store.codec import ox_graph, ox_spo
from ogdkg.store.live import Change, LiveStore

try:
    import fcntl
except ImportError:  # Windows, which has no processes to fork either
    fcntl = None  # type: ignore[assignment]  # a missing module

_SNAPSHOT, _JOURNAL, _LOCK = "data.nq", "changes.rdfp", "lock"
_HEAD = re.compile(rb"# A store of ogdkg: ([0-9a-f]{16}), transaction ([0-9]+)\n")
_TRANSACTION = re.compile(rb'H ogdkg "([0-9]+) ([0-9]+) ([0-9a-f]{32})" \.\n')
_PATIENCE = 3.0  # seconds: the children of a server that was killed end a moment after it
_LONGEST_HEAD = 200  # bytes
_LONG = 16 << 20  # bytes of a journal that the next start writes into the snapshot
_DEFAULT = ox.DefaultGraph()
_IN_USE = "Another process writes to it. End that one first, or choose another folder."


class _Place(NamedTuple):
    """Where the journal ends: its bytes, and the number of its last transaction."""

    size: int
    number: int


class Journal:
    """The folder of a live store; one process at a time writes to it.

    Attributes:
        name: What tells it from other stores.
        numbers: The transaction that last changed each graph, None being the unnamed one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = ""
        self._lock = -1
        self._file = -1
        self._end = _Place(0, 0)
        self.numbers: dict[str | None, int] = {}

    @property
    def version(self) -> str:
        """What tells each state of the store from all others."""
        return f"{self.name}-{self._end.number}"

    @property
    def exists(self) -> bool:
        """Whether there is a store in the folder."""
        return (self._folder / _SNAPSHOT).exists()

    def number_of(self, graph: str | None) -> int:
        """The number of the transaction that last changed a graph."""
        return self.numbers.get(graph, 0)

    def lock(self) -> None:
        """Keep other processes from writing, until this one and its children end.

        Raises:
            StoreError: Another one does, or the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if fcntl:
                _take(self._lock)
        except BlockingIOError as error:
            raise StoreError(f"The store {shown_path(self._folder)} is in use.", hint=_IN_USE) from error
        except OSError as error:
            raise self._failed("cannot be written", error) from error

    def create(self, quads: Iterable[Quad]) -> None:
        """Make a store of these quads."""
        self.name = secrets.token_hex(8)
        self._write_snapshot(ox.Quad(*ox_spo(quad), ox_graph(quad.graph)) for quad in quads)

    def read(self) -> LiveStore:
        """Return what the store holds, and be ready to write to it.

        Raises:
            StoreError: The files cannot be read, or are broken.
        """
        store = LiveStore()
        try:
            self._read_snapshot(store)
            path = self._folder / _JOURNAL
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._replay(store, path.read_bytes())
            if os.fstat(self._file).st_size > self._end.size:
                os.ftruncate(self._file, self._end.size)  # what was cut off
            if self._end.size > _LONG:
                self._write_snapshot(store.raw())
                os.ftruncate(self._file, 0)
                self._end = self._end._replace(size=0)
            os.fsync(self._file)
        except OSError as error:
            raise self._failed("cannot be read", error) from error
        return store

    def keep(self, changes: list[Change]) -> None:
        """Write changes to the disk as one transaction; once this returns, they outlive any crash.

        Raises:
            StoreError: The disk refuses them; the journal is as it was.
        """
        number = self._end.number + 1
        body = b"TX .\n" + b"".join(map(_line, changes)) + b"TC .\n"
        head = f'H ogdkg "{number} {len(body)} {_checksum(number, body)}" .\n'.encode()
        try:
            _write_whole(self._file, head + body, self._end.size)
            os.fsync(self._file)
        except OSError as error:
            self.forget()
            raise self._failed("cannot be written", error) from error
        self._end = _Place(self._end.size + len(head) + len(body), number)
        self.numbers.update((_graph_of(change.quad), number) for change in changes)

    def forget(self) -> None:
        """Cut off what another process has written after the last transaction that this one knows."""
        if os.fstat(self._file).st_size > self._end.size:
            os.ftruncate(self._file, self._end.size)

    def _read_snapshot(self, store: LiveStore) -> None:
        with (self._folder / _SNAPSHOT).open("rb") as file:
            head = _HEAD.fullmatch(file.readline(_LONGEST_HEAD))
            if not head:
                raise self._broken(_SNAPSHOT, 0)
            self.name, self._end = head[1].decode(), _Place(0, int(head[2]))
            try:
                store.fill(ox.parse(file, ox.RdfFormat.N_QUADS, lenient=True))
            except SyntaxError as error:
                raise self._broken(_SNAPSHOT, 0) from error
        self.numbers = dict.fromkeys(_names(store), self._end.number)

    def _write_snapshot(self, quads: Iterable[ox.Quad]) -> None:
        head = f"# A store of ogdkg: {self.name}, transaction {self._end.number}\n"
        try:
            with replaced(self._folder / _SNAPSHOT) as file:
                file.write(head.encode())
                ox.serialize(quads, file, format=ox.RdfFormat.N_QUADS)
        except OSError as error:
            raise self._failed("cannot be written", error) from error

    def _replay(self, store: LiveStore, data: bytes) -> None:
        """Apply the transactions that are whole, in their order."""
        at = 0
        while at < len(data):
            head = _TRANSACTION.match(data, at)
            end = head.end() + int(head[2]) if head else len(data)
            body = data[head.end() : end] if head else b""
            if not head or end > len(data) or head[3].decode() != _checksum(int(head[1]), body):
                if (head and end < len(data)) or _TRANSACTION.search(data, at + 1):
                    raise self._broken(_JOURNAL, at)
                return
            for is_new, quads in _changes(body):
                for quad in quads:
                    (store.insert if is_new else store.discard)(quad)
            number = max(int(head[1]), self._end.number)
            self.numbers.update((_graph_of(change.quad), number) for change in store.changes)
            store.changes.clear()
            self._end = _Place(end, number)
            at = end

    def _failed(self, what: str, error: OSError) -> StoreError:
        return StoreError(f"The store {shown_path(self._folder)} {what}: {error.strerror or error}.")

    def _broken(self, name: str, at: int) -> StoreError:
        hint = "Restore it from a copy; nothing of it was changed."
        path = shown_path(self._folder / name)
        return StoreError(f"The store is broken: {path}, byte {at:,}.", hint=hint)


def _names(store: LiveStore) -> Iterator[str | None]:
    yield None
    yield from (name.value for name in store.names() if isinstance(name, ox.NamedNode | ox.BlankNode))


def _graph_of(quad: ox.Quad) -> str | None:
    return None if quad.graph_name == _DEFAULT else str(getattr(quad.graph_name, "value", ""))


def _line(change: Change) -> bytes:
    return f"{'A' if change.is_new else 'D'} {change.line}\n".encode()


def _checksum(number: int, body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16, salt=number.to_bytes(8, "big")).hexdigest()


def _changes(body: bytes) -> Iterator[tuple[bool, Iterable[ox.Quad]]]:
    """The quads of a patch, those that come or go together in one."""
    lines = body.splitlines(keepends=True)[1:-1]
    for sign, group in groupby(lines, lambda line: line[:1]):
        text = b"".join(line[2:] for line in group)
        yield sign == b"A", ox.parse(text, ox.RdfFormat.N_QUADS, lenient=True)


def _write_whole(file: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, at)
        view, at = view[written:], at + written


def _take(lock: int) -> None:
    """Lock a file, for which one waits a little; BlockingIOError where it stays locked."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
