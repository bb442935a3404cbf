"""The catalogue as RDF: each query a SHACL SPARQL executable (https://www.w3.org/TR/shacl-af/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDF, RDFS, SCHEMA, SH, XSD, Iri, Literal, Term, Triple, in_language, typed

_CLASSES = {
    "SELECT": "SPARQLSelectExecutable",
    "ASK": "SPARQLAskExecutable",
    "CONSTRUCT": "SPARQLConstructExecutable",
    "DESCRIBE": "SPARQLExecutable",
}


def describe(project: Project, queries: Iterable[StoredQuery] | None = None) -> Iterator[Triple]:
    """Yield the triples that describe stored queries of a project, by default all of them."""
    catalogue = Iri(f"{_base(project)}queries")
    for query in Catalogue(project) if queries is None else queries:
        yield from _query(query, Iri(f"{_base(project)}query/{query.name}"), catalogue)


def _base(project: Project) -> str:
    return project.resource_namespace or "urn:ogdkg:"


def _query(query: StoredQuery, node: Iri, catalogue: Iri) -> Iterator[Triple]:
    yield Triple(node, Iri(RDF + "type"), Iri(SH + "SPARQLExecutable"))
    yield Triple(node, Iri(RDF + "type"), Iri(SH + _CLASSES[query.form]))
    yield Triple(node, Iri(SH + query.form.lower()), Literal(query.text))
    yield Triple(node, Iri(RDFS + "label"), in_language(query.name, "en"))
    yield Triple(node, Iri(SCHEMA + "isPartOf"), catalogue)
    for text in (query.header.summary, query.header.description):
        if text:
            yield Triple(node, Iri(RDFS + "comment"), in_language(text, "en"))
    for keyword in (query.topic, *query.header.tags):
        if keyword:
            yield Triple(node, Iri(SCHEMA + "keywords"), in_language(keyword, "en"))
    for parameter in query.parameters:
        yield from _parameter(query, node, parameter.name)


def _parameter(query: StoredQuery, node: Iri, name: str) -> Iterator[Triple]:
    """Yield a parameter as `sh:Parameter`; its path is an IRI of the query, as there is no property."""
    parameter = query.parameter(name)
    own = Iri(f"{node.value}#{name}")
    properties: list[tuple[str, Term]] = [
        ("path", Iri(f"{node.value}#{parameter.variable}")),
        ("name", in_language(parameter.label or name, "en")),
        ("optional", typed(str(not parameter.required).lower(), "boolean")),
        ("nodeKind", Iri(SH + ("IRI" if parameter.is_resource else "Literal"))),
    ]
    yield Triple(node, Iri(SH + "parameter"), own)
    yield Triple(own, Iri(RDF + "type"), Iri(SH + "Parameter"))
    for term, value in properties:
        yield Triple(own, Iri(SH + term), value)
    if parameter.kind == "date" or parameter.kind.startswith("xsd_"):
        yield Triple(own, Iri(SH + "datatype"), Iri(XSD + parameter.kind.removeprefix("xsd_")))
