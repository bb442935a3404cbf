"""Keeps the word index of a large graph on disk, next to its store; `word_index` is the index itself."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.errors import StoreError
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.sandbox.clock import untimed
from ogdkg.search.index_tables import MADE_BY, write_index
from ogdkg.search.texts import read_texts
from ogdkg.search.word_index import Index
from ogdkg.store.base import select

if TYPE_CHECKING:
    from ogdkg.graph.graph import Graph
    from ogdkg.store.cache import StoredGraph
    from ogdkg.store.folders import Progress


def _file(languages: Languages) -> str:
    """The name of the index for a reader's languages: each has labels of its own."""
    if languages == ENGLISH:
        return "words.sqlite"
    return f"words-{sha256(' '.join(languages).encode()).hexdigest()[:16]}.sqlite"


def word_index(graph: Graph) -> Index | None:
    """Return the index of a graph's store on disk, building it if necessary; None without such a store."""
    if not graph.stored:
        return None
    return stored_index(graph.stored, graph.options.on_progress, graph.project.languages)


def stored_index(stored: StoredGraph, on_progress: Progress, languages: Languages = ENGLISH) -> Index | None:
    """The index beside a store, made where it is not there; None where the disk refuses."""
    try:
        return Index.open(keep_index(stored, on_progress, languages))
    except OSError as error:
        on_progress(f"Cannot write the word index ({error}); reading all words instead.", 0, 0)
        return None


def existing_index(stored: StoredGraph, languages: Languages = ENGLISH) -> Index | None:
    """Return the index of a store if it exists."""
    return Index.open(stored.folder / _file(languages)) if stored.has(_file(languages), MADE_BY) else None


def make_index(stored: StoredGraph, on_progress: Progress, languages: Languages = ENGLISH) -> None:
    """Make the index beside a store where it is not there; StoreError where the disk refuses."""
    try:
        keep_index(stored, on_progress, languages)
    except OSError as error:
        hint = "Without it, each search reads all words."
        raise StoreError(f"The word index cannot be written: {error}.", hint=hint) from error


def keep_index(stored: StoredGraph, on_progress: Progress, languages: Languages = ENGLISH) -> Path:
    """The file of the index beside a store, made where it is not there; OSError where it cannot be."""

    def make(path: Path) -> None:
        on_progress("Building the word index (only once).", 0, 0)
        with untimed():
            texts = read_texts(stored.store, lambda query: select(stored.store, query).rows, languages)
            write_index(path, texts.entries(on_progress), texts.classes())

    return stored.file(_file(languages), MADE_BY, make, on_progress)
