"""Resolves the names in a table to things of the graph, by their labels, or to new things."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ogdkg.errors import InputError, Place, UnknownNameError, UsageError
from ogdkg.graph.graph import Graph
from ogdkg.importing.mapping import TableMapping, Things
from ogdkg.importing.table import Line
from ogdkg.importing.template import Value, Values, fill, term
from ogdkg.importing.values import UnfitError
from ogdkg.rdf.terms import Iri, Triple, expand, parse_iri
from ogdkg.search.labels import LabelIndex, names_of_class


class Match(NamedTuple):
    """A thing, and for a new one the statements that introduce it wherever it is mentioned."""

    iri: Iri
    statements: tuple[Triple, ...] = ()
    is_new: bool = False


class Finder:
    """Resolves names to things of the graph's other layers, and to the new ones of the mapping."""

    def __init__(self, graph: Graph, mapping: TableMapping) -> None:
        self._graph, self._mapping = graph, mapping
        self._prefixes = graph.project.prefixes
        self._names: dict[str, LabelIndex] = {}
        self._new: dict[tuple[str, str], Match] = {}
        self._called: dict[Iri, str] = {}
        for kind in mapping.things.values():
            for name in kind.new:
                self._add(kind, name, {})

    def add_listed(self, lines: Iterable[Line]) -> None:
        """Add the new things that are named by rows of a `listed` property.

        Raises:
            InputError: A name is ambiguous; with the line of the row.
        """
        columns = self._mapping.columns
        for line in lines:
            for kind in self._mapping.things.values():
                if kind.listed and line.cells[columns["property"]] == kind.listed:
                    name = line.cells[columns["subject"]]
                    try:
                        known = self._known(kind, name)
                    except UnfitError as fault:
                        raise InputError(f"{name!r} {fault}".rstrip(".") + ".", place=line.place) from None
                    if known is None:
                        self._add(kind, name, {"value": Value(line.cells[columns["value"]])}, line.place)

    def find(self, name: str, kinds: Iterable[str]) -> Match:
        """Return the thing with a name.

        Raises:
            UnfitError: No thing has the name, or several have it.
        """
        if name in self._mapping.names:
            return Match(self._iri(self._mapping.names[name]))
        chosen = [self._mapping.things[kind] for kind in kinds]
        for kind in chosen:
            if found := self._new.get((kind.name, name)):
                return found
            if known := self._known(kind, name):
                return Match(known)
        raise UnfitError(self._not_found(name, chosen))

    def _add(self, kind: Things, name: str, values: Values, place: Place | None = None) -> None:
        """Take in a new thing; InputError with a place, else the line of the mapping, if none can be made."""
        try:
            self._new[kind.name, name] = self._made(kind, name, values)
        except UnfitError as fault:
            message = f"{name!r} {fault}".rstrip(".") + "."
            of_mapping = self._mapping.document.error(message, "things", kind.name)
            raise (InputError(message, place=place) if place else of_mapping) from None

    def _made(self, kind: Things, name: str, values: Values) -> Match:
        if known := self._known(kind, name):
            raise self._mapping.document.error(
                f"{name!r} is not new: it is {self._short(known)} in the graph.", "things", kind.name, "new"
            )
        holes = {**values, "name": Value(name)}
        thing = term(kind.iri, holes, self._prefixes)
        if not isinstance(thing, Iri):
            raise self._mapping.document.error(
                f"Cannot make an IRI for {name!r}.", "things", kind.name, "iri"
            )
        other = self._called.setdefault(thing, name)
        if other != name:
            raise UnfitError(f"makes the IRI of {other!r}, {self._short(thing)}")
        holes["thing"] = Value(name, thing)
        return Match(thing, tuple(fill(kind.make, holes, self._prefixes)), is_new=True)

    def _known(self, kind: Things, name: str) -> Iri | None:
        """Return the thing of the graph with a name, from the first class that has one."""
        for thing_class in kind.classes:
            names = self._names_of(thing_class)
            if not names.candidates(name):
                continue
            try:
                return names.find(name, kind.name)
            except UsageError as error:
                choices = (error.hint or "").removeprefix("Choose one of: ").rstrip(".")
                raise UnfitError(f"is ambiguous: it may be {choices}") from error
        return None

    def _names_of(self, thing_class: str) -> LabelIndex:
        if thing_class not in self._names:
            iri = self._iri(thing_class)
            self._names[thing_class] = names_of_class(self._graph.store, iri, self._prefixes)
        return self._names[thing_class]

    def _not_found(self, name: str, kinds: Iterable[Things]) -> str:
        kinds = list(kinds)
        labels = [
            label
            for kind in kinds
            for thing_class in kind.classes
            for label in self._names_of(thing_class).labels.values()
        ]
        near = UnknownNameError("name", name, [*labels, *(new for _, new in self._new)]).hint
        where = " or ".join(kind.name for kind in kinds)
        suggestion = f". {near.rstrip('.')}" if near else ""
        return f"is no {where} of the graph; if it is new, add it under `new`{suggestion}"

    def _iri(self, text: str) -> Iri:
        return expand(text, self._prefixes) or parse_iri(text)

    def _short(self, iri: Iri) -> str:
        return f"<{iri.value}>"
