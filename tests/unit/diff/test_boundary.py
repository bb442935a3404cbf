"""A repository reads its own files alone, or says that it belongs to another."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg.diff.boundary import check_boundary
from ogdkg.errors import InputError


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Somebody's repository."""
    return _repository(tmp_path / "theirs")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    return _repository(tmp_path / "ours")


def _repository(folder: Path) -> Path:
    (folder / ".git" / "objects" / "info").mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return folder


def test_a_repository_of_its_own_may_be_read(ours: Path, tmp_path: Path) -> None:
    check_boundary(ours, ours / ".git", "")
    (ours / "deep" / "er").mkdir(parents=True)
    check_boundary(ours / "deep" / "er", ours / ".git", "")
    check_boundary(tmp_path, tmp_path / ".git", "")  # no repository at all


def _by_a_link(ours: Path, theirs: Path) -> None:
    (ours / ".git" / "objects" / "ab").symlink_to(theirs / ".git" / "objects")


def _by_alternates(ours: Path, theirs: Path) -> None:
    (ours / ".git/objects/info/alternates").write_text(f"# of a friend\n{theirs}/.git/objects\n")


def _by_quoted_alternates(ours: Path, theirs: Path) -> None:
    (ours / ".git/objects/info/alternates").write_text(f'"{theirs}/.git/objects"\n')


def _by_common_folder(ours: Path, theirs: Path) -> None:
    (ours / ".git" / "commondir").write_text(f"{theirs}/.git\n")


@pytest.mark.parametrize("borrow", [_by_a_link, _by_alternates, _by_quoted_alternates, _by_common_folder])
def test_objects_of_another_are_not_read(borrow: object, ours: Path, theirs: Path) -> None:
    assert callable(borrow)
    borrow(ours, theirs)
    with pytest.raises(InputError, match="reads another one") as error:
        check_boundary(ours, ours / ".git", "")
    assert "GIT_DIR" in str(error.value)


def test_alternates_within_are_its_own(ours: Path) -> None:
    (ours / "store").mkdir()
    (ours / ".git/objects/info/alternates").write_text("../../store\n")
    check_boundary(ours, ours / ".git", "")


def test_a_git_file_leads_away_unless_it_is_led_back(tmp_path: Path, theirs: Path) -> None:
    worktree = tmp_path / "tree"
    worktree.mkdir()
    held = theirs / ".git" / "worktrees" / "tree"
    held.mkdir(parents=True)
    (worktree / ".git").write_text(f"gitdir: {held}\n")
    with pytest.raises(InputError):
        check_boundary(worktree, held, "")
    (held / "gitdir").write_text(f"{worktree}/.git\n")
    check_boundary(worktree, held, "")
    (held / "gitdir").write_text(f"{tmp_path}/other/.git\n")
    with pytest.raises(InputError):
        check_boundary(worktree, held, "")
    check_boundary(worktree, held, str(worktree))  # as a submodule's settings have it


def test_a_file_of_names_has_an_end(ours: Path) -> None:
    (ours / ".git" / "commondir").write_text("x" * 100_000)
    with pytest.raises(InputError, match="is too large"):
        check_boundary(ours, ours / ".git", "")
