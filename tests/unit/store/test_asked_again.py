"""Many queries to a store: one process answers them, while the store is as it was, and within limits."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.errors import InputError, LimitError
from ogdkg.graph.graph import Graph as CommandGraph
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Iri, Literal, Triple
from ogdkg.sandbox.child import can_fork
from ogdkg.store.asked_again import Question, start_again
from ogdkg.store.base import Result, Rows, Triples, expect_rows
from ogdkg.store.embedded import EmbeddedStore
from ogdkg.store.limit import start_with_timeout
from tests.processes import below

pytestmark = [
    pytest.mark.skipif(not can_fork(), reason="there is no fork here"),
    pytest.mark.skipif(
        not Path("/proc/self/stat").exists(), reason="only Linux tells which processes there are"
    ),
]
A, G = Iri("urn:a"), Iri("urn:g")
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def store() -> Iterator[EmbeddedStore]:
    store = EmbeddedStore()
    store.put_all([Triple(A, A, Literal(str(number))) for number in range(1_000)], G)
    yield store
    gc.collect()


def _started(store: EmbeddedStore, text: str, seconds: float | None = 60) -> Callable[[], Result]:
    return start_again(store, Question(text, {"u": "urn:"}, "query", seconds))


def _rows(store: EmbeddedStore, text: str, seconds: float | None = 60) -> list[tuple[object, ...]]:
    return list(expect_rows(_started(store, text, seconds)()).rows)


def _processes() -> set[int]:
    return set(below(os.getpid()))


def _asked_in_one(before: set[int], ask: Callable[[], object], times: int = 3) -> set[int]:
    """The processes that are left after each of some queries: always the same."""
    found = []
    for _ in range(times):
        ask()
        found.append(frozenset(_processes() - before))
    assert len(set(found)) == 1
    return set(found[0])


def test_one_process_answers_each_kind_of_query(store: EmbeddedStore) -> None:
    before = _processes()
    count = "SELECT (COUNT(*) AS ?n) { ?s u:a ?o }"
    (process,) = _asked_in_one(before, lambda: _rows(store, count))
    assert [str(row[0]) for row in _rows(store, count)] == ["1000"]
    assert _started(store, "ASK { ?s ?p '7' }", 60)() is True
    assert _started(store, "ASK { ?s ?p '-7' }", 60)() is False
    made = _started(store, "CONSTRUCT { ?s ?p 1 } { ?s ?p '7' }", None)()
    assert isinstance(made, Triples)
    assert len(list(made.triples)) == 1
    assert len(_rows(store, "SELECT * { ?s ?p ?o }")) == 1_000  # more than a batch
    assert _processes() - before == {process}
    text = "SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 3"
    plain = start_with_timeout(lambda: store.query(text), 60)()
    assert isinstance(plain, Rows)
    assert _rows(store, text) == list(plain.rows)


def test_a_store_that_has_changed_is_asked_as_it_is(store: EmbeddedStore) -> None:
    before = _processes()
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    assert [str(row[0]) for row in _rows(store, count)] == ["1000"]
    first = _processes() - before
    store.add(Triple(A, A, Literal("new")), [G])
    assert [str(row[0]) for row in _rows(store, count)] == ["1001"]
    assert len(_processes() - before) == 1
    assert _processes() - before != first


def test_each_query_has_a_clock_of_its_own(store: EmbeddedStore) -> None:
    before = _processes()
    for seconds in (0.2, 0.3):
        _rows(store, "SELECT * {}")
        with pytest.raises(LimitError, match=rf"longer than {seconds} seconds"):
            _rows(store, ENDLESS, seconds)
        assert _processes() == before
    assert len(_rows(store, "SELECT * { ?s ?p ?o }", 0.5)) == 1_000


def test_an_error_there_is_the_error_here(store: EmbeddedStore) -> None:
    before = _processes()
    for _ in range(2):
        with pytest.raises(InputError, match=r"^a\.rq:1:"):
            start_again(store, Question("SELECT", {}, "a.rq", 60))()
        assert _processes() == before
        assert _rows(store, "SELECT * { VALUES ?x { u:a } }") == [(A,)]


def test_while_one_answer_is_read_another_query_is_answered(store: EmbeddedStore) -> None:
    before = _processes()
    text = "SELECT ?a ?b { ?x ?p ?a . ?y ?q ?b }"  # more than a pipe holds
    rows = expect_rows(_started(store, text, 60)()).rows
    first = next(rows)
    assert len(_rows(store, "SELECT * { ?s ?p ?o }")) == 1_000
    assert len(_processes() - before) == 2
    assert next(rows) != first
    del rows  # which nobody reads on
    gc.collect()
    assert len(_processes() - before) == 1
    unread = _started(store, text, 60)
    del unread
    gc.collect()
    assert _processes() == before


def test_the_process_ends_with_the_store_and_is_replaced_where_it_is_killed() -> None:
    before, open_before = _processes(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # as many as are open
    store = EmbeddedStore()
    _rows(store, "SELECT * {}")
    (process,) = _processes() - before
    os.kill(process, 9)
    while below(os.getpid()).get(process) != "Z":
        pass
    assert _rows(store, "SELECT * {}") == [()]
    del store
    gc.collect()
    assert _processes() == before
    assert len(os.listdir("/proc/self/fd")) == open_before  # noqa: PTH208  # as above


def test_a_forked_process_closes_nothing_of_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    """The number of a descriptor may stand for another file there."""
    store = EmbeddedStore()
    _rows(store, "SELECT * {}")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.closerange(3, 256)
            files = [os.open(os.devnull, os.O_RDONLY) for _ in range(64)]
            del store
            gc.collect()
            code = 0 if all(os.fstat(each) for each in files) else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert not capfd.readouterr().err


def test_a_forked_process_asks_another(store: EmbeddedStore) -> None:
    _rows(store, "SELECT * {}")
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if len(_rows(store, "SELECT * { ?s ?p ?o }")) == 1_000 else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert len(_rows(store, "SELECT * { ?s ?p ?o }")) == 1_000


def test_python_asks_so_and_commands_do_not(tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["data.ttl"]\n')
    (tmp_path / "data.ttl").write_text("<urn:a> <urn:b> <urn:c> .")
    before, text = _processes(), "SELECT ?s { ?s <urn:b> ?o }"
    plain = CommandGraph(read_project(tmp_path))
    for _ in range(6):
        assert list(plain.select(text)) == [(A,)]
    assert _processes() == before
    with open_graph(tmp_path) as graph:
        for _ in range(6):
            assert list(graph.sparql(text).rows) == [(A,)]  # type: ignore[union-attr]  # a SELECT
        assert len(_processes() - before) == 1
    gc.collect()
    assert _processes() == before
