"""A misspelt class is one finding, with what follows from it beneath; no advice makes a typo true."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import RdfFormat

from ogdkg.cli.main import main
from ogdkg.validation.data.reading import Source
from ogdkg.validation.report.text_slips import text_slips

_HEAD = "@prefix e: <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .\n"
_SHAPES = """
e:S a sh:NodeShape ; sh:targetClass e:Tool ; sh:property [ sh:path e:maker ; sh:class e:Person ] .
e:U a sh:NodeShape ; sh:targetSubjectsOf e:uses ;
  sh:property [ sh:path e:uses ; sh:or ( [ sh:class e:Tool ] [ sh:class e:Event ] ) ] .
e:M a sh:NodeShape ; sh:targetSubjectsOf e:led ; sh:class e:Agent .
"""
_DATA = """
e:x e:uses e:geonode , e:hackathon .
e:geonode a e:Tool ; e:maker e:ada , e:bob .
e:ada a e:Persn ; e:led e:x .
e:bob a e:Person .
e:Person <http://www.w3.org/2000/01/rdf-schema#subClassOf> e:Agent .
e:hackathon a e:Event .
e:fair a e:Event .
"""


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    Path("s.ttl").write_text(_HEAD + _SHAPES)

    def run(data: str, code: int) -> list[dict[str, Any]]:
        Path("d.ttl").write_text(_HEAD + data)
        assert main(["validate", "d.ttl", "--shapes", "s.ttl", "-f", "json"]) == code
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
        return found

    return run


def _one(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The one finding that no other is the cause of."""
    (finding,) = (each for each in found if "cause" not in each)
    return finding


def test_one_finding_names_the_cause(validated: Any) -> None:
    finding = _one(validated(_DATA, 1))
    assert (finding["rule"], finding["severity"]) == ("MisspeltClass", "violation")
    assert (finding["line"], finding["column"]) == (5, 9)
    assert finding["message"] == "There is no class e:Persn. 2 more findings follow from it."
    assert (finding["hint"], finding["paste"]) == ("Did you mean e:Person?", "e:Person")


def test_what_follows_is_in_every_report_but_text(validated: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Text does not list it, and says so; elsewhere it names its cause, with nothing to paste."""
    found = validated(_DATA, 1)
    assert [each["rule"] for each in found] == ["MisspeltClass", "Class", "Class"]
    assert [each.get("cause", {}).get("value") for each in found] == [None, *["http://e/Persn"] * 2]
    assert [each.get("paste") for each in found] == ["e:Person", None, None]
    assert main(["validate", "d.ttl", "--shapes", "s.ttl"]) == 1
    told = capsys.readouterr().out
    assert (told.count("violation: "), "; 2 not shown (--all shows them).\n" in told) == (1, True)


def test_the_cause_is_mended(validated: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    validated(_DATA, 1)
    assert main(["validate", "d.ttl", "--shapes", "s.ttl", "--fix", "--write"]) == 0
    assert "e:ada a e:Person" in (tmp_path / "d.ttl").read_text()


def test_alternatives_follow_too(validated: Any) -> None:
    finding = _one(
        validated(_DATA.replace("hackathon a e:Event", "hackathon a e:Evnt").replace("Persn", "Person"), 1)
    )
    assert finding["message"] == "There is no class e:Evnt. One more finding follows from it."


def test_a_misspelt_class_that_fails_nothing_is_a_warning(validated: Any) -> None:
    (finding,) = validated("e:bob a e:Person . e:tim a e:Persom .", 0)
    assert (finding["rule"], finding["severity"]) == ("MisspeltClass", "warning")


def test_another_class_is_no_misspelling(validated: Any) -> None:
    found = validated(_DATA.replace("e:Persn", "e:Robot"), 1)
    assert {each["rule"] for each in found} == {"Class"}
    assert not any("paste" in each for each in found), "it may be the wrong node"


@pytest.mark.parametrize(
    ("used", "paste", "hint"),
    [
        ("e:geonod", "e:geonode", "Did you mean e:geonode?"),
        ("e:nothing", None, "The data do not describe it"),
        ("e:bob", None, "It must be an instance of the class"),
        ("e:plain", "e:plain a e:Person .", "It must be an instance of the class"),
    ],
)
def test_no_line_to_paste_makes_a_misspelt_name_true(
    validated: Any, used: str, paste: str | None, hint: str
) -> None:
    data = f"e:tool a e:Tool ; e:maker {used} . e:geonode a e:Person . e:bob a e:Robot . e:plain e:p 1 ."
    (finding,) = [each for each in validated(data, 1) if each["rule"] == "Class"]
    assert finding.get("paste") == paste
    assert hint in finding["hint"]


def test_a_hash_behind_a_name_begins_a_comment(validated: Any) -> None:
    data = (
        'e:a e:p "e:b#c" ; e:q <http://e/b#c> , """\ne:b#c""" . # e:b#c\ne:d#position\n  e:p e:o # fine\n .\n'
    )
    (finding,) = validated(data, 0)
    assert (finding["rule"], finding["severity"]) == ("GluedComment", "warning")
    assert (finding["line"], finding["column"]) == (4, 4)
    assert "e:d\\#position" in finding["hint"]


def test_looking_for_slips_is_linear_and_takes_an_escape_for_a_sign() -> None:
    text = b'@prefix e: <http://e/> .\ne:a\\#b e:p "' + b":a" * 500_000 + b'" .\n'
    begin = time.process_time()
    assert list(text_slips([Source("a.ttl", RdfFormat.TURTLE, text)])) == []
    assert time.process_time() - begin < 5  # half an hour, if each colon were a new beginning


def test_a_character_that_nobody_sees_in_an_iri(validated: Any) -> None:
    """RFC 3987, 2.2 (ucschar): it may stand there, so it is no error."""
    (finding,) = validated('e:a e:p <http://e/b\xa0c> , "d\xa0e" , <http://e/é> .\n', 0)
    assert (finding["rule"], finding["severity"]) == ("HiddenCharacter", "warning")
    assert (finding["line"], finding["column"]) == (2, 20)
    assert "U+00A0, in an IRI" in finding["message"]
