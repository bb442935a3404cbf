"""An answer on its way from an answering process: in one frame where it is short, else in blocks."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import cast

from ogdkg.web.processes.frames import DATA, END, HEAD, packed, packed_head, packed_whole

_BLOCK = 1 << 16  # bytes of a frame of data; a shorter answer is known to be whole before it is sent

Part = str | bytes


class _EnoughError(Exception):
    """The rest of a body is not wanted."""


class Sending:
    """One answer.

    Args:
        send: Sends bytes that the connection holds, so that the reader needs no clock of its own.
        write: Sends bytes to a reader that may be slow.
        status: The status.
        headers: The headers.
        is_packed: Whether to compress the body.
        is_head: Whether to leave it out.
        most_bytes: The size of a body that breaks off.
    """

    def __init__(
        self,
        send: Callable[[bytes], None],
        write: Callable[[bytes], None],
        status: int,
        headers: dict[str, str],
        *,
        is_packed: bool,
        is_head: bool,
        most_bytes: int,
    ) -> None:
        self._send, self._write = send, write
        self._status, self._headers = status, headers
        self._is_head = is_head
        self._most_bytes = most_bytes
        # Compressed without the time of day, which would change it.
        self._packer = zlib.compressobj(5, zlib.DEFLATED, 31) if is_packed else None
        self._parts: list[Part] = []
        self._size = 0
        self._first = b""
        self._sent = 0

    def send(self, body: Iterable[Part]) -> None:
        """Send the answer; what is short enough is finished before its status is told."""
        try:
            for part in body:
                self._put(part)
            self._finish()
        except _EnoughError:
            pass

    def _put(self, part: Part) -> None:
        self._parts.append(part)
        self._size += len(part)
        if self._size >= _BLOCK:
            block = _joined(self._parts)
            self._parts, self._size = [], 0
            self._block(self._packer.compress(block) if self._packer else block)

    def _block(self, block: bytes) -> None:
        if self._sent:
            self._write_block(block)
        elif not self._first:
            self._first = block
        elif block:
            head = packed(HEAD, packed_head(self._status, self._headers))
            if self._is_head:
                self._write(head + packed(END))
                raise _EnoughError
            self._sent = len(self._first)
            self._write(head + packed(DATA, self._first))
            self._write_block(block)

    def _write_block(self, block: bytes) -> None:
        self._sent += len(block)
        if self._sent > self._most_bytes:
            os._exit(0)  # breaks the answer off, which nobody can take for whole
        if block:
            self._write(packed(DATA, block))

    def _finish(self) -> None:
        last = _joined(self._parts)
        if self._packer:
            last = self._packer.compress(last) + self._packer.flush()
        self._block(last)
        if self._sent:
            self._write(packed(END))
            return
        if self._status not in (204, 304):
            self._headers["content-length"] = str(len(self._first))
        head = packed_head(self._status, self._headers)
        self._send(packed_whole(head, b"" if self._is_head else self._first))


def _joined(parts: Sequence[Part]) -> bytes:
    """Join parts; text is encoded all at once, since most parts are short."""
    try:
        return "".join(cast("Sequence[str]", parts)).encode("utf-8", "surrogatepass")
    except TypeError:
        return b"".join(
            part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part for part in parts
        )
