"""A build that is killed at any step leaves the old site, or goes on to the new one."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ogdkg.errors import UsageError
from ogdkg.web.site.folder import STATE, Folder

Site = dict[str, str]
OLD: Site = {
    "index.html": '<a href="a.html">1</a>',
    "a.html": '<a href="x/gone.html">1</a>',
    "x/gone.html": "gone",
    "same.html": "same",
}
NEW: Site = {
    "index.html": '<a href="a.html">2</a><a href="y/new.html">',
    "a.html": '<a href="y/new.html">2</a>',
    "y/new.html": '<a href="../same.html">new</a>',
    "same.html": "same",
}
STEPS = {Path: ("write_bytes", "mkdir", "replace", "unlink", "rmdir"), os: ("replace",), shutil: ("rmtree",)}


def build(path: Path, site: Site) -> tuple[list[str], list[str]]:
    with closing(Folder(path)) as folder:
        put = {name: folder.put(name, text.encode()) for name, text in site.items()}
        digests = {name: digest for name, (digest, _) in put.items()}
        changes = folder.finish(digests, [name for name, (_, is_fresh) in put.items() if is_fresh])
    return changes.written, changes.removed


def files(path: Path) -> Site:
    found = (each for each in path.rglob("*") if each.is_file() and STATE not in each.parts)
    return {each.relative_to(path).as_posix(): each.read_text() for each in found}


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do some work in a process that is ended before a step; whether there was no such step."""
    child = os.fork()
    if child == 0:
        left = [step]

        def ending(function: Callable[..., Any]) -> Callable[..., Any]:
            def run(*arguments: Any, **named: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(1)
                return function(*arguments, **named)

            return run

        for owner, names in STEPS.items():
            for name in names:
                setattr(owner, name, ending(getattr(owner, name)))
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def test_killed_at_every_step(tmp_path: Path) -> None:
    states = set()
    for step in range(200):
        path = tmp_path / str(step)
        build(path, OLD)
        is_whole = killed_at(step, lambda: build(path, NEW))  # noqa: B023  # called at once
        found = files(path)
        states.add(repr(found))
        if not (path / STATE / "switch.json").exists():
            assert found in (OLD, NEW)
        for name, text in found.items():
            assert text in (OLD.get(name), NEW.get(name))
            for link in re.findall('href="([^"]*)"', text):
                assert (path / name).parent.joinpath(link).exists(), (step, name, link)
        build(path, NEW)
        assert files(path) == NEW
        assert sorted(each.name for each in (path / STATE).iterdir()) == ["lock", "manifest.json"]
        if is_whole:
            break
    assert is_whole
    assert len(states) > 4


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    build(tmp_path, OLD)
    before = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each.name != "lock"}
    assert build(tmp_path, OLD) == ([], [])
    after = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each.name != "lock"}
    assert {each: time for each, time in after.items() if each.is_file()} == {
        each: time for each, time in before.items() if each.is_file()
    }


def test_only_what_is_ours_is_removed(tmp_path: Path) -> None:
    build(tmp_path, OLD)
    (tmp_path / "CNAME").write_text("example.org")
    (tmp_path / "x/gone.html").write_text("changed by somebody")
    written, removed = build(tmp_path, NEW)
    assert (written, removed) == (["y/new.html", "a.html", "index.html"], [])
    assert files(tmp_path) == {**NEW, "CNAME": "example.org", "x/gone.html": "changed by somebody"}


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(UsageError, match=r"thesis\.txt"):
        build(tmp_path, NEW)
    assert files(tmp_path) == {"thesis.txt": "all of it"}
    assert not (tmp_path / STATE).exists()


def test_hidden_files_may_be_there(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere")
    build(tmp_path, NEW)
    assert files(tmp_path) == {**NEW, ".git": "gitdir: elsewhere"}


@pytest.mark.parametrize(
    "make", [lambda path: path.write_text("mine"), lambda path: path.symlink_to("/etc/passwd")]
)
def test_what_is_in_the_way_is_left(tmp_path: Path, make: Callable[[Path], object]) -> None:
    build(tmp_path, OLD)
    (tmp_path / "y").mkdir()
    make(tmp_path / "y/new.html")
    with pytest.raises(UsageError, match="in the way"):
        build(tmp_path, NEW)
    assert {name: text for name, text in files(tmp_path).items() if name != "y/new.html"} == OLD


def test_no_link_leads_out(tmp_path: Path) -> None:
    build(tmp_path / "site", OLD)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "site/y").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="link"):
        build(tmp_path / "site", NEW)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_one_build_at_a_time(tmp_path: Path) -> None:
    first = Folder(tmp_path)
    with pytest.raises(UsageError, match="Another build"):
        Folder(tmp_path)
    first.close()
    Folder(tmp_path).close()
