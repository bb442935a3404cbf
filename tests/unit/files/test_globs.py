"""Files that match a pattern are found once, and again only as long as no folder has changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ogdkg.answer_cache.dependencies import Notes, take
from ogdkg.errors import LimitError
from ogdkg.files.globs import Budget, matches

_LONG_AGO = 1_000_000_000  # a second since 1970


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "more").mkdir(parents=True)
    (tmp_path / "data" / "a.ttl").touch()
    return tmp_path


def settled(folder: Path) -> None:
    """Let the folders have changed long ago, as far as a user can say."""
    for each in (folder, folder / "data", folder / "data" / "more"):
        os.utime(each, (_LONG_AGO, _LONG_AGO))


def names(folder: Path, pattern: str = "data/**/*.ttl", budget: Budget | None = None) -> list[str]:
    return [match.path.name for match in matches(folder, pattern, budget)]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are read; with every change taken for old, as it is two seconds later."""
    monkeypatch.setattr("ogdkg.files.globs.UNSURE", -(10**12))
    found: list[str] = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: (found.append(Path(path).name), scan(path))[1])
    return found


def test_a_walk_is_not_done_again_while_no_folder_changes(folder: Path, read: list[str]) -> None:
    assert names(folder) == names(folder) == ["a.ttl"]
    assert read == ["data", "more"]
    assert names(folder, "data/*.ttl") == ["a.ttl"]  # another pattern is another walk
    assert read == ["data", "more", "data"]


@pytest.mark.parametrize("place", ["data", "data/more"])
def test_a_file_that_comes_or_goes_is_seen(folder: Path, read: list[str], place: str) -> None:
    assert names(folder) == ["a.ttl"]
    (folder / place / "b.ttl").touch()
    assert names(folder) == ["a.ttl", "b.ttl"]
    (folder / place / "b.ttl").unlink()
    assert names(folder) == ["a.ttl"]
    assert len(read) == 6


def test_a_folder_that_has_just_changed_is_read_again(folder: Path) -> None:
    """A second change in the same tick of the file system's clock would not show in the folder's times."""
    settled(folder)  # not so the times of their status, which nobody can set
    assert names(folder) == ["a.ttl"]
    before = (folder / "data").stat()
    (folder / "data" / "b.ttl").touch()
    os.utime(folder / "data", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert names(folder) == ["a.ttl", "b.ttl"]


def test_a_folder_that_comes_is_seen(folder: Path, read: list[str]) -> None:
    assert names(folder, "later/*.ttl") == []
    (folder / "later").mkdir()
    (folder / "later" / "c.ttl").touch()
    assert names(folder, "later/*.ttl") == ["c.ttl"]


def test_what_a_link_leads_to_is_looked_at_each_time(folder: Path, read: list[str]) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.touch()
    (folder / "data" / "l.ttl").symlink_to(elsewhere)
    assert names(folder) == ["a.ttl", "l.ttl"]
    elsewhere.unlink()
    assert names(folder) == ["a.ttl"]


def test_a_walk_counts_when_it_is_known(folder: Path, read: list[str]) -> None:
    budget = Budget(4)
    for left in (2, 0):
        assert names(folder, budget=budget) == ["a.ttl"]
        assert (budget.remaining, list(budget.folders)) == (
            left,
            [str(folder / "data"), str(folder / "data/more")],
        )
    assert read == ["data", "more"]
    with pytest.raises(LimitError):
        names(folder, budget=budget)


def test_an_answer_depends_on_the_folders_of_a_known_walk(folder: Path, read: list[str]) -> None:
    names(folder)
    notes = Notes()
    take(notes)
    try:
        names(folder)
    finally:
        take(None)
    assert read == ["data", "more"]
    assert set(notes.stamps) == {str(folder / "data"), str(folder / "data/more")}
