"""The origin answers before all is loaded; processes that have it all then take the place of the first."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any, NoReturn, cast

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


def _children(process: int) -> int:
    return len(Path(f"/proc/{process}/task/{process}/children").read_text().split())


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
        while told.count(b";") < 5:
            told += os.read(heard, 100)
        assert sorted(told.split(b";")[:-1]) == [b"all", b"all", b"little", b"little", b"ready"]
        end = time.monotonic() + 20
        while _children(origin) != 2 and time.monotonic() < end:
            time.sleep(0.01)
        assert _children(origin) == 2
    finally:
        os.kill(origin, signal.SIGTERM)
        assert os.waitstatus_to_exitcode(os.waitpid(origin, 0)[1]) == 0
        os.close(heard)
        os.close(says)
