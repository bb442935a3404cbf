"""XML Schema datatypes: which are numbers, which forms are well-typed, and what Turtle writes without quotes.

Two stricter tables stay with what they are for: the forms that an Oxigraph store surely keeps, in
validation.data.graph, and those that rdflib's Turtle reader keeps, in render.rdf.turtle.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from functools import cache

from ogdkg.errors import nearest
from ogdkg.lean import compile_later
from ogdkg.rdf.terms import RDF, XSD

# https://www.w3.org/TR/xmlschema11-2/#integer and the sections that follow
DERIVED_INTEGERS = frozenset(
    XSD + name
    for name in (
        *("int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger"),
        *("negativeInteger", "unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
INTEGERS = DERIVED_INTEGERS | {XSD + "integer"}
EXACT = INTEGERS | {XSD + "decimal"}
EVERY_FORM = frozenset({XSD + "string", XSD + "anyURI"})  # of which every text is a form
NUMBERS = EXACT | {XSD + "double", XSD + "float"}

INTEGER = r"[+-]?[0-9]+"
DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
SCIENTIFIC = rf"(?:{DECIMAL})[eE][+-]?[0-9]+"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_YEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_MONTH = "(?:0[1-9]|1[0-2])"
_DAY = "(?:0[1-9]|[12][0-9]|3[01])"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_TIMES = rf"T(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
_DAY_TIMES = rf"(?:[0-9]+D(?:{_TIMES})?|{_TIMES})"
_YEAR_MONTHS = "(?:[0-9]+Y(?:[0-9]+M)?|[0-9]+M)"
_DATE_TIME = rf"{_YEAR}-{_MONTH}-{_DAY}T{_TIME}"
_DOUBLE = rf"{SCIENTIFIC}|{DECIMAL}|[+-]?INF|NaN"
# https://www.w3.org/TR/xml11/#NT-NameStartChar, without the colon
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_START}\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
NAME_START_CLASS, NAME_CLASS = f":{_START}", f":{_NAME}"
# The lexical spaces of XML Schema 1.1, by local name, but for the days of a month and the ranges of integers,
# which `is_well_typed` looks at.
LEXICAL_SPACES = {
    "date": rf"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}",
    "dateTime": _DATE_TIME + _ZONE,
    "dateTimeStamp": _DATE_TIME + _ZONE.removesuffix("?"),
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": rf"{_YEAR}-{_MONTH}{_ZONE}",
    "gMonth": f"--{_MONTH}{_ZONE}",
    "gMonthDay": f"--{_MONTH}-{_DAY}{_ZONE}",
    "gDay": f"---{_DAY}{_ZONE}",
    "duration": rf"-?P(?:{_YEAR_MONTHS}(?:{_DAY_TIMES})?|{_DAY_TIMES})",
    "yearMonthDuration": f"-?P{_YEAR_MONTHS}",
    "dayTimeDuration": f"-?P{_DAY_TIMES}",
    "boolean": "true|false|0|1",
    "integer": INTEGER,
    "decimal": DECIMAL,
    "double": _DOUBLE,
    "float": _DOUBLE,
    "string": ".*",
    "anyURI": ".*",  # any string, as of XML Schema 1.1, section 3.3.17.2
    "normalizedString": "[^\t\n\r]*",
    "token": "(?:[^ \t\n\r]+(?: [^ \t\n\r]+)*)?",
    "language": "[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": f"[{NAME_CLASS}]+",
    "Name": f"[{NAME_START_CLASS}][{NAME_CLASS}]*",
    "NCName": f"[{_START}][{_NAME}]*",
    "hexBinary": "(?:[0-9a-fA-F]{2})*",
    "base64Binary": (
        "(?:(?:[A-Za-z0-9+/] ?){4})*"
        "(?:(?:[A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|(?:[A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
        "|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
    ),
}
# The least and the greatest value of the types derived from xsd:integer; None where there is no end.
INTEGER_RANGES: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}
_DATES = compile_later(r"(?:(-?[0-9]{4,})|-)-([0-9]{2})-([0-9]{2})(?![0-9]).*")


# Those that have no lexical space here, too: https://www.w3.org/TR/xmlschema11-2/#built-in-datatypes
_OTHERS = "QName NOTATION ID IDREF IDREFS ENTITY ENTITIES NMTOKENS anyType anySimpleType anyAtomicType"
_OF_RDF = "langString dirLangString HTML XMLLiteral JSON PlainLiteral"


def unknown_datatype(iri: str) -> tuple[str, str | None] | None:
    """Return the short name of a datatype that its namespace, XSD or RDF, does not have, and the nearest.

    >>> unknown_datatype(XSD + "dat")
    ('xsd:dat', 'xsd:date')
    """
    prefix, namespace = ("xsd", XSD) if iri.startswith(XSD) else ("rdf", RDF)
    if not iri.startswith(namespace):
        return None
    name, known = iri.removeprefix(namespace), _OF_RDF.split()
    if namespace == XSD:
        known = [*LEXICAL_SPACES, *(each.removeprefix(XSD) for each in DERIVED_INTEGERS), *_OTHERS.split()]
    if name in known:
        return None
    near = nearest(name, known, 1)
    return f"{prefix}:{name}", f"{prefix}:{near[0]}" if near else None


def is_judged(datatype: str) -> bool:
    """Whether a datatype has a lexical space that is known here."""
    name = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    return name in INTEGER_RANGES or name in LEXICAL_SPACES


def is_well_typed(value: str, datatype: str) -> bool:
    """Whether a form is of the lexical space of its datatype, https://www.w3.org/TR/xmlschema11-2/.

    Every form is where the datatype is none of XML Schema's: no engine knows what it asks for.
    """
    return lexical_test(datatype)(value)


_WITH_DAYS = ("date", "dateTime", "dateTimeStamp", "gMonthDay")
_USUAL_DAY = "(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
_USUAL_TIME = (
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9])"
)
# Most forms, of which one look tells that the day is one of its month.
_USUAL = {
    "date": compile_later(f"[1-9][0-9]{{3}}-{_USUAL_DAY}"),
    "dateTime": compile_later(f"[1-9][0-9]{{3}}-{_USUAL_DAY}{_USUAL_TIME}"),
}


@cache
def lexical_test(datatype: str) -> Callable[[str], bool]:
    """What tells of a form whether it is of the lexical space of a datatype; for many forms of one."""
    if not is_judged(datatype):
        return lambda _: True
    name = datatype.removeprefix(XSD)
    if datatype in EVERY_FORM:
        return lambda _: True
    matches = _lexical_space("integer" if name in INTEGER_RANGES else name).fullmatch
    if name in INTEGER_RANGES:
        least, most = INTEGER_RANGES[name]
        if least is most is None:
            return lambda form: matches(form) is not None
        return lambda form: matches(form) is not None and _is_within(form, least, most)
    if name not in _WITH_DAYS:
        return lambda form: matches(form) is not None
    usual = _USUAL[name].fullmatch if name in _USUAL else lambda _: None
    return lambda form: usual(form) is not None or (matches(form) is not None and _is_day(form))


def is_usual(datatype: str) -> Callable[[str], object]:
    """What tells whether a date or a time is written as most are: well-typed, its year of four digits."""
    return _USUAL[datatype.removeprefix(XSD)].fullmatch


def are_usual(forms: Collection[str], datatype: str) -> bool:
    """Whether all of some forms are well-typed, told at one look; where not, they may be all the same."""
    all_of = _all_of(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None
    if all_of is None:
        return False
    text = "\n".join([*forms, ""])
    return text.count("\n") == len(forms) and all_of(text) is not None


@cache
def _all_of(name: str) -> Callable[[str], object] | None:
    """What matches forms of a datatype, a line each; only of those whose forms have no line breaks."""
    if name in _USUAL:
        form = _USUAL[name].pattern
    elif name in ("integer", "decimal", "boolean", "double", "float"):
        form = LEXICAL_SPACES[name]
    else:
        return None
    return re.compile(f"(?:(?:{form})\n)*+").fullmatch


@cache
def _lexical_space(name: str) -> re.Pattern[str]:
    return re.compile(LEXICAL_SPACES[name], re.DOTALL)


def _is_within(value: str, least: int | None, most: int | None) -> bool:
    number = Decimal(value)  # which reads a million digits as fast as ten
    return (least is None or number >= least) and (most is None or number <= most)


def _is_day(value: str) -> bool:
    found = _DATES.match(value)
    assert found
    # The last digits tell leap years, which come again every 400 years; a day without a year may be of one.
    year = -int(found[1][-4:]) if found[1] and found[1][0] == "-" else int((found[1] or "0")[-4:])
    return int(found[3]) <= days_of_month(year, int(found[2]))


def days_of_month(year: int, month: int) -> int:
    """How many days a month has in the Gregorian calendar with a year 0 (XML Schema 1.1, E.3.1)."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


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
