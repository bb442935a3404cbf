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
from ogdkg.validation.prefilter.custom_targets import is_answered, target_pattern

MOST_NAMED = 5_000  # nodes named in one query, which has a limit of characters
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
        named = [_constant(target.term) for target in self._named(shape)]
        for start in range(0, len(named), MOST_NAMED):
            yield f"VALUES ?this {{ {' '.join(named[start : start + MOST_NAMED])} }}"
        for target in self.shapes.targets(shape):
            if target.kind == SH.targetClass:
                for each in self.classes(target.term):
                    if isinstance(each, NamedNode) and self._is_found(RDF.type, each):
                        yield f"?this a {each}"
            elif target.kind == SH.target:
                yield from self._custom(target.term)
            elif target.kind != SH.targetNode and self._is_found(target.term):
                is_subject = target.kind == SH.targetSubjectsOf
                yield (
                    f"?this {target.term} {TARGET_END}" if is_subject else f"{TARGET_END} {target.term} ?this"
                )

    def _custom(self, target: Term) -> Iterator[str]:
        """The pattern of a custom target, if it finds anything; those without one were named before."""
        pattern = target_pattern(self.shapes, target)
        if pattern and is_answered(self.graph, pattern):
            yield pattern

    def _named(self, shape: Node) -> list[Target]:
        targets = self.shapes.targets(shape)
        return [t for t in targets if t.kind == SH.targetNode and isinstance(t.term, NamedNode | Literal)]

    def _is_found(self, predicate: Any, obj: Term | None = None) -> bool:
        return self.graph.first(None, predicate, obj) is not None

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
