"""What a parameter of a shape takes, https://www.w3.org/TR/shacl/#core-components.

SHACL-SHACL asks for all of it and more. But it may be skipped, and says so of a node; this is what a verdict
needs, asked first and of every shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import ONE_SHAPE, SHAPE_LISTS, Shapes, ShapesError, node_text
from ogdkg.validation.core.vocabulary import RDF, SH, XSD, short

_SHAPES_HINT = "A property shape has one sh:path, a node shape none: https://www.w3.org/TR/shacl/#shapes"
HINT = "SHACL does not define what it would mean: https://www.w3.org/TR/shacl/#core-components"


def _of_type(datatype: NamedNode) -> Callable[[Term], bool]:
    def fits(value: Term) -> bool:
        return (
            isinstance(value, Literal)
            and value.datatype == datatype
            and is_well_typed(value.value, datatype.value)
        )

    return fits


def _is_literal(value: Term) -> bool:
    return isinstance(value, Literal)


def _is_iri(value: Term) -> bool:
    return isinstance(value, NamedNode)


def _is_node(value: Term) -> bool:
    return not isinstance(value, Literal)


def _is_any(_: Term) -> bool:
    return True


_KINDS: tuple[tuple[str, Callable[[Term], bool], tuple[NamedNode, ...]], ...] = (
    ("true or false", _of_type(XSD.boolean),
     (SH.closed, SH.deactivated, SH.uniqueLang, SH.qualifiedValueShapesDisjoint)),
    ("an integer", _of_type(XSD.integer),
     (SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount)),
    ("a literal", _is_literal, (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)),
    ("an IRI", _is_iri,
     (SH.datatype, SH.nodeKind, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals, SH.targetSubjectsOf,
      SH.targetObjectsOf)),
    ("an IRI", _is_node, (SH["class"], SH.severity, SH.targetClass)),
    ("a shape", _is_node, ONE_SHAPE),
)  # fmt: skip
_MEMBERS: tuple[tuple[str, Callable[[Term], bool], tuple[NamedNode, ...]], ...] = (
    ("shapes", _is_node, SHAPE_LISTS),
    ("strings", _of_type(XSD.string), (SH.languageIn,)),
    ("IRIs", _is_iri, (SH.ignoredProperties,)),
    ("terms", _is_any, (SH["in"],)),
)
_TAKEN = {parameter: (kind, fits) for kind, fits, parameters in _KINDS for parameter in parameters}


def check_parameters(shapes: Shapes) -> None:
    """Check what the parameters of all shapes take, and that each shape is of one kind.

    Raises:
        ShapesError: The first fault; of several, its `faults` are all.
    """
    faults = [*_faults_of_shapes(shapes), *_faults_of_values(shapes)]
    if len(faults) > 1:
        first = faults[0]
        several = ShapesError(first.message, first.node, first.hint, *first.statement[1:])
        several.faults = faults
        raise several
    if faults:
        raise faults[0]


def _faults_of_shapes(shapes: Shapes) -> Iterator[ShapesError]:
    for node in shapes.about:
        if fault := _fault_of_shape(shapes, node):
            what, predicate = fault
            yield ShapesError(f"{node_text(node)} {what}.", node, _SHAPES_HINT, predicate)


def _faults_of_values(shapes: Shapes) -> Iterator[ShapesError]:
    for node, said in shapes.about.items():
        for parameter, (kind, fits) in _TAKEN.items():
            for value in said.get(parameter, ()):
                if not fits(value):
                    message = f"{short(parameter)} takes {kind}, not {node_text(value)}."
                    yield ShapesError(message, node, HINT, parameter, value)
        for kind, fits, parameters in _MEMBERS:
            for parameter, head in ((each, head) for each in parameters for head in said.get(each, ())):
                if fault := _fault_of_list(shapes, (node, parameter, head), kind, fits):
                    yield fault


def _fault_of_list(
    shapes: Shapes, at: tuple[Term, NamedNode, Term], kind: str, fits: Callable[[Term], bool]
) -> ShapesError | None:
    node, parameter, head = at
    if isinstance(head, Literal):
        message = f"{short(parameter)} takes a list, not {node_text(head)}."
        return ShapesError(message, node, HINT, parameter, head)
    try:
        wrong = next((item for item in shapes.items(head) if not fits(item)), None)
    except ShapesError as fault:  # it is no list
        return fault
    if wrong is None:
        return None
    message = f"{short(parameter)} takes a list of {kind}, not of {node_text(wrong)}."
    return ShapesError(message, node, HINT, parameter, head)


def _fault_of_shape(shapes: Shapes, node: Term) -> tuple[str, NamedNode] | None:
    """What is wrong with a shape that is neither a node shape nor a property shape, or both."""
    types, paths = shapes.values(node, RDF.type), shapes.values(node, SH.path)
    if SH.NodeShape in types and SH.PropertyShape in types:
        return "is both a sh:NodeShape and a sh:PropertyShape", RDF.type
    if SH.NodeShape in types and paths:
        return "is a sh:NodeShape, but has a sh:path", SH.path
    if SH.PropertyShape in types and not paths:
        return "is a sh:PropertyShape, but has no sh:path", RDF.type
    if len(paths) > 1:
        return f"has {len(paths)} values of sh:path where one is allowed", SH.path
    if len(shapes.values(node, SH.deactivated)) > 1:
        return "has more than one value of sh:deactivated", SH.deactivated
    return None


def drop_pathless(shapes: Shapes) -> list[Term]:
    """Take out of the shapes each value of sh:property that has no sh:path; it asks for nothing."""
    dropped = []
    for said in shapes.about.values():
        parts = said.get(SH.property, [])
        pathless = [each for each in parts if not shapes.is_property_shape(each)]
        if pathless:
            dropped += pathless
            said[SH.property] = [each for each in parts if each not in pathless]
    return dropped
