"""Several broken files: all are told, and in every format of a report as findings with places."""

from __future__ import annotations

import gzip
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rdflib import SH, Graph, Literal, URIRef
from tests.conftest import Run

from ogdkg.cli.main import main

_E = "@prefix e: <http://e/> .\n"
_PLACES = {("a.ttl", 3, 1), ("b.trig", 4, 1), ("c.jsonld", 1, 7)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text(_E + "e:a e:p 1\ne:b e:p 2 .\n")
    (tmp_path / "b.trig").write_text(_E + "e:g {\n e:a e:p 1 .\n")
    (tmp_path / "c.jsonld").write_text('{"a": }')
    (tmp_path / "good.ttl").write_text(_E + "e:a e:p 1 .\n")
    (tmp_path / "shapes.ttl").write_text("[] a <http://www.w3.org/ns/shacl#NodeShape> .")
    return tmp_path


def _validated(capsys: pytest.CaptureFixture[str], form: str) -> str:
    files = ["a.ttl", "good.ttl", "b.trig", "c.jsonld"]
    assert main(["validate", *files, "--shapes", "shapes.ttl", "-f", form]) == 3
    said = capsys.readouterr()
    for file, line, column in _PLACES:
        assert f"{file}:{line}:{column}: " in said.err
    assert "good.ttl" not in said.err
    return said.out


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(_validated(capsys, "json"))
    assert {(f["file"], f["line"], f["column"]) for f in report["findings"]} == _PLACES
    assert (report["conforms"], report["counts"]["violation"]) == (False, 3)
    assert all(finding["rule"] == "Syntax" and finding["hint"] for finding in report["findings"])


def test_sarif(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = json.loads(_validated(capsys, "sarif"))["runs"]
    found = {
        (spot["artifactLocation"]["uri"], spot["region"]["startLine"], spot["region"]["startColumn"])
        for result in run["results"]
        for spot in [result["locations"][0]["physicalLocation"]]
    }
    assert found == _PLACES
    assert run["results"][0]["level"] == "error"
    assert run["invocations"][0]["executionSuccessful"] is False


def test_junit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite = ET.fromstring(_validated(capsys, "junit"))
    assert {case.get("name") for case in suite.iter("testcase")} == {
        f"{f}:{line}:{c}" for f, line, c in _PLACES
    }
    assert suite.get("failures") == "3"


def test_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = _validated(capsys, "github").splitlines()
    assert len(lines) == 3
    assert any(line.startswith("::error file=b.trig,line=4,col=1,title=Syntax::The graph") for line in lines)


def test_turtle(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A standard report, with the place as a pointer (Pointers in RDF 1.0); it can be read back."""
    report = Graph().parse(data=_validated(capsys, "turtle"))
    assert (None, SH.conforms, Literal(False)) in report
    found = set()
    for result in report.objects(None, SH.result):
        assert (result, SH.resultSeverity, SH.Violation) in report
        place = report.value(result, URIRef("http://www.w3.org/ns/earl#pointer"))
        said = {str(name).rpartition("#")[2]: value for name, value in report.predicate_objects(place)}
        assert said["reference"] == report.value(result, SH.focusNode)
        file = Path(str(said["reference"]))
        found.add((file.name, int(said["lineNumber"]), int(said["charNumber"])))
        assert str(report.value(result, SH.resultMessage)).startswith(file.name + ":")
    assert found == _PLACES
    (folder / "report.ttl").write_text(report.serialize(format="turtle"))
    assert main(["validate", "--report", "report.ttl", "good.ttl", "-f", "json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["findings"]) == 3


@pytest.mark.parametrize(
    "words", [["-"], ["-", "--from", "turtle"], ["a.txt", "--from", "turtle"], ["a.ttl.gz"]]
)
def test_a_slip_is_told_alike_wherever_the_text_came_from(folder: Path, ogdkg: Run, words: list[str]) -> None:
    text = (folder / "a.ttl").read_text()
    (folder / "a.txt").write_text(text)
    (folder / "a.ttl.gz").write_bytes(gzip.compress(text.encode()))
    for command in (["validate", *words, "--shapes", "shapes.ttl"], ["sparql", "ASK {}", *words]):
        done = ogdkg(*command, cwd=folder, stdin=text)
        assert done.returncode == 3
        assert ":3:1: Here should stand a semicolon or a full stop, not 'e:b'." in done.stderr


def test_html_and_an_output_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = _validated(capsys, "html")
    assert "nothing was judged" in page
    assert "The graph e:g, opened in line 2, is not closed." in page
    arguments = ["validate", "a.ttl", "--shapes", "shapes.ttl", "-f", "json", "-o", "out.json"]
    assert main(arguments) == 3
    assert json.loads((folder / "out.json").read_text())["findings"][0]["line"] == 3


def test_text_keeps_stdout_for_reports(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _validated(capsys, "text") == ""


def test_ill_formed_shapes_are_findings_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<http://e/s> a sh:NodeShape ; sh:minCount 1 .\n"
    )
    assert main(["validate", "good.ttl", "--shapes", "bad.ttl", "-f", "json"]) in (1, 3)
    assert json.loads(capsys.readouterr().out)["findings"]


def test_a_project_tells_every_broken_file_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The layers of a project are read by an engine, and its shapes after them."""
    (folder / "ogdkg.toml").write_text(
        '[[layer]]\nname = "a"\nfiles = ["*.ttl", "*.trig", "*.jsonld"]\n'
        '[shapes]\nfiles = ["shapes/*.ttl"]\n[prefixes]\nmine = "http://mine.example/"\n'
    )
    (folder / "shapes").mkdir()
    (folder / "shapes" / "s.ttl").write_text("[] a mine:Shape .")
    for command in (["stats"], ["sparql", "ASK {}"], ["sparql", "--engine", "rdflib", "ASK {}"]):
        assert main(command) == 3
        said = capsys.readouterr().err
        assert all(f"{file}:{line}:{column}: " in said for file, line, column in _PLACES), command
    assert main(["validate", "-f", "json"]) == 3
    said = capsys.readouterr()
    places = {(f["file"], f["line"]) for f in json.loads(said.out)["findings"]}
    assert places == {(file, line) for file, line, _ in _PLACES} | {("shapes/s.ttl", 1)}
    for name in ("a.ttl", "b.trig", "c.jsonld"):
        (folder / name).write_text(" ")
    (folder / "c.jsonld").write_text("[]")
    (folder / "a.ttl").write_text("mine:a a mine:B .")
    assert main(["stats"]) == 3
    assert "Declare it above: @prefix mine: <http://mine.example/> ." in capsys.readouterr().err


@pytest.mark.parametrize("words", [("fmt",), ("convert", "-f", "nquads"), ("sparql", "ASK {}"), ("canon",)])
def test_every_command_refuses_a_percent_sign_that_begins_no_escape(
    ogdkg: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """RFC 3987, section 2.2: pct-encoded."""
    (tmp_path / "d.ttl").write_text("<urn:x:%zz> <urn:p> <urn:o%20> .\n")
    done = ogdkg(*words, "d.ttl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "d.ttl:1:1: This IRI has '%zz', which is no escape." in done.stderr
