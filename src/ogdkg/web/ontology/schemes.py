"""Concept schemes and collections: their concepts as a tree, with what uses each (https://www.w3.org/TR/skos-reference/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from ogdkg.rdf.labels import language_rank
from ogdkg.rdf.terms import DCTERMS, RDF, RDFS, SKOS, Iri, Literal, Term, to_ntriples
from ogdkg.search.folding import unaccented
from ogdkg.web.ontology.facts import Facts
from ogdkg.web.ontology.lines import MATCHES
from ogdkg.web.ontology.vocabulary import Vocabulary
from ogdkg.web.ontology.words import Wording, Words

PAGE = 300  # concepts of a page
_MOST = 20_000  # concepts of a scheme
_MEMBERS = """SELECT DISTINCT ?concept {{
  {{ ?concept <{skos}inScheme> {scheme} }} UNION {{ ?concept <{skos}topConceptOf> {scheme} }}
  UNION {{ {scheme} <{skos}hasTopConcept> ?concept }} UNION {{ {scheme} <{skos}member> ?concept }}
  UNION {{ {scheme} <{skos}memberList>/<{rdf}rest>*/<{rdf}first> ?concept }}
  FILTER(ISIRI(?concept)) }} LIMIT {most}"""
_NUMBERS = """SELECT ?scheme (COUNT(DISTINCT ?c) AS ?n) {{
  {{ ?c <{skos}inScheme> ?scheme }} UNION {{ ?c <{skos}topConceptOf> ?scheme }}
  UNION {{ ?scheme <{skos}hasTopConcept> ?c }} UNION {{ ?scheme <{skos}member> ?c }} }} GROUP BY ?scheme"""
_USES = """SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ VALUES ?c {{ {concepts} }} ?s ?p ?c
  FILTER(!STRSTARTS(STR(?p), "{skos}")) }} GROUP BY ?c"""
_TOGETHER = 500  # concepts of which it is asked at once what uses them
_NARROWER, _BROADER = SKOS + "narrower", SKOS + "broader"
_OTHER = (SKOS + "altLabel", SKOS + "hiddenLabel")
_NOTES = {
    SKOS + "scopeNote": "When to use it",
    SKOS + "example": "Example",
    SKOS + "note": "Note",
    SKOS + "editorialNote": "Why it is so",
    SKOS + "changeNote": "What changed",
    SKOS + "historyNote": "What it was before",
    SKOS + "related": "See also",
    **MATCHES,
}


class Concept(NamedTuple):
    """A concept in the tree of its scheme.

    Attributes:
        depth: How deep it stands, from 0.
        number: How many things use it.
    """

    iri: str
    address: str
    name: Literal
    depth: int
    code: str
    others: list[Literal]
    meaning: Literal | None
    notes: list[tuple[str, list[Words]]]
    number: int


class Scheme:
    """The concepts of a scheme or a collection.

    Args:
        vocabulary: The terms.
        iri: The scheme.
    """

    def __init__(self, vocabulary: Vocabulary, iri: Iri) -> None:
        self._vocabulary, self.iri = vocabulary, iri

    @cached_property
    def _members(self) -> list[Iri]:
        query = _MEMBERS.format(skos=SKOS, rdf=RDF, scheme=to_ntriples(self.iri), most=_MOST)
        rows = self._vocabulary.resources.graph.select(query, limited=False)
        return [row[0] for row in rows if isinstance(row[0], Iri)]

    @cached_property
    def _facts(self) -> Facts:
        facts = Facts()
        facts.read(self._vocabulary.resources, self._members)
        return facts

    def _name(self, concept: Iri) -> Literal:
        named = self._facts.text(concept, (SKOS + "prefLabel",), self._vocabulary.languages)
        return named or self._vocabulary.name(concept)

    def _key(self, concept: Iri) -> tuple[str, str, str]:
        code = self._facts.one(concept, SKOS + "notation")
        return "", unaccented(self._name(concept).value), str(code or concept.value)

    @cached_property
    def tree(self) -> list[tuple[Iri, int]]:
        """All concepts, each below the first that is broader, with its depth."""
        members = dict.fromkeys(self._members)
        below: dict[Iri, list[Iri]] = {}
        has_parent = set()
        for concept in members:
            for parent in self._parents(concept):
                if parent in members and parent != concept:
                    below.setdefault(parent, []).append(concept)
                    has_parent.add(concept)
        tops = [each for each in members if each not in has_parent]
        found = dict(self._walk(tops, below, set()))
        left = [each for each in members if each not in found]  # in a circle of broader ones
        return [*found.items(), *self._walk(left, below, set(found))]

    def _parents(self, concept: Iri) -> Iterator[Iri]:
        for each in (*self._facts.values(concept, _BROADER), *self._facts.subjects(_NARROWER, concept)):
            if isinstance(each, Iri):
                yield each

    def _walk(
        self, tops: Iterable[Iri], below: dict[Iri, list[Iri]], seen: set[Iri]
    ) -> Iterator[tuple[Iri, int]]:
        waiting = [(each, 0) for each in sorted(tops, key=self._key, reverse=True)]
        while waiting:
            concept, depth = waiting.pop()
            if concept in seen:
                continue
            seen.add(concept)
            yield concept, depth
            waiting += [
                (each, depth + 1) for each in sorted(below.get(concept, ()), key=self._key, reverse=True)
            ]

    def page(self, number: int, wording: Wording) -> list[Concept]:
        """The concepts of a page, in the order of the tree."""
        shown = self.tree[(number - 1) * PAGE : number * PAGE]
        uses = self._uses([concept for concept, _ in shown])
        return [self._concept(concept, depth, uses.get(concept, 0), wording) for concept, depth in shown]

    def _uses(self, concepts: list[Iri]) -> dict[Term, int]:
        found: dict[Term, int] = {}
        for start in range(0, len(concepts), _TOGETHER):
            some = " ".join(map(to_ntriples, concepts[start : start + _TOGETHER]))
            rows = self._vocabulary.resources.graph.select(
                _USES.format(concepts=some, skos=SKOS), limited=False
            )
            found |= {each: int(n.value) for each, n in rows if each and isinstance(n, Literal)}
        return found

    def _concept(self, concept: Iri, depth: int, number: int, wording: Wording) -> Concept:
        facts, languages = self._facts, self._vocabulary.languages
        name = self._name(concept)
        others = [
            each
            for each in (*facts.values(concept, SKOS + "prefLabel"), *facts.values(concept, *_OTHER))
            if isinstance(each, Literal) and each != name
        ]
        others.sort(key=lambda each: (language_rank(each.language, languages), each.language, each.value))
        meaning = facts.text(concept, (SKOS + "definition", *_DESCRIBED), languages)
        notes = [
            (words, [wording.value(value) for value in facts.values(concept, each)])
            for each, words in _NOTES.items()
            if facts.values(concept, each)
        ]
        codes = ", ".join(str(each) for each in facts.values(concept, SKOS + "notation"))
        address = wording.at.of(concept.value)
        return Concept(concept.value, address, name, depth, codes, others, meaning, notes, number)


_DESCRIBED = (DCTERMS + "description", RDFS + "comment")


def sizes(vocabulary: Vocabulary) -> dict[Term, int]:
    """How many concepts each scheme has."""
    rows = vocabulary.resources.graph.select(_NUMBERS.format(skos=SKOS), limited=False)
    return {scheme: int(n.value) for scheme, n in rows if scheme and isinstance(n, Literal)}
