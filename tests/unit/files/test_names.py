"""The names of files in messages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ogdkg.files.names import openable


@pytest.mark.parametrize(
    "name", ["a.ttl", "b/c.ttl", "..a.ttl", "b/..c/d.ttl", "b/../c.ttl", "../e.ttl", "", "../here-too/f.ttl"]
)
def test_a_file_is_named_from_here_where_that_is_shorter(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `os.path.relpath` names it."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    path = here / name
    relative = os.path.relpath(path)
    assert openable(path) == (relative if len(relative) < len(str(path)) else str(path))


def test_a_file_of_the_root_is_named_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the working folder is the root, its name without a slash is shorter."""
    monkeypatch.chdir("/")
    assert openable(Path("/a.ttl")) == "a.ttl"
