"""A form that is being filled in: the values so far, and why one more may not stand there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogdkg.describing.links import INVERSE
from ogdkg.drafting.form import Field, Form
from ogdkg.drafting.values import New, slug
from ogdkg.rdf.terms import Iri, Literal, Term

Filled = Term | New


class Filling:
    """The values of a form.

    Args:
        form: The form.
        values: Those that it has to begin with.
    """

    def __init__(self, form: Form, values: Mapping[Iri, Iterable[Filled]] | None = None) -> None:
        self.form = form
        self.values: dict[Field, list[Filled]] = {
            each: [] if each.key.startswith(INVERSE) else list((values or {}).get(each.predicate, ()))
            for each in form.fields
        }

    def add(self, field: Field, value: Filled) -> str:
        """Add a value; return why it cannot stand there, in a sentence, or an empty text."""
        held = self.values[field]
        if value in held:
            return "It has this value already."
        if field.most is not None and len(held) >= field.most:
            return "There may be one value." if field.most == 1 else f"There may be {field.most} values."
        if field.is_unique_in_language and isinstance(value, Literal) and value.language:
            tags = {each.language.lower() for each in held if isinstance(each, Literal)}
            if value.language.lower() in tags:
                return f"It has a text in the language {value.language} already."
        held.append(value)
        return ""

    def takes_more(self, field: Field) -> bool:
        """Whether a field may have another value."""
        return field.most is None or len(self.values[field]) < field.most

    def is_needed(self, field: Field) -> bool:
        """Whether a field has fewer values than it must."""
        is_name = field.predicate == self.form.naming and field.is_usual  # some kinds of things have none
        least = max(field.least, int(is_name))
        return len(self.values[field]) < least

    @property
    def missing(self) -> list[Field]:
        """The fields that have fewer values than they must."""
        return [each for each in self.form.fields if self.is_needed(each)]

    @property
    def names(self) -> list[Literal]:
        """The names of the thing."""
        return [
            each
            for field, values in self.values.items()
            if field.predicate == self.form.naming
            for each in values
            if isinstance(each, Literal)
        ]

    @property
    def name(self) -> str:
        """What the end of an IRI is made of: the name, else the first text, else the class."""
        texts = [each.value for held in self.values.values() for each in held if isinstance(each, Literal)]
        return next((each for each in [*(name.value for name in self.names), *texts] if slug(each)), "") or (
            self.form.label
        )

    def statements(self) -> dict[Iri, list[Filled]]:
        """Return the values by property."""
        return {
            field.predicate: list(values)
            for field, values in self.values.items()
            if values and not field.key.startswith(INVERSE)
        }

    def links(self) -> list[tuple[Iri, Iri]]:
        """Return the things that lead to it, each with the property."""
        return [
            (each, field.predicate)
            for field, values in self.values.items()
            for each in values
            if isinstance(each, Iri) and field.key.startswith(INVERSE)
        ]
