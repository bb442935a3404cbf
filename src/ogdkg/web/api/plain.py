"""Rows as plain JSON objects: a resource with its label, numbers as numbers, texts as texts."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ogdkg.rdf.datatypes import NUMERIC_SHORTHAND
from ogdkg.rdf.terms import XSD, Iri, Literal, Row, Term, csv_text, to_ntriples

_LABEL = "Label"
_INTEGER = XSD + "integer"
_FRACTIONS = {*NUMERIC_SHORTHAND, XSD + "float"} - {_INTEGER}
_INTEGERS = {
    XSD + name
    for name in ("integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger",
                 "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte")
}  # fmt: skip
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_BLANKS = " \t\r\n"
_WHOLE = re.compile(r"[+-]?[0-9]+")
_FRACTION = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MOST_DIGITS = 4_000  # of a number; Python refuses to read longer ones


def columns_of(variables: Iterable[str]) -> list[str]:
    """Return the members of a row's object: the variables, but for those that hold the label of another.

    >>> columns_of(("thing", "thingLabel", "label"))
    ['thing', 'label']
    """
    known = list(variables)
    return [name for name in known if not (name.endswith(_LABEL) and name.removesuffix(_LABEL) in known)]


def plain_rows(
    variables: tuple[str, ...],
    rows: Iterable[Row],
    name_of: Callable[[Iri], str],
    address_of: Callable[[Iri], str],
) -> Iterator[dict[str, Any]]:
    """Yield an object for each row.

    Args:
        variables: The columns.
        rows: The rows.
        name_of: Returns the label of a resource that the row itself has no label of.
        address_of: Returns where a resource is described.
    """
    places = {name: place for place, name in enumerate(variables)}
    columns = [(name, places[name], places.get(name + _LABEL)) for name in columns_of(variables)]
    for row in rows:
        yield {
            name: _plain(row[place], row[label] if label is not None else None, name_of, address_of)
            for name, place, label in columns
        }


def _plain(
    term: Term | None, label: Term | None, name_of: Callable[[Iri], str], address_of: Callable[[Iri], str]
) -> Any:
    if isinstance(term, Iri):
        name = csv_text(label) if label else name_of(term)
        return {"id": term.value, "label": name, "url": address_of(term)}
    if term is None:
        return csv_text(label) if label else None
    return literal(term) if isinstance(term, Literal) else to_ntriples(term)


def literal(term: Literal) -> str | int | float | bool:
    """Return a literal as a value of JSON; a number that JSON has no form for stays a text.

    >>> literal(Literal("05", XSD + "integer")), literal(Literal("INF", XSD + "double"))
    (5, 'INF')
    >>> literal(Literal("1_0", XSD + "integer")), literal(Literal("1e999", XSD + "double"))
    ('1_0', '1e999')
    """
    text = term.value.strip(_BLANKS)  # https://www.w3.org/TR/xmlschema11-2/#rf-whiteSpace
    if term.datatype == XSD + "boolean":
        return _TRUTHS.get(text, term.value)
    # Python reads more as numbers than XSD does, such as 1_000.
    if term.datatype in _INTEGERS and len(text) < _MOST_DIGITS and _WHOLE.fullmatch(text):
        return int(text)
    if term.datatype in _FRACTIONS and _FRACTION.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return term.value


def source_of(iri: str, name: str, words: str, address: str) -> Mapping[str, str]:
    """Return a source as an object: its IRI, its lines or its name, its words if it has any, its address."""
    return {"id": iri, "label": name, **({"quote": words} if words else {}), "url": address}
