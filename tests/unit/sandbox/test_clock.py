"""The limit of time for engines: it ends a supervised process alone, and only while an engine works."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from ogdkg.sandbox.clock import engine_time, limit_engine, limit_process, mark_supervised, untimed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")


def _ended(life: Callable[[], None], *, supervised: bool = True) -> int:
    """The signal that ends a process which lives so; 0 for none."""
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            if supervised:
                mark_supervised()
            life()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _engine_works(seconds: float) -> None:
    with engine_time():
        time.sleep(seconds)


def _too_long() -> None:
    limit_engine(0.1)
    _engine_works(5)


def _too_long_together() -> None:
    limit_engine(0.3)
    for _ in range(10):
        _engine_works(0.1)


def _only_python() -> None:
    limit_engine(0.05)
    time.sleep(0.2)
    _engine_works(0)


def _building() -> None:
    limit_engine(0.05)
    with untimed():
        _engine_works(0.2)


def _nested() -> None:
    limit_engine(0.2)
    with engine_time(), engine_time():
        time.sleep(0.01)
    time.sleep(0.3)


def _no_limit() -> None:
    limit_engine(None)
    _engine_works(0.1)


def _whole_process() -> None:
    limit_engine(60)
    limit_process(0.1)
    _engine_works(0)
    time.sleep(5)


@pytest.mark.parametrize("life", [_too_long, _too_long_together, _whole_process])
def test_the_alarm_ends_what_takes_too_long(life: Callable[[], None]) -> None:
    assert _ended(life) == signal.SIGALRM


@pytest.mark.parametrize("life", [_only_python, _building, _nested, _no_limit])
def test_it_leaves_everything_else_alone(life: Callable[[], None]) -> None:
    assert _ended(life) == 0


def test_a_program_that_imports_us_is_never_ended() -> None:
    def life() -> None:
        limit_engine(0.05)
        limit_process(0.05)
        _engine_works(0.2)

    assert _ended(life, supervised=False) == 0
