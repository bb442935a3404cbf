"""The things of some kinds, the links between them, and which of them are left by what is chosen."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple, cast

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.search.folding import unaccented
from ogdkg.store.base import MatchingStore
from ogdkg.web.pages.index import KIND, Choosable, Facet, Index

_MOST_OF_KIND = 3_000  # things of a kind that are read
_MOST_SAID = 2_000  # statements about a thing that are read
_MOST_CHOICES = 60  # of a facet
_MOST_WORDS = 3  # properties that a link names
_OF_KIND = """SELECT DISTINCT ?thing {{
  ?type <http://www.w3.org/2000/01/rdf-schema#subClassOf>* {kind} . ?thing a ?type FILTER(ISIRI(?thing))
}} ORDER BY ?thing LIMIT {most}"""


class Joined(NamedTuple):
    """A link from a thing to another: the names of its properties, and whether rules alone make it."""

    one: Iri
    other: Iri
    words: str
    is_derived: bool


class LinkedThings:
    """The things of some kinds of a graph, and the links between them.

    Args:
        kinds: The kinds, by what they are called, in the order of their columns.
        citations: The names of the graph.
        index: What narrows the things.
    """

    def __init__(self, kinds: Mapping[str, Iri], citations: Citations, index: Index) -> None:
        self.kinds = kinds
        self._citations, self._graph, self._index = citations, citations.graph, index

    @cached_property
    def column_of(self) -> Mapping[Iri, int]:
        """The things, each with the number of its kind: of several, the first."""
        found: dict[Iri, int] = {}
        for at, kind in enumerate(self.kinds.values()):
            text = _OF_KIND.format(kind=to_ntriples(kind), most=_MOST_OF_KIND)
            for row in self._graph.select(text, limited=False):
                if isinstance(row[0], Iri):
                    found.setdefault(row[0], at)
        return found

    @cached_property
    def links(self) -> list[Joined]:
        """The links between things, one for two things: what is stated, else what rules make of it."""
        found: dict[tuple[Iri, Iri], dict[Iri, bool]] = defaultdict(dict)
        derived = self._citations.derived_graphs
        store = cast(MatchingStore, self._graph.store)
        for thing in self.column_of:
            for quad in islice(store.matching(thing), _MOST_SAID):
                other = quad.object
                if isinstance(other, Iri) and other in self.column_of and other != thing:
                    by = found[thing, other]
                    by[quad.predicate] = by.get(quad.predicate, True) and quad.graph in derived
        pairs = {tuple(sorted(pair, key=str)) for pair in found}
        return [self._joined(one, other, found) for one, other in sorted(pairs, key=_by_iris)]

    def _joined(self, one: Iri, other: Iri, found: Mapping[tuple[Iri, Iri], Mapping[Iri, bool]]) -> Joined:
        """The link of two things, read in the direction that says most."""
        there, back = found.get((one, other), {}), found.get((other, one), {})
        is_derived = all((*there.values(), *back.values()))
        ahead = [each for each, by_rule in there.items() if by_rule == is_derived]
        behind = [each for each, by_rule in back.items() if by_rule == is_derived]
        # What holds both ways says less than what holds one way.
        one_way = (
            [each for each in ahead if each not in behind],
            [each for each in behind if each not in ahead],
        )
        ahead, behind = one_way if any(one_way) else (ahead, behind)
        if len(behind) > len(ahead):
            return Joined(other, one, self._words(behind), is_derived)
        return Joined(one, other, self._words(ahead), is_derived)

    def _words(self, predicates: Iterable[Iri]) -> str:
        names = sorted(map(self._citations.property_label, predicates))
        return ", ".join(names[:_MOST_WORDS])

    @cached_property
    def _values(self) -> Mapping[Iri, Mapping[str, frozenset[Iri]]]:
        """The values of each linked thing by facet; its kind is that of its column."""
        linked = {thing for link in self.links for thing in (link.one, link.other)}
        kinds = list(self.kinds.values())
        known = {entry.thing: entry.values for entry in self._index.entries if entry.thing in linked}
        return {
            thing: {**known.get(thing, {}), KIND: frozenset([kinds[self.column_of[thing]]])}
            for thing in linked
        }

    def core(self, given: Mapping[str, str]) -> set[Iri]:
        """Return the linked things that have what was chosen.

        Args:
            given: The chosen value of each facet, as a CURIE or an IRI.
        """
        short = self._citations.short
        return {
            thing
            for thing, values in self._values.items()
            if all(any(short(each) == text for each in values.get(name, ())) for name, text in given.items())
        }

    def around(self, core: set[Iri]) -> list[Joined]:
        """Return the links of some things."""
        return [link for link in self.links if link.one in core or link.other in core]

    def facets(self, given: Mapping[str, str]) -> list[Facet]:
        """Return what narrows the picture, with how many things each value leaves."""
        return [facet for name in self._index.facets if (facet := self._facet(name, given)).choices]

    def _facet(self, name: str, given: Mapping[str, str]) -> Facet:
        others = {each: text for each, text in given.items() if each != name}
        counts = Counter(value for thing in self.core(others) for value in self._values[thing].get(name, ()))
        short, wanted = self._citations.short, given.get(name)
        called = {kind: heading for heading, kind in self.kinds.items()} if name == KIND else {}
        values = list(_largest(counts))
        choices = [
            Choosable(
                short(value), called.get(value) or self._citations.label(value), counts[value],
                short(value) == wanted,
            )
            for value in values
        ]  # fmt: skip
        if wanted and not any(each.is_chosen for each in choices):
            choices.append(Choosable(wanted, wanted, 0, True))
        return Facet(name, name, sorted(choices, key=lambda each: unaccented(each.name)))


def _by_iris(each: tuple[Iri, ...]) -> tuple[str, ...]:
    return tuple(iri.value for iri in each)


def _largest(counts: Counter[Iri]) -> Iterator[Iri]:
    ordered: Iterable[tuple[Iri, int]] = sorted(counts.items(), key=lambda each: (-each[1], each[0].value))
    return (value for value, _ in islice(ordered, _MOST_CHOICES))
