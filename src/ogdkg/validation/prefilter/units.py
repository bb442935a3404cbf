"""The units in which shapes are validated: small, so that one failing property does not bring in a whole
shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.validation.core.advanced import functions
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import UNJUDGED, Shapes, is_true
from ogdkg.validation.core.vocabulary import RDF, SH


class UnitKind(Enum):
    """Which part of a shape a unit is."""

    PROPERTY = "a property shape, by itself"
    NODE_ONLY = "a node shape without its property shapes"
    WHOLE = "a shape with all that is in it"


class Unit(NamedTuple):
    """A part of the targeted shape `top`, with focus nodes of its own; `shape` is what results name."""

    top: Node
    shape: Node
    kind: UnitKind


@lru_cache(maxsize=2)  # of the shapes in hand, and those that they are held against
def units(shapes: Shapes) -> list[Unit]:
    """The units of all targeted shapes; a property shape that several of them share goes with each as a
    whole."""
    used = Counter(each for top in shapes.targeted for each in (top, *shapes.values(top, SH.property)))
    return [unit for top in shapes.targeted for unit in _units(shapes, top, used)]


def _units(shapes: Shapes, top: Node, used: Counter[Term]) -> Iterator[Unit]:
    properties = [each for each in shapes.values(top, SH.property) if not shapes.is_deactivated(each)]
    shared = any(used[each] > 1 for each in properties)
    if shapes.is_property_shape(top):
        yield Unit(top, top, UnitKind.PROPERTY)
        return
    if shared or _mentions_itself(shapes, top):
        yield Unit(top, top, UnitKind.WHOLE)
        return
    yield from (Unit(top, each, UnitKind.PROPERTY) for each in properties)
    if set(shapes.about[top]) - {*UNJUDGED, SH.property, RDF.type}:
        yield Unit(top, top, UnitKind.NODE_ONLY)


def _mentions_itself(shapes: Shapes, top: Term) -> bool:
    """Whether a constraint in SPARQL asks which shape it stands in, which a copy would answer wrongly."""
    selects = (shapes.value(each, SH.select) for each in shapes.values(top, SH.sparql))
    return any(
        "currentShape" in select.value or "shapesGraph" in select.value for select in selects if select
    )


def unit_shapes(shapes: Shapes, focus: Mapping[Unit, list[Term]]) -> tuple[list[Triple], dict[Term, Node]]:
    """The shapes in which only these units have targets, with all they lead to, and what their nodes stand
    for.

    A unit that has no name gets one: pyshacl spells out a blank node in each message, its targets too.
    """
    start = [each for unit in focus for each in (unit.shape, *_parents(shapes, unit))]
    reached = _reached(shapes, [*start, *_definitions(shapes)])
    said = shapes.triples_about(node for node in shapes.about if node in reached)
    triples = [triple for triple in said if not _is_target(shapes, triple)]
    nodes: dict[Unit, Node] = {}
    for number, unit in enumerate(focus):
        is_named = unit.kind is not UnitKind.NODE_ONLY and isinstance(unit.shape, NamedNode)
        nodes[unit] = unit.shape if is_named else NamedNode(f"urn:ogdkg:unit:{number}")
        if unit.kind is UnitKind.NODE_ONLY:
            triples.extend(_node_only_copy(shapes, unit.shape, nodes[unit]))
    named = {unit.shape: node for unit, node in nodes.items() if unit.kind is not UnitKind.NODE_ONLY}
    retargeted = [_renamed(triple, named) for triple in triples]
    retargeted += [
        Triple(nodes[unit], SH.targetNode, each) for unit, targets in focus.items() for each in targets
    ]
    return retargeted, {node: unit.shape for unit, node in nodes.items()}


def _renamed(triple: Triple, names: Mapping[Node, Node]) -> Triple:
    subject, obj = triple.subject, triple.object
    if subject not in names and obj not in names:
        return triple
    return Triple(
        names.get(subject, subject),
        triple.predicate,
        obj if isinstance(obj, Literal) else names.get(obj, obj),
    )


def _parents(shapes: Shapes, unit: Unit) -> list[Node]:
    """The shapes above a qualified one, which its siblings are found through."""
    return [unit.top] if shapes.values(unit.shape, SH.qualifiedValueShapesDisjoint) else []


def _definitions(shapes: Shapes) -> list[Term]:
    """What holds for a shapes graph as a whole: declared prefixes, functions, and components with parameters
    of their own."""
    declared = [node for node, said in shapes.about.items() if SH.declare in said or SH.parameter in said]
    return [*declared, *functions(shapes)]


def _reached(shapes: Shapes, start: list[Term]) -> set[Term]:
    """The nodes that the shapes graph leads to from these, however it does."""
    reached: set[Term] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in reached and node in shapes.about:
            reached.add(node)
            waiting.extend(each for objects in shapes.about[node].values() for each in objects)
    return reached


def _is_target(shapes: Shapes, triple: Triple) -> bool:
    return triple.predicate in UNJUDGED or (triple.predicate == RDF.type and triple.object in shapes.classes)


def _node_only_copy(shapes: Shapes, shape: Node, copy: Node) -> Iterator[Triple]:
    """A copy of a node shape; of its property shapes a closed one keeps the paths, which say what is
    allowed."""
    for predicate, objects in shapes.about[shape].items():
        if predicate not in (*UNJUDGED, SH.property, RDF.type):
            yield from (Triple(copy, predicate, each) for each in objects)
    yield Triple(copy, RDF.type, SH.NodeShape)
    if any(map(is_true, shapes.values(shape, SH.closed))):
        for each in shapes.values(shape, SH.property):
            stub = BlankNode()
            yield Triple(copy, SH.property, stub)
            yield Triple(stub, SH.path, shapes.value(each, SH.path))
