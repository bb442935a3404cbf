"""The sheet of a class: its columns, and a row for each thing with what is said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from ogdkg.drafting.form import Field, Form, Forms, Kind
from ogdkg.drafting.shapes import ShapeGraph
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Literal, Term, compact, expand, to_ntriples
from ogdkg.search.classes import find_among, find_class
from ogdkg.sheets.cells import LONGEST, joined
from ogdkg.sheets.columns import Column, columns_of, language_of
from ogdkg.sheets.contents import DataFile, Said, data_files, said_of

WITH_IRI = re.compile(r"(.*) \(([^()\s]+)\)", re.DOTALL)  # a name that another thing has too
TOO_LONG = " … (too long for a sheet: it stays as it is)"


class Table(NamedTuple):
    """A sheet of things.

    Attributes:
        of: The class.
        label: What a thing of it is called.
        columns: The columns, that of identifiers first.
        rows: The texts of the cells of each thing.
        left_out: What the things have that the sheet does not, a phrase each.
    """

    of: Iri
    label: str
    columns: tuple[Column, ...]
    rows: Mapping[Iri, tuple[str, ...]]
    left_out: tuple[str, ...] = ()


class Sheets:
    """Makes the sheets of a project.

    Args:
        graph: The graph, with all its layers.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.citations = Citations(graph)
        self.forms = Forms(self.citations, ShapeGraph.of(graph.project))
        self.files: list[DataFile] = data_files(graph)
        self._said: dict[Iri, Said] = {}

    def class_of(self, name: str) -> Iri:
        """Return a class by its name, one that only shapes speak of, too; UsageError if there is none."""
        store, prefixes = self.graph.store, self.graph.project.prefixes
        try:
            return find_class(store, name, prefixes)
        except UnknownNameError:
            with suppress(UnknownNameError):
                return find_among(store, name, prefixes, self.forms.shaped)
            raise

    def form(self, of: Iri) -> Form:
        """Return the form of a class; UsageError where there is nothing to write in one."""
        form = self.forms.form(of)
        if len(form.fields) < 2 and of not in self.forms.shaped and not self.things(of):
            hint = "Write a shape for it, or a thing of it."
            raise UsageError(f"Neither shapes nor things tell what {self.short(of)} has.", hint=hint)
        return form

    def things(self, of: Iri) -> list[Iri]:
        """Return the things of a class, by name."""
        found = self.forms.things_of(of)
        return sorted(found, key=lambda each: (self.citations.label(each).casefold(), each.value))

    def said(self, of: Iri) -> Said:
        """Return what the files say of the things of a class."""
        if of not in self._said:
            self._said[of] = said_of(self.graph, self.files, self.things(of))
        return self._said[of]

    def table(self, of: Iri) -> Table:
        """Return the sheet of a class."""
        form, values = self.form(of), self.said(of).values
        by_property: dict[Iri, list[Term]] = {}
        for said in values.values():
            for predicate, terms in said.items():
                by_property.setdefault(predicate, []).extend(terms)
        columns = columns_of(form, by_property, self.graph.project.languages)
        rows = {
            thing: (self.short(thing), *(self.cell(each, said) for each in columns[1:]))
            for thing, said in values.items()
            if said
        }
        return Table(of, form.label, tuple(columns), rows, tuple(self._left_out(of, columns)))

    def _left_out(self, of: Iri, columns: Sequence[Column]) -> Iterator[str]:
        """What things of a class have that no column holds: parts without a name, and rare languages."""
        said = self.said(of)
        for predicate, number in said.parts.items():
            label = self.citations.property_label(predicate)
            yield f"{number:,} {'part' if number == 1 else 'parts'} without a name of {label}"
        fields = {each.field.predicate for each in columns if each.field}
        held: dict[Iri, set[str]] = {}
        for each in columns[1:]:
            if each.field:
                held.setdefault(each.field.predicate, set()).add(each.language)
        for predicate in fields:
            values = (each for those in said.values.values() for each in those.get(predicate, ()))
            others = sum(language_of(each) not in held[predicate] for each in values)
            if others:
                label = self.citations.property_label(predicate)
                yield f"{others:,} {'text' if others == 1 else 'texts'} of {label} in other languages"

    def cell(self, column: Column, said: Mapping[Iri, Sequence[Term]]) -> str:
        """Return the text of a cell."""
        text = joined(self.text(column, each) for each in self.held(column, said))
        return text if len(text) <= LONGEST else text[:200] + TOO_LONG

    @staticmethod
    def held(column: Column, said: Mapping[Iri, Sequence[Term]]) -> list[Term]:
        """Return the values that stand in a cell."""
        assert column.field, "identifiers are no values"
        predicate = column.field.predicate
        return [each for each in said.get(predicate, ()) if column.holds(predicate, each)]

    def text(self, column: Column, value: Term) -> str:
        """Return the text of a value: of a literal what it says, of a thing its name."""
        if isinstance(value, Literal):
            return value.value
        assert isinstance(value, Iri) and column.field, "a sheet holds no others"
        return value.value if column.field.kind is Kind.ADDRESS else self.name(column.field, value)

    def name(self, field: Field, thing: Iri) -> str:
        """Return what a thing is called in the cells of a field: its name, if that names no other."""
        names = self.forms.names_of(field)
        label = names.label(thing) or self.forms.names.label(thing)
        if label is None:
            return self.short(thing)
        return label if names.candidates(label) == [thing] else f"{label} ({self.short(thing)})"

    def short(self, iri: Iri) -> str:
        """Return an IRI as a name with a prefix, if it has one."""
        return compact(iri.value, self.graph.project.prefixes) or iri.value

    def choices(self, field: Field) -> list[str]:
        """Return the texts to choose from in the cells of a field."""
        if field.kind is Kind.LISTED:
            return [self.listed(field, each) for each in field.listed]
        if field.kind is Kind.THING:
            return sorted({self.name(field, each) for each in field.things}, key=str.casefold)
        return ["true", "false"] if field.datatypes[:1] and field.datatypes[0].endswith("#boolean") else []

    def listed(self, field: Field, value: Term) -> str:
        """Return the text of a value of a list."""
        return self.name(field, value) if isinstance(value, Iri) else str(getattr(value, "value", ""))

    def of_list(self, field: Field, text: str) -> Term | None:
        """Return the value of a list that a text stands for: as it is shown, a name of it, or its IRI."""
        for fold in (str, str.casefold):
            for each in field.listed:
                if fold(text) == fold(self.listed(field, each)):
                    return each
        prefixes, named = self.graph.project.prefixes, WITH_IRI.fullmatch(text)
        for spelled in filter(None, (text, named and named[2])):
            iri = expand(spelled, prefixes)
            for each in field.listed:
                if each == iri or spelled in (to_ntriples(each), getattr(each, "value", "")):
                    return each
        known = self.forms.names_of(field).candidates(text)
        return known[0] if len(known) == 1 else None
