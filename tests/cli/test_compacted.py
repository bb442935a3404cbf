"""Compacted JSON-LD: every term has a key, and two other libraries read the same graph back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import Dataset
from tests.conftest import ROOT
from tests.projects import our_graph

from ogdkg import open_graph
from ogdkg.cli.main import main
from ogdkg.exchange.export import context, export
from ogdkg.render.rdf.compacted import Context, write_compacted
from ogdkg.render.rdf.writers import in_order

TRICKY = """@prefix ogd: <https://w3id.org/ogdkg/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<https://w3id.org/ogdkg/id/a:b//c> a ogd:Initiative, <urn:x> ;
  ogd:startLine 007, 7, -7, 0, "+7"^^xsd:integer, "7" ;
  ogd:kind "text", _:x, <mailto:a@b> ; skos:prefLabel "plain", "en"@en, "en two"@en, "de"@de, _:x ;
  dcterms:issued "2020-01-01"^^xsd:date, "2020-01-01T00:00:00+00:00"^^xsd:dateTime ;
  <http://e/p> "1.50"^^xsd:decimal, "yes"^^xsd:boolean, true, 1.0E0, 12345678901234567890, "\\u2028\\"\\n" ;
  rdf:type "literal" ; <http://e/list> ( 1 "a" ) .
<http://e/g> { <http://e/s> <http://e/p> <https://w3id.org/ogdkg/id/> . }
"""


def canonical(quads: object) -> ox.Dataset:
    dataset = ox.Dataset(quads)  # type: ignore[arg-type]  # any iterable of quads
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def read_by(reader: str, text: str) -> ox.Dataset:
    if reader == "pyld":
        text = jsonld.to_rdf(json.loads(text), {"format": "application/n-quads"})
    elif reader == "rdflib":
        dataset = Dataset()
        dataset.parse(data=text, format="json-ld")
        text = dataset.serialize(format="nquads")
    form = ox.RdfFormat.JSON_LD if reader == "pyoxigraph" else ox.RdfFormat.N_QUADS
    return canonical(ox.parse(text, form))


def compacted(quads: str) -> str:
    lines = (ox.serialize(ox.parse(quads, ox.RdfFormat.TRIG), format=ox.RdfFormat.N_QUADS) or b"").decode()
    ordered = in_order(lines.split("\n")[:-1], graphs=True)
    return "".join(write_compacted(ordered, Context(context(our_graph()))))


@pytest.mark.parametrize("reader", ["pyld", "pyoxigraph"])
def test_what_is_odd_comes_back_as_it_was(reader: str) -> None:
    assert read_by(reader, compacted(TRICKY)) == canonical(ox.parse(TRICKY, ox.RdfFormat.TRIG))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # rdflib 7.6 warns of itself
@pytest.mark.parametrize("reader", ["pyld", "pyoxigraph", "rdflib"])
@pytest.mark.parametrize("form", ["compacted", "jsonld"])
def test_the_graph_is_read_back_whole(
    reader: str, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rdflib.NORMALIZE_LITERALS", False)
    target, plain = tmp_path / "graph.jsonld", tmp_path / "graph.nq"
    asked = ["-q", "-C", str(ROOT), "export"]
    assert main([*asked, "-f", form, "-o", str(target)]) == 0
    assert main([*asked, "-o", str(plain)]) == 0
    assert read_by(reader, target.read_text()) == canonical(ox.parse(path=plain))


def test_every_property_and_class_has_a_short_key() -> None:
    terms = Context(context(our_graph()))
    used: set[str] = set()
    for quad in export(open_graph(ROOT, layers=["all"])):
        used.add(quad.predicate.value)
        for term in (quad.subject, quad.object):
            if getattr(term, "value", "").startswith("https://w3id.org/ogdkg/ns#"):
                used.add(getattr(term, "value", ""))
    missing = {iri for iri in used if not terms.term(iri)} - {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    }
    assert not {iri for iri in missing if re.search(r"[a-z]$", iri)}
    assert len(used) > 100


def test_keys_are_short_and_values_plain(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["-q", "-C", str(ROOT), "export", "-f", "compacted", "--layer", "source", "--thing", "BOOST"])
        == 0
    )
    document = json.loads(capsys.readouterr().out)
    [name] = [graph for graph in document["@graph"] if graph["id"] == "thing:reading/boost-name"]
    [boost] = [node for node in name["@graph"] if node["id"] == "thing:initiative/boost"]
    assert boost["type"] == "Initiative"
    assert boost["prefLabel"] == {"en": "BOOST"}
    assert boost["position"] == 4
    assert boost["page"] == "thing:page/boost"


def test_a_context_that_asks_for_more_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "c.jsonld"
    for text in ('{"@context": {"a": {"@reverse": "http://e/p"}}}', "{", "[]", '{"@context": "http://e/"}'):
        bad.write_text(text)
        assert main(["-C", str(ROOT), "export", "-f", "compacted", "--context", str(bad)]) == 3
    assert "context" in capsys.readouterr().err
