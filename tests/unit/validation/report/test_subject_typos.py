"""A misspelt subject is one finding, with what follows from it beneath; nothing else is put there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ogdkg.cli.main import main
from ogdkg.validation.report.near_terms import is_one_edit

_HEAD = "@prefix e: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
_SHAPES = """
e:A a sh:NodeShape ; sh:targetSubjectsOf e:topic ; sh:class e:Programme .
e:B a sh:NodeShape ; sh:targetSubjectsOf e:topic ; sh:property [ sh:path e:name ; sh:minCount 1 ] .
e:C a sh:NodeShape ; sh:targetObjectsOf e:begun ; sh:nodeKind sh:Literal .
e:D a sh:NodeShape ; sh:targetClass e:Programme ; sh:property [ sh:path e:topic ; sh:minCount 1 ] .
"""
_KNOWN = 'e:boost a e:Programme ; e:name "BOOST" .\ne:other a e:Programme ; e:name "Other" ; e:topic e:t .\n'


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    Path("s.ttl").write_text(_HEAD + _SHAPES)

    def run(data: str, *words: str, known: str = _KNOWN) -> str:
        Path("d.ttl").write_text(_HEAD + data)
        Path("known.ttl").write_text(_HEAD + known)
        assert main(["validate", "d.ttl", "known.ttl", "--shapes", "s.ttl", *words]) == 1
        return capsys.readouterr().out

    return run


def _findings(report: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(report)["findings"]
    return found


def test_the_cause_is_told_once(validated: Any) -> None:
    told = validated("e:bost e:topic e:t .")
    assert told == (
        "d.ttl:2:1: violation: e:bost has no class, and no other file names it. 3 more findings"
        " follow from it.  [MisspeltSubject]\n"
        "      e:bost\n"
        "      | e:bost e:topic e:t .\n"
        "      | ^^^^^^\n"
        "      hint: Did you mean e:boost?\n"
        "      paste: e:boost\n"
        "\n"
        "4 violations in 6 triples; 3 not shown (--all shows them).\n"
    )


def test_all_of_it_is_there(validated: Any) -> None:
    """What the right thing misses follows too; no line to paste makes a thing of the misspelt one."""
    found = _findings(validated("e:bost e:topic e:t .", "-f", "json"))
    assert [each["rule"] for each in found] == ["MisspeltSubject", "MinCount", "Class", "MinCount"]
    assert [each.get("paste") for each in found] == ["e:boost", None, None, None]
    assert [each.get("cause", {}).get("value") for each in found] == [None, *["http://e/bost"] * 3]
    assert validated("e:bost e:topic e:t .", "--all").count("violation: ") == 4


def test_what_does_not_follow_stays(validated: Any) -> None:
    told = validated("e:bost e:topic e:t ; e:begun e:soon .")
    assert "3 more findings follow" in told
    assert "[NodeKind]" in told


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ("e:bost e:topic e:t .", _KNOWN + "e:x e:about e:bost ."),  # another file names it
        ("e:bost a e:Draft ; e:topic e:t .", _KNOWN),  # a thing of its own
        ("e:bost e:topic e:t .", _KNOWN + "e:boss a e:Programme ."),  # either may be meant
        ("e:best-of-all e:topic e:t .", _KNOWN),  # nothing is near
        ("e:bost e:topic e:t .", "e:boost a e:Draft ."),  # nothing is mended
        ("e:plan-2 e:topic e:t .", _KNOWN + 'e:plan-1 a e:Programme ; e:name "A" .'),  # a series
    ],
)
def test_no_false_alarm(validated: Any, data: str, known: str) -> None:
    found = _findings(validated(data, "-f", "json", known=known))
    assert "MisspeltSubject" not in {each["rule"] for each in found}


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("e:bost", "e:boost", True),
        ("e:boots", "e:boost", True),
        ("e:Boost", "e:boost", True),
        ("e:boosts", "e:boost", True),
        ("e:boost", "e:boost", False),
        ("e:bst", "e:boost", False),
        ("f:bost", "e:boost", False),
        ("e:boost1", "e:boost2", False),
        ("e:at", "e:cat", False),
    ],
)
def test_what_is_one_edit(one: str, other: str, is_near: bool) -> None:
    assert is_one_edit(one, other) is is_near
    assert is_one_edit(other, one) is is_near
