"""A resource in the terms of schema.org, as search engines read them in a page.

https://developers.google.com/search/docs/appearance/structured-data/intro-structured-data
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ogdkg.evidence.citations import Citations, Statement
from ogdkg.rdf.labels import DESCRIPTIONS
from ogdkg.rdf.terms import (
    DCAT,
    DCTERMS,
    FOAF,
    ORG,
    OWL,
    RDF,
    RDFS,
    SCHEMA,
    SCHEMA_EITHER,
    SKOS,
    VCARD,
    Iri,
    Literal,
    local_name,
    to_ntriples,
)
from ogdkg.text.escape import json_text

_KINDS: Mapping[str, str] = {
    ORG + "Organization": "Organization",
    ORG + "FormalOrganization": "Organization",
    FOAF + "Organization": "Organization",
    FOAF + "Person": "Person",
    FOAF + "Project": "Project",
    FOAF + "Document": "CreativeWork",
    VCARD + "Kind": "ContactPoint",
    VCARD + "Individual": "ContactPoint",
    DCAT + "Dataset": "Dataset",
    DCAT + "Catalog": "DataCatalog",
    SKOS + "Concept": "DefinedTerm",
    SKOS + "ConceptScheme": "DefinedTermSet",
    RDFS + "Class": "DefinedTerm",
    OWL + "Class": "DefinedTerm",
}
# What only works have, https://schema.org/CreativeWork
_WORKS = ("CreativeWork", "DataCatalog", "Dataset", "SoftwareApplication")
_OF_WORKS = {"license": "license", "dateModified": "modified", "datePublished": "issued"}
_OTHER_NAMES = (SKOS + "altLabel", SCHEMA + "alternateName")
_SAME = (OWL + "sameAs", SKOS + "exactMatch", SCHEMA + "sameAs")
_WIDER = """SELECT DISTINCT ?class {{ VALUES ?own {{ {own} }}
  ?own <http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?class FILTER(ISIRI(?class)) }}"""
_MOST = 20  # values of a property


def described_for_search(iri: Iri, name: str, said: Iterable[Statement], citations: Citations) -> str:
    """Return a resource as JSON-LD that may stand in a `script` of a page.

    Args:
        iri: The resource.
        name: Its name.
        said: What is said of it.
        citations: The citations of the graph, for the classes above its own.
    """
    found: dict[str, list[str]] = {}
    kinds = []
    for predicate, value in ((each.triple.predicate.value, each.triple.object) for each in said):
        if isinstance(value, Iri | Literal):
            found.setdefault(predicate, []).append(value.value)
        if predicate == RDF + "type" and isinstance(value, Iri):
            kinds.append(value)
    node: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": iri.value,
        "@type": _kind(kinds, citations),
        "name": name,
        "alternateName": _some(found, _OTHER_NAMES),
        "description": "".join(_some(found, DESCRIPTIONS)[:1]),
        "url": iri.value,
        "sameAs": _some(found, _SAME),
    }
    if node["@type"] in _WORKS:
        node |= {name: "".join(found.get(DCTERMS + own, [])[:1]) for name, own in _OF_WORKS.items()}
    text = json_text({key: value for key, value in node.items() if value})
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _some(found: Mapping[str, list[str]], properties: Iterable[str]) -> list[str]:
    values = (value for each in properties for value in found.get(each, ()))
    return list(dict.fromkeys(values))[:_MOST]


def _kind(kinds: list[Iri], citations: Citations) -> str:
    """The class of schema.org that its classes, or those above them, are; Thing where there is none."""
    if found := _known(kinds):
        return found
    if not kinds or citations.graph.options.endpoint:
        return "Thing"
    query = _WIDER.format(own=" ".join(map(to_ntriples, kinds)))

    def wider() -> str:
        rows = citations.graph.select(query, limited=False)
        return _known([row[0] for row in rows if isinstance(row[0], Iri)]) or "Thing"

    return citations.kept(query, wider)


def _known(kinds: Iterable[Iri]) -> str:
    for kind in kinds:
        if kind.value.startswith(SCHEMA_EITHER):
            return local_name(kind.value)
        if kind.value in _KINDS:
            return _KINDS[kind.value]
    return ""
