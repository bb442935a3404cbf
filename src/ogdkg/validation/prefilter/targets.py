"""The focus nodes of shapes, as patterns for SPARQL and as nodes, https://www.w3.org/TR/shacl/#targets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pyoxigraph import Literal, NamedNode

from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes, Target
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH
from ogdkg.validation.data.graph import DataGraph, encode_literal

TARGET_END = "?ogdkg_end"  # the other end of a target's triple: no variable that a constraint uses


class Targets:
    """Finds targets in one graph; class hierarchies are walked once."""

    def __init__(self, graph: DataGraph, shapes: Shapes) -> None:
        self.graph = graph
        self.shapes = shapes
        self.classes = cache(self._classes)

    def _classes(self, top: Term) -> list[Term]:
        """The class and all its subclasses, https://www.w3.org/TR/shacl/#dfn-shacl-subclass."""
        found = [top]
        for each in found:
            found.extend(
                t.subject for t in self.graph.triples(None, RDFS.subClassOf, each) if t.subject not in found
            )
        return found

    def patterns(self, shape: Node) -> Iterator[str]:
        """Patterns that together bind ?this to every focus node that `listed` does not give; none without
        any."""
        if named := [_constant(target.term) for target in self._named(shape)]:
            yield f"VALUES ?this {{ {' '.join(named)} }}"
        for target in self.shapes.targets(shape):
            if target.kind == SH.targetClass:
                for each in self.classes(target.term):
                    if isinstance(each, NamedNode) and self._is_found(RDF.type, each):
                        yield f"?this a {each}"
            elif target.kind != SH.targetNode and self._is_found(target.term):
                is_subject = target.kind == SH.targetSubjectsOf
                yield (
                    f"?this {target.term} {TARGET_END}" if is_subject else f"{TARGET_END} {target.term} ?this"
                )

    def _named(self, shape: Node) -> list[Target]:
        targets = self.shapes.targets(shape)
        return [t for t in targets if t.kind == SH.targetNode and isinstance(t.term, NamedNode | Literal)]

    def _is_found(self, predicate: Any, obj: Term | None = None) -> bool:
        return next(self.graph.triples(None, predicate, obj), None) is not None

    def unqueried(self, shape: Node, *, all_named: bool = False) -> Iterator[Term]:
        """The focus nodes that no query can ask for: blank nodes, instances of classes without a name."""
        for target in self.shapes.targets(shape):
            if target.kind == SH.targetNode:
                if all_named or not isinstance(target.term, NamedNode | Literal):
                    yield target.term
            elif target.kind == SH.targetClass:
                nameless = (each for each in self.classes(target.term) if not isinstance(each, NamedNode))
                for each in nameless:
                    yield from (triple.subject for triple in self.graph.triples(None, RDF.type, each))


def _constant(term: Term) -> str:
    return str(encode_literal(term) if isinstance(term, Literal) else term)
