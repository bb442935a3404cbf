"""Linked data: an IRI answers with a description of what it names, in the format that the client accepts.

What is no document is answered by 303, See Other (https://www.w3.org/TR/cooluris/#r303gendocument).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from ogdkg.errors import OgdkgError, StoreError
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer
from ogdkg.rdf.formats import JSON
from ogdkg.rdf.terms import RDF, Iri, Term
from ogdkg.search.kept_index import make_index
from ogdkg.text.escape import json_text
from ogdkg.web.http.negotiation import Choice, chosen
from ogdkg.web.http.problems import HttpError, problem_of
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import (
    BY_SUFFIX,
    HTML,
    Addresses,
    encoded,
    is_askable,
    without_suffix,
)
from ogdkg.web.pages.described import Page, PagedCitations, Resources
from ogdkg.web.pages.found import Group, Suggested, grouped, matching
from ogdkg.web.pages.front import Front
from ogdkg.web.pages.index import LETTER, Index
from ogdkg.web.pages.plurals import Plurals
from ogdkg.web.pages.representation import document_links, page_of, shows_faults, wanted, write_description
from ogdkg.web.pages.similar_names import near_names
from ogdkg.web.pages.standard_names import plain_name
from ogdkg.web.pages.surroundings import Surroundings
from ogdkg.web.pages.thing import Thing
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.protocol.description import Statistics

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages, Still

# Of the dataset that `ogdkg cite` cites.
_LICENCE = """
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT DISTINCT ?dataset ?licence {
  ?dataset a <http://www.w3.org/ns/dcat#Dataset> ; dcterms:title ?title ; dcterms:creator ?creator
  OPTIONAL { ?dataset dcterms:license ?licence }
} ORDER BY ?dataset ?licence
"""
_MOST_KINDS = 5  # of a thing that was found
_TYPE = Iri(RDF + "type")
_LONGEST_CHOICE = 8_192  # letters of what a list is narrowed by
_FOUND = [Choice("application/json", JSON), Choice(HTML.media_type, HTML)]
_EVIDENCE = ("graphs", "reified")  # as `ogdkg export --evidence`


Drawn = Callable[[Iri, int, Addresses], Reply | None]


class LinkedData:
    """Answers requests for IRIs, and for their descriptions.

    Args:
        graph: The graph.
        counted: Counts what it holds.

    Attributes:
        graph: The graph.
        drawn: Returns the page of what has one of its own kind, and None for what is a thing like others.
        asked_of: Returns the questions to ask about a text: their words, values and addresses.
        withheld: Which properties of which things are left out, since they tell of a person.
        entries: Each returns an entry of the navigation, if what it leads to is there.
        still: What pages tell of a site without a server; None on a server.
    """

    def __init__(self, graph: Graph, counted: Callable[[], Statistics]) -> None:
        self.graph = self._graph = graph
        self._counted = counted
        self.drawn: Drawn = lambda iri, number, at: None
        self.withheld: frozenset[tuple[Term, Iri]] = frozenset()
        self.asked_of: Callable[[str, Addresses, list[Iri]], list[Suggested]] = lambda *given: []
        self.entries: list[Callable[[], tuple[str, str, str] | None]] = []
        self.still: Still | None = None
        self._namespace = graph.project.resource_namespace
        self._made_front: Front | None = None
        self.map_of: Callable[[Addresses], object] = lambda at: None  # of the first page

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
        self.citations.names, self.citations.passages, self.citations.sourced  # noqa: B018
        self.citations.has_several_sources  # noqa: B018

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
    def citations(self) -> Citations:
        """The citations of the graph, with its names."""
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
        except (HttpError, OgdkgError) as error:  # the latter of a server behind this one
            return self.fault(error, ask, at.local())

    def fault(self, error: HttpError | OgdkgError, ask: Ask, at: Addresses) -> Reply:
        """Return the page of an error, for a person.

        Raises:
            HttpError: The same, for a program.
        """
        problem = problem_of(error)
        if not shows_faults(ask):
            raise problem from None
        return self._pages.problem(problem, at)

    def names(self, ask: Ask) -> bool:
        """Return whether the path of a request names a resource of the project, or its description."""
        if "body" in ask.get("sent", ()):
            return False
        at, path = Addresses(ask["base"], self._namespace), ask["path"]
        bare, _ = without_suffix(path) or (path, "")
        return any(self.first_known(at.iris(each)) for each in dict.fromkeys((path, bare)))

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
            return self._described(resources, Iri(iri), wanted(ask), ask, at)
        if ask["path"] == "/":
            return self._home(ask, at)
        return self._at_path(ask, at)

    def _at_path(self, ask: Ask, at: Addresses) -> Reply:
        path: str = ask["path"]
        if found := self.first_known(at.iris(path)):
            self._refuse_retired(*found, at)
            return self._see_other(found[1], ask, at)
        parts = without_suffix(path)
        if parts and (found := self.first_known(at.iris(parts[0]))):
            self._refuse_retired(*found, at)
            choice = BY_SUFFIX[parts[1]]
            return self._described(*found, choice, ask, at)
        if path == "/styleguide":
            return self._pages.style_guide(at.local())._replace(version=repr((path, at)))
        if path == "/things":
            return self._things(ask, at.local())
        raise self._unknown(next(at.iris(parts[0] if parts else path), ""), at)

    def first_known(self, iris: Iterable[str]) -> tuple[Resources, Iri] | None:
        """Return the first of some IRIs that is known, and where."""
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
        found = self.first_known([iri.value])
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
        names = None if self._graph.options.endpoint else self.citations.names
        near = [
            {"iri": each.value, "label": self.citations.label(each), "address": at.of(each.value)}
            for each in near_names(names, iri)
        ]
        detail = f"Nothing is known of <{iri}>." if iri else "There is nothing at this address."
        hint = {"hint": f"Did you mean {near[0]['label']}, <{near[0]['iri']}>?"} if near else {}
        return HttpError(404, detail, near=near, headers=None, **hint)

    def _see_other(self, iri: Iri, ask: Ask, at: Addresses) -> Reply:
        suffix = wanted(ask).format.extensions[0]
        more = {"evidence": given} if (given := only(ask["given"], "evidence")) else {}
        links = [
            f'<{at.document(iri.value, each)}>; rel="describedby"; type="{choice.media_type}"'
            for each, choice in BY_SUFFIX.items()
        ]
        headers = {
            "location": at.document(iri.value, suffix, page_of(ask["given"]), **more),
            "link": ", ".join([*links, *self._licence_links()]),
        }
        return Reply("text/plain; charset=utf-8", ["See Location.\n"], 303, headers)

    def _licence_links(self) -> list[str]:
        return [f'<{encoded(licence)}>; rel="license"' for licence in self._licences]

    def _described(self, resources: Resources, iri: Iri, choice: Choice, ask: Ask, at: Addresses) -> Reply:
        page = Page(resources, iri, page_of(ask["given"]))
        if page.number > page.last:
            raise HttpError(404, f"There are {page.last} pages, from 1.")
        evidence = only(ask["given"], "evidence") or _EVIDENCE[0]
        if evidence not in _EVIDENCE:
            raise HttpError(400, f"evidence is one of: {', '.join(_EVIDENCE)}.")
        return self._represented(page, choice, evidence, at)

    def representations(
        self, iri: Iri, suffixes: Iterable[str], at: Addresses, number: int = 1
    ) -> Iterator[tuple[str, Reply]]:
        """Yield a page of a description in several formats, by suffix, without headers; it is made once.

        Raises:
            HttpError: Nothing is known of the resource; or it was given up, and this is its page for people.
        """
        found = self.first_known([iri.value])
        if not found:
            raise self._unknown(iri.value, at)
        page = Page(found[0], iri, number)
        for suffix in suffixes:
            if suffix == HTML.extensions[0]:
                self._refuse_retired(*found, at)
            yield suffix, self._written(page, BY_SUFFIX[suffix], _EVIDENCE[0], at)

    def _represented(self, page: Page, choice: Choice, evidence: str, at: Addresses) -> Reply:
        iri = page.iri
        headers = {
            "link": ", ".join([*document_links(page, choice, at), *self._licence_links()]),
            "x-total-count": str(page.count),
        }
        version = repr((iri.value, page.number, evidence, at))
        reply = self._written(page, choice, evidence, at)
        return reply._replace(headers={**reply.headers, **headers}, version=version)

    def _written(self, page: Page, choice: Choice, evidence: str, at: Addresses) -> Reply:
        """A description without what a server tells beside it."""
        if choice.format is HTML:
            local = at.local()
            if own := self.drawn(page.iri, page.number, local):
                return own
            cited = PagedCitations(self.citations, page)
            return self._pages.description(Thing(page, cited, self._surroundings, local), local)
        body = write_description(page, choice, evidence, self._graph.project.prefixes)
        return Reply(choice.content_type, body)

    def _home(self, ask: Ask, at: Addresses) -> Reply:
        choice = wanted(ask)
        if choice.format is not HTML:
            headers = {"location": f"{at.base}/.well-known/void"}
            return Reply("text/plain; charset=utf-8", ["See Location.\n"], 303, headers)
        reply = self._pages.home(self.front, self.citations, at.local(), self.map_of(at.local()))
        return reply._replace(version=repr(("home", at)))

    def _things(self, ask: Ask, at: Addresses) -> Reply:
        names = (*self.index.facets, LETTER)
        given = {name: text[:_LONGEST_CHOICE] for name in names if (text := only(ask["given"], name))}
        page = page_of(ask["given"])
        index = self.index
        reply = self._pages.things(
            index.chosen(given, page), given, self.citations, at, is_whole=index.is_whole
        )
        return reply._replace(version=repr(("things", given, page, at)))

    @property
    def front(self) -> Front:
        """What the first page shows; what a server holds may change at any time."""
        if self._graph.options.endpoint or self._made_front is None:
            self._made_front = Front(self.citations, self._counted(), self._plurals)
        return self._made_front

    @cached_property
    def _surroundings(self) -> Surroundings:
        return Surroundings(self.citations, self._resources, self._shapes, self.withheld)

    @cached_property
    def index(self) -> Index:
        """All things, and what narrows them."""
        return Index(self.citations, self._plurals)

    @cached_property
    def _plurals(self) -> Plurals:
        return Plurals(self.citations, self._resources)

    def search(self, ask: Ask) -> Reply:
        """Answer with the resources that go by a name, or have it in theirs."""
        at, text = Addresses(ask["base"], self._namespace), (only(ask["given"], "q") or "").strip()[:200]
        things = matching(self.citations, text)
        version = repr(("search", text, at))
        if chosen(ask.get("accept"), _FOUND) is _FOUND[1]:
            local = at.local()
            groups, questions = self._grouped(things, local), self.asked_of(text, local, things)
            return self._pages.found(text, groups, questions, local)._replace(version=version)
        told = [
            {"iri": each.value, "label": self.citations.label(each), "address": at.of(each.value)}
            for each in things
        ]
        return Reply("application/json", [json_text({"found": told}), "\n"], version=version)

    def _grouped(self, things: Iterable[Iri], at: Addresses) -> list[Group]:
        counted = self._counted()
        numbers = dict(counted.classes)

        def kinds(thing: Iri) -> list[Iri]:
            return sorted(self.classes(thing), key=lambda each: numbers.get(each, 0))

        last = (name for name, _ in counted.graphs)
        return grouped(things, kinds, last, self.citations, self._plurals, at)

    @property
    def resources(self) -> Resources:
        """What the graph says of resources."""
        return self._resources

    @property
    def surroundings(self) -> Surroundings:
        """What is noted of the resources of the graph."""
        return self._surroundings

    @property
    def pages(self) -> Pages:
        """What makes the pages."""
        return self._pages

    @property
    def parts(self) -> tuple[Resources, Resources, Citations, Callable[[], Statistics]]:
        """What other pages are made of: the graph, its shapes, its citations, and what counts it."""
        return self._resources, self._shapes, self.citations, self._counted

    def kind(self, thing: Iri) -> str:
        """The names of its classes; none where it takes a query each."""
        return ", ".join(plain_name(self.citations, each) for each in self.classes(thing))

    def classes(self, thing: Iri) -> Iterable[Iri]:
        """Return the classes that a thing is said to be of; none where that takes a query each."""
        found = islice(self._resources.matching(thing, _TYPE), _MOST_KINDS) if self._resources.is_near else ()
        return dict.fromkeys(quad.object for quad in found if isinstance(quad.object, Iri))

    @cached_property
    def _pages(self) -> Pages:
        from ogdkg.web.pages.pages import Pages  # Jinja takes 30 ms

        options = self._graph.options
        is_far, is_drawn = bool(options.endpoint), self._graph.is_in_memory
        return Pages(self._graph.project, self.entries, is_far=is_far, is_drawn=is_drawn, still=self.still)
