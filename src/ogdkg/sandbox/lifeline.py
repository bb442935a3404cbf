"""A child's tie to its parent: however the parent ends, by `kill -9` too, the kernel kills the child.

The parent holds the writing end of a pipe, and nobody ever writes. Once nobody holds it any more, the kernel
sends the signal that the child asked for. prctl(PR_SET_PDEATHSIG) would do so when the parent's thread ends.
"""

from __future__ import annotations

import os

from ogdkg.lean import signal

try:
    import fcntl
except ImportError:  # Windows, where nothing is forked
    fcntl = None  # type: ignore[assignment]  # a module that is not there


class Lifeline:
    """Made before the fork; then the parent calls `hold`, and the child `tie`."""

    def __init__(self) -> None:
        self._parent = os.getpid()
        self._read, self._write = os.pipe()

    def hold(self) -> None:
        """In the parent: keep the end that the child's life hangs on."""
        os.close(self._read)

    def release(self) -> None:
        """In the parent: let go, once the child has ended."""
        os.close(self._write)

    def tie(self) -> bool:
        """In the child: end when the parent does; whether that holds, which is on Linux alone."""
        os.close(self._write)
        if not hasattr(fcntl, "F_SETSIG"):
            return False
        fcntl.fcntl(self._read, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(self._read, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(self._read, fcntl.F_SETFL, os.O_ASYNC if hasattr(os, "O_ASYNC") else fcntl.FASYNC)
        if os.getppid() != self._parent:  # it ended before all that
            os._exit(1)
        return True
