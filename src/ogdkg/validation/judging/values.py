"""What SHACL Core asks of one value node, as written: https://www.w3.org/TR/shacl/#core-components."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.lean import NamedTuple
from ogdkg.rdf.datatypes import lexical_test
from ogdkg.rdf.order import compare, comparer
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

Test = Callable[[Any], bool]
# Characters of a value that a pattern is held against here, by the power of them that searching may take.
MOST_TRIED = {0: 100_000, 1: 100_000, 2: 2_000, 3: 200}
_REPEATED = re.compile(r"[*+?]|\{\d+,\d*\}")
_GROUP_REPEATED = re.compile(r"\)[*+?{]")
_KINDS: dict[type, tuple[NamedNode, ...]] = {
    NamedNode: (SH.IRI, SH.BlankNodeOrIRI, SH.IRIOrLiteral),
    BlankNode: (SH.BlankNode, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral),
    Literal: (SH.Literal, SH.BlankNodeOrLiteral, SH.IRIOrLiteral),
}
FITS: dict[NamedNode, Callable[[int], bool]] = {
    SH.minExclusive: lambda order: order > 0,
    SH.minInclusive: lambda order: order >= 0,
    SH.maxExclusive: lambda order: order < 0,
    SH.maxInclusive: lambda order: order <= 0,
    SH.lessThan: lambda order: order < 0,
    SH.lessThanOrEquals: lambda order: order <= 0,
}


class UndecidedError(Exception):
    """A value on which another judge has to decide; never leaves the room."""


def has_datatype(datatype: NamedNode) -> Test:
    """sh:datatype: the very datatype, and a form of it (4.1.2)."""
    is_form = lexical_test(datatype.value)

    def fits(value: Term) -> bool:
        return isinstance(value, Literal) and value.datatype == datatype and is_form(value.value)

    return fits


def is_of_kind(kind: Term) -> Test:
    """sh:nodeKind (4.1.3)."""
    return lambda value: kind in _KINDS.get(type(value), ())


def is_in_order(one: Term, other: Term, parameter: NamedNode) -> bool:
    """Whether two terms stand as a parameter asks; what cannot be compared does not (4.3, 4.5.3)."""
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return False
    order = compare(one.value, one.datatype.value, other.value, other.datatype.value)
    return order is not None and FITS[parameter](order)


def is_within(parameter: NamedNode) -> Callable[[Literal], Test]:
    """The four bounds of values (4.3)."""
    is_right = FITS[parameter]

    def of(bound: Literal) -> Test:
        to_bound = comparer(bound.value, bound.datatype.value)

        def fits(value: Term) -> bool:
            order = to_bound(value.value, value.datatype.value) if isinstance(value, Literal) else None
            return order is not None and is_right(order)

        return fits

    return of


def has_length(parameter: NamedNode) -> Callable[[Literal], Test]:
    """sh:minLength, sh:maxLength (4.4.1)."""
    is_least = parameter == SH.minLength
    return lambda length: TextTest(_is_long(int(length.value)) if is_least else _is_short(int(length.value)))


def _is_long(least: int) -> Callable[[str], bool]:
    return lambda text: len(text) >= least


def _is_short(most: int) -> Callable[[str], bool]:
    return lambda text: len(text) <= most


class TextTest:
    """A test of a text: of a literal's form, or of an IRI. A blank node has none (4.4).

    Attributes:
        test: What tells of the text.
    """

    def __init__(self, test: Callable[[str], bool]) -> None:
        self.test = test

    def __call__(self, value: Any) -> bool:
        """Whether a value node conforms."""
        return not isinstance(value, BlankNode) and self.test(value.value)


def matches(pattern: Literal, flags: str) -> Test:
    """sh:pattern (4.4.3); UndecidedError for a long text: only another process can be stopped."""
    from ogdkg.sparql.regex import compiled  # only where there are patterns

    found, most = compiled(pattern.value, flags), MOST_TRIED[_power(pattern.value, flags)]

    def fits(text: str) -> bool:
        if len(text) > most:
            raise UndecidedError
        return found.search(text) is not None

    return TextTest(fits)


def _power(pattern: str, flags: str) -> int:
    """The power of a text's length that a search may take, as it begins anywhere and repeats a part."""
    is_anchored = pattern.startswith("^") and "|" not in pattern and not flags
    return len(_REPEATED.findall(pattern)) + (not is_anchored)


def is_quick(pattern: str) -> bool:
    """Whether a pattern repeats little, and no group: other patterns may search without end."""
    is_flat = pattern.count("(") <= 2 and not _GROUP_REPEATED.search(pattern)
    return is_flat and len(_REPEATED.findall(pattern)) <= 2


def has_language(ranges: Iterable[Term]) -> Test:
    """sh:languageIn: langMatches of SPARQL (4.4.4)."""
    wanted = [str(getattr(each, "value", "")).lower() for each in ranges]

    def fits(value: Term) -> bool:
        tag = (value.language or "").lower() if isinstance(value, Literal) else ""
        return tag != "" and any(each == "*" or f"{tag}-".startswith(f"{each}-") for each in wanted)

    return fits


class Asked(NamedTuple):
    """What a shape asks of each value by itself.

    Attributes:
        component: The constraint component.
        parameter: Its parameter.
        term: The value of that.
        fits: Whether a value node conforms.
    """

    component: NamedNode
    parameter: NamedNode
    term: Any
    fits: Test


def asked(shapes: Shapes, shape: Term) -> list[Asked]:
    """The tests that a shape puts to each value node by itself."""
    found: list[Asked] = []
    for parameter, component, made in _ONE_VALUE:
        found += [Asked(component, parameter, term, made(term)) for term in shapes.values(shape, parameter)]
    flags = getattr(shapes.value(shape, SH.flags), "value", "")
    for each in shapes.values(shape, SH.pattern):
        found.append(Asked(SH.PatternConstraintComponent, SH.pattern, each, matches(each, flags)))
    for head in shapes.values(shape, SH["in"]):
        members = set(shapes.items(head))
        found.append(Asked(SH.InConstraintComponent, SH["in"], head, members.__contains__))
    for head in shapes.values(shape, SH.languageIn):
        fits = has_language(shapes.items(head))
        found.append(Asked(SH.LanguageInConstraintComponent, SH.languageIn, head, fits))
    return found


BOUNDS = (SH.minExclusive, SH.minInclusive, SH.maxExclusive, SH.maxInclusive)
_ONE_VALUE: tuple[tuple[NamedNode, NamedNode, Callable[[Any], Test]], ...] = (
    (SH.datatype, SH.DatatypeConstraintComponent, has_datatype),
    (SH.nodeKind, SH.NodeKindConstraintComponent, is_of_kind),
    (SH.minExclusive, SH.MinExclusiveConstraintComponent, is_within(SH.minExclusive)),
    (SH.minInclusive, SH.MinInclusiveConstraintComponent, is_within(SH.minInclusive)),
    (SH.maxExclusive, SH.MaxExclusiveConstraintComponent, is_within(SH.maxExclusive)),
    (SH.maxInclusive, SH.MaxInclusiveConstraintComponent, is_within(SH.maxInclusive)),
    (SH.minLength, SH.MinLengthConstraintComponent, has_length(SH.minLength)),
    (SH.maxLength, SH.MaxLengthConstraintComponent, has_length(SH.maxLength)),
)
