"""Linked data: an IRI answers with a description of what it names, in the format that the client accepts.

What is no document is answered by 303, See Other (https://www.w3.org/TR/cooluris/#r303gendocument).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.errors import StoreError, nearest
from ogdkg.evidence.citations import Citations
from ogdkg.exchange.cbd import reified
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer
from ogdkg.rdf.formats import CSV, JSON
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import RDF, Iri, Literal, Quad, Row, local_name
from ogdkg.render.rdf.writers import write_lines
from ogdkg.render.views.results import write_rows
from ogdkg.search.kept_index import make_index
from ogdkg.search.labels import LabelIndex
from ogdkg.store.base import Rows
from ogdkg.text.escape import json_text
from ogdkg.web.http.negotiation import Choice, chosen
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import (
    BY_SUFFIX,
    DOCUMENTS,
    HTML,
    Addresses,
    encoded,
    is_askable,
    without_suffix,
)
from ogdkg.web.pages.described import Page, PagedCitations, Resources
from ogdkg.web.pages.front import Front
from ogdkg.web.pages.index import LETTER, Index
from ogdkg.web.pages.surroundings import Surroundings
from ogdkg.web.pages.thing import Thing
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.protocol.description import Statistics

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages

# Of the dataset that `ogdkg cite` cites.
_LICENCE = """
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?dataset ?licence {
  ?dataset a <http://www.w3.org/ns/dcat#Dataset> ; dcterms:title ?title ; dcterms:creator ?creator
  OPTIONAL { ?dataset dcterms:license ?licence }
} ORDER BY ?dataset ?licence
"""
_MOST_NEAR = 5
_LONGEST_NAME = 60  # letters of what may be misspelt; to compare longer ones takes long
_MOST_FOUND = 100
_MOST_KINDS = 5  # of a thing that was found
_TYPE = Iri(RDF + "type")
_LONGEST_CHOICE = 8_192  # letters of what a list is narrowed by
_FAULTS = [Choice(MEDIA_TYPE, JSON), Choice(HTML.media_type, HTML)]
_FOUND = [Choice("application/json", JSON), Choice(HTML.media_type, HTML)]
_COLUMNS = ("subject", "predicate", "object", "datatype", "language", "graph")
_EVIDENCE = ("graphs", "reified")  # as `ogdkg export --evidence`


class LinkedData:
    """Answers requests for IRIs, and for their descriptions.

    Args:
        graph: The graph.
        counted: Counts what it holds.
    """

    def __init__(self, graph: Graph, counted: Callable[[], Statistics]) -> None:
        self._graph = graph
        self._counted = counted
        self._namespace = graph.project.resource_namespace
        self._made_front: Front | None = None
        self._made_index: Index | None = None

    def check(self) -> None:
        """Read the files that only pages need: one that is broken is told before others are served."""
        self._shapes.graph.store  # noqa: B018  # fills it

    def prepare(self) -> None:
        """Read what all pages need, before processes are forked that share it."""
        self._licences, self._pages  # noqa: B018
        if self._graph.stored:  # of which an index on disk has the names; each process opens it by itself
            with suppress(StoreError):
                make_index(self._graph.stored, self._graph.options.on_progress, self._graph.project.languages)
            return
        for resources in self._all():
            resources.fragments  # noqa: B018
        self._citations.names, self._citations.passages, self._citations.sourced  # noqa: B018
        self._citations.has_several_sources  # noqa: B018

    @cached_property
    def _resources(self) -> Resources:
        return Resources(self._graph)

    @cached_property
    def _shapes(self) -> Resources:
        """The shapes, which are in no layer."""
        project = self._graph.project
        layer = Layer("shapes", (*project.shapes, *project.shapes_display), graph=None)
        options = self._graph.options._replace(layers=(), endpoint=None, cache=False)
        return Resources(Graph(project._replace(layers=(layer,), loose=()), options))

    @cached_property
    def _citations(self) -> Citations:
        return Citations(self._graph)

    @cached_property
    def _licences(self) -> tuple[str, ...]:
        rows = [row for row in self._graph.select(_LICENCE, limited=False) if isinstance(row[0], Iri)]
        own = [row for row in rows if self._namespace and str(row[0]).startswith(self._namespace)]
        dataset = next(iter(own or rows), (None,))[0]
        return tuple(str(row[1]) for row in rows if row[0] == dataset and isinstance(row[1], Iri))

    def answer(self, ask: Ask) -> Reply:
        """Answer a request for a path, or for an IRI."""
        at = Addresses(ask["base"], self._namespace)
        try:
            return self._found(ask, at)
        except HttpError as problem:
            if chosen(ask.get("accept"), _FAULTS) is not _FAULTS[1]:
                raise
            return self._pages.problem(problem, at.local())

    def _found(self, ask: Ask, at: Addresses) -> Reply:
        given = ask["given"]
        iri = only(given, "iri") or only(given, "resource")
        if ask["path"] == "/describe" or (ask["path"] == "/" and iri):
            if iri is None:
                raise HttpError(400, "Name a resource, by iri=IRI.")
            if not is_askable(iri):
                raise HttpError(400, f"{iri[:200]!r} is not an absolute IRI.")
            resources = self._knowing(Iri(iri), at)
            if ask["path"] == "/":
                return self._see_other(Iri(iri), ask, at)
            return self._described(resources, Iri(iri), self._wanted(ask), ask, at)
        if ask["path"] == "/":
            return self._home(ask, at)
        return self._at_path(ask, at)

    def _at_path(self, ask: Ask, at: Addresses) -> Reply:
        path: str = ask["path"]
        if found := self._first_known(at.iris(path)):
            self._refuse_retired(*found, at)
            return self._see_other(found[1], ask, at)
        parts = without_suffix(path)
        if parts and (found := self._first_known(at.iris(parts[0]))):
            self._refuse_retired(*found, at)
            choice = BY_SUFFIX[parts[1]]
            return self._described(*found, choice, ask, at)
        if path == "/styleguide":
            return self._pages.style_guide(at.local())._replace(version=repr((path, at)))
        if path == "/things":
            return self._things(ask, at.local())
        raise self._unknown(next(at.iris(parts[0] if parts else path), ""), at)

    def _first_known(self, iris: Iterable[str]) -> tuple[Resources, Iri] | None:
        for iri in iris:
            for resources in self._all() if is_askable(iri) else ():
                if resources.knows(Iri(iri)):
                    return resources, Iri(iri)
        return None

    def _all(self) -> Iterator[Resources]:
        yield self._resources
        if not self._graph.options.endpoint:
            yield self._shapes

    def _knowing(self, iri: Iri, at: Addresses) -> Resources:
        found = self._first_known([iri.value])
        if not found:
            raise self._unknown(iri.value, at)
        self._refuse_retired(*found, at)
        return found[0]

    @staticmethod
    def _refuse_retired(resources: Resources, iri: Iri, at: Addresses) -> None:
        successors = resources.successors(iri)
        if successors is None:
            return
        named = " and ".join(f"<{each.value}>" for each in successors)
        links = [f'<{encoded(at.of(each.value))}>; rel="successor-version"' for each in successors]
        raise HttpError(
            410,
            f"<{iri.value}> was given up." + (f" {named} took its place." if named else ""),
            headers={"link": ", ".join(links)} if links else {},
            successors=[each.value for each in successors],
        )

    def _unknown(self, iri: str, at: Addresses) -> HttpError:
        near = [
            {"iri": each.value, "label": self._citations.label(each), "address": at.of(each.value)}
            for each in self._near(iri)
        ]
        detail = f"Nothing is known of <{iri}>." if iri else "There is nothing at this address."
        hint = {"hint": f"Did you mean {near[0]['label']}, <{near[0]['iri']}>?"} if near else {}
        return HttpError(404, detail, near=near, headers=None, **hint)

    def _near(self, iri: str) -> list[Iri]:
        """Resources whose names or IRIs are like an IRI; none where all names cannot be had at once."""
        names = None if self._graph.options.endpoint else self._citations.names
        wanted = local_name(iri)
        if not isinstance(names, LabelIndex) or len(wanted) > _LONGEST_NAME:
            return []
        by_slug: dict[str, list[Iri]] = {}
        for thing in names.labels:
            by_slug.setdefault(local_name(thing.value), []).append(thing)
        found = [thing for slug in nearest(wanted, by_slug) for thing in by_slug[slug]]
        found += names.suggested(wanted.replace("-", " "))
        likest = sorted(dict.fromkeys(found), key=lambda thing: -_shared(thing.value, iri))
        return likest[:_MOST_NEAR]

    def _wanted(self, ask: Ask) -> Choice:
        """The format that a request asks for, by `format` or by what it accepts."""
        name = only(ask["given"], "format")
        if name is not None:
            by_name = {choice.format.name: choice for choice in BY_SUFFIX.values()} | dict(BY_SUFFIX)
            if name not in by_name:
                raise HttpError(400, f"format is one of: {', '.join(BY_SUFFIX)}.")
            return by_name[name]
        choice = chosen(ask.get("accept"), DOCUMENTS)
        if choice is None:
            offered = list(dict.fromkeys(each.media_type for each in DOCUMENTS))
            raise HttpError(406, "None of the media types that you accept is offered.", offered=offered)
        return choice

    def _see_other(self, iri: Iri, ask: Ask, at: Addresses) -> Reply:
        suffix = self._wanted(ask).format.extensions[0]
        more = {"evidence": given} if (given := only(ask["given"], "evidence")) else {}
        links = [
            f'<{at.document(iri.value, each)}>; rel="describedby"; type="{choice.media_type}"'
            for each, choice in BY_SUFFIX.items()
        ]
        headers = {
            "location": at.document(iri.value, suffix, _page_of(ask["given"]), **more),
            "link": ", ".join([*links, *self._licence_links()]),
        }
        return Reply("text/plain; charset=utf-8", ["See Location.\n"], 303, headers)

    def _licence_links(self) -> list[str]:
        return [f'<{encoded(licence)}>; rel="license"' for licence in self._licences]

    def _described(self, resources: Resources, iri: Iri, choice: Choice, ask: Ask, at: Addresses) -> Reply:
        page = Page(resources, iri, _page_of(ask["given"]))
        if page.number > page.last:
            raise HttpError(404, f"There are {page.last} pages, from 1.")
        evidence = only(ask["given"], "evidence") or _EVIDENCE[0]
        if evidence not in _EVIDENCE:
            raise HttpError(400, f"evidence is one of: {', '.join(_EVIDENCE)}.")
        headers = {"link": self._document_links(page, choice, at), "x-total-count": str(page.count)}
        version = repr((iri.value, page.number, evidence, at))
        if choice.format is HTML:
            cited = PagedCitations(self._citations, page)
            reply = self._pages.description(Thing(page, cited, self._surroundings, at.local()), at.local())
            return reply._replace(headers={**reply.headers, **headers}, version=version)
        return Reply(
            _content_type(choice), self._written(page, choice, evidence), headers=headers, version=version
        )

    def _written(self, page: Page, choice: Choice, evidence: str) -> Iterable[str | bytes]:
        lines = page.lines()
        if choice.format is CSV:
            return write_rows(Rows(_COLUMNS, map(_row, map(quad_of, sorted(lines)))), CSV)
        if evidence == "reified" and not choice.format.graphs:
            lines = list(reified(lines, page.resources.passages))
        return write_lines(lines, choice.format, self._graph.project.prefixes)

    def _document_links(self, page: Page, choice: Choice, at: Addresses) -> str:
        iri, suffix = page.iri.value, choice.format.extensions[0]
        links = [f'<{encoded(iri)}>; rel="describes"']
        if at.is_own(iri):
            links.append(f'<{encoded(iri)}>; rel="canonical"')
        links += [
            f'<{at.document(iri, other, page.number)}>; rel="alternate"; type="{each.media_type}"'
            for other, each in BY_SUFFIX.items()
            if other != suffix
        ]
        numbers = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.last}
        links += [
            f'<{at.document(iri, suffix, number)}>; rel="{relation}"'
            for relation, number in numbers.items()
            if page.last > 1 and 1 <= number <= page.last
        ]
        links.append(f'<{at.base}/.well-known/void>; rel="describedby"')
        return ", ".join([*links, *self._licence_links()])

    def _home(self, ask: Ask, at: Addresses) -> Reply:
        choice = self._wanted(ask)
        if choice.format is not HTML:
            headers = {"location": f"{at.base}/.well-known/void"}
            return Reply("text/plain; charset=utf-8", ["See Location.\n"], 303, headers)
        reply = self._pages.home(self._front, self._citations, at.local())
        return reply._replace(version=repr(("home", at)))

    def _things(self, ask: Ask, at: Addresses) -> Reply:
        names = (*self._index.facets, LETTER)
        given = {name: text[:_LONGEST_CHOICE] for name in names if (text := only(ask["given"], name))}
        page = _page_of(ask["given"])
        index = self._index
        reply = self._pages.things(
            index.chosen(given, page), given, self._citations, at, is_whole=index.is_whole
        )
        return reply._replace(version=repr(("things", given, page, at)))

    @property
    def _front(self) -> Front:
        """What the first page shows; what a server holds may change at any time."""
        if self._graph.options.endpoint or self._made_front is None:
            self._made_front = Front(self._citations, self._counted())
        return self._made_front

    @cached_property
    def _surroundings(self) -> Surroundings:
        return Surroundings(self._citations, self._resources)

    @cached_property
    def _index(self) -> Index:
        return Index(self._citations)

    def search(self, ask: Ask) -> Reply:
        """Answer with the resources that go by a name, or have it in theirs."""
        at, text = Addresses(ask["base"], self._namespace), (only(ask["given"], "q") or "").strip()[:200]
        names = self._citations.names
        found = dict.fromkeys(names.candidates(text) + names.things_with_word(text) if text else ())
        if text and not found and isinstance(names, LabelIndex):
            found = dict.fromkeys(names.suggested(text))
        things = list(found)[:_MOST_FOUND]
        version = repr(("search", text, at))
        if chosen(ask.get("accept"), _FOUND) is _FOUND[1]:
            local = at.local()
            named = ((self._citations.label(each), self.kind(each), local.of(each.value)) for each in things)
            return self._pages.found(text, named, local)._replace(version=version)
        told = [
            {"iri": each.value, "label": self._citations.label(each), "address": at.of(each.value)}
            for each in things
        ]
        return Reply("application/json", [json_text({"found": told}), "\n"], version=version)

    @property
    def citations(self) -> Citations:
        """The citations of the graph, with the names of all that it holds."""
        return self._citations

    @property
    def pages(self) -> Pages:
        """What makes the pages."""
        return self._pages

    def kind(self, thing: Iri) -> str:
        """The names of its classes; none where it takes a query each."""
        found = islice(self._resources.matching(thing, _TYPE), _MOST_KINDS) if self._resources.is_near else ()
        classes = dict.fromkeys(quad.object for quad in found if isinstance(quad.object, Iri))
        return ", ".join(map(self._citations.property_label, classes))

    @cached_property
    def _pages(self) -> Pages:
        from ogdkg.web.pages.pages import Pages  # Jinja takes 30 ms

        return Pages(self._graph.project)


def _row(quad: Quad) -> Row:
    """A statement as a row of a table."""
    value, datatype, language = quad.object, None, None
    if isinstance(value, Literal) and value.language:
        language = Literal(value.language)
    elif isinstance(value, Literal):
        datatype = Iri(value.datatype)
    return (quad.subject, quad.predicate, value, datatype, language, quad.graph)


def _page_of(given: Mapping[str, list[str]]) -> int:
    text = only(given, "page")
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise HttpError(400, "page takes a number from 1.")
    return int(text)


def _shared(one: str, other: str) -> int:
    """The length of what two texts begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _content_type(choice: Choice) -> str:
    is_text = choice.media_type.startswith("text/")
    return f"{choice.media_type}; charset=utf-8" if is_text else choice.media_type
