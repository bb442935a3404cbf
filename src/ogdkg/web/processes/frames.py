"""What workers and answering processes send each other: frames of a kind, a length and bytes.

A process says `HELLO` with its number, so that it can be killed. A worker sends an `ASK`, with `DATA` where
it writes, and reads a `HEAD`, then any number of `DATA`, then `END`; a short answer is one frame, `WHOLE`.
One that is not whole and has no `END` is broken off: its process has ended. `OLD` says that another version
is served by now, from other processes.
"""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

HELLO, ASK, HEAD, DATA, END, WHOLE, OLD = b"P", b"A", b"H", b"D", b"E", b"W", b"O"
MOST = 1 << 26  # bytes of a frame
_START = struct.Struct("!cI")
_LENGTH = struct.Struct("!I")


class Frame(NamedTuple):
    """One frame: its kind and its bytes."""

    kind: bytes
    data: bytes


def packed(kind: bytes, data: bytes | memoryview = b"") -> bytes:
    """Return a frame as bytes."""
    return _START.pack(kind, len(data)) + data


def packed_whole(head: bytes, body: bytes) -> bytes:
    """Return an answer as one frame: the length of its head, the head, and the body."""
    return b"".join(
        (_START.pack(WHOLE, _LENGTH.size + len(head) + len(body)), _LENGTH.pack(len(head)), head, body)
    )


def parts_of_whole(data: bytes) -> tuple[bytes, bytes]:
    """Return the head and the body of an answer in one frame."""
    end = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    return data[_LENGTH.size : end], data[end:]


class FrameBuffer:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """Add bytes, and return the frames that are complete.

        Raises:
            ValueError: A frame is longer than `MOST`.
        """
        if not self._bytes and len(data) >= _START.size:  # most answers arrive alone, and at once
            kind, length = _START.unpack_from(data)
            if len(data) == _START.size + length and length <= MOST:
                return [Frame(kind, data[_START.size :])]
        self._bytes += data
        frames, start = [], 0
        while len(self._bytes) - start >= _START.size:
            kind, length = _START.unpack_from(self._bytes, start)
            if length > MOST:
                raise ValueError(f"a frame of {length} bytes")
            end = start + _START.size + length
            if len(self._bytes) < end:
                break
            frames.append(Frame(kind, bytes(self._bytes[start + _START.size : end])))
            start = end
        del self._bytes[:start]
        return frames


def received(connection: socket.socket) -> Frame | None:
    """Read one frame from a blocking socket; None where the other side has closed it."""
    start = _exactly(connection, _START.size)
    if start is None:
        return None
    kind, length = _START.unpack(start)
    data = _exactly(connection, length) if 0 < length <= MOST else b""
    return None if data is None or length > MOST else Frame(kind, data)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts = []
    while length:
        part = connection.recv(min(length, 1 << 20))
        if not part:
            return None
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
