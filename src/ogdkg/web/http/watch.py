"""What a worker tells of its requests: lines of a log, figures, and whether a client asks too often."""

from __future__ import annotations

import time
import traceback
from collections.abc import Mapping
from typing import Any

from ogdkg.web.http.assets import ASSETS
from ogdkg.web.http.journal import MOST_PATH, Journal
from ogdkg.web.http.metrics import Metrics
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.rates import Rates
from ogdkg.web.http.request import Message, Request, Send
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.status import read_status

_ROUTES = {
    "/": "home",
    "/sparql": "sparql",
    "/store": "store",
    "/.well-known/void": "void",
    "/describe": "describe",
    "/search": "search",
    "/health": "health",
    "/ready": "ready",
    "/metrics": "metrics",
    "/mcp": "mcp",
    "/robots.txt": "file",
}
_NEVER_TOO_OFTEN = ("health", "ready", "metrics")
# How long a client may take over an answer, in seconds and bytes a second: while others wait, and else.
_SHORT, _FAST = 4.0, 1 << 19
_LONG, _SLOW = 60.0, 1 << 14
_HUNG_UP = 499  # no answer, as the client had gone; nginx calls it so


class WatchedSend:
    """Sends an answer, and notes its status and size, and who ended it before it was whole."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = _HUNG_UP
        self.size = 0
        self.broken_by = ""
        self._waited = 0.0  # seconds for the client to take what was sent
        self._since = 0.0  # when it began to take what is being sent

    @property
    def is_begun(self) -> bool:
        """Whether the client knows the status."""
        return self.status != _HUNG_UP

    def is_too_slow(self, is_wanted: bool) -> bool:
        """Whether a client takes an answer so slowly that it keeps others out.

        Args:
            is_wanted: Whether others wait for the process that answers.
        """
        patience, speed = (_SHORT, _FAST) if is_wanted else (_LONG, _SLOW)
        waited = self._waited + (time.monotonic() - self._since if self._since else 0.0)
        return waited > patience + self.size / speed

    def break_off(self, by: str) -> None:
        """Note who ended an answer that had begun."""
        self.broken_by = by if self.is_begun else ""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.size += len(message.get("body", b""))
        self._since = begun = time.monotonic()
        await self._send(message)
        self._since = 0.0
        self._waited += time.monotonic() - begun


class Watch:
    """Watches over the requests of one worker.

    Args:
        settings: How to serve.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._journal = Journal() if settings.log else None
        self.metrics = Metrics(settings.status.parent)
        self._rates = Rates(settings.rates, settings.rate) if settings.rate else None

    def check(self, request: Request) -> None:
        """Raise HttpError where a client asks too often."""
        if self._rates is None or route_of(request.path) in _NEVER_TOO_OFTEN:
            return
        if seconds := self._rates.wait(request.front.client):
            hint = {"retry-after": str(int(seconds) + 1)}
            raise HttpError(429, "Too many requests. Retry-After says when to ask again.", headers=hint)

    def seen(self, request: Request, told: WatchedSend, begun: float) -> None:
        """Note a request that is over."""
        seconds = time.monotonic() - begun
        route = route_of(request.path)
        self.metrics.seen(route, told.status, told.size, seconds, told.broken_by)
        if self._journal:
            line: dict[str, Any] = {
                "method": request.method[:16],
                "path": request.path[:MOST_PATH],
                "route": route,
                "status": told.status,
                "bytes": told.size,
                "seconds": round(seconds, 6),
            }
            if told.broken_by:
                line["broken"] = told.broken_by
            if request.query is not None and self._settings.log_queries:
                line["query"] = request.query
            self._journal.note(line)

    def fault(self, error: Exception) -> None:
        """Note a bug of ours."""
        if self._journal:
            trace = "".join(traceback.format_exception(error))
            self._journal.note({"level": "error", "bug": trace})

    def status(self) -> dict[str, Any]:
        """Return what the keeper says of the graph."""
        return read_status(self._settings.status)._asdict()

    def figures(self, now: Mapping[str, float]) -> str:
        """Return the figures of all workers; `now` are those that this worker holds at present."""
        return self.metrics.text(self._present(now), self.status())

    def keep(self, now: Mapping[str, float]) -> None:
        """Leave the figures of this worker for the others."""
        self.metrics.keep(self._present(now))

    def close(self) -> None:
        """Write the last lines."""
        if self._journal:
            self._journal.close()

    def _present(self, now: Mapping[str, float]) -> dict[str, float]:
        dropped = self._journal.dropped if self._journal else 0
        return {**now, "ogdkg_workers": 1, "ogdkg_log_lines_dropped_total": dropped}


def route_of(path: str) -> str:
    """Return the name of a route: few, so that figures stay few whatever strangers ask for."""
    return "file" if path in ASSETS else _ROUTES.get(path, "resource")


def may_see_figures(request: Request, settings: Settings) -> bool:
    """Whether a client may see the figures: one on this machine, or anyone with `--public-metrics`.

    Behind a proxy that is not believed, nobody can tell who asks.
    """
    if settings.public_metrics:
        return True
    is_told = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    if is_told and not request.is_believed:
        return False
    return request.front.client in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
