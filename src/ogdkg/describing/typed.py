"""What is typed as a value, at a terminal or in an option: the term it stands for, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.drafting.form import Field, Kind
from ogdkg.drafting.shapes import Facet
from ogdkg.drafting.values import Entry, New, Unclear, Value, literal_of, value_of
from ogdkg.rdf.terms import (
    XSD,
    Iri,
    Literal,
    Term,
    expand,
    in_language,
    is_iri,
    is_language,
    to_ntriples,
)
from ogdkg.renaming.edits import quoted as unescaped
from ogdkg.sheets.template import WITH_IRI, Sheets
from ogdkg.text.slips import quoted

_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")(?:@([A-Za-z0-9-]+)|\^\^(\S+))?', re.DOTALL)
_CHECKS = {
    "pattern": "REGEX(STR({value}), {bound}, {flags})",
    "minLength": "STRLEN(STR({value})) >= {bound}",
    "maxLength": "STRLEN(STR({value})) <= {bound}",
    "minInclusive": "{value} >= {bound}",
    "minExclusive": "{value} > {bound}",
    "maxInclusive": "{value} <= {bound}",
    "maxExclusive": "{value} < {bound}",
}
_TOLD = {
    "pattern": "It is to match the pattern {0}.",
    "minLength": "It is to have at least {0} characters.",
    "maxLength": "It is to have at most {0} characters.",
    "minInclusive": "It is to be at least {0}.",
    "minExclusive": "It is to be more than {0}.",
    "maxInclusive": "It is to be at most {0}.",
    "maxExclusive": "It is to be less than {0}.",
}


class Typed:
    """Reads what is typed as the values of a form.

    Args:
        sheets: The forms of the project, with the names of their values.

    Attributes:
        preferred: The language of texts that name none; empty for that of the project.
    """

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets
        self.preferred = ""

    @property
    def _prefixes(self) -> Mapping[str, str]:
        return self._sheets.graph.project.prefixes

    def language(self, field: Field) -> str:
        """Return the language of a text that names none: a preferred one that the field takes."""
        taken = {each.lower().partition("-")[0] for each in field.languages}
        for each in filter(None, (self.preferred, *self._sheets.graph.project.languages)):
            if not taken or each.lower().partition("-")[0] in taken:
                return each
        return next(iter(field.languages), "en")

    def value(self, field: Field, text: str, decision: str = "") -> Value:
        """Return the value that a text stands for.

        Args:
            field: The field.
            text: A literal, in quotation marks with its language or datatype or without, the name of a thing,
                its IRI, or one of a list.
            decision: What a name that no thing has stands for, see `Entry`.
        """
        text = text.strip()
        if not _is_text(text):
            return Unclear("This is not UTF-8.")
        value = self._read(field, text, decision)
        if isinstance(value, Unclear | New):
            return value
        fault = self._fault(field, value)
        return Unclear(fault) if fault else value

    def _read(self, field: Field, text: str, decision: str) -> Value:
        if field.kind is Kind.LISTED:
            return self._listed(field, text)
        if field.kind is Kind.THING:
            return self._thing(field, text, decision)
        if field.kind is Kind.ADDRESS:
            return self._address(text)
        match = _QUOTED.fullmatch(text)
        if match:
            words, tag, datatype = unescaped(match[1], 0).text, match[2], match[3]
            return self._literal(field, words, tag or "", datatype or "")
        return self._literal(field, text, "", "")

    def _literal(self, field: Field, words: str, tag: str, datatype: str) -> Value:
        takes_texts = field.kind is Kind.TEXT
        if tag:
            if not takes_texts:
                return Unclear("Write it without a language.")
            if not is_language(tag):
                return Unclear(f"{quoted(tag)} is not a language.")
            return in_language(words, tag)
        if not words.strip():
            return Unclear("It is empty.")
        if datatype:
            iri = expand(datatype, {"xsd": XSD, **self._prefixes}) or Iri(datatype.strip("<>"))
            if field.datatypes and iri.value not in field.datatypes:
                return Unclear(f"It is to be of the datatype {self._datatypes(field)}.")
            return literal_of(words, (iri.value,))
        if takes_texts:
            return in_language(words, self.language(field))
        return value_of(field, Entry(words), self._sheets.forms.names)

    def _datatypes(self, field: Field) -> str:
        return " or ".join(self._sheets.short(Iri(each)) for each in field.datatypes)

    def _listed(self, field: Field, text: str) -> Value:
        if found := self._sheets.of_list(field, text):
            return found
        choices = ", ".join(self._sheets.choices(field)[:12])
        return Unclear(f"{quoted(text)} is none of the list: {choices}.")

    def _iri(self, text: str) -> Iri | None:
        bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
        return expand(text, self._prefixes) or (Iri(bare) if is_iri(bare) and ":" in bare else None)

    def _address(self, text: str) -> Value:
        if found := self._iri(text):
            return found
        if "@" in text and is_iri(mailbox := f"mailto:{text}"):
            return Iri(mailbox)
        known = self._sheets.forms.names.candidates(text)
        if len(known) == 1:
            return known[0]
        return Unclear("Write a whole address, such as https://example.org/.")

    def _thing(self, field: Field, text: str, decision: str) -> Value:
        named = WITH_IRI.fullmatch(text)
        for spelled in (text, named[2] if named else ""):
            if (iri := self._iri(spelled)) and iri in field.things:
                return iri
        iri = self._iri(text)
        if iri and (expand(text, self._prefixes) or "://" in text):
            return Unclear(f"{text} is none of the things to choose from.")
        return value_of(field, Entry(text, decision=decision), self._sheets.forms.names_of(field))

    # -- what shapes ask of a value -------------------------------------------------

    def _fault(self, field: Field, value: Term) -> str:
        """What a value does not satisfy, in a sentence; empty if it is right."""
        for each in field.facets:
            if not self._fits(each, value):
                return each.message or _TOLD[each.name].format(each.bound.value)
        return ""

    def _fits(self, facet: Facet, value: Term) -> bool:
        """Whether a value is as a shape asks, by the SPARQL expression that defines it (SHACL, 4.3, 4.4)."""
        expression = _CHECKS[facet.name].format(
            value=to_ntriples(value), bound=to_ntriples(facet.bound), flags=to_ntriples(Literal(facet.flags))
        )
        rows = list(self._sheets.graph.select(f"SELECT (({expression}) AS ?fits) {{}}", limited=False))
        told = rows[0][0].value if rows and isinstance(rows[0][0], Literal) else ""
        # A pattern that the engine cannot read is no fault of the value: the validation tells of it.
        return told == "true" or (facet.name == "pattern" and told != "false")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
