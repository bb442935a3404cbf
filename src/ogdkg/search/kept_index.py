"""The index of words that is kept on disk beside the store of a graph, made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.errors import StoreError
from ogdkg.rdf.terms import Row
from ogdkg.sandbox.clock import untimed
from ogdkg.search.texts import read_texts
from ogdkg.search.word_index import MADE_BY, Index, write_index
from ogdkg.store.base import Rows

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.store.cache import StoredGraph
    from ogdkg.store.disk import Watch

_FILE = "words.sqlite"


def word_index(graph: Graph) -> Index | None:
    """The index beside a graph's store on disk, made if need be; None where there is neither."""
    return stored_index(graph.stored, graph.options.on_progress) if graph.stored else None


def stored_index(kept: StoredGraph, watch: Watch) -> Index | None:
    """The index beside a store, made where it is not there; None where the disk refuses."""
    try:
        return Index.open(keep_index(kept, watch))
    except OSError as error:
        watch(f"No index of words can be kept on disk ({error}): all words are read instead.", 0, 0)
        return None


def existing_index(kept: StoredGraph) -> Index | None:
    """The index beside a store, if it is there."""
    return Index.open(kept.folder / _FILE) if kept.has(_FILE, MADE_BY) else None


def make_index(kept: StoredGraph, watch: Watch) -> None:
    """Make the index beside a store where it is not there; StoreError where the disk refuses."""
    try:
        keep_index(kept, watch)
    except OSError as error:
        hint = "Without it the words are read at each search."
        raise StoreError(f"The index of words cannot be written: {error}.", hint=hint) from error


def keep_index(kept: StoredGraph, watch: Watch) -> Path:
    """The file of the index beside a store, made where it is not there; OSError where it cannot be."""

    def rows(query: str) -> Iterator[Row]:
        result = kept.store.query(query)
        assert isinstance(result, Rows)  # the queries are SELECTs
        return result.rows

    def make(path: Path) -> None:
        watch("The words of all things are put into an index, once.", 0, 0)
        with untimed():
            texts = read_texts(kept.store, rows)
            write_index(path, texts.entries(watch), texts.classes())

    return kept.file(_FILE, MADE_BY, make, watch)
