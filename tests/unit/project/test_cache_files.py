"""Files are read again where they may have changed, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ogdkg.project import cache_files
from ogdkg.project.cache_files import Digests, Mark

OLD = 10**9  # seconds since 1970


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(cache_files, "UNSURE", -(10**18))  # nobody changes it meanwhile
    path = tmp_path / "a.ttl"
    path.write_text("<urn:a> <urn:p> 1 .", encoding="utf-8")
    return path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read."""
    names: list[str] = []
    digest = cache_files._digest

    def counted(opened: object) -> bytes:
        names.append(Path(opened.name).name)  # type: ignore[attr-defined]  # an open file
        return digest(opened)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(cache_files, "_digest", counted)
    return names


def marked(path: Path, *, has_queries: bool = False) -> str | None:
    digests = Digests(path.parent)
    mark = Mark(digests)
    mark.add_file("data", path, has_queries=has_queries)
    digests.keep()
    return mark.name()


def test_a_file_that_is_the_same_is_read_once(file: Path, read: list[str]) -> None:
    assert marked(file) == marked(file) == marked(file)
    assert read == ["a.ttl"]


def test_a_file_of_the_same_size_and_time_is_read_again(file: Path, read: list[str]) -> None:
    os.utime(file, (OLD, OLD))
    before = marked(file)
    file.write_text("<urn:b> <urn:p> 1 .", encoding="utf-8")
    os.utime(file, (OLD, OLD))
    assert marked(file) != before
    assert read == ["a.ttl"] * 2


def test_a_file_that_has_just_changed_is_read_until_its_times_tell(
    file: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_files, "UNSURE", 2 * 10**9)
    assert marked(file) == marked(file)
    assert read == ["a.ttl"] * 2


def test_another_file_in_its_place_is_read(file: Path, read: list[str]) -> None:
    before = marked(file)
    file.rename(file.with_name("b.ttl"))
    assert marked(file) != before
    file.write_text("<urn:a> <urn:p> 1 .", encoding="utf-8")
    assert marked(file) == before
    assert read == ["a.ttl"] * 2


def test_a_query_that_answers_anew_each_time_stays_unsure(file: Path, read: list[str]) -> None:
    file.write_text("SELECT (NOW() AS ?n) {}", encoding="utf-8")
    assert [marked(file, has_queries=True) for _ in range(2)] == [None, None]
    assert marked(file) is not None
    assert read == ["a.ttl"] * 2


def test_damaged_digests_are_made_anew(file: Path, read: list[str]) -> None:
    before = marked(file)
    (path,) = (file.parent / "cache" / "ogdkg" / "digests").iterdir()
    path.write_bytes(path.read_bytes()[:-3] + b"abc")
    assert marked(file) == before
    assert read == ["a.ttl"] * 2
