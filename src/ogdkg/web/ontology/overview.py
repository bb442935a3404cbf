"""The first page of the vocabulary: what it is, and its terms in lists, each with its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from ogdkg.rdf.terms import OWL, RDF, RDFS, SH, Iri, Literal, Term, local_name
from ogdkg.search.folding import unaccented
from ogdkg.web.http.request import only
from ogdkg.web.ontology.schemes import sizes
from ogdkg.web.ontology.shapes import ShapeWording
from ogdkg.web.ontology.term import TermView
from ogdkg.web.ontology.vocabulary import (
    CLASS,
    DATATYPE,
    DOMAINS,
    INDIVIDUAL,
    ONTOLOGY,
    PROPERTY,
    RANGES,
    SCHEME,
    SHAPE,
    Group,
    Vocabulary,
)
from ogdkg.web.ontology.words import Wording, Words, listed, say

_MOST_ROWS = 120  # of a list on the first page
_MOST_FOUND = 300
_LONGEST = 220  # letters of a meaning
_SUBCLASS = RDFS + "subClassOf"


class Row(NamedTuple):
    """A term in a list."""

    name: Literal
    address: str
    meaning: str
    language: str
    number: int
    more: Words
    depth: int
    is_deprecated: bool


class Section(NamedTuple):
    """A list of terms: its key in the address, its name, how many there are, and where all are."""

    key: str
    name: str
    hint: str
    rows: list[Row]
    total: int
    address: str = ""


class Overview:
    """What the first page of the vocabulary shows.

    Args:
        vocabulary: The terms.
        wording: Puts classes into words.
        shapes: Puts shapes into words.
        given: What was chosen: `q`, words to filter by.
    """

    def __init__(
        self, vocabulary: Vocabulary, wording: Wording, shapes: ShapeWording, given: Mapping[str, list[str]]
    ) -> None:
        self._vocabulary, self._words, self._shapes = vocabulary, wording, shapes
        self.words = (only(given, "q") or "").strip()[:200]

    @cached_property
    def _own(self) -> list[Group]:
        """The groups of the project itself: the ontologies that it describes, else all that it declares."""
        groups = self._vocabulary.groups
        return [each for each in groups if each.is_described] or groups

    @cached_property
    def header(self) -> TermView | None:
        """The ontology with most terms."""
        described = [each for each in self._vocabulary.groups if each.is_described]
        return TermView(Iri(described[0].iri), self._words, self._shapes) if described else None

    @property
    def in_full(self) -> str:
        """Where the ontology with most terms stands in full."""
        return self._full(self._own[0]) if self._own else ""

    def _full(self, group: Group) -> str:
        return f"{self._words.at.base}/ontology/in-full?{urlencode({'of': group.iri})}"

    @cached_property
    def ontologies(self) -> list[tuple[Literal, str]]:
        """All ontologies that the graph describes: names and addresses."""
        terms = self._vocabulary.of_kind(ONTOLOGY)
        return [(self._vocabulary.name(each), self._words.at.of(each.value)) for each in terms]

    @cached_property
    def numbers(self) -> list[tuple[int, str, str]]:
        """How many of what there are: numbers, names, and keys of the lists."""
        return [
            (each.total, _COUNTED[each.key] if each.total == 1 else each.name, each.key)
            for each in self.sections
            if each.key in _COUNTED
        ]

    @cached_property
    def sections(self) -> list[Section]:
        """The lists of terms."""
        return [each for each in self._sections() if each.total]

    @cached_property
    def found(self) -> list[Row]:
        """The terms whose names or meanings have the words."""
        wanted = unaccented(self.words).split()
        terms = [
            each for each in self._vocabulary.of_kind(*_ALL) if all(w in self._text(each) for w in wanted)
        ]
        return [self._row(each) for each in terms[:_MOST_FOUND]]

    def _text(self, term: Iri) -> str:
        meaning = self._vocabulary.meaning(term)
        texts = (self._vocabulary.name(term).value, local_name(term.value), meaning.value if meaning else "")
        return unaccented(" ".join(texts))

    def _sections(self) -> Iterator[Section]:
        own = [term for group in self._own for term in group.terms if self._vocabulary.facts.about(term)]
        by_kind = {kind: [term for term in own if self._vocabulary.kinds[term] == kind] for kind in _ALL}
        full = self.in_full
        yield self._section("classes", "Classes", "What things are.", self._tree(by_kind[CLASS]), full)
        yield self._section("properties", "Properties", "What is said of things.", by_kind[PROPERTY], full)
        yield self._section("values", "Kinds of values", "", by_kind[DATATYPE], full)
        yield self._section("named", "Named things", "", by_kind[INDIVIDUAL], full)
        schemes = self._vocabulary.of_kind(SCHEME)
        yield self._section("lists", "Lists of concepts", "What values are chosen from.", schemes, "")
        shapes = [each for each in self._vocabulary.shapes if self._shapes.targets(each)]
        rules = f"{self._words.at.base}/ontology/rules"
        yield self._section("rules", "Rules", "What is asked of things; each is checked.", shapes, rules)
        for group in self._vocabulary.groups:
            declared = [term for term in group.terms if self._vocabulary.facts.about(term)]
            if group not in self._own and declared:
                name = self._vocabulary.name(Iri(group.iri)).value
                name = name if self._vocabulary.has_page(Iri(group.iri)) else self._prefix(group.iri) or name
                yield self._section("", name, "", declared, self._full(group))
        used = [
            term for group in self._vocabulary.groups for term in group.terms
            if not self._vocabulary.facts.about(term) and not term.value.startswith(_OF_LANGUAGE)
        ]  # fmt: skip
        yield self._section("undescribed", "Used, and described elsewhere", "", used, "")

    def _prefix(self, iri: str) -> str:
        prefixes = self._vocabulary.citations.prefixes.items()
        return next((name for name, namespace in prefixes if namespace.rstrip("#/") == iri.rstrip("#/")), "")

    def _section(
        self, key: str, name: str, hint: str, terms: Iterable[Iri | tuple[Iri, int]], address: str
    ) -> Section:
        found = [each if isinstance(each, tuple) else (each, 0) for each in terms]
        rows = [self._row(term, depth) for term, depth in found[:_MOST_ROWS]]
        return Section(key, name, hint, rows, len(found), address)

    def _tree(self, classes: list[Iri]) -> Iterator[tuple[Iri, int]]:
        """Classes below the first class that is wider, each once."""
        inside, seen = set(classes), set()
        below: dict[Iri, list[Iri]] = {}
        for each in sorted(classes, key=self._vocabulary.sort_key, reverse=True):
            wider = [a for a in self._vocabulary.facts.values(each, _SUBCLASS) if a in inside and a != each]
            for above in wider:
                if isinstance(above, Iri):
                    below.setdefault(above, []).append(each)
        has_wider = {each for found in below.values() for each in found}
        tops = sorted(classes, key=lambda each: (each in has_wider, *self._vocabulary.sort_key(each)))
        for top in tops:  # those below others come last, for circles
            waiting = [(top, 0)]
            while waiting:
                term, depth = waiting.pop()
                if term not in seen:
                    seen.add(term)
                    yield term, depth
                    waiting += [(each, depth + 1) for each in below.get(term, ())]

    @cached_property
    def _sizes(self) -> Mapping[Term, int]:
        return sizes(self._vocabulary)

    def _row(self, term: Iri, depth: int = 0) -> Row:
        meaning = self._vocabulary.meaning(term)
        text = meaning.value if meaning else ""
        kind = self._vocabulary.kinds[term]
        more: Words = ()
        number = self._vocabulary.number(term)
        if kind == PROPERTY:
            more = self._from_to(term)
        elif kind == SHAPE:
            more = listed(self._shapes.targets(term), "and")
            name = self._vocabulary.facts.text(term, (_MESSAGE,), self._vocabulary.languages)
            text = text or (name.value if name else "")
        elif kind == SCHEME:
            number = self._sizes.get(term, 0)
        short = text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
        return Row(
            self._vocabulary.name(term), self._words.at.of(term.value), short,
            meaning.language if meaning else "", number, more, min(depth, 6),
            self._vocabulary.is_deprecated(term),
        )  # fmt: skip

    def _from_to(self, term: Iri) -> Words:
        """Of what a property speaks, and what its value is."""
        of, values = (listed(self._words.scope(term, by), "or") for by in (DOMAINS, RANGES))
        said = say("of ", of) if of else ()
        return say(said, ": " if said else "", values) if values else said


_OF_LANGUAGE = (RDF, RDFS, OWL, SH)  # in which terms are described
_COUNTED = {
    "classes": "class", "properties": "property", "values": "kind of value", "named": "named thing",
    "lists": "list of concepts", "rules": "rule",
}  # fmt: skip
_ALL = (CLASS, PROPERTY, DATATYPE, INDIVIDUAL, SCHEME, SHAPE)
_MESSAGE = SH + "message"
