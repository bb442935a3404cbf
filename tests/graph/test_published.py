"""What catalogues (DCAT-AP 3.0.1), readers of SKOS and checkers of ontologies ask of a published graph.

`published.ttl` has the mandatory properties and the ranges of DCAT-AP and the conditions of SKOS in our own
words, for readers that do not reason: it is held against the export alone, without the ontology.
"""

from __future__ import annotations

import collections
import json
import re
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, VOID, Graph, Namespace, URIRef
from tests.conftest import Run

ROOT = Path(__file__).parents[2]
RULES = ROOT / "tests/graph/published.ttl"
OURS = Namespace("https://w3id.org/ogdkg/")
BIBO = Namespace("http://purl.org/ontology/bibo/")
NUMBER, HAS_VERSION, IS_VERSION_OF = (
    URIRef(f"{DCAT._NS}{name}") for name in ("version", "hasVersion", "isVersionOf")
)

# What is taken out of the export, and the first words of the rule that is then broken.
NEEDED = [
    (OURS["concept/activity"], DCTERMS.title, None, "A dataset, a catalogue"),
    (OURS["id/dataset/boost-database"], DCTERMS.title, None, "A dataset, a catalogue"),
    (OURS["id/dataset/boost-database"], DCTERMS.description, None, "A dataset and a catalogue"),
    (OURS["dataset/trig"], DCAT.accessURL, None, "A distribution says where"),
    (OURS["id/org/ogdkg-maintainers"], FOAF.name, None, "Whoever publishes a catalogue"),
    (None, RDF.type, DCTERMS.LicenseDocument, "Declare the licence"),
    (None, RDF.type, DCTERMS.MediaType, "The media type"),
    (None, RDF.type, DCTERMS.LinguisticSystem, "The language of a dataset"),
    (OURS["concept/stakeholder-group/media"], RDF.type, SKOS.Concept, "A member of a scheme"),
]


@pytest.fixture(scope="module")
def exported(ogdkg: Run) -> str:
    return ogdkg("export", "-f", "ntriples", cwd=ROOT).stdout


def messages(ogdkg: Run, path: Path, text: str) -> collections.Counter[str]:
    path.write_text(text, "utf-8")
    found = json.loads(ogdkg("validate", path, "--shapes", RULES, "-f", "json", cwd=path.parent).stdout)
    return collections.Counter(finding["message"] for finding in found["findings"])


def test_an_export_conforms(ogdkg: Run, exported: str, tmp_path: Path) -> None:
    assert messages(ogdkg, tmp_path / "graph.nt", exported) == {}


def test_each_rule_is_broken_where_its_value_is_missing(ogdkg: Run, exported: str, tmp_path: Path) -> None:
    graph = Graph().parse(data=exported, format="ntriples")
    for subject, predicate, value, _ in NEEDED:
        assert (subject, predicate, value) in graph
        graph.remove((subject, predicate, value))
    broken = messages(ogdkg, tmp_path / "graph.nt", graph.serialize(format="ntriples"))
    assert {rule for *_, rule in NEEDED} == {
        rule for *_, rule in NEEDED if any(message.startswith(rule) for message in broken)
    }


@pytest.fixture(scope="module")
def terms() -> Graph:
    graph = Graph()
    for name in ("ogdkg", "external"):
        graph.parse(ROOT / f"ontology/{name}.ttl")
    return graph


def test_no_two_terms_have_one_label(terms: Graph) -> None:
    labels = collections.Counter(str(label).lower() for label in terms.objects(None, RDFS.label))
    assert [label for label, count in labels.items() if count > 1] == []


def test_the_ontology_says_its_status_logo_and_source(terms: Graph) -> None:
    ontology = URIRef("https://w3id.org/ogdkg/ns")
    assert (ontology, RDF.type, OWL.Ontology) in terms
    assert terms.value(ontology, BIBO.status) == BIBO["status/draft"]
    assert terms.value(ontology, DCTERMS.source) == OURS["id/source/technical-assistance"]
    assert terms.value(ontology, FOAF.logo) == OURS["logo.svg"]
    assert (ROOT / "docs/images/logo.svg").is_file()


def test_void_names_every_vocabulary_and_file(exported: str) -> None:
    graph = Graph().parse(data=exported, format="ntriples")
    terms = {*graph.predicates(), *graph.objects(None, RDF.type)}
    used = {re.sub("[^#/]*$", "", str(term)) for term in terms}
    dataset = OURS["dataset"]
    assert used == set(map(str, graph.objects(dataset, VOID.vocabulary)))
    files = set(graph.objects(dataset, DCAT.distribution))
    assert files == set(graph.objects(dataset, VOID.dataDump))
    assert len(files) == len(set(graph.objects(dataset, VOID.feature)))


def test_ontology_and_dataset_have_an_iri_for_each_version(exported: str, terms: Graph) -> None:
    """owl:versionIRI of OWL 2 (3.1), and dcat:hasVersion with its inverse of DCAT 3 (11.1)."""
    graph = Graph().parse(data=exported, format="ntriples")
    dataset, ontology = OURS["dataset"], URIRef("https://w3id.org/ogdkg/ns")
    number = graph.value(dataset, NUMBER)
    version = OURS[f"dataset/{number}"]
    assert (dataset, HAS_VERSION, version) in graph
    assert (version, IS_VERSION_OF, dataset) in graph
    assert graph.value(version, NUMBER) == number
    [iri] = terms.objects(ontology, OWL.versionIRI)
    assert str(iri) == f"{ontology}/{terms.value(ontology, OWL.versionInfo)}"
