"""Wholes: where one asks for a thing of a class, a whole stands for all in it: Africa for its countries."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from ogdkg.catalogue.binding import AnyOf
from ogdkg.rdf.terms import Iri, Term
from ogdkg.search.classes import names_among
from ogdkg.search.labels import LabelIndex
from ogdkg.store.base import Store, select


class Wholes:
    """The wholes that the resources of a class are in, by name, and their parts.

    Args:
        store: The store.
        within: The IRIs of the properties that lead from a part to its whole.
        names: The names of the resources of the class.
    """

    def __init__(self, store: Store, within: Iterable[str], names: LabelIndex) -> None:
        self._store, self._names = store, names
        self._query = f"SELECT ?part ?whole {{ ?part {'|'.join(f'<{iri}>' for iri in within)} ?whole }}"

    def find_all(self, texts: Iterable[str], what: str) -> AnyOf:
        """Return the resources that texts name, with the parts of a whole in its place.

        Raises:
            UsageError: Nothing has a name, or several have it.
        """
        found: dict[Term, None] = {}
        for text in texts:
            thing = self.names.find(text, what)
            found |= dict.fromkeys(self.parts.get(thing, [thing]))
        return AnyOf(found)

    def labels(self) -> list[str]:
        """Return the label of each whole."""
        return [self.names.labels[whole] for whole in self.parts if whole in self.names.labels]

    @cached_property
    def parts(self) -> dict[Iri, list[Iri]]:
        """The resources of the class in each whole, through others too, by IRI."""
        around: dict[Term, list[Iri]] = {}
        for part, whole in select(self._store, self._query).rows:
            if part and isinstance(whole, Iri):
                around.setdefault(part, []).append(whole)
        parts: dict[Iri, list[Iri]] = {}
        for part in sorted(self._names.labels, key=str):
            found = dict.fromkeys(around.get(part, ()))
            for whole in (queue := list(found)):
                queue += (outer for outer in around.get(whole, ()) if outer not in found)
                found |= dict.fromkeys(queue)
                parts.setdefault(whole, []).append(part)
        return parts

    @cached_property
    def names(self) -> LabelIndex:
        """The names of the class and those of the wholes: errors suggest either."""
        names = self._names
        wholes = self.parts.keys() - names.labels.keys()
        return names.joined(names_among(self._store, wholes, names.prefixes, names.languages))
