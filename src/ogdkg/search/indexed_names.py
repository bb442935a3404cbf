"""`IndexedNames`: does what a `LabelIndex` does, but for a large graph and from its word index."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.rdf.terms import RDF, RDFS, Iri, to_ntriples
from ogdkg.search.folding import words
from ogdkg.search.labels import LabelIndex, iri_of, names_of_things, turned
from ogdkg.search.word_index import Index
from ogdkg.store.base import Store, select

_OWL = "http://www.w3.org/2002/07/owl#"
_MOST_OFFERED = 1000  # labels that begin as somebody typed
_LIKE, _WORDS = 20, 8  # resources like a text that are looked at, and words of one that nothing is like


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

    def language(self, thing: Iri) -> str:
        """Return an empty string: the index does not tell the languages of labels."""
        return ""

    def read(self, things: Iterable[Iri]) -> None:
        """Do nothing: labels are at hand."""

    def find(self, text: str, what: str = "thing") -> Iri:
        """Return the resource with a name; UsageError if there is none, or more than one."""
        asked = self._store, self._prefixes, self._index, [text], self._languages
        names = names_meant(*asked)
        if names.labels:
            with suppress(UnknownNameError):
                return names.find(text, what)
        return names_near(*asked).find(text, what)

    def candidates(self, text: str) -> list[Iri]:
        """Return all resources with a name, those first that have it as their label."""
        things = _things_named(self._index, text)
        return names_of_things(self._store, things, self._prefixes, self._languages).candidates(text)

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


def names_meant(
    store: Store,
    prefixes: Mapping[str, str],
    index: Index,
    texts: Iterable[str],
    languages: Languages = ENGLISH,
    of: Iri | None = None,
) -> LabelIndex:
    """Return the names of the resources that texts may stand for, from the word index.

    Args:
        store: The store.
        prefixes: Prefixes for CURIEs.
        index: Its word index.
        texts: What was typed.
        languages: The reader's languages.
        of: A class, to return only its instances.
    """
    things: dict[Iri, None] = {}
    for text in texts:
        iri = iri_of(text, prefixes)
        things |= dict.fromkeys([*_things_named(index, text), *([iri] if iri else [])])
    return names_of_things(store, things, prefixes, languages, of)


def names_near(
    store: Store,
    prefixes: Mapping[str, str],
    index: Index,
    texts: Sequence[str],
    languages: Languages = ENGLISH,
    of: Iri | None = None,
) -> LabelIndex:
    """Return the same with the names of resources like those meant, which an error may suggest."""
    things: dict[str, None] = {}
    for text in texts:
        matches = index.search(text, _LIKE)
        for word in words(text)[:_WORDS]:
            matches += () if matches else index.search(word, _LIKE)
            things |= dict.fromkeys(islice(index.terms_with_word(word), _LIKE))
        things |= dict.fromkeys(match.iri for match in matches)
    like = names_of_things(store, map(Iri, things), prefixes, languages, of)
    names = names_meant(store, prefixes, index, texts, languages, of).joined(like)
    names.is_part = not index.is_empty()
    return names


def labels_beginning(store: Store, index: Index, of: Iri, begin: str) -> list[str] | None:
    """Return the first labels of instances of a class that begin so; None for terms, which have none here."""
    if of.value.startswith((_OWL, RDFS, RDF)):
        return None
    within = f"SELECT DISTINCT ?type {{ ?type <{RDFS}subClassOf>* {to_ntriples(of)} }}"
    classes = {of.value, *(row[0].value for row in select(store, within).rows if isinstance(row[0], Iri))}
    return sorted(index.labels_beginning(begin, sorted(classes), _MOST_OFFERED), key=str.casefold)


def _things_named(index: Index, text: str) -> Iterable[Iri]:
    """Return the resources with a name, also with one that is turned round as in a list."""
    return dict.fromkeys(Iri(iri) for name in (text, turned(text)) for iri in index.things_named(name))
