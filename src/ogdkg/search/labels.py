"""`LabelIndex`: the names of resources in memory, and the resource that a typed name stands for.

A name is a label, an alias, a code, a slug, a CURIE or an IRI. `indexed_names` answers the same from the word
index of a large graph; `resolver` uses both for the parameters of stored queries.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.errors import UnknownNameError, UsageError, nearest
from ogdkg.rdf.labels import ALIAS_RANK, ENGLISH, NAMES, PROPERTY_RANKS, Languages, iri_list, label_rank
from ogdkg.rdf.terms import (
    RDF,
    RDFS,
    Blank,
    Iri,
    Literal,
    Term,
    compact,
    expand,
    local_name,
    parse_iri,
    to_ntriples,
)
from ogdkg.search.narrower import PROLOGUE, naming_pairs
from ogdkg.store.base import Rows, Store, remembered, select

if TYPE_CHECKING:
    from ogdkg.search.name_cache import Names

# The ranks stand in no second column of VALUES: Virtuoso may find nothing by one beside a path.
_KINDS = f"VALUES ?kind {{ {iri_list(NAMES)} }}"
_RANKS: dict[Term | None, int] = {Iri(iri): rank for iri, rank in PROPERTY_RANKS.items()}
_NARROWER = "?property rdfs:subPropertyOf+ ?kind"
_IN_CLASS = "?type rdfs:subClassOf* ?_class_iri . ?thing a ?type"


def _names_query(branches: str) -> str:
    return f"{PROLOGUE}\nSELECT DISTINCT ?thing ?name ?kind {{ {branches} }}"


def _chosen_query(condition: str) -> str:
    """For the embedded engine, which joins all names where no OPTIONAL looks up those of chosen things."""
    return _names_query(
        f"{{ {{ SELECT DISTINCT ?thing {{ {condition} }} }} OPTIONAL {{ ?thing ?kind ?name }} "
        f"FILTER(?kind IN ({', '.join(f'<{iri}>' for iri in NAMES)})) }} "
        f"UNION {{ {_KINDS} {_NARROWER} . {condition} . ?thing ?property ?name }}"
    )


_OF_ALL = _names_query(f"{_KINDS} {{ ?thing ?kind ?name }} UNION {{ {_NARROWER} . ?thing ?property ?name }}")
# The class stands in both branches, since rdflib joins a third group only once it has read the whole of it.
_OF_CLASS = _names_query(
    f"{_KINDS} {{ {_IN_CLASS} . ?thing ?kind ?name }} "
    f"UNION {{ {_NARROWER} . {_IN_CLASS} . ?thing ?property ?name }}"
)
_OF_CHOSEN = _chosen_query(_IN_CLASS)
_SHORT, _LONG = 3, 200  # letters of what is a code rather than a name; and of what is no misspelt name
MOST_CHOICES = 20  # of things with a name that a message lists
_AT_ONCE = 8  # things whose names are asked for together: of more the embedded engine would read all names


class LabelIndex:
    """The names of some resources: the resources by folded name in any language, and the label of each.

    Attributes:
        labels: The label of each resource.
        places: How well the label of each serves.
        bearers: The resources that bear each name, which is folded; by the rank of the name: 0 for a label.
        is_part: Whether other resources have names too, so that an IRI without one is unknown.
    """

    def __init__(
        self, prefixes: Mapping[str, str], languages: Languages = ENGLISH, names: Names | None = None
    ) -> None:
        self.prefixes, self.languages = prefixes, languages
        self.labels, self.places, self.bearers = names or ({}, {}, {})
        self.is_part = False
        # Folded names by their letters, and by resource, once asked for.
        self._spelt: dict[str, list[str]] = {}
        self._borne_by: dict[Iri, list[str]] = {}

    def add(self, thing: Iri, name: str, rank: int, language: str = "") -> None:
        """Add a name; `rank` is that of its property and language, see `rdf.labels.label_rank`."""
        place = label_rank(name, rank, language, self.languages)
        if thing not in self.places or place < self.places[thing]:
            self.places[thing], self.labels[thing] = place, name
        self._spelt.clear()
        self._borne_by.clear()
        bearers = self.bearers.setdefault(_folded(name), {})
        bearers[thing] = min(int(rank >= ALIAS_RANK), bearers.get(thing, 1))

    def find(self, text: str, what: str = "thing") -> Iri:
        """Return the resource with a name; a label wins over another name, and that over a slug.

        Of several labels, the one that a resource is shown by wins over a title that it has too, and the same
        capitals win over others.

        Args:
            text: The name.
            what: What error messages call the resource.

        Raises:
            UsageError: No resource has the name, or several have it.
        """
        if given := self._iri(text):
            if given in self.labels or not (self.labels or self.is_part):
                return given
            raise self.unknown(text, what)
        bearers = self._borne(text)
        least = min(bearers.values(), default=0)
        best = self._shown_so(text, [thing for thing, rank in bearers.items() if rank == least])
        if len(best) > 1:
            meanings = sorted(self.curie_and_label(thing) for thing in best)
            more = f", and {len(best) - MOST_CHOICES:,} more" if len(best) > MOST_CHOICES else ""
            hint = f"Choose one of: {', '.join(meanings[:MOST_CHOICES])}{more}."
            raise UsageError(f"{text!r} names more than one {what}.", hint=hint)
        if not best:
            raise self.unknown(text, what)
        return best[0]

    def suggested(self, text: str, most: int = 3) -> list[Iri]:
        """Return the resources whose names are most like a text: in their letters, or else in a word."""
        from ogdkg.search.folding import letters, words  # only for what is no name as it is typed

        short = len(letters(text)) <= _SHORT
        spellings = [spelt for spelt in self._spellings if short or len(spelt) > _SHORT]
        near = [name for spelt in nearest(letters(text), spellings, most) for name in self._spelt[spelt]]
        wanted = {word for word in words(text[:_LONG]) if len(word) > _SHORT}
        shared = {name: len(wanted.intersection(words(name))) for name in self.bearers} if wanted else {}
        sharing = sorted(
            (name for name in shared if shared[name]), key=lambda name: (-shared[name], len(name), name)
        )
        found = dict.fromkeys(
            thing for name in (*near, *sharing) for thing in sorted(self.bearers[name], key=str)
        )
        return list(found)[:most]

    def unknown(self, text: str, what: str) -> UnknownNameError:
        """Return the error for a name that no resource has, with those that are most like it."""
        near = [
            f"{self.labels[thing]} ({compact(thing.value, self.prefixes) or thing.value})"
            for thing in self.suggested(text)
        ]
        return UnknownNameError(what, text, (), see=f"Did you mean {' or '.join(near)}?" if near else None)

    def joined(self, other: LabelIndex) -> LabelIndex:
        """Return an index with these names and those of another."""
        names: Names = self.labels | other.labels, self.places | other.places, {}
        both = LabelIndex(self.prefixes, self.languages, names)
        for bearers in (self.bearers, other.bearers):
            for name, things in bearers.items():
                both.bearers[name] = both.bearers.get(name, {}) | things
        return both

    def among(self, things: Set[Iri]) -> LabelIndex:
        """Return an index with the names of some of the resources."""
        few = LabelIndex(self.prefixes, self.languages)
        if not self._borne_by:
            for name, bearers in self.bearers.items():
                for thing in bearers:
                    self._borne_by.setdefault(thing, []).append(name)
        for thing in (each for each in self.labels if each in things):
            few.labels[thing], few.places[thing] = self.labels[thing], self.places[thing]
            for name in self._borne_by[thing]:
                few.bearers.setdefault(name, {})[thing] = self.bearers[name][thing]
        return few

    def label(self, thing: Iri) -> str | None:
        """Return the label of a resource; None if it has no name."""
        return self.labels.get(thing)

    def language(self, thing: Iri) -> str:
        """Return the language of the label of a resource; empty if it has none."""
        return self.places[thing][3] if thing in self.places else ""

    def read(self, things: Iterable[Iri]) -> None:
        """Do nothing: all labels are at hand."""

    def candidates(self, text: str) -> list[Iri]:
        """Return all resources with a name, those first that have it as their label."""
        bearers = self._borne(text)
        return sorted(bearers, key=lambda thing: (bearers[thing], thing.value))

    def things_with_word(self, word: str) -> list[Iri]:
        """Return the resources with a word in their label, the shortest label first."""
        found = re.compile(rf"\b{re.escape(word)}\b")
        things = (
            (thing for thing, label in self.labels.items() if found.search(label)) if word.isalnum() else ()
        )
        return sorted(things, key=lambda thing: (len(self.labels[thing]), self.labels[thing], thing.value))

    def aliases(self) -> list[str]:
        """Return the names that are nobody's label."""
        return [name for name, bearers in self.bearers.items() if all(bearers.values())]

    def curie_and_label(self, thing: Iri) -> str:
        """Return a resource as messages show it: CURIE or IRI, and label."""
        return f"{compact(thing.value, self.prefixes) or thing.value} ({self.labels[thing]})"

    def _shown_so(self, text: str, things: list[Iri]) -> list[Iri]:
        """Return the resources among several that are shown by this name, if there are any."""
        if len(things) > 1:
            things = [thing for thing in things if _folded(self.labels[thing]) == _folded(text)] or things
        return [thing for thing in things if self.labels[thing] == text] or things

    def _borne(self, text: str) -> dict[Iri, int]:
        """Return the resources with a name, this slug or these letters, and the rank of the name."""
        return (
            self.bearers.get(_folded(text))
            or dict.fromkeys(self._by_slug(text), 2)
            or self._alike(text)
            or self._alike(turned(text))
        )

    def _alike(self, text: str) -> dict[Iri, int]:
        """Return the resources with a name of these letters, whatever its accents, spaces and punctuation."""
        from ogdkg.search.folding import letters  # as in `suggested`

        bearers: dict[Iri, int] = {}
        spelt = letters(text)
        for name in self._spellings.get(spelt, ()) if spelt else ():
            for thing, rank in self.bearers[name].items():
                bearers[thing] = min(rank, bearers.get(thing, rank))
        return bearers

    @property
    def _spellings(self) -> dict[str, list[str]]:
        from ogdkg.search.folding import letters  # as in `suggested`

        if not self._spelt:
            for name in self.bearers:
                self._spelt.setdefault(letters(name), []).append(name)
        return self._spelt

    def _iri(self, text: str) -> Iri | None:
        is_name = _folded(text) in self.bearers and not reads_as_iri(text)
        return None if is_name else iri_of(text, self.prefixes)

    def _by_slug(self, text: str) -> Iterator[Iri]:
        slug = text.casefold()
        return (thing for thing in self.labels if local_name(thing.value).casefold() == slug)


def iri_of(text: str, prefixes: Mapping[str, str]) -> Iri | None:
    """Return the IRI that a text is or abbreviates as a CURIE, if any; UsageError for an invalid IRI."""
    return parse_iri(text) if reads_as_iri(text) else expand(text, prefixes)


def turned(text: str) -> str:
    """Return a name as it is out of lists: "Republic of Korea" for "Korea, Republic of"; else nothing."""
    first, _, last = text.partition(", ")
    return f"{last} {first}" if last else ""


def reads_as_iri(text: str) -> bool:
    """Whether a text is taken for an IRI rather than for a name."""
    return "://" in text or text.startswith("<")


def _bound(text: str, thing_class: Iri) -> str:
    from ogdkg.catalogue.catalogue import StoredQuery  # who asks for all names needs no class

    return StoredQuery(text, "names").bind({"class": [thing_class]})


def names_of_class(
    store: Store, thing_class: Iri, prefixes: Mapping[str, str], languages: Languages = ENGLISH
) -> LabelIndex:
    """Return the names of all instances of a class and of its subclasses."""

    def query() -> str:
        text = _naming(store, _IN_CLASS) if hasattr(store, "is_selective") else _OF_CLASS
        return _bound(text, thing_class)

    return _names(store, query, prefixes, languages, thing_class.value)


def names_matching(
    store: Store,
    thing_class: Iri,
    prefixes: Mapping[str, str],
    texts: Iterable[str],
    languages: Languages = ENGLISH,
) -> LabelIndex:
    """Return the names of a class that may equal the texts, filtered by the engine; slugs are left out.

    The engine folds only the case of ASCII letters, and no spaces, so all names with other characters are
    returned too.
    """
    texts = list(texts)
    names = ", ".join(to_ntriples(Literal(_folded(text))) for text in texts)
    things = ", ".join(to_ntriples(iri) for text in texts if (iri := expand(text, prefixes)))
    meant = f"LCASE(STR(?name)) IN ({names})" + (f" || ?thing IN ({things})" if things else "")
    whole = _bound(_OF_CHOSEN, thing_class).rstrip().removesuffix("}")
    query = f'{whole} FILTER({meant} || REGEX(STR(?name), "[^!-~ ]|  |^ | $")) }}'
    return _names(store, lambda: query, prefixes, languages, query)


def names_of_all(store: Store, prefixes: Mapping[str, str], languages: Languages = ENGLISH) -> LabelIndex:
    """Return the names of everything that has one."""

    def query() -> str:
        return _naming(store) if hasattr(store, "is_selective") else _OF_ALL

    return _names(store, query, prefixes, languages, "")


def _naming(store: Store, condition: str = "") -> str:
    """A query for names that lists the properties that it looks at, the narrower ones too."""

    def read() -> str:
        pairs = {(name, name) for name in NAMES} | naming_pairs(store)
        return " ".join(f"(<{name}> <{kind}>)" for name, kind in sorted(pairs))

    pairs = remembered(store, "narrower names", read)
    return _names_query(f"VALUES (?property ?kind) {{ {pairs} }} {{ {condition} }} ?thing ?property ?name")


def naming_properties(store: Store) -> frozenset[str]:
    """Return the properties that names depend on: no triple of another changes them."""

    def read() -> frozenset[str]:
        named = (narrower for narrower, _ in naming_pairs(store))
        return frozenset({*NAMES, *named, RDF + "type", RDFS + "subClassOf", RDFS + "subPropertyOf"})

    return remembered(store, "naming", read)


def iter_names(store: Store) -> Iterator[tuple[Iri, str, int, str]]:
    """Yield each resource with each of its names, the rank of the naming property, and the language tag."""
    return _named(select(store, _OF_ALL))


def names_of_things(
    store: Store,
    things: Iterable[Iri],
    prefixes: Mapping[str, str],
    languages: Languages = ENGLISH,
    of: Iri | None = None,
) -> LabelIndex:
    """Return the names of a few resources, queried by IRI; with `of`, only of the instances of a class."""
    names, left = LabelIndex(prefixes, languages), iter(things)
    while some := list(islice(left, _AT_ONCE)):
        chosen = " ".join(map(to_ntriples, some))
        query = _chosen_query(f"VALUES ?thing {{ {chosen} }} {_IN_CLASS if of else ''}")
        asked = _bound(query, of) if of else query
        for named in _named(select(store, asked)):
            names.add(*named)
    return names


def _names(
    store: Store, query: Callable[[], str], prefixes: Mapping[str, str], languages: Languages, of: str
) -> LabelIndex:
    """Return the names that a query finds; `of` tells the query from others."""

    def made() -> LabelIndex:
        names = LabelIndex(prefixes, languages)
        for named in _named(select(store, query())):
            names.add(*named)
        return names

    def read() -> LabelIndex:
        if not hasattr(store, "table"):
            return made()
        from ogdkg.search.name_cache import kept_names  # only where names are kept

        return LabelIndex(prefixes, languages, kept_names(store.table, repr((of, languages)), made))

    found = remembered(store, ("names", of, languages), read)
    # The names are the same whatever abbreviates an IRI: to compare prefixes would read files for them.
    if found.prefixes is prefixes:
        return found
    return LabelIndex(prefixes, languages, (found.labels, found.places, found.bearers))


def _named(result: Rows) -> Iterator[tuple[Iri, str, int, str]]:
    for thing, name, kind in result.rows:
        if isinstance(thing, Iri) and name:
            language = name.language if isinstance(name, Literal) else ""
            yield thing, text_of(name), _RANKS.get(kind, ALIAS_RANK), language


def text_of(term: Term) -> str:
    """Return the text of a name, also of one that is no literal."""
    return term.label if isinstance(term, Blank) else str(term)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
