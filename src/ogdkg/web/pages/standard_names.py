"""What classes and properties of RDF itself are called, where no ontology at hand names them.

A label of the project comes first, and any other term goes by its CURIE.
"""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import OWL, RDF, RDFS, Iri

_NAMES: Mapping[str, str] = {
    RDF + "type": "is a",
    RDF + "subject": "subject of a statement",
    RDF + "predicate": "property of a statement",
    RDF + "object": "object of a statement",
    RDF + "value": "value",
    RDF + "Property": "property",
    RDF + "Statement": "statement",
    RDF + "List": "list",
    RDFS + "label": "name",
    RDFS + "comment": "description",
    RDFS + "seeAlso": "see also",
    RDFS + "isDefinedBy": "defined by",
    RDFS + "subClassOf": "kind of",
    RDFS + "subPropertyOf": "narrower than",
    RDFS + "domain": "said of",
    RDFS + "range": "has as values",
    RDFS + "Class": "class",
    RDFS + "Datatype": "kind of value",
    RDFS + "Resource": "thing",
    OWL + "sameAs": "same as",
    OWL + "Thing": "thing",
    OWL + "Class": "class",
    OWL + "Ontology": "ontology",
    OWL + "NamedIndividual": "named thing",
    OWL + "ObjectProperty": "property",
    OWL + "DatatypeProperty": "property",
    OWL + "AnnotationProperty": "property",
}


def plain_name(citations: Citations, term: Iri) -> str:
    """Return what a class or a property is called on a page."""
    return citations.names.label(term) or _NAMES.get(term.value) or citations.property_label(term)


def is_plain(citations: Citations, term: Iri) -> bool:
    """Whether a term has no name in the graph, and is called by an English word of this table."""
    return term.value in _NAMES and not citations.names.label(term)
