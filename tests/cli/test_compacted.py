"""Compacted JSON-LD: every term has a key, and two other libraries read the same graph back."""

from __future__ import annotations

import collections
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld
from rdflib import Dataset
from tests.conftest import ROOT, Run
from tests.projects import our_graph

from ogdkg.cli.main import main
from ogdkg.exchange.export import context
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


def values_in(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each key of a document's nodes, with each of its values."""
    for key, values in node.items():
        for value in values if isinstance(values, list) else [values]:
            yield key, value
            if isinstance(value, dict) and key != "@context":
                yield from values_in(value)


@pytest.fixture(scope="module")
def everything(ogdkg: Run) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        ogdkg("export", "--layer", "all", "-f", "compacted", cwd=ROOT).stdout
    )
    return document


def test_every_property_and_class_has_a_short_key(everything: dict[str, Any]) -> None:
    found = list(values_in(everything))
    keys = {key for key, _ in found}
    assert {key for key in keys if ":" in key} == set()
    types = {value for key, value in found if key == "type"}
    assert {kind for kind in types if ":" in kind and not kind.startswith(("ogd:", "xsd:"))} == set()
    assert len(keys) > 100


def test_dates_and_codes_are_plain_strings(everything: dict[str, Any]) -> None:
    """Only an object of rdf:Statement, which may be anything, says its type in each value."""
    typed = {key for key, value in values_in(everything) if isinstance(value, dict) and "@value" in value}
    assert typed <= {"statedObject"}
    engagements = [value for key, value in values_in(everything) if key == "validMonth"]
    assert "2022-11" in engagements


def test_keys_differ_by_more_than_capitals_if_they_mean_different_words() -> None:
    """`Distribution` beside `distribution` is the class of what the property has, as in its vocabulary."""
    written = context(our_graph())
    iris = {
        key: value if isinstance(value, str) else value["@id"]
        for key, value in written.items()
        if key[0] != "@"
    }
    alike = collections.defaultdict(set)
    for key, iri in iris.items():
        alike[key.lower()].add(iri.partition(":")[0] if key != iri else key)
    others = {key for key, vocabularies in alike.items() if len(vocabularies) > 1}
    assert others == {"mediatype"}  # dcat:mediaType, whose values are of dcterms:MediaType


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_a_class_has_keys_of_its_own() -> None:
    """`value` is a claim's; elsewhere the property goes by its CURIE, and each reads back."""
    text = """@prefix ogd: <https://w3id.org/ogdkg/ns#> . @prefix schema: <https://schema.org/> .
    @prefix oa: <http://www.w3.org/ns/oa#> .
    <http://e/claim> a ogd:QuantityClaim ; schema:value 3 .
    <http://e/other> a ogd:Initiative ; schema:value 3 .
    <http://e/both> a oa:TextPositionSelector, ogd:QuantityClaim ; schema:value 3 ; oa:start 1 ."""
    document = compacted(text)
    nodes = {node["id"]: node for node in json.loads(document)["@graph"]}
    assert nodes["http://e/claim"]["value"] == 3
    assert "value" not in nodes["http://e/other"]
    assert not {"value", "start"} & set(nodes["http://e/both"])  # readers differ on two such classes
    for reader in ("pyld", "pyoxigraph", "rdflib"):
        assert read_by(reader, document) == canonical(ox.parse(text, ox.RdfFormat.TRIG))


@pytest.mark.parametrize("form", [("compacted",), ("framed", "--class", "Initiative")])
def test_a_context_by_address_reads_as_the_one_included(
    ogdkg: Run, tmp_path: Path, form: tuple[str, ...]
) -> None:
    address, file = "https://w3id.org/ogdkg/context.jsonld", ROOT / "ontology/context.jsonld"
    written = {}
    for name, options in (("included", ()), ("named", ("--context", address))):
        done = ogdkg("-q", "export", "-f", *form, *options, "-o", tmp_path / f"{name}.jsonld", cwd=ROOT)
        assert done.returncode == 0, done.stderr
        written[name] = json.loads((tmp_path / f"{name}.jsonld").read_text("utf-8"))
        where = ("--context", f"{address}={file}")
        read = ogdkg("convert", tmp_path / f"{name}.jsonld", tmp_path / f"{name}.nq", *where, cwd=tmp_path)
        assert read.returncode == 0, read.stderr
    assert written["named"]["@context"] == address
    assert written["named"]["@graph"] == written["included"]["@graph"]
    assert (tmp_path / "named.nq").read_bytes() == (tmp_path / "included.nq").read_bytes()


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


@pytest.mark.parametrize("form", ["compacted", "csv", "xlsx"])
def test_the_empty_prefix_is_no_term(ogdkg: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("PREFIX : <https://e.example/>\n:a a :B ; :c 1 .\n")
    out = tmp_path / "out"
    assert ogdkg("export", "-f", form, "-o", out, cwd=tmp_path).returncode == 0
    if form == "compacted":
        assert read_by("pyld", out.read_text()) == canonical(ox.parse(path=tmp_path / "data" / "a.ttl"))


def test_a_context_that_asks_for_more_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "c.jsonld"
    contexts = ('{"@context": {"a": {"@reverse": "http://e/p"}}}', '{"@context": "http://e/"}')
    for text in (*contexts, '{"@context": {"": "http://e/"}}', "{", "[]"):
        bad.write_text(text)
        assert main(["-C", str(ROOT), "export", "-f", "compacted", "--context", str(bad)]) == 3
    assert "context" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('{"@context": {"a": {"@type": "@id"}}}', "c.jsonld:1:15: The term \"a\" stands for no IRI."),
        ('{"@context": {"a": 5}}', "c.jsonld:1:15: The term \"a\" is defined by 5."),
        ('{"@context": {"a": {"@id": 5}}}', "c.jsonld:1:15: The @id of a term is a text, not 5."),
        ('{"@context": {"a": {"@id": null}}}', "The context's 'a' has no @id."),
        ('{"@context": {"@language": 5}}', "c.jsonld:1:15: @language is a language tag, not 5."),
        ('{"@context": {"a": "a:b", "@base": 5}}', "c.jsonld:1:27: The @base 5 is not an absolute IRI."),
        ('{"@context": {"a": {"@id": "x:A", "@context": null}}}', "The @context of 'a' must be one object."),
        ('{"a": 1}', "c.jsonld: The file has no JSON-LD context."),
        ('{"@context": {"a": 1', "c.jsonld:1:21: The { in line 1 is not closed."),
    ],
)  # fmt: skip
def test_a_context_that_no_reader_takes_is_refused_in_its_place(
    written: str, message: str, ogdkg: Run, tmp_path: Path
) -> None:
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "c.jsonld").write_text(written)
    done = ogdkg("export", "-f", "compacted", "--context", "c.jsonld", "-o", "out.jsonld", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "out.jsonld").exists()) == (3, False)
    assert message in done.stderr


def test_a_term_that_means_nothing_is_passed_over(ogdkg: Run, tmp_path: Path) -> None:
    """JSON-LD 1.1, section 4.1: a term of null is kept from being expanded."""
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text("<https://e.example/a> <https://e.example/p> 1 .\n")
    (tmp_path / "c.jsonld").write_text('{"@context": {"p": null}}')
    done = ogdkg("export", "-f", "compacted", "--context", "c.jsonld", cwd=tmp_path)
    assert done.returncode == 0 and '"https://e.example/p": {"@type"' in done.stdout
