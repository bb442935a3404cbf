"""Data extension: the values of properties of things, section 7 of version 0.2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from ogdkg.rdf.terms import XSD, Iri, Literal, Term
from ogdkg.reconciling.known import Known
from ogdkg.reconciling.matching import Matcher
from ogdkg.web.reconcile.requested import Extension, refuse

_MOST_VALUES = 100  # of a property of one thing
_INTEGERS = frozenset(
    XSD + name
    for name in (
        "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt",
        "unsignedLong", "unsignedShort", "unsignedByte", "negativeInteger", "nonPositiveInteger",
    )
)  # fmt: skip
_FLOATS = frozenset((XSD + "decimal", XSD + "double", XSD + "float"))
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# As the schema of answers has it: a date with a time.
_TIME = re.compile(
    r"(?:[1-9]\d*)?\d{4}-(?:1[0-2]|0[1-9])-(?:3[01]|0[1-9]|[12]\d)"
    r"T(?:2[0-3]|[01]\d):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:2[0-3]|[01]\d):[0-5]\d)?"
)
_LONGEST_NUMBER = 300  # digits


class Extending:
    """Answers data extension queries.

    Args:
        matcher: Knows the things.
        known: Names the properties.
    """

    def __init__(self, matcher: Matcher, known: Known) -> None:
        self._matcher, self._known = matcher, known

    def answer(self, query: Extension, *, is_draft: bool = False) -> Mapping[str, Any]:
        """Return the values of the properties of the things, as version 0.2 or the draft of 1.0 has them."""
        found = {name: (self._known.of_property(name), settings) for name, settings in query.properties}
        rows = {
            identifier: {
                name: self._values(self._known.thing(identifier), of, settings)
                for name, (of, settings) in found.items()
            }
            for identifier in query.ids
        }
        meta = [self._meta(name, of, rows) for name, (of, _) in found.items()]
        if not is_draft:
            return {"meta": meta, "rows": rows}
        told = [
            {"id": each, "properties": [{"id": name, "values": values} for name, values in row.items()]}
            for each, row in rows.items()
        ]
        return {"meta": meta, "rows": told}

    def _meta(self, name: str, of: Iri | None, rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """A property, with the class of its values where they are things of one."""
        told: dict[str, Any] = {"id": name, "name": self._known.name(of) if of else name}
        things = [Iri(value["id"]) for row in rows.values() for value in row[name] if "id" in value]
        kinds = {self._matcher.types_of(each)[:1] for each in things}
        if len(kinds) == 1 and (kind := kinds.pop()):
            told["type"] = self._known.named(kind[0])
        return told

    def _values(self, thing: Iri | None, of: Iri | None, settings: Mapping[str, Any]) -> list[dict[str, Any]]:
        if thing is None or of is None or not self._matcher.knows(thing):
            return []
        most, language = _most(settings.get("limit")), settings.get("lang") or ""
        if not isinstance(language, str):
            refuse("The setting lang takes a text, such as fr.")
        values = sorted(self._matcher.values(thing, of), key=str)
        wanted = (each for each in values if _is_in(each, language.lower()))
        return [self._told(each) for each in wanted][:most]

    def _told(self, value: Term) -> dict[str, Any]:
        """A value as a thing, a number, a date or a text."""
        if isinstance(value, Iri):
            known = self._matcher.knows(value)
            label = self._matcher.citations.label(value)
            return {"id": value.value, "name": label} if known else {"str": value.value}
        if not isinstance(value, Literal):
            return {"str": self._matcher.citations.label(value)}
        return _of_literal(value)


def _of_literal(value: Literal) -> dict[str, Any]:
    text = value.value
    is_short = len(text) <= _LONGEST_NUMBER
    if value.datatype in _INTEGERS and is_short and re.fullmatch(r"[+-]?[0-9]+", text):
        return {"int": int(text)}
    if value.datatype in _FLOATS and is_short:
        try:
            number = float(text)
        except ValueError:
            return {"str": text}
        return {"float": number} if isfinite(number) else {"str": text}
    if value.datatype == XSD + "date" and _DAY.fullmatch(text):
        text = f"{text}T00:00:00"
    is_date = value.datatype in (XSD + "date", XSD + "dateTime") and text.isascii() and _TIME.fullmatch(text)
    return {"date": text} if is_date else {"str": value.value}


def _is_in(value: Term, language: str) -> bool:
    if not language or not isinstance(value, Literal) or not value.language:
        return True
    tag = value.language.lower()
    return tag == language or tag.startswith(f"{language}-")


def _most(given: object) -> int:
    if isinstance(given, str) and given.strip().isascii() and given.strip().isdigit() and len(given) < 10:
        given = int(given)
    if given in (None, ""):
        return _MOST_VALUES
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        refuse("The setting limit takes a number from 0.")
    return int(min(given, _MOST_VALUES)) or _MOST_VALUES
