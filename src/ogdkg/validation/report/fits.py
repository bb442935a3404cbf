"""Whether a literal would conform to the constraints that a shape puts on each value by itself."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import is_judged, is_well_typed
from ogdkg.rdf.order import compare
from ogdkg.sparql.regex import PatternError, compiled
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

_BOUNDS: tuple[tuple[NamedNode, Callable[[int], bool]], ...] = (
    (SH.minInclusive, lambda order: order >= 0),
    (SH.minExclusive, lambda order: order > 0),
    (SH.maxInclusive, lambda order: order <= 0),
    (SH.maxExclusive, lambda order: order < 0),
)


def fits(literal: Literal, shape: Term, shapes: Shapes) -> bool:
    """Whether a literal surely is well-typed and within what the shape allows."""
    if not is_judged(literal.datatype.value) or not is_well_typed(literal.value, literal.datatype.value):
        return False
    if any(wanted != literal.datatype for wanted in shapes.values(shape, SH.datatype)):
        return False
    if any(literal not in shapes.items(head) for head in shapes.values(shape, SH["in"])):
        return False
    return _is_in_bounds(literal, shape, shapes) and _is_of_form(literal, shape, shapes)


def order_of(one: Term | None, other: Term) -> int | None:
    """The order of two literals by SPARQL's `<`; None where they cannot be compared."""
    if not isinstance(one, Literal) or not isinstance(other, Literal) or one.language or other.language:
        return None
    return compare(one.value, one.datatype.value, other.value, other.datatype.value)


def _is_in_bounds(literal: Literal, shape: Term, shapes: Shapes) -> bool:
    for parameter, is_right in _BOUNDS:
        for bound in shapes.values(shape, parameter):
            order = order_of(literal, bound)
            if order is None or not is_right(order):
                return False
    return True


def _is_of_form(literal: Literal, shape: Term, shapes: Shapes) -> bool:
    least, most = (shapes.value(shape, each) for each in (SH.minLength, SH.maxLength))
    try:
        if least is not None and len(literal.value) < int(least.value):
            return False
        if most is not None and len(literal.value) > int(most.value):
            return False
        flags = shapes.value(shape, SH.flags)
        patterns = [
            compiled(each.value, flags.value if flags else "") for each in shapes.values(shape, SH.pattern)
        ]
    except (PatternError, ValueError):
        return False
    return all(each.search(literal.value) for each in patterns)
