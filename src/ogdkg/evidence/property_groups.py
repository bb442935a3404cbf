"""The display order of properties: `sh:name`, `sh:group` and `sh:order` of a project's property shapes.

https://www.w3.org/TR/shacl/#nonValidation
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDF, RDFS, Iri, Literal, Subject, Term, TripleTerm
from ogdkg.store.codec import read_quads

_SH = "http://www.w3.org/ns/shacl#"
_NIL = Iri(RDF + "nil")


class Step(NamedTuple):
    """A property, followed forwards or, if `inverse`, from object to subject."""

    predicate: Iri
    inverse: bool = False


class DisplayedProperty(NamedTuple):
    """How shapes display a property.

    Attributes:
        steps: The properties it stands for, several for an alternative path.
        name: Its name.
        group: The label of its group.
        order: Its sort key.
    """

    steps: tuple[Step, ...]
    name: str
    group: str
    order: tuple[float, str, float, str]


class _Shapes:
    """The triples of the shapes files, by subject and predicate."""

    def __init__(self, project: Project) -> None:
        self._objects: dict[Subject, dict[str, list[Term]]] = {}
        for number, path in enumerate(project.files(project.shapes)):
            for quad in read_quads(path, blank_prefix=f"f{number}"):
                objects = self._objects.setdefault(quad.subject, {})
                objects.setdefault(quad.predicate.value, []).append(quad.object)

    def grouped(self) -> Iterator[Subject]:
        return (
            node
            for node, objects in self._objects.items()
            if _SH + "group" in objects and _SH + "path" in objects
        )

    def one(self, node: Term | None, predicate: str) -> Term | None:
        if node is None or isinstance(node, Literal | TripleTerm):
            return None
        return next(iter(self._objects.get(node, {}).get(predicate, ())), None)

    def text(self, node: Term | None, predicate: str) -> str:
        value = self.one(node, predicate)
        return value.value if isinstance(value, Literal) else ""

    def number(self, node: Term | None, predicate: str) -> float:
        try:
            return float(self.text(node, predicate))
        except ValueError:
            return float("inf")  # without an order, it comes last

    def steps(self, path: Term | None) -> tuple[Step, ...]:
        """Return the steps of a property path: a property, an inverse, or alternatives; none for others."""
        if isinstance(path, Iri):
            return (Step(path),)
        if isinstance(inverse := self.one(path, _SH + "inversePath"), Iri):
            return (Step(inverse, inverse=True),)
        alternatives = self._list(self.one(path, _SH + "alternativePath"))
        return tuple(step for steps in alternatives for step in steps)

    def _list(self, node: Term | None) -> Iterator[tuple[Step, ...]]:
        while node is not None and node != _NIL:
            yield self.steps(self.one(node, RDF + "first"))
            node = self.one(node, RDF + "rest")


def shown_properties(project: Project) -> Sequence[DisplayedProperty]:
    """Return the properties that the project's shapes group, in display order; none without such shapes."""
    shapes = _Shapes(project)
    properties = (_shown(shapes, node) for node in shapes.grouped())
    return sorted((shown for shown in properties if shown.steps), key=lambda shown: shown.order)


def _shown(shapes: _Shapes, node: Subject) -> DisplayedProperty:
    group = shapes.one(node, _SH + "group")
    title = shapes.text(group, RDFS + "label") or (group.value if isinstance(group, Iri) else "")
    name = shapes.text(node, _SH + "name")
    order = shapes.number(group, _SH + "order"), title, shapes.number(node, _SH + "order"), name
    return DisplayedProperty(shapes.steps(shapes.one(node, _SH + "path")), name, title, order)
