"""The worker's end: small queries are answered at once, after enough of them to make it worth while."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.web.http.negotiation import Choice, chosen_for
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.processes.answerer import entity_tag
from ogdkg.web.processes.current import Current
from ogdkg.web.processes.pool import BrokenOffError, Pool
from ogdkg.web.small_queries.answering import Small
from ogdkg.web.small_queries.blocks import Blocks, TooMuchError, block_paths
from ogdkg.web.small_queries.json_rows import written
from ogdkg.web.small_queries.shapes import MOST_TEXT, Shapes
from ogdkg.web.small_queries.tags import version_of_process, version_of_worker

_WORTH = 100  # queries of a version, after which there may be a file of it; twice as many if there is none
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 3.0  # seconds until it is asked again whether it is there
_MOST_WAITS = 300
_SECONDS = 10.0  # for a process to say where it is
_PACKING = 5, zlib.DEFLATED, 31  # as `web.processes.sending` compresses

Pairs = list[tuple[bytes, bytes]]


class Near(NamedTuple):
    """An answer: its status, its headers, and its body."""

    status: int
    headers: Pairs
    body: bytes


class FastLane:
    """Answers small queries of one worker.

    Args:
        settings: How to serve.
        pool: The processes that answer all others.
    """

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._pool = pool
        self._folder = settings.status.parent
        self._is_open = settings.current is not None and not settings.is_of_server
        self._current = Current(settings.current)
        self._blocks: Blocks | None = None
        self._shapes = Shapes({})
        self._served, self._version = 0, ""  # which version the file is of
        self._generation = 0  # of which queries are counted
        self._asked, self._worth = 0, _WORTH
        self._making: asyncio.Task[None] | None = None
        self.answered = 0

    def answer(self, ask: Mapping[str, Any]) -> Near | None:
        """Return the answer of a query; None where an answering process is to give it."""
        text: str = ask["text"]
        if not self._is_open or len(text) > MOST_TEXT or ask["default"] or ask["named"] or "expected" in ask:
            return None
        generation = self._current.generation
        blocks = self._blocks
        if blocks is None or self._served != generation:
            self._count(generation)
            return None
        choice = chosen_for(ask["accept"], rows=True)
        if choice is None:
            return None
        found = self._shapes.of(text)
        if found is None:
            return None
        try:
            body = written(Small(blocks, found[1]).answer(found[0]), choice.format)
        except TooMuchError:
            return None
        self.answered += 1
        return self._answer(ask, choice, body.encode())

    def _answer(self, ask: Mapping[str, Any], choice: Choice, body: bytes) -> Near:
        etag = self._tag(ask, choice, version_of_worker(ask))
        if known := ask.get("known"):
            for tag in (etag, self._tag(ask, choice, version_of_process(ask, None))):
                if tag in known or "*" in known:
                    return Near(304, [(b"etag", tag.encode())], b"")
        headers = [(b"content-type", choice.content_type.encode()), (b"etag", etag.encode())]
        if ask["gzip"]:
            packer = zlib.compressobj(*_PACKING)
            body = packer.compress(body) + packer.flush()
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        return Near(200, headers, b"" if ask["head"] else body)

    def _tag(self, ask: Mapping[str, Any], choice: Choice, version: str) -> str:
        return entity_tag(self._version, version, choice.content_type, is_packed=bool(ask["gzip"]))

    def _count(self, generation: int) -> None:
        """Count a query that could not be answered, and have a file made where there were enough."""
        if generation != self._generation:
            self._generation, self._asked, self._worth = generation, 0, _WORTH
            self._drop(generation)
        self._asked += 1
        if self._asked >= self._worth and (self._making is None or self._making.done()):
            self._worth = 2 * self._asked
            self._making = asyncio.get_running_loop().create_task(self._make(generation))

    async def _make(self, generation: int) -> None:
        """Have the file of a version made, unless it is there, and look into it from then on."""
        ask = {"task": "blocks", "folder": str(self._folder), "asked": self._asked, "seconds": _SECONDS}
        wait = _FIRST_WAIT
        try:
            for _ in range(_MOST_WAITS):
                if self._current.generation != generation:
                    return
                answering = await self._pool.ask(ask)
                answering.close()
                told = json.loads(answering.body or b"{}") if answering.status == 200 else {}
                if told.get("generation") != generation or not (told["path"] or told["is_coming"]):
                    return
                if told["path"]:
                    self._take(Blocks(Path(told["path"])), told)
                    return
                await asyncio.sleep(wait)
                wait = min(1.5 * wait, _LONGEST_WAIT)
        except (HttpError, BrokenOffError, OSError, ValueError):
            return  # to be tried again

    def _take(self, blocks: Blocks, told: Mapping[str, Any]) -> None:
        """Look into a file from now on."""
        self._drop(told["generation"])
        self._blocks, self._shapes = blocks, Shapes(told["prefixes"])
        self._served, self._version = told["generation"], told["version"]

    def _drop(self, generation: int) -> None:
        """Let go of the file, and remove those of versions before one."""
        if self._blocks:
            self._blocks.close()
            self._blocks = None
        for path, of_file in block_paths(self._folder):
            if of_file < generation:
                path.unlink(missing_ok=True)  # another worker may do the same
