"""Finds the parameters of a stored query among its variables, with their types, and checks where they occur.

The names follow grlc and BASIL: `?_country_iri` is required, `?__theme_iri` optional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import XSD, Literal, Term, in_language, is_language, parse_iri, typed
from ogdkg.sparql.tokens import Token, significant_tokens

_NAME = r"[?$](__?)([A-Za-z][A-Za-z0-9]*)_(iri|number|integer|literal|date|xsd_[A-Za-z]+|[a-z]{2,3})"
_EXAMPLES = {  # of the datatypes that a parameter may have, for the hint
    "date": "2014-06-30",
    "dateTime": "2014-06-30T12:00:00Z",
    "time": "12:00:00",
    "gYear": "2014",
    "gYearMonth": "2014-06",
    "boolean": "true",
    "integer": "5",
    "decimal": "1.5",
    "double": "1.5e3",
    "string": "text",
    "anyURI": "https://example.org/",
}
_TYPES = ("iri", "number", "integer", "literal", "date", *(f"xsd_{name}" for name in _EXAMPLES), "en")


class Parameter(NamedTuple):
    """A parameter of a stored query.

    Attributes:
        name: Its name.
        kind: Its type, the last part of the variable's name.
        required: Whether the query needs a value.
        multivalued: Whether it accepts several values, because it occurs only as `IN (?_x_iri)`.
        label: What to call it.
        thing_class: The class of the resources that it accepts.
        example: A value.
        values: The name of a stored query that lists its values.
        pattern: The regular expression that a value must match as a whole.
        default: The values to use if none is given.
        column: The result's column with the values known.
        otherwise: What holds of a thing that is none of the values.
        formerly: Names that it had.
        day: Which day a year or a month stands for, if the kind is `date`: the last or the first.
    """

    name: str
    kind: str
    required: bool
    multivalued: bool
    label: str = ""
    thing_class: str = ""
    example: str = ""
    values: str = ""
    pattern: str = ""
    default: tuple[str, ...] = ()
    column: str = ""
    otherwise: str = ""
    formerly: tuple[str, ...] = ()
    day: str = "last"

    @property
    def is_resource(self) -> bool:
        """Whether its values are resources."""
        return self.kind == "iri"

    @property
    def is_optional(self) -> bool:
        """Whether the query runs without a value from its user."""
        return not self.required or bool(self.default)

    @property
    def variable(self) -> str:
        """Its variable in the query, without the question mark."""
        return f"{'_' if self.required else '__'}{self.name}_{self.kind}"

    def fits(self, text: str) -> bool:
        """Return whether a text matches the pattern, if there is one."""
        from ogdkg.store.pattern import fits  # loads the engine, and few parameters have a pattern

        return not self.pattern or fits(self.pattern, text)

    def parse(self, text: str) -> Term:
        """Return the term for a value; UsageError if it does not fit the type or the pattern."""
        if not self.fits(text):
            hint = f"Write it as {self.example}." if self.example else f"It must match {self.pattern}."
            raise UsageError(f"--{self.name}: {text!a} does not have the required form.", hint=hint)
        try:
            return parse_value(self.kind, text, self.day)
        except UsageError as error:
            raise UsageError(f"--{self.name}: {error.message}", hint=error.hint) from error


def parse_value(kind: str, text: str, day: str = "last") -> Term:
    """Return the term for a value of a parameter's type; `day` is that of a date.

    >>> parse_value("number", "5")
    Literal(value='5', datatype='http://www.w3.org/2001/XMLSchema#integer', language='')
    """
    if kind == "iri":
        return parse_iri(text)
    if kind == "literal":
        return Literal(text)
    if kind == "number":
        return _number(text)
    if kind == "date":
        from ogdkg.catalogue.dates import day_of  # few parameters are dates

        return day_of(text, day)
    if kind == "integer" or kind.startswith("xsd_"):
        return _lexical(kind.removeprefix("xsd_"), text)
    return in_language(text, kind)


def find_parameters(text: str, file: str) -> list[Parameter]:
    """Return the parameters of a query in the order of their first use.

    Args:
        text: The query.
        file: What error messages call it.

    Raises:
        InputError: A parameter has no valid type, or occurs where it may not.
    """
    uses_by_name: dict[str, list[_Use]] = {}
    for use in _uses(significant_tokens(text)):
        _check(use, text, file)
        uses_by_name.setdefault(use.name, []).append(use)
    for uses in uses_by_name.values():
        _agree(uses, text, file)
    return [_parameter(uses) for uses in uses_by_name.values()]


class _Use(NamedTuple):
    """One occurrence: its clause, and whether it is the only member of an IN list."""

    token: Token
    where: str
    alone_in_list: bool

    @property
    def parts(self) -> tuple[str, str, str]:
        match = re.fullmatch(_NAME, self.token.text)
        return (match[1], match[2], match[3]) if match else ("", "", "")

    @property
    def name(self) -> str:
        return self.parts[1]


def _parameter(uses: list[_Use]) -> Parameter:
    bars, name, kind = uses[0].parts
    required = bars == "_"
    return Parameter(name, kind, required, required and all(use.alone_in_list for use in uses))


def _check(use: _Use, text: str, file: str) -> None:
    place = Place.in_text(text, use.token.start, file)
    kind = use.parts[2]
    known = kind in _TYPES or (is_language(kind) and len(kind) == 2)
    if not known:
        hint = f"Write ?_word_type or ?__word_type; types are {', '.join(_TYPES)} or a language."
        raise InputError(f"{use.token.text} begins like a parameter but is not one.", place=place, hint=hint)
    if use.where not in ("pattern", "filter", "bind"):
        hint = "Use a parameter in a triple pattern or a filter; to return it, BIND it to a variable."
        raise InputError(f"{use.token.text} may not occur in {use.where}.", place=place, hint=hint)


def _agree(uses: list[_Use], text: str, file: str) -> None:
    """Check that a parameter has one spelling, and an optional one a triple pattern that can bind it."""
    first = uses[0]
    for use in uses:
        if use.parts != first.parts:
            hint = f"Write {first.token.text} everywhere."
            place = Place.in_text(text, use.token.start, file)
            raise InputError(f"{use.token.text} and {first.token.text} differ.", place=place, hint=hint)
    if first.parts[0] == "__" and not any(use.where == "pattern" for use in uses):
        hint = "Use it in a triple pattern, so that the query runs without a value; or make it required."
        place = Place.in_text(text, first.token.start, file)
        raise InputError(f"The optional {first.token.text} is in no triple pattern.", place=place, hint=hint)


_CLAUSES = {  # the clause that a keyword begins
    **{word: word for word in ("SELECT", "DESCRIBE", "ASK", "WHERE", "VALUES", "HAVING", "LIMIT", "OFFSET")},
    **{
        "CONSTRUCT": "the template",
        "GROUP": "GROUP BY",
        "ORDER": "ORDER BY",
        "FILTER": "filter",
        "BIND": "bind",
    },
}


class _Frame:
    """An open bracket: its current clause, and the clause that follows when that one ends."""

    def __init__(self, clause: str, base: str) -> None:
        self.clause = clause
        self.base = base


def _uses(query: list[Token]) -> Iterator[_Use]:
    """Yield each parameter with its clause, in one pass over the brackets."""
    frames = [_Frame("the prologue", "the end of the query")]
    for index, token in enumerate(query):
        before = query[index - 1] if index else Token("sign", "", 0)
        if token.text in ("{", "(", "["):
            frames.append(_opened(frames[-1].clause, token.text, before))
        elif token.text in ("}", ")", "]") and len(frames) > 1:
            frames.pop()
            _closed(frames[-1], token.text)
        elif token.kind == "word":
            frames[-1].clause = _CLAUSES.get(token.text.upper(), frames[-1].clause)
        elif token.kind == "variable" and token.text[1] == "_" and token.text.strip("?$_"):
            yield _Use(token, _where(frames[-1].clause, before), _alone_in_list(query, index))


def _opened(around: str, bracket: str, before: Token) -> _Frame:
    if bracket == "(" and before.is_word("BOUND"):
        return _Frame("BOUND", "BOUND")
    if bracket == "{" and around not in ("VALUES", "the template"):
        return _Frame("pattern", "pattern")
    return _Frame(around, around)


def _closed(frame: _Frame, bracket: str) -> None:
    """Leave the clause that a closing bracket ends: a filter, BIND, VALUES, template or WHERE."""
    if frame.clause in ("filter", "bind") or (frame.clause == "VALUES" and bracket == "}"):
        frame.clause = frame.base
    elif bracket == "}" and frame.clause == "the template" != frame.base:
        frame.clause = "WHERE"
    elif bracket == "}" and frame.clause in ("SELECT", "DESCRIBE", "ASK", "WHERE"):
        frame.clause = "the end of the query"


def _where(clause: str, before: Token) -> str:
    return "the place of a new variable (AS)" if before.is_word("AS") else clause


def _alone_in_list(query: list[Token], index: int) -> bool:
    around = query[index - 2 : index] + query[index + 1 : index + 2]
    return len(around) == 3 and around[0].is_word("IN") and around[1].text == "(" and around[2].text == ")"


def _number(text: str) -> Term:
    if re.fullmatch(r"[+-]?[0-9]+", text):
        return typed(text, "integer")
    from ogdkg.rdf.datatypes import DECIMAL, SCIENTIFIC  # few parameters are numbers

    if re.fullmatch(DECIMAL, text):
        return typed(text, "decimal")
    if re.fullmatch(SCIENTIFIC, text):
        return typed(text, "double")
    raise UsageError(f"{text!a} is not a number.", hint="Write it as 5, 1.5 or 1.5e3.")


def _lexical(name: str, text: str) -> Term:
    from ogdkg.rdf.datatypes import is_well_typed  # as above

    if not is_well_typed(text, XSD + name):
        raise UsageError(f"{text!a} is not a valid {name}.", hint=f"Write it as {_EXAMPLES[name]}.")
    return typed(text, name)
