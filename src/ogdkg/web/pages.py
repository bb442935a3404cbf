"""HTML pages: what a description, a search or an error looks like to a person. The only door to Jinja.

Every text that a template prints goes through `one_line` and is escaped; no page holds a script or a style.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import jinja2

from ogdkg.evidence.citations import Citation, Citations, Statement
from ogdkg.evidence.show import Line, Value, profile
from ogdkg.project.project import Project
from ogdkg.rdf.labels import DESCRIPTIONS
from ogdkg.rdf.terms import Iri, Literal, Term, local_name
from ogdkg.text.escape import link, one_line
from ogdkg.web.addresses import BY_SUFFIX, Addresses
from ogdkg.web.answerer import Reply
from ogdkg.web.assets import STYLE
from ogdkg.web.described import Page, PagedCitations
from ogdkg.web.description import Statistics
from ogdkg.web.index import Chosen, Entry
from ogdkg.web.problems import HttpError

MEDIA_TYPE = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_AT_FIRST = 8  # values of a property that are shown at once
_MOST_CLASSES = 40  # on the home page
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "nq": "N-Quads", "trig": "TriG",
          "rdf": "RDF/XML", "csv": "CSV"}  # fmt: skip


class Source(NamedTuple):
    """A source that a page cites: its mark, its name, the address of its description, and its words."""

    mark: str
    name: str
    address: str
    words: str
    is_passage: bool


class Shown(NamedTuple):
    """A value on a page: its text, where it leads, its language, its sources and its own properties."""

    text: str
    address: str
    language: str
    sources: tuple[Source, ...]
    properties: tuple[Property, ...]
    is_outside: bool = False


class Property(NamedTuple):
    """A property on a page, with the values that are shown at once and the others."""

    name: str
    address: str
    values: tuple[Shown, ...]
    more: tuple[Shown, ...]


class Section(NamedTuple):
    """A group of properties; `part` is the fragment of the IRI that it is about, if it is about one."""

    name: str
    properties: tuple[Property, ...]
    part: str = ""
    address: str = ""


class Pages:
    """Makes the pages of a server.

    Args:
        project: The project that it serves.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printed,
            auto_reload=False,
        )

    def description(self, page: Page, citations: Citations, at: Addresses) -> Reply:
        """Return the page of a resource."""
        return self._reply("thing.html", at, thing=_View(page, citations, at))

    def home(self, counted: Statistics, citations: Citations, at: Addresses) -> Reply:
        """Return the first page."""
        classes = sorted(counted.classes, key=lambda each: -each[1])[:_MOST_CLASSES]
        kinds = [(citations.label(iri), at.of(iri.value), number) for iri, number in classes]
        triples = sum(number for _, number in counted.properties)
        return self._reply("home.html", at, kinds=kinds, triples=triples, graphs=len(counted.graphs))

    def things(self, chosen: Chosen, given: Mapping[str, str], citations: Citations, at: Addresses) -> Reply:
        """Return a page of the list of all things; `given` is what was chosen."""

        def address(**changed: str) -> str:
            wanted = {key: value for key, value in {**given, **changed}.items() if value}
            return f"{at.base}/things" + (f"?{urlencode(wanted)}" if wanted else "")

        facets = [
            (
                facet,
                [(each, address(**{facet: each.key})) for each in values],
                address(**{facet: ""}) if given.get(facet) else "",
            )
            for facet, values in chosen.facets
        ]
        kind = next((each.name for facet, values in chosen.facets for each in values if each.is_chosen), "")
        return self._reply(
            "things.html",
            at,
            title=kind[:1].upper() + kind[1:] or "All things",
            chosen=chosen,
            facets=facets,
            names=[(each.name, _kinds(each, citations), at.of(each.thing.value)) for each in chosen.entries],
            letters=[(each, address(letter=each.key)) for each in chosen.letters],
            every_letter=address(letter=""),
            is_letter=bool(given.get("letter")),
            pages=[
                (name, relation, address(page=str(number)))
                for name, relation, number in (
                    ("Earlier", "prev", chosen.page - 1),
                    ("Later", "next", chosen.page + 1),
                )
                if 1 <= number <= chosen.last
            ],
        )

    def style_guide(self, at: Addresses) -> Reply:
        """Return the page that shows every element of the pages."""
        return self._reply("styleguide.html", at)

    def found(self, text: str, things: Iterable[tuple[str, str, str]], at: Addresses) -> Reply:
        """Return what a search found: labels, kinds and addresses."""
        return self._reply("search.html", at, text=text, things=list(things))

    def problem(self, problem: HttpError, at: Addresses) -> Reply:
        """Return the page of an error."""
        reply = self._reply(
            "problem.html",
            at,
            status=problem.status,
            title=problem.title,
            detail=problem.detail,
            near=[
                (each["label"], each["iri"], at.of(each["iri"])) for each in problem.members.get("near", ())
            ],
            successors=[(iri, at.of(iri)) for iri in problem.members.get("successors", ())],
        )
        return reply._replace(status=problem.status, headers={**reply.headers, **problem.headers})

    def of(self, template: str, at: Addresses, **values: Any) -> Reply:
        """Return the page that a template makes of some values."""
        return self._reply(template, at, **values)

    @cached_property
    def _nav(self) -> list[tuple[str, str, str]]:
        """The main entries: a key, a name and a path each."""
        questions = [("ask", "Questions", "/ask")] if self._project.queries.is_dir() else []
        return [("things", "All things", "/things"), *questions]

    def _reply(self, template: str, at: Addresses, **values: Any) -> Reply:
        """The reply with a page; `here` in a template is the key of its entry in `nav`."""
        text = self._environment.get_template(template).render(
            site=self._project.title, brand=self._project.name, base=at.base, style=STYLE, nav=self._nav,
            licences=(), **values
        )  # fmt: skip
        return Reply(MEDIA_TYPE, [text], headers={"content-security-policy": POLICY})


class _View:
    """What the template of a resource shows."""

    def __init__(self, page: Page, citations: Citations, at: Addresses) -> None:
        self._at = at
        self._page = page
        self._citations = PagedCitations(citations, page)
        self._sources: dict[Citation, Source] = {}
        self.iri = page.iri.value
        self.name = self._citations.label(page.iri)
        self.number, self.last, self.count = page.number, page.last, page.count

    @cached_property
    def sections(self) -> list[Section]:
        """The groups of properties, those of its parts, and statements that merely name it."""
        found = []
        about = [quad for quad in self._page.quads if self._page.iri in (quad.subject, quad.object)]
        if about:
            groups = profile(self._citations, self._page.iri).groups
            found += [Section(each.name or "What is said", self._properties(each.lines)) for each in groups]
        others = [quad for quad in self._page.quads if self._page.iri not in (quad.subject, quad.object)]
        for subject in dict.fromkeys(quad.subject for quad in others):
            said = self._citations.statements_of([quad for quad in others if quad.subject == subject])
            found.append(self._section(subject, said))
        return found

    def _section(self, subject: Term, said: Sequence[Statement]) -> Section:
        value = subject.value if isinstance(subject, Iri) else ""
        part = value.removeprefix(self.iri + "#") if value.startswith(self.iri + "#") else ""
        properties = tuple(
            self._property(
                self._citations.property_label(predicate),
                predicate,
                [
                    self._shown(each.triple.object, self._citations.label(each.triple.object), each.citations)
                    for each in said
                    if each.triple.predicate == predicate
                ],
            )
            for predicate in dict.fromkeys(each.triple.predicate for each in said)
        )
        address = self._at.of(value) if value else ""
        return Section(self._citations.label(subject), properties, part, address)

    @cached_property
    def kinds(self) -> list[tuple[str, str]]:
        """Its classes: labels and addresses."""
        said = self._citations.statements_about(self._page.iri)
        classes = [each.triple.object for each in said if local_name(each.triple.predicate.value) == "type"]
        return [
            (self._citations.label(each), self._at.of(each.value))
            for each in classes
            if isinstance(each, Iri)
        ]

    @cached_property
    def summary(self) -> tuple[str, str]:
        """Its first description, and the language of that."""
        said = self._citations.statements_about(self._page.iri)
        for each in said:
            value = each.triple.object
            if each.triple.predicate.value in DESCRIPTIONS and isinstance(value, Literal):
                return value.value, value.language
        return "", ""

    @property
    def formats(self) -> list[tuple[str, str, str]]:
        """The other formats: names, addresses and media types."""
        return [
            (name, self._at.document(self.iri, suffix, self.number), BY_SUFFIX[suffix].media_type)
            for suffix, name in _NAMES.items()
        ]

    @property
    def neighbours(self) -> list[tuple[str, str, str]]:
        """The pages before and after: names, relations and addresses."""
        numbers = {"Earlier": ("prev", self.number - 1), "Later": ("next", self.number + 1)}
        return [
            (name, relation, self._at.document(self.iri, "html", number))
            for name, (relation, number) in numbers.items()
            if 1 <= number <= self.last
        ]

    @property
    def sources(self) -> list[Source]:
        """The sources in the order of their marks, once the sections are made."""
        return list(self._sources.values())

    def _properties(self, lines: Iterable[Line]) -> tuple[Property, ...]:
        return tuple(
            self._property(
                line.name, line.steps[0].predicate if line.steps else None, map(self._value, line.values)
            )
            for line in lines
        )

    def _property(self, name: str, iri: Iri | None, values: Iterable[Shown]) -> Property:
        found = tuple(values)
        address = self._at.of(iri.value) if iri and self._page.describes(iri) else ""
        return Property(name, address, found[:_AT_FIRST], found[_AT_FIRST:])

    def _value(self, value: Value) -> Shown:
        properties = self._properties(value.details)
        return self._shown(value.term, value.text, value.citations)._replace(properties=properties)

    def _shown(self, term: Term, text: str, citations: Iterable[Citation]) -> Shown:
        sources = tuple(dict.fromkeys(map(self._source, citations)))
        if isinstance(term, Literal):
            return Shown(text, "", term.language, sources, ())
        if not isinstance(term, Iri):
            return Shown(text, "", "", sources, ())
        if self._at.is_own(term.value) or self._page.describes(term):
            return Shown(text, self._at.of(term.value), "", sources, ())
        return Shown(text, link(term.value), "", sources, (), is_outside=True)

    def _source(self, citation: Citation) -> Source:
        if citation not in self._sources:
            is_passage = citation.passage is not None
            number = sum(each.is_passage == is_passage for each in self._sources.values())
            mark = str(number + 1) if is_passage else _letters(number)
            address = self._at.of(citation.cited.value) if citation.cited else ""
            words = (citation.passage.exact if citation.passage else None) or ""
            self._sources[citation] = Source(
                mark, self._citations.lines(citation), address, words, is_passage
            )
        return self._sources[citation]


def _kinds(entry: Entry, citations: Citations) -> str:
    return ", ".join(sorted(map(citations.label, entry.values.get("kind", ()))))


def _printed(value: object) -> object:
    """A text that a template prints; what Jinja has made of one already stays."""
    return one_line(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _letters(number: int) -> str:
    """The mark of a source by its place: a to z, then aa and on.

    >>> _letters(0), _letters(26)
    ('a', 'aa')
    """
    text = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(_LETTERS))
        text = _LETTERS[place] + text
    return text
