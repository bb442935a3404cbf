"""`ogdkg validate --baseline`: only what is new fails, wherever the old findings stand by now."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg.errors import InputError
from ogdkg.render.reports.baseline import only_new
from ogdkg.validation.core.results import Report

PREFIXES = "@prefix ex: <http://e/ns#> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
DATA = 'ex:a a ex:C ; ex:n "x" .\nex:b a ex:C ; ex:n 1, 2 ; ex:p [ ex:q 1 ] .\n'
SHAPES = """ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:property [ sh:path ex:n ; sh:nodeKind sh:IRI ] ;
  sh:property [ sh:path ex:n ; sh:maxCount 1 ; sh:severity sh:Warning ] .
ex:Q a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:property [ sh:path ex:q ; sh:minLength 5 ] .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "d.ttl").write_text(PREFIXES + DATA)
    (tmp_path / "s.ttl").write_text(PREFIXES + SHAPES)
    return tmp_path


JUDGE = ("-q", "validate", "d.ttl", "--shapes", "s.ttl")


@pytest.mark.parametrize("form", ["json", "baseline"])
def test_what_has_moved_is_known(ogdkg: Run, folder: Path, form: str) -> None:
    write = ("--write-baseline", "old.json") if form == "baseline" else ("-f", "json", "-o", "old.json")
    assert ogdkg(*JUDGE, *write, cwd=folder).returncode == (0 if form == "baseline" else 1)
    moved = PREFIXES.replace("ex:", "other:") + "\n\n# moved\n" + DATA.replace("ex:", "other:")
    (folder / "d.ttl").write_text(moved)
    done = ogdkg(*JUDGE, "--baseline", "old.json", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Nothing new found in 7 triples; 5 known by the baseline old.json.\n"


def test_what_is_new_fails_and_what_is_gone_is_counted(ogdkg: Run, folder: Path) -> None:
    ogdkg(*JUDGE, "--write-baseline", "old.json", cwd=folder)
    (folder / "d.ttl").write_text(PREFIXES + DATA.replace('"x"', "ex:x").replace("1, 2 ;", "1, 2, 3 ;"))
    done = ogdkg(*JUDGE, "--baseline", "old.json", "-f", "json", cwd=folder)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert found["baseline"] == {"file": "old.json", "known": 4, "gone": 1}
    assert [each["value"]["value"] for each in found["findings"]] == ["3"]
    text = ogdkg(*JUDGE, "--baseline", "old.json", cwd=folder).stdout
    last = "New: 1 violation in 8 triples; 4 known by the baseline old.json, 1 of it gone.\n"
    assert text.endswith(last)
    page = ogdkg(*JUDGE, "--baseline", "old.json", "-f", "html", cwd=folder).stdout
    assert last.strip() in page and page.count("<article") == 1
    sarif = json.loads(ogdkg(*JUDGE, "--baseline", "old.json", "-f", "sarif", cwd=folder).stdout)
    assert [each["baselineState"] for each in sarif["runs"][0]["results"]] == ["new"]
    turtle = ogdkg(*JUDGE, "--baseline", "old.json", "-f", "turtle", cwd=folder).stdout
    assert turtle.count("sh:ValidationResult ") + turtle.count("sh:ValidationResult;") >= 5


def test_as_many_as_were_known_and_no_graver(ogdkg: Run, folder: Path) -> None:
    ogdkg(*JUDGE, "--write-baseline", "old.json", cwd=folder)
    (folder / "s.ttl").write_text((PREFIXES + SHAPES).replace("; sh:severity sh:Warning", ""))
    done = ogdkg(*JUDGE, "--baseline", "old.json", cwd=folder)
    assert (done.returncode, "New: 1 violation" in done.stdout) == (1, True)
    (folder / "s.ttl").write_text((PREFIXES + SHAPES).replace("sh:Warning", "sh:Info"))
    assert ogdkg(*JUDGE, "--baseline", "old.json", cwd=folder).returncode == 0
    again = SHAPES + "ex:S sh:property [ sh:path ex:n ; sh:nodeKind sh:IRI ] .\n"
    (folder / "s.ttl").write_text(PREFIXES + again)
    done = ogdkg(*JUDGE, "--baseline", "old.json", cwd=folder)
    assert (done.returncode, "New: 3 violations" in done.stdout) == (1, True)


def test_a_baseline_is_the_same_bytes_wherever_things_stand(ogdkg: Run, folder: Path) -> None:
    ogdkg(*JUDGE, "--write-baseline", "old.json", cwd=folder)
    old = (folder / "old.json").read_bytes()
    (folder / "d.ttl").write_text(PREFIXES + "\n".join(reversed(DATA.splitlines())))
    ogdkg(*JUDGE, "--baseline", "old.json", "--write-baseline", "old.json", cwd=folder)
    assert (folder / "old.json").read_bytes() == old
    assert b'"line"' not in old


def test_a_part_tells_nothing_of_what_is_gone(ogdkg: Run, folder: Path) -> None:
    ogdkg(*JUDGE, "--write-baseline", "old.json", cwd=folder)
    done = ogdkg(*JUDGE, "--focus", "http://e/ns#a", "--baseline", "old.json", cwd=folder)
    assert (done.returncode, "gone" in done.stdout) == (0, False)
    done = ogdkg(*JUDGE, "--focus", "http://e/ns#a", "--write-baseline", "old.json", cwd=folder)
    assert (done.returncode, "A baseline has all findings." in done.stderr) == (2, True)


FAULTS = {
    "no.json": (None, "no.json: There is no such baseline."),
    "text.json": ("{\n x", "text.json:2:2: The baseline is not JSON"),
    "other.json": ('{"a": 1}', 'other.json: The baseline has no list of "findings".'),
    "list.json": ('{"findings": [1]}', 'list.json: The baseline has no list of "findings".'),
    "deep.json": ("[" * 100_000, "deep.json: The baseline is nested too deeply."),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_no_baseline_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    text, expected = FAULTS[name]
    monkeypatch.chdir(tmp_path)
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as error:
        only_new(Report(()), name)
    assert str(error.value).startswith(expected)


def test_no_input_is_written_over(ogdkg: Run, folder: Path) -> None:
    done = ogdkg(*JUDGE, "--write-baseline", "d.ttl", cwd=folder)
    assert (done.returncode, (folder / "d.ttl").read_text()) == (2, PREFIXES + DATA)
