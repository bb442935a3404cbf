"""What the page of the map shows: the picture, the table, and the form, whose fields are in the address."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from ogdkg.project.pages import MapSettings
from ogdkg.rdf.terms import Iri, Term
from ogdkg.web.drawing.world import REGIONS, Place, World, drawn
from ogdkg.web.map.narrowed import FROM, REGION, UNTIL, Located, Named, Narrowed
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.index import Facet
from ogdkg.web.questions.asked import address_of

PATH = "/map"


class Line(NamedTuple):
    """A line of the table: a place, where it leads, how much is there, and what, each with an address."""

    name: Named
    address: str
    number: int
    things: list[tuple[Named, str]]
    is_drawn: bool


class Dates(NamedTuple):
    """A field of years: its name, its label, and the chosen year."""

    field: str
    label: str
    chosen: str


class MapPage:
    """What the template of the map shows.

    Args:
        settings: What the map is called, and what it counts.
        narrowed: The rows that were chosen.
        region: The key of the part of the world to show.
        at: The addresses of the server.
        parameters: The parameters of the stored query, which what is chosen may be given to.
    """

    def __init__(
        self,
        settings: MapSettings,
        narrowed: Narrowed,
        region: str,
        at: Addresses,
        parameters: Collection[str] = (),
    ) -> None:
        self._narrowed, self._at, self._parameters = narrowed, at, parameters
        self._settings = settings
        self._region = region if region in REGIONS else ""
        self.title, self.counts = settings.title, settings.counts
        self.years = narrowed.years
        self.has_undated, self.is_cut = narrowed.has_undated, narrowed.is_cut
        self.place_name = narrowed.place_name

    @cached_property
    def facets(self) -> list[Facet]:
        """What narrows the map."""
        return self._narrowed.facets

    @property
    def form(self) -> str:
        """Where the form leads, and the map with nothing chosen."""
        return f"{self._at.base}{PATH}"

    @property
    def region(self) -> str:
        """The key of the part of the world that is shown, which the form keeps."""
        return self._region

    @property
    def dates(self) -> list[Dates]:
        """The fields of years; none where all is of one year or of none."""
        if len(self.years) < 2:
            return []
        given = self._narrowed.given
        return [
            Dates(FROM, "From", given.get(FROM, "")),
            Dates(UNTIL, "Until", given.get(UNTIL, "")),
        ]

    def _address(self, **changed: str) -> str:
        wanted = {**self._narrowed.given, REGION: self._region, **changed}
        pairs = [(name, text) for name, text in wanted.items() if text]
        return self.form + (f"?{urlencode(pairs, errors='replace')}" if pairs else "")

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """What is chosen: the name of its field, its words, and the address without it."""
        found = [
            (facet.name, choice.name, self._address(**{facet.field: ""}))
            for facet in self.facets
            for choice in facet.choices
            if choice.is_chosen
        ]
        return found + [
            (each.label, each.chosen, self._address(**{each.field: ""})) for each in self.dates if each.chosen
        ]

    @property
    def regions(self) -> list[tuple[str, str, bool]]:
        """The parts of the world: their names, addresses, and whether it is the one that is shown."""
        return [
            (name, self._address(**{REGION: key}), key == self._region) for key, (name, _) in REGIONS.items()
        ]

    @cached_property
    def lines(self) -> list[Line]:
        """The table: each place, how much is there, and what."""
        return [
            Line(
                each.name,
                self._at.of(each.place.value),
                self._number(each),
                [(name, self._where(term)) for name, term in each.things],
                each.country is not None,
            )
            for each in self._narrowed.located
        ]

    def _number(self, each: Located) -> int:
        return len(each.things) if self._narrowed.counts_things else each.rows

    def _where(self, term: Term) -> str:
        return self._at.of(term.value) if isinstance(term, Iri) else ""

    @cached_property
    def map(self) -> World:
        """The picture."""
        places = [
            Place(
                each.country,
                each.name.text,
                number := self._number(each),
                f"{number:,}",
                self._at.of(each.place.value),
            )
            for each in self._narrowed.located
            if each.country
        ]
        return drawn(places, REGIONS[self._region][1])

    @property
    def question(self) -> str:
        """Where the stored query behind the map is asked, which cites its rows; empty without one."""
        if not self._settings.query:
            return ""
        values = {name: text for name, text in self._narrowed.given.items() if name in self._parameters}
        fields = f"?{urlencode(values, errors='replace')}" if values else ""
        return address_of(self._at.base, self._settings.query) + fields
