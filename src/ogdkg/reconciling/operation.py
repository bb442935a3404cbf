"""Reconciles the column of a table: each row with what its name is meant for. Writes nothing."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

from ogdkg.errors import InputError, Place, check_is_text
from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.importing.table import (
    Dialect,
    check_column,
    dialect_by_name,
    dialect_of,
    hint_of_row,
    rows_of,
)
from ogdkg.reconciling.offers import Offer, Offering
from ogdkg.text.escape import one_line

_ROWS_AT_ONCE = 1_000  # rows that are read before their names are asked for
# What is added to the columns of a table.
ADDED = (
    "match",
    "match name",
    "match score",
    "match state",
    "match candidates",
    "match source",
    "match date",
)


class State(Enum):
    """What became of a name."""

    ACCEPTED = "accepted"
    DOUBTFUL = "doubtful"
    UNMATCHED = "unmatched"
    EMPTY = ""


class Decision(NamedTuple):
    """What a name is taken for, and what was offered."""

    name: str
    state: State
    chosen: Offer | None = None
    offers: tuple[Offer, ...] = ()


Choose = Callable[[str, list[Offer]], Offer | None]


class Row(NamedTuple):
    """A row of the table, with what became of its name."""

    cells: list[str]
    decision: Decision


class Table(NamedTuple):
    """A table that is read as it is asked for.

    Attributes:
        header: The names of its columns.
        place: Which column has the names.
        rows: The rows with their lines.
        dialect: How the table is written.
    """

    header: list[str]
    place: int
    rows: Iterator[tuple[int, list[str]]]
    dialect: Dialect
    path: Path


def opened(path: Path, column: str) -> Table:
    """Open a table.

    Raises:
        InputError: It has no such column, or one that we add.
        UsageError: The file is not named .tsv or .csv.
    """
    dialect_by_name(path)  # before it is opened
    file = shown_path(path)
    source = _lines(path, file)
    first = list(islice(source, 2))
    dialect = dialect_of(path, first)
    rows = rows_of(chain(first, source), file, dialect)
    line, header = next(rows, (1, []))
    if not header:
        raise InputError("The table is empty.", place=Place(file), hint="Its first line names the columns.")
    names = [name.strip() for name in header]
    place = Place(file, line)
    check_column(column, names, place)
    if taken := [name for name in ADDED if name in names]:
        hint = "Rename or remove it: this table was reconciled before, perhaps."
        raise InputError(f"The table has a column {taken[0]!r} already.", place=place, hint=hint)
    return Table(header, names.index(column), rows, dialect, path)


def _lines(path: Path, file: str) -> Iterator[str]:
    """Iterate the lines of a text file, decoded as they are read."""
    with reading(file), path.open("rb") as data:
        check_is_text(data.peek(), file)
        with io.TextIOWrapper(data, encoding="utf-8-sig", newline="") as source:
            yield from _decoded(source, file)


def _decoded(source: IO[str], file: str) -> Iterator[str]:
    try:
        yield from source
    except UnicodeDecodeError:
        raise InputError("The table is not UTF-8.", place=Place(file), hint="Save it as UTF-8.") from None


class Reconciling:
    """One run over a table.

    Args:
        offering: Offers the things.
        choose: Chooses one of several offers, or none.

    Attributes:
        decided: What became of each name, in the order in which they came.
        counts: How many rows there are of each state.
    """

    def __init__(self, offering: Offering, choose: Choose) -> None:
        self._offering, self._choose = offering, choose
        self.decided: dict[str, Decision] = {}
        self.counts = dict.fromkeys(State, 0)

    def rows(self, table: Table) -> Iterator[Row]:
        """Iterate the rows in their order, each with what became of its name.

        Raises:
            InputError: A row has another number of cells than the header.
            StoreError: The service fails.
        """
        while some := list(islice(table.rows, _ROWS_AT_ONCE)):
            for line, cells in some:
                if len(cells) != len(table.header):
                    message = f"The row has {len(cells)} cells, the header {len(table.header)}."
                    hint = hint_of_row(cells, len(table.header), table.dialect)
                    raise InputError(message, place=Place(shown_path(table.path), line), hint=hint)
            self._decide(_name(cells[table.place]) for _, cells in some)
            for _, cells in some:
                decision = self.decided.get(_name(cells[table.place]), Decision("", State.EMPTY))
                self.counts[decision.state] += 1
                yield Row(cells, decision)

    def _decide(self, names: Iterable[str]) -> None:
        left = iter(dict.fromkeys(name for name in names if name and name not in self.decided))
        while some := list(islice(left, self._offering.batch)):
            offers = self._offering.offers(some)
            for name in some:
                self.decided[name] = self._decision(name, offers[name])

    def _decision(self, name: str, offers: list[Offer]) -> Decision:
        chosen = self._choose(name, offers) if offers else None
        state = State.ACCEPTED if chosen else State.DOUBTFUL if offers else State.UNMATCHED
        return Decision(name, state, chosen, tuple(offers))


def _name(cell: str) -> str:
    return " ".join(one_line(cell).split())


def above(threshold: float) -> Choose:
    """Choose the first offer if its score reaches a threshold, and no other's is as high."""

    def choose(name: str, offers: list[Offer]) -> Offer | None:
        first = offers[0]
        is_alone = len(offers) == 1 or offers[1].score < first.score
        return first if first.score >= threshold and is_alone else None

    return choose


def sure(name: str, offers: list[Offer]) -> Offer | None:
    """Choose the one offer that whoever made it is sure of."""
    found = [each for each in offers if each.is_sure]
    return found[0] if len(found) == 1 else None


def first_of(ways: Iterable[Choose]) -> Choose:
    """Choose what the first way chooses, or else the next."""
    several = tuple(ways)

    def choose(name: str, offers: list[Offer]) -> Offer | None:
        return next((found for way in several if (found := way(name, offers))), None)

    return choose


def added_cells(decision: Decision, source: str, date: str) -> list[str]:
    """Return the cells that are added to a row."""
    chosen = decision.chosen
    others = "; ".join(f"{each.iri} ({each.name}, {each.score:g})" for each in decision.offers)
    mine = [chosen.iri, chosen.name, f"{chosen.score:g}"] if chosen else ["", "", ""]
    return [
        *mine,
        decision.state.value,
        others,
        source if decision.name else "",
        date if decision.name else "",
    ]


def accepted(decided: Mapping[str, Decision]) -> list[Decision]:
    """Return those that were accepted."""
    return [each for each in decided.values() if each.state is State.ACCEPTED]
