"""The constraint components that shapes declare of their own, and what of a component has no effect.

A shape declares a constraint of a component where it has a value for each of its mandatory parameters
(https://www.w3.org/TR/shacl/#constraint-components); with fewer it declares none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ogdkg.rdf.terms import local_name
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import QUERIES, Shapes, ShapesError, is_true
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH, short

VALIDATORS = (SH.validator, SH.nodeValidator, SH.propertyValidator)
_COMPONENT = SH.ConstraintComponent
_FORMS = ((SH.validator, SH.ask), (SH.nodeValidator, SH.select), (SH.propertyValidator, SH.select))
_RESERVED = ("this", "shapesGraph", "currentShape", "path", "PATH", "value")
_HINT = "See https://www.w3.org/TR/shacl/#sparql-constraint-components-parameters."


@dataclass(frozen=True, slots=True)
class Component:
    """A constraint component of the shapes' own, with its parameters."""

    node: Term
    mandatory: tuple[NamedNode, ...]
    optional: tuple[NamedNode, ...]

    @property
    def parameters(self) -> tuple[NamedNode, ...]:
        """All parameters, the mandatory ones first."""
        return (*self.mandatory, *self.optional)


def components(shapes: Shapes) -> list[Component]:
    """The components that the shapes declare.

    Raises:
        ShapesError: A declaration is ill-formed, https://www.w3.org/TR/shacl/#sparql-constraint-components-syntax.
    """
    return [_read(shapes, node) for node in declared(shapes)]


def declared(shapes: Shapes) -> Iterator[Term]:
    """The nodes that are constraint components, SHACL's own aside."""
    kinds = {node for node, said in shapes.about.items() if _COMPONENT in said.get(RDFS.subClassOf, ())}
    kinds.add(_COMPONENT)
    for node, said in shapes.about.items():
        is_shacl = isinstance(node, NamedNode) and node.value.startswith(SH.base)
        if not is_shacl and not kinds.isdisjoint(said.get(RDF.type, ())):
            yield node


def by_parameter(found: Iterable[Component]) -> dict[NamedNode, list[Component]]:
    """The components that each property is a parameter of."""
    known: dict[NamedNode, list[Component]] = {}
    for component in found:
        for parameter in component.parameters:
            known.setdefault(parameter, []).append(component)
    return known


def check_components(shapes: Shapes) -> None:
    """Raise ShapesError for an ill-formed component, or a shape with two values where one is allowed."""
    found = components(shapes)
    for component in found:
        _check_validators(shapes, component.node)
    single = by_parameter(each for each in found if len(each.parameters) > 1)
    for node in shapes.nodes if single else ():
        for parameter, values in shapes.about.get(node, {}).items():
            if len(values) > 1 and parameter in single:
                message = f"There is more than one value of {parameter} where one is allowed."
                hint = f"{single[parameter][0].node} has several parameters; write a shape for each."
                raise ShapesError(message, node, hint, parameter)


def _check_validators(shapes: Shapes, component: Term) -> None:
    """https://www.w3.org/TR/shacl/#sparql-constraint-components-validators: each has the query it needs."""
    for predicate, form in _FORMS:
        for each in shapes.values(component, predicate):
            if form not in shapes.about.get(each, {}) and not is_javascript(shapes, each):
                message = f"A {short(predicate)} of {component} has no {short(form)}."
                raise ShapesError(message, component, "Give it its query.")


def _read(shapes: Shapes, node: Term) -> Component:
    if not isinstance(node, NamedNode):
        raise ShapesError("A constraint component needs an IRI.", node, _HINT)
    mandatory: list[NamedNode] = []
    optional: list[NamedNode] = []
    for parameter in shapes.values(node, SH.parameter):
        paths = shapes.values(parameter, SH.path)
        if len(paths) != 1 or not isinstance(paths[0], NamedNode):
            raise ShapesError(f"A parameter of {node} needs exactly one sh:path, an IRI.", node, _HINT)
        is_optional = any(map(is_true, shapes.values(parameter, SH.optional)))
        (optional if is_optional else mandatory).append(paths[0])
    if not mandatory:
        message = f"The constraint component {node} has no parameter that is mandatory."
        raise ShapesError(message, node, f"Each component has at least one. {_HINT}")
    _check_names(node, [*mandatory, *optional])
    return Component(node, tuple(mandatory), tuple(optional))


def _check_names(node: NamedNode, parameters: list[NamedNode]) -> None:
    """https://www.w3.org/TR/shacl/#dfn-parameter-name: a variable that is not taken."""
    for name, count in Counter(local_name(each.value) for each in parameters).items():
        if name in _RESERVED or not re.fullmatch(r"\w+", name):
            message = f"The constraint component {node} has a parameter that cannot be called {name!r}."
            raise ShapesError(message, node, _HINT)
        if count > 1:
            message = f"The constraint component {node} has {count} parameters called {name!r}."
            raise ShapesError(message, node, _HINT)


def validators(shapes: Shapes, component: Term, shape: Term | None = None) -> list[Term]:
    """What can judge by the component, at any shape or at this one.

    Where there is nothing, its constraints are ignored,
    https://www.w3.org/TR/shacl/#constraint-components-validators.
    """
    own = SH.propertyValidator if shape and shapes.is_property_shape(shape) else SH.nodeValidator
    kinds = (own, SH.validator) if shape else VALIDATORS
    found = [each for kind in kinds for each in shapes.values(component, kind)]
    return [each for each in found if not shapes.about.get(each, {}).keys().isdisjoint(QUERIES)]


def is_javascript(shapes: Shapes, validator: Term) -> bool:
    """Whether a validator is one of SHACL-JS, https://www.w3.org/TR/shacl-js/."""
    return SH.JSValidator in shapes.values(validator, RDF.type) or bool(
        shapes.values(validator, SH.jsFunctionName)
    )
