"""The worker's end of the answering processes: connections that are kept, and a queue before them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

from ogdkg.web.frames import (
    ASK,
    DATA,
    END,
    HEAD,
    HELLO,
    OLD,
    WHOLE,
    Frame,
    FrameBuffer,
    packed,
    parts_of_whole,
)
from ogdkg.web.problems import HttpError

_QUEUE_PER_PROCESS = 16  # requests that may wait for each process
_MOST_WAITING = 1 << 20  # bytes of an answer that the client has not taken yet
_TRIES = 3  # connections to try: a process may end between two requests
_json = json.JSONEncoder(separators=(",", ":")).encode  # made once: `dumps` makes one each time


class BrokenOffError(Exception):
    """An answer that broke off: the process that gave it has ended."""


class _Connection(asyncio.Protocol):
    """A connection to an answering process: frames come in, and wait until they are read."""

    def __init__(self) -> None:
        self._buffer = FrameBuffer()
        self._frames: deque[Frame] = deque()
        self._size = self._process = 0
        self.has_begun = False  # whether a process has taken the connection
        self._waiter: asyncio.Future[None] | None = None
        self.is_open = True
        self._is_paused = False
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def data_received(self, data: bytes) -> None:
        for frame in self._buffer.feed(data):
            if frame.kind == HELLO:
                self._process, self.has_begun = int(frame.data), True
            else:
                self._frames.append(frame)
                self._size += len(frame.data)
        if self._size > _MOST_WAITING and not self._is_paused:
            self._is_paused = True
            self.transport.pause_reading()
        self._wake()

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def kill(self) -> None:
        """End the process at the other end, whatever it does."""
        if self.is_open and self._process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
        self.transport.abort()

    async def frame(self) -> Frame:
        """Return the next frame; BrokenOffError where there is none to come."""
        while not self._frames:
            if not self.is_open:
                raise BrokenOffError
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        frame = self._frames.popleft()
        self._size -= len(frame.data)
        if self._is_paused and self._size <= _MOST_WAITING and self.is_open:
            self._is_paused = False
            self.transport.resume_reading()
        return frame


class Answering:
    """An answer as it arrives: its head, and then its body, which is here already or comes in blocks.

    Attributes:
        head: Its status, media type, headers, and length, if that is known.
        body: The body; None where it comes in blocks.
    """

    def __init__(self, pool: Pool, connection: _Connection, frame: Frame) -> None:
        self._pool, self._connection = pool, connection
        self.body: bytes | None = None
        self._is_whole = self._is_closed = False
        head = frame.data
        if frame.kind == WHOLE:
            head, self.body = parts_of_whole(frame.data)
            self._is_whole = True
            self.close()  # another may have the process while this goes out
        self.head: Mapping[str, Any] = json.loads(head)

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the body; BrokenOffError where it breaks off."""
        while (frame := await self._connection.frame()).kind == DATA:
            yield frame.data
        self._is_whole = frame.kind == END

    def close(self) -> None:
        """Let others have the process; end it where the answer is left early."""
        if not self._is_closed:
            self._is_closed = True
            self._pool.take_back(self._connection, is_done=self._is_whole)


class Pool:
    """Asks answering processes, as many at once as there are.

    Args:
        address: Their Unix socket.
        size: How many of them this worker may keep busy.
        keeps: Whether a connection is for several requests, and another process may be asked where one
            ends without an answer.
    """

    def __init__(self, address: Path, size: int, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._tries = _TRIES if keeps else 1
        self._address = str(address)
        self._size = size
        self._idle: list[_Connection] = []
        self._free = asyncio.Semaphore(size)
        self._waiting = self._running = 0

    async def ask(self, ask: Mapping[str, Any], body: bytes = b"") -> Answering:
        """Send a request, with what it writes, and return its answer, which is to be closed.

        Raises:
            HttpError: 503 where too many wait; 504 where it took too long.
        """
        await self._acquire()
        self._running += 1
        try:
            connection, frame = await self._asked(ask, body)
        except BaseException:
            self._release()
            raise
        return Answering(self, connection, frame)

    def take_back(self, connection: _Connection, *, is_done: bool) -> None:
        """Keep the connection of an answer that is over; end its process where it is not done."""
        if self._keeps and is_done and connection.is_open:
            self._idle.append(connection)
        else:
            connection.kill()
        self._release()

    def _release(self) -> None:
        self._running -= 1
        self._free.release()

    async def _acquire(self) -> None:
        if self._free.locked():
            if self._waiting >= self._size * _QUEUE_PER_PROCESS:
                raise HttpError(503, "Too many queries are waiting.", headers={"retry-after": "5"})
            self._waiting += 1
            try:
                await self._free.acquire()
            finally:
                self._waiting -= 1
        else:
            await self._free.acquire()

    async def _asked(self, ask: Mapping[str, Any], body: bytes) -> tuple[_Connection, Frame]:
        """Send a request until a process begins to answer it; return its connection and the first frame."""
        data = packed(ASK, _json(ask).encode())
        data += packed(DATA, body) if body else b""
        tries, most = 0, 1 if "body" in ask else self._tries  # what writes to a server is sent once
        while tries < most:
            tries += 1
            connection = await self._connected()
            begun = time.monotonic()
            connection.transport.write(data)
            try:
                frame = await connection.frame()
            except BrokenOffError:
                tries -= not connection.has_begun
                if time.monotonic() - begun >= float(ask["seconds"]) * 0.9:
                    detail = f"The query took longer than {ask['seconds']:g} seconds."
                    raise HttpError(504, detail) from None
                continue
            except BaseException:  # the client has gone
                connection.kill()
                raise
            if frame.kind in (WHOLE, HEAD):
                return connection, frame
            tries -= frame.kind == OLD  # there are no more of these than processes
            connection.kill()
        raise HttpError(500, "The query ended the process that ran it. It may have run out of memory.")

    async def _connected(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_unix_connection(_Connection, self._address)
        except OSError as error:
            detail = "The graph is not ready."
            raise HttpError(503, detail, headers={"retry-after": "2"}) from error
        return protocol

    @property
    def is_wanted(self) -> bool:
        """Whether requests wait for a process."""
        return self._waiting > 0

    @property
    def figures(self) -> dict[str, float]:
        """How many requests are worked on, and how many wait."""
        return {"ogdkg_queries_running": self._running, "ogdkg_queries_waiting": self._waiting}

    def close(self) -> None:
        """Hang up on all processes."""
        for connection in self._idle:
            with contextlib.suppress(OSError):
                connection.transport.close()
