"""A validation report as the graph that the SHACL specification describes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ogdkg.errors import Place
from ogdkg.validation.core.results import Finding, Report, Result, Term, flatten
from ogdkg.validation.core.vocabulary import RDF, SH, XSD, Vocabulary

EARL, PTR = Vocabulary("http://www.w3.org/ns/earl#"), Vocabulary("http://www.w3.org/2009/pointers#")
PREFIXES = {"sh": SH.base, "rdf": RDF.base, "xsd": XSD.base}
_POINTING = {"earl": EARL.base, "ptr": PTR.base}
_RULES = Vocabulary("https://w3id.org/ogdkg/rule/")  # what no constraint of SHACL says


def to_turtle(report: Report) -> str:
    """The report in Turtle, https://www.w3.org/TR/shacl/#validation-report; paths are written out."""
    triples = _unread(report) if report.is_unread else _triples(report)
    prefixes = PREFIXES | (_POINTING if report.is_unread else {})
    text: bytes = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""
    return _as_written(text.decode(), report)


def _unread(report: Report) -> Iterator[Triple]:
    """A report of files that could not be read: a result for each fault, whose focus node is the file.

    The place is a pointer, https://www.w3.org/TR/Pointers-in-RDF10/#LineCharPointerClass.
    """
    top = BlankNode("report")
    yield Triple(top, RDF.type, SH.ValidationReport)
    yield Triple(top, SH.conforms, Literal(False))
    for number, finding in enumerate(report.findings, 1):
        node, document = BlankNode(f"result{number}"), _document(finding.place)
        yield Triple(top, SH.result, node)
        yield Triple(node, RDF.type, SH.ValidationResult)
        yield Triple(node, SH.focusNode, document)
        yield Triple(node, SH.sourceConstraintComponent, _RULES[finding.rule])
        yield Triple(node, SH.resultSeverity, SH.Violation)
        yield Triple(node, SH.resultMessage, Literal(_message(finding)))
        if finding.place and finding.place.line:
            yield from _pointer(node, BlankNode(f"place{number}"), document, finding.place)


def _message(finding: Finding) -> str:
    said = f"{finding.place}: {finding.message}" if finding.place else finding.message
    return f"{said} {finding.hint}" if finding.hint else said


def _document(place: Place | None) -> Term:
    """The file as an IRI; what has none, such as stdin, as its name."""
    path = Path(place.file) if place else None
    if path is None or not path.is_file():
        return Literal(place.file if place else "")
    return NamedNode(path.absolute().as_uri())


def _pointer(result: BlankNode, node: BlankNode, document: Term, place: Place) -> Iterator[Triple]:
    yield Triple(result, EARL.pointer, node)
    yield Triple(node, RDF.type, PTR.LineCharPointer)
    yield Triple(node, PTR.reference, document)
    yield Triple(node, PTR.lineNumber, Literal(place.line or 1))
    if place.column:
        yield Triple(node, PTR.charNumber, Literal(place.column))


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
