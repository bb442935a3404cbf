"""XML Schema datatypes: which are numbers, how a value may be written, and what Turtle writes without quotes.

Two stricter tables stay with what they are for: the forms that an Oxigraph store surely keeps, in
validation.data.graph, and those that rdflib's Turtle reader keeps, in render.rdf.turtle.
"""

from __future__ import annotations

import re

from ogdkg.rdf.terms import XSD

# https://www.w3.org/TR/xmlschema11-2/#integer and the sections that follow
DERIVED_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
INTEGERS = DERIVED_INTEGERS | {XSD + "integer"}
NUMBERS = INTEGERS | {XSD + "decimal", XSD + "double", XSD + "float"}

INTEGER = r"[+-]?[0-9]+"
DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
SCIENTIFIC = rf"(?:{DECIMAL})[eE][+-]?[0-9]+"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
_ZONE = r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
_YEAR = r"-?[0-9]{4,}"
# The lexical spaces, by local name: regular expressions, which do not know how many days a month has.
LEXICAL_SPACES = {
    "date": rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}{_ZONE}",
    "dateTime": rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}{_ZONE}",
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": rf"{_YEAR}-[0-9]{{2}}{_ZONE}",
    "boolean": "true|false|0|1",
    "integer": INTEGER,
    "decimal": DECIMAL,
    "double": rf"{SCIENTIFIC}|{DECIMAL}|[+-]?INF|NaN",
    "string": ".*",
    "anyURI": r"[^\s<>]*",
}

# What Turtle and SPARQL write without quotes and datatype: https://www.w3.org/TR/turtle/#abbrev
NUMERIC_SHORTHAND = {
    XSD + "integer": INTEGER,
    XSD + "decimal": r"[+-]?[0-9]*\.[0-9]+",
    XSD + "double": r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+",
}
SHORTHAND = {**NUMERIC_SHORTHAND, XSD + "boolean": "true|false"}


def has_shorthand(value: str, datatype: str) -> bool:
    """Whether Turtle may write a literal without quotes and datatype."""
    return datatype in SHORTHAND and re.fullmatch(SHORTHAND[datatype], value) is not None
