"""How properties of terms are called on a page, in which order they stand, and which are for programs."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.rdf.terms import DC, DCTERMS, FOAF, OWL, RDFS, SCHEMA_EITHER, SH, SKOS, VANN

_ONE_OF_EACH = {
    "creator": "By",
    "contributor": "With",
    "publisher": "Published by",
    "license": "Licence",
    "rights": "Rights",
    "created": "Made on",
    "issued": "Published on",
    "modified": "Last changed on",
    "date": "Date",
    "source": "From",
    "subject": "About",
    "language": "Language",
    "references": "Refers to",
    "relation": "See also",
}
MATCHES: Mapping[str, str] = {
    SKOS + "exactMatch": "The same elsewhere",
    SKOS + "closeMatch": "Nearly the same elsewhere",
    SKOS + "broadMatch": "Wider elsewhere",
    SKOS + "narrowMatch": "Narrower elsewhere",
    SKOS + "relatedMatch": "Related elsewhere",
}
# In the order in which they stand on a page.
SAID: Mapping[str, str] = {
    OWL + "versionInfo": "Version",
    **{DCTERMS + name: words for name, words in _ONE_OF_EACH.items()},
    **{DC + name: words for name, words in _ONE_OF_EACH.items()},
    **{base + name: words for base in SCHEMA_EITHER for name, words in _ONE_OF_EACH.items()},
    **{base + "dateModified": "Last changed on" for base in SCHEMA_EITHER},
    **{base + "dateCreated": "Made on" for base in SCHEMA_EITHER},
    **{base + "datePublished": "Published on" for base in SCHEMA_EITHER},
    **{base + "codeRepository": "Kept at" for base in SCHEMA_EITHER},
    "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status": "How settled it is",
    "http://www.w3.org/ns/adms#status": "How far it is",
    "http://purl.org/ontology/bibo/status": "How far it is published",
    "https://w3id.org/mod#status": "How far it is",
    DCTERMS + "bibliographicCitation": "How to cite it",
    FOAF + "homepage": "Home page",
    RDFS + "seeAlso": "See also",
    OWL + "imports": "Builds on",
    OWL + "backwardCompatibleWith": "Agrees with the earlier",
    OWL + "incompatibleWith": "Does not agree with the earlier",
    SKOS + "related": "See also",
    **MATCHES,
    SKOS + "inScheme": "In the list",
    SKOS + "topConceptOf": "At the top of the list",
    SKOS + "broader": "Wider",
    SKOS + "narrower": "Narrower",
    SKOS + "notation": "Code",
}
# What programs need and readers do not; the rest of the namespaces of vocabularies.
FOR_PROGRAMS: Mapping[str, str] = {
    OWL + "versionIRI": "This version",
    OWL + "priorVersion": "The version before",
    VANN + "preferredNamespacePrefix": "Prefix",
    VANN + "preferredNamespaceUri": "Namespace",
    SH + "declare": "Prefixes",
    FOAF + "logo": "Logo",
}
_ORDER = {each: place for place, each in enumerate(SAID)}


def order_of(predicate: str) -> tuple[int, str]:
    """Where a property stands: known ones in their order, then the others by their IRIs."""
    return _ORDER.get(predicate, len(_ORDER)), predicate
