"""The origin answers before all is loaded; processes that have it all then take the place of the first."""

from __future__ import annotations

import os
import select
import signal
import time
from pathlib import Path
from typing import Any, NoReturn, cast

from ogdkg.sandbox.process import die_with_parent
from ogdkg.web.processes.current import Current
from ogdkg.web.processes.origin import Origin


class Answering:
    """A process that says when it was born, and waits to be ended."""

    generation = 1

    def __init__(self, says: int) -> None:
        self._says = says
        self.knows = b"little;"

    def prepare(self) -> None:
        self.knows = b"all;"

    def live(self, origin: int) -> NoReturn:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.write(self._says, self.knows)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
        while True:
            signal.pause()


class Mortal(Answering):
    """A process that is ended soon after it was born, as by a client that hangs up."""

    def live(self, origin: int) -> NoReturn:
        die_with_parent(origin)
        os.write(self._says, self.knows)
        time.sleep(0.1)
        os._exit(1)


def _children(process: int) -> int:
    return len(Path(f"/proc/{process}/task/{process}/children").read_text().split())


def test_what_ends_is_replaced_while_the_rest_is_loaded() -> None:
    heard, says = os.pipe()
    origin = os.fork()
    if origin == 0:
        try:
            Origin(cast(Any, Mortal(says)), 2, Current()).live(lambda: None, lambda: time.sleep(60))
        finally:
            os._exit(1)
    try:
        told = b""
        while told.count(b"little;") < 8 and select.select([heard], [], [], 10)[0]:
            told += os.read(heard, 100)
        assert told.count(b"little;") >= 8  # three are kept alive, and each dies at once
    finally:
        os.kill(origin, signal.SIGKILL)
        os.waitpid(origin, 0)
        os.close(says)
        os.close(heard)


def test_processes_that_know_all_take_over() -> None:
    heard, says = os.pipe()
    origin = os.fork()
    if origin == 0:
        try:
            answering = Answering(says)
            ready = lambda: cast(None, os.write(says, b"ready;"))  # noqa: E731
            Origin(cast(Any, answering), 2, Current()).live(ready, answering.prepare)
        finally:
            os._exit(1)
    try:
        told = b""
        while told.count(b"all;") < 2 or b"ready;" not in told:
            told += os.read(heard, 100)
        assert b"little;" in told[: told.index(b"all;")]
        end = time.monotonic() + 20
        while _children(origin) != 2 and time.monotonic() < end:
            time.sleep(0.01)
        assert _children(origin) == 2
    finally:
        os.kill(origin, signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(origin, 0)[1]) == 0
        os.close(heard)
        os.close(says)
