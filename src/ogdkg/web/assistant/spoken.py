"""The protocol over HTTP, in a worker: reads a request, and has answering processes answer it.

The library is imported with the first request, in a thread, so that the server starts without it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ogdkg.web.assistant.listing import BASE
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import Message, Request, Send
from ogdkg.web.processes.pool import BrokenOffError, Pool

if TYPE_CHECKING:
    from ogdkg.web.assistant.sdk import HttpDoor

_MOST_BODY = 2_200_000  # bytes: a text of 1 MB to validate, as JSON writes it
_HEADERS = {"x-content-type-options": "nosniff", "cache-control": "no-store", "vary": "Origin"}


class Spoken:
    """Answers assistants.

    Args:
        pool: The answering processes.
        seconds: The time limit of an answer.
    """

    def __init__(self, pool: Pool, seconds: float) -> None:
        self._pool, self._seconds = pool, seconds
        self._door: HttpDoor | None = None
        self._opening = asyncio.Lock()

    async def answer(self, request: Request, base: str, send: Send) -> None:
        """Answer a request.

        Args:
            request: The request, a POST of one message.
            base: The address of the server.
            send: Sends the answer.

        Raises:
            HttpError: The packages are not installed, or the body is too large or none of JSON.
        """
        if request.media_type != "application/json":
            raise HttpError(415, "An assistant sends JSON.", accepted=["application/json"])
        door = await self._opened()
        body = await request.body(_MOST_BODY)
        await door(request.scope_with(**{BASE: base}), _once(request, body), _with_headers(send))

    async def _opened(self) -> HttpDoor:
        if find_spec("mcp") is None:
            hint = "Install them beside the server with: pip install 'ogdkg[mcp]'"
            raise HttpError(404, "The packages for assistants are not installed.", hint=hint)
        async with self._opening:
            if self._door is None:
                self._door = (await asyncio.to_thread(_imported))(self._told, _MOST_BODY)
            return self._door

    async def _told(self, of: str, name: str, arguments: Mapping[str, Any], base: str) -> dict[str, Any]:
        """Have an answering process answer, as `Assistant.told` does."""
        ask = {"task": "assistant", "of": of, "name": name, "arguments": dict(arguments), "base": base}
        try:
            return await self._asked(ask | {"seconds": self._seconds})
        except HttpError as problem:  # it took too long, or too many wait
            fault, hint = problem.detail, problem.members.get("hint", "Ask for less, or try again later.")
        except BrokenOffError:
            fault, hint = "The answer broke off.", "Ask for less."
        data = {"error": {"message": fault, "hint": hint}}
        told: dict[str, Any] = {"text": f"{fault}\n{hint}", "data": data, "error": True, "fault": fault}
        return told | {"resources": [], "next": None, "values": []}

    async def _asked(self, ask: Mapping[str, Any]) -> dict[str, Any]:
        answering = await self._pool.ask(ask)
        try:
            body = answering.body
            if body is None:
                body = b"".join([block async for block in answering.blocks()])
        finally:
            answering.close()
        told: dict[str, Any] = json.loads(body)
        if answering.status != 200:
            raise HttpError(answering.status, str(told.get("detail", "")))
        return told

    async def close(self) -> None:
        """End what answers."""
        if self._door:
            await self._door.close()


def _imported() -> type[HttpDoor]:
    from ogdkg.web.assistant.sdk import HttpDoor

    return HttpDoor


def _once(request: Request, body: bytes) -> Any:
    """What the library receives: the body, and then that the client hangs up, once it does."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await request.gone()
        return {"type": "http.disconnect"}

    return receive


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            pairs = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]
            message["headers"] = [*message["headers"], *pairs]
        await send(message)

    return sent
