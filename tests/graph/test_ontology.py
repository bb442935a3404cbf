"""The ontology says of each of its terms, and of itself, what OOPS!, FOOPS! and LOV ask for."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from rdflib import (
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VANN,
    VOID,
    Graph,
    Literal,
    Namespace,
    URIRef,
)
from rdflib.namespace import DefinedNamespace
from tests.conftest import Run

from .conftest import ROOT, merged

ONTOLOGY = URIRef("https://w3id.org/ogdkg/ns")
OA = Namespace("http://www.w3.org/ns/oa#")
OGD = Namespace("https://w3id.org/ogdkg/ns#")
VS = Namespace("http://www.w3.org/2003/06/sw-vocab-status/ns#")
NEWER = {
    URIRef(f"{DCAT._NS}{name}") for name in ("version", "hasVersion", "isVersionOf")
}  # of DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/#Property:resource_version)
CLOSED: list[type[DefinedNamespace]] = [DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SKOS, VANN, VOID]
LANGUAGE_OF_SCHEMAS = (
    *map(str, (RDF, RDFS, OWL)),
    "http://www.w3.org/2001/XMLSchema#",
    "http://www.w3.org/ns/shacl#",
)

own = merged("ontology/ogdkg.ttl")
TERMS = sorted({term for term in own.subjects() if isinstance(term, URIRef) and term.startswith(OGD)})
CLASSES = [term for term in TERMS if (term, RDF.type, OWL.Class) in own]
PROPERTIES = [
    term
    for term in TERMS
    if {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty} & set(own.objects(term, RDF.type))
]
METADATA = [
    DCTERMS.title,
    DCTERMS.description,
    DCTERMS.creator,
    DCTERMS.license,
    DCTERMS.issued,
    DCTERMS.modified,
    OWL.versionIRI,
    OWL.versionInfo,
    VANN.preferredNamespacePrefix,
    VANN.preferredNamespaceUri,
    URIRef("http://www.w3.org/ns/adms#status"),
]


def name(term: URIRef) -> str:
    return term.removeprefix(OGD)


@pytest.mark.parametrize("field", METADATA, ids=str)
def test_the_ontology_describes_itself(field: URIRef) -> None:
    assert own.value(ONTOLOGY, field) is not None


@pytest.mark.parametrize("term", TERMS, ids=name)
def test_a_term_has_label_definition_status_and_ontology(term: URIRef) -> None:
    labels = list(own.objects(term, RDFS.label))
    assert len(labels) == 1
    assert isinstance(labels[0], Literal)
    assert labels[0].language == "en"
    assert len(list(own.objects(term, SKOS.definition))) == 1
    assert own.value(term, VS.term_status) is not None
    assert own.value(term, RDFS.isDefinedBy) == ONTOLOGY


def test_no_two_terms_share_a_label() -> None:
    labels = (
        [str(own.value(term, RDFS.label)) for term in CLASSES],
        [str(own.value(term, RDFS.label)) for term in PROPERTIES],
    )
    for each in labels:
        assert each and len(each) == len(set(each))


@pytest.mark.parametrize("term", CLASSES, ids=name)
def test_a_class_has_an_example_that_exists(term: URIRef, data: Graph) -> None:
    examples = list(own.objects(term, VANN.example))
    assert examples
    for example in examples:
        derived = term == OGD.Disagreement and (None, OA.hasTarget, example) in data  # a rule makes it
        assert derived or (example, None, None) in data, f"{example} is not in the data"


@pytest.mark.parametrize("term", PROPERTIES, ids=name)
def test_a_property_has_one_domain_and_one_range_at_most(term: URIRef) -> None:
    assert len(list(own.objects(term, RDFS.domain))) <= 1
    assert len(list(own.objects(term, RDFS.range))) <= 1


def terms_used(graph: Graph) -> set[str]:
    """Properties, and classes and values that stand in the vocabularies of others."""
    return {str(term) for triple in graph for term in triple[1:] if isinstance(term, URIRef)}


def test_every_foreign_term_in_use_is_declared(data: Graph, ontology: Graph) -> None:
    declared = {str(term) for term in ontology.subjects(RDFS.isDefinedBy, None)}
    spaces = {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in declared} - {str(OGD)}
    properties = {str(term) for term in set(data.predicates()) | set(own.predicates())}
    classes = {str(term) for graph in (data, own) for term in graph.objects(None, RDF.type)}
    used = {term for term in properties | classes if not term.startswith((str(OGD), *LANGUAGE_OF_SCHEMAS))}
    assert used <= declared, f"not declared in ontology/external.ttl: {sorted(used - declared)}"
    assert {term[: max(term.rfind("#"), term.rfind("/")) + 1] for term in used} <= spaces


def test_every_declared_term_exists_in_its_vocabulary(ontology: Graph) -> None:
    """rdflib knows the terms of some vocabularies, each as a closed namespace that raises or warns."""
    declared = set(ontology.subjects(RDFS.isDefinedBy, None)) - NEWER
    known = [(space, str(term)) for space in CLOSED for term in declared if str(term).startswith(str(space))]
    assert known
    for namespace, term in known:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert namespace[term.removeprefix(str(namespace))]  # type: ignore[misc]  # rdflib's metaclass


def test_every_term_of_ours_in_use_is_declared(data: Graph, shapes: Graph) -> None:
    used = {term for graph in (data, shapes) for term in terms_used(graph) if term.startswith(OGD)} - {
        str(OGD)
    }
    assert used <= {str(term) for term in TERMS}


def test_no_term_is_unused(data: Graph) -> None:
    """A term that no statement, rule, shape or other term uses is a term too many."""
    rules = "".join(path.read_text("utf-8") for path in sorted(Path(ROOT).glob("queries/**/*.rq")))
    used = (
        terms_used(data)
        | {str(term) for term in own.objects()}
        | {str(triple.datatype) for triple in data.objects() if isinstance(triple, Literal)}
    )
    idle = [name(term) for term in TERMS if str(term) not in used and f"ogd:{name(term)}" not in rules]
    assert idle == []


def test_no_own_term_reaches_into_another_vocabulary() -> None:
    """OOPS! P-namespace hijacking: only terms of ours are described in our ontology."""
    assert {str(term).split("#")[0] for term in own.subjects() if isinstance(term, URIRef)} == {str(ONTOLOGY)}


# Alignment

FOREIGN = (
    *(str(namespace) for namespace in (DCTERMS, SKOS, FOAF, PROV, ORG, DCAT)),
    "http://data.europa.eu/m8g/",
    "http://www.w3.org/ns/adms#",
    "http://www.w3.org/ns/oa#",
    "http://www.nanopub.org/nschema#",
    "https://schema.org/",
)


@pytest.mark.parametrize("term", [*CLASSES, *PROPERTIES], ids=name)
def test_a_term_leads_to_one_that_strangers_know_or_says_why_not(term: URIRef) -> None:
    above = RDFS.subClassOf if term in CLASSES else RDFS.subPropertyOf
    reached = {str(each) for each in own.transitive_objects(term, above)} - {str(term)}
    known = any(each.startswith(FOREIGN) for each in reached)
    reasons = [str(note) for note in own.objects(term, SKOS.editorialNote)]
    assert known or any(note.startswith("No super") for note in reasons)
    assert not known or not any(note.startswith("No super") for note in reasons), "the reason is out of date"


# The profile of foreign terms


def test_the_profile_defines_nothing(layers: dict[str, Graph]) -> None:
    profile = layers["profile"]
    assert not list(profile.subject_objects(SKOS.definition))
    for term in set(profile.subjects()):
        assert len(list(profile.objects(term, VANN.usageNote))) == 1, term
        languages = [label.language for label in profile.objects(term, RDFS.label)]
        assert "en" in languages and len(set(languages)) == len(languages), term
        assert not str(profile.value(term, RDFS.isDefinedBy)).startswith(str(ONTOLOGY)), term


def test_no_export_holds_a_word_of_the_profile(ogdkg: Run) -> None:
    for layer in ("all", "profile"):
        written = ogdkg("export", "--layer", layer, "-f", "nquads", cwd=ROOT)
        assert written.returncode == 0
        assert str(VANN.usageNote) not in written.stdout
    assert str(OGD.Initiative) in ogdkg("export", "--layer", "all", "-f", "nquads", cwd=ROOT).stdout


def test_a_term_of_others_is_shown_by_the_name_that_the_profile_has_for_it(ogdkg: Run) -> None:
    assert "activity of provenance" in ogdkg("show", "import:2026-11-23", cwd=ROOT).stdout
