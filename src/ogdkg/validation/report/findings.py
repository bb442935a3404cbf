"""Turns validation results into findings: a rule, a severity, a message in words, a hint."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode

from ogdkg.rdf.labels import is_english
from ogdkg.validation.core.paths import REPEATED
from ogdkg.validation.core.results import Finding, Result, Severity, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.names import DisplayNames

# What results say where the shape has no message; pyshacl's own words quote terms as Python does.
WORDS = {
    "And": "It does not conform to all of the shapes that it must.",
    "Class": "It is not of the class that it must be of.",
    "Closed": "This property is not allowed here.",
    "Datatype": "It is not of the datatype that it must be of.",
    "Disjoint": "The two properties must not share a value.",
    "Equals": "The two properties must have the same values.",
    "HasValue": "A value is missing that it must have.",
    "In": "It is none of the allowed values.",
    "LanguageIn": "Its language is none of those allowed.",
    "LessThan": "It is not less than the value it must be less than.",
    "LessThanOrEquals": "It is more than the value it must not exceed.",
    "MaxCount": "There are too many values.",
    "MaxExclusive": "It is too large.",
    "MaxInclusive": "It is too large.",
    "MaxLength": "It is too long.",
    "MinCount": "There are too few values.",
    "MinExclusive": "It is too small.",
    "MinInclusive": "It is too small.",
    "MinLength": "It is too short.",
    "Node": "It does not conform to the shape that it must.",
    "NodeKind": "It is not the kind of node that it must be.",
    "Not": "It conforms to a shape that it must not.",
    "Or": "It conforms to none of the shapes of which one must fit.",
    "Pattern": "It does not match the pattern.",
    "QualifiedMaxCount": "Too many values conform to a shape.",
    "QualifiedMinCount": "Too few values conform to a shape.",
    "UniqueLang": "Two values have the same language.",
    "Xone": "It does not conform to exactly one of the shapes.",
}


def findings(results: Iterable[Result], shapes: Shapes, adviser: Adviser) -> tuple[Finding, ...]:
    """One finding a result, in the order of the results."""
    return tuple(_finding(result, shapes, adviser) for result in results)


def _finding(result: Result, shapes: Shapes, adviser: Adviser) -> Finding:
    advice = adviser.on(result)
    return Finding(
        rule=rule(result),
        severity=Severity.of(result.severity),
        message=message(result, shapes),
        focus=result.focus,
        path=path_text(result.path, shapes, adviser.names) if result.path else None,
        value=result.value,
        hint=advice.hint,
        paste=advice.paste,
        result=result,
    )


def rule(result: Result) -> str:
    """The constraint component by its short name: `MinCount` for sh:MinCountConstraintComponent."""
    name = result.component.value.rpartition("#")[2].rpartition("/")[2]
    return name.removesuffix("ConstraintComponent") or name


def message(result: Result, shapes: Shapes) -> str:
    """What the shape says of the result, in English where it can choose; else what its component means."""
    sources = (result.shape, result.constraint) if result.constraint else (result.shape,)
    is_told = any(shapes.all(source, SH.message) for source in sources)
    if not is_told and (words := WORDS.get(rule(result))):
        return words
    languages = ((message.language or "", message.value) for message in result.messages)
    best = min(languages, key=lambda each: (not is_english(each[0]), each[0]), default=None)
    return best[1] if best else rule(result)


def path_text(path: Term, shapes: Shapes, names: DisplayNames) -> str:
    """A path as SPARQL writes it, https://www.w3.org/TR/shacl/#property-paths."""
    if isinstance(path, NamedNode) or not isinstance(path, BlankNode):
        return names.short(path)
    if inner := shapes.one(path, SH.inversePath):
        return f"^{path_text(inner, shapes, names)}"
    if listed := shapes.one(path, SH.alternativePath):
        return _joined("|", shapes.items(listed), shapes, names)
    for predicate, mark in REPEATED.items():
        if inner := shapes.one(path, predicate):
            return f"({path_text(inner, shapes, names)}){mark}"
    return _joined("/", shapes.items(path), shapes, names) if shapes.all(path, RDF.first) else str(path)


def _joined(sign: str, steps: list[Term], shapes: Shapes, names: DisplayNames) -> str:
    return f"({sign.join(path_text(step, shapes, names) for step in steps)})"
