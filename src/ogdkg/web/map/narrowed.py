"""The rows behind a map: which column names countries, what is counted there, and what narrows the rows."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ogdkg.rdf.terms import Iri, Literal, Row, Term
from ogdkg.search.folding import unaccented
from ogdkg.web.drawing.countries import Country
from ogdkg.web.pages.index import Choosable, Facet
from ogdkg.web.questions.rows import Column

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?([T+\-Z].*)?", re.DOTALL)
FROM, UNTIL, REGION = "from", "until", "region"
OURS = (FROM, UNTIL, REGION)
_MOST_CHOICES = 150  # of a column that narrows the rows


class Named(NamedTuple):
    """A name, and its language if that is known."""

    text: str
    language: str


class Located(NamedTuple):
    """A place with what is there, by name; and of how many rows."""

    place: Iri
    name: Named
    country: Country | None
    things: list[tuple[Named, Term]]
    rows: int


class Rows(NamedTuple):
    """The rows of a map.

    Attributes:
        rows: The rows.
        columns: Their columns.
        place: The column that names countries.
        thing: The column of what is counted in them; None to count rows.
        date: The column of dates, if there is one.
        countries: The countries among the places.
        is_cut: Whether there are more rows than these.
    """

    rows: Sequence[Row]
    columns: Sequence[Column]
    place: Column
    thing: Column | None
    date: Column | None
    countries: Mapping[Iri, Country]
    is_cut: bool


def rows_of(
    rows: Sequence[Row],
    columns: Sequence[Column],
    among: Callable[[Iterable[Iri]], Mapping[Iri, Country]],
    *,
    is_cut: bool = False,
) -> Rows | None:
    """Return the rows of an answer as a map shows them; None if no column names countries."""
    best: Column | None = None
    known: dict[Iri, Country] = {}
    for column in columns:
        found = among({term for row in rows if isinstance(term := row[column.place], Iri)})
        if len(found) > len(known):
            best, known = column, dict(found)
    if best is None:
        return None
    things = [each for each in columns if each != best and _are_things(each, rows)]
    dates = [each for each in columns if _are_dates(each, rows)]
    return Rows(rows, columns, best, next(iter(things), None), next(iter(dates), None), known, is_cut)


def _are_things(column: Column, rows: Iterable[Row]) -> bool:
    terms = {row[column.place] for row in rows} - {None}
    return bool(terms) and all(isinstance(term, Iri) for term in terms)


def _are_dates(column: Column, rows: Iterable[Row]) -> bool:
    terms = {row[column.place] for row in rows} - {None}
    return bool(terms) and all(isinstance(term, Literal) and _DATE.fullmatch(term.value) for term in terms)


class Narrowed:
    """The rows of a map that fit what was chosen.

    Args:
        rows: The rows.
        given: What was chosen, by field.
        name_of: Returns how an IRI is shown that the answer has no label of.
        short: Returns a short form of an IRI, as an address has it.
    """

    def __init__(
        self,
        rows: Rows,
        given: Mapping[str, str],
        name_of: Callable[[Iri], str],
        short: Callable[[Iri], str],
    ) -> None:
        self._all, self._name_of, self._short = rows, name_of, short
        self._fields = {
            f"_{each.name}" if each.name in OURS else each.name: each
            for each in rows.columns
            if each not in (rows.place, rows.date) and not each.is_number and self._narrows(each)
        }
        self.given = {name: given[name] for name in (*self._fields, FROM, UNTIL) if given.get(name)}
        self.rows = self._fitting(self.given)

    def _narrows(self, column: Column) -> bool:
        """Whether a column says more than the place does, and has few enough values to choose from."""
        by_place = defaultdict(set)
        for row in self._all.rows:
            by_place[row[self._all.place.place]].add(row[column.place])
        values = set().union(*by_place.values()) - {None}
        is_code = len(values) == len(by_place) and all(len(each) == 1 for each in by_place.values())
        return 1 < len(values) <= _MOST_CHOICES and not is_code

    def _fitting(self, given: Mapping[str, str]) -> list[Row]:
        wanted = [(self._fields[name], text) for name, text in given.items() if name in self._fields]
        first, last = given.get(FROM, ""), given.get(UNTIL, "")
        return [
            row
            for row in self._all.rows
            if all(self._key(row[column.place]) == text for column, text in wanted)
            and (not (first or last) or self._is_between(row, first, last))
        ]

    def _is_between(self, row: Row, first: str, last: str) -> bool:
        year = self._year(row)
        return bool(year) and first <= year and (not last or year <= last)

    def _year(self, row: Row) -> str:
        term = row[self._all.date.place] if self._all.date else None
        return term.value[:4] if isinstance(term, Literal) else ""

    def _key(self, term: Term | None) -> str:
        if isinstance(term, Iri):
            return self._short(term)
        return term.value if isinstance(term, Literal) else ""

    @property
    def facets(self) -> list[Facet]:
        """What narrows the rows, with the values that the other choices leave."""
        found = []
        for field, column in self._fields.items():
            others = {name: text for name, text in self.given.items() if name != field}
            places: dict[Term, set[Term | None]] = {}
            names: dict[Term, str] = {}
            for row in self._fitting(others):
                if (term := row[column.place]) is not None:
                    places.setdefault(term, set()).add(row[self._all.place.place])
                    if term not in names:
                        names[term] = column.text(row, self._name_of)
            chosen = self.given.get(field)
            choices = [
                Choosable(key := self._key(term), names[term], len(of), key == chosen)
                for term, of in places.items()
            ]
            choices.sort(key=lambda each: unaccented(each.name))
            if chosen and not any(each.is_chosen for each in choices):
                choices.insert(0, Choosable(chosen, chosen, 0, True))
            found.append(Facet(field, column.head, choices))
        return found

    @property
    def counts_things(self) -> bool:
        """Whether there is a column of things to count; else rows are."""
        return self._all.thing is not None

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than were read."""
        return self._all.is_cut

    @property
    def place_name(self) -> str:
        """What the column of places is called."""
        return self._all.place.head

    @property
    def years(self) -> list[str]:
        """The years of the rows, the first first."""
        return sorted({year for row in self._all.rows if (year := self._year(row))})

    @property
    def has_undated(self) -> bool:
        """Whether dates are chosen, and rows are left out that have none."""
        others = {name: text for name, text in self.given.items() if name not in (FROM, UNTIL)}
        return len(others) < len(self.given) and any(not self._year(row) for row in self._fitting(others))

    @cached_property
    def located(self) -> list[Located]:
        """The places by name, each with what is there."""
        place, thing = self._all.place, self._all.thing
        names: dict[Iri, Named] = {}
        things: dict[Iri, dict[Term, Named]] = defaultdict(dict)
        called: dict[Term, Named] = {}
        rows: dict[Iri, int] = defaultdict(int)
        for row in self.rows:
            if isinstance(where := row[place.place], Iri):
                rows[where] += 1
                if where not in names:
                    names[where] = self._named(place, row)
                if thing and (term := row[thing.place]) is not None:
                    if term not in called:
                        called[term] = self._named(thing, row)
                    things[where][term] = called[term]
        found = [
            Located(
                where,
                name,
                self._all.countries.get(where),
                sorted(((text, term) for term, text in things[where].items()), key=_by_name),
                rows[where],
            )
            for where, name in names.items()
        ]
        return sorted(found, key=lambda each: (unaccented(each.name.text), each.place.value))

    def _named(self, column: Column, row: Row) -> Named:
        shown = column.shown(row)
        language = shown.language if isinstance(shown, Literal) else ""
        return Named(column.text(row, self._name_of), language)


def _by_name(each: tuple[Named, Term]) -> tuple[str, str]:
    return unaccented(each[0].text), str(each[1])
