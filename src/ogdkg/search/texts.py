"""Reads names, descriptions and neighbours' labels from a store, as the entries of a `word_index`."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, TypeVar

from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.labels import DESCRIPTIONS, ENGLISH, LabelRank, Languages, iri_list, label_rank, language_key
from ogdkg.rdf.terms import DCTERMS, OA, PROV, Iri, Literal, Row, Term, local_name
from ogdkg.search.classes import is_of_terms
from ogdkg.search.index_tables import Entry, Kind
from ogdkg.search.labels import iter_names
from ogdkg.store.base import Store

if TYPE_CHECKING:
    from ogdkg.store.folders import Progress

_VALUES = f"VALUES ?property {{ {iri_list(DESCRIPTIONS)} }}"
_DESCRIPTIONS = f"SELECT DISTINCT ?thing ?text {{ {_VALUES} ?thing ?property ?text }}"
KINDS = "SELECT DISTINCT ?thing ?class { ?thing a ?class }"
LINKS = "SELECT ?thing ?value { ?thing ?property ?value FILTER(isIRI(?value)) }"
_DRAWN = " ".join(f"<{iri}>" for iri in (
    DCTERMS + "source", PROV + "hadPrimarySource", OA + "hasSource"
))  # fmt: skip
SOURCES = f"""SELECT DISTINCT ?source {{
  {{ VALUES ?property {{ {_DRAWN} }} ?thing ?property ?source }}
  UNION {{ ?source <{PROV}hadPrimarySource> ?of }}
}}"""
_ADDRESSES = """SELECT ?thing ?text {
  ?thing ?property ?text FILTER(isLITERAL(?text) && REGEX(STR(?text), "^(https?://|www[.]|[^ ]+@)[^ ]+$"))
}"""
SCHEME = compile_later(r"(?<!\S)(https?://|mailto:|tel:)")
_OFTEN = 1000  # resources between two progress reports

Ask = Callable[[str], Iterable[Row]]
Named = tuple[Iri, str, int, str]  # a resource, a name of it, the rank of the property, the language
T = TypeVar("T")


class Texts(NamedTuple):
    """The label of each resource that has one, by IRI, and its other texts, the reader's languages first."""

    labels: dict[str, str]
    names: dict[str, set[str]]
    kinds: dict[str, list[Term]]
    descriptions: dict[str, list[str]]
    neighbours: dict[str, list[str]]
    sources: frozenset[str] = frozenset()

    def entries(self, on_progress: Progress) -> Iterator[tuple[str, Entry]]:
        """Each thing with its texts, by label, so that equals have one order; reports progress."""
        by_label = sorted(self.labels.items(), key=itemgetter(1, 0))
        for number, (thing, label) in enumerate(by_label, 1):
            kinds = sorted(self.kinds.get(thing, ()), key=str)
            descriptions = tuple(self.descriptions.get(thing, ()))
            neighbours = tuple(sorted(self.neighbours.get(thing, ())))
            names = tuple(sorted(self.names[thing]))
            classes = tuple(dict.fromkeys(kind.value for kind in kinds if isinstance(kind, Iri)))
            called = tuple(called for kind in kinds if (called := self._kind(kind)))
            is_term = any(map(is_of_terms, classes))
            is_source = thing in self.sources
            slug = local_name(thing).casefold()
            yield (
                thing,
                Entry(label, names, descriptions, neighbours, called, classes, is_term, slug, is_source),
            )
            if number % _OFTEN == 0 or number == len(self.labels):
                on_progress("Indexing the words", number, len(self.labels))

    def classes(self) -> Iterator[str]:
        """Return the classes that have instances."""
        return (kind.value for kinds in self.kinds.values() for kind in kinds if isinstance(kind, Iri))

    def _kind(self, kind: Term) -> Kind | None:
        if isinstance(kind, Iri):
            return self.labels.get(kind.value) or (kind.value,)
        return kind.value if isinstance(kind, Literal) else None


def read_texts(
    store: Store, ask: Ask, languages: Languages = ENGLISH, named: Iterable[Named] | None = None
) -> Texts:
    """Read the texts of a store; `ask` runs the queries for all but names, which may be `named`."""
    places: dict[str, LabelRank] = {}
    names: dict[str, set[str]] = {}
    for bearer, name, rank, language in iter_names(store) if named is None else named:
        thing, place = bearer.value, label_rank(name, rank, language, languages)
        if thing not in places or place < places[thing]:
            places[thing] = place
        names.setdefault(thing, set()).add(name)
    labels = {thing: place[-1] for thing, place in places.items()}
    del places  # takes more memory than the texts
    kinds = _grouped((thing, kind) for thing, kind in ask(KINDS) if kind)
    texts = _grouped((thing, text) for thing, text in ask(_DESCRIPTIONS) if isinstance(text, Literal))
    descriptions = {thing: _in_order(each, languages) for thing, each in texts.items()}
    classes = {kind.value for each in kinds.values() for kind in each if isinstance(kind, Iri)}
    values = ((thing, value.value) for thing, value in ask(LINKS) if isinstance(value, Iri))
    shown = ((thing, labels.get(iri) or _address(iri, kinds, classes)) for thing, iri in values)
    written = ((thing, SCHEME.sub("", str(text))) for thing, text in ask(_ADDRESSES))
    neighbours = _grouped((thing, text) for thing, text in chain(shown, written) if text)
    sources = frozenset(source.value for (source,) in ask(SOURCES) if isinstance(source, Iri))
    return Texts(labels, names, kinds, descriptions, neighbours, sources)


def _address(iri: str, described: Container[str], classes: Container[str]) -> str | None:
    """Return a mailbox or a page that is linked to, without its scheme; None for a thing of the graph."""
    scheme = SCHEME.match(iri)
    return iri[scheme.end() :] if scheme and iri not in described and iri not in classes else None


def _in_order(texts: Iterable[Literal], languages: Languages) -> list[str]:
    ordered = sorted(texts, key=lambda text: (language_key(text.language, languages), text.value))
    return [text.value for text in ordered if text.value]


def _grouped(rows: Iterable[tuple[Term | None, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for thing, value in rows:
        if isinstance(thing, Iri):
            found.setdefault(thing.value, []).append(value)
    return found
