"""The shapes that ask something else than they did, told by all that each leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256

from pyoxigraph import BlankNode, NamedNode, Triple

from ogdkg.validation.core.advanced import functions
from ogdkg.validation.core.components import declared
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import TARGETS, Shapes
from ogdkg.validation.core.vocabulary import RDF, SH


def changed_shapes(old: Shapes, new: Shapes) -> set[Term]:
    """The shapes with targets that are new, or ask something else; all where one may depend on any other."""
    if _hang_together(old) or _hang_together(new):
        alike = _signature(old, list(old.about)) == _signature(new, list(new.about))
        return set() if alike else set(new.targeted)
    known = {_signature(old, [each]) for each in old.targeted}
    return {each for each in new.targeted if _signature(new, [each]) not in known}


def _hang_together(shapes: Shapes) -> bool:
    """Whether what a shape means may depend on shapes that it does not lead to."""
    return (
        shapes.are_asked
        or bool(functions(shapes))
        or any(True for _ in declared(shapes))
        or any(SH.qualifiedValueShapesDisjoint in said for said in shapes.about.values())
    )


def _signature(shapes: Shapes, start: list[Term]) -> str:
    """All that nodes lead to, however the blank nodes among it are called."""
    labels: dict[Term, str] = {}
    waiting, lines = list(start), list[str]()
    for node in waiting:
        labels.setdefault(node, _label(node, len(labels)))
    for node in waiting:
        said = shapes.about.get(node, {})
        for predicate in sorted(said, key=str):
            for value in _in_order(said[predicate]):
                if value in shapes.about and value not in labels:
                    labels[value] = _label(value, len(labels))
                    waiting.append(value)
                lines.append(f"{labels[node]} {predicate} {labels.get(value, str(value))}")
    return sha256("\n".join(lines).encode()).hexdigest()


def _label(node: Term, number: int) -> str:
    return f"_:{number}" if isinstance(node, BlankNode) else str(node)


def _in_order(values: list[Term]) -> list[Term]:
    """The values, those with names by their names; the others stay in the order of the file."""
    named = [each for each in values if not isinstance(each, BlankNode)]
    return [*sorted(named, key=str), *(each for each in values if isinstance(each, BlankNode))]


def with_focus(shapes: Shapes, focus: Mapping[Node, Sequence[Term]]) -> Shapes:
    """The shapes with these focus nodes in place of their targets; those that are not named keep theirs."""
    kept = [
        each
        for each in shapes.triples
        if each.subject not in focus
        or not (each.predicate in TARGETS or (each.predicate == RDF.type and each.object in shapes.classes))
    ]
    named = [Triple(shape, SH.targetNode, node) for shape, nodes in focus.items() for node in nodes]
    typed = [Triple(shape, RDF.type, _kind(shapes, shape)) for shape in focus]
    return Shapes([*kept, *typed, *named])


def _kind(shapes: Shapes, shape: Term) -> NamedNode:
    return SH.PropertyShape if shapes.is_property_shape(shape) else SH.NodeShape
