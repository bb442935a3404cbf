"""How a project's shapes have properties shown: `sh:name`, `sh:group` and `sh:order` of its property shapes.

https://www.w3.org/TR/shacl/#nonValidation
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDF, RDFS, Iri, Literal, Subject, Term
from ogdkg.store.codec import read_quads

_SH = "http://www.w3.org/ns/shacl#"
_NIL = Iri(RDF + "nil")


class Step(NamedTuple):
    """A property, followed forwards or from its value back."""

    predicate: Iri
    inverse: bool = False


class DisplayedProperty(NamedTuple):
    """A property as shapes have it shown: under which name, in which group, at which place."""

    steps: tuple[Step, ...]
    name: str
    group: str
    order: tuple[float, str, float, str]


class _Shapes:
    """What the files of shapes say, by subject and predicate."""

    def __init__(self, project: Project) -> None:
        self._said: dict[Subject, dict[str, list[Term]]] = {}
        for number, path in enumerate(project.files(project.shapes)):
            for quad in read_quads(path, blank_prefix=f"f{number}"):
                said = self._said.setdefault(quad.subject, {})
                said.setdefault(quad.predicate.value, []).append(quad.object)

    def grouped(self) -> Iterator[Subject]:
        return (node for node, said in self._said.items() if _SH + "group" in said and _SH + "path" in said)

    def one(self, node: Term | None, predicate: str) -> Term | None:
        if node is None or isinstance(node, Literal):
            return None
        return next(iter(self._said.get(node, {}).get(predicate, ())), None)

    def text(self, node: Term | None, predicate: str) -> str:
        found = self.one(node, predicate)
        return found.value if isinstance(found, Literal) else ""

    def number(self, node: Term | None, predicate: str) -> float:
        try:
            return float(self.text(node, predicate))
        except ValueError:
            return float("inf")  # what has no order comes last

    def steps(self, path: Term | None) -> tuple[Step, ...]:
        """The steps of a property, of an inverse one, and of alternatives of these; none for other paths."""
        if isinstance(path, Iri):
            return (Step(path),)
        if isinstance(inverse := self.one(path, _SH + "inversePath"), Iri):
            return (Step(inverse, inverse=True),)
        return tuple(step for each in self._list(self.one(path, _SH + "alternativePath")) for step in each)

    def _list(self, node: Term | None) -> Iterator[tuple[Step, ...]]:
        while node is not None and node != _NIL:
            yield self.steps(self.one(node, RDF + "first"))
            node = self.one(node, RDF + "rest")


def shown_properties(project: Project) -> Sequence[DisplayedProperty]:
    """The properties that shapes put into groups, in the order they are shown; none without such shapes."""
    shapes = _Shapes(project)
    found = (_shown(shapes, node) for node in shapes.grouped())
    return sorted((shown for shown in found if shown.steps), key=lambda shown: shown.order)


def _shown(shapes: _Shapes, node: Subject) -> DisplayedProperty:
    group = shapes.one(node, _SH + "group")
    title = shapes.text(group, RDFS + "label") or (group.value if isinstance(group, Iri) else "")
    name = shapes.text(node, _SH + "name")
    order = shapes.number(group, _SH + "order"), title, shapes.number(node, _SH + "order"), name
    return DisplayedProperty(shapes.steps(shapes.one(node, _SH + "path")), name, title, order)
