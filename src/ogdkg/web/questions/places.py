"""Which things of a graph are countries, by their codes (`[pages.map] code`), and the map of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.web.drawing.countries import Country, country_of
from ogdkg.web.drawing.world import Place, World, around, drawn
from ogdkg.web.questions.rows import Column, Located, Table

_AT_ONCE = 500  # things that one query asks for
_MOST = 5_000  # things of an answer that may be countries
_CODES = "SELECT ?place ?code {{ VALUES ?place {{ {places} }} ?place {code} ?code }}"


class Countries:
    """Knows the countries of a graph.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._settings = graph.project.pages.map
        self._known: dict[Iri, Country | None] = {}

    def among(self, things: Iterable[Iri]) -> Mapping[Iri, Country]:
        """Return the countries among some things; none of a project that names no codes, or of too many."""
        wanted = dict.fromkeys(things)
        if self._settings is None or len(wanted) > _MOST:
            return {}
        known = {} if self._graph.options.endpoint else self._known  # a server may change at any time
        new = [thing for thing in wanted if thing not in known]
        for start in range(0, len(new), _AT_ONCE):
            places = new[start : start + _AT_ONCE]
            known |= dict.fromkeys(places) | self._asked(places)
        return {thing: country for thing in wanted if (country := known[thing])}

    def _asked(self, places: Iterable[Iri]) -> dict[Iri, Country]:
        assert self._settings is not None
        named = " ".join(map(to_ntriples, places))
        text = _CODES.format(places=named, code=to_ntriples(self._settings.code))
        found = [(place, country_of(code)) for place, code in self._graph.select(text, limited=False)]
        coded = [(place, country) for place, country in found if isinstance(place, Iri) and country]
        return dict(sorted(coded, key=lambda each: each[1].number, reverse=True))


class AnswerMap:
    """The map of an answer.

    Args:
        table: The answer.
        column: The column that names countries.
        countries: The countries among its values.
    """

    def __init__(self, table: Table, column: Column, countries: Mapping[Iri, Country]) -> None:
        self.column = column
        self.counts = numbers.head if (numbers := table.numbers_of(column)) else "Rows"
        self.located: list[Located] = table.places(column, countries)
        self._names = {row[column.place] for row in table.found} - {None}

    @property
    def left_out(self) -> int:
        """How many values of the column are not drawn: no countries, or without a number."""
        return len(self._names) - len(self.located)

    @cached_property
    def map(self) -> World:
        """The picture: the part of the world around the countries."""
        places = [
            Place(each.country, each.cell.text, float(each.number), each.words, each.cell.address)
            for each in self.located
        ]
        return drawn(places, around(place.country for place in places))
