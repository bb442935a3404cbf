"""A graph of one's own, from an empty `ogdkg.toml` on: what is known without being told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import Run

from ogdkg.project.prefixes import BUILT_IN, declared_in
from ogdkg.project.project import read_project

DATA = """\
@prefix m: <https://museum.example/ns#> . # a comment
@prefix t: <https://museum.example/thing/> .
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
t:v1 a m:Vase ; rdfs:label "Blue Vase"@en, "Blaue Vase"@de ; m:lentTo t:north ; m:height 12 .
t:v2 a m:Vase ; m:lentTo t:north .
t:north a m:Museum ; rdfs:label "North Museum"@en, "Nordmuseum"@de .
"""
QUERY = """\
#+ summary: Where is a vase?
#+ params:
#+   vase: {type: iri, class: m:Vase, example: Blue Vase}
SELECT ?vase ?where WHERE { BIND (?_vase_iri AS ?vase) ?_vase_iri m:lentTo ?where }
"""


@pytest.fixture
def museum(tmp_path: Path) -> Path:
    for name, text in {
        "ogdkg.toml": "",
        "data/a.ttl": DATA,
        "ontology/m.ttl": "<https://museum.example/ns#lentTo> <http://www.w3.org/2000/01/rdf-schema#label>"
        ' "lent to"@en, "verliehen an"@de .',
        "queries/x/where.rq": QUERY,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_prefixes_of_data_files_are_known(ogdkg: Run, museum: Path) -> None:
    assert ogdkg("sparql", "ASK { t:v1 a m:Vase ; rdfs:label ?l }", cwd=museum).stdout == "true\n"
    assert "  m:Vase\n" in ogdkg("stats", cwd=museum).stdout
    assert ogdkg("show", "t:v2", cwd=museum).stdout.startswith("t:v2\nt:v2 · Vase\n")
    asked = ogdkg("query", "where", "--vase", "t:v2", "-f", "csv", cwd=museum)
    assert asked.stdout.splitlines()[1:] == [
        "https://museum.example/thing/v2,https://museum.example/thing/north"
    ]
    prefixes = read_project(museum).prefixes
    assert {*BUILT_IN} <= {*prefixes} and prefixes["skos"] == "http://www.w3.org/2004/02/skos/core#"


def test_the_settings_come_before_the_data_and_these_before_the_usual_ones(museum: Path) -> None:
    (museum / "data" / "b.ttl").write_text("@prefix schema: <http://schema.org/> . @prefix m: <urn:no:> .")
    (museum / "ogdkg.toml").write_text('[prefixes]\nt = "https://other.example/"\n')
    prefixes = read_project(museum).prefixes
    assert prefixes["t"] == "https://other.example/"
    assert prefixes["m"] == "https://museum.example/ns#"
    assert prefixes["schema"] == "http://schema.org/"


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.ttl", "# @prefix no: <urn:no:> .\n@base <urn:b:> . @prefix a: <urn:a:> .", {"a": "urn:a:"}),
        ("a.trig", "<urn:s> <urn:p> '''\n@prefix no: <urn:no:> .\n''' .", {}),
        ("a.rdf", '<rdf:RDF xmlns:rdf="urn:rdf:" xmlns:e="&no;">', {"rdf": "urn:rdf:"}),
        ("a.jsonld", '{"@context": [{"e": "urn:e:", "n": "urn:e:n"}, "urn:no"]}', {"e": "urn:e:"}),
        ("a.jsonld", "[" * 100_000, {}),
        ("a.nt", "<urn:s> <urn:p> 1 .", {}),
    ],
)  # fmt: skip
def test_what_a_file_declares(tmp_path: Path, name: str, text: str, found: dict[str, str]) -> None:
    (tmp_path / name).write_text(text)
    assert dict(declared_in(tmp_path / name)) == found


def test_a_term_without_a_label_goes_by_its_local_name_everywhere(ogdkg: Run, museum: Path) -> None:
    shown = ogdkg("show", "Blue Vase", cwd=museum).stdout
    assert "t:v1 · Vase" in shown and "  height   12" in shown and "  type     Vase" in shown
    assert ogdkg("search", "blue", cwd=museum).stdout.splitlines()[2].split() == ["Blue", "Vase", "Vase"]
    for name in ("height", "m:height", "https://museum.example/ns#height"):
        assert ogdkg("why", "Blue Vase", name, cwd=museum).stdout.startswith("Blue Vase · height · 12\n")
        assert "height  12" in ogdkg("show", "Blue Vase", name, cwd=museum).stdout
    assert "Did you mean 'height'" in ogdkg("why", "Blue Vase", "heigth", cwd=museum).stderr


def test_a_table_shows_names_that_are_not_selected(ogdkg: Run, museum: Path) -> None:
    asked = ("query", "where", "--vase", "Blue Vase")
    assert ogdkg(*asked, cwd=museum).stdout.splitlines()[2].split("  ") == ["Blue Vase", "North Museum"]
    in_german = ogdkg(*asked, "--lang", "de", cwd=museum).stdout.splitlines()
    assert [line.split("  ") for line in in_german[2:]] == [["Blaue Vase", "Nordmuseum"]]
    for form in ("csv", "json"):
        text = ogdkg(*asked, "-f", form, cwd=museum).stdout
        assert "Vase" not in text and "Label" not in text
    rows = ogdkg("sparql", "SELECT ?x { ?x m:lentTo ?y } ORDER BY ?x", cwd=museum).stdout.splitlines()
    assert rows[2:] == ["Blue Vase", "t:v2"]


def test_an_ontology_that_no_layer_names_is_read_for_its_names(ogdkg: Run, museum: Path) -> None:
    assert "  verliehen an  Nordmuseum" in ogdkg("show", "v1", "--lang", "de", cwd=museum).stdout
    assert ogdkg("why", "v1", "lent to", cwd=museum).returncode == 0
    assert "lent to" not in ogdkg("export", "-f", "nt", cwd=museum).stdout
    (museum / "ogdkg.toml").write_text(
        '[[layer]]\nname = "all"\nfiles = ["data/*.ttl"]\n'.replace("all", "data")
    )
    assert "lent to" in ogdkg("show", "v1", cwd=museum).stdout
    (museum / "ogdkg.toml").write_text('[[layer]]\nname = "both"\nfiles = ["data/*.ttl", "ontology/*.ttl"]\n')
    assert [layer.name for layer in read_project(museum).layers] == ["both"]


@pytest.mark.parametrize(
    "text",
    [
        '[[layer]]\nname = "a"\nfiles = ["data/gone.ttl"]\n',
        '[[layer]]\nname = "a"\ngraph = "urn:g"\nrules = ["queries/gone.rq"]\n',
    ],
)
def test_a_file_that_is_named_must_be_there(ogdkg: Run, museum: Path, text: str) -> None:
    (museum / "ogdkg.toml").write_text(text)
    done = ogdkg("stats", cwd=museum)
    assert done.returncode == 3 and "gone" in done.stderr and "ogdkg.toml:" in done.stderr
