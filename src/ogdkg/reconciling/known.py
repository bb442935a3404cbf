"""The types and properties that clients may name, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from ogdkg.errors import OgdkgError
from ogdkg.rdf.labels import DESCRIPTIONS, language_key
from ogdkg.rdf.terms import RDF, Iri, Literal, to_ntriples
from ogdkg.reconciling.matching import Matcher
from ogdkg.search.folding import words
from ogdkg.search.labels import iri_of

_MOST_LOOKED_AT = 5_000  # things whose properties are counted
_MOST = 500  # properties of a type
_USED = f"""
SELECT ?property (COUNT(DISTINCT ?thing) AS ?uses) {{
  {{ SELECT DISTINCT ?thing {{ %s FILTER(ISIRI(?thing)) }} LIMIT {_MOST_LOOKED_AT} }}
  ?thing ?property ?value FILTER(?property != <{RDF}type>)
}} GROUP BY ?property ORDER BY DESC(?uses) ?property LIMIT {_MOST}
"""
_DESCRIBED = " ".join(f"<{each}>" for each in DESCRIPTIONS)
_LONGEST = 400  # letters of a description


class Known:
    """Names the types, properties and things of a graph.

    Args:
        matcher: Knows the things.
    """

    def __init__(self, matcher: Matcher) -> None:
        self._matcher, self._citations = matcher, matcher.citations
        self._prefixes = matcher.graph.project.prefixes
        self._languages = matcher.graph.project.languages
        self._used: dict[Iri | None, Mapping[Iri, int]] = {}

    def thing(self, text: str) -> Iri | None:
        """Return the IRI that an identifier is, or abbreviates."""
        try:
            return iri_of(text.strip(), self._prefixes)
        except OgdkgError:
            return None

    def of_type(self, text: str) -> Iri | None:
        """Return the class with an identifier or a name."""
        return self._named(text, self._matcher.classes)

    def of_property(self, text: str) -> Iri | None:
        """Return the property with an identifier or a name."""
        return self._named(text, self.used(None))

    def used(self, of: Iri | None) -> Mapping[Iri, int]:
        """Return the properties of the things of a class, or of all, with how many have them."""
        if of not in self._used:
            broader = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>*"
            which = f"?thing a/{broader} {to_ntriples(of)}" if of else "?thing a ?type"
            rows = self._matcher.graph.select(_USED % which, name="properties")
            found = {
                row[0]: int(row[1].value)
                for row in rows
                if isinstance(row[0], Iri) and isinstance(row[1], Literal)
            }
            self._used[of] = found
        return self._used[of]

    def name(self, iri: Iri) -> str:
        """Return what a class or a property is called."""
        return self._citations.property_label(iri)

    def named(self, iri: Iri) -> dict[str, str]:
        """Return a class or a property as answers have it."""
        return {"id": iri.value, "name": self.name(iri)}

    def beginning(self, text: str, among: Iterable[Iri]) -> list[Iri]:
        """Return those whose name has words that begin as a text does, or whose identifier it is."""
        typed = " ".join(words(text[:_LONGEST]))
        given = self.thing(text)
        ranked = []
        for place, each in enumerate(among):
            spelt = words(self.name(each))
            starts = [n for n in range(len(spelt)) if " ".join(spelt[n:]).startswith(typed)]
            if each == given or not typed or starts:
                ranked.append((each != given, starts[:1] != [0], place, each))
        return [each for *_, each in sorted(ranked, key=lambda one: one[:3])]

    def described(self, iri: Iri) -> str:
        """Return the description of something, in one of the reader's languages; empty if there is none."""
        query = f"SELECT ?text {{ VALUES ?is {{ {_DESCRIBED} }} {to_ntriples(iri)} ?is ?text }} LIMIT 50"
        texts = [row[0] for row in self._matcher.graph.select(query, name="descriptions")]
        found = [each for each in texts if isinstance(each, Literal)]
        best = min(found, key=lambda each: language_key(each.language or "", self._languages), default=None)
        text = " ".join(best.value.split()) if best else ""
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}…"

    @cached_property
    def default_types(self) -> list[Iri]:
        """The classes to offer: those that the first page counts, then the largest."""
        pages = self._matcher.graph.project.pages
        counted = [each for each in (pages.things, *pages.numbers.values()) if each]
        large = [each for each, _ in sorted(self._matcher.classes.items(), key=lambda pair: -pair[1])]
        known = [each for each in counted if self.has_things(each)]
        return list(dict.fromkeys((*known, *large)))[:12]

    def has_things(self, of: Iri) -> bool:
        """Return whether there are things of a class, or of narrower ones."""
        return of in self._matcher.classes or self._is_broader(of)

    def _is_broader(self, of: Iri) -> bool:
        return any(of in self._matcher.broader(each) for each in self._matcher.classes)

    def _named(self, text: str, among: Iterable[Iri]) -> Iri | None:
        if given := self.thing(text):
            return given
        typed = words(text)
        return next((each for each in among if typed and words(self.name(each)) == typed), None)
