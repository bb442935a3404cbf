"""What workers and answering processes send each other: frames of a kind, a length and bytes.

A process says `HELLO` with its number, so that it can be killed. A worker sends an `ASK`, with `DATA` where
it writes, and reads a `HEAD`, then any number of `DATA`, then `END`; a short answer is one frame, `WHOLE`.
One that is not whole and has no `END` is broken off: its process has ended. `OLD` says that another version
is served by now, from other processes.

What a worker says is trusted, and goes as Python writes values for itself. What an answering process says is
not, since it reads what strangers write: its head is the status and a line for each header, as in HTTP.
"""

from __future__ import annotations

import marshal
import socket
import struct
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

HELLO, ASK, HEAD, DATA, END, WHOLE, OLD = b"P", b"A", b"H", b"D", b"E", b"W", b"O"
MOST = 1 << 26  # bytes of a frame
_START = struct.Struct("!cI")
_LENGTH = struct.Struct("!I")
_READ = 1 << 18  # bytes to ask for at once


class Frame(NamedTuple):
    """One frame: its kind and its bytes."""

    kind: bytes
    data: bytes


def packed(kind: bytes, data: bytes | memoryview = b"") -> bytes:
    """Return a frame as bytes."""
    return _START.pack(kind, len(data)) + data


def packed_ask(ask: Mapping[str, Any]) -> bytes:
    """Return a request as a frame."""
    return packed(ASK, marshal.dumps(dict(ask)))


def ask_of(data: bytes) -> Mapping[str, Any]:
    """Return the request of a frame, which a worker has sent."""
    ask: Mapping[str, Any] = marshal.loads(data)
    return ask


def packed_head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return the head of an answer.

    Raises:
        ValueError: A header has a line break, or a character that HTTP has not.
    """
    lines = [f"\n{name}:{value}" for name, value in headers.items()]
    head = f"{status}{''.join(lines)}".encode("latin-1")
    if head.count(b"\n") != len(lines) or b"\r" in head:
        raise ValueError("a header has a line break")
    return head


def parts_of_head(head: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
    """Return the status and the headers of an answer."""
    status, *lines = head.split(b"\n")
    return int(status), [(name, value) for name, _, value in [line.partition(b":") for line in lines]]


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


class Frames:
    """Reads frames from a blocking socket.

    Args:
        connection: The socket.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = FrameBuffer()
        self._frames: deque[Frame] = deque()

    def next(self) -> Frame | None:
        """Return the next frame; None where the other side has closed the socket, or sends none."""
        while not self._frames:
            data = self._connection.recv(_READ)
            if not data:
                return None
            try:
                self._frames += self._buffer.feed(data)
            except ValueError:
                return None
        return self._frames.popleft()
