"""Processes share pieces of work, keep what they have made, wait for more, and tell which piece ended one."""

from __future__ import annotations

import os
import time

import pytest

from ogdkg.errors import LimitError
from ogdkg.web.site.parallel import Workers

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without processes, pieces are done in turn")
MANY = [str(number) for number in range(5_000)]  # more than wait at once


def test_each_piece_is_done_once() -> None:
    with Workers(lambda piece: piece * 2, 60) as workers:
        found = {done.piece: done.result for done in workers.done([*MANY, "é\n", "\udc80", ""])}
    assert found == {piece: piece * 2 for piece in [*MANY, "é\n", "\udc80", ""]}


def test_what_a_process_has_made_it_keeps() -> None:
    made: list[str] = []

    def work(piece: str) -> tuple[int, int]:
        made.append(piece)
        return os.getpid(), len(made)

    with Workers(work, 60, processors=2) as workers:
        first = [done.result for done in workers.done(MANY)]
        second = [done.result for done in workers.done(MANY)]
    assert {pid for pid, _ in second} <= {pid for pid, _ in first}
    assert max(count for _, count in second) > max(count for _, count in first)
    assert made == []


def test_a_process_that_waits_has_no_time_limit() -> None:
    with Workers(lambda piece: os.getpid(), 1, processors=1) as workers:
        (before,) = workers.done(["a"])
        time.sleep(1.5)
        (after,) = workers.done(["b"])
    assert before.result == after.result


def test_a_piece_that_ends_its_process_is_named_and_the_others_are_done() -> None:
    def work(piece: str) -> str:
        if piece == "slow":
            time.sleep(30)
        if piece == "dead":
            os.abort()
        return piece

    with Workers(work, 2, processors=2) as workers:
        found = {done.piece: done for done in workers.done(["a", "slow", "b", "dead", "c"])}
        assert [done.result for done in workers.done(["d"])] == ["d"]
    assert isinstance(found["slow"].error, LimitError)
    assert found["dead"].error
    assert [found[each].result for each in "abc"] == ["a", "b", "c"]


def test_an_error_of_a_piece_ends_all() -> None:
    def work(piece: str) -> str:
        if piece == "17":
            raise ValueError(piece)
        return piece

    with pytest.raises(ValueError, match="17"), Workers(work, 60) as workers:
        list(workers.done(MANY))
