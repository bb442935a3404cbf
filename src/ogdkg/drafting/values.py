"""What is written in the fields of a form, as terms: texts become literals, names become things."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from ogdkg.drafting.form import Field, Kind
from ogdkg.rdf.datatypes import NUMBERS, is_well_typed
from ogdkg.rdf.terms import (
    XSD,
    Iri,
    Literal,
    Term,
    in_language,
    is_iri,
    is_language,
    local_name,
    to_ntriples,
)
from ogdkg.search.labels import LabelIndex
from ogdkg.text.slips import quoted

_LONGEST_SLUG = 60
_MOST_NEAR = 5
_MARKS = re.compile("[\u0300-\u036f]")  # combining marks of Latin, Greek and Cyrillic letters
_EXAMPLES = {
    "date": "a day, such as 2014-06-30",
    "gYear": "a year, such as 2014",
    "gYearMonth": "a month, such as 2014-06",
    "dateTime": "a moment, such as 2014-06-30T12:00:00Z",
    "integer": "a whole number",
    "nonNegativeInteger": "a whole number from 0",
    "positiveInteger": "a whole number from 1",
    "decimal": "a number, such as 1.5",
    "double": "a number, such as 1.5",
    "float": "a number, such as 1.5",
    "boolean": "true or false",
    "anyURI": "an address, such as https://example.org/",
}


class Entry(NamedTuple):
    """What somebody wrote as a value.

    Attributes:
        text: The text, or the name of a thing.
        chosen: What was chosen: the IRI of a thing, a value of a list as N-Triples has it.
        language: The language of the text.
        decision: What a name that no thing has stands for: the IRI of a thing, or `+` and that of the class
            of something new.
    """

    text: str = ""
    chosen: str = ""
    language: str = ""
    decision: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self.text.strip() and not self.chosen


class Unclear(NamedTuple):
    """Why an entry is no value yet.

    Attributes:
        message: What is wrong, in a sentence.
        near: Things that may be meant.
        is_new: Whether something new may be meant.
    """

    message: str
    near: tuple[Iri, ...] = ()
    is_new: bool = False


class New(NamedTuple):
    """Something new that a value names: its class, and its name with the language."""

    of: Iri
    name: str


Value = Term | New | Unclear


def value_of(field: Field, entry: Entry, names: LabelIndex) -> Value:
    """Return the value that an entry stands for.

    Args:
        field: The field.
        entry: What was written in it.
        names: The names of the things to choose from.
    """
    text = entry.text.strip()
    if field.kind is Kind.THING:
        return _thing(field, entry, text, names)
    if field.kind is Kind.LISTED:
        found = next((each for each in field.listed if to_ntriples(each) == (entry.chosen or text)), None)
        return found or Unclear("Choose one of the list.")
    if field.kind is Kind.ADDRESS:
        return (
            Iri(text)
            if is_iri(text) and ":" in text
            else Unclear("Write a whole address, such as https://example.org/.")
        )
    if field.kind is Kind.TEXT:
        if not is_language(entry.language):
            return Unclear("Choose the language of the text.")
        return in_language(text, entry.language)
    return literal_of(text, field.datatypes)


def literal_of(text: str, datatypes: tuple[str, ...]) -> Literal | Unclear:
    """Return a text as a literal of the first datatype that has such a form."""
    for datatype in datatypes:
        if datatype != XSD + "string" and is_well_typed(text, datatype):
            return Literal(text, datatype)
    if XSD + "string" in datatypes or not datatypes:
        return Literal(text, XSD + "string")
    point = text.replace(",", ".")
    if "," in text and any(each in NUMBERS and is_well_typed(point, each) for each in datatypes):
        return Unclear(f"Write its decimals after a point: {point}")
    return Unclear(f"Write {form_of(datatypes)}.")


def form_of(datatypes: tuple[str, ...]) -> str:
    """Return how literals of datatypes are written, in words."""
    told = dict.fromkeys(
        _EXAMPLES.get(each.removeprefix(XSD), f"a value of {local_name(each)}") for each in datatypes
    )
    return " or ".join(told)


def _thing(field: Field, entry: Entry, text: str, names: LabelIndex) -> Value:
    if not text:
        chosen = Iri(entry.chosen)
        return chosen if chosen in field.things else Unclear("Choose one of the list, or name something new.")
    if Iri(text) in field.things:
        return Iri(text)
    exact = names.candidates(text)
    if len(exact) == 1 and not entry.decision:
        return exact[0]
    if entry.decision.startswith("+"):
        of = Iri(entry.decision[1:])
        if of in field.classes:
            return New(of, text)
    if Iri(entry.decision) in field.things:
        return Iri(entry.decision)
    if exact:
        return Unclear(
            f"{len(exact)} things are named {quoted(text)}. Choose one.",
            tuple(exact[:_MOST_NEAR]),
            bool(field.classes),
        )
    near = tuple(names.suggested(text, _MOST_NEAR))
    return Unclear(f"Nothing here is named {quoted(text)} yet.", near, bool(field.classes))


def slug(text: str, separator: str = "-") -> str:
    """Return a text as the end of an IRI: its words in lower case, without accents.

    >>> slug("\u00c2ge d'or, 2nd ed."), slug("\u0646\u0642\u0634\u0647 1") == "\u0646\u0642\u0634\u0647-1"
    ('age-d-or-2nd-ed', True)
    """
    bare = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text.casefold())))
    words = re.findall(r"[^\W_]+", bare)
    found = ""
    for word in words:
        longer = f"{found}{separator}{word}" if found else word[:_LONGEST_SLUG]
        if len(longer) > _LONGEST_SLUG:
            break
        found = longer
    return found
