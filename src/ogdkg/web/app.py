"""The ASGI application: from a request to an answer, by path. Holds no graph; answering processes do."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ogdkg.web.assistant.spoken import Spoken
from ogdkg.web.http import metrics
from ogdkg.web.http.assets import ASSETS, Asset, packed
from ogdkg.web.http.bearer import check_token
from ogdkg.web.http.hosts import check_hosts
from ogdkg.web.http.negotiation import accepts_gzip
from ogdkg.web.http.problems import MEDIA_TYPE, PAGE_POLICY, PAGE_TYPE, HttpError
from ogdkg.web.http.proxies import Proxies
from ogdkg.web.http.request import ASKING, READING, HungUpError, Receive, Request, Scope, Send
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.watch import Watch, WatchedSend, may_see_figures
from ogdkg.web.pages import lookup
from ogdkg.web.processes.pool import Answering, BrokenOffError, Lane, Pool
from ogdkg.web.protocol import graphs
from ogdkg.web.protocol.sparql import asked_query
from ogdkg.web.small_queries.lane import FastLane

_LOOK_EVERY = 1.0  # seconds between two looks at how fast a client reads
_KEEP_EVERY = 1.0  # seconds after which other workers know the figures of this one
_LISTEN_AFTER = 0.1  # seconds of a query before the server listens whether its client hangs up
_SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "cross-origin",
}
_OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Location, Retry-After, X-Total-Count",
}
_VARY = "Accept, Accept-Encoding, Origin"
_EVERY = {"server": "ogdkg", "vary": _VARY, **_SAFE, **_OPEN}  # our client knows by this where graphs are
_ALWAYS = [(name.encode(), value.encode()) for name, value in _EVERY.items()]
_ALWAYS_NAMED = frozenset(name for name, _ in _ALWAYS)
_PREFLIGHT = {
    "access-control-allow-headers": "Accept, Authorization, Content-Type, If-Match, If-None-Match",
    "access-control-max-age": "86400",
}


_ENDPOINT = ("/sparql", "/sparql/")
_FILES = {"/robots.txt": Asset("text/plain; charset=utf-8", lookup.ROBOTS), **ASSETS}


class App:
    """The application of one worker.

    Args:
        settings: How to serve.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._proxies = Proxies(settings.proxies) if settings.proxies else None
        self._watch = Watch(settings)
        size = settings.queries_of_worker
        self._pool = Pool(settings.socket, size + 1)
        # To judge a text takes as long as it may: others are answered meanwhile.
        self._judging = Lane(max(size // 2, 1))
        self._small_queries = FastLane(settings, self._pool)
        self._spoken = Spoken(self._pool, settings.seconds)
        self._writing = Pool(settings.writing, 1, keeps=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            begun, told = time.monotonic(), WatchedSend(send)
            request = Request(scope, receive, self._proxies, self._settings.prefix)
            try:
                await self._answer(request, told)
            except ConnectionAbortedError:
                told.break_off("server")
                raise
            finally:
                self._watch.seen(request, told, begun)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and end with the server, and leave figures for other workers meanwhile."""
        keeping: asyncio.Task[None] | None = None
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                keeping = asyncio.create_task(self._keep_figures())
            elif keeping:
                keeping.cancel()
                await self._spoken.close()
                self._watch.keep(self._figures_now)
                self._watch.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _keep_figures(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_EVERY)
            with contextlib.suppress(OSError):
                self._watch.keep(self._figures_now)

    async def _answer(self, request: Request, send: WatchedSend) -> None:
        try:
            try:
                request.check()
                self._watch.check(request)
                await self._route(request, send)
            except HttpError as problem:
                await _refuse(request, problem, send)
        except HungUpError:
            send.break_off("client")
        except ConnectionAbortedError:
            raise
        except Exception as error:  # the edge of the program: a bug of ours ends no more than this request
            self._watch.fault(error)
            if send.is_begun:
                raise ConnectionAbortedError("the answer broke off") from None
            await _refuse(request, HttpError(500, "This is a bug of the server."), send)

    async def _route(self, request: Request, send: WatchedSend) -> None:
        path = request.path
        if request.method == "OPTIONS" and path != "/mcp":  # which no page of another site may ask
            methods = self._methods(path)
            allowed = {"allow": methods, "access-control-allow-methods": methods}
            await _send(send, 204, {**_PREFLIGHT, **allowed}, b"")
        elif path in _ENDPOINT:
            await self._sparql(request, send)
        elif graphs.is_graph(path):
            await self._store(request, send)
        elif path == "/.well-known/void":
            request.check_is_reading()
            await self._ask(request, self._description(request, "dataset"), send)
        elif path in ("/health", "/ready"):
            request.check_is_reading()
            await self._state(request, send)
        elif path == "/metrics":
            await self._figures(request, send)
        elif path == "/mcp":
            await self._assistant(request, send)
        elif path in _FILES:
            await _send_file(request, _FILES[path], send)
        elif lookup.takes_forms(path):
            await self._form(request, send)
        else:
            await self._resource(request, send)

    def _methods(self, path: str) -> str:
        """The methods of what is at a path."""
        if path in _ENDPOINT:
            return ASKING
        if graphs.is_graph(path):
            return graphs.methods(self._settings)
        return ASKING if lookup.takes_forms(path) else READING

    async def _sparql(self, request: Request, send: WatchedSend) -> None:
        request.check_method(ASKING, "The endpoint takes GET and POST.")
        ask = await asked_query(request, self._settings)
        if ask and ask["task"] == "update":
            check_token(request.headers.get("authorization"), self._settings.token)
            request.query = ask["text"]
            await self._write(request, ask, ask.pop("text").encode(), send)
            return
        if ask is None:
            await self._ask(request, self._description(request, "service"), send)
            return
        request.query = ask["text"]
        _tell_wishes(request, ask)
        if small := self._small_queries.answer(ask):
            await send(
                {"type": "http.response.start", "status": small.status, "headers": _ALWAYS + small.headers}
            )
            await send({"type": "http.response.body", "body": small.body})
            return
        await self._ask(request, ask, send)

    async def _store(self, request: Request, send: WatchedSend) -> None:
        ask, body = await graphs.asked_graph(request, self._settings)
        if ask["task"] == "graph":
            await self._ask(request, ask, send)
        else:
            await self._write(request, ask, body, send)

    async def _resource(self, request: Request, send: WatchedSend) -> None:
        base = request.base(self._settings.prefix)
        try:
            await self._ask(request, lookup.asked_resource(request, base, self._settings.seconds), send)
        except HttpError as problem:
            if "text/html" not in request.headers.get("accept", ""):
                raise
            await _refuse(request, problem, send, page_below=urlsplit(base).path)

    async def _assistant(self, request: Request, send: WatchedSend) -> None:
        """The Model Context Protocol, for those whom this server knows by its own names."""
        check_hosts(request, self._settings)
        if request.method != "POST":
            detail = "An assistant sends what it asks by POST, and has no session here."
            raise HttpError(405, detail, headers={"allow": "POST"})
        await self._spoken.answer(request, request.base(self._settings.prefix), send)

    async def _form(self, request: Request, send: WatchedSend) -> None:
        """A page that also takes what somebody sends, and keeps nothing of it."""
        base = request.base(self._settings.prefix)
        ask = lookup.asked_form(request, base, self._settings.seconds)
        try:
            if request.method == "POST":
                ask["sent"]["body"] = (await request.body(lookup.MOST_FORM)).decode("latin-1")
            await self._ask(request, ask, send, self._judging if request.method == "POST" else None)
        except HttpError as problem:
            if send.is_begun or not lookup.is_person(request):
                raise
            await request.discard()
            told = {"status": problem.status, "detail": problem.detail, "headers": problem.headers}
            told |= problem.members
            await self._ask(request, ask | {"problem": told}, send)

    def _description(self, request: Request, of: str) -> dict[str, Any]:
        base = request.base(self._settings.prefix)
        return {"task": "describe", "of": of, "base": base, "seconds": self._settings.seconds}

    async def _state(self, request: Request, send: Send) -> None:
        status = self._watch.status()
        is_well = request.path == "/health" or (status["version"] and not status["error"])
        body = b"" if request.method == "HEAD" else (json.dumps(status) + "\n").encode()
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        await _send(send, 200 if is_well else 503, headers, body)

    async def _figures(self, request: Request, send: Send) -> None:
        request.check_is_reading()
        if not may_see_figures(request, self._settings):
            raise HttpError(403, "The figures are for clients on this machine.")
        body = b"" if request.method == "HEAD" else self._watch.figures(self._figures_now).encode()
        await _send(send, 200, {"content-type": metrics.MEDIA_TYPE, "cache-control": "no-store"}, body)

    @property
    def _figures_now(self) -> dict[str, float]:
        return self._pool.figures | {"ogdkg_queries_at_once_total": self._small_queries.answered}

    async def _ask(
        self, request: Request, ask: dict[str, Any], send: WatchedSend, lane: Lane | None = None
    ) -> None:
        """Have an answering process answer, and end it where the client hangs up."""
        if "accept" not in ask:
            _tell_wishes(request, ask)
        loop, answer = asyncio.get_running_loop(), asyncio.current_task()
        assert answer is not None  # a server runs an application in tasks
        listening: list[asyncio.Task[None]] = []
        start = loop.call_later(
            _LISTEN_AFTER, lambda: listening.append(loop.create_task(self._listen(request, answer, send)))
        )
        try:
            async with lane.place() if lane else contextlib.nullcontext():
                await self._answered(ask, send)
        except asyncio.CancelledError:
            if listening:
                answer.uncancel()  # for what is still to be said
            if send.is_too_slow(self._pool.is_wanted):
                raise ConnectionAbortedError("the client reads too slowly") from None
            raise HungUpError from None
        finally:
            start.cancel()
            for task in listening:
                task.cancel()

    async def _listen(self, request: Request, answer: asyncio.Task[None], send: WatchedSend) -> None:
        """End an answer, which ends this too, where its client hangs up or reads too slowly."""
        gone = asyncio.ensure_future(request.gone())
        try:
            while not gone.done() and not send.is_too_slow(self._pool.is_wanted):
                await asyncio.wait({gone}, timeout=_LOOK_EVERY)
            answer.cancel()
        finally:
            gone.cancel()

    async def _write(self, request: Request, ask: dict[str, Any], body: bytes, send: WatchedSend) -> None:
        """Have a write performed, to its end even where the client hangs up."""
        ask["if_match"] = request.headers.get("if-match")
        ask["if_none_match"] = request.headers.get("if-none-match")
        if self._settings.is_of_server:
            await self._ask(request, ask | {"body": body.decode("utf-8", "surrogateescape")}, send)
            return
        ask["has_body"] = bool(body)
        await asyncio.shield(self._answered(ask, send, self._writing, body))

    async def _answered(
        self, ask: Mapping[str, Any], send: Send, pool: Pool | None = None, body: bytes = b""
    ) -> None:
        answering = await (pool or self._pool).ask(ask, body)
        try:
            await _send_start(send, answering)
            if answering.body is None:
                async for block in answering.blocks():
                    await send({"type": "http.response.body", "body": block, "more_body": True})
        except BrokenOffError:
            raise ConnectionAbortedError("the answer broke off") from None
        finally:
            answering.close()
        await send({"type": "http.response.body", "body": answering.body or b"", "more_body": False})


def _tell_wishes(request: Request, ask: dict[str, Any]) -> None:
    """Tell whoever answers how the client wants to have it, and what it has already."""
    ask["accept"] = request.headers.get("accept")
    ask["gzip"] = accepts_gzip(request.headers.get("accept-encoding"))
    ask["head"] = request.method == "HEAD"
    if known := request.headers.get("if-none-match"):
        ask["known"] = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    if expected := request.headers.get("if-match"):
        ask["expected"] = [tag.strip() for tag in expected.split(",")]


async def _send_file(request: Request, file: Asset, send: Send) -> None:
    request.check_is_reading()
    headers, body = {"content-type": file.media_type, "cache-control": file.cache}, file.body
    if accepts_gzip(request.headers.get("accept-encoding")):
        headers["content-encoding"], body = "gzip", packed(body)
    await _send(send, 200, headers, body, has_body=request.method != "HEAD")


async def _send_start(send: Send, answering: Answering) -> None:
    headers = answering.headers
    named = {name for name, _ in headers}
    is_plain = named.isdisjoint(_ALWAYS_NAMED)
    if not is_plain:  # an empty one takes the place of one that is always sent
        headers = [pair for pair in headers if pair[1] or pair[0] not in _ALWAYS_NAMED]
    headers = (_ALWAYS if is_plain else [pair for pair in _ALWAYS if pair[0] not in named]) + headers
    await send({"type": "http.response.start", "status": answering.status, "headers": headers})


async def _send(
    send: Send, status: int, headers: Mapping[str, str], body: bytes, *, has_body: bool = True
) -> None:
    every = {**_EVERY, **headers}
    if status != 204:
        every["content-length"] = str(len(body))
    await send({"type": "http.response.start", "status": status, "headers": _pairs(every)})
    await send({"type": "http.response.body", "body": body if has_body else b""})


async def _refuse(request: Request, problem: HttpError, send: Send, *, page_below: str | None = None) -> None:
    """Answer with an error, once what is left of the request is read.

    It is JSON, or a page below an address, of which the process that would have made one was ended or never
    asked.
    """
    await request.discard()
    if page_below is None:
        headers, body = {"content-type": MEDIA_TYPE}, problem.body()
    else:
        headers = {"content-type": PAGE_TYPE, "content-security-policy": PAGE_POLICY}
        body = problem.page(page_below)
    has_body = request.method != "HEAD"
    await _send(send, problem.status, {**headers, **problem.headers}, body, has_body=has_body)


def _pairs(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
