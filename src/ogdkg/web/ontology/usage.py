"""Where a graph uses a term: how much, on what, with which values, and an example."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ogdkg.rdf.terms import RDFS, Iri, Literal, Term, to_ntriples
from ogdkg.web.ontology.facts import TYPE
from ogdkg.web.ontology.tally import Tally
from ogdkg.web.ontology.vocabulary import CLASS, DATATYPE, PROPERTY
from ogdkg.web.ontology.words import Piece, Wording, Words, say

_SUBCLASS = RDFS + "subClassOf"
_LONGEST = 160  # letters of an example
_MOST_LOOKED_AT = 200  # statements, for an example
_MOST_COUNTED = 100_000  # things of the subclasses of a class
_MOST_SUMMED = 5_000  # things or statements of which it is counted how they are used
_OF_THINGS = (
    "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) {{ ?s a {term} ; ?p ?o FILTER(?p != <{type}>) }} GROUP BY ?p"
)
_OF_SUBJECTS = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ ?s {term} ?o . ?s a ?c }} GROUP BY ?c"
_OF_VALUES = """SELECT ?c (COUNT(DISTINCT ?o) AS ?n) {{ ?s {term} ?o OPTIONAL {{ ?o a ?class }}
  BIND(IF(ISLITERAL(?o), DATATYPE(?o), ?class) AS ?c) FILTER(BOUND(?c)) }} GROUP BY ?c"""


class Fact(NamedTuple):
    """A line about a term: what it is of, its values, and those that are folded."""

    name: str
    values: list[Words]
    more: Sequence[Words] = ()
    is_text: bool = False


class Example(NamedTuple):
    """A thing of a class, or a statement with a property."""

    thing: Piece
    value: Words = ()


class Usage:
    """Where a graph uses a term.

    Args:
        term: The term.
        kind: What it is.
        wording: Names things.
    """

    def __init__(self, term: Iri, kind: str, wording: Wording) -> None:
        self.term, self.kind = term, kind
        self._words, self._vocabulary, self._facts = wording, wording.vocabulary, wording.facts

    @cached_property
    def number(self) -> int:
        """How many things are of a class, or how many statements use a property."""
        return self._vocabulary.number(self.term)

    @property
    def number_below(self) -> int:
        """How many things are of a class or of its subclasses."""
        below = self._below(self.term)
        if len(below) < 2:
            return self.number
        things: set[Term] = set()
        for each in below:
            most = _MOST_COUNTED - len(things)
            found = self._vocabulary.resources.matching(None, Iri(TYPE), each)
            things.update(quad.subject for quad in islice(found, most))
        return len(things)

    def _below(self, term: Iri) -> list[Iri]:
        found = {term: None}
        waiting = [term]
        while waiting and len(found) < 1_000:
            for each in self._facts.subjects(_SUBCLASS, waiting.pop()):
                if isinstance(each, Iri) and each not in found:
                    found[each] = None
                    waiting.append(each)
        return list(found)

    @cached_property
    def lines(self) -> list[Fact]:
        """What the graph says of things of a class, or of what and with which values it uses a property."""
        if not 0 < self.number <= _MOST_SUMMED:
            return []
        if self.kind == CLASS:
            return [self._used("Said of them here", _OF_THINGS, Tally.of_things)]
        if self.kind == PROPERTY:
            subjects = self._used("Here of", _OF_SUBJECTS, Tally.of_subjects)
            values = self._used("Here with", _OF_VALUES, Tally.of_values)
            return [fact for fact in (subjects, values) if fact.values]
        return []

    def _used(self, name: str, query: str, of: Callable[[Tally, Iri], Mapping[Term, int]]) -> Fact:
        """A line of what is counted: by a query, unless all terms have been counted together."""
        tally = self._vocabulary.tally
        found = [*of(tally, self.term).items()] if tally else list(self._counted(query))
        found.sort(key=lambda each: (-each[1], str(each[0])))
        return Fact(name, [say(self._words.link(each), f" {number:,}") for each, number in found])

    def _counted(self, query: str) -> Iterator[tuple[Term, int]]:
        asked = query.format(term=to_ntriples(self.term), type=TYPE)
        for each, number in self._vocabulary.resources.graph.select(asked, limited=False):
            if each and isinstance(number, Literal):
                yield each, int(number.value)

    @cached_property
    def example(self) -> Example | None:
        """Something of it in the graph."""
        if not self.number:
            return None
        return self._thing() if self.kind in (CLASS, DATATYPE) else self._statement()

    def _thing(self) -> Example | None:
        found = islice(self._vocabulary.resources.matching(None, Iri(TYPE), self.term), _MOST_LOOKED_AT)
        things = [quad.subject for quad in found if isinstance(quad.subject, Iri)]
        return Example(self._words.link(min(things, key=self._plainness))) if things else None

    def _statement(self) -> Example | None:
        found = islice(self._vocabulary.resources.matching(None, self.term), _MOST_LOOKED_AT)
        quads = [quad for quad in found if isinstance(quad.subject, Iri)]
        if not quads:
            return None
        best = min(quads, key=lambda quad: (self._plainness(quad.subject), str(quad.object)))
        value = best.object
        if isinstance(value, Literal) and len(value.value) > _LONGEST:
            value = Literal(f"{value.value[:_LONGEST]}…", value.datatype, value.language)
        return Example(self._words.link(best.subject), self._words.value(value))

    def _plainness(self, thing: Term) -> tuple[bool, bool, int, str]:
        """Things with names make better examples than those without, and than terms."""
        name = self._vocabulary.citations.names.label(thing) if isinstance(thing, Iri) else None
        return name is None, thing in self._vocabulary.kinds, len(name or ""), str(thing)
