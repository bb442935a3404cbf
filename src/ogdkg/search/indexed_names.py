"""`IndexedNames`: does what a `LabelIndex` does, but for a large graph and from its word index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.rdf.terms import OWL, RDF, RDFS, Iri, to_ntriples
from ogdkg.search.folding import words
from ogdkg.search.labels import LabelIndex, iri_of, names_of_things, turned
from ogdkg.search.word_index import Index
from ogdkg.store.base import Store, select

_MOST_OFFERED = 1000  # labels that begin as somebody typed
_LIKE, _WORDS = 20, 8  # resources like a text that are looked at, and words of one that nothing is like


class IndexedNames:
    """The names of all resources of a store, looked up in its word index.

    Args:
        store: The store.
        prefixes: Prefixes for CURIEs.
        index: Its word index.
        languages: The reader's languages.
    """

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

    def language(self, thing: Iri) -> str:
        """Return an empty string: the index does not tell the languages of labels."""
        return ""

    def read(self, things: Iterable[Iri]) -> None:
        """Do nothing: labels are at hand."""

    def find(self, text: str, what: str = "thing") -> Iri:
        """Return the resource with a name; UsageError if there is none, or more than one."""
        names = self.meant([text])
        if names.labels:
            with suppress(UnknownNameError):
                return names.find(text, what)
        return self.meant_or_like([text]).find(text, what)

    def candidates(self, text: str) -> list[Iri]:
        """Return all resources with a name, those first that have it as their label."""
        return self._names_of(_things_named(self._index, text)).candidates(text)

    def things_with_word(self, word: str) -> list[Iri]:
        """Return the resources with a word in their label, the shortest label first."""
        if not word.isalnum():
            return []
        pattern = re.compile(rf"\b{re.escape(word)}\b")
        found = ((len(label), label, iri) for iri, label in self._index.things_with_word(word).items())
        return [Iri(iri) for _, label, iri in sorted(found) if pattern.search(label)]

    def things_like(self, text: str, most: int) -> list[Iri]:
        """Return the resources with words like those of a text, misspelt ones too, the best first."""
        return [Iri(each.iri) for each in self._index.search(text, most)]

    def meant(self, texts: Iterable[str], of: Iri | None = None) -> LabelIndex:
        """Return the names of the resources that texts may stand for.

        Args:
            texts: What was typed.
            of: A class, to return only its instances.
        """
        things: dict[Iri, None] = {}
        for text in texts:
            iri = iri_of(text, self._prefixes)
            things |= dict.fromkeys([*_things_named(self._index, text), *([iri] if iri else [])])
        return self._names_of(things, of)

    def meant_or_like(self, texts: Sequence[str], of: Iri | None = None) -> LabelIndex:
        """Return the same with the names of resources like those meant, which an error may suggest."""
        things: dict[str, None] = {}
        for text in texts:
            matches = self._index.search(text, _LIKE)
            for word in words(text)[:_WORDS]:
                matches += () if matches else self._index.search(word, _LIKE)
                things |= dict.fromkeys(islice(self._index.terms_with_word(word), _LIKE))
            things |= dict.fromkeys(match.iri for match in matches)
        names = self.meant(texts, of).joined(self._names_of(map(Iri, things), of))
        names.is_part = not self._index.is_empty()
        return names

    def beginning(self, begin: str, of: Iri) -> list[str] | None:
        """Return the first labels of instances of a class that begin so; None for terms, as it has none."""
        if of.value.startswith((OWL, RDFS, RDF)):
            return None
        within = f"SELECT DISTINCT ?type {{ ?type <{RDFS}subClassOf>* {to_ntriples(of)} }}"
        found = (row[0] for row in select(self._store, within).rows)
        classes = {of.value, *(each.value for each in found if isinstance(each, Iri))}
        labels = self._index.labels_beginning(begin, sorted(classes), _MOST_OFFERED)
        return sorted(labels, key=str.casefold)

    def _names_of(self, things: Iterable[Iri], of: Iri | None = None) -> LabelIndex:
        return names_of_things(self._store, things, self._prefixes, self._languages, of)


def _things_named(index: Index, text: str) -> Iterable[Iri]:
    """Return the resources with a name, also with one that is turned round as in a list."""
    return dict.fromkeys(Iri(iri) for name in (text, turned(text)) for iri in index.things_named(name))
