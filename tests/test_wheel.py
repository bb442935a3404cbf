"""What is published: the sdist and the wheel, what they hold, and that the wheel answers of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml

from ogdkg import __version__
from tests.conftest import ROOT

CARRIED = ("data", "ontology", "queries", "man", "src")
FILES = (
    "ogdkg.toml",
    "pyproject.toml",
    "README.md",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "LICENSE-DATA",
)
STRAY = re.compile(r"(^|/)(tests?_|tests?/|\.(?!gitignore$)|__pycache__)|\.(pyc|whl|orig|swp)$")


def _build(folder: Path, into: Path, mask: int, epoch: str) -> tuple[Path, Path]:
    """Build what lies in a folder: the sdist and the wheel."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", str(into)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    subprocess.run(command, cwd=folder, env=env, umask=mask, capture_output=True, check=True)
    [sdist], [wheel] = into.glob("*.tar.gz"), into.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return _build(ROOT, tmp_path_factory.mktemp("first"), 0o022, "1700000000")


@pytest.fixture(scope="module")
def sdist(built: tuple[Path, Path]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, Path]) -> Path:
    return built[1]


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment: the wheel of its own, the dependencies of this one, and none of the sources."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, with_pip=False)
    made = folder / "bin" / "python"
    command = [made, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    # A path added so has its own .pth files left unread, so the editable install of the sources stays out.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return made


def _run(python: Path, folder: Path, *arguments: str) -> str:
    command = [python, "-I", "-m", "ogdkg", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_the_wheel_answers_from_anywhere(python: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [python, "-I", "-c", "import ogdkg; print(ogdkg.__file__)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(python.parent.parent) in where.stdout
    names = _run(python, tmp_path, "query")
    assert "initiatives" in names
    lines = _run(python, tmp_path, "query", "initiatives", "-f", "csv").splitlines()
    assert len(lines) == 14
    compacted = _run(python, tmp_path, "export", "-f", "compacted", "--thing", "initiative:boost")
    assert '"prefLabel": {"en": "BOOST"}' in compacted


def _here(folder: str) -> set[str]:
    """The files of a folder that a release may hold: what git tracks, and the assets that are built."""
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.as_posix() for path in paths if not {"__pycache__", ".ogdkg"} & set(path.parts)}


def test_the_wheel_holds_our_modules_the_graph_and_the_pages_of_man(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert [name for name in names if STRAY.search(name)] == []
    [info] = {name.partition("/")[0] for name in names if ".dist-info/" in name}
    data = info.replace(".dist-info", ".data/data/share/man/man1/")
    told = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE", "licenses/LICENSE-DATA"}
    graph = {"ogdkg.toml", *_here("data"), *_here("ontology"), *_here("queries")}
    assert names == {
        *(name.removeprefix("src/") for name in _here("src/ogdkg")),
        *(f"ogdkg/packaged/{name}" for name in graph),
        *(f"{data}{name.removeprefix('man/')}" for name in _here("man")),
        *(f"{info}/{name}" for name in told),
    }
    assert {"ogdkg/py.typed", f"{data}ogdkg.1", f"{data}ogdkg-query.1"} <= names
    metadata = zipfile.ZipFile(wheel).read(f"{info}/METADATA").decode()
    assert "License-Expression: Apache-2.0 AND CC-BY-4.0\n" in metadata


def test_the_sdist_holds_what_a_wheel_is_made_of(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    top = sdist.name.removesuffix(".tar.gz")
    names = {member.name.removeprefix(f"{top}/") for member in members}
    assert all(member.isfile() and member.name.startswith(f"{top}/") for member in members)
    assert [name for name in names if STRAY.search(name)] == []
    own = {*FILES, *(name for folder in CARRIED for name in _here(folder))}
    assert names == {*own, "PKG-INFO", ".gitignore"}


def test_a_build_elsewhere_gives_the_same_bytes(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    """In another folder, by files of another time and mode, under another umask, beside what lies about."""
    copy = tmp_path / "another folder"
    copy.mkdir()
    for name in (*FILES, ".gitignore"):
        shutil.copyfile(ROOT / name, copy / name)
    for folder in CARRIED:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored, copy_function=shutil.copyfile)
    for place, path in enumerate(copy.rglob("*")):
        os.utime(path, (place * 1000, place * 1000))
        if path.is_file():
            path.chmod(0o600 if place % 2 else 0o644)
    for stray in (
        "tests/test_it.py",
        "notes.txt",
        ".ogdkg/kept",
        "src/ogdkg/__pycache__/a.pyc",
        "dist/b.whl",
    ):
        (copy / stray).parent.mkdir(parents=True, exist_ok=True)
        (copy / stray).touch()
    others = _build(copy, tmp_path / "built", 0o077, "1700000000")
    assert [path.name for path in others] == [sdist.name, wheel.name]
    assert [path.read_bytes() for path in others] == [sdist.read_bytes(), wheel.read_bytes()]


def test_the_sdist_builds_the_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    again, other = _build(folder, tmp_path / "built", 0o002, "1700000000")
    assert other.read_bytes() == wheel.read_bytes()
    assert again.read_bytes() == sdist.read_bytes()


def test_every_python_that_we_support_is_named() -> None:
    """As `requires-python` begins, and without a gap."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r":: 3\.(\d+)$", "\n".join(told["classifiers"]), re.MULTILINE)
    assert [int(each) for each in named] == list(range(11, 15))
    assert told["requires-python"] == f">=3.{named[0]}"


def test_the_citation_says_what_the_project_says() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == __version__
    assert cited["abstract"] == told["description"]
    assert " AND ".join(cited["license"]) == told["license"]
    assert cited["keywords"] == told["keywords"]
