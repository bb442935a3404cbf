"""The terms of others mean what their vocabularies say: a client that reasons learns nothing untrue."""

from __future__ import annotations

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.term import Node

from .conftest import merged
from .entailment import Entailment

SCHEMA = Namespace("https://schema.org/")
OURS = "https://w3id.org/ogdkg/"
IDENTIFIED = ("data/reference/countries.ttl", "data/reference/organisations.ttl",
              "data/enrichment/country-codes-*.ttl", "data/enrichment/ror-record-*.ttl")  # fmt: skip


@pytest.fixture(scope="module")
def vocabularies() -> Graph:
    """Super-terms, domains and ranges of the foreign terms in use, as their publishers give them."""
    return merged("tests/graph/vocabularies.ttl")


@pytest.fixture(scope="module")
def everything(data: Graph, ontology: Graph) -> Graph:
    return data + ontology


@pytest.fixture(scope="module")
def types(everything: Graph, vocabularies: Graph) -> dict[Node, set[Node]]:
    return Entailment(everything, vocabularies).types()


def test_nothing_becomes_a_concept_that_is_not_declared_one(
    everything: Graph, types: dict[Node, set[Node]]
) -> None:
    """SKOS: a mapping relation has concepts at both ends (S19, S20, S40, S41)."""
    declared = set(everything.subjects(RDF.type, SKOS.Concept))
    concepts = {
        thing for thing, kinds in types.items() if SKOS.Concept in kinds and str(thing).startswith(OURS)
    }
    assert len(declared) > 250
    assert concepts == {thing for thing in declared if str(thing).startswith(OURS)}


def test_a_reasoner_makes_no_country_and_no_organisation_a_concept(
    ontology: Graph, vocabularies: Graph
) -> None:
    """The same by an engine that is not ours, over what has an identifier elsewhere."""
    graph = merged(*IDENTIFIED) + ontology + vocabularies
    identified = set(graph.subjects(SCHEMA.sameAs)) & set(graph.subjects(RDF.type))
    owlrl.DeductiveClosure(owlrl.RDFS_Semantics, axiomatic_triples=False).expand(graph)
    assert len(identified) > 100
    assert all((thing, RDF.type, RDFS.Resource) in graph for thing in identified)
    assert not [thing for thing in identified if (thing, RDF.type, SKOS.Concept) in graph]


def test_nothing_is_of_two_disjoint_classes(
    everything: Graph, vocabularies: Graph, types: dict[Node, set[Node]]
) -> None:
    apart = {pair for graph in (everything, vocabularies) for pair in graph.subject_objects(OWL.disjointWith)}
    assert len(apart) > 10
    both = [(thing, *pair) for thing, kinds in types.items() for pair in apart if kinds >= set(pair)]
    assert both == []


def test_no_two_things_share_what_identifies_one(everything: Graph) -> None:
    """foaf:homepage is inverse functional: two things with one homepage would be one thing."""
    homepages = list(everything.objects(None, URIRef("http://xmlns.com/foaf/0.1/homepage")))
    assert homepages
    assert len(homepages) == len(set(homepages))
