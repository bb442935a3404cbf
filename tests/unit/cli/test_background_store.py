"""What a command leaves to a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from ogdkg.cli import background_store

MODULES = ("json", "logging", "typing", "ogdkg", "site", "sitecustomize", "resource", "rdflib")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started, and nobody waits for."""
    found: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(start(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(background_store.subprocess, "Popen", noted)
    return found


@pytest.mark.parametrize("path", [None, "", "."])
def test_the_store_is_made_without_what_lies_in_the_working_folder(
    path: str | None, started: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ogdkg.toml").write_text(
        '[project]\nname = "t"\n\n[[layer]]\nname = "facts"\nfiles = ["*.ttl"]\n'
    )
    (tmp_path / "a.ttl").write_text("<urn:s> <urn:p> 1 .\n" + "# much is said here\n" * 250_000)
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'RAN')!r}, 'a').write(__name__)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if path is not None:
        monkeypatch.setenv("PYTHONPATH", path)
    said: list[str] = []
    background_store.make_store(said.append, tmp_path, ("facts",), trust=False)
    assert started == [] and "afterwards" in said[0]
    background_store.start_waiting()
    assert started[0].wait(60) == 0
    assert not (tmp_path / "RAN").exists() and list((tmp_path / "cache").rglob("*.sst"))
    background_store.start_waiting()
    assert len(started) == 1
