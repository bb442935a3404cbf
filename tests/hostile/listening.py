"""What attacks share: a listener that counts who calls, and a project of one graph."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class Listener:
    """A server on the loopback interface that takes note of each connection and hangs up."""

    def __init__(self) -> None:
        self.calls = 0
        self._last: object = None
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                connection, address = self._socket.accept()
            except OSError:
                return
            connection.close()
            if address == self._last:
                return
            self.calls += 1

    def close(self) -> None:
        """Take note of those who called so far, and of nobody after them."""
        with socket.socket() as last:
            last.bind(("127.0.0.1", 0))
            self._last = last.getsockname()
            last.connect(self._socket.getsockname())
            self._thread.join()
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener that must never have been called."""
    found = Listener()
    yield found
    found.close()
    assert found.calls == 0


Make = Callable[..., Path]
DATA = '<urn:a> a <urn:T> ; <urn:p> <urn:b>, 1, "secret" . <urn:b> a <urn:T> .\n'
SETTINGS = """
[project]
name = "small"

[[layer]]
name = "data"
files = ["*.ttl"]
graph = "urn:graph"

[[layer]]
name = "derived"
rules = ["rules/*.rq"]
graph = "urn:derived"
"""


@pytest.fixture
def project(tmp_path: Path) -> Make:
    """Make a project: `project(rule=..., query=...)`."""

    def make(*, rule: str | None = None, query: str | None = None) -> Path:
        (tmp_path / "ogdkg.toml").write_text(SETTINGS)
        (tmp_path / "data.ttl").write_text(DATA)
        for folder, name, text in (("rules", "draw.rq", rule), ("queries", "look.rq", query)):
            (tmp_path / folder).mkdir(exist_ok=True)
            if text is not None:
                (tmp_path / folder / name).write_text(text)
        return tmp_path

    return make
