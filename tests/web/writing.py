"""A server that may be written to, for the tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.projects import make_small
from tests.web.conftest import Answer, Server, serving

TOKEN = "a-token-for-tests-0123456789"
QUERY, UPDATE = "application/sparql-query", "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
TURTLE = "text/turtle; charset=utf-8"


class Writable(NamedTuple):
    """A server, and what its token is."""

    server: Server

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """Send a request with the token."""
        return self.server.ask(path, body, method, **{"Authorization": f"Bearer {TOKEN}", **headers})

    def update(self, text: str, path: str = "/sparql") -> Answer:
        return self.ask(path, text.encode(), "POST", Content_Type=UPDATE)

    def put(self, graph: str, turtle: str, **headers: str) -> Answer:
        return self.ask(f"/store?graph={graph}", turtle.encode(), "PUT", Content_Type=TURTLE, **headers)

    def is_true(self, ask: str) -> bool:
        answer = self.server.ask(self.server.query(ask), Accept="application/sparql-results+json")
        assert answer.status == 200, answer.body
        return b"true" in answer.body


@contextlib.contextmanager
def writable(folder: Path, *options: str, **more: str) -> Iterator[Writable]:
    """A server of a small project that keeps a store beside it, until the block ends."""
    if not (folder / "ogdkg.toml").exists():
        make_small(folder)
    store = () if "--endpoint" in options else ("--store", str(folder / "store"))
    with serving(folder, "--writable", *store, *options, OGDKG_SERVE_TOKEN=TOKEN, **more) as server:
        yield Writable(server)
