"""Who must not be called, hostile servers, and the command line that asks them in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import TREES
from tests.projects import Make, make_small
from tests.servers.listening import Listener
from tests.servers.serving import Command, Serve, command, serving


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A listener that must never have been called."""
    found = Listener()
    yield found
    found.close()
    assert found.calls == 0


@pytest.fixture
def project(tmp_path: Path) -> Make:
    """Make a small project: `project(rule=..., query=...)`."""
    return partial(make_small, tmp_path)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that answers so."""
    with serving() as start:
        yield start


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """A command in this process, on the fixture project, with nothing set but what it is given."""
    for name in [*(name for name in os.environ if name.startswith("OGDKG_")), "NETRC", "HTTP_PROXY"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(TREES)
    return command(capsys, monkeypatch)
