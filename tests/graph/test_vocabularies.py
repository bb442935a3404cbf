"""The terms of others mean what their vocabularies say: a client that reasons learns nothing untrue."""

from __future__ import annotations

import re
import tomllib

import owlrl
import pytest
from rdflib import FOAF, ORG, OWL, RDF, RDFS, SKOS, XSD, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from .conftest import ROOT, merged
from .entailment import Entailment

SCHEMA = Namespace("https://schema.org/")
OURS = "https://w3id.org/ogdkg/"
PREFIXES = {
    **tomllib.loads((ROOT / "ogdkg.toml").read_text("utf-8"))["prefixes"],
    "bibo": "http://purl.org/ontology/bibo/",
}
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


@pytest.mark.usefixtures("own_literals")
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


# Domains and ranges

DCAM = Namespace("http://purl.org/dc/dcam/")
ENDS = {
    "domain": (RDFS.domain, SCHEMA.domainIncludes, DCAM.domainIncludes),
    "range": (RDFS.range, SCHEMA.rangeIncludes, DCAM.rangeIncludes),
}
HELD = (
    "adms",
    "bibo",
    "cv",
    "dcat",
    "dcterms",
    "doap",
    "foaf",
    "oa",
    "org",
    "prov",
    "schema",
    "skos",
    "vcard",
    "void",
)
NUMBERS = {XSD.integer, XSD.decimal, XSD.double}
# The datatypes that a class of literals takes in. A date of schema.org may be a month or a year (ISO 8601).
LITERALS = {
    SCHEMA.Text: {XSD.string, RDF.langString},
    SCHEMA.Date: {XSD.date, XSD.gYearMonth, XSD.gYear},
    SCHEMA.Number: NUMBERS,
    SCHEMA.Integer: {XSD.integer},
}
ANYTHING = {SCHEMA.Thing, OWL.Thing, RDFS.Resource}
# Classes of schema.org by the names that the graph has for them.
ALSO = {SCHEMA.Organization: ORG.Organization, SCHEMA.CreativeWork: FOAF.Document}


class Ends:
    """Holds what stands at the two ends of a property to the classes that its vocabulary asks for."""

    def __init__(self, graph: Graph, vocabularies: Graph) -> None:
        self._graph, self._vocabularies = graph, vocabularies
        self._entailment = Entailment(graph, vocabularies)

    def strays(self) -> set[tuple[str, str, str]]:
        """Property, end, and the class or datatype there that the vocabulary does not ask for."""
        found = set()
        for subject, term, value in self._graph:
            for end, node in (("domain", subject), ("range", value)):
                asked = self._asked(term, end)
                if asked and not self._fits(node, asked):
                    found |= {(self._short(term), end, self._short(kind)) for kind in self._kinds(node)}
        return found

    def _asked(self, term: Node, end: str) -> set[Node]:
        kinds = {kind for relation in ENDS[end] for kind in self._vocabularies.objects(term, relation)}
        return set() if kinds & ANYTHING else kinds | {ALSO[kind] for kind in kinds if kind in ALSO}

    def _kinds(self, node: Node) -> set[Node]:
        if isinstance(node, Literal):
            return {node.datatype or (RDF.langString if node.language else XSD.string)}
        return set(self._graph.objects(node, RDF.type))

    def _fits(self, node: Node, asked: set[Node]) -> bool:
        """A thing that nothing is said of may be of any class, so it fits."""
        if isinstance(node, Literal):
            (kind,) = self._kinds(node)
            return any(each == RDFS.Literal or kind in LITERALS.get(each, {each}) for each in asked)
        return not self._kinds(node) or bool(self._entailment.stated(node) & asked)

    def _short(self, term: Node) -> str:
        name = str(term)
        return next(f"{key}:{name.removeprefix(at)}" for key, at in PREFIXES.items() if name.startswith(at))


def test_the_ends_of_foreign_properties_are_of_their_vocabularies_classes(
    everything: Graph, vocabularies: Graph
) -> None:
    """What stands elsewhere does so on purpose: docs/model.md lists it, and no more."""
    strays = {(term, end) for term, end, _ in Ends(everything, vocabularies).strays()}
    assert strays == on_purpose()


def test_every_foreign_property_in_use_is_held(everything: Graph, vocabularies: Graph) -> None:
    """A property that the table does not know would be held to nothing."""
    known = {str(term) for term in vocabularies.subjects()}
    spaces = tuple({PREFIXES[key] for key in HELD})
    used = {str(term) for term in everything.predicates() if str(term).startswith(spaces)}
    assert len(used) > 60
    assert used - known == set()


def on_purpose() -> set[tuple[str, str]]:
    """The table of docs/model.md: terms, and which of their ends."""
    text = (ROOT / "docs/model.md").read_text("utf-8")
    _, _, table = text.partition("| Terms | End | Why |\n")
    rows = [row.split("|")[1:3] for row in table.partition("\n\n")[0].splitlines()[1:]]
    return {(term, end.strip()) for terms, end in rows for term in re.findall(r"`([^`]+)`", terms)}


def test_the_ends_of_our_properties_are_of_the_classes_that_the_ontology_names(
    everything: Graph, ontology: Graph
) -> None:
    strays = {stray for stray in Ends(everything, ontology).strays() if stray[0].startswith("ogd:")}
    assert strays == {("ogd:countsProperty", "range", "owl:ObjectProperty")}, (
        "a property of OWL is one of RDF"
    )


HEAD = """
PREFIX ex: <http://example.org/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("ex:a a skos:Concept ; org:subOrganizationOf ex:b .", "domain"),
        ("ex:a a org:OrganizationalUnit ; org:subOrganizationOf ex:b . ex:b a skos:Concept .", "range"),
        ("ex:a a org:Organization ; org:subOrganizationOf 'b' .", "range"),
        ("ex:a a skos:Concept ; schema:currency 'EUR' .", "domain"),
        ("ex:a a org:OrganizationalUnit ; org:subOrganizationOf ex:b .", None),
        ("ex:a a schema:MonetaryAmount ; schema:currency 'EUR' .", None),
    ],
)
def test_an_end_that_the_vocabulary_does_not_ask_for_is_found(
    said: str, end: str | None, vocabularies: Graph
) -> None:
    graph = Graph().parse(data=HEAD + said, format="turtle")
    assert {each for _, each, _ in Ends(graph, vocabularies).strays()} == ({end} if end else set())
