"""A curator's project: house rules are off, passages are letters, and a graph is cited by its title."""

# ruff: noqa: RUF001

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ogdkg.cli.main import COMMANDS, main

_TOML = """[project]
things = "http://m.example/"
[prefixes]
m = "http://m.example/"
mo = "http://mo.example/"
"""
_DATA = """@prefix m: <http://m.example/> . @prefix mo: <http://mo.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
m:vase a mo:Vase ; rdfs:label "Blue Vase"@en ; dcterms:extent [ mo:cm 3 ] . m:north rdfs:label "North" .
m:letter dcterms:title "Letter of 1901" .
m:letter { m:vase mo:lentTo m:north . }
"""
_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix mo: <http://mo.example/> .
mo:S a sh:NodeShape ; sh:targetClass mo:Vase ; sh:property [ sh:path mo:lentTo ; sh:maxCount 1 ] .
"""
_PASSAGES = """@prefix m: <http://m.example/> . @prefix mo: <http://mo.example/> .
m:letter a mo:Letter ; mo:from 2 ; mo:to 3 ; mo:words "blue vase" ; mo:in m:archive .
m:archive a mo:Archive .
"""
_EVIDENCE = """[evidence]
passage = "mo:Letter"
first-line = "mo:from"
last-line = "mo:to"
fragment = "mo:words"
source = "http://mo.example/in"
"""


@pytest.fixture
def museum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "ogdkg.toml": _TOML,
        "data/a.trig": _DATA,
        "ontology/shapes/s.ttl": _SHAPES,
        "ontology/o.ttl": "<http://mo.example/Vase> a <http://www.w3.org/2002/07/owl#Class> .",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def _found(capsys: pytest.CaptureFixture[str], code: int) -> set[tuple[str, str]]:
    assert main(["validate", "-f", "json"]) == code
    return {(f["rule"], f["severity"]) for f in json.loads(capsys.readouterr().out)["findings"]}


def test_no_house_rule_is_on_by_default(museum: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _found(capsys, 0) == set()


@pytest.mark.parametrize(
    ("rules", "code", "expected"),
    [
        ('rules = ["blank-node"]', 1, {("BlankNode", "violation")}),
        ('rules = ["graph-name"]', 1, {("GraphName", "violation")}),
        ('rules = ["undeclared"]', 1, {("Undeclared", "violation")}),
        ('rules = { blank-node = "info", undeclared = "off" }', 0, {("BlankNode", "info")}),
        ('rules = { graph-name = "warning" }', 0, {("GraphName", "warning")}),
        ("rules = []", 0, set()),
    ],
)
def test_a_rule_has_the_severity_that_the_project_gives_it(
    museum: Path, capsys: pytest.CaptureFixture[str], rules: str, code: int, expected: set[tuple[str, str]]
) -> None:
    (museum / "ogdkg.toml").write_text(f"{_TOML}[validate]\n{rules}\n")
    assert _found(capsys, code) == expected


def test_rules_that_other_keys_ask_for_can_be_switched_off(
    museum: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (museum / "data" / "b.ttl").write_text(
        "<http://m.example/vase> <http://p.example/> <http://m.example/x> ."
    )
    (museum / "data" / "c.txt.nt").write_text("")
    layer = '[[layer]]\nname = "a"\nfiles = ["data/a.trig", "data/b.ttl"]\n'
    (museum / "ogdkg.toml").write_text(_TOML + layer)
    assert _found(capsys, 1) == {("Undefined", "violation"), ("Unread", "warning")}
    (museum / "ogdkg.toml").write_text(f'{_TOML}{layer}[validate.rules]\nundefined = "off"\nunread = "off"\n')
    assert _found(capsys, 0) == set()


@pytest.mark.parametrize(
    ("keys", "line", "message", "hint"),
    [
        ('[validate]\nrules = ["blank-nod"]', 7, "no house rule 'blank-nod'", "'blank-node'"),
        ('[validate.rules]\nunread = "warn"', 7, "no severity 'warn'", "'warning'"),
        ('[validate.rules]\nunred = "off"', 7, "no house rule 'unred'", "'unread'"),
        ('[validate]\nrule = ["unread"]', 7, "'rule' is not a known key", "'rules'"),
        ("[validat]\nrules = []", 6, "'validat' is not a known key", "'validate'"),
        ('[evidence]\npasage = "mo:L"', 7, "'pasage' is not a known key", "'passage'"),
        ('[evidence]\npassage = "mi:L"', 7, "'mi:L' is no CURIE and no IRI", "[prefixes]"),
    ],
)
def test_a_typo_is_one_sentence_with_the_nearest(
    museum: Path, capsys: pytest.CaptureFixture[str], keys: str, line: int, message: str, hint: str
) -> None:
    (museum / "ogdkg.toml").write_text(f"{_TOML}{keys}\n")
    assert main(["validate"]) == 3
    first, *more = capsys.readouterr().err.splitlines()
    assert first.startswith(f"Error: ogdkg.toml:{line}: ") and message in first
    assert hint in "".join(more)


def test_a_graph_is_cited_by_its_title(museum: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "Blue Vase"]) == 0
    shown = capsys.readouterr().out
    assert "lentTo  North  [1]" in shown
    assert "[1] Letter of 1901" in shown
    assert main(["why", "Blue Vase", "lentTo"]) == 0
    assert "Letter of 1901" in capsys.readouterr().out


def test_the_class_and_the_properties_of_passages_are_configured(
    museum: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (museum / "data" / "p.ttl").write_text(_PASSAGES)
    (museum / "ogdkg.toml").write_text(f'{_TOML}{_EVIDENCE}[validate]\nrules = ["graph-name"]\n')
    assert _found(capsys, 0) == set()
    assert main(["show", "Blue Vase"]) == 0
    assert "lentTo  North  [L2–3]" in capsys.readouterr().out
    assert main(["why", "Blue Vase", "lentTo"]) == 0
    assert "L2–3  “blue vase”" in capsys.readouterr().out
    assert main(["stats", "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["passages"] == 1
    (museum / "data" / "p.ttl").write_text(_PASSAGES.replace("mo:Letter", "mo:Note"))
    assert main(["validate"]) == 1
    said = capsys.readouterr().out
    assert "The graph m:letter is not described as a letter" in said
    assert "Describe it as a letter (mo:Letter)" in said


def test_nothing_is_said_of_passages_where_there_are_none(
    museum: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (museum / "ontology" / "shapes" / "s.ttl").write_text(_SHAPES.replace("maxCount 1", "maxCount 0"))
    for arguments in (
        ["validate"],
        ["validate", "-f", "json"],
        ["validate", "-f", "sarif"],
        ["validate", "-f", "junit"],
        ["validate", "-f", "html"],
        ["stats"],
        ["show", "Blue Vase"],
        ["why", "Blue Vase"],
        ["search", "blue"],
        ["query"],
        ["export", "-f", "turtle"],
    ):
        main(arguments)
        said = capsys.readouterr()
        assert "passage" not in (said.out + said.err).lower(), arguments
        assert said.out, arguments


def test_help_says_nothing_of_passages_where_there_are_none(
    museum: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of_passages = {"coverage", "passage", "reanchor", "init"}
    for command in ("", *(name for name in COMMANDS if name not in of_passages)):
        assert main([*command.split(), "--help"]) == 0
        said = capsys.readouterr().out
        assert "passage" not in said.lower(), command
        assert said
    (museum / "ogdkg.toml").write_text(_TOML + _EVIDENCE)
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"\n  {name} " in said for name in COMMANDS)


def test_examples_are_of_the_project(museum: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, example in (("show", "ogdkg show 'Blue Vase'"), ("why", "ogdkg why 'Blue Vase' extent")):
        assert main([command, "--help"]) == 0
        assert example in capsys.readouterr().out
    (museum / "ogdkg.toml").write_text(_TOML.replace("things", 'example = ["North", "label"]\nthings'))
    assert main(["why", "--help"]) == 0
    assert "ogdkg why North label" in capsys.readouterr().out
    for command, example in (
        ("stats", "stats --layer data"),
        ("search", "search north"),
        ("query", "query NAME"),
    ):
        assert main([command, "--help"]) == 0
        assert f"ogdkg {example}" in capsys.readouterr().out
    (museum / "queries").mkdir()
    (museum / "queries" / "vases.rq").write_text(
        "#+ summary: Vases.\nSELECT ?v { ?v a <http://mo.example/Vase> }"
    )
    assert main(["query", "--help"]) == 0
    assert "ogdkg query vases -f csv" in capsys.readouterr().out
    (museum / "ogdkg.toml").write_text("[")
    assert main(["show", "--help"]) == 0
    assert "ogdkg show NAME" in capsys.readouterr().out
    for file in (museum / "data").iterdir():
        file.write_text("<<<")
    (museum / "ogdkg.toml").write_text(_TOML)
    assert main(["show", "--help"]) == 0


def test_a_blank_node_is_shown_by_what_it_says(museum: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its label is nobody's; a list is its members, a circle of one ends."""
    (museum / "data" / "b.ttl").write_text(
        "@prefix m: <http://m.example/> . @prefix mo: <http://mo.example/> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        'm:pot a mo:Pot ; mo:sizes ( 1 2.50 "x" ) ;'
        " mo:made [ a mo:Making ; mo:by m:vase ; mo:at [ mo:x 1 ] ] ;"
        "  mo:ring _:r . _:r rdf:first 1 ; rdf:rest _:r .\n"
    )
    assert main(["show", "Blue Vase"]) == 0
    shown = capsys.readouterr().out
    assert "  extent  cm: 3  [data]\n" in shown
    assert "← by    Making; at: …; by: Blue Vase  [data]\n" in shown
    for engine in ("oxigraph", "rdflib"):
        assert main(["show", "m:pot", "--engine", engine]) == 0
        shown = capsys.readouterr().out
        assert "made   Making; at: …; by: Blue Vase" in shown
        assert "sizes  (1, 2.5" in shown and ", x)" in shown
        assert "ring   (1)" in shown
        assert "_:" not in shown
    assert main(["why", "m:pot", "sizes"]) == 0
    assert "sizes · (1, 2.5" in capsys.readouterr().out


def test_a_prefix_of_a_data_file_is_known_in_a_query(
    museum: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (museum / "data" / "c.ttl").write_text("@prefix q: <http://q.example/> . q:a q:b q:c .")
    assert main(["sparql", "ASK { ?s q:b ?o }"]) == 0
    assert capsys.readouterr().out == "true\n"
    assert main(["sparql", "ASK { ?s zz:b ?o }"]) == 3
    assert "PREFIX zz: <" in capsys.readouterr().err
