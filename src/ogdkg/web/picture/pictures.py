"""The page of the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.search.folding import unaccented
from ogdkg.web.drawing.columns import Link, Picture, Thing, arranged
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.index import Facet
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.picture.linked_things import Joined, LinkedThings
from ogdkg.web.processes.answerer import Ask, Reply

PATH = "/picture"
_LONGEST = 2_000  # letters of what is chosen
_MOST_ROWS = 200  # of a kind in the table


class Row(NamedTuple):
    """A thing in the table, and what it is linked to: words before, a name, its address, and words after."""

    name: str
    address: str
    others: list[tuple[str, str, str, str]]


class Group(NamedTuple):
    """The things of a kind in the table."""

    heading: str
    rows: list[Row]
    left_out: int


class Pictures:
    """Answers requests for the picture.

    Args:
        graph: The graph that is served.
        linked: Has the pages, the names and the facets.
    """

    def __init__(self, graph: Graph, linked: LinkedData) -> None:
        self._graph, self._linked = graph, linked
        self._kinds = graph.project.pages.picture

    @cached_property
    def _things(self) -> LinkedThings:
        return LinkedThings(self._kinds, self._linked.citations, self._linked.index)

    def prepare(self) -> None:
        """Read the things and their links, before processes are forked that share them."""
        if self._kinds and self._graph.is_in_memory:
            self._things.links, self._linked.index.entries  # noqa: B018

    def answer(self, ask: Ask) -> Reply:
        """Answer with the picture as a page."""
        local = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            given = {name: (only(ask["given"], name) or "")[:_LONGEST] for name in ask["given"]}
            page = self._page(given, local)
        except (HttpError, OgdkgError) as error:
            return self._linked.fault(error, ask, local)
        reply = self._linked.pages.of("picture.html", local, here="picture", page=page)
        return reply._replace(version=repr(("picture", sorted(given.items()), local)))

    def _page(self, given: Mapping[str, str], at: Addresses) -> PicturePage:
        if not self._kinds:
            raise HttpError(404, "This project names no kinds of things to draw.")
        if not self._graph.is_in_memory:
            raise HttpError(404, "The graph is too large, or too far away, to be drawn as a whole.")
        return PicturePage(self._things, given, self._linked, at)


class PicturePage:
    """What the template of the picture shows.

    Args:
        things: The things, and their links.
        given: What was chosen, by field.
        linked: Has the names.
        at: The addresses of the server.
    """

    def __init__(
        self, things: LinkedThings, given: Mapping[str, str], linked: LinkedData, at: Addresses
    ) -> None:
        self._things, self._at = things, at
        self._label = linked.citations.label
        facets = linked.index.facets
        self._given = {name: text for name, text in given.items() if text and name in facets}
        self._links = things.around(things.core(self._given))
        self.facets: list[Facet] = things.facets(self._given)

    @property
    def title(self) -> str:
        """The kinds that are drawn, as a heading."""
        *others, last = self._things.kinds
        title = f"{', '.join(others)} and {last}" if others else last
        return title[:1].upper() + title[1:]

    @property
    def form(self) -> str:
        """Where the form leads, and the picture of all."""
        return f"{self._at.base}{PATH}"

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """What is chosen: the name of its field, its words, and the address without it."""
        found = []
        for facet in self.facets:
            for choice in facet.choices:
                if choice.is_chosen:
                    left = {name: text for name, text in self._given.items() if name != facet.field}
                    found.append(
                        (facet.name, choice.name, self.form + (f"?{urlencode(left)}" if left else ""))
                    )
        return found

    @cached_property
    def picture(self) -> Picture:
        """The picture."""
        things = [
            Thing(thing.value, self._label(thing), self._at.of(thing.value), self._things.column_of[thing])
            for thing in dict.fromkeys(thing for link in self._links for thing in (link.one, link.other))
        ]
        links = [Link(each.one.value, each.other.value, each.words, each.is_derived) for each in self._links]
        return arranged(things, links, list(self._things.kinds))

    @cached_property
    def groups(self) -> list[Group]:
        """The table: the things by kind, each with what it is linked to."""
        by_thing: dict[Iri, list[tuple[str, str, str, str]]] = defaultdict(list)
        for link in self._links:
            for thing, other in ((link.one, link.other), (link.other, link.one)):
                by_thing[thing].append(self._told(link, other))
        names = sorted(((self._label(thing), thing) for thing in by_thing), key=_by_name)
        found = []
        for at, heading in enumerate(self._things.kinds):
            rows = [
                Row(name, self._at.of(thing.value), sorted(by_thing[thing], key=lambda each: each[1]))
                for name, thing in names
                if self._things.column_of[thing] == at
            ]
            found.append(Group(heading, rows[:_MOST_ROWS], max(len(rows) - _MOST_ROWS, 0)))
        return [group for group in found if group.rows]

    def _told(self, link: Joined, other: Iri) -> tuple[str, str, str, str]:
        name, address = self._label(other), self._at.of(other.value)
        is_forward = other == link.other
        return (
            (f"{link.words} " if is_forward else ""),
            name,
            address,
            ("" if is_forward else f" {link.words} it"),
        )


def _by_name(each: tuple[str, Iri]) -> tuple[str, str]:
    return unaccented(each[0]), each[1].value
