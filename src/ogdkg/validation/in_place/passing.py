"""What a value surely passes, as expressions of SPARQL that servers answer alike.

An expression may be false, or an error, of a value that passes: that value is judged here. It must never be
true of one that fails. Servers differ in how they compare literals, in their regular expressions, and in what
they make of text beyond ASCII. So the expressions speak of the text of a value, its datatype and its
language, and where servers may differ they are false.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH, XSD
from ogdkg.validation.data.graph import TEXT_DATATYPES
from ogdkg.validation.prefilter.patterns import sparql_string

NEVER, ALWAYS = "false", "true"
MOST_COUNTED = 200  # characters in a pattern of ours
_MONTHS = tuple(f"{month:02}" for month in range(1, 13))
_LONG = tuple(month for month in _MONTHS if month not in ("02", "04", "06", "09", "11"))
_DAYS = tuple(f"{day:02}" for day in range(1, 29))
_DATE = "^[1-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_WHOLE = "^-?[0-9]{1,17}$"
_NUMBER = r"^-?[0-9]{1,11}([.][0-9]{1,11})?$"
_FORMS = {
    XSD[name].value: pattern
    for name, pattern in {
        **dict.fromkeys(("nonNegativeInteger", "unsignedLong"), "^[0-9]{1,17}$"),
        **dict.fromkeys(("integer", "long"), _WHOLE),
        **dict.fromkeys(("decimal", "double", "float"), _NUMBER),
        "unsignedInt": "^[0-9]{1,9}$",
        "unsignedShort": "^[0-9]{1,4}$",
        "unsignedByte": "^[0-9]{1,2}$",
        "int": "^-?[0-9]{1,9}$",
        "short": "^-?[0-9]{1,4}$",
        "byte": "^-?[0-9]{1,2}$",
        "positiveInteger": "^[1-9][0-9]{0,16}$",
        "negativeInteger": "^-[1-9][0-9]{0,16}$",
        "gYear": "^[1-9][0-9][0-9][0-9]$",
    }.items()
}
# Where every engine of regular expressions agrees, on texts of ASCII without line breaks.
_PORTABLE = re.compile(
    r"""\^?(?: [A-Za-z0-9\ _\-,:;@\#%&=!~'"</>.]
    | \\[dws.\\/()\[\]{}+*?^$|\-]
    | \[\^?(?:[A-Za-z0-9_.:/@\#%+\ ]-?|\\[dws.\\/\-])+-?\]
    | [()](?!\?) | [*+?|] | \{\d+(?:,\d*)?\} )*\$?""",
    re.VERBOSE,
)
_ASCII = "^[ -~]*$"


def surely(shapes: Shapes, shape: Term, value: str) -> list[str]:
    """For each thing that a shape asks of a value by itself: what is true only of values that pass."""
    found = []
    for parameter, made in _MADE.items():
        found += [made(shapes, term, value) for term in shapes.values(shape, parameter)]
    flags = shapes.value(shape, SH.flags)
    found += [_pattern(each, flags, value) for each in shapes.values(shape, SH.pattern)]
    return found


def is_among(members: Iterable[Term], value: str) -> str:
    """Whether a value is an IRI or a text without a language of a list."""
    listed = list(members)
    iris = [str(each) for each in listed if isinstance(each, NamedNode)]
    texts = [sparql_string(each.value) for each in listed if isinstance(each, Literal) and is_plain(each)]
    parts = [f"{value} IN ({', '.join(iris)})"] if iris else []
    if texts:
        parts.append(f"{is_of(value, XSD.string)} && STR({value}) IN ({', '.join(texts)})")
    return any_of(parts)


def is_plain(term: Term) -> bool:
    """Whether a term is a text without a language."""
    return isinstance(term, Literal) and term.datatype == XSD.string


def is_of(value: str, datatype: NamedNode) -> str:
    """Whether a value has a datatype; Virtuoso gives texts with a language none."""
    if datatype == RDF.langString:
        return f'ISLITERAL({value}) && LANG({value}) != ""'
    return f"ISLITERAL({value}) && DATATYPE({value}) = {datatype}"


def any_of(parts: list[str]) -> str:
    """One expression that is true where one of these is."""
    return " || ".join(f"({part})" for part in parts) or NEVER


def all_of(parts: list[str]) -> str:
    """One expression that is true where all of these are."""
    return " && ".join(f"({part})" for part in parts) or ALWAYS


def in_order(one: str, sign: str, other: str) -> str:
    """Whether two values surely compare so: numbers, dates or moments, both in a plain form."""
    numbers = all_of([_is_number(one), _is_number(other), f"{one} {sign} {other}"])
    alike = f"DATATYPE({one}) = DATATYPE({other}) && STR({one}) {sign} STR({other})"
    return any_of(
        [numbers, *(all_of([_is_moment(one, kind), _is_moment(other, kind), alike]) for kind in _MOMENTS)]
    )


def _is_number(value: str) -> str:
    kinds = any_of([is_of(value, XSD.integer), is_of(value, XSD.decimal)])
    return f"({kinds}) && {_matches(value, _NUMBER)}"


def _matches(value: str, pattern: str) -> str:
    """Whether a text matches a pattern; a line break at its end would escape some engines."""
    return f'REGEX(STR({value}), {sparql_string(pattern)}) && !CONTAINS(STR({value}), "\\n")'


def _is_day(value: str) -> str:
    """Whether a text begins with a day that there is."""
    month, day = f"SUBSTR(STR({value}), 6, 2)", f"SUBSTR(STR({value}), 9, 2)"
    days = any_of([
        f"{day} IN ({_listed(_DAYS)}) && {month} IN ({_listed(_MONTHS)})",
        f'{day} IN ("29", "30") && {month} IN ({_listed(each for each in _MONTHS if each != "02")})',
        f'{day} = "31" && {month} IN ({_listed(_LONG)})',
    ])  # fmt: skip
    return f"({days})"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f'"{each}"' for each in texts)


def _is_moment(value: str, kind: NamedNode) -> str:
    return all_of(
        [is_of(value, kind), any_of([_matches(value, form) for form in _MOMENTS[kind]]), _is_day(value)]
    )


_TIMES = ("[01][0-9]:[0-5][0-9]:[0-5][0-9]", "2[0-3]:[0-5][0-9]:[0-5][0-9]")
_MOMENTS = {XSD.date: (f"{_DATE}$",), XSD.dateTime: tuple(f"{_DATE}T{time}$" for time in _TIMES)}


def _datatype(shapes: Shapes, wanted: Any, value: str) -> str:
    if not isinstance(wanted, NamedNode):
        return NEVER
    name = wanted.value
    if name in TEXT_DATATYPES or not name.startswith((XSD.base, RDF.base)):
        return is_of(value, wanted)
    if wanted == XSD.boolean:
        return f'{is_of(value, wanted)} && STR({value}) IN ("true", "false", "1", "0")'
    if wanted in _MOMENTS:
        forms = (*_MOMENTS[wanted], *(f"{form[:-1]}Z$" for form in _MOMENTS[wanted]))
        return all_of(
            [is_of(value, wanted), any_of([_matches(value, form) for form in forms]), _is_day(value)]
        )
    return f"{is_of(value, wanted)} && {_matches(value, _FORMS[name])}" if name in _FORMS else NEVER


def _kind(shapes: Shapes, wanted: Any, value: str) -> str:
    return _KINDS[wanted].format(value) if wanted in _KINDS else NEVER


# Virtuoso takes `!ISIRI` for false of every subject.
_KINDS = {
    SH.IRI: "!ISBLANK({0}) && ISIRI({0})",
    SH.BlankNode: "ISBLANK({0})",
    SH.Literal: "ISLITERAL({0})",
    SH.BlankNodeOrIRI: "!ISLITERAL({0})",
    SH.BlankNodeOrLiteral: "ISBLANK({0}) || ISLITERAL({0})",
    SH.IRIOrLiteral: "!ISBLANK({0})",
}


def _in(shapes: Shapes, head: Any, value: str) -> str:
    return is_among(shapes.items(head), value)


def _languages(shapes: Shapes, head: Any, value: str) -> str:
    ranges = [each.value.lower() for each in shapes.items(head) if isinstance(each, Literal)]
    tag = f"LCASE(LANG({value}))"
    parts = [
        f'{tag} = "{each}" || STRSTARTS({tag}, "{each}-")'
        for each in ranges
        if re.fullmatch(r"[a-z0-9-]+", each)
    ]
    parts += [f'{tag} != ""'] if "*" in ranges else []
    return all_of([f"ISLITERAL({value})", any_of(parts)])


def _bound(sign: str) -> Callable[[Shapes, Any, str], str]:
    def of(shapes: Shapes, bound: Any, value: str) -> str:
        if not isinstance(bound, Literal) or not is_well_typed(bound.value, bound.datatype.value):
            return NEVER
        if bound.datatype in (XSD.integer, XSD.decimal) and re.search(_NUMBER, bound.value):
            return f"{_is_number(value)} && {value} {sign} {bound.value}"
        forms = _MOMENTS.get(bound.datatype, ())
        if any(re.search(form, bound.value) for form in forms):
            return f'{_is_moment(value, bound.datatype)} && STR({value}) {sign} "{bound.value}"'
        return NEVER

    return of


def _least(shapes: Shapes, length: Any, value: str) -> str:
    """A server may count bytes, of which a character has four at most."""
    number = int(length.value)
    some = [f"STRLEN(STR({value})) >= {4 * number}"]
    if number <= MOST_COUNTED:
        some.append(_matches(value, f"^[ -~]{{{number}}}"))
    return f"!ISBLANK({value}) && ({any_of(some)})"


def _most(shapes: Shapes, length: Any, value: str) -> str:
    return f"!ISBLANK({value}) && STRLEN(STR({value})) <= {int(length.value)}"


def _pattern(pattern: Any, flags: Any, value: str) -> str:
    is_known = isinstance(pattern, Literal) and _PORTABLE.fullmatch(pattern.value)
    if not is_known or getattr(flags, "value", "") not in ("", "i"):
        return NEVER
    flag = ', "i"' if flags else ""
    test = f"REGEX(STR({value}), {sparql_string(pattern.value)}{flag})"
    return f"!ISBLANK({value}) && {_matches(value, _ASCII)} && {test}"


_MADE: dict[NamedNode, Callable[[Shapes, Any, str], str]] = {
    SH.datatype: _datatype,
    SH.nodeKind: _kind,
    SH.minExclusive: _bound(">"),
    SH.minInclusive: _bound(">="),
    SH.maxExclusive: _bound("<"),
    SH.maxInclusive: _bound("<="),
    SH.minLength: _least,
    SH.maxLength: _most,
    SH["in"]: _in,
    SH.languageIn: _languages,
}
