"""The wheel, in a fresh environment without the sources: it carries the graph and answers."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run([sys.executable, *build, "-w", folder, ROOT], check=True)
    [found] = folder.glob("*.whl")
    return found


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


def test_the_wheel_carries_the_graph_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for part in ("ogdkg/packaged/ogdkg.toml", "ogdkg/packaged/ontology/ogdkg.ttl", "ogdkg/py.typed"):
        assert part in names
    for folder in ("data", "queries"):
        here = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
        assert {f"ogdkg/packaged/{name}" for name in here} <= set(names)
    built = (ROOT / "src" / "ogdkg" / "web" / "built").glob("*")  # the editor, with its licences, where it is
    assert {f"ogdkg/web/built/{path.name}" for path in built} <= set(names)
    assert [name for name in names if "test_" in name] == []
