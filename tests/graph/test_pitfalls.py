"""What OOPS! would find in the ontology, where a script can tell (https://oops.linkeddata.es/catalogue.jsp)."""

from __future__ import annotations

from collections import Counter

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Namespace, URIRef
from rdflib.term import Node
from tests.graph.test_ontology import CLASSES, OGD, ONTOLOGY, PROPERTIES, TERMS, own

SCHEMA = Namespace("https://schema.org/")
ENDS = (RDFS.domain, RDFS.range, SCHEMA.domainIncludes, SCHEMA.rangeIncludes)
UNUSED = (
    *(OWL.inverseOf, OWL.equivalentClass, OWL.equivalentProperty, OWL.propertyChainAxiom, OWL.unionOf),
    *(OWL.allValuesFrom, OWL.someValuesFrom, OWL.complementOf, OWL.intersectionOf, OWL.hasValue),
)
ABOUT_PROPERTIES = (OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.FunctionalProperty)


def name(term: URIRef) -> str:
    return term.removeprefix(OGD)


@pytest.mark.parametrize("term", CLASSES, ids=name)
def test_p04_no_class_is_unconnected(term: URIRef) -> None:
    ends = [end for end in ENDS if (None, end, term) in own]
    assert ends or (term, RDFS.subClassOf, None) in own or (None, RDFS.subClassOf, term) in own


@pytest.mark.parametrize("axiom", (*UNUSED, *ABOUT_PROPERTIES), ids=str)
def test_p05_p14_to_p16_p25_to_p33_nothing_is_declared_that_could_be_wrong(axiom: URIRef) -> None:
    """Inverses, equivalences, restrictions and chains: docs/model.md says why there are none."""
    assert (None, axiom, None) not in own
    assert (None, RDF.type, axiom) not in own


@pytest.mark.parametrize("step", [RDFS.subClassOf, RDFS.subPropertyOf], ids=["classes", "properties"])
def test_p06_no_term_is_above_itself(step: URIRef) -> None:
    for term in TERMS:
        above: set[Node] = {
            each for direct in own.objects(term, step) for each in own.transitive_objects(direct, step)
        }
        assert term not in above


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_p08_p20_each_term_has_one_name_and_one_definition_that_differ(term: URIRef) -> None:
    labels = [str(each) for each in own.objects(term, RDFS.label)]
    definitions = [str(each) for each in own.objects(term, SKOS.definition)]
    assert len(labels) == len(definitions) == 1
    assert labels[0].strip() and definitions[0].strip() and labels[0] != definitions[0]


def test_p12_p30_p32_no_two_terms_read_alike() -> None:
    """Neither by label nor by name, whatever the case."""
    for of in (lambda term: str(own.value(term, RDFS.label)).casefold(), lambda term: name(term).casefold()):
        assert [each for each, count in Counter(map(of, TERMS)).items() if count > 1] == []


def test_p22_names_are_written_alike() -> None:
    assert [term for term in CLASSES if not name(term)[0].isupper()] == []
    assert [term for term in PROPERTIES if not name(term)[0].islower()] == []
    assert [term for term in TERMS if not name(term).isalnum()] == []


def test_p34_p35_nothing_stands_untyped() -> None:
    mentioned = {
        each for triple in own for each in triple if isinstance(each, URIRef) and each.startswith(OGD)
    }
    assert [each for each in mentioned if each not in TERMS or (each, RDF.type, None) not in own] == []


def test_p36_to_p41_the_ontology_has_an_address_without_a_file_and_a_licence() -> None:
    """tests/graph/test_w3id.py asks a server for both IRIs."""
    version = own.value(ONTOLOGY, OWL.versionIRI)
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in own
    assert version == URIRef(f"{ONTOLOGY}/{own.value(ONTOLOGY, OWL.versionInfo)}")
    for address in (str(ONTOLOGY), str(version)):
        assert not address.endswith((".ttl", ".owl", ".rdf", ".html"))
    assert str(own.value(ONTOLOGY, URIRef("http://purl.org/dc/terms/license"))).startswith(
        "https://creativecommons.org/"
    )
