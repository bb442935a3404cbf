"""A misspelt object is one finding with one suggestion, and what else is found of it follows from that."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.projects import configuration

from ogdkg.cli.main import main

_HEAD = "@prefix e: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
_SHAPES = """
e:A a sh:NodeShape ; sh:targetObjectsOf e:contact ; sh:or ( [ sh:class e:Person ] [ sh:class e:Desk ] ) .
e:B a sh:NodeShape ; sh:targetSubjectsOf e:contact ; sh:property [ sh:path e:contact ; sh:class e:Person ] .
"""
_DATA = "e:boost a e:Person ; e:name 1 . e:bost-desk a e:Desk ; e:name 2 .\n"


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """The findings for data in a project whose things are those of http://e/."""
    monkeypatch.chdir(tmp_path)
    settings = configuration(
        {"data": {"files": ["*.ttl"], "graph": "urn:g"}},
        {"e": "http://e/"},
        project={"name": "small"},
        shapes={"files": ["shapes/*.ttl"]},
    )
    Path("ogdkg.toml").write_text(settings)
    Path("shapes").mkdir()
    Path("shapes/s.ttl").write_text(_HEAD + _SHAPES)

    def run(data: str, *words: str) -> str:
        Path("d.ttl").write_text(_HEAD + _DATA + data)
        assert main(["validate", "--no-cache", *words]) == 1
        return capsys.readouterr().out

    return run


def test_it_is_one_finding_with_one_suggestion(validated: Any) -> None:
    assert validated("e:x e:contact e:bost .") == (
        "d.ttl:3:15: violation: The data do not describe e:bost. 2 more findings follow from it."
        "  [MisspeltObject]\n"
        "      e:x → e:bost\n"
        "      | e:x e:contact e:bost .\n"
        "      |               ^^^^^^\n"
        "      hint: Did you mean e:boost?\n"
        "      paste: e:boost\n"
        "\n"
        "3 violations in 5 triples; 2 not shown (--all shows them).\n"
    )


def test_all_of_it_is_there_with_its_cause(validated: Any) -> None:
    found = json.loads(validated("e:x e:contact e:bost .", "-f", "json"))["findings"]
    assert [each.get("cause", {}).get("value") for each in found] == [None, "http://e/bost", "http://e/bost"]
    assert [each.get("paste") for each in found] == ["e:boost", None, None]


def test_each_place_is_mended(validated: Any) -> None:
    validated("e:x e:contact e:bost . e:y e:contact e:bost .")
    assert main(["validate", "--no-cache", "--fix", "--write"]) in (0, 1)
    assert Path("d.ttl").read_text().count("e:contact e:boost") == 2


@pytest.mark.parametrize(
    "data",
    [
        "e:x e:contact e:bost . e:bost e:name 3 .",  # it is described
        "e:x e:contact e:nobody .",  # nothing is near
        "e:x e:contact 7 .",
    ],
)
def test_no_false_alarm(validated: Any, data: str) -> None:
    assert "MisspeltObject" not in validated(data, "-f", "json")
