"""`ogdkg validate` a second time: what is unchanged is not judged again, and says so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.conftest import Run

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .
<urn:None> a sh:NodeShape ; sh:targetClass <urn:U> ; sh:nodeKind sh:IRI .
"""
SAYS = "as nothing has changed; --no-cache judges anew."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "ontology" / "shapes").mkdir(parents=True)
    (root / "data").mkdir()
    (root / "ogdkg.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    (root / "ontology" / "shapes" / "s.ttl").write_text(SHAPES, encoding="utf-8")
    (root / "data" / "a.ttl").write_text("<urn:a> a <urn:T> .\n", encoding="utf-8")
    return root


@pytest.fixture
def cache(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-v", "-f", "json", "--fail-on", "never"),
        ("data", "--shapes", "ontology/shapes/s.ttl"),
    ],
    ids=["project", "json", "files"],
)
def test_a_second_run_is_the_same_and_says_since_when(
    ogdkg: Run, project: Path, cache: dict[str, str], words: tuple[str, ...]
) -> None:
    first = ogdkg("validate", *words, cwd=project, **cache)
    second = ogdkg("validate", *words, cwd=project, **cache)
    assert SAYS not in first.stderr and "Notice: 1 of 2 shapes" in first.stderr
    assert (second.returncode, second.stdout) == (first.returncode, first.stdout)
    told, remembered = second.stderr.removeprefix(first.stderr).split(", ", 1)
    assert second.stderr.startswith(first.stderr) and told.startswith("Remembered from 2")
    assert remembered == f"{SAYS}\n"
    anew = ogdkg("validate", *words, "--no-cache", cwd=project, **cache)
    assert (anew.stdout, anew.stderr) == (first.stdout, first.stderr)


def test_each_change_is_judged(ogdkg: Run, project: Path, cache: dict[str, str]) -> None:
    """Forth and back again: what was judged before the change is remembered beside it."""
    data = project / "data" / "a.ttl"
    for text, code in (("<urn:p> 1", 0), ("<urn:q> 1", 1), ("<urn:p> 1", 0), ("<urn:q> 1", 1)):
        data.write_text(f"<urn:a> a <urn:T> ; {text} .\n", encoding="utf-8")
        os.utime(data, (1, 1))
        assert ogdkg("validate", cwd=project, **cache).returncode == code
    for option, code in (("--fail-on=never", 0), ("--severity=violation", 1)):
        done = ogdkg("validate", option, cwd=project, **cache)
        assert (done.returncode, SAYS in done.stderr) == (code, False)


def test_quiet_and_output_are_not_remembered(
    ogdkg: Run, project: Path, cache: dict[str, str], tmp_path: Path
) -> None:
    words = ("validate", "-f", "json")
    first = ogdkg(*words, cwd=project, **cache)
    again = ogdkg(*words, "-q", "-o", str(tmp_path / "out.json"), cwd=project, **cache)
    assert (again.returncode, again.stdout, again.stderr) == (1, "", "")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == json.loads(first.stdout)


def test_what_cannot_be_read_is_an_error_each_time(ogdkg: Run, project: Path, cache: dict[str, str]) -> None:
    (project / "data" / "b.ttl").write_text("<urn:b> a", encoding="utf-8")
    runs = [ogdkg("validate", cwd=project, **cache) for _ in range(2)]
    assert [run.returncode for run in runs] == [3, 3] and runs[0].stderr == runs[1].stderr


def test_what_changes_by_being_written_is_not_remembered(
    ogdkg: Run, project: Path, cache: dict[str, str]
) -> None:
    """Here the report is among the data."""
    words = ("validate", "data", "--shapes", "ontology/shapes/s.ttl", "-f", "turtle", "-o", "data/report.ttl")
    assert ogdkg(*words, cwd=project, **cache).returncode == 1
    folder = Path(cache["XDG_CACHE_HOME"]) / "ogdkg" / "judged"
    assert not folder.exists()


def test_without_a_cache_all_is_judged(ogdkg: Run, project: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for _ in range(2):
        done = ogdkg("validate", cwd=project, XDG_CACHE_HOME=str(tmp_path / "file"))
        assert (done.returncode, SAYS in done.stderr) == (1, False)


@pytest.mark.skipif(os.name != "posix", reason="links and modes are those of POSIX")
@pytest.mark.parametrize("how", ["writable", "link", "pipe"])
def test_what_others_could_have_written_is_not_believed(
    ogdkg: Run, project: Path, cache: dict[str, str], how: str
) -> None:
    ogdkg("validate", cwd=project, **cache)
    folder = Path(cache["XDG_CACHE_HOME"]) / "ogdkg" / "judged"
    kept = next(folder.iterdir())
    if how == "writable":
        folder.chmod(0o777)
    elif how == "link":
        folder.rename(project / "planted")
        folder.symlink_to(project / "planted")
    else:
        kept.unlink()
        os.mkfifo(kept)
    done = ogdkg("validate", cwd=project, **cache)
    assert (done.returncode, SAYS in done.stderr) == (1, False)
