"""SHACL paths as SPARQL property paths, https://www.w3.org/TR/shacl/#property-paths."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH

REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def sparql_path(shapes: Shapes, path: Term) -> str | None:
    """The path in SPARQL; nothing for one that pyshacl follows in its own way or refuses."""
    if isinstance(path, NamedNode):
        return str(path)
    if shapes.values(path, RDF.first):
        return _joined(shapes, "/", shapes.items(path))
    if inner := shapes.value(path, SH.inversePath):
        # pyshacl does not turn round the steps of an inverted sequence, so only a plain predicate is sure.
        return f"^{inner}" if isinstance(inner, NamedNode) else None
    if listed := shapes.value(path, SH.alternativePath):
        return _joined(shapes, "|", shapes.items(listed))
    for predicate, mark in REPEATED.items():
        if inner := shapes.value(path, predicate):
            text = sparql_path(shapes, inner)
            return f"({text}){mark}" if text else None
    return None


def _joined(shapes: Shapes, sign: str, steps: list[Term]) -> str | None:
    texts = [text for step in steps if (text := sparql_path(shapes, step))]
    return f"({sign.join(texts)})" if len(texts) == len(steps) > 1 else None
