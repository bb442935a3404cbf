"""What an ogdkg.toml says is parsed once, and what is kept of it is as good as parsing it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ogdkg.config.config_file import parse_toml
from ogdkg.errors import InputError, Place
from ogdkg.project import settings
from ogdkg.project.settings import read_settings

TEXT = '[project]\nname = "Trees"\n\n[[layer]]\nfiles = ["a.ttl", 1, 2.5, true]\n'


@pytest.fixture
def parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed."""
    texts: list[str] = []
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(
        settings, "parse_toml", lambda text, file: texts.append(text) or parse_toml(text, file)
    )
    return texts


def test_the_same_text_is_parsed_once(tmp_path: Path, parsed: list[str]) -> None:
    path = tmp_path / "ogdkg.toml"
    path.write_text(TEXT, encoding="utf-8")
    first, second = (read_settings(path, name) for name in ("a", "b"))
    assert parsed == [TEXT]
    assert first.data == second.data == parse_toml(TEXT, "").data
    assert second.error("No.", "layer", 0, "files").place == Place("b", 5)
    path.write_text(TEXT.replace("Trees", "Shrub"), encoding="utf-8")
    assert read_settings(path, "a").text("project", "name") == "Shrub"


def test_what_is_damaged_is_parsed_again(tmp_path: Path, parsed: list[str]) -> None:
    path = tmp_path / "ogdkg.toml"
    path.write_text(TEXT, encoding="utf-8")
    read_settings(path, "a")
    (kept,) = (tmp_path / "cache" / "ogdkg" / settings.KIND).iterdir()
    kept.write_bytes(kept.read_bytes().replace(b"Trees", b"Shrub"))
    assert read_settings(path, "a").text("project", "name") == "Trees"
    assert parsed == [TEXT] * 2


def test_what_cannot_be_kept_is_parsed_each_time(tmp_path: Path, parsed: list[str]) -> None:
    path = tmp_path / "ogdkg.toml"
    path.write_text("since = 2026-01-02\n", encoding="utf-8")
    assert [read_settings(path, "a").get("since") for _ in range(2)] == [date(2026, 1, 2)] * 2
    path.write_text("since = \n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(InputError):
            read_settings(path, "a")
    assert len(parsed) == 4
