"""Which columns a store has: a file beside a store on disk, or in memory once queries that count are many.

Columns are of one state of a store. Those on disk are made with the store, which nobody writes again; those
in memory hold until the store's revision is another one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ogdkg.store.base import Store
    from ogdkg.store.columns import Columns
    from ogdkg.store.embedded import EmbeddedStore

NAME = "columns"
MADE_BY = {"format": 4, "bytes": sys.byteorder}
LEAST = 100_000  # quads, below which the engine counts in some hundredths of a second
_PAYS = 4  # queries that count, after which making the columns pays: as long as some ten of them


class InFile:
    """The columns in a file.

    Args:
        path: The file.
        is_whole: Whether it is there, and as it was written.
    """

    def __init__(self, path: Path, is_whole: Callable[[], bool]) -> None:
        self._path, self._is_whole = path, is_whole
        self._found: Columns | None = None

    def __call__(self, store: EmbeddedStore) -> Columns | None:
        if self._found is None and self._is_whole():
            from ogdkg.store.columns import opened  # only where a query may count

            self._found = opened(self._path)
        return self._found


class InMemory:
    """The columns of a store in memory."""

    def __init__(self) -> None:
        self._found: Columns | None = None
        self._revision, self._asked = -1, 0
        self._unread: list[str] = []  # queries of a store of which nobody knows whether it is large
        self._is_small = False

    def __call__(self, store: EmbeddedStore) -> Columns | None:
        return self._found if self._revision == store.revision else None

    def expect(self, store: EmbeddedStore, text: str) -> None:
        """Make the columns of a store if a query is one more of those that count."""
        if self._revision != store.revision:
            self._found, self._revision, self._asked = None, store.revision, 0
            self._unread, self._is_small = [], False
        if self._found is not None or self._is_small:
            return
        self._unread.append(text)
        if self._asked + len(self._unread) < _PAYS:
            return  # the engine counts what it holds one by one, too long after each of many small changes
        self._is_small = not self._asked and store.size < LEAST
        if self._is_small:
            return
        from ogdkg.sparql.counting import counting_query  # only where several queries are asked

        self._asked += sum(not isinstance(counting_query(each), str) for each in self._unread)
        self._unread = []
        if self._asked >= _PAYS:
            self.make(store)

    def make(self, store: EmbeddedStore) -> None:
        """Make the columns of a store."""
        from ogdkg.store.columns import columns_of  # as above

        self._found, self._revision = columns_of(store.engine), store.revision


def expect(store: Store, text: str) -> None:
    """Be ready for more queries like this one, which is about to be asked."""
    from ogdkg.store.embedded import EmbeddedStore  # few processes ask so many queries

    if isinstance(store, EmbeddedStore) and (columns := _in_memory(store)):
        columns.expect(store, text)


def prepare_counts(store: Store) -> None:
    """Make the columns of a large store in memory, of which many queries will be asked."""
    from ogdkg.store.embedded import EmbeddedStore  # as above

    if isinstance(store, EmbeddedStore) and store.size >= LEAST and (columns := _in_memory(store)):
        columns.make(store)


def _in_memory(store: EmbeddedStore) -> InMemory | None:
    """The columns of a store in memory, which may have to be made."""
    if store.columns is None:
        store.columns = InMemory()
    return store.columns if isinstance(store.columns, InMemory) else None
