"""A datatype that XSD or RDF does not have is told, by the shape that looks at it or else by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ogdkg.cli.main import main

_HEAD = """@prefix e: <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
PREFIX t: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX x: <http://www.w3.org/2001/XMLSchema#>
"""
_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
e:S a sh:NodeShape ; sh:targetSubjectsOf e:born ; sh:property [ sh:path e:born ; sh:datatype xsd:date ] .
"""


def _found(data: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    (folder / "s.ttl").write_text(_HEAD + _SHAPES)
    (folder / "d.ttl").write_text(_HEAD + data)
    main(["validate", "--no-cache", str(folder / "d.ttl"), "--shapes", str(folder / "s.ttl"), "-f", "json"])
    findings: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["findings"]
    return [each for each in findings if each["rule"] in ("UnknownDatatype", "Datatype")]


@pytest.mark.parametrize(
    ("datatype", "name", "near"),
    [
        ("xsd:dat", "xsd:dat", "xsd:date"),
        ("x:datetime", "xsd:datetime", "xsd:dateTime"),
        ("<http://www.w3.org/2001/XMLSchema#intger>", "xsd:intger", "xsd:integer"),
        ("t:langstring", "rdf:langstring", "rdf:langString"),
    ],
)
def test_it_is_a_warning_where_no_shape_looks(
    datatype: str, name: str, near: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [found] = _found(f'e:a e:died "1960-01-04"^^{datatype} .', tmp_path, capsys)
    assert (found["rule"], found["severity"]) == ("UnknownDatatype", "warning")
    assert (found["message"], found["hint"]) == (f"There is no datatype {name}.", f"Did you mean {near}?")
    assert (found["line"], found["column"]) == (3, 12)


def test_where_a_shape_looks_its_finding_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [found] = _found('e:a e:born "1960-01-04"^^xsd:dat .', tmp_path, capsys)
    assert (found["rule"], found["severity"]) == ("Datatype", "violation")
    assert found["hint"].startswith("There is no datatype xsd:dat; did you mean xsd:date?")
    assert found["paste"] == '"1960-01-04"^^x:date'


@pytest.mark.parametrize(
    "value",
    ['"a"^^xsd:NMTOKENS', '"1"^^xsd:unsignedByte', '"<b/>"^^t:XMLLiteral', '"P1D"^^xsd:dayTimeDuration',
     '"x"^^e:dat', '"\\"^^xsd:dat"', '""" ^^xsd:dat """'],
)  # fmt: skip
def test_no_false_alarm(value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _found(f"e:a e:died {value} .", tmp_path, capsys) == []
