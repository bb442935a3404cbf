"""Finds what in shapes has no effect, or not the one that was meant: misspelt terms, contradictory bounds.

Such shapes are well-formed (https://www.w3.org/TR/shacl/#syntax-rules), so a validation takes them without a
word, and says that the data conform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode, Triple

from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.validation.core.components import Component, by_parameter, components, validators
from ogdkg.validation.core.queries import faults_of_rules
from ogdkg.validation.core.results import Finding, Severity, Term
from ogdkg.validation.core.shacl_terms import SHACL_TERMS
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import SH, XSD, short
from ogdkg.validation.report.near_terms import misspelt

_NAMESPACE = re.compile(r"https?://(?:www\.)?w3\.org/ns/shacl(?:[#/]|\Z)", re.IGNORECASE)
SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
# A parameter that does nothing without one of the others at the same shape.
_NEEDS = {
    SH.flags: (SH.pattern,),
    SH.qualifiedMinCount: (SH.qualifiedValueShape,),
    SH.qualifiedMaxCount: (SH.qualifiedValueShape,),
    SH.qualifiedValueShapesDisjoint: (SH.qualifiedValueShape,),
    SH.qualifiedValueShape: (SH.qualifiedMinCount, SH.qualifiedMaxCount),
    **{
        SH[name]: (SH.path,)
        for name in ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals")
    },
}
# A lower and an upper bound, and whether the two may be equal.
_BOUNDS = (
    (SH.minCount, SH.maxCount, True),
    (SH.minLength, SH.maxLength, True),
    (SH.qualifiedMinCount, SH.qualifiedMaxCount, True),
    (SH.minInclusive, SH.maxInclusive, True),
    (SH.minInclusive, SH.maxExclusive, False),
    (SH.minExclusive, SH.maxInclusive, False),
    (SH.minExclusive, SH.maxExclusive, False),
)
_NO_LITERALS = (SH.IRI, SH.BlankNode, SH.BlankNodeOrIRI)


def lint(shapes: Shapes) -> Iterator[Finding]:
    """A warning for each thing that the shapes alone tell to be wrong."""
    yield from _foreign_namespace(shapes)
    yield from _unknown_terms(shapes)
    yield from _unusable_rules(shapes)
    own = by_parameter(components(shapes))
    for shape in shapes.nodes:
        if not shapes.is_deactivated(shape):
            yield from _without_effect(shapes, shape)
            yield from _unused_components(shapes, own, shape)
            yield from _contradictions(shapes, shape)


def warning(
    rule: str, message: str, at: tuple[Term, NamedNode, Term], hint: str | None, *, at_predicate: bool = False
) -> Finding:
    """A finding in a shapes graph."""
    return Finding(rule, Severity.WARNING, message, at[0], hint=hint, triple=at, at_predicate=at_predicate)


def _named(shapes: Shapes) -> Iterator[tuple[NamedNode, Triple]]:
    """Each IRI in the namespace of SHACL, or nearly in it, that is a predicate or an object.

    Written for speed, as nearly all terms of nearly all shapes are right.
    """
    for subject, said in shapes.about.items():
        for predicate, objects in said.items():
            for term in (predicate, *objects):
                if type(term) is not NamedNode or term.value in SHACL_TERMS:
                    continue
                if "w3.org/ns/shacl" in term.value.lower():
                    yield term, Triple(subject, predicate, objects[0] if term is predicate else term)


def _foreign_namespace(shapes: Shapes) -> Iterator[Finding]:
    """The first term in a namespace that is nearly that of SHACL, and so means nothing."""
    for term, triple in _named(shapes):
        wrong = _NAMESPACE.match(term.value)
        if wrong and not term.value.startswith(SH.base):
            yield warning(
                "ShaclNamespace",
                f"<{wrong[0]}> is not the namespace of SHACL, so what is said in it has no effect.",
                (triple.subject, triple.predicate, triple.object),
                f"Write <{SH.base}>.",
                at_predicate=term == triple.predicate,
            )
            return


def _unknown_terms(shapes: Shapes) -> Iterator[Finding]:
    """Each term that SHACL does not define, where it first stands."""
    seen: set[NamedNode] = set()
    for term, triple in _named(shapes):
        if term in seen or not _is_undefined(term) or term in shapes.about:
            continue
        seen.add(term)
        near = misspelt(term.value, map(NamedNode, SHACL_TERMS))
        effect = "counts as sh:Violation" if triple.predicate == SH.severity else "has no effect"
        yield warning(
            "UnknownShaclTerm",
            f"{short(term)} is not a term of SHACL, and {effect}.",
            (triple.subject, triple.predicate, triple.object),
            f"Did you mean {short(near)}?" if near else None,
            at_predicate=term == triple.predicate,
        )


def _is_undefined(term: NamedNode) -> bool:
    """Whether a term is in the namespace, and neither defined nor a parameter's own IRI (`sh:X-x`)."""
    iri = term.value
    return iri.startswith(SH.base) and iri not in SHACL_TERMS and "ConstraintComponent-" not in iri


def _unusable_rules(shapes: Shapes) -> Iterator[Finding]:
    """Rules that cannot run; no validation needs them, so they are no error before they are asked to."""
    for node, error in faults_of_rules(shapes):
        at = (node, SH.construct, shapes.values(node, SH.construct)[0])
        yield warning(
            "UnusableRule", f"The rule cannot run. {error.message}", at, error.hint, at_predicate=True
        )


def _without_effect(shapes: Shapes, shape: Term) -> Iterator[Finding]:
    said = shapes.about.get(shape, {})
    for parameter, needed in _NEEDS.items():
        if parameter in said and not any(each in said for each in needed):
            wanted = " or ".join(map(short, needed))
            yield warning(
                "NoEffect",
                f"{short(parameter)} has no effect without {wanted}.",
                (shape, parameter, said[parameter][0]),
                f"Add {wanted}, or remove {short(parameter)}.",
                at_predicate=True,
            )
    if SH.ignoredProperties in said and not any(map(is_true, said.get(SH.closed, ()))):
        yield warning(
            "NoEffect",
            "sh:ignoredProperties has no effect without sh:closed true.",
            (shape, SH.ignoredProperties, said[SH.ignoredProperties][0]),
            "Add sh:closed true, or remove sh:ignoredProperties.",
            at_predicate=True,
        )


def _unused_components(
    shapes: Shapes, own: Mapping[NamedNode, list[Component]], shape: Term
) -> Iterator[Finding]:
    """Components of the shapes' own that have no constraint here, though a parameter of theirs is given."""
    said = shapes.about.get(shape, {})
    begun = {each.node: each for parameter in said for each in own.get(parameter, ())} if own else {}
    for component in begun.values():
        given = next(each for each in component.parameters if each in said)
        if missing := [each for each in component.mandatory if each not in said]:
            wanted = " and ".join(map(short, missing))
            message, hint = f"{given} has no effect without {wanted}.", f"Add {wanted}, or remove {given}."
        elif not validators(shapes, component.node, shape):
            kind, name = ("property", "propertyValidator") if SH.path in said else ("node", "nodeValidator")
            message = f"{given} has no effect: {component.node} has no validator for {kind} shapes."
            hint = f"Give the component a sh:{name} or a sh:validator."
        else:
            continue
        yield warning("NoEffect", message, (shape, given, said[given][0]), hint, at_predicate=True)


def _contradictions(shapes: Shapes, shape: Term) -> Iterator[Finding]:
    said = shapes.about.get(shape, {})
    for lower, upper, may_be_equal in _BOUNDS:
        for low in said.get(lower, ()):
            for high in said.get(upper, ()):
                if _is_above(low, high) or (not may_be_equal and _is_equal(low, high)):
                    effect = "no number of values" if "ount" in lower.value else "no value"
                    yield warning(
                        "Contradiction",
                        f"{short(lower)} {low.value} and {short(upper)} {high.value}: {effect} can conform.",
                        (shape, lower, low),
                        "Correct one of the two.",
                    )
    yield from _kinds(shapes, shape)
    yield from _required_but_not_allowed(shapes, shape)


def _kinds(shapes: Shapes, shape: Term) -> Iterator[Finding]:
    """Parameters that want literals beside those that want none."""
    said = shapes.about.get(shape, {})
    kind = shapes.value(shape, SH.nodeKind)
    of_literals = [each for each in (SH.datatype, SH.languageIn) if each in said]
    of_literals += [SH.nodeKind] if kind == SH.Literal else []
    of_others = [SH["class"]] if SH["class"] in said else []
    of_others += [SH.nodeKind] if kind in _NO_LITERALS else []
    if of_literals and of_others:
        first, second = of_literals[0], of_others[0]
        told = [_with_value(each, said[each][0]) for each in (first, second)]
        yield warning(
            "Contradiction",
            f"{told[0]} is for literals, and {told[1]} for other nodes: no value can conform.",
            (shape, second, said[second][0]),
            "Remove one of the two.",
        )


def _with_value(parameter: NamedNode, value: Term) -> str:
    return f"{short(parameter)} {short(value)}" if isinstance(value, NamedNode) else short(parameter)


def _required_but_not_allowed(shapes: Shapes, shape: Term) -> Iterator[Finding]:
    head = shapes.value(shape, SH["in"])
    allowed = shapes.items(head) if head is not None else None
    for wanted in shapes.values(shape, SH.hasValue):
        if allowed is not None and wanted not in allowed:
            yield warning(
                "Contradiction",
                "The value of sh:hasValue is not among those of sh:in: no values can conform.",
                (shape, SH.hasValue, wanted),
                "Add it to the list, or remove one of the two.",
            )


def _is_above(low: Term, high: Term) -> bool:
    """Whether a bound is surely above another; where that cannot be told, it is not."""
    return _order(low, high) == 1


def _is_equal(low: Term, high: Term) -> bool:
    """Whether two bounds are surely equal."""
    return _order(low, high) == 0


def _order(low: Term, high: Term) -> int | None:
    """-1, 0 or 1 as one bound is below, at or above the other; None where that cannot be told."""
    if not isinstance(low, Literal) or not isinstance(high, Literal):
        return None
    if low.datatype.value in NUMBERS and high.datatype.value in NUMBERS:
        try:
            difference = Decimal(low.value) - Decimal(high.value)
        except InvalidOperation:  # ill-typed, or INF against INF
            return None
        return None if difference.is_nan() else (difference > 0) - (difference < 0)
    is_date = low.datatype == high.datatype and low.datatype in (XSD.date, XSD.dateTime)
    if not (is_date and _is_local(low) and _is_local(high)):
        return None
    return (low.value > high.value) - (low.value < high.value)


def _is_local(literal: Literal) -> bool:
    """Whether a date has a year of four digits and no time zone, so that its text can be compared."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?", literal.value) is not None
