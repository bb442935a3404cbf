"""What a parameter of a shape takes, https://www.w3.org/TR/shacl/#core-components.

SHACL-SHACL asks for all of it and more. Where that check is skipped, this is what a verdict needs.
"""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import ONE_SHAPE, Shapes, ShapesError
from ogdkg.validation.core.vocabulary import SH, XSD

LISTS = (SH["in"], SH.languageIn, SH.ignoredProperties)  # those of shapes are read with the shapes
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


def _is_node(value: Term) -> bool:
    return not isinstance(value, Literal)


_KINDS: tuple[tuple[str, Callable[[Term], bool], tuple[NamedNode, ...]], ...] = (
    ("true or false", _of_type(XSD.boolean),
     (SH.closed, SH.deactivated, SH.uniqueLang, SH.qualifiedValueShapesDisjoint)),
    ("an integer", _of_type(XSD.integer),
     (SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount)),
    ("a literal", _is_literal, (SH.minInclusive, SH.maxInclusive, SH.minExclusive, SH.maxExclusive)),
    ("an IRI", _is_node,
     (SH["class"], SH.datatype, SH.nodeKind, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals,
      SH.severity, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)),
    ("a shape", _is_node, ONE_SHAPE),
)  # fmt: skip
_TAKEN = {parameter: (kind, fits) for kind, fits, parameters in _KINDS for parameter in parameters}


def check_parameters(shapes: Shapes) -> None:
    """Raise ShapesError for a parameter whose value is not of the kind that it takes."""
    for node, said in shapes.about.items():
        for parameter, (kind, fits) in _TAKEN.items():
            for value in said.get(parameter, ()):
                if not fits(value):
                    name = parameter.value.removeprefix(SH.base)
                    raise ShapesError(f"sh:{name} takes {kind}, not {value}.", node, HINT)
        for parameter in LISTS:
            for head in said.get(parameter, ()):
                shapes.items(head)


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
