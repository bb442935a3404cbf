"""What we write, attacked: links and pipes planted in the way, edits meanwhile, names that collide, kill."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg.cli.commands import fmt
from ogdkg.cli.main import main
from ogdkg.syntax import formatter as layout
from ogdkg.syntax.formatter import FormattedFile
from tests.cli.test_import import MAPPING, OWN, PROJECT, row, table
from tests.conftest import Run
from tests.hostile.nobody import as_nobody, open_to_all

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and modes are those of POSIX")
UGLY, NICE = "<x:s>  <x:p> 01 .", "<x:s> <x:p> 01 .\n"
as_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """What is somebody's own, and no command's to touch."""
    home = tmp_path / "home"
    (home / "notes").mkdir(parents=True)
    (home / ".bashrc").write_text("mine")
    (home / "notes.ttl").write_text(UGLY)
    (home / "notes" / "a.ttl").write_text(UGLY)
    return home


@pytest.fixture
def project(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stranger's project, in which the tests stand."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "ogdkg.toml").write_text('[project]\nthings = "http://e/"\n')
    things = ("boost", "team/a", "team/b", "zoo")
    (root / "data" / "a.ttl").write_text("".join(f"<http://e/{each}> a <http://e/C> .\n" for each in things))
    monkeypatch.chdir(root)
    return root


def tree(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text() if path.is_file() else ""
        for path in folder.rglob("*")
    }


# Files that a command makes up a name for


def a_link(path: Path, home: Path) -> None:
    path.symlink_to(home / ".bashrc")


def a_dangling_link(path: Path, home: Path) -> None:
    path.symlink_to(home / "new")


def a_relative_link(path: Path, home: Path) -> None:
    path.symlink_to(os.path.relpath(home / ".bashrc", path.parent))


def a_link_to_a_folder(path: Path, home: Path) -> None:
    path.symlink_to(home)


def a_link_to_itself(path: Path, home: Path) -> None:
    path.symlink_to(path.name)


def a_link_to_a_device(path: Path, home: Path) -> None:
    path.symlink_to("/dev/full")


def a_pipe(path: Path, home: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path, home: Path) -> None:
    path.mkdir()


def a_file_of_0444(path: Path, home: Path) -> None:
    path.write_text("kept")
    path.chmod(0o444)


PLANTED = (
    a_link, a_dangling_link, a_relative_link, a_link_to_a_folder, a_link_to_itself, a_link_to_a_device,
    a_pipe, a_folder, a_file_of_0444,
)  # fmt: skip
Plant = Callable[[Path, Path], None]


@pytest.mark.parametrize("plant", PLANTED)
@pytest.mark.parametrize("name", ["zoo.ttl", "team/b.ttl"])
def test_each_writes_through_nothing_planted_and_nothing_at_all(
    plant: Plant, name: str, project: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = project / "out"
    (out / name).parent.mkdir(parents=True)
    plant(out / name, home)
    before = tree(home), sorted(out.rglob("*"))
    assert main(["export", "--each", "-f", "turtle", "-o", "out/"]) == 3
    assert f"Error: out/{name} cannot be written: " in capsys.readouterr().err
    assert (tree(home), sorted(out.rglob("*"))) == before


@pytest.mark.parametrize("plant", PLANTED)
def test_tables_write_through_nothing_planted(plant: Plant, project: Path, home: Path) -> None:
    (project / "out").mkdir()
    plant(project / "out" / "http---e-C.csv", home)
    before = tree(home), sorted(project.rglob("*"))
    assert main(["export", "-f", "csv", "-o", "out/"]) == 3
    assert (tree(home), sorted(project.rglob("*"))) == before


@pytest.mark.parametrize("target", ["../../home", "../data", "."])
def test_a_planted_folder_leads_nowhere_either(target: str, project: Path, home: Path) -> None:
    (project / "out").mkdir()
    (project / "out" / "team").symlink_to(target)
    before = tree(home), tree(project)
    assert main(["export", "--each", "-f", "turtle", "-o", "out/"]) in (2, 3)
    assert (tree(home), tree(project)) == before


def test_an_output_that_a_person_names_may_lead_anywhere(project: Path, home: Path) -> None:
    (project / "out").symlink_to(home)
    (project / "graph.ttl").symlink_to(home / "graph.ttl")
    assert main(["export", "--each", "-f", "turtle", "-o", "out/"]) == 0
    assert (home / "team" / "a.ttl").exists()
    assert main(["export", "-o", "graph.ttl"]) == 0
    assert (project / "graph.ttl").is_symlink()
    assert "boost" in (home / "graph.ttl").read_text()


@pytest.fixture
def importing(project: Path) -> list[str]:
    (project / "ogdkg.toml").write_text(PROJECT)
    (project / "own.ttl").write_text(OWN)
    (project / "mapping.toml").write_text(MAPPING)
    (project / "facts.tsv").write_text(table(row()))
    return ["import", "facts.tsv", "--mapping", "mapping.toml"]


@pytest.mark.parametrize("place", ["elsewhere", "elsewhere/about"])
def test_import_does_not_leave_the_project(
    place: str, importing: list[str], project: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / place).parent.mkdir(exist_ok=True)
    (project / place).symlink_to(home)
    before = tree(home)
    assert main(importing) == 3
    assert "outside the project's folder" in capsys.readouterr().err
    assert main(["--trust", *importing]) == 3
    assert "link" in capsys.readouterr().err
    assert tree(home) == before
    assert main(["--trust", *importing, "-o", "fresh"]) == 0
    assert tree(home) == before


@pytest.mark.parametrize("plant", [a_dangling_link, a_link_to_a_folder, a_pipe, a_folder])
def test_import_writes_through_nothing_planted(
    plant: Plant, importing: list[str], project: Path, home: Path
) -> None:
    assert main([*importing, "-o", "fresh"]) == 0
    [name] = (path.name for path in (project / "fresh").iterdir() if path.is_file())
    (project / "elsewhere").mkdir()
    plant(project / "elsewhere" / name, home)
    before = tree(home), sorted((project / "elsewhere").rglob("*"))
    assert main(importing) == 3
    assert (tree(home), sorted((project / "elsewhere").rglob("*"))) == before


def test_prune_removes_no_file_behind_a_link(importing: list[str], project: Path, home: Path) -> None:
    assert main([*importing, "-o", "fresh"]) == 0
    [name] = (path.name for path in (project / "fresh").iterdir() if path.is_file())
    (home / "old.ttl").write_bytes((project / "fresh" / name).read_bytes())
    (project / "elsewhere").symlink_to(home)
    before = tree(home)
    assert main([*importing, "--prune"]) == 3
    assert tree(home) == before


# Names that collide


COLLIDING = {
    "a folder of another": ["http://e/a.ttl", "http://e/a.ttl/c", "http://e/A.TTL/d"],
    "capital letters": ["http://e/boost", "http://e/Boost", "http://e/BOOST"],
    "long": [f"http://e/{'x' * 300}", f"http://e/{'x' * 301}", f"http://e/{'x' * 299}/y"],
    "deep": [f"http://e/{'a/' * 2500}{name}" for name in ("b", "c")],
    "escapes": ["http://e/ä", "http://e/%C3%A4", "http://e/%c3%a4"],
    "dots": ["http://e/..", "http://e/%2E%2E", "http://e/a/../b", "http://e/.", "http://e//"],
    "our own marks": ["http://e/a+b", "http://e/a%2Bb", "http://e/.a.ttl.ogdkg-1", "http://e/a"],
}


@pytest.mark.parametrize("kind", COLLIDING)
def test_things_whose_names_collide_each_get_a_file(kind: str, project: Path, home: Path) -> None:
    things = COLLIDING[kind]
    lines = (f'<{thing}> <http://e/p> "this is {n}" .\n' for n, thing in enumerate(things))
    (project / "data" / "a.ttl").write_text("".join(lines))
    before = tree(home)
    for _ in range(2):
        assert main(["-q", "export", "--each", "-f", "turtle", "-o", "out/"]) == 0
    texts = [path.read_text() for path in (project / "out").rglob("*") if path.is_file()]
    assert len(texts) == len(things)
    assert all(sum(f'"this is {n}"' in text for text in texts) == 1 for n in range(len(things)))
    assert tree(home) == before
    assert sorted(path.name for path in project.iterdir()) == ["data", "ogdkg.toml", "out"]


def test_classes_whose_names_collide_each_get_a_table(project: Path) -> None:
    classes = ("http://f/a:b", "http://f/a-b", "http://f/A-B", "http://f/" + "x" * 300, "http://f/a/../b")
    lines = (f'<http://e/{n}> a <{name}> ; <http://e/p> "this is {n}" .\n' for n, name in enumerate(classes))
    (project / "data" / "a.ttl").write_text("".join(lines))
    assert main(["-q", "export", "-f", "csv", "-o", "out/"]) == 0
    texts = [path.read_text() for path in (project / "out").iterdir()]
    assert sorted(text.count("this is") for text in texts) == [1] * len(classes)


# fmt


def test_fmt_loses_no_edit_made_meanwhile(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / "many"
    folder.mkdir()
    for name in "abcdefgh":
        (folder / f"{name}.ttl").write_text(UGLY)
    edits: dict[str, Callable[[Path], object]] = {
        "b.ttl": lambda path: path.write_text("# an edit\n" + UGLY),
        "c.ttl": lambda path: path.write_text(UGLY.replace("01", "02")),  # of the same size
        "d.ttl": _rewritten_with_its_times,
        "e.ttl": _replaced_by_an_editor,
        "f.ttl": Path.unlink,
        "g.ttl": lambda path: (path.unlink(), path.symlink_to("../data/a.ttl")),
    }
    laid_out = fmt.laid_out

    def meanwhile(path: Path) -> FormattedFile:
        laid = laid_out(path)
        edits.get(path.name, lambda path: None)(path)
        return laid

    monkeypatch.setattr(fmt, "laid_out", meanwhile)
    assert main(["fmt", "many"]) == 3
    said = capsys.readouterr().err
    assert said.count("changed meanwhile") == len(edits)
    assert said.count("Formatted") == 2
    assert "# an edit" in (folder / "b.ttl").read_text()
    assert "02" in (folder / "c.ttl").read_text() and "03" in (folder / "d.ttl").read_text()
    assert (folder / "e.ttl").read_text() == "# an edit"
    assert not (folder / "f.ttl").exists() and (folder / "g.ttl").is_symlink()
    assert [(folder / f"{name}.ttl").read_text() for name in "ah"] == [NICE, NICE]
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def _rewritten_with_its_times(path: Path) -> None:
    status = path.stat()
    path.write_text(UGLY.replace("01", "03"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _replaced_by_an_editor(path: Path) -> None:
    beside = path.with_name("new")
    beside.write_text("# an edit")
    beside.replace(path)


def test_where_times_stand_still_the_bytes_tell(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = project / "a.ttl"
    path.write_text(UGLY)
    laid = layout.laid_out(path)
    path.write_text(UGLY.replace("01", "02"))
    monkeypatch.setattr(layout, "stamp", lambda path: laid.stamp)
    with pytest.raises(layout.InputError, match="changed meanwhile"):
        laid.check()
    path.write_text(UGLY)
    laid.check()


def test_a_broken_file_keeps_no_other_from_its_form(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("a", UGLY), ("b", "<x:s> <x:p> 'a ."), ("c", "\xff"), ("d", UGLY)):
        (project / f"{name}.ttl").write_text(text, encoding="latin-1")
    assert main(["fmt", "a.ttl", "b.ttl", "c.ttl", "d.ttl"]) == 3
    said = capsys.readouterr().err
    assert "Error: b.ttl:1:13: " in said and "  c.ttl:1:1: " in said
    assert [(project / f"{name}.ttl").read_text() for name in "ad"] == [NICE, NICE]
    assert main(["fmt", "--check", "a.ttl", "b.ttl", "d.ttl"]) == 3


def test_fmt_writes_nothing_where_a_name_is_wrong(project: Path) -> None:
    (project / "a.ttl").write_text(UGLY)
    assert main(["fmt", "a.ttl", "ogdkg.toml"]) == 2
    assert main(["fmt", "a.ttl", "none.ttl"]) == 3
    assert (project / "a.ttl").read_text() == UGLY


def test_fmt_leaves_what_may_only_be_read(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "a.ttl"
    path.write_text(UGLY)
    path.chmod(0o444)
    assert main(["fmt", "a.ttl"]) == 3
    assert "a.ttl cannot be written: It may only be read" in capsys.readouterr().err
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (UGLY, 0o444)


def test_fmt_parts_no_two_names_of_a_file(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "a.ttl").write_text(UGLY)
    (project / "b.ttl").hardlink_to(project / "a.ttl")
    assert main(["fmt", "a.ttl"]) == 3
    assert "hard link" in capsys.readouterr().err
    assert (project / "a.ttl").samefile(project / "b.ttl")
    assert (project / "b.ttl").read_text() == UGLY
    assert main(["fmt", "--check", "a.ttl"]) == 1
    assert {path.name for path in project.iterdir()} == {"a.ttl", "b.ttl", "data", "ogdkg.toml"}


@as_root
def test_fmt_keeps_owner_group_and_mode(project: Path) -> None:
    path = project / "a.ttl"
    path.write_text(UGLY)
    path.chmod(0o640)
    os.chown(path, 1234, 2345)
    assert main(["fmt", "a.ttl"]) == 0
    status = path.stat()
    assert path.read_text() == NICE
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o640)


def test_fmt_of_a_folder_follows_no_link_out_of_it(
    project: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "data" / "notes.ttl").symlink_to(home / "notes.ttl")
    (project / "data" / "folder").symlink_to(home / "notes")
    (project / "data" / "folder.ttl").symlink_to(home / "notes")
    (project / "data" / "zero.ttl").symlink_to("/dev/zero")
    (project / "data" / "loop.ttl").symlink_to("loop.ttl")
    before = tree(home)
    assert main(["fmt", "data"]) == 0
    assert tree(home) == before
    assert "Skipped data/notes.ttl: it is a link." in capsys.readouterr().err
    assert main(["fmt", "data/notes.ttl"]) == 0  # which a person names
    assert (home / "notes.ttl").read_text() == NICE
    assert (project / "data" / "notes.ttl").is_symlink()


def test_fmt_waits_at_no_pipe_and_reads_no_device(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(project / "data" / "pipe.ttl")
    (project / "data" / "folder.ttl").mkdir()
    (project / "data" / "folder.ttl" / "b.ttl").write_text(UGLY)
    (project / "zero.ttl").symlink_to("/dev/zero")
    assert main(["fmt", "data"]) == 0
    assert (project / "data" / "folder.ttl" / "b.ttl").read_text() == NICE
    assert main(["fmt", "data/pipe.ttl", "zero.ttl"]) == 3
    assert capsys.readouterr().err.count("no plain file") == 2


# Without rights


@pytest.fixture
def theirs(project: Path) -> Path:
    """A folder of a user without rights, or of our own where we have none."""
    folder = project / "theirs"
    folder.mkdir()
    (folder / "a.ttl").write_text(UGLY)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
        os.chown(folder / "a.ttl", 65534, 65534)
    assert main(["fmt", "--check", "theirs"]) == 1  # imports what a user without rights may not read
    assert main(["convert", "theirs/a.ttl", "warm.nt"]) == 0
    return folder


@pytest.mark.parametrize("mode", [0o555, 0o500])
def test_a_folder_that_may_not_be_written(mode: int, theirs: Path) -> None:
    theirs.chmod(mode)
    with open_to_all(theirs.parent):
        assert as_nobody(lambda: main(["fmt", "theirs/a.ttl"]) == 3)
        assert as_nobody(lambda: main(["convert", "theirs/a.ttl", "theirs/b.nt"]) == 3)
        assert as_nobody(lambda: main(["export", "--each", "-f", "turtle", "-o", "theirs/x/"]) == 3)
    theirs.chmod(0o700)
    assert {path.name: path.read_text() for path in theirs.iterdir()} == {"a.ttl": UGLY}


def test_a_folder_into_which_one_may_write_and_not_look(theirs: Path) -> None:
    theirs.chmod(0o333)
    with open_to_all(theirs.parent):
        assert as_nobody(lambda: main(["fmt", "theirs/a.ttl"]) == 0)
        assert as_nobody(lambda: main(["convert", "theirs/a.ttl", "theirs/b.nt"]) == 0)
    theirs.chmod(0o700)
    assert (theirs / "a.ttl").read_text() == NICE
    assert sorted(path.name for path in theirs.iterdir()) == ["a.ttl", "b.nt"]


@as_root
@pytest.mark.parametrize("mode", [0o644, 0o444])
def test_a_file_of_another_is_not_replaced_by_way_of_the_folder(mode: int, theirs: Path) -> None:
    """Who may write the folder could put another file in its place, which its owner did not allow."""
    path = theirs / "a.ttl"
    os.chown(path, 1234, 1234)
    path.chmod(mode)
    with open_to_all(theirs):
        assert as_nobody(lambda: main(["fmt", "theirs/a.ttl"]) == 3)
    assert (path.read_text(), path.stat().st_uid) == (UGLY, 1234)


# Ends from outside


def _started(folder: Path, *before: str) -> subprocess.Popen[bytes]:
    """A conversion in the middle: some was written beside, and the input has not ended."""
    command = [*before, sys.executable, "-m", "ogdkg", "convert", "-", "old.nt", "--from", "nt"]
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(b"".join(b"<x:s> <x:p> <x:o%d> .\n" % n for n in range(50_000)))
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while not any(path.stat().st_size for path in folder.glob(".old.nt.*")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def test_what_a_killed_command_left_goes_with_the_next_one(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "old.nt").write_text("old")
    running = _started(tmp_path)
    running.kill()
    running.communicate()
    assert (tmp_path / "old.nt").read_text() == "old"
    assert len(list(tmp_path.glob(".old*"))) == 1
    writing = _started(tmp_path)  # while one writes, the next leaves its file alone
    (tmp_path / "a.ttl").write_text("<x:s> <x:p> 1 .")
    assert ogdkg("convert", "a.ttl", "old.nt", cwd=tmp_path).returncode == 0
    assert "<x:p>" in (tmp_path / "old.nt").read_text()
    assert len(list(tmp_path.glob(".old*"))) == 1
    writing.communicate(timeout=60)
    assert writing.returncode == 0
    assert len((tmp_path / "old.nt").read_text().splitlines()) == 50_000
    assert not list(tmp_path.glob(".old*"))


def test_nohup_is_obeyed(tmp_path: Path) -> None:
    running = _started(tmp_path, "nohup")
    running.send_signal(signal.SIGHUP)
    _, said = running.communicate(timeout=60)
    assert (running.returncode, b"Traceback" in said) == (0, False)
    assert len((tmp_path / "old.nt").read_text().splitlines()) == 50_000
