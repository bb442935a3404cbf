"""Requests: a forked process speaks on a connection of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ogdkg.remote.credentials import Credentials
from ogdkg.remote.http import Http, HttpRequest


class _Handler(BaseHTTPRequestHandler):
    """Answers with the port of its client, which tells one connection from another."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # its name
        body = str(self.client_address[1]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_a_connection_of_its_own(address: str) -> None:
    http = Http(10, 1, Credentials(None))

    def port() -> int:
        return int(http.send(HttpRequest("GET", address)).body.read())

    first = port()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, str(port()).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 100)) != first == port()
    os.close(reading)
    os.close(writing)
