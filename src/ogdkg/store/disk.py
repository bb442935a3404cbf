"""The engine on disk: a pyoxigraph store that is filled once, in bulk, and then only read.

`cache` finds and builds such stores, and `folders` manages their folders.
"""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, count, groupby
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox

from ogdkg.errors import StoreError
from ogdkg.files.names import shown_path
from ogdkg.files.packed import unpacked_bytes
from ogdkg.files.text import reading
from ogdkg.project.project import Source
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.terms import Iri
from ogdkg.sandbox.child import HungError, Send
from ogdkg.store.base import Rule, Stage
from ogdkg.store.codec import (
    has_blanks,
    in_bytes,
    in_graph,
    numbered,
    ox_format,
    ox_graph,
    raw_quads,
    whole_format,
)
from ogdkg.store.embedded import EmbeddedStore, merged, with_merged
from ogdkg.store.folders import Progress
from ogdkg.store.limit import derived_by_rules

ENGINE = f"pyoxigraph {ox.__version__}"
_HINT = "Rebuild the store with `ogdkg load --rebuild`, or do without it: --no-cache."
_DEFAULT = ox.DefaultGraph()
# Bytes of a file below which its quads pass through Python, together with those of other small files: each
# bulk load costs the engine some 10 ms, however small it is.
_SMALL = 2**20
_IDLE = (3.0, 5.0)  # seconds without any work, after which a rule is run anew


class DiskStore(EmbeddedStore):
    """A store being filled in a folder; `read` learns the bytes of each file that is loaded."""

    def __init__(self, folder: Path, read: Callable[[Path, bytes], None], on_progress: Progress) -> None:
        super().__init__(ox.Store(str(folder)))
        self._folder, self._read, self._on_progress = folder, read, on_progress
        self._number = count(1)

    def another(self) -> DiskStore:
        """Return a further, empty store next to this one."""
        beside = self._folder.with_name(f"{self._folder.name}-beside{next(self._number)}")
        return DiskStore(beside, self._read, self._on_progress)

    def load(self, sources: Iterable[Source]) -> None:
        """Load RDF files in bulk, small ones together; progress counts each byte twice, as read twice."""
        sources = list(sources)
        progress = _Progress(self._on_progress, 2 * sum(source.path.stat().st_size for source in sources))
        for is_small, some in groupby(sources, lambda source: source.path.stat().st_size < _SMALL):
            if is_small:
                quads = (self._quads(source, self._data(source), progress) for source in some)
                self._store.bulk_extend(chain.from_iterable(quads))
            else:
                for source in some:
                    self._load(source, self._data(source), progress)

    def derive(self, stages: Sequence[Stage], graph: Iri, seconds: float | None = None) -> None:
        """Run the rules of each link in a child of its own, on a copy made of hard links.

        An open store does not survive a fork, and moves its files.
        """
        self._clear(graph)
        deadline = time.monotonic() + (seconds or 0)
        copy = self._folder.with_name(f"{self._folder.name}-seen")

        def run(link: Sequence[Rule]) -> list[ox.Triple]:
            def work(send: Callable[[str, Any], None]) -> None:
                for rule in link:
                    send("at", rule.name)
                    send("derived", in_bytes(open_stored(copy)._construct(rule.name, rule.text)))

            seconds_left = max(deadline - time.monotonic(), 0.001) if seconds else None
            self._store.backup(str(copy))
            try:
                found = _received(work, seconds_left, seconds)
                return [triple for sent in found for triple in self._sent(sent)]
            finally:
                shutil.rmtree(copy)

        for stage in stages:
            self._store.bulk_extend(with_merged(self._derived(stage, graph, run), ox_graph(graph)))

    def finish(self) -> int:
        """Optimize the store for reading, and return its number of quads, with those of the union graph."""
        self._on_progress("Ordering the store", 1, 1)
        self._store.optimize()
        self._store.flush()
        return len(self._store)

    def _data(self, source: Source) -> bytes:
        with reading(shown_path(source.path)):
            data = source.path.read_bytes()
        self._read(source.path, data)
        return unpacked_bytes(data, shown_path(source.path))

    def _load(self, source: Source, data: bytes, progress: _Progress) -> None:
        """Load a file into its graph, and into the default graph.

        Parsing a file twice in the engine is faster than passing its quads through Python, which takes three
        times as long.
        """
        target = ox_graph(source.graph)
        form = whole_format(source.path, target)
        if form is None or has_blanks(data):
            return self._store.bulk_extend(self._quads(source, data, progress))
        data = checked(data, form.media_type, shown_path(source.path))
        try:
            to_graph = None if form.graphs else target
            self._store.bulk_load(progress.of(data), ox_format(form), to_graph=to_graph)
            if target != _DEFAULT:
                self._store.bulk_load(progress.of(data), ox_format(form), to_graph=_DEFAULT)
            elif form.graphs:
                self._store.bulk_extend(map(merged, raw_quads(source.path, progress.of(data))))
        except (SyntaxError, MemoryError) as error:
            from ogdkg.store.document_errors import fault  # only for a broken file

            raise fault(error, source.path) from error
        return None

    def _quads(self, source: Source, data: bytes, progress: _Progress) -> Iterator[ox.Quad]:
        """Yield the quads of a file, each also in the default graph."""
        raw = raw_quads(source.path, progress.of(data, 2), dict(source.contexts))
        quads = numbered(raw, source.bnode_prefix)
        for quad in in_graph(quads, ox_graph(source.graph)):
            yield from with_merged([quad], quad.graph_name)


def _received(work: Callable[[Send], None], seconds_left: float | None, total: float | None) -> list[Any]:
    """Have rules run in a child, and in another where the first inherits a lock that nobody will release.

    The engine's own threads, which do not survive a fork, may hold one as they order its files.
    """
    for idle in (*_IDLE, None):
        with suppress(HungError):
            return list(derived_by_rules(work, seconds_left, total, idle))
    raise AssertionError("the last attempt has no such limit")


def open_stored(folder: Path) -> EmbeddedStore:
    """Open the finished store of a folder, for any number of readers; StoreError if that fails."""
    try:
        return EmbeddedStore(ox.Store.read_only(str(folder)), _HINT)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"The store {shown_path(folder)} cannot be opened: {error}.") from error


class _Progress:
    """Reports how much has been read."""

    def __init__(self, on_progress: Progress, whole: int) -> None:
        self._on_progress, self._whole, self._done = on_progress, whole, 0

    def of(self, data: bytes, weight: int = 1) -> IO[bytes]:
        """Return data as a stream that reports what is read from it."""
        return cast(IO[bytes], _Stream(data, lambda size: self._more(weight * size)))

    def _more(self, size: int) -> None:
        self._done += size
        self._on_progress("Filling the store", self._done, self._whole)


class _Stream(io.BytesIO):
    def __init__(self, data: bytes, more: Callable[[int], None]) -> None:
        super().__init__(data)  # without a copy
        self._more = more

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._more(len(data))
        return data
