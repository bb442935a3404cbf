"""Queries in a child: what it sends arrives as it was, in time, and what goes wrong there goes wrong here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError, LimitError
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, Triple, in_language, typed
from ogdkg.sandbox.child import HungError, Send, can_fork
from ogdkg.store.base import Rows, Triples
from ogdkg.store.limit import derived_by_rules, from_plain, run_plain_with_timeout, run_with_timeout, to_plain

pytestmark = pytest.mark.skipif(not can_fork(), reason="there is no fork here")
A = Iri("urn:a")
TERMS = st.one_of(
    st.none(),
    st.sampled_from([A, Blank("b"), in_language("x", "en"), typed("1", "integer")]),
    st.builds(Literal, st.text(max_size=4)),
)


@given(TERMS)
def test_a_term_arrives_as_it_was(term: Term | None) -> None:
    assert from_plain(to_plain(term)) == term


def test_each_kind_of_result_arrives() -> None:
    rows = [(A, None), (Literal("1"), Blank("b"))] * 300  # more than a batch
    found = run_with_timeout(lambda: Rows(("x", "y"), iter(rows)), 60)
    assert isinstance(found, Rows)
    assert (tuple(found.variables), list(found.rows)) == (("x", "y"), rows)
    triples = run_with_timeout(lambda: Triples(iter([Triple(A, A, Literal("1"))])), 60)
    assert isinstance(triples, Triples)
    assert list(triples.triples) == [Triple(A, A, Literal("1"))]
    assert run_with_timeout(lambda: True, 60) is True
    assert run_with_timeout(lambda: False, None) is False
    assert run_plain_with_timeout(lambda: {"a": [1]}, 60) == {"a": [1]}


def test_time_is_limited_but_not_that_of_the_reader() -> None:
    def endless() -> bool:
        while True:
            pass

    with pytest.raises(LimitError, match=r"longer than 0\.2 seconds"):
        run_with_timeout(endless, 0.2)
    with pytest.raises(LimitError, match=r"longer than 0\.2 seconds"):
        run_plain_with_timeout(endless, 0.2)
    found = run_with_timeout(lambda: Rows(("x",), iter([(A,)] * 100_000)), 5)
    assert isinstance(found, Rows)
    next(found.rows)
    time.sleep(0.2)
    assert sum(1 for _ in found.rows) == 99_999


def test_an_error_there_is_the_error_here() -> None:
    def fails() -> bool:
        raise InputError("No.")

    with pytest.raises(InputError, match=r"^No\.$"):
        run_with_timeout(fails, 60)


def test_rules_share_one_child_and_the_slow_one_is_named() -> None:
    def work(send: Send) -> None:
        for name in ("one", "two", "three"):
            send("at", name)
            while name == "two" and is_slow:
                pass
            send("derived", name)

    is_slow = False
    assert list(derived_by_rules(work, 60, 60)) == ["one", "two", "three"]
    is_slow = True
    found = derived_by_rules(work, 0.3, 9)
    assert next(found) == "one"
    with pytest.raises(LimitError, match=r"^two: The rules took longer than 9 seconds"):
        next(found)


def _hanging(marks: Path) -> Callable[[Send], None]:
    """Work that waits for nothing the first time, and is done at once the second."""

    def work(send: Send) -> None:
        if not (marks / "seen").exists():
            (marks / "seen").touch()
            threading.Event().wait()
        send("derived", "done")

    return work


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells what a process does")
def test_work_that_does_nothing_is_taken_to_hang(tmp_path: Path) -> None:
    with pytest.raises(HungError):
        list(derived_by_rules(_hanging(tmp_path), 60, 60, 0.5))
    assert list(derived_by_rules(_hanging(tmp_path), 60, 60, 0.5)) == ["done"]


def test_work_that_takes_long_does_not_hang() -> None:
    def work(send: Send) -> None:
        end = time.process_time() + 1.0
        while time.process_time() < end:
            pass
        send("derived", "done")

    assert list(derived_by_rules(work, 60, 60, 0.4)) == ["done"]
