"""How the things of a large graph are called: an index of words tells, so that no others are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex, iri_of, names_of_all, names_of_things
from ogdkg.search.word_index import Index, words
from ogdkg.store.base import Store


class IndexedNames:
    """What `Names` of all things tell, of an index and the store it was made from."""

    def __init__(self, store: Store, prefixes: Mapping[str, str], index: Index) -> None:
        self._store = store
        self._prefixes = prefixes
        self._index = index
        self._labels: dict[Iri, str | None] = {}

    def label(self, thing: Iri) -> str | None:
        """How a thing is called; None where it has no name."""
        if thing not in self._labels:
            self._labels[thing] = self._index.label(thing.value)
        return self._labels[thing]

    def find(self, text: str, what: str = "thing") -> Iri:
        """The one thing meant by `text`; UsageError when there is none, or more than one."""
        names = names_meant(self._store, self._prefixes, self._index, [text])
        if names and names.labels:
            with suppress(UnknownNameError):
                return names.find(text, what)
        # All the names there are tell which one is most like it.
        return self._all.find(text, what)

    def candidates(self, text: str) -> list[Iri]:
        """All that bear a name, those first that prefer it."""
        if not words(text):
            return self._all.candidates(text)
        things = map(Iri, self._index.things_named(text))
        return names_of_things(self._store, things, self._prefixes).candidates(text)

    def things_with_word(self, word: str) -> list[Iri]:
        """The things with a word in their label, shorter ones first: what a short form may mean too."""
        if not word.isalnum():
            return []
        found = re.compile(rf"\b{re.escape(word)}\b")
        labels = {thing: self.label(thing) or "" for thing in map(Iri, self._index.things_with_word(word))}
        things = (thing for thing, label in labels.items() if found.search(label))
        return sorted(things, key=lambda thing: (len(labels[thing]), labels[thing], thing.value))

    @cached_property
    def _all(self) -> LabelIndex:
        return names_of_all(self._store, self._prefixes)


def names_meant(
    store: Store, prefixes: Mapping[str, str], index: Index, texts: Iterable[str], of: Iri | None = None
) -> LabelIndex | None:
    """The names of what may be meant by the texts, all or of a class; None where the index cannot tell."""
    things: dict[Iri, None] = {}
    for text in texts:
        if not words(text):  # signs alone, by which the index finds nothing
            return None
        given = iri_of(text, prefixes)
        things |= dict.fromkeys([*map(Iri, index.things_named(text)), *([given] if given else [])])
    return names_of_things(store, things, prefixes, of)
