"""The concept schemes: each says who keeps it, where it begins, and what each of its concepts means."""

from __future__ import annotations

import pytest
from rdflib import DCTERMS, OWL, RDF, SKOS, Graph, URIRef
from rdflib.term import Node

from .conftest import merged

schemes = merged("ontology/schemes/*.ttl")
SCHEMES = sorted(map(URIRef, schemes.subjects(RDF.type, SKOS.ConceptScheme)))
CONCEPTS = sorted(map(URIRef, set(schemes.subjects(RDF.type, SKOS.Concept))))


def slug(term: URIRef) -> str:
    return term.rpartition("/concept/")[2]


def one(graph: Graph, subject: Node, term: URIRef) -> Node:
    (value,) = graph.objects(subject, term)
    return value


@pytest.mark.parametrize("scheme", SCHEMES, ids=slug)
def test_a_scheme_says_who_keeps_it_and_since_when(scheme: URIRef) -> None:
    for term in (DCTERMS.title, DCTERMS.creator, DCTERMS.license, DCTERMS.modified, SKOS.definition):
        assert one(schemes, scheme, term)
    assert str(one(schemes, scheme, OWL.versionInfo)) == str(
        one(merged("ontology/ogdkg.ttl"), URIRef("https://w3id.org/ogdkg/ns"), OWL.versionInfo)
    )


@pytest.mark.parametrize("scheme", SCHEMES, ids=slug)
def test_the_top_concepts_of_a_scheme_are_those_below_nothing(scheme: URIRef) -> None:
    """Each concept is reached from the top (SKOS, 4.6.3)."""
    members = set(schemes.subjects(SKOS.inScheme, scheme))
    below = {each for each in members if (each, SKOS.broader, None) in schemes}
    assert members
    assert set(schemes.objects(scheme, SKOS.hasTopConcept)) == members - below
    assert {wider for each in below for wider in schemes.objects(each, SKOS.broader)} <= members


@pytest.mark.parametrize("concept", CONCEPTS, ids=slug)
def test_a_concept_is_defined_in_other_words_than_its_name(concept: URIRef) -> None:
    definition, name = (str(one(schemes, concept, term)) for term in (SKOS.definition, SKOS.prefLabel))
    assert definition.endswith(".") and definition[0].isupper()
    assert definition.rstrip(".").casefold() != name.casefold()


def test_no_two_concepts_of_a_scheme_have_one_definition() -> None:
    for scheme in SCHEMES:
        said = [str(one(schemes, each, SKOS.definition)) for each in schemes.subjects(SKOS.inScheme, scheme)]
        assert said and len(said) == len(set(said)), slug(scheme)
