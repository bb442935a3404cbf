"""The log of requests: a line of JSON each, written beside the answers so that a slow reader holds none up.

A line tells the path without its query, which may hold what a person asks about, and no address of a client.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

_MOST_LINES = 10_000  # that wait for the reader; what comes then is counted and left out
_AT_ONCE = 4_096  # bytes that a pipe takes whole, beside those of other workers
_TOGETHER = 0.05  # seconds for which lines are collected
MOST_PATH = 512
_encode = json.JSONEncoder(separators=(",", ":")).encode


class Journal:
    """Writes lines to a file descriptor.

    Args:
        descriptor: Where they go.

    Attributes:
        dropped: How many lines the reader was too slow for.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._lines: deque[bytes] = deque()
        self._wake = threading.Event()
        self._is_over = threading.Event()
        self.dropped = 0
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def note(self, told: Mapping[str, Any]) -> None:
        """Add a line."""
        if len(self._lines) >= _MOST_LINES:
            self.dropped += 1
            return
        # Made here: a thread that works while requests come makes them wait.
        self._lines.append(_line(time.time_ns(), told))
        if not self._wake.is_set():
            self._wake.set()

    def close(self) -> None:
        """Write what waits, unless the reader is slow."""
        self._is_over.set()
        self._wake.set()
        self._thread.join(1.0)

    def _write(self) -> None:
        while not (self._is_over.is_set() and not self._lines):
            self._wake.wait()
            self._is_over.wait(_TOGETHER)
            self._wake.clear()
            try:
                self._write_waiting()
            except OSError:  # nobody reads any more
                self.dropped += len(self._lines)
                self._lines.clear()

    def _write_waiting(self) -> None:
        block = b""
        while self._lines:
            line = self._lines.popleft()
            if len(block) + len(line) > _AT_ONCE and block:
                self._put(block)
                block = b""
            block += line
        self._put(block)

    def _put(self, block: bytes) -> None:
        while block:
            block = block[os.write(self._descriptor, block) :]


def _line(time_ns: int, told: Mapping[str, Any]) -> bytes:
    seconds, rest = divmod(time_ns // 1_000_000, 1_000)
    parts = [f"{_name(name)}{_value(value)}" for name, value in told.items()]
    return f'{{"time":"{_second(seconds)}.{rest:03}Z"{"".join(parts)}}}\n'.encode()


@lru_cache(maxsize=64)
def _name(name: str) -> str:
    return f",{encode_basestring_ascii(name)}:"


def _value(value: Any) -> str:
    """A value as JSON; those that a line has, faster than an encoder tells them apart."""
    kind = type(value)
    if kind is str:
        return encode_basestring_ascii(value)
    return repr(value) if kind is int or kind is float else _encode(value)


@lru_cache(maxsize=1)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
