"""Finds or makes the file of blocks of a graph: with a store on disk it is kept, as the store is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ogdkg.graph.graph import Graph
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.web.processes.aside import work_aside
from ogdkg.web.small_queries.blocks import TooMuchError, block_path, write_blocks

_MOST_TRIPLES = 3_000_000  # each takes 170 bytes of the disk
# Quads to write for each query that was asked: a process takes as much longer for one as fifty take to write,
# and who has asked asks on.
_PAYS = 200
_NAME, _MADE_BY = "near", {"format": 1}


class BlockFile(NamedTuple):
    """Where the file is; None with `is_coming` while it is made."""

    path: Path | None
    is_coming: bool


def find_blocks(graph: Graph, folder: Path, generation: int, asked: int) -> BlockFile:
    """Find the file of a graph, or begin to make it beside answers once that is worth while.

    Args:
        graph: The graph.
        folder: Where it goes if the graph is in memory.
        generation: The version of the graph among those that were served.
        asked: How many queries there have been of that version.
    """
    stored = graph.stored
    path = stored.folder / _NAME if stored else block_path(folder, generation)
    if stored.has(_NAME, _MADE_BY) if stored else path.exists():
        return BlockFile(path, is_coming=False)
    store, claim = graph.store, folder / f"near-{0 if stored else generation}.part"
    if not isinstance(store, EmbeddedStore) or store.size > 2 * _MOST_TRIPLES:
        return BlockFile(None, is_coming=False)
    if not claim.exists() and asked * _PAYS < store.size and not stored:  # what is kept pays in time
        return BlockFile(None, is_coming=False)
    with suppress(FileExistsError):  # it is being made, or could not be
        claim.touch(exist_ok=False)
        work_aside(lambda: _make(graph, store, path, claim))
    return BlockFile(None, is_coming=True)


def _make(graph: Graph, store: EmbeddedStore, path: Path, claim: Path) -> None:
    def write(beside: Path) -> None:
        write_blocks(beside, store.merged_triples())

    with suppress(TooMuchError, OSError, MemoryError):  # then all is answered as before
        if stored := graph.stored:
            stored.file(_NAME, _MADE_BY, write, _say_nothing)
            claim.unlink()
        else:
            write(claim)
            claim.replace(path)


def _say_nothing(message: str, done: int, whole: int) -> None:
    """Nobody waits for this."""
