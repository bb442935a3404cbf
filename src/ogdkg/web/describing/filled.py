"""A form as it was sent: what was written in each field, what it stands for, and what is unclear."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ogdkg.drafting.form import Field, Form, Forms, Kind
from ogdkg.drafting.values import Entry, Unclear, Value, value_of
from ogdkg.rdf.terms import Iri, Literal, Term
from ogdkg.search.labels import LabelIndex

CHOSEN, LANGUAGE, DECISION, ASKED = "~chosen", "~language", "~decision", "~asked"
_LONGEST, _MOST_VALUES = 20_000, 50  # letters of a value, and values of a property


class Row(NamedTuple):
    """A value of a field as it stands in the form: what was written, and why it is none yet."""

    entry: Entry
    unclear: Unclear | None = None


class Filled:
    """A form with what was written in it.

    Args:
        forms: The forms of the project.
        form: The form.
        given: The fields as they were sent.
    """

    def __init__(self, forms: Forms, form: Form, given: Mapping[str, list[str]]) -> None:
        self._forms, self.form, self._given = forms, form, given

    def text(self, name: str) -> str:
        """Return what was written in a field that is no property's."""
        return (self._given.get(name) or [""])[-1][:_LONGEST].strip()

    def entries(self, field: Field) -> list[Entry]:
        """Return what was written as values of a property."""
        parts = [self._given.get(field.key + each, []) for each in ("", CHOSEN, LANGUAGE, DECISION)]
        count = min(max(map(len, parts)), _MOST_VALUES)
        asked = self._given.get(field.key + ASKED)
        if asked is not None:  # a decision is on the name that it was asked for, which may have changed
            kept = zip(parts[0], parts[3], asked, strict=False)
            parts[3] = [what if text.strip() == name.strip() else "" for text, what, name in kept]
        padded = [[text[:_LONGEST] for text in part] + [""] * (count - len(part)) for part in parts]
        found = map(Entry, *(part[:count] for part in padded))
        return [each for each in found if not each.is_empty]

    @cached_property
    def values(self) -> dict[Field, list[Value]]:
        """What the entries of each field stand for."""
        return {
            field: [value_of(field, entry, self._names(field)) for entry in self.entries(field)]
            for field in self.form.fields
        }

    def rows(self, field: Field) -> list[Row]:
        """Return the values of a field as the form shows them, and an empty one where it is wanted."""
        entries, values = self.entries(field), self.values[field]
        rows = [
            Row(entry, value if isinstance(value, Unclear) else None)
            for entry, value in zip(entries, values, strict=True)
        ]
        if not rows or (
            field.key in self._given.get("another", ()) and len(rows) < (field.most or len(rows) + 1)
        ):
            rows.append(Row(Entry()))
        return rows

    @property
    def name(self) -> str:
        """The name of the new thing."""
        values = next((v for field, v in self.values.items() if field.predicate == self.form.naming), [])
        return next((each.value for each in values if isinstance(each, Literal)), "")

    @cached_property
    def faults(self) -> dict[Field, str]:
        """Why a field cannot stay as it is, besides its unclear values."""
        found = {}
        for field in self.form.fields:
            number = len(self.entries(field))
            if field.predicate == self.form.naming and not number:
                found[field] = "Give it a name."
            elif number < field.least:
                found[field] = (
                    "This is needed." if field.least == 1 else f"At least {field.least} are needed."
                )
            elif field.most is not None and number > field.most:
                found[field] = (
                    "There may be one value." if field.most == 1 else f"At most {field.most} may stand here."
                )
        return found

    @property
    def is_clear(self) -> bool:
        """Whether a draft can be made."""
        return bool(self.name) and not any(
            isinstance(each, Unclear) for v in self.values.values() for each in v
        )

    def statements(self) -> dict[Iri, list[Term]]:
        """Return the values by property."""
        return {
            field.predicate: [each for each in values if not isinstance(each, Unclear)]  # type: ignore[misc]
            for field, values in self.values.items()
        }

    def _names(self, field: Field) -> LabelIndex:
        return self._forms.names_of(field) if field.kind is Kind.THING else self._forms.names
