"""`ogdkg validate`, as a person and a program use it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

DATA = "<http://e/a> a <http://e/C> ; <http://e/n> 5 .\n"
SH = "PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
SHAPES = (
    SH
    + """<http://e/S> a sh:NodeShape ; sh:targetClass <http://e/C> ;
  sh:property <http://e/P> .
<http://e/P> a sh:PropertyShape ; sh:path <http://e/n> ; sh:maxInclusive 3 .
<http://e/Other> a sh:NodeShape ; sh:targetClass <http://e/C> ; sh:nodeKind sh:BlankNode ; sh:severity
sh:Info .
"""
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("validate")
    files = {
        "d/data.ttl": DATA,
        "shapes.ttl": SHAPES,
        "broken.ttl": "<http://e/a> a\n  <http://e/C> ; ; .\n<",
        "data.xyz": DATA,
        "ring.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:node <http://e/S> .",
        "ill.ttl": f"{SH}<http://e/S> a sh:NodeShape ; sh:minLength 'x' .",
        "endless.ttl": f'{SH}<http://e/S> a sh:NodeShape ; sh:targetSubjectsOf <http://e/t> ; '
        'sh:property [ sh:path <http://e/t> ; sh:pattern "^(a+)+$" ] .',
        "long.ttl": f'<http://e/a> <http://e/t> "{"a" * 60}é!" .',
    }  # fmt: skip
    for name, text in files.items():
        (made / name).parent.mkdir(exist_ok=True)
        (made / name).write_text(text, encoding="utf-8")
    return made


def test_a_violation_is_exit_1_and_names_its_line(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("-v", "validate", "d/data.ttl", "--shapes", "shapes.ttl", cwd=folder)
    assert done.returncode == 1
    assert "d/data.ttl\n" in done.stdout
    assert "  1:44  violation  Value is not <= " in done.stdout
    assert "Narrowed 2 of 2 shapes" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "rules"),
    [
        (("d",), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--whole"), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--fail-on", "never"), 0, ["MaxInclusive", "NodeKind"]),
        (("d", "--shape", "http://e/S"), 1, ["MaxInclusive"]),
        (("d", "--shape", "http://e/Other"), 0, ["NodeKind"]),
        (("d", "--shape", "http://e/Other", "--fail-on", "info"), 1, ["NodeKind"]),
        (("d", "--focus", "http://e/a"), 1, ["MaxInclusive", "NodeKind"]),
        (("d", "--no-meta"), 1, ["MaxInclusive", "NodeKind"]),
    ],
)
def test_options(ogdkg: Run, folder: Path, arguments: tuple[str, ...], code: int, rules: list[str]) -> None:
    done = ogdkg("validate", *arguments, "--shapes", "shapes.ttl", "-f", "json", cwd=folder)
    assert done.returncode == code
    assert sorted(finding["rule"] for finding in json.loads(done.stdout)["findings"]) == rules


def test_stdin_is_data_too(ogdkg: Run, folder: Path) -> None:
    done = ogdkg("validate", "-", "--shapes", "shapes.ttl", cwd=folder, stdin=DATA)
    assert (done.returncode, "<stdin>\n" in done.stdout) == (1, True)


BAD = {
    ("broken.ttl", "--shapes", "shapes.ttl"): (3, "broken.ttl:3:"),
    ("d", "--shapes", "broken.ttl"): (3, "broken.ttl:3:"),
    ("data.xyz", "--shapes", "shapes.ttl"): (3, "does not say which RDF format"),
    ("nowhere.ttl", "--shapes", "shapes.ttl"): (2, "There is no file nowhere.ttl"),
    ("d", "--shapes", "ring.ttl"): (3, "The shapes are recursive"),
    ("d", "--shapes", "ill.ttl"): (3, "The shapes are not well-formed"),
    ("d", "--shapes", "shapes.ttl", "--shape", "http://e/Othre"): (2, "Did you mean '<http://e/Other>'"),
    ("d", "--shapes", "shapes.ttl", "--focus", "http://e/gone"): (2, "There is no node in the data"),
    ("d", "--shapes", "shapes.ttl", "-f", "pdf"): (2, "'pdf' is not one of"),
    ("long.ttl", "--shapes", "endless.ttl", "--timeout", "2"): (3, "longer than 2 seconds"),
}


@pytest.mark.parametrize(("arguments", "expected"), BAD.items(), ids=lambda value: " ".join(map(str, value)))
def test_bad_input_is_one_sentence(
    ogdkg: Run, folder: Path, arguments: tuple[str, ...], expected: tuple[int, str]
) -> None:
    done = ogdkg("validate", *arguments, cwd=folder)
    assert done.returncode == expected[0]
    assert expected[1] in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps to `ulimit -v`")
def test_more_data_than_memory_is_one_sentence(folder: Path) -> None:
    validate = [sys.executable, "-m", "ogdkg", "validate", "d", "--shapes", "shapes.ttl"]
    done = subprocess.run(
        ["sh", "-c", 'ulimit -v 250000; exec "$@"', "sh", *validate],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("Error: The data need more memory than there is.\n")


def test_our_own_graph_conforms(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("validate", "-f", "json", "-o", tmp_path / "report.json", cwd=ROOT)
    assert done.returncode == 0
    findings = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["findings"]
    assert all("line" in finding for finding in findings if "data/" in finding.get("file", ""))
    assert {finding["severity"] for finding in findings} <= {"warning", "info"}
