"""`ogdkg init` where a folder's name or what it is to be made around is not what it seems."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.parametrize("kind", ["pipe", "link to a pipe", "device"])
def test_only_plain_files_are_looked_at(ogdkg: Run, tmp_path: Path, kind: str) -> None:
    """A device has no end, and a pipe waits for somebody to write."""
    given = tmp_path / "data.ttl"
    if kind == "device":
        given.symlink_to("/dev/zero")
    else:
        os.mkfifo(tmp_path / "pipe")
        given.symlink_to("pipe") if kind == "link to a pipe" else (tmp_path / "pipe").replace(given)
    done = ogdkg("init", "made", "--from", given, "-y", cwd=tmp_path)
    assert done.returncode == 3 and "This is not a regular file." in done.stderr
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("name", ["x" * 300, "x/" * 2500, "/dev/null/x"])
def test_a_folder_that_no_system_takes_is_met_with_a_sentence(ogdkg: Run, tmp_path: Path, name: str) -> None:
    done = ogdkg("init", name, "--name", "a", "-y", cwd=tmp_path)
    assert done.returncode == 3 and "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
