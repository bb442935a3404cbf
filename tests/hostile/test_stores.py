"""Stores kept on disk, attacked: from the project, from the cache folder, and by sheer number."""

from __future__ import annotations

import json
import os
import shutil
import stat
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ogdkg import Graph
from ogdkg.cli.main import main
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import Source, read_project
from ogdkg.rdf.terms import Iri
from ogdkg.store import folders as store_folders
from ogdkg.store.base import Rows
from ogdkg.store.disk import DiskStore
from ogdkg.store.folders import all_stores, folder_of
from tests.conftest import Run
from tests.hostile.nobody import as_nobody, open_to_all

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are those of POSIX")
ASKED = "SELECT ?name { ?thing <https://x.example/name> ?name }"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The base of an own cache folder, still empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def project(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project so small that only here it is kept in a store; the tests stand in it."""
    monkeypatch.setattr(graph, "LARGE", 0)
    root = made(tmp_path / "project", "one")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What is somebody's own, under names that ours are like."""
    home = tmp_path / "home"
    for name in ("my-thesis", "building-plans", "01234567-mine", "01234567-0123456789abcdef", "db-beside"):
        (home / name).mkdir(parents=True)
        (home / name / "file").write_text("mine")
    return home


def made(root: Path, name: str) -> Path:
    (root / "data").mkdir(parents=True)
    (root / "ogdkg.toml").touch()
    (root / "data" / "a.ttl").write_text(f'<https://x.example/a> <https://x.example/name> "{name}" .\n')
    return root


def asked(root: Path) -> tuple[str, str]:
    """The answer, and what was said meanwhile."""
    said: list[str] = []
    of = Graph(
        read_project(root), GraphOptions(cache=True, on_progress=lambda what, done, whole: said.append(what))
    )
    result = of.sparql(ASKED)
    assert isinstance(result, Rows)
    return " ".join(str(getattr(row[0], "value", "")) for row in result.rows), "\n".join(said)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
    }


# From the project


@pytest.mark.parametrize("place", [".ogdkg/stores", ".ogdkg"])
def test_a_link_in_the_project_lets_nothing_be_deleted(
    place: str, project: Path, home: Path, ogdkg: Run
) -> None:
    (project / place).parent.mkdir(exist_ok=True)
    (project / place).symlink_to(os.path.relpath(home, (project / place).parent))
    before, own = tree(home), tree(project)
    assert asked(project)[0] == "one"
    assert asked(project)[0] == "one"
    assert main(["load", "--rebuild"]) == 0
    assert main(["load", "--remove"]) == 0
    assert ogdkg("load", "--remove", cwd=project).returncode == 0
    assert (tree(home), tree(project)) == (before, own)


def test_a_store_in_the_project_is_not_believed(project: Path, tmp_path: Path) -> None:
    """One made by our own hand, with a manifest that fits: of the very files that the project holds."""
    forged = made(tmp_path / "forged", "what the files never said")
    assert asked(forged)[0] == "what the files never said"
    [store] = (each for each in folder_of(forged).iterdir() if each.is_dir())
    assert asked(project)[0] == "one"
    [ours] = (each for each in folder_of(project).iterdir() if each.is_dir())
    for where in (project / ".ogdkg" / "stores", project / ".ogdkg", project):
        shutil.copytree(store, where / ours.name, dirs_exist_ok=True)
        shutil.copy(ours / "manifest.json", where / ours.name)
    shutil.rmtree(folder_of(project))
    assert asked(project)[0] == "one"
    assert asked(project)[0] == "one"


@pytest.mark.parametrize("name", [".ogdkg/.gitignore", ".ogdkg/stores/lock", ".ogdkg/stores/manifest.json"])
@pytest.mark.parametrize("kind", ["dangling link", "pipe"])
def test_nothing_is_opened_or_written_in_the_project(name: str, kind: str, project: Path) -> None:
    path = project / name
    path.parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(project.parent / "victim")
    before = tree(project).keys()
    assert asked(project)[0] == "one"
    assert main(["load", "--rebuild"]) == 0
    assert tree(project).keys() == before
    assert not (project.parent / "victim").exists()


def test_two_projects_do_not_share_a_store(project: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other", "two")
    assert (asked(project)[0], asked(other)[0]) == ("one", "two")
    (tmp_path / "moved").symlink_to(project)
    assert folder_of(tmp_path / "moved") == folder_of(project) != folder_of(other)
    assert main(["load", "--remove"]) == 0
    assert [path.name for path in folder_of(other).iterdir() if path.is_dir()]


# In the cache folder


@pytest.mark.parametrize("depth", [0, 1, 2])
@pytest.mark.parametrize("kind", ["link", "others", "another's", "file", "loop"])
def test_a_cache_folder_that_is_not_ours_alone_is_not_used(
    depth: int, kind: str, project: Path, cache: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if kind == "another's" and os.geteuid():
        pytest.skip("only root can give a folder away")
    place = (cache / "ogdkg", all_stores(), folder_of(project))[depth]
    place.parent.mkdir(parents=True, mode=0o700)
    if kind == "link":
        place.symlink_to(home)
    elif kind == "loop":
        place.symlink_to(place)
    elif kind == "file":
        place.touch()
    else:
        place.mkdir()
        place.chmod(0o777 if kind == "others" else 0o700)
        if kind == "another's":
            os.chown(place, 1234, 1234)
    before = tree(home)
    answer, said = asked(project)
    assert (answer, "Cannot write the store on disk" in said, str(place) in said) == ("one", True, True)
    assert main(["load"]) == 4
    assert main(["load", "--remove"]) == 4
    assert main(["load", "--remove", "--all"]) == 0
    assert "Traceback" not in capsys.readouterr().err
    assert tree(home) == before
    assert kind in ("file", "link", "loop") or not any(place.iterdir())


def test_what_others_could_have_written_is_not_believed(project: Path) -> None:
    assert asked(project)[0] == "one"
    for folder in (folder_of(project), all_stores(), all_stores().parent):
        folder.chmod(0o770)
        assert "others can write" in asked(project)[1]
        folder.chmod(0o700)
    assert asked(project) == ("one", "")


def test_the_folders_are_for_their_owner_alone(project: Path) -> None:
    before = os.umask(0)
    try:
        assert asked(project)[0] == "one"
    finally:
        os.umask(before)
    [store] = (each for each in folder_of(project).iterdir() if each.is_dir())
    for folder in (all_stores().parent, all_stores(), folder_of(project), store):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


OTHERS = ("my-thesis", "building-plans", "01234567-mine", "building-0123456789abcdef", "01234567-" + "8" * 16)


def test_what_we_did_not_make_is_not_deleted(project: Path, home: Path) -> None:
    """Names like ours without what we put there, and links under the very names that ours have."""
    assert asked(project)[0] == "one"
    [store] = (each for each in folder_of(project).iterdir() if each.is_dir())
    for name in OTHERS:
        (folder_of(project) / name).mkdir()
        (folder_of(project) / name / "file").write_text("mine")
    begin = store.name[:9]
    for name in (f"{begin}{'0' * 16}", f"building-{'1' * 16}", f"76543210-{'2' * 16}"):
        (folder_of(project) / name).symlink_to(home / "my-thesis")
    for name in ("0" * 16, "f" * 16, "not-ours"):
        (all_stores() / name).mkdir()
        (all_stores() / name / "file").write_text("mine")
    (all_stores() / ("e" * 16)).symlink_to(home)
    before = tree(home)
    assert main(["load", "--rebuild"]) == 0
    assert main(["load", "--remove"]) == 0
    assert main(["load", "--remove", "--all"]) == 0
    assert tree(home) == before
    assert all((folder_of(project) / name / "file").exists() for name in OTHERS)
    assert all((all_stores() / name / "file").exists() for name in ("0" * 16, "f" * 16, "not-ours"))
    assert not store.exists()


def test_a_link_inside_a_store_is_deleted_and_not_followed(project: Path, home: Path) -> None:
    assert asked(project)[0] == "one"
    [store] = (each for each in folder_of(project).iterdir() if each.is_dir())
    (store / "db" / "link").symlink_to(home)
    (store / "link").symlink_to(home / "my-thesis" / "file")
    before = tree(home)
    assert main(["load", "--remove"]) == 0
    assert not store.exists()
    assert tree(home) == before


@pytest.mark.parametrize("kind", ["pipe", "link", "folder"])
@pytest.mark.parametrize("name", ["lock", "project.json", "*/lock", "*/manifest.json"])
def test_something_else_in_the_place_of_our_files_is_no_trap(
    name: str, kind: str, project: Path, home: Path
) -> None:
    """Nothing waits at a pipe, nothing is written through a link; a question is answered all the same."""
    assert asked(project)[0] == "one"
    [path] = folder_of(project).glob(name)
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(home / "my-thesis" / "file")
    else:
        path.mkdir()
    (project / "data" / "b.ttl").write_text('<https://x.example/b> <https://x.example/name> "two" .')
    before = tree(home)
    assert sorted(asked(project)[0].split()) == ["one", "two"]
    main(["load", "--remove"])
    assert tree(home) == before


def test_no_cache_folder_at_all(
    project: Path, ogdkg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    (tmp_path / "file").touch()
    answer, said = asked(project)
    assert (answer, "Cannot write the store on disk" in said) == ("one", True)
    assert main(["load"]) == 4
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")  # which the specification says to ignore
    monkeypatch.setenv("HOME", str(tmp_path / "own"))
    assert asked(project)[0] == "one"
    assert not (project / "relative").exists()
    assert (tmp_path / "own" / ".cache" / "ogdkg" / "stores").is_dir()


@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can become another user")
def test_a_cache_folder_of_another_is_not_used(project: Path, cache: Path) -> None:
    """Another user comes by it through a variable of the environment: the files are read."""
    assert asked(project)[0] == "one"
    with open_to_all(cache, all_stores().parent, all_stores(), folder_of(project)):
        assert as_nobody(lambda: asked(project)[0] == "one" and "another user's" in asked(project)[1])


# What piles up


def age(root: Path, days: int) -> None:
    then = time.time() - days * 24 * 3600
    os.utime(folder_of(root) / "project.json", (then, then))


def test_what_nobody_needs_goes_when_the_next_store_is_made(project: Path, tmp_path: Path) -> None:
    kept = {name: made(tmp_path / name, name) for name in ("gone", "old", "young", "read", "broken")}
    reading = None
    for name, root in kept.items():
        of = Graph(read_project(root), GraphOptions(cache=True))
        assert of.stored
        reading = of if name == "read" else reading
    del of
    shutil.rmtree(kept["gone"])
    for name, days in (("old", 31), ("young", 29), ("read", 31), ("broken", 31)):
        age(kept[name], days)
    (folder_of(kept["broken"]) / "project.json").write_text("[]")
    assert asked(project)[0] == "one"
    there = {name for name, root in kept.items() if folder_of(root).exists()}
    assert there == {"young", "read", "broken"}
    assert reading and len(list(reading.store.quads())) == 1
    assert asked(kept["old"])[0] == "old"


def test_use_is_noted_so_that_a_store_in_use_stays(project: Path, tmp_path: Path) -> None:
    assert asked(project)[0] == "one"
    age(project, 31)
    assert asked(project)[0] == "one"
    other = made(tmp_path / "other", "two")
    assert asked(other)[0] == "two"
    assert folder_of(project).exists()


def test_stores_of_all_projects_are_listed_and_removed(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = made(tmp_path / "odd\x1b]0;x\x07\n::stop-commands::x", "odd")
    assert (asked(project)[0], asked(odd)[0]) == ("one", "odd")
    assert main(["load", "--all"]) == 0
    said = capsys.readouterr().out
    assert str(project) in said
    assert str(all_stores()) in said
    assert not any(sign in said for sign in ("\x1b", "\x07", "\n::"))
    assert main(["load", "--remove", "--all"]) == 0
    assert "2 stores deleted." in capsys.readouterr().out
    assert list(all_stores().iterdir()) == []
    assert asked(project)[0] == "one"


def test_a_project_that_is_out_of_reach_is_not_gone(tmp_path: Path) -> None:
    found = store_folders.Stores(tmp_path / ("x" * 300), tmp_path, 0.0)
    assert not found.is_gone
    assert found._replace(root=tmp_path / "none").is_gone


def test_a_marker_that_names_another_project_deletes_nothing_of_it(project: Path, home: Path) -> None:
    assert asked(project)[0] == "one"
    (folder_of(project) / "project.json").write_text(json.dumps({"root": str(home)}))
    age(project, 99)
    before = tree(home)
    assert main(["load", "--remove", "--all"]) == 0
    assert tree(home) == before


# By number


class Counting:
    """An engine of which it is counted how often it is filled in bulk."""

    def __init__(self, engine: ox.Store) -> None:
        self._engine = engine
        self.times = 0

    def __getattr__(self, name: str) -> Any:
        self.times += name.startswith("bulk_")
        return getattr(self._engine, name)

    def __len__(self) -> int:
        return len(self._engine)


@pytest.mark.parametrize("number", [500, 2000])
def test_many_small_files_are_put_into_a_store_at_once(number: int, tmp_path: Path) -> None:
    """Each time costs the engine some 10 ms and a file: ten thousand files took minutes."""
    sources = []
    for n in range(number):
        path = tmp_path / f"{n}.{'ttl' if n % 3 else 'nq'}"
        path.write_text(f'<x:s{n}> <x:p> "{n}" .' + " _:b <x:p> [] ." * (n % 3 == 1))
        sources.append(Source(path, "data", Iri(f"x:g{n}") if n % 2 else None, f"f{n}"))
    store = DiskStore(tmp_path / "db", lambda path, data: None, lambda what, done, whole: None)
    engine = Counting(store._store)
    store._store = engine  # type: ignore[assignment]  # it does what the engine does
    store.load(sources)
    assert engine.times == 1
    assert len(set(store.quads())) >= number


def test_large_files_among_small_ones_are_read_by_the_engine(tmp_path: Path) -> None:
    lines = "".join(f'<x:s{n}> <x:p> "{n:0100}" .\n' for n in range(10_000))
    sources = []
    for n in range(6):
        path = tmp_path / f"{n}.nt"
        path.write_text(lines if n == 3 else f"<x:s> <x:p> <x:o{n}> .\n")
        sources.append(Source(path, "data", Iri(f"x:g{n}"), f"f{n}"))
    store = DiskStore(tmp_path / "db", lambda path, data: None, lambda what, done, whole: None)
    engine = Counting(store._store)
    store._store = engine  # type: ignore[assignment]  # as above
    store.load(sources)
    assert engine.times == 1 + 2 + 1
    assert len(engine) == 2 * 10_005


def test_a_fault_among_many_files_is_told_with_its_place(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(200):
        (project / "data" / f"b{n:03}.ttl").write_text("<x:s> <x:p> 1 .\n")
    (project / "data" / "b100.ttl").write_text("<x:s> <x:p> oops .\n")
    assert main(["load"]) == 3
    assert "b100.ttl:1:13" in capsys.readouterr().err
    assert not [path for path in folder_of(project).iterdir() if path.is_dir()]
