"""Turns validation results into findings: a rule, a severity, a message in words, a hint."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import BlankNode, NamedNode

from ogdkg.validation.hints import Adviser
from ogdkg.validation.names import Names
from ogdkg.validation.report import Finding, Result, Severity, Term
from ogdkg.validation.shapes import Shapes
from ogdkg.validation.vocabulary import RDF, SH

REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def findings(results: Iterable[Result], shapes: Shapes, adviser: Adviser) -> tuple[Finding, ...]:
    """One finding a result, in the order of the results."""
    return tuple(_finding(result, shapes, adviser) for result in results)


def _finding(result: Result, shapes: Shapes, adviser: Adviser) -> Finding:
    advice = adviser.on(result)
    return Finding(
        rule=rule(result),
        severity=Severity.of(result.severity),
        message=message(result),
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


def message(result: Result) -> str:
    """What the shape says of the result, in English where it can choose; else what pyshacl says."""
    languages = {m.language or "": m.value for m in reversed(result.messages)}
    for language in ("en", ""):
        if language in languages:
            return languages[language]
    return next(iter(languages.values()), rule(result))


def path_text(path: Term, shapes: Shapes, names: Names) -> str:
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


def _joined(sign: str, steps: list[Term], shapes: Shapes, names: Names) -> str:
    return f"({sign.join(path_text(step, shapes, names) for step in steps)})"
