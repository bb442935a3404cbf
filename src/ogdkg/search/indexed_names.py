"""`IndexedNames`: does what a `LabelIndex` does, but for a large graph and from its word index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.rdf.terms import Iri
from ogdkg.search.folding import words
from ogdkg.search.labels import LabelIndex, iri_of, names_of_all, names_of_things
from ogdkg.search.word_index import Index
from ogdkg.store.base import Store


class IndexedNames:
    """The names of all resources of a store, looked up in its word index."""

    def __init__(
        self, store: Store, prefixes: Mapping[str, str], index: Index, languages: Languages = ENGLISH
    ) -> None:
        self._store = store
        self._prefixes = prefixes
        self._index = index
        self._languages = languages
        self._labels: dict[Iri, str | None] = {}

    def label(self, thing: Iri) -> str | None:
        """Return the label of a resource; None if it has no name."""
        if thing not in self._labels:
            self._labels[thing] = self._index.label(thing.value)
        return self._labels[thing]

    def find(self, text: str, what: str = "thing") -> Iri:
        """Return the resource with a name; UsageError if there is none, or more than one."""
        names = names_meant(self._store, self._prefixes, self._index, [text], self._languages)
        if names and names.labels:
            with suppress(UnknownNameError):
                return names.find(text, what)
        # Only with all names can the error suggest the most similar ones.
        return self._all.find(text, what)

    def candidates(self, text: str) -> list[Iri]:
        """Return all resources with a name, those first that have it as their label."""
        if not words(text):
            return self._all.candidates(text)
        things = map(Iri, self._index.things_named(text))
        return names_of_things(self._store, things, self._prefixes, self._languages).candidates(text)

    def things_with_word(self, word: str) -> list[Iri]:
        """Return the resources with a word in their label, the shortest label first."""
        if not word.isalnum():
            return []
        pattern = re.compile(rf"\b{re.escape(word)}\b")
        labels = {thing: self.label(thing) or "" for thing in map(Iri, self._index.things_with_word(word))}
        things = (thing for thing, label in labels.items() if pattern.search(label))
        return sorted(things, key=lambda thing: (len(labels[thing]), labels[thing], thing.value))

    def things_like(self, text: str, most: int) -> list[Iri]:
        """Return the resources with words like those of a text, misspelt ones too, the best first."""
        return [Iri(each.iri) for each in self._index.search(text, most)]

    @cached_property
    def _all(self) -> LabelIndex:
        return names_of_all(self._store, self._prefixes, self._languages)


def names_meant(
    store: Store,
    prefixes: Mapping[str, str],
    index: Index,
    texts: Iterable[str],
    languages: Languages = ENGLISH,
    of: Iri | None = None,
) -> LabelIndex | None:
    """Return the names of the resources that texts may stand for, from the word index.

    Args:
        store: The store.
        prefixes: Prefixes for CURIEs.
        index: Its word index.
        texts: What was typed.
        languages: The reader's languages.
        of: A class, to return only its instances.

    Returns:
        The names; None if a text has no word to look up.
    """
    things: dict[Iri, None] = {}
    for text in texts:
        if not words(text):  # only signs, which are not indexed
            return None
        iri = iri_of(text, prefixes)
        things |= dict.fromkeys([*map(Iri, index.things_named(text)), *([iri] if iri else [])])
    return names_of_things(store, things, prefixes, languages, of)
