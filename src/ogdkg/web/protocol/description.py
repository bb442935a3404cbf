"""What a server says of itself: SPARQL 1.1 Service Description, and VoID with the graph's partitions.

https://www.w3.org/TR/sparql11-service-description/ and https://www.w3.org/TR/void/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ogdkg.graph.graph import Graph
from ogdkg.rdf.formats import CSV, FOR_RDF, JSON, JSONLD, TSV, TURTLE, XML, Format
from ogdkg.rdf.terms import DCTERMS, RDF, VOID, Blank, Iri, Literal, Subject, Term, Triple, typed
from ogdkg.store.base import expect_rows

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "turtle": "Turtle",
    "trig": "TriG",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "rdfxml": "RDF_XML",
    "jsonld": "JSON-LD",
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
}
PREFIXES = {"sd": _SD, "void": VOID, "dcterms": DCTERMS, "formats": _FORMATS}
_MOST_GRAPHS = 5_000  # that are listed by name
_COUNTS = {
    "class": "SELECT ?of (COUNT(DISTINCT ?s) AS ?n) { ?s a ?of } GROUP BY ?of ORDER BY ?of",
    "property": "SELECT ?of (COUNT(*) AS ?n) { ?s ?of ?o } GROUP BY ?of ORDER BY ?of",
    "graph": "SELECT ?of (COUNT(*) AS ?n) { GRAPH ?of { ?s ?p ?o } } GROUP BY ?of ORDER BY ?of",
}


class Statistics(NamedTuple):
    """How much of what a graph holds, each an IRI with a number.

    Attributes:
        classes: Instances by class.
        properties: Triples by property, of the default graph.
        graphs: Triples by named graph.
    """

    classes: tuple[tuple[Iri, int], ...]
    properties: tuple[tuple[Iri, int], ...]
    graphs: tuple[tuple[Iri, int], ...]


def statistics(graph: Graph) -> Statistics:
    """Count what a graph holds."""
    return Statistics(*(tuple(_counted(graph, text)) for text in _COUNTS.values()))


def _counted(graph: Graph, text: str) -> Iterator[tuple[Iri, int]]:
    for of, number in expect_rows(graph.store.query(text)).rows:
        if isinstance(of, Iri) and isinstance(number, Literal):
            yield of, int(number.value)


def service_description(
    counted: Statistics, base: str, languages: Iterable[str] = ("SPARQL11Query",)
) -> Iterator[Triple]:
    """Yield the description of the SPARQL endpoint, https://www.w3.org/TR/sparql11-service-description/.

    Args:
        counted: What the graph holds.
        base: The address of the server, without a slash at the end.
        languages: What it takes.
    """
    service, dataset, default = Iri(f"{base}/sparql"), Blank("dataset"), Blank("default")
    yield _triple(service, RDF + "type", Iri(_SD + "Service"))
    yield _triple(service, _SD + "endpoint", service)
    for language in languages:
        yield _triple(service, _SD + "supportedLanguage", Iri(_SD + language))
    yield _triple(service, _SD + "feature", Iri(_SD + "UnionDefaultGraph"))
    for form in (JSON, XML, CSV, TSV, *FOR_RDF):
        yield _triple(service, _SD + "resultFormat", _format(form))
    yield _triple(service, _SD + "defaultDataset", dataset)
    yield _triple(dataset, RDF + "type", Iri(_SD + "Dataset"))
    yield _triple(dataset, _SD + "defaultGraph", default)
    yield _triple(default, RDF + "type", Iri(_SD + "Graph"))
    yield _triple(default, VOID + "triples", _number(sum(number for _, number in counted.properties)))
    for place, (name, number) in enumerate(counted.graphs[:_MOST_GRAPHS]):
        node, content = Blank(f"named{place}"), Blank(f"graph{place}")
        yield _triple(dataset, _SD + "namedGraph", node)
        yield _triple(node, RDF + "type", Iri(_SD + "NamedGraph"))
        yield _triple(node, _SD + "name", name)
        yield _triple(node, _SD + "graph", content)
        yield _triple(content, RDF + "type", Iri(_SD + "Graph"))
        yield _triple(content, VOID + "triples", _number(number))


def void_description(graph: Graph, counted: Statistics, base: str) -> Iterator[Triple]:
    """Yield the description of the dataset; the arguments are those of `service_description`."""
    address = f"{base}/.well-known/void"
    yield from _dataset(graph, counted, address, FOR_RDF)
    yield _triple(Iri(f"{address}#dataset"), VOID + "sparqlEndpoint", Iri(f"{base}/sparql"))


def void_of_files(graph: Graph, counted: Statistics, address: str, dumps: Iterable[str]) -> Iterator[Triple]:
    """Yield the description of a dataset that no server answers for (https://www.w3.org/TR/void/#dumps).

    Args:
        graph: The graph.
        counted: What it holds.
        address: The address of the description.
        dumps: The addresses of files with all of it.
    """
    yield from _dataset(graph, counted, address, (TURTLE, JSONLD))
    for dump in dumps:
        yield _triple(Iri(f"{address}#dataset"), VOID + "dataDump", Iri(dump))


def _dataset(graph: Graph, counted: Statistics, address: str, forms: Iterable[Format]) -> Iterator[Triple]:
    dataset, project = Iri(f"{address}#dataset"), graph.project
    yield _triple(Iri(address), RDF + "type", Iri(VOID + "DatasetDescription"))
    yield _triple(dataset, RDF + "type", Iri(VOID + "Dataset"))
    yield _triple(dataset, DCTERMS + "title", Literal(project.title or project.name))
    if project.resource_namespace:
        yield _triple(dataset, VOID + "uriSpace", Literal(project.resource_namespace))
    yield _triple(dataset, VOID + "triples", _number(sum(number for _, number in counted.properties)))
    yield _triple(dataset, VOID + "classes", _number(len(counted.classes)))
    yield _triple(dataset, VOID + "properties", _number(len(counted.properties)))
    for form in forms:
        yield _triple(dataset, VOID + "feature", _format(form))
    for kind, measure, counts in (
        ("class", "entities", counted.classes),
        ("property", "triples", counted.properties),
    ):
        for place, (of, number) in enumerate(counts):
            partition = Blank(f"{kind}{place}")
            yield _triple(dataset, f"{VOID}{kind}Partition", partition)
            yield _triple(partition, VOID + kind, of)
            yield _triple(partition, VOID + measure, _number(number))


def _triple(subject: Subject, predicate: str, obj: Term) -> Triple:
    return Triple(subject, Iri(predicate), obj)


def _number(number: int) -> Literal:
    return typed(str(number), "integer")


def _format(form: Format) -> Iri:
    return Iri(_FORMATS + _FORMAT_NAMES[form.name])
