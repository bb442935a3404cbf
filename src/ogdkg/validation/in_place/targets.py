"""The focus nodes of shapes on a server: patterns for its queries, and the nodes that shapes name."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode

from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH
from ogdkg.validation.data.remote import ServerGraph
from ogdkg.validation.prefilter.custom_targets import server_pattern


class Targets:
    """The focus nodes of shapes on a server, as patterns that bind `?this`, and as nodes that are named.

    Every class below a target class is looked up once.
    """

    def __init__(self, there: ServerGraph, shapes: Shapes) -> None:
        self._there = there
        self._shapes = shapes
        self._classes: dict[Term, list[Term]] = {}

    def classes(self, top: Term) -> list[Term]:
        """The class and all its subclasses, https://www.w3.org/TR/shacl/#dfn-shacl-subclass."""
        if top not in self._classes:
            found = dict.fromkeys([top])
            waiting = [top]
            while waiting:
                below = self._there.triples(None, RDFS.subClassOf, waiting.pop())
                new = [each.subject for each in below if each.subject not in found]
                found.update(dict.fromkeys(new))
                waiting += new
            self._classes[top] = list(found)
        return self._classes[top]

    def named(self, shape: Node) -> list[Term]:
        """The nodes that the shape itself names."""
        return [each.term for each in self._shapes.targets(shape) if each.kind == SH.targetNode]

    def patterns(self, shape: Node) -> Iterator[str]:
        """The patterns of its other targets."""
        for target in self._shapes.targets(shape):
            if target.kind == SH.targetClass:
                classes = [str(each) for each in self.classes(target.term) if isinstance(each, NamedNode)]
                if len(classes) == 1:
                    yield f"?this a {classes[0]} . "
                elif classes:
                    yield f"VALUES ?ogdkg_class {{ {' '.join(classes)} }} ?this {RDF.type} ?ogdkg_class . "
            elif target.kind == SH.targetSubjectsOf:
                yield f"?this {target.term} ?ogdkg_end . "
            elif target.kind == SH.target:
                is_exact = self._there.remote.server.is_exact
                if pattern := server_pattern(self._shapes, target.term, is_exact=is_exact):
                    yield f"{pattern} . "  # without one, a copy is judged
            elif target.kind == SH.targetObjectsOf:
                yield f"?ogdkg_end {target.term} ?this . "
