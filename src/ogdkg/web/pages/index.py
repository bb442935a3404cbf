"""All things of a graph by name, by kind, and by the values of the properties of `[search] filters`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import RDF, Iri, expand, is_iri, to_ntriples
from ogdkg.search.folding import unaccented
from ogdkg.search.things import things_of_class
from ogdkg.web.pages.plurals import Plurals

PAGE = 200  # names of a page
KIND, LETTER = "kind", "letter"
_OURS = (KIND, LETTER, "page")  # fields of the address, which no filter can be named
OTHER = "#"  # the letter of what begins with none
_MOST = 50_000  # things that are listed
_MOST_FAR = 2_000  # of a graph that is not in memory
_FAR = "SELECT DISTINCT ?thing {{ ?thing a ?class FILTER(ISIRI(?thing)) }} LIMIT {most}"
_OF_FAR = "VALUES ?thing {{ {things} }} "
_MOST_VALUES = 60  # of a facet
_TYPE = Iri(RDF + "type")


class Entry(NamedTuple):
    """A thing in the list: its name, the letter it stands under, and its values by facet."""

    thing: Iri
    name: str
    letter: str
    values: Mapping[str, frozenset[Iri]]


class Choosable(NamedTuple):
    """A value that narrows the list: its name, how many would be left, and whether it is chosen."""

    key: str
    name: str
    number: int
    is_chosen: bool


class Facet(NamedTuple):
    """What narrows a page: its field in the address, its name, and its values."""

    field: str
    name: str
    choices: list[Choosable]


class Chosen(NamedTuple):
    """A list: what is on the page, of how many, and how it may be narrowed."""

    entries: list[Entry]
    number: int
    page: int
    last: int
    letters: list[Choosable]
    facets: list[tuple[str, list[Choosable]]]


class Index:
    """The things of a graph.

    Args:
        citations: Their names.
        plurals: What to call the things of a class.
    """

    def __init__(self, citations: Citations, plurals: Plurals) -> None:
        self._citations, self._plurals = citations, plurals
        self._graph = citations.graph
        filters = self._graph.project.search_facets.items()
        own = {name: predicate for name, predicate in filters if name not in _OURS}
        self.facets: Mapping[str, Iri] = {KIND: _TYPE, **own}

    @cached_property
    def entries(self) -> list[Entry]:
        """All things, by name."""
        values: dict[Iri, dict[str, set[Iri]]] = {thing: {} for thing in self._things()}
        for facet, found in self._values(values):
            for thing, value in found:
                if thing in values:
                    values[thing].setdefault(facet, set()).add(value)
        entries = [self._entry(thing, by_facet) for thing, by_facet in values.items()]
        return sorted(entries, key=lambda each: (unaccented(each.name), each.thing.value))

    @property
    def is_whole(self) -> bool:
        """Whether every thing is listed: of a large graph, or one on a server, only some are."""
        return len(self.entries) < (_MOST if self._graph.is_in_memory else _MOST_FAR)

    def _things(self) -> Iterable[Iri]:
        if self._graph.is_in_memory:
            return islice(things_of_class(self._graph, None), _MOST)
        rows = self._graph.select(_FAR.format(most=_MOST_FAR), limited=False)
        return (row[0] for row in rows if isinstance(row[0], Iri))

    def _values(self, things: Iterable[Iri]) -> Iterator[tuple[str, Iterable[tuple[Iri, Iri]]]]:
        chosen = "" if self._graph.is_in_memory else _OF_FAR.format(things=" ".join(map(to_ntriples, things)))
        for facet, predicate in self.facets.items():
            query = f"SELECT DISTINCT ?thing ?value {{ {chosen}?thing {to_ntriples(predicate)} ?value }}"
            rows = self._graph.select(query, limited=False)
            yield facet, ((a, b) for a, b in rows if isinstance(a, Iri) and isinstance(b, Iri))

    def _entry(self, thing: Iri, values: Mapping[str, Iterable[Iri]]) -> Entry:
        name = self._citations.label(thing)
        kept = {facet: frozenset(found) for facet, found in values.items()}
        return Entry(thing, name, letter_of(name), kept)

    def chosen(self, given: Mapping[str, str], page: int = 1) -> Chosen:
        """Return the things that fit.

        Args:
            given: The chosen values by facet, each as a CURIE or an IRI, and `letter`.
            page: The page, from 1.
        """
        wanted = {facet: self._iri(given[facet]) for facet in self.facets if given.get(facet)}
        fitting = self._fitting(wanted)
        letter = given.get(LETTER, "")
        letters = [
            Choosable(each, each, number, each == letter)
            for each, number in sorted(Counter(entry.letter for entry in fitting).items(), key=_letters_last)
        ]
        shown = [entry for entry in fitting if not letter or entry.letter == letter]
        last = max(-(-len(shown) // PAGE), 1)
        start = (min(page, last) - 1) * PAGE
        facets = [(facet, self._choosable(facet, wanted, letter)) for facet in self.facets]
        return Chosen(
            shown[start : start + PAGE], len(shown), min(page, last), last, letters,
            [(facet, values) for facet, values in facets if values],
        )  # fmt: skip

    def _choosable(self, facet: str, wanted: Mapping[str, Iri], letter: str) -> list[Choosable]:
        """The values of a facet, the most frequent first, as the other choices leave them."""
        others = {each: value for each, value in wanted.items() if each != facet}
        counts = self._counts[facet] if not (others or letter) else self._counted(facet, others, letter)
        chosen = wanted.get(facet)
        found = sorted(counts.items(), key=lambda each: (-each[1], each[0].value))[:_MOST_VALUES]
        label = self._plurals.of if facet == KIND else self._citations.property_label
        short = self._citations.short
        return [Choosable(short(value), label(value), number, value == chosen) for value, number in found]

    @cached_property
    def _counts(self) -> Mapping[str, Counter[Iri]]:
        """How many things have each value of a facet, without a choice."""
        return {facet: self._counted(facet, {}, "") for facet in self.facets}

    def _counted(self, facet: str, wanted: Mapping[str, Iri], letter: str) -> Counter[Iri]:
        entries = (each for each in self._fitting(wanted) if not letter or each.letter == letter)
        return Counter(value for entry in entries for value in entry.values.get(facet, ()))

    def _fitting(self, wanted: Mapping[str, Iri]) -> Sequence[Entry]:
        """The things that have all of some values, by name."""
        having = [self._having.get(each, ()) for each in wanted.items()]
        fewest = min(having, key=len, default=self.entries)
        return [entry for entry in fewest if _fits(entry, wanted)] if len(having) > 1 else fewest

    @cached_property
    def _having(self) -> Mapping[tuple[str, Iri], Sequence[Entry]]:
        """The things that have a value, by name."""
        found: dict[tuple[str, Iri], list[Entry]] = {}
        for entry in self.entries:
            for facet, values in entry.values.items():
                for value in values:
                    found.setdefault((facet, value), []).append(entry)
        return found

    def _iri(self, text: str) -> Iri:
        found = expand(text, self._citations.prefixes)
        return found or Iri(text if is_iri(text) else "urn:none")


def _fits(entry: Entry, wanted: Mapping[str, Iri]) -> bool:
    return all(value in entry.values.get(facet, ()) for facet, value in wanted.items())


def _letters_last(each: tuple[str, int]) -> tuple[bool, str]:
    return not each[0].isalpha(), each[0]


def letter_of(name: str) -> str:
    """The letter that a name stands under.

    >>> letter_of("Éire"), letter_of("1,000 trees"), letter_of("北京")
    ('E', '#', '北')
    """
    first = next((part for part in unaccented(name[:200]) if part.isalnum()), "")
    return first.upper() if first.isalpha() else OTHER
