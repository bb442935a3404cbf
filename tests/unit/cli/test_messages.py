"""Long work says each step once; a terminal sees a bar that ends full."""

from __future__ import annotations

import sys

import pytest

from ogdkg.cli import messages as module
from ogdkg.cli.messages import progress


def test_each_step_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    report = progress(said.append)
    for done in range(4):
        report("Reading", done, 3)
    report("Indexing", 0, 0)
    report("Indexing", 0, 0)
    assert said == ["Reading …", "Indexing"]
    assert capsys.readouterr().err == ""  # no bar but on a terminal


def test_a_terminal_sees_how_far_it_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_INTERVAL", 0)
    report = progress(lambda text: None)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    for done in (1, 2, 4):
        report("Reading", done, 4)
    drawn = capsys.readouterr().err.split("\r")[1:]
    assert [line.split()[-2] for line in drawn] == ["25", "50", "100"]
    assert "░" not in drawn[-1] and drawn[-1].endswith("\n")
    assert [line.count("█") * 4 for line in drawn] == [28, 60, 120]
