"""A server on loopback that answers as a test wants, and the command line in this process."""

from __future__ import annotations

import contextlib
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from ogdkg.cli.main import main

JSON = "application/sparql-results+json"
TRUE = b'{"head": {}, "boolean": true}'
Say = Callable[["Handler"], None]


class Asked(NamedTuple):
    """What a server was asked."""

    method: str
    path: str
    headers: Message
    body: bytes

    @property
    def query(self) -> str:
        """The SPARQL of the request; empty where there is none."""
        form = urllib.parse.urlsplit(self.path).query + "&" + self.body.decode(errors="replace")
        values = urllib.parse.parse_qs(form)
        return next((values[key][0] for key in ("query", "update") if key in values), "")


class Handler(BaseHTTPRequestHandler):
    """Answers as the server's `say` does; `asked` is the request."""

    protocol_version = "HTTP/1.1"
    server: Hostile
    asked: Asked

    def do_GET(self) -> None:  # as http.server has it
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked = Asked(self.command, self.path, self.headers, body)
        self.server.seen.append(self.asked)
        with contextlib.suppress(OSError):
            self.server.say(self)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""

    def answer(self, body: bytes = TRUE, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        given = {"Content-Type": JSON, "Content-Length": str(len(body)), "Connection": "close"}
        given |= headers or {}
        lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in given.items() if value)]
        self.raw("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def raw(self, data: bytes) -> None:
        """Bytes as they are; the connection ends with them."""
        self.wfile.write(data)
        self.wfile.flush()
        self.close_connection = True


class Hostile(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # readers that come at once
    say: Say
    seen: list[Asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: the client has gone, which is what a test wants."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    @property
    def origin(self) -> str:
        return self.url.removesuffix("/sparql")


Serve = Callable[[Say], Hostile]


@contextlib.contextmanager
def serving(handler: type[Handler] = Handler) -> Iterator[Serve]:
    """Starts servers, which end with the block."""
    started = []

    def start(say: Say) -> Hostile:
        server = Hostile(("127.0.0.1", 0), handler)
        server.say, server.seen = say, []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


class Done(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


def command(capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> Command:
    """Runs the command line here, which takes a tenth of what a process does."""

    def run(*arguments: str, **variables: str) -> Done:
        with patch.context() as each:
            for name, value in variables.items():
                each.setenv(name, value)
            capsys.readouterr()
            code = main(list(arguments))
        return Done(code, *capsys.readouterr())

    return run
