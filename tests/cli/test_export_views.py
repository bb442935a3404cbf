"""The views, each with its own checks: tables for each class, and the graph in schema.org's terms."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from pyld import jsonld
from tests.conftest import ROOT, Run
from tests.projects import our_graph

from ogdkg.cli.main import main
from ogdkg.exchange.export import export
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import Iri

PEOPLE = re.compile("Jensen|ljensen2|contact/boost")
TYPE = Iri("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def test_a_table_has_a_row_for_each_thing_and_every_value(tmp_path: Path) -> None:
    assert main(["-C", str(ROOT), "export", "-f", "csv", "-o", f"{tmp_path}/"]) == 0
    triples = {quad.triple for quad in export(our_graph())}
    things = {
        triple.subject
        for triple in triples
        if triple[1:] == (TYPE, Iri("https://w3id.org/ogdkg/ns#Initiative"))
    }
    text = (tmp_path / "Initiative.csv").read_bytes().decode()
    rows = list(csv.DictReader(text.splitlines(keepends=True)))
    assert sorted(row["id"] for row in rows) == sorted(
        thing.value for thing in things if isinstance(thing, Iri)
    )
    cells = sum(len(cell.split(" | ")) for row in rows for name, cell in row.items() if cell and name != "id")
    assert cells == sum(triple.subject in things and triple.predicate != TYPE for triple in triples)
    [boost] = [row for row in rows if row["id"].endswith("/boost")]
    assert boost["prefLabel@en"] == "BOOST"
    assert len(list(tmp_path.iterdir())) > 20


def test_a_table_of_one_class_goes_anywhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["-C", str(ROOT), "export", "-f", "csv", "--class"]
    assert main([*asked, "Initiative", "-o", f"{tmp_path}/i.csv"]) == 0
    rows = list(csv.DictReader((tmp_path / "i.csv").read_text().splitlines()))
    assert len(rows) == len({row["id"] for row in rows}) == 26
    assert main([*asked, "Tool", "--iris"]) == 0  # its subclasses too
    assert "tool/geonode" in capsys.readouterr().out
    assert main(["-C", str(ROOT), "export", "-f", "turtle", "--class", "Tool"]) == 2


def test_tables_hold_no_person_and_are_the_same_bytes(tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        folder = tmp_path / name
        assert main(["-C", str(ROOT), "export", "-f", "csv", "-o", str(folder), "--without-personal"]) == 0
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert written[0] == written[1]
    assert not [name for name, data in written[0].items() if PEOPLE.search(data.decode())]


def test_signs_that_join_values_are_escaped(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "a.ttl"
    path.write_text('<http://e/a> a <http://e/C> ; <http://e/p> "x|y", "a\\\\b", 007 .')
    done = ogdkg("export", "-f", "csv", "-o", "tables/", cwd=tmp_path)
    assert done.stderr == "1 file written.\n"
    [table] = (tmp_path / "tables").iterdir()
    assert table.read_bytes() == b"id,http://e/p\r\nhttp://e/a,007 | a\\\\b | x\\|y\r\n"
    assert ogdkg("export", "-f", "csv", cwd=tmp_path).returncode == 2
    assert ogdkg("export", "-f", "csv", "--each", "-o", "x/", cwd=tmp_path).returncode == 2


def test_a_framed_document_tells_each_thing_whole_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["-q", "-C", str(ROOT), "export", "-f", "framed", "--class", "Initiative"]
    assert main(asked) == 0
    text = capsys.readouterr().out
    [boost] = [node for node in json.loads(text)["@graph"] if node["id"] == "thing:initiative/boost"]
    assert boost["contactPoint"]["prefLabel"] == {"en": "Leif Jensen"}
    assert boost["kind"]["prefLabel"] == {"en": "Initiative", "es": "Iniciativa", "fr": "Initiative"}
    nquads = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    told = {quad_of(line) for line in nquads.splitlines()}
    given = {quad._replace(graph=None) for quad in export(our_graph())}
    assert told <= given
    things = {
        quad.subject for quad in given if quad[1:3] == (TYPE, Iri("https://w3id.org/ogdkg/ns#Initiative"))
    }
    assert len(things) == 26
    assert {quad for quad in given if quad.subject in things} <= told
    assert main([*asked, "--without-personal"]) == 0
    assert not PEOPLE.search(capsys.readouterr().out)


def test_a_class_goes_by_key_curie_or_name(capsys: pytest.CaptureFixture[str]) -> None:
    written = set()
    for name in ("Tool", "ogd:Tool", "https://w3id.org/ogdkg/ns#Tool", "tool"):
        assert main(["-q", "-C", str(ROOT), "export", "-f", "framed", "--class", name]) == 0
        written.add(capsys.readouterr().out)
    [text] = written
    assert "thing:tool/geonode" in text  # a platform, which is a tool
    assert main(["-C", str(ROOT), "export", "-f", "framed"]) == 2
    assert main(["-C", str(ROOT), "export", "--class", "Tool"]) == 2
