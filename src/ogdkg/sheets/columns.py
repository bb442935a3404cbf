"""The columns of a sheet: one for each field of a form, and for texts one for each language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ogdkg.drafting.form import Field, Form, Kind
from ogdkg.drafting.values import form_of
from ogdkg.rdf.terms import Iri, Literal, Term, local_name

ID = "id"
MOST_LANGUAGES = 100  # columns of a property: far more than anybody keeps by hand


class Column(NamedTuple):
    """A column of a sheet.

    Attributes:
        heading: Its heading, in words.
        key: The property's name or IRI, and its language after `@`; `id` for that of identifiers.
        field: The field that it is for; None for that of identifiers.
        language: The language of its texts; empty for values without.
    """

    heading: str
    key: str
    field: Field | None
    language: str = ""

    def holds(self, predicate: Iri, value: Term) -> bool:
        """Whether a value of a property stands in this column."""
        if self.field is None or predicate != self.field.predicate:
            return False
        return language_of(value) == self.language

    @property
    def help(self) -> str:
        """What to write in it, in sentences."""
        if self.field is None:
            return "What names the row's thing. Leave it as it is; for something new, leave it empty."
        field, told = self.field, []
        if field.help:
            told.append(field.help.rstrip(".") + ".")
        if field.least:
            told.append("Each thing must have it.")
        if field.kind is Kind.VALUE:
            told.append(f"Write {form_of(field.datatypes)}.")
        elif field.kind in (Kind.THING, Kind.LISTED):
            told.append("Choose one of the list.")
        elif field.kind is Kind.ADDRESS:
            told.append("Write an address, such as https://example.org/.")
        if field.most != 1 and not (field.is_unique_in_language and self.language):
            told.append("Several: with | between them.")
        return " ".join(told)


def language_of(value: Term) -> str:
    """Return the language of a value as a column has it; empty where it has none."""
    if not isinstance(value, Literal) or not value.language:
        return ""
    return value.language.lower() + (f"--{value.direction}" if value.direction else "")


def columns_of(form: Form, values: Mapping[Iri, Iterable[Term]], languages: Iterable[str]) -> list[Column]:
    """Return the columns of a sheet, that of identifiers first.

    Args:
        form: The form of the class.
        values: The values of each property that things have.
        languages: The languages of the project.
    """
    found = [Column("Identifier", ID, None)]
    for field in form.fields:
        tags = Counter(language_of(each) for each in values.get(field.predicate, ()))
        wanted = [tag for tag, _ in tags.most_common()]
        if field.kind is Kind.TEXT:
            own = [each.lower() for each in languages] or list(field.languages[:1])
            wanted = [*(each for each in own if _may_have(field, each)), *wanted]
        elif "" not in wanted:
            wanted = ["", *wanted]
        for tag in list(dict.fromkeys(wanted))[:MOST_LANGUAGES]:
            name = field.name[:1].upper() + field.name[1:] or local_name(field.predicate.value)
            heading = f"{name} ({tag})" if tag else name
            found.append(Column(heading, f"{field.key}@{tag}" if tag else field.key, field, tag))
    counted = Counter(each.heading for each in found)
    return [
        each._replace(heading=f"{each.heading}, {each.key}") if counted[each.heading] > 1 else each
        for each in found
    ]


def _may_have(field: Field, language: str) -> bool:
    known = {each.lower().partition("-")[0] for each in field.languages}
    return not known or language.partition("-")[0] in known
