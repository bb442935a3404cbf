"""The process that writes: it ends with the server, and gives up the store."""

from __future__ import annotations

import os
import time

from ogdkg.web.writer import WritingOrigin


def test_a_writer_whose_keeper_has_ended_ends_at_once() -> None:
    """It holds the lock of the store, for which a server that is started anew waits."""
    seen, alive = os.pipe()
    if not (above := os.fork()):
        os.close(seen)
        if not os.fork():
            writer = object.__new__(WritingOrigin)
            writer._keeper = 2**22 + 1  # no process has this number
            writer._settle_in()
            os._exit(0)
        time.sleep(0.5)
        os._exit(0)
    os.close(alive)
    os.waitpid(above, 0)
    begun = time.monotonic()
    assert not os.read(seen, 1)
    assert time.monotonic() - begun < 3
    os.close(seen)
