"""A validation report as the graph that the SHACL specification describes."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ogdkg.validation.core.results import Report, Result, Term, flatten
from ogdkg.validation.core.vocabulary import RDF, SH, XSD

PREFIXES = {"sh": SH.base, "rdf": RDF.base, "xsd": XSD.base}


def to_turtle(report: Report) -> str:
    """The report in Turtle, https://www.w3.org/TR/shacl/#validation-report; paths are written out."""
    text: bytes = serialize(_triples(report), format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
    return _as_written(text.decode(), report)


def _as_written(turtle: str, report: Report) -> str:
    """The text with the language tags of values as their files have them; a serializer has lower case."""
    for finding in (each for top in report.findings for each in top.all()):
        value, tag = finding.value, finding.language
        if isinstance(value, Literal) and value.language and tag and tag != value.language:
            written = f"{str(value).removesuffix(value.language)}{tag}"
            turtle = turtle.replace(f"sh:value {value} ", f"sh:value {written} ")
    return turtle


def _triples(report: Report) -> Iterator[Triple]:
    top = BlankNode("report")
    yield Triple(top, RDF.type, SH.ValidationReport)
    yield Triple(top, SH.conforms, Literal(report.conforms))
    names = {id(result): BlankNode(f"result{n}") for n, result in enumerate(flatten(report.results), 1)}
    for result in report.results:
        yield Triple(top, SH.result, names[id(result)])
    for result in flatten(report.results):
        yield from _result(names[id(result)], result)
        yield from (Triple(names[id(result)], SH.detail, names[id(each)]) for each in result.details)
    yield from report.paths


def _result(node: BlankNode, result: Result) -> Iterator[Triple]:
    yield Triple(node, RDF.type, SH.ValidationResult)
    said: list[tuple[NamedNode, Term | None]] = [
        (SH.focusNode, result.focus),
        (SH.resultPath, result.path),
        (SH.value, result.value),
        (SH.sourceConstraintComponent, result.component),
        (SH.sourceConstraint, result.constraint),
        (SH.sourceShape, result.shape),
        (SH.resultSeverity, result.severity),
        *((SH.resultMessage, message) for message in result.messages),
    ]
    yield from (Triple(node, predicate, term) for predicate, term in said if term is not None)
