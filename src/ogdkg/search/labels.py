"""`LabelIndex`: the names of resources in memory, and the resource that a typed name stands for.

A name is a label, an alias, a code, a slug, a CURIE or an IRI. `indexed_names` answers the same from the word
index of a large graph; `resolver` uses both for the parameters of stored queries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import islice

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import UnknownNameError, UsageError, nearest
from ogdkg.rdf.labels import (
    ALIAS_RANK,
    ENGLISH,
    NAMES,
    PROPERTY_RANKS,
    LabelRank,
    Languages,
    iri_list,
    label_rank,
)
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
from ogdkg.store.base import Rows, Store, remembered, select

PROLOGUE = f"PREFIX rdfs: <{RDFS}>"
# The ranks stand in no second column of VALUES: Virtuoso may find nothing by one beside a path.
_KINDS = f"VALUES ?kind {{ {iri_list(NAMES)} }}"
_RANKS: dict[Term | None, int] = {Iri(iri): rank for iri, rank in PROPERTY_RANKS.items()}
_NARROWER = "?property rdfs:subPropertyOf+ ?kind"
_IN_CLASS = "?type rdfs:subClassOf* ?_class_iri . ?thing a ?type"


def _names_query(branches: str) -> str:
    return f"{PROLOGUE}\nSELECT DISTINCT ?thing ?name ?kind {{ {branches} }}"


def _chosen_query(condition: str) -> str:
    """For the embedded engine, which reads every name there is unless the things are chosen first.

    rdflib does so if they are.
    """
    return _names_query(
        f"{{ {{ SELECT DISTINCT ?thing {{ {condition} }} }} ?thing ?kind ?name {_KINDS} }} "
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
_AT_ONCE = 8  # things whose names are asked for together: of more the embedded engine would read all names


@dataclass(slots=True)
class LabelIndex:
    """The names of some resources: the resources by folded name in any language, and the label of each."""

    prefixes: Mapping[str, str]
    languages: Languages = ENGLISH
    labels: dict[Iri, str] = field(default_factory=dict)
    _places: dict[Iri, LabelRank] = field(default_factory=dict)
    _bearers: dict[str, dict[Iri, int]] = field(default_factory=dict)
    _spelt: dict[str, list[str]] = field(
        default_factory=dict
    )  # folded names by their letters, once asked for

    def add(self, thing: Iri, name: str, rank: int, language: str = "") -> None:
        """Add a name; `rank` is that of its property and language, see `rdf.labels.label_rank`."""
        place = label_rank(name, rank, language, self.languages)
        if thing not in self._places or place < self._places[thing]:
            self._places[thing], self.labels[thing] = place, name
        self._spelt.clear()
        bearers = self._bearers.setdefault(_folded(name), {})
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
            if given in self.labels or not self.labels:
                return given
            raise self._unknown(text, what)
        bearers = self._borne(text)
        best = self._shown_so(
            text, [thing for thing, rank in bearers.items() if rank == min(bearers.values())]
        )
        if len(best) > 1:
            meanings = ", ".join(sorted(self.curie_and_label(thing) for thing in best))
            raise UsageError(f"{text!r} names more than one {what}.", hint=f"Choose one of: {meanings}.")
        if not best:
            raise self._unknown(text, what)
        return best[0]

    def suggested(self, text: str, most: int = 3) -> list[Iri]:
        """Return the resources whose names are most like a text: in their letters, or else in a word."""
        from ogdkg.search.folding import letters, words  # only for what is no name as it is typed

        short = len(letters(text)) <= _SHORT
        spellings = [spelt for spelt in self._spellings if short or len(spelt) > _SHORT]
        near = [name for spelt in nearest(letters(text), spellings, most) for name in self._spelt[spelt]]
        wanted = {word for word in words(text[:_LONG]) if len(word) > _SHORT}
        shared = {name: len(wanted.intersection(words(name))) for name in self._bearers} if wanted else {}
        sharing = sorted(
            (name for name in shared if shared[name]), key=lambda name: (-shared[name], len(name), name)
        )
        found = dict.fromkeys(
            thing for name in (*near, *sharing) for thing in sorted(self._bearers[name], key=str)
        )
        return list(found)[:most]

    def _unknown(self, text: str, what: str) -> UnknownNameError:
        near = [
            f"{self.labels[thing]} ({compact(thing.value, self.prefixes) or thing.value})"
            for thing in self.suggested(text)
        ]
        return UnknownNameError(what, text, (), see=f"Did you mean {' or '.join(near)}?" if near else None)

    def joined(self, other: LabelIndex) -> LabelIndex:
        """Return an index with these names and those of another."""
        both = LabelIndex(
            self.prefixes, self.languages, self.labels | other.labels, self._places | other._places
        )
        for bearers in (self._bearers, other._bearers):
            for name, things in bearers.items():
                both._bearers[name] = both._bearers.get(name, {}) | things
        return both

    def among(self, things: Set[Iri]) -> LabelIndex:
        """Return an index with the names of some of the resources."""
        chosen = self.labels.keys() & things
        few = LabelIndex(
            self.prefixes,
            self.languages,
            {thing: self.labels[thing] for thing in chosen},
            {thing: self._places[thing] for thing in chosen},
        )
        for name, bearers in self._bearers.items():
            if found := {thing: rank for thing, rank in bearers.items() if thing in chosen}:
                few._bearers[name] = found
        return few

    def label(self, thing: Iri) -> str | None:
        """Return the label of a resource; None if it has no name."""
        return self.labels.get(thing)

    def language(self, thing: Iri) -> str:
        """Return the language of the label of a resource; empty if it has none."""
        return self._places[thing][3] if thing in self._places else ""

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
        return [name for name, bearers in self._bearers.items() if all(bearers.values())]

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
            self._bearers.get(_folded(text))
            or dict.fromkeys(self._by_slug(text), 2)
            or self._alike(text)
            or self._alike(_turned(text))
        )

    def _alike(self, text: str) -> dict[Iri, int]:
        """Return the resources with a name of these letters, whatever its accents, spaces and punctuation."""
        from ogdkg.search.folding import letters  # as in `suggested`

        bearers: dict[Iri, int] = {}
        spelt = letters(text)
        for name in self._spellings.get(spelt, ()) if spelt else ():
            for thing, rank in self._bearers[name].items():
                bearers[thing] = min(rank, bearers.get(thing, rank))
        return bearers

    @property
    def _spellings(self) -> dict[str, list[str]]:
        from ogdkg.search.folding import letters  # as in `suggested`

        if not self._spelt:
            for name in self._bearers:
                self._spelt.setdefault(letters(name), []).append(name)
        return self._spelt

    def _iri(self, text: str) -> Iri | None:
        is_name = _folded(text) in self._bearers and not reads_as_iri(text)
        return None if is_name else iri_of(text, self.prefixes)

    def _by_slug(self, text: str) -> Iterator[Iri]:
        slug = text.casefold()
        return (thing for thing in self.labels if local_name(thing.value).casefold() == slug)


def iri_of(text: str, prefixes: Mapping[str, str]) -> Iri | None:
    """Return the IRI that a text is or abbreviates as a CURIE, if any; UsageError for an invalid IRI."""
    return parse_iri(text) if reads_as_iri(text) else expand(text, prefixes)


def _turned(text: str) -> str:
    """Return a name as it is out of lists: "Republic of Korea" for "Korea, Republic of"; else nothing."""
    first, _, last = text.partition(", ")
    return f"{last} {first}" if last else ""


def reads_as_iri(text: str) -> bool:
    """Whether a text is taken for an IRI rather than for a name."""
    return "://" in text or text.startswith("<")


def names_of_class(
    store: Store, thing_class: Iri, prefixes: Mapping[str, str], languages: Languages = ENGLISH
) -> LabelIndex:
    """Return the names of all instances of a class and of its subclasses."""
    query = StoredQuery(_OF_CLASS, "names").bind({"class": [thing_class]})
    return _names(store, query, prefixes, languages)


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
    whole = StoredQuery(_OF_CHOSEN, "names").bind({"class": [thing_class]}).rstrip().removesuffix("}")
    query = f'{whole} FILTER({meant} || REGEX(STR(?name), "[^!-~ ]|  |^ | $")) }}'
    return _names(store, query, prefixes, languages)


def names_of_all(store: Store, prefixes: Mapping[str, str], languages: Languages = ENGLISH) -> LabelIndex:
    """Return the names of everything that has one."""
    return _names(store, _OF_ALL, prefixes, languages)


def naming_properties(store: Store) -> frozenset[str]:
    """Return the properties that names depend on: no triple of another changes them."""

    def read() -> frozenset[str]:
        narrower = select(store, f"{PROLOGUE}\nSELECT DISTINCT ?property {{ {_KINDS} {_NARROWER} }}")
        named = {row[0].value for row in narrower.rows if isinstance(row[0], Iri)}
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
        asked = StoredQuery(query, "names").bind({"class": [of]}) if of else query
        for named in _named(select(store, asked)):
            names.add(*named)
    return names


def names_among(
    store: Store, things: Iterable[Term | None], prefixes: Mapping[str, str], languages: Languages = ENGLISH
) -> LabelIndex:
    """Return the names of some resources; one without a name has its local name."""
    chosen: set[Iri] = {thing for thing in things if isinstance(thing, Iri)}
    return _with_local(names_of_all(store, prefixes, languages).among(chosen), chosen)


def find_class(store: Store, text: str, prefixes: Mapping[str, str]) -> Iri:
    """Return the class with a name, among the classes that have instances."""
    result = select(store, "SELECT DISTINCT ?class { ?thing a ?class }")
    return names_among(store, (row[0] for row in result.rows), prefixes).find(text, "class")


def find_among(store: Store, text: str, prefixes: Mapping[str, str], classes: Iterable[Iri]) -> Iri:
    """Return the class with a name, among the classes given: only their names are read."""
    known = list(classes)
    return _with_local(names_of_things(store, known, prefixes), known).find(text, "class")


def _with_local(names: LabelIndex, things: Iterable[Iri]) -> LabelIndex:
    for thing in {*things} - names.labels.keys():
        names.add(thing, local_name(thing.value), ALIAS_RANK)
    return names


def class_of(query: StoredQuery, thing_class: str, prefixes: Mapping[str, str]) -> Iri:
    """Return the class in the header of a query: a CURIE of the query or the project, or an IRI."""
    return expand(thing_class, {**prefixes, **query.prefixes}) or parse_iri(thing_class)


def _names(store: Store, query: str, prefixes: Mapping[str, str], languages: Languages) -> LabelIndex:
    def read() -> LabelIndex:
        names = LabelIndex(prefixes, languages)
        for named in _named(select(store, query)):
            names.add(*named)
        return names

    return remembered(store, (query, tuple(prefixes.items()), languages), read)


def _named(result: Rows) -> Iterator[tuple[Iri, str, int, str]]:
    for thing, name, kind in result.rows:
        if isinstance(thing, Iri) and name:
            language = name.language if isinstance(name, Literal) else ""
            yield thing, _text(name), _RANKS.get(kind, ALIAS_RANK), language


def _text(term: Term) -> str:
    return term.label if isinstance(term, Blank) else str(term)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
