"""Turns validation results into findings: a rule, a severity, a message in words."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode

from ogdkg.validation.report import Finding, Result, Severity, Term
from ogdkg.validation.shapes import Shapes
from ogdkg.validation.vocabulary import RDF, SH

INVERSE, ALTERNATIVE = SH.inversePath, SH.alternativePath
REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def findings(results: Iterable[Result], shapes: Shapes) -> tuple[Finding, ...]:
    """One finding a result, in the order of the results."""
    return tuple(_finding(result, shapes) for result in results)


def _finding(result: Result, shapes: Shapes) -> Finding:
    return Finding(
        rule=rule(result),
        severity=Severity.of(result.severity),
        message=message(result),
        focus=result.focus,
        path=path_text(result.path, shapes) if result.path else None,
        value=result.value,
        result=result,
    )


def rule(result: Result) -> str:
    """The constraint component by its short name: `MinCount` for sh:MinCountConstraintComponent."""
    name = result.component.value.rpartition("#")[2].rpartition("/")[2]
    return name.removesuffix("ConstraintComponent") or name


def message(result: Result) -> str:
    """What the shape says of the result, in English where it can choose; else what pyshacl says."""
    languages = {m.language or "": m.value for m in reversed(result.messages)}
    for language in ("", "en"):
        if language in languages:
            return languages[language]
    return next(iter(languages.values()), rule(result))


def path_text(path: Term, shapes: Shapes) -> str:
    """A path as SPARQL writes it, https://www.w3.org/TR/shacl/#property-paths."""
    if isinstance(path, NamedNode) or not isinstance(path, BlankNode):
        return str(path)
    if inner := shapes.one(path, INVERSE):
        return f"^{path_text(inner, shapes)}"
    if listed := shapes.one(path, ALTERNATIVE):
        return f"({'|'.join(path_text(each, shapes) for each in shapes.items(listed))})"
    for predicate, mark in REPEATED.items():
        if inner := shapes.one(path, predicate):
            return f"({path_text(inner, shapes)}){mark}"
    if shapes.all(path, RDF.first):
        return f"({'/'.join(path_text(each, shapes) for each in shapes.items(path))})"
    return str(path)
