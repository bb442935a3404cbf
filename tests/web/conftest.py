"""A server of the fixture project, started once in a process, as a user starts it."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conftest import ROOT, TREES

FIXTURES = ROOT / "tests" / "fixtures"
READY_WITHIN = 60  # seconds on a busy machine


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Server(NamedTuple):
    """A server that runs."""

    url: str
    process: subprocess.Popen[bytes]

    def ask(self, path: str, body: bytes | None = None, method: str | None = None, **headers: str) -> Answer:
        """Send a request; keyword arguments are headers, with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, body, named, method=method)
        try:
            with _opener.open(request, timeout=30) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())

    def query(self, text: str, **parameters: str) -> str:
        """The path of a query by GET."""
        return "/sparql?" + urllib.parse.urlencode({"query": text, **parameters})


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_Stay, urllib.request.ProxyHandler({}))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@contextlib.contextmanager
def serving(folder: Path, *options: str, **more: str) -> Iterator[Server]:
    """A server of a project, until the block ends; keyword arguments are environment variables."""
    command = [sys.executable, "-m", "ogdkg", "serve", "--port", "0", *options]
    env = {name: value for name, value in os.environ.items() if not name.startswith("OGDKG_")} | more
    process = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.PIPE)
    try:
        yield Server(_address(process), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def _address(process: subprocess.Popen[bytes]) -> str:
    """What a server says once it answers."""
    assert process.stderr
    said = ""
    while select.select([process.stderr], [], [], READY_WITHIN)[0] and (line := process.stderr.readline()):
        if found := re.match(r"Serving (http://\S+)/$", line.decode()):
            return found[1]
        said += line.decode()  # a notice, or what is wrong
    raise AssertionError(f"It does not serve: {said}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving(TREES, "--timeout", "2") as running:
        yield running


@pytest.fixture(scope="session")
def devices() -> Iterator[Server]:
    """A project that is not ours: a register in plain Turtle."""
    with serving(FIXTURES / "devices", "--timeout", "30") as running:
        yield running


@pytest.fixture(scope="session")
def maps() -> Iterator[Server]:
    """Another: a collection in two scripts, with passages of its own."""
    with serving(FIXTURES / "maps", "--timeout", "30") as running:
        yield running
