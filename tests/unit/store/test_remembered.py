"""What was read of a store is read again once the store has changed, and not before."""

from __future__ import annotations

import pytest

from ogdkg.rdf.terms import Iri, Triple
from ogdkg.store.base import WritableStore, remembered
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.rdflib import RdflibStore

TRIPLE = Triple(Iri("x:s"), Iri("x:p"), Iri("x:o"))


@pytest.mark.parametrize("store_class", [EmbeddedStore, RdflibStore])
def test_a_change_is_noticed_and_one_taken_back_is_forgotten(store_class: type[WritableStore]) -> None:
    store = store_class()
    reads: list[int] = []

    def count() -> int:
        reads.append(1)
        return len(store.graphs(TRIPLE))

    def size() -> int:
        return remembered(store, "size", count)

    assert (size(), size(), len(reads)) == (0, 0, 1)
    revision = store.revision
    store.add(TRIPLE, [Iri("x:g")])
    assert (size(), size(), len(reads)) == (1, 1, 2)
    store.remove(TRIPLE)
    store.revision = revision
    assert (size(), len(reads)) == (0, 2)


def test_nothing_is_remembered_of_a_store_that_may_change_unseen() -> None:
    reads: list[int] = []
    for _ in range(2):
        remembered(object(), "key", lambda: reads.append(1))
    assert len(reads) == 2
