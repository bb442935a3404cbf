"""The queue before the answering processes: every place in it is given back, whoever leaves when."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.frames import ASK, HELLO, FrameBuffer, ask_of, packed, packed_head, packed_whole
from ogdkg.web.processes.pool import Lane, Pool

NO_PROCESS = b"0"  # which is never ended


class Process:
    """What answers a request, once it is told to, with the name of the request."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.may_answer = asyncio.Semaphore(0)

    async def live(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(packed(HELLO, NO_PROCESS))
        buffer = FrameBuffer()
        while data := await reader.read(1 << 16):
            for frame in buffer.feed(data):
                assert frame.kind == ASK
                name = ask_of(frame.data)["name"]
                self.asked.append(name)
                await self._wait(name)
                writer.write(packed_whole(packed_head(200, {}), name.encode()))
        writer.close()

    async def _wait(self, name: str) -> None:
        await self.may_answer.acquire()


async def _asked(pool: Pool, name: str) -> bytes | None:
    answering = await pool.ask({"name": name, "seconds": 10})
    answering.close()
    return answering.body


async def _settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0.001)


def _run(folder: Path, test: Any, process: Process | None = None, size: int = 1) -> None:
    process = process or Process()

    async def main() -> None:
        path = folder / "s"
        server = await asyncio.start_unix_server(process.live, path)
        pool = Pool(path, size)
        async with asyncio.timeout(20):
            await test(pool, process)
        assert pool.figures == {"ogdkg_queries_running": 0, "ogdkg_queries_waiting": 0}
        pool.close()
        server.close()
        await _settled()

    asyncio.run(main())


def test_requests_are_answered_in_their_order(tmp_path: Path) -> None:
    async def test(pool: Pool, process: Process) -> None:
        tasks = [asyncio.create_task(_asked(pool, name)) for name in "abc"]
        await _settled()
        assert (process.asked, pool.is_wanted) == (["a"], True)
        for _ in tasks:
            process.may_answer.release()
        assert await asyncio.gather(*tasks) == [b"a", b"b", b"c"]
        assert process.asked == ["a", "b", "c"]

    _run(tmp_path, test)


@pytest.mark.parametrize("when", ["while it waits", "as its turn comes", "as it is answered"])
def test_who_leaves_keeps_no_place(tmp_path: Path, when: str) -> None:
    async def test(pool: Pool, process: Process) -> None:
        first, second, third = (asyncio.create_task(_asked(pool, name)) for name in "abc")
        await _settled()
        if when == "while it waits":
            second.cancel()
        elif when == "as its turn comes":
            first.add_done_callback(lambda _: second.cancel())
        process.may_answer.release()
        assert await first == b"a"
        if when == "as it is answered":
            await _settled()
            second.cancel()
        for _ in "bcd":
            process.may_answer.release()
        assert await third == b"c"
        with pytest.raises(asyncio.CancelledError):
            await second
        assert await _asked(pool, "d") == b"d"

    _run(tmp_path, test)


def test_too_many_are_told_to_come_again(tmp_path: Path) -> None:
    async def test(pool: Pool, process: Process) -> None:
        tasks = [asyncio.create_task(_asked(pool, str(number))) for number in range(17)]
        await _settled()
        with pytest.raises(HttpError) as refused:
            await pool.ask({"name": "more", "seconds": 10})
        assert refused.value.status == 503
        for _ in tasks:
            process.may_answer.release()
        await asyncio.gather(*tasks)

    _run(tmp_path, test)


def test_a_lane_lets_no_more_through_than_it_has_places_for() -> None:
    async def main() -> None:
        lane, begun, may_end = Lane(2), list[int](), asyncio.Event()

        async def hold(number: int) -> None:
            async with lane.place():
                begun.append(number)
                await may_end.wait()

        tasks = [asyncio.create_task(hold(number)) for number in range(10)]
        await _settled()
        assert begun == [0, 1]
        with pytest.raises(HttpError) as refused:
            await hold(10)
        assert (refused.value.status, refused.value.headers) == (503, {"retry-after": "5"})
        tasks[2].cancel()
        await _settled()
        tasks.append(asyncio.create_task(hold(11)))  # in the place of who has left
        may_end.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert begun == [0, 1, *range(3, 10), 11]

    asyncio.run(main())


def test_what_is_short_need_not_wait_for_what_is_long(tmp_path: Path) -> None:
    """A long request gives the last place to what is short, and begins anew once another long one is over."""

    class Named(Process):
        """What answers each request but the long ones at once."""

        async def _wait(self, name: str) -> None:
            if name.startswith("long"):
                await self.may_answer.acquire()

    async def test(pool: Pool, process: Process) -> None:
        long = [asyncio.create_task(_asked(pool, f"long {number}")) for number in range(3)]
        for _ in range(2):
            assert await _asked(pool, "short") == b"short"
        assert not any(task.done() for task in long)
        assert pool.is_wanted  # by the two that are put off
        for _ in range(20):
            process.may_answer.release()
        assert await asyncio.gather(*long) == [b"long 0", b"long 1", b"long 2"]

    _run(tmp_path, test, Named(), 2)


def test_who_leaves_while_put_off_keeps_no_place(tmp_path: Path) -> None:
    async def test(pool: Pool, process: Process) -> None:
        first, second, third = (asyncio.create_task(_asked(pool, name)) for name in "abc")
        while process.asked != ["a", "b", "c"] or pool.figures["ogdkg_queries_running"] > 1:
            await asyncio.sleep(0.01)
        second.cancel()
        for _ in range(9):
            process.may_answer.release()
        assert (await first, await third) == (b"a", b"c")
        with pytest.raises(asyncio.CancelledError):
            await second

    _run(tmp_path, test, size=2)
