"""Namespaces that go by one prefix everywhere, for messages that show which line is missing."""

from __future__ import annotations

from collections.abc import Mapping

from ogdkg.rdf import terms


def prefix_lines(prefixes: Mapping[str, str]) -> str:
    """Return the declaration of prefixes, a line each, as Turtle, TriG and SPARQL have it."""
    return "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes.items())


WELL_KNOWN = {
    "adms": "http://www.w3.org/ns/adms#",
    "bibo": "http://purl.org/ontology/bibo/",
    "crm": "http://www.cidoc-crm.org/cidoc-crm/",
    "dc": terms.DC,
    "dcat": terms.DCAT,
    "dcterms": terms.DCTERMS,
    "dct": terms.DCTERMS,
    "foaf": terms.FOAF,
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "oa": terms.OA,
    "org": terms.ORG,
    "owl": terms.OWL,
    "prov": terms.PROV,
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "schema": terms.SCHEMA,
    "sh": terms.SH,
    "skos": terms.SKOS,
    "time": "http://www.w3.org/2006/time#",
    "vann": terms.VANN,
    "vcard": terms.VCARD,
    "void": terms.VOID,
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": terms.XSD,
}
