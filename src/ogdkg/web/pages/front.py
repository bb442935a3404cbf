"""What the first page shows: what the project is, its things by theme, its numbers, and questions to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from urllib.parse import quote, urlencode

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.errors import OgdkgError
from ogdkg.evidence.bibliography import Work, cite
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import in_languages
from ogdkg.rdf.labels import DESCRIPTIONS
from ogdkg.rdf.terms import OA, Iri, Literal, to_ntriples
from ogdkg.search.classes import OF_ONTOLOGIES
from ogdkg.search.folding import unaccented
from ogdkg.web.pages.displayed_values import foreign
from ogdkg.web.pages.news import News, latest
from ogdkg.web.pages.plurals import Plurals
from ogdkg.web.protocol.description import Statistics

_MOST_THINGS = 60  # that are listed with their descriptions; of more there is the list of all
_MOST_KINDS = 40
_MOST_QUESTIONS = 6
_OTHERS = "Others"
_LONGEST = 240  # letters of a description
_THINGS = """SELECT DISTINCT ?thing ?theme {{
  ?type <http://www.w3.org/2000/01/rdf-schema#subClassOf>* {kind} . ?thing a ?type {by} }} LIMIT {most}"""


class Listed(NamedTuple):
    """A thing that the first page lists: its name, what it is, and the languages of both."""

    thing: Iri
    name: str
    text: str
    language: str
    named_in: str = ""


class Question(NamedTuple):
    """A question to press: its words, the examples it is asked of, and its path on the server."""

    words: str
    examples: tuple[str, ...]
    path: str


class Front:
    """What the first page of a project shows.

    Args:
        citations: The citations of the graph.
        counted: What the graph holds.
        plurals: What to call the things of a class.
    """

    def __init__(self, citations: Citations, counted: Statistics, plurals: Plurals) -> None:
        self._citations, self._plurals = citations, plurals
        self._graph = citations.graph
        self._settings = citations.graph.project.pages
        self._counted = counted
        self.purpose = self._settings.purpose
        self.triples = sum(number for _, number in counted.properties)
        self.graphs = len(counted.graphs)

    @cached_property
    def kind(self) -> str:
        """What the listed things are."""
        label = self._plurals.of(self._settings.things) if self._settings.things else ""
        return label[:1].upper() + label[1:]

    @cached_property
    def by(self) -> str:
        """What the listed things are grouped by."""
        return self._citations.property_label(self._settings.by) if self._settings.by else ""

    @cached_property
    def numbers(self) -> list[tuple[str, int, Iri]]:
        """Names of classes, and how many things are of them."""
        counts = dict(self._counted.classes)
        return [(name, counts[of], of) for name, of in self._settings.numbers.items() if counts.get(of)]

    @cached_property
    def kinds(self) -> list[tuple[str, int, Iri]]:
        """The classes with most things: names, numbers, IRIs; none that only describes passages (OA)."""
        terms, begin = (
            self._graph.project.house.passages,
            (*OF_ONTOLOGIES, OA),
        )
        things = [
            each
            for each in self._counted.classes
            if each[0] not in (terms.passage, terms.reading) and not each[0].value.startswith(begin)
        ]
        largest = sorted(things, key=lambda each: (-each[1], each[0].value))[:_MOST_KINDS]
        return [(self._plurals.of(of), number, of) for of, number in largest]

    @cached_property
    def themes(self) -> list[tuple[str, list[Listed]]]:
        """The listed things by theme; under no name if there is no property to group them by."""
        themes: dict[str, dict[Iri, None]] = {}
        grouped: set[Iri] = set()
        for thing, theme in self._rows():
            if theme or thing not in grouped:
                grouped.add(thing)
                themes.setdefault(theme, {})[thing] = None
        if len(grouped) > _MOST_THINGS:
            return []
        by_size = sorted(themes.items(), key=lambda each: (not each[0], -len(each[1]), each[0]))
        return [
            (theme or (_OTHERS if len(themes) > 1 else ""), self._listed(things)) for theme, things in by_size
        ]

    def _rows(self) -> Iterator[tuple[Iri, str]]:
        """The things with the name of their first theme, in the order of their IRIs."""
        if not self._settings.things:
            return
        by = f"OPTIONAL {{ ?thing {to_ntriples(self._settings.by)} ?theme }}" if self._settings.by else ""
        kind = to_ntriples(self._settings.things)
        rows = self._graph.select(_THINGS.format(kind=kind, by=by, most=20 * _MOST_THINGS), limited=False)
        found: dict[Iri, list[str]] = {}
        for thing, theme in rows:
            if isinstance(thing, Iri):
                named = found.setdefault(thing, [])
                named += [self._citations.label(theme)] if theme else []
        for thing in sorted(found, key=str):
            yield thing, min(found[thing], default="")

    def _listed(self, things: Iterable[Iri]) -> list[Listed]:
        found = []
        for thing in things:
            text = self._description(thing)
            short = text.value if len(text.value) <= _LONGEST else text.value[:_LONGEST].rstrip() + "…"
            named_in = foreign(self._citations.language(thing))
            found.append(Listed(thing, self._citations.label(thing), short, text.language, named_in))
        return sorted(found, key=lambda each: unaccented(each.name))

    def _description(self, thing: Iri) -> Literal:
        said = in_languages(self._citations.statements_about(thing), self._citations.languages)
        texts = (
            each.triple.object
            for wanted in DESCRIPTIONS
            for each in said
            if each.triple.predicate.value == wanted
        )
        return next((text for text in texts if isinstance(text, Literal)), Literal(""))

    @cached_property
    def questions(self) -> list[Question]:
        """The questions of the settings, else the first of each topic that has what it needs as examples."""
        try:
            catalogue = Catalogue(self._graph.project)
            wanted = self._settings.questions
            if wanted:
                queries = [catalogue.get(name) for name in wanted]
            else:
                queries = list(_first_of_topics(catalogue))
            return [_question(query) for query in queries]
        except OgdkgError:
            return []  # a query that cannot be read is told of where it is asked

    @cached_property
    def news(self) -> tuple[str, list[News]]:
        """What changed last, and in which version."""
        return latest(self._citations)

    @cached_property
    def dataset(self) -> Work | None:
        """The dataset that the graph describes, with its version and the date of its last change."""
        try:
            return cite(self._citations)
        except OgdkgError:
            return None


def _first_of_topics(catalogue: Catalogue) -> Iterator[StoredQuery]:
    seen = set()
    for query in islice(catalogue.readable(), 200):
        is_ready = all(each.example or not each.required for each in query.parameters)
        if query.topic not in seen and is_ready and query.form == "SELECT" and query.header.summary:
            seen.add(query.topic)
            yield query
            if len(seen) == _MOST_QUESTIONS:
                return


def _question(query: StoredQuery) -> Question:
    """A question with the examples of what it needs."""
    given: Mapping[str, str] = {
        each.name: each.example for each in query.parameters if each.example and not each.is_optional
    }
    fields = f"?{urlencode(given)}" if given else ""
    return Question(
        query.header.summary or query.name,
        tuple(given.values()),
        f"/ask/{quote(query.name, safe='', errors='replace')}{fields}",
    )
