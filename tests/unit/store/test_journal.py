"""A live store on disk: what was acknowledged outlives any crash, and nothing is half there."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest

from ogdkg.errors import StoreError
from ogdkg.rdf.terms import Iri, Quad
from ogdkg.store.journal import Journal
from ogdkg.store.live import LiveStore
from ogdkg.store.update import update

FIRST = 'INSERT DATA { <urn:a> <urn:p> "line\\nbreak\\u2028", [] . GRAPH <urn:g> { <urn:b> <urn:p> 2 } }'
SECOND = (
    "DELETE WHERE { GRAPH <urn:g> { ?s ?p ?o } } ; INSERT DATA { GRAPH <urn:h> { <urn:c> <urn:p> true } }"
)


def _written(folder: Path) -> list[set[ox.Quad]]:
    """Make a store of two transactions; what it held after each."""
    journal = Journal(folder)
    journal.lock()
    journal.create([Quad(*[Iri("urn:first")] * 3, None)])
    store = journal.read()
    states = [set(store.raw())]
    for text in (FIRST, SECOND):
        update(store, text)
        journal.keep(store.changes)
        store.changes.clear()
        states.append(set(store.raw()))
    return states


def _read(folder: Path) -> LiveStore:
    return Journal(folder).read()


def test_what_was_kept_is_read(tmp_path: Path) -> None:
    states = _written(tmp_path / "store")
    journal = Journal(tmp_path / "store")
    assert set(journal.read().raw()) == states[-1]
    assert journal.version.endswith("-2")
    assert (journal.number_of(None), journal.number_of("urn:g"), journal.number_of("urn:h")) == (1, 2, 2)


def test_a_transaction_that_was_cut_off_never_was(tmp_path: Path) -> None:
    """Whatever part of it has reached the disk."""
    states = _written(tmp_path)
    path = tmp_path / "changes.rdfp"
    whole = path.read_bytes()
    second = whole.index(b'H ogdkg "2')
    for end in (*range(0, len(whole), 5), second - 1, second, second + 1, len(whole) - 1):
        path.write_bytes(whole[:end])
        expected = states[0] if end < second else states[1]
        assert set(_read(tmp_path).raw()) == expected, end
        assert path.stat().st_size in (0, second)


def test_after_a_cut_the_journal_goes_on(tmp_path: Path) -> None:
    _written(tmp_path)
    path = tmp_path / "changes.rdfp"
    path.write_bytes(path.read_bytes()[:-5])
    journal = Journal(tmp_path)
    store = journal.read()
    update(store, SECOND)
    journal.keep(store.changes)
    assert set(_read(tmp_path).raw()) == set(store.raw())


@pytest.mark.parametrize(
    ("name", "at"), [("changes.rdfp", 80), ("changes.rdfp", 2), ("data.nq", 5), ("data.nq", -2)]
)
def test_a_broken_store_is_an_error_and_stays_as_it_is(name: str, at: int, tmp_path: Path) -> None:
    _written(tmp_path)
    path = tmp_path / name
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match=name):
        _read(tmp_path)
    assert path.read_bytes() == data


def test_a_long_journal_becomes_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = _written(tmp_path)
    monkeypatch.setattr("ogdkg.store.journal._LONG", 10)
    journal = Journal(tmp_path)
    store = journal.read()
    assert (tmp_path / "changes.rdfp").stat().st_size == 0
    version = journal.version
    update(store, "CLEAR ALL")
    journal.keep(store.changes)
    again = Journal(tmp_path)
    assert set(again.read().raw()) == set()
    assert states[-1] and again.version != version


def test_transactions_that_a_snapshot_has_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between writing the snapshot and emptying the journal."""
    states = _written(tmp_path)
    journal = (tmp_path / "changes.rdfp").read_bytes()
    monkeypatch.setattr("ogdkg.store.journal._LONG", 10)
    _read(tmp_path)
    (tmp_path / "changes.rdfp").write_bytes(journal)
    assert set(_read(tmp_path).raw()) == states[-1]


def test_one_process_writes(tmp_path: Path) -> None:
    first = Journal(tmp_path / "new" / "store")
    first.lock()
    with pytest.raises(StoreError, match="in use"):
        Journal(tmp_path / "new" / "store").lock()


def test_one_waits_for_what_a_killed_process_leaves(tmp_path: Path) -> None:
    """Its children end a moment after it, and hold the lock as long."""
    first = Journal(tmp_path / "store")
    first.lock()
    timer = threading.Timer(0.3, os.close, [first._lock])
    timer.start()
    Journal(tmp_path / "store").lock()
    timer.join()


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = _written(tmp_path)
    journal = Journal(tmp_path)
    store = journal.read()
    update(store, "CLEAR ALL")

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StoreError, match="No space left"):
            journal.keep(store.changes)
    assert set(_read(tmp_path).raw()) == states[-1]


def test_what_another_process_began_to_keep_is_cut_off(tmp_path: Path) -> None:
    """A fork that ends before it takes over, with half a transaction written, or a whole one."""
    states = _written(tmp_path)
    path = tmp_path / "changes.rdfp"
    ours, theirs = Journal(tmp_path), Journal(tmp_path)
    ours.read()
    store = theirs.read()
    update(store, "CLEAR ALL")
    theirs.keep(store.changes)
    whole = path.read_bytes()
    for end in (len(whole), len(whole) - 7):
        path.write_bytes(whole[:end])
        ours.forget()
        assert set(_read(tmp_path).raw()) == states[-1]
