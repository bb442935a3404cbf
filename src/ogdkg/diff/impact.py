"""What a change means to those who use a graph: whether it breaks, adds to, or only edits what they build on.

The rules are told to users in docs/comparing.md. Where no rule speaks, what is taken away breaks and what is
new adds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from typing import Literal as OneOf

from ogdkg.rdf.labels import LABELS, TEXTS
from ogdkg.rdf.terms import DCTERMS, OWL, PROV, RDF, RDFS, SH, VANN, XSD, Blank, Iri, Literal, Term

Impact = OneOf["breaking", "additive", "editorial"]
IMPACTS: tuple[Impact, ...] = ("breaking", "additive", "editorial")  # the gravest first
Broader = Callable[[Iri], set[Iri]]

_TYPE = RDF + "type"


def _all(namespace: str, names: str) -> set[str]:
    return {namespace + name for name in names.split()}


# What is said of a thing to people, and about the text that says it.
_EDITORIAL = {
    *LABELS,
    *TEXTS,
    *_all(RDFS, "seeAlso isDefinedBy"),
    *_all(DCTERMS, "created modified issued creator contributor publisher"),
    *_all(OWL, "versionInfo versionIRI priorVersion"),
    *_all(SH, "name description message order group defaultValue labelTemplate"),
    *_all(VANN, "usageNote example"),
    PROV + "generatedAtTime",
}
# Axioms that rule out what was allowed, where they are added.
_NARROWING = {
    *_all(RDFS, "domain range"),
    *_all(OWL, "disjointWith propertyDisjointWith complementOf differentFrom disjointUnionOf hasKey"),
    *_all(OWL, "allValuesFrom someValuesFrom hasValue cardinality minCardinality maxCardinality"),
}
_NARROWING_TYPES = _all(
    OWL, "FunctionalProperty InverseFunctionalProperty AsymmetricProperty IrreflexiveProperty"
)
_NARROWING_BY_RESTRICTION = {RDFS + "subClassOf", OWL + "equivalentClass"}
_AT_LEAST = _all(SH, "minCount minLength minInclusive minExclusive qualifiedMinCount")
_AT_MOST = _all(SH, "maxCount maxLength maxInclusive maxExclusive qualifiedMaxCount")
_COUNTS_FROM_ZERO = _all(SH, "minCount minLength qualifiedMinCount")
_WIDER_WITH_MORE = _all(SH, "in or languageIn ignoredProperties")
_LOOSENING = _all(SH, "ignoredProperties deactivated rule")
_OF_NO_WEIGHT = _all(SH, "path prefixes declare flags shapesGraph entailment")
_SEVERITIES = {SH + "Info": 1, SH + "Warning": 2, SH + "Violation": 3}
_NUMBERS = _all(XSD, "integer decimal double float nonNegativeInteger positiveInteger")
# https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes: each with that from which it is derived
_DERIVED = {
    Iri(XSD + name): Iri(XSD + base)
    for name, base in (
        ("integer", "decimal"), ("long", "integer"), ("int", "long"), ("short", "int"), ("byte", "short"),
        ("nonNegativeInteger", "integer"), ("positiveInteger", "nonNegativeInteger"),
        ("nonPositiveInteger", "integer"), ("negativeInteger", "nonPositiveInteger"),
        ("unsignedLong", "nonNegativeInteger"), ("unsignedInt", "unsignedLong"),
        ("unsignedShort", "unsignedInt"), ("unsignedByte", "unsignedShort"),
        ("normalizedString", "string"), ("token", "normalizedString"), ("language", "token"),
        ("dateTimeStamp", "dateTime"),
    )
}  # fmt: skip


def impact(
    predicate: Iri, before: Term | None, after: Term | None, texts: tuple[str, str], broader: Broader
) -> Impact:
    """Return what it means that a value of a property is replaced by another; None stands for no value.

    Args:
        predicate: The property.
        before: The old value.
        after: The new value.
        texts: The values as text, where they are blank nodes; else empty.
        broader: Returns the classes that a class is within, in either version.
    """
    name = predicate.value
    if name in _EDITORIAL or (name in _OF_NO_WEIGHT and None in (before, after)):
        return "editorial"
    if name == _TYPE:
        return _of_type(before, after)
    if name.startswith(SH):
        return _of_shape(name, before, after, texts)
    is_restriction = name in _NARROWING_BY_RESTRICTION and isinstance(after or before, Blank)
    if name in _NARROWING or is_restriction:
        return _of_axiom(before, after, broader)
    if _is_same_number(before, after):
        return "editorial"
    return _by_presence(before)


def hierarchy(*pairs: Iterable[tuple[Any, Any]]) -> Broader:
    """Return a function that gives all classes above one, by pairs of a class and one above it."""
    above: dict[Iri, set[Iri]] = {}
    for narrow, broad in (pair for some in (*pairs, _DERIVED.items()) for pair in some):
        above.setdefault(narrow, set()).add(broad)

    def broader(one: Iri) -> set[Iri]:
        found: set[Iri] = set()
        waiting = [one]
        while waiting:
            new = above.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    return broader


def _by_presence(before: Term | None) -> Impact:
    return "additive" if before is None else "breaking"


def _stricter(after: Term | None) -> Impact:
    """What is asked now and was not asked breaks; what is no longer asked adds."""
    return "breaking" if after is not None else "additive"


def _of_type(before: Term | None, after: Term | None) -> Impact:
    values = [term.value for term in (before, after) if isinstance(term, Iri)]
    if values and all(value.startswith(SH) for value in values):
        return "editorial"  # what a shape asks is judged by itself
    if values and all(value in _NARROWING_TYPES for value in values):
        return _stricter(after)
    return _by_presence(before)


def _of_axiom(before: Term | None, after: Term | None, broader: Broader) -> Impact:
    is_widened = isinstance(before, Iri) and isinstance(after, Iri) and after in broader(before)
    return "additive" if is_widened else _stricter(after)


def _of_shape(name: str, before: Term | None, after: Term | None, texts: tuple[str, str]) -> Impact:
    if name == SH + "severity":
        old, new = (_SEVERITIES.get(getattr(term, "value", ""), 3) for term in (before, after))
        return "editorial" if old == new else "breaking" if new > old else "additive"
    if isinstance(before or after, Literal) and (before or after) in _BOOLEANS:
        before, after = (None if term in _FALSE else term for term in (before, after))
    if name in _COUNTS_FROM_ZERO:
        before, after = (None if _number(term) == 0 else term for term in (before, after))
    if before is after is None:
        return "editorial"
    if name in _LOOSENING and None in (before, after):
        return _by_presence(before)
    if before is None or after is None:
        return _stricter(after)
    if name in _WIDER_WITH_MORE:
        return "additive" if _items(texts[0]) <= _items(texts[1]) else "breaking"
    if name in _AT_LEAST | _AT_MOST:
        old, new = _number(before), _number(after)
        is_looser = None not in (old, new) and ((new < old) if name in _AT_LEAST else (new > old))
        return "additive" if is_looser else "breaking"
    return "breaking"


_FALSE = {Literal(word, XSD + "boolean") for word in ("false", "0")}
_BOOLEANS = _FALSE | {Literal(word, XSD + "boolean") for word in ("true", "1")}


def _number(term: Term | None) -> Any:
    """The value of a number, for comparison; None for another term."""
    try:
        return float(term.value) if isinstance(term, Literal) else None
    except ValueError:
        return None


def _is_same_number(before: Term | None, after: Term | None) -> bool:
    """Whether two literals are one number in two spellings."""
    if not (isinstance(before, Literal) and isinstance(after, Literal)):
        return False
    alike = before.datatype == after.datatype and before.datatype in _NUMBERS
    return alike and _number(before) == _number(after) is not None


def _items(text: str) -> set[str]:
    """The items of a list as it is shown; of one that is not shown whole none but itself."""
    return {text} if "…" in text else set(re.findall(r'"(?:[^"\\]|\\.)*"\S*|<[^>]*>|\S+', text))
