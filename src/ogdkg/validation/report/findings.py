"""Turns validation results into findings: rule, severity, message, hint."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode

from ogdkg.rdf.labels import ENGLISH, Languages, language_key
from ogdkg.validation.core.paths import REPEATED
from ogdkg.validation.core.results import Finding, Result, Severity, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.names import DisplayNames

# Used where the shape has no sh:message; pyshacl's own messages quote terms as Python does.
DEFAULT_MESSAGES = {
    "And": "The value does not conform to all of the required shapes.",
    "Class": "The value is not an instance of the required class.",
    "Closed": "This property is not allowed here.",
    "Datatype": "The value does not have the required datatype.",
    "Disjoint": "The two properties must not share a value.",
    "Equals": "The two properties must have the same values.",
    "HasValue": "A required value is missing.",
    "In": "The value is not in the allowed list.",
    "LanguageIn": "The language of the value is not in the allowed list.",
    "LessThan": "The value is not less than that of the other property.",
    "LessThanOrEquals": "The value is greater than that of the other property.",
    "MaxCount": "There are too many values.",
    "MaxExclusive": "The value is too large.",
    "MaxInclusive": "The value is too large.",
    "MaxLength": "The value is too long.",
    "MinCount": "There are too few values.",
    "MinExclusive": "The value is too small.",
    "MinInclusive": "The value is too small.",
    "MinLength": "The value is too short.",
    "Node": "The value does not conform to the required shape.",
    "NodeKind": "The value is not of the required node kind.",
    "Not": "The value conforms to a shape that it must not conform to.",
    "Or": "The value conforms to none of the alternative shapes.",
    "Pattern": "The value does not match the pattern.",
    "QualifiedMaxCount": "Too many values conform to the qualified shape.",
    "QualifiedMinCount": "Too few values conform to the qualified shape.",
    "UniqueLang": "Two values have the same language.",
    "Xone": "The value does not conform to exactly one of the shapes.",
}


def findings(results: Iterable[Result], shapes: Shapes, adviser: Adviser) -> tuple[Finding, ...]:
    """One finding a result, in the order of the results."""
    paths: dict[Term, str] = {}  # which many results have in common
    return tuple(_finding(result, shapes, adviser, paths) for result in results)


def _finding(result: Result, shapes: Shapes, adviser: Adviser, paths: dict[Term, str]) -> Finding:
    if result.path and result.path not in paths:
        paths[result.path] = path_text(result.path, shapes, adviser.names)
    advice = adviser.on(result)
    return Finding(
        rule=rule(result),
        severity=Severity.of(result.severity),
        message=message(result, shapes, adviser.names.languages),
        focus=result.focus,
        path=paths[result.path] if result.path else None,
        value=result.value,
        hint=advice.hint,
        paste=advice.paste,
        result=result,
    )


def rule(result: Result) -> str:
    """The constraint component by its short name: `MinCount` for sh:MinCountConstraintComponent."""
    name = result.component.value.rpartition("#")[2].rpartition("/")[2]
    return name.removesuffix("ConstraintComponent") or name


def message(result: Result, shapes: Shapes, languages: Languages = ENGLISH) -> str:
    """The message of the shape in the reader's language; else a default for the component."""
    sources = (result.shape, result.constraint) if result.constraint else (result.shape,)
    has_message = any(shapes.values(source, SH.message) for source in sources)
    if not has_message and (default := DEFAULT_MESSAGES.get(rule(result))):
        return default
    messages = ((literal.language or "", literal.value) for literal in result.messages)
    best = min(messages, key=lambda each: (language_key(each[0], languages), each), default=None)
    return best[1] if best else rule(result)


def path_text(path: Term, shapes: Shapes, names: DisplayNames) -> str:
    """A path as SPARQL writes it, https://www.w3.org/TR/shacl/#property-paths."""
    if isinstance(path, NamedNode) or not isinstance(path, BlankNode):
        return names.short(path)
    if inner := shapes.value(path, SH.inversePath):
        return f"^{path_text(inner, shapes, names)}"
    if listed := shapes.value(path, SH.alternativePath):
        return _joined("|", shapes.items(listed), shapes, names)
    for predicate, mark in REPEATED.items():
        if inner := shapes.value(path, predicate):
            return f"({path_text(inner, shapes, names)}){mark}"
    return _joined("/", shapes.items(path), shapes, names) if shapes.values(path, RDF.first) else str(path)


def _joined(sign: str, steps: list[Term], shapes: Shapes, names: DisplayNames) -> str:
    return f"({sign.join(path_text(step, shapes, names) for step in steps)})"
