"""What was answered is answered again from memory as long as nothing has changed, and not a moment longer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import ROOT, TREES, Run

SAYS = "Remembered from 2"
TREES_IN = ("query", "trees-in", "--garden", "Abbey Garden")
OAK = "data/reference.ttl"
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("query", "trees", "-f", "csv"),
    (*TREES_IN, "--cite", "-f", "json"),
    ("query", "trees", "--count"),
    ("query", "trees", "--explain"),
    ("query",),
    ("show", "Oak"),
    ("why", "Oak"),
    ("search", "abbey"),
    ("passage", "--help"),
    ("--help",),
    ("query", "trees-in", "--help"),
    ("-C", ".", "stats"),
)
Told = tuple[int, str, str]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Gives a copy of the project that nobody has touched for a while; else nothing is remembered."""
    folder = tmp_path_factory.mktemp("projects")
    copies = [Path(shutil.copytree(TREES, folder / str(number) / "trees")) for number in range(30)]
    for each in copies:
        (each / "below").mkdir()
        (each / "queries" / "now.rq").write_text("SELECT (NOW() AS ?now) {}", "utf-8")
        (each / "queries" / "random.rq").write_text("SELECT (rand\n() AS ?r) {}", "utf-8")
    time.sleep(2.1)
    return copies.pop


@pytest.fixture
def told(ogdkg: Run, tmp_path: Path) -> Callable[..., Told]:
    def run(root: Path, *words: str, **variables: str) -> Told:
        cache, config = str(tmp_path / "cache"), str(tmp_path / "config")
        variables = {"XDG_CACHE_HOME": cache, "XDG_CONFIG_HOME": config, **variables}
        done = ogdkg(*words, cwd=root, **variables)
        return done.returncode, done.stdout, done.stderr

    return run


def test_each_answer_is_the_same_again(projects: Callable[[], Path], told: Callable[..., Told]) -> None:
    root = projects()
    for words in COMMANDS:
        first, (code, out, err) = told(root, *words), told(root, *words)
        assert first[0] == 0, words
        assert (code, out) == first[:2], words
        said = err.removeprefix(first[2])
        assert said.startswith(SAYS) if "--explain" in words else not said, words


def test_who_asks_how_is_told(projects: Callable[[], Path], told: Callable[..., Told]) -> None:
    root = projects()
    code, out, err = told(root, *TREES_IN, "-v")
    again = told(root, *TREES_IN, "-v")
    assert (code, SAYS in err) == (0, False) and again[:2] == (code, out)
    assert again[2].startswith(err) and again[2].removeprefix(err).startswith(SAYS)
    assert again[2].endswith(", as nothing has changed; --no-cache asks anew.\n")
    assert told(root, *TREES_IN, "-v", "--no-cache") == (code, out, err)


def _edit(file: str, old: str, new: str) -> Callable[[Path, Path], None]:
    def edit(root: Path, _: Path) -> None:
        text = (root / file).read_text("utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), "utf-8")

    return edit


def _same_size_and_time(root: Path, _: Path) -> None:
    file = root / OAK
    before = file.stat()
    file.write_text(file.read_text("utf-8").replace("Oak", "Elm"), "utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def _another_file(root: Path, _: Path) -> None:
    line = '<https://trees.example/id/tree/oak> <http://www.w3.org/2000/01/rdf-schema#comment> "tall"@en .\n'
    (root / "data" / "more.trig").write_text(line, "utf-8")


def _nearer_project(root: Path, _: Path) -> None:
    (root / "below" / "ogdkg.toml").write_text('[project]\nname = "nearer"\n', "utf-8")


def _settings(_: Path, config: Path) -> None:
    (config / "ogdkg").mkdir(parents=True)
    (config / "ogdkg" / "config.toml").write_text("[trust]\nprojects = 1\n", "utf-8")


def _swapped(root: Path, _: Path) -> None:
    """Another folder in the place of one, with the times of the files in it as they were."""
    (root / "data").rename(root / "before")
    shutil.copytree(root / "before", root / "data")
    _edit(OAK, "Oak", "Elm")(root, root)


CHANGES: dict[str, Callable[[Path, Path], None]] = {
    "a label": _edit(OAK, "Oak", "Elm"),
    "a label, with the size and the time of before": _same_size_and_time,
    "a file is added": _another_file,
    "a file is gone": lambda root, _: (root / OAK).unlink(),
    "a rule": _edit("queries/rules/neighbours.rq", "WHERE", "WHERE\n#\n"),
    "the settings of the project": _edit("ogdkg.toml", '"trees"', '"our trees"'),
    "a project nearer by": _nearer_project,
    "the settings of the user": _settings,
    "another folder": _swapped,
    "a link": lambda root, _: (
        (root / OAK).rename(root / "oak.ttl"),  # type: ignore[func-returns-value]
        (root / OAK).symlink_to(root / "oak.ttl"),
    )[1],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_each_change_is_noticed(
    projects: Callable[[], Path],
    told: Callable[..., Told],
    tmp_path: Path,
    change: Callable[[Path, Path], None],
) -> None:
    root, words = projects(), ("show", "Oak", "-v")
    told(root / "below", *words)
    assert SAYS in told(root / "below", *words)[2]
    change(root, tmp_path / "config")
    changed = told(root / "below", *words)
    assert SAYS not in changed[2]
    assert changed == told(root / "below", *words, "--no-cache")


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("queries/trees/trees-in.rq", "ORDER BY ?treeLabel", "ORDER BY DESC(?treeLabel)", TREES_IN),
        ("queries/trees/trees-in.rq", "the garden", "a garden", ("query", "trees-in", "--help")),
        ("queries/trees/gardens.rq", "summary:", "summary: New.", ("query",)),
        ("ogdkg.toml", "passages = ", "# ", ("--help",)),
        (OAK, "Abbey Garden", "Abbot's Garden", ("search", "abbot")),
    ],
    ids=["query", "header", "list", "help", "word"],
)
def test_so_is_what_one_command_reads(
    projects: Callable[[], Path],
    told: Callable[..., Told],
    file: str,
    old: str,
    new: str,
    words: tuple[str, ...],
) -> None:
    root = projects()
    [told(root, *words) for _ in range(2)]
    _edit(file, old, new)(root, root)
    assert told(root, *words) == told(root, *words, OGDKG_ANOTHER="environment")


def test_so_is_another_environment(projects: Callable[[], Path], told: Callable[..., Told]) -> None:
    root, words = projects(), ("show", "Oak", "-v")
    told(root, *words)
    assert SAYS in told(root, *words)[2]
    for variables in ({"OGDKG_LANG": "fr"}, {"OGDKG_ENGINE": "rdflib"}, {"LANGUAGE": "de"}, {"XYZ": "1"}):
        assert SAYS not in told(root, *words, **variables)[2]
    assert SAYS not in told(root / "data", *words)[2]  # paths are shown from where one stands


@pytest.mark.parametrize(
    "words",
    [
        ("query", "now", "-v"),
        ("query", "random", "-v"),
        ("query", "trees", "-v", "--no-cache"),
        ("query", "trees", "-v", "-o", "trees.csv"),
        ("query", "trees", "-v", "--data", OAK),
        ("show", "no such tree", "-v"),
        ("sparql", "ASK {}", "-v"),
    ],
    ids=["now", "rand", "no cache", "output", "files", "fault", "sparql"],
)
def test_what_does_more_than_answer_is_done_each_time(
    projects: Callable[[], Path], told: Callable[..., Told], words: tuple[str, ...]
) -> None:
    root = projects()
    assert not any(SAYS in told(root, *words)[2] for _ in range(3))
    assert "-o" not in words or (root / "trees.csv").exists()


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_a_rule_that_asks_for_the_time_is_run_each_time(
    projects: Callable[[], Path], told: Callable[..., Told], engine: str
) -> None:
    root, words = projects(), ("query", "stamps", "-v", "--layer", "all", "--engine", engine)
    rule = "CONSTRUCT { <urn:a> <urn:p> ?now } WHERE { BIND(STR(NOW()) AS ?now) }"
    (root / "queries" / "rules" / "stamp.rq").write_text(rule, "utf-8")
    (root / "queries" / "stamps.rq").write_text("SELECT ?stamp { <urn:a> <urn:p> ?stamp }", "utf-8")
    time.sleep(2.1)
    answers = [told(root, *words) for _ in range(3)]
    assert [code for code, *_ in answers] == [0, 0, 0]
    assert len({out for _, out, _ in answers}) == 3 and not any(SAYS in err for *_, err in answers)


def test_what_has_just_changed_is_not_remembered(
    projects: Callable[[], Path], told: Callable[..., Told]
) -> None:
    """A second change may not show in the times of a file."""
    root, words = projects(), ("show", "Oak", "-v")
    _edit(OAK, "Oak", "Oak ")(root, root)
    assert not any(SAYS in told(root, *words)[2] for _ in range(2))


def test_what_others_could_have_written_is_not_believed(
    projects: Callable[[], Path], told: Callable[..., Told], tmp_path: Path
) -> None:
    root, words = projects(), ("show", "Oak", "-v")
    answers = tmp_path / "cache" / "ogdkg" / "answers"

    def is_believed() -> bool:
        return SAYS in told(root, *words)[2]

    told(root, *words)
    assert is_believed()
    for folder in (answers, answers.parent):
        folder.chmod(0o777)
        assert not is_believed()
        folder.chmod(0o700)
        assert is_believed()
    [file] = answers.iterdir()
    whole = file.read_bytes()
    file.rename(tmp_path / "planted")
    file.symlink_to(tmp_path / "planted")
    assert not is_believed()
    for damaged in (whole[:-1], whole[:-1] + b"?", b""):
        file.unlink()
        file.write_bytes(damaged)
        assert not is_believed()  # and is made anew
        assert is_believed()


def test_a_reader_that_leaves_is_no_answer(projects: Callable[[], Path], tmp_path: Path) -> None:
    root = projects()
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "ogdkg", "query", "trees", "-f", "json"]
    reading, writing = os.pipe()
    os.close(reading)
    assert subprocess.run(command, cwd=root, env=env, stdout=writing).returncode == 0
    os.close(writing)
    whole = [subprocess.run(command, cwd=root, env=env, stdout=subprocess.PIPE) for _ in range(2)]
    assert whole[0].stdout == whole[1].stdout and whole[0].stdout.endswith(b"}\n")
    full = Path("/dev/full")
    for anew in ({}, {"OGDKG_ANEW": "1"}) if full.exists() else ():
        with full.open("wb") as out:
            done = subprocess.run(command, cwd=root, env=env | anew, stdout=out, stderr=subprocess.PIPE)
        assert done.returncode == 3 and b"The output cannot be written" in done.stderr


PROGRAM = """
import os, sys, posix
seen = set()

def watched(real):
    def look(path, *more, **named):
        if isinstance(path, (str, os.PathLike)):
            seen.add(os.path.abspath(os.fspath(path)))
        return real(path, *more, **named)
    return look

from ogdkg.answer_cache import dependencies
from ogdkg.cli.answer_recording import Recording
from ogdkg.cli.main import main

stamp_of = dependencies.stamp_of
os.stat, os.lstat = watched(os.stat), watched(os.lstat)
dependencies.os = type("Unwatched", (), {**vars(os), "stat": staticmethod(posix.stat)})
recording = Recording("x" * 64)
assert recording.of(main) == 0
known = {os.path.abspath(name.rstrip("\\0")) for name in recording._notes.stamps}
root, folders = os.getcwd(), [os.path.dirname(name) for name in known]
unknown = sorted(name for name in seen if name.startswith(root + "/") and name not in known | set(folders))
print(*unknown, sep="\\n", file=sys.stderr)
"""


@pytest.mark.parametrize(
    "words", [("show", "Oak"), ("why", "Oak"), ("query", "trees-in", "--help"), ("query",)]
)
def test_all_that_is_looked_at_is_noted(words: tuple[str, ...], tmp_path: Path) -> None:
    """No file of the project is looked at unheard; what opens one, or lists a folder, is heard by itself."""
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=TREES,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr.strip()) == (0, "")


def test_an_answer_that_is_there_needs_next_to_nothing(tmp_path: Path) -> None:
    program = """
import sys
before = set(sys.modules)
from ogdkg.__main__ import _code
code = _code()
print("\\0", *sorted(set(sys.modules) - before), flush=True)
sys.exit(code)
"""
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    command = [sys.executable, "-c", program, "query", "initiatives", "-f", "csv"]
    for _ in range(2):
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    modules = done.stdout.partition("\0")[2].split()
    names = ("answers", "dependencies", "folders")
    own = {"ogdkg", "ogdkg.__main__", "ogdkg.answer_cache", *(f"ogdkg.answer_cache.{each}" for each in names)}
    assert set(modules) <= {*own, "__future__", "_blake2", "_signal", "gc", "marshal"}
