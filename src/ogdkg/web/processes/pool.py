"""The worker's end of the answering processes: connections that are kept, and a queue before them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.frames import (
    DATA,
    END,
    HEAD,
    HELLO,
    OLD,
    WHOLE,
    Frame,
    FrameBuffer,
    packed,
    packed_ask,
    parts_of_head,
    parts_of_whole,
)

_QUEUE_PER_PROCESS = 16  # requests that may wait for each process
_QUEUE_PER_PLACE = 4  # requests that may wait for each place of a lane: each takes long
_MOST_WAITING = 1 << 20  # bytes of an answer that the client has not taken yet
_TRIES = 3  # connections to try: a process may end between two requests


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
        status: Its status.
        headers: Its headers.
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
        self.status, self.headers = parts_of_head(head)

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the body; BrokenOffError where it breaks off."""
        while (frame := await self._connection.frame()).kind == DATA:
            yield frame.data
        if frame.kind != END:
            raise BrokenOffError
        self._is_whole = True

    def close(self) -> None:
        """Let others have the process; end it where the answer is left early."""
        if not self._is_closed:
            self._is_closed = True
            self._pool.take_back(self._connection, is_done=self._is_whole)


class Lane:
    """Lets requests of a kind have no more than some of the processes at once, so that others get through.

    Args:
        size: How many processes they may have.
    """

    def __init__(self, size: int) -> None:
        self._places = asyncio.Semaphore(size)
        self._most = size * _QUEUE_PER_PLACE
        self._waiting = 0

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place, once there is one.

        Raises:
            HttpError: 503 where too many wait.
        """
        if self._waiting >= self._most:
            raise too_many()
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._places.release()


def too_many() -> HttpError:
    """Return the error for a request that there is no room to wait for."""
    return HttpError(503, "Too many queries are waiting.", headers={"retry-after": "5"})


class _Turn(NamedTuple):
    """A request that waits for a process: as it is sent, and the connection once it is."""

    data: bytes
    comes: asyncio.Future[_Connection | None]


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
        self._running = 0
        self._turns: deque[_Turn] = deque()

    async def ask(self, ask: Mapping[str, Any], body: bytes = b"") -> Answering:
        """Send a request, with what it writes, and return its answer, which is to be closed.

        Raises:
            HttpError: 503 where too many wait; 504 where it took too long.
        """
        data = packed_ask(ask)
        if body:
            data += packed(DATA, body)
        connection = await self._turn(data)
        try:
            connection, frame = await self._asked(ask, data, connection)
        except BaseException:
            self._pass_on(None)
            raise
        return Answering(self, connection, frame)

    async def _turn(self, data: bytes) -> _Connection | None:
        """Wait until a process may be asked; return a connection if the request was sent over it already."""
        if self._running < self._size:
            self._running += 1
            return None
        if len(self._turns) >= self._size * _QUEUE_PER_PROCESS:
            raise too_many()
        turn = _Turn(data, asyncio.get_running_loop().create_future())
        self._turns.append(turn)
        try:
            return await turn.comes
        except asyncio.CancelledError:
            if not turn.comes.cancelled():  # it came just now
                self.take_back(turn.comes.result(), is_done=False)
            elif turn in self._turns:
                self._turns.remove(turn)
            raise

    def take_back(self, connection: _Connection | None, *, is_done: bool) -> None:
        """Keep the connection of an answer that is over; end its process where it is not done."""
        if connection and not (self._keeps and is_done and connection.is_open):
            connection.kill()
            connection = None
        self._pass_on(connection)

    def _pass_on(self, connection: _Connection | None) -> None:
        """Let the next request have its turn, over a connection that is free."""
        while self._turns:
            turn = self._turns.popleft()
            if not turn.comes.done():  # as it is where its client has gone
                if connection:
                    connection.transport.write(turn.data)
                turn.comes.set_result(connection)
                return
        self._running -= 1
        if connection:
            self._idle.append(connection)

    async def _asked(
        self, ask: Mapping[str, Any], data: bytes, sent: _Connection | None
    ) -> tuple[_Connection, Frame]:
        """Send a request until a process begins to answer it; return its connection and the first frame.

        Args:
            ask: The request.
            data: The request as it is sent.
            sent: A connection over which it was sent already.
        """
        tries, most = 0, 1 if "body" in ask else self._tries  # what writes to a server is sent once
        while tries < most:
            tries += 1
            connection, sent = sent or await self._connected(data), None
            begun = time.monotonic()
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

    async def _connected(self, data: bytes) -> _Connection:
        """Send a request over a connection that is free, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                connection.transport.write(data)
                return connection
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_unix_connection(_Connection, self._address)
        except OSError as error:
            detail = "The graph is not ready."
            raise HttpError(503, detail, headers={"retry-after": "2"}) from error
        protocol.transport.write(data)
        return protocol

    @property
    def is_wanted(self) -> bool:
        """Whether requests wait for a process."""
        return bool(self._turns)

    @property
    def figures(self) -> dict[str, float]:
        """How many requests are worked on, and how many wait."""
        return {"ogdkg_queries_running": self._running, "ogdkg_queries_waiting": len(self._turns)}

    def close(self) -> None:
        """Hang up on all processes."""
        for connection in self._idle:
            with contextlib.suppress(OSError):
                connection.transport.close()
