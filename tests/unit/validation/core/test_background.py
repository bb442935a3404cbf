"""Work in threads: waiting for it watches the memory, and raises the first error."""

from __future__ import annotations

import threading
import time

import pytest

from ogdkg.errors import LimitError
from ogdkg.validation.core import background, memory
from ogdkg.validation.core.background import run_in_thread, wait_all


def test_waiting_looks_after_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(background, "MEMORY_CHECK_INTERVAL", 0.01)
    monkeypatch.setattr(memory, "_free_bytes", lambda: iter([0]))
    with pytest.raises(LimitError, match="more memory"):
        wait_all(run_in_thread(lambda: over.wait(120)))
    over.set()


def test_the_first_error_is_told_while_others_are_at_work() -> None:
    over, begun = threading.Event(), time.monotonic()
    with pytest.raises(ZeroDivisionError):
        wait_all(run_in_thread(lambda: over.wait(120)), run_in_thread(lambda: 1 // 0))
    assert time.monotonic() - begun < 60
    over.set()


def test_what_fails_beside_is_told_where_it_is_asked_for() -> None:
    def fail() -> None:
        raise ValueError("beside")

    assert run_in_thread(lambda: 1).result() == 1
    with pytest.raises(ValueError, match="beside"):
        run_in_thread(fail).result()
