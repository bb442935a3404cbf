"""The worker's end of the answering processes: connections that are kept, and a queue before them.

Nobody knows beforehand how long a request takes. So each begins in its turn, and one that turns out to be
long while others have all places for such gives its place to the next, and begins anew once one of them is
over. Thus a place is always left for what is short.
"""

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

_SHORT = 0.2  # seconds for a whole answer of a request that is not long
_QUEUE_PER_PROCESS = 16  # requests that may wait for each process
_QUEUE_PER_PLACE = 4  # requests that may wait for each place of a lane: each takes long
_MOST_WAITING = 1 << 20  # bytes of an answer that the client has not taken yet
_TRIES = 3  # connections to try: a process may end between two requests


class BrokenOffError(Exception):
    """An answer that broke off: the process that gave it has ended."""


class _LongError(Exception):
    """A request that is long, while as many of these run as may."""


class _Connection(asyncio.Protocol):
    """A connection to an answering process: frames come in, and wait until they are read."""

    def __init__(self) -> None:
        self._buffer = FrameBuffer()
        self._frames: deque[Frame] = deque()
        self._size = self._process = 0
        self.has_begun = False  # whether a process has taken the connection
        self.asked = 0.0  # when the request was sent
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

    def ask(self, data: bytes) -> None:
        """Send a request."""
        self.asked = time.monotonic()
        self.transport.write(data)

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

    async def begun(self) -> None:
        """Wait until a process has taken the connection."""
        while self.is_open and not self.has_begun:
            await self._more()

    async def frame(self) -> Frame:
        """Return the next frame; BrokenOffError where there is none to come."""
        while not self._frames:
            if not self.is_open:
                raise BrokenOffError
            await self._more()
        frame = self._frames.popleft()
        self._size -= len(frame.data)
        if self._is_paused and self._size <= _MOST_WAITING and self.is_open:
            self._is_paused = False
            self.transport.resume_reading()
        return frame

    async def rest(self) -> None:
        """Wait until the rest of an answer is here, if it is so short, or the process has ended."""
        while self.is_open and not (self._frames and self._frames[-1].kind == END):
            await self._more()

    async def _more(self) -> None:
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter


class Answering:
    """An answer as it arrives: its head, and then its body, which is here already or comes in blocks.

    Attributes:
        status: Its status.
        headers: Its headers.
        body: The body; None where it comes in blocks.
    """

    def __init__(self, pool: Pool, connection: _Connection, frame: Frame, *, is_long: bool) -> None:
        self._pool, self._connection, self._is_long = pool, connection, is_long
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
            if self._is_long:
                self._pool.end_long()


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


async def _is_short(connection: _Connection) -> bool:
    """Whether the rest of an answer comes soon."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SHORT):
            await connection.rest()
            return connection.is_open
    return False


class _Turn(NamedTuple):
    """A request that waits for a process: as it is sent, and the connection once it is."""

    data: bytes
    comes: asyncio.Future[_Connection | None]


class Pool:
    """Asks answering processes, as many at once as there are.

    Args:
        address: Their Unix socket.
        size: How many of them this worker may keep busy; the last one, if there are several, is for what is
            short.
        keeps: Whether a connection is for several requests, and another process may be asked where one
            ends without an answer.
    """

    def __init__(self, address: Path, size: int, *, keeps: bool = True) -> None:
        self._keeps = keeps
        self._tries = _TRIES if keeps else 1
        self._address = str(address)
        self._size = size
        self._most_long = max(size - 1, 1)
        self._long = asyncio.Semaphore(self._most_long)
        self._put_off = 0  # long requests that wait to begin anew
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
        if self._keeps and "body" not in ask:  # what writes is begun once
            try:
                return await self._answering(ask, data, is_long=False)
            except _LongError:
                pass
        elif self._long.locked():
            self._check_room()
        self._put_off += 1
        try:
            await self._long.acquire()
        finally:
            self._put_off -= 1
        return await self._answering(ask, data, is_long=True)

    async def _answering(self, ask: Mapping[str, Any], data: bytes, *, is_long: bool) -> Answering:
        """Answer a request in its turn; _LongError where it turns out to be long, and may not be."""
        try:
            connection = await self._turn(data)
            try:
                connection, frame = await self._asked(ask, data, connection, None if is_long else _SHORT)
                if not is_long and (frame is None or frame.kind == HEAD):
                    if is_long := not self._long.locked():
                        await self._long.acquire()
                    elif frame is None or not await _is_short(connection):
                        connection.kill()
                        raise _LongError
                if frame is None:
                    connection, frame = await self._asked(ask, data, connection, None)
                    assert frame
            except BaseException:
                self._pass_on(None)
                raise
        except BaseException:
            if is_long:
                self.end_long()
            raise
        return Answering(self, connection, frame, is_long=is_long)

    def end_long(self) -> None:
        """Let another long request begin."""
        self._long.release()

    async def _turn(self, data: bytes) -> _Connection | None:
        """Wait until a process may be asked; return a connection if the request was sent over it already."""
        if self._running < self._size:
            self._running += 1
            return None
        self._check_room()
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

    def _check_room(self) -> None:
        if len(self._turns) + self._put_off >= self._most_long * _QUEUE_PER_PROCESS:
            raise too_many()

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
                    connection.ask(turn.data)
                turn.comes.set_result(connection)
                return
        self._running -= 1
        if connection:
            self._idle.append(connection)

    async def _asked(
        self, ask: Mapping[str, Any], data: bytes, sent: _Connection | None, most: float | None
    ) -> tuple[_Connection, Frame | None]:
        """Send a request until a process begins to answer it; return its connection and the first frame.

        Args:
            ask: The request.
            data: The request as it is sent.
            sent: A connection over which it was sent already.
            most: The seconds in which a process may begin to answer; there is no frame if it has not.
        """
        tries, most_tries = 0, 1 if "body" in ask else self._tries  # what writes to a server is sent once
        while tries < most_tries:
            tries += 1
            connection, sent = sent or await self._connected(data), None
            try:
                await connection.begun()
                async with asyncio.timeout(most):
                    frame = await connection.frame()
            except TimeoutError:
                return connection, None
            except BrokenOffError:
                tries -= not connection.has_begun
                if time.monotonic() - connection.asked >= float(ask["seconds"]) * 0.9:
                    raise HttpError(504, f"The query took longer than {ask['seconds']:g} seconds.") from None
                data = packed_ask({**ask, "is_again": True}) if connection.has_begun else data
                continue
            except BaseException:  # the client has gone
                connection.kill()
                raise
            if frame.kind in (WHOLE, HEAD):
                return connection, frame
            tries -= frame.kind == OLD  # there are no more of these than processes
            connection.kill()
        raise HttpError(500, "The query ended the process that ran it, by taking all memory or by its fault.")

    async def _connected(self, data: bytes) -> _Connection:
        """Send a request over a connection that is free, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                connection.ask(data)
                return connection
        loop = asyncio.get_running_loop()
        try:
            _, protocol = await loop.create_unix_connection(_Connection, self._address)
        except OSError as error:
            detail = "The graph is not ready."
            raise HttpError(503, detail, headers={"retry-after": "2"}) from error
        protocol.ask(data)
        return protocol

    @property
    def is_wanted(self) -> bool:
        """Whether requests wait for a process."""
        return bool(self._turns or self._put_off)

    @property
    def figures(self) -> dict[str, float]:
        """How many requests are worked on, and how many wait."""
        waiting = len(self._turns) + self._put_off
        return {"ogdkg_queries_running": self._running, "ogdkg_queries_waiting": waiting}

    def close(self) -> None:
        """Hang up on all processes."""
        for connection in self._idle:
            with contextlib.suppress(OSError):
                connection.transport.close()
