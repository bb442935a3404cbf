"""A picture of linked things in columns: names that can be read, and lines between them.

Each name has a row of its own, so that none lies upon another. Rows are ordered by where their links lead, so
that lines cross little (the barycentre method of Sugiyama, Tagawa, Toda 1981). The same things give the same
picture.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ogdkg.search.folding import unaccented

MOST = 150  # things that are drawn
MOST_LINES = 600
ROW = 24
_TOP = 44
_WIDTH = 1088
_SWEEPS = 12
# Of a picture with so many columns: where lines end left and right of each, its anchor, and its longest name.
_ENDS = {
    1: (((300, 300), "start", 72),),
    2: (((440, 440), "end", 56), ((648, 648), "start", 56)),
    3: (((268, 268), "end", 33), ((424, 690), "middle", 32), ((846, 846), "start", 30)),
}


class Thing(NamedTuple):
    """A thing in a picture: its key, its name, its address, and the number of its column, from 0."""

    key: str
    name: str
    address: str
    column: int


class Link(NamedTuple):
    """A link between two things by their keys: its words, and whether it only follows from others."""

    one: str
    other: str
    words: str
    is_derived: bool = False


class Name(NamedTuple):
    """A name in the picture: how far down, where lines end beside it, and those that are drawn with it."""

    thing: Thing
    text: str
    y: int
    dots: Sequence[int]
    lines: Sequence[Line]


class Line(NamedTuple):
    """A line of the picture as the data of a path."""

    path: str
    words: str
    is_derived: bool


class Column(NamedTuple):
    """A column: its heading, where its names stand, and how many of its things are not drawn."""

    heading: str
    x: int
    anchor: str
    names: Sequence[Name]
    left_out: int


class Picture(NamedTuple):
    """A picture in columns."""

    width: int
    height: int
    columns: Sequence[Column]
    lines_left_out: int


def arranged(things: Iterable[Thing], links: Iterable[Link], headings: Sequence[str]) -> Picture:
    """Return the picture of things that have links; of many, those with the most.

    Args:
        things: The things.
        links: The links between them.
        headings: The headings of the columns, one to three.
    """
    known = {thing.key: thing for thing in things}
    between = [link for link in links if link.one != link.other and {link.one, link.other} <= known.keys()]
    shown, drawn = _most_linked(known, between)
    beside = defaultdict(set)
    for link in drawn:
        beside[link.one].add(link.other)
        beside[link.other].add(link.one)
    order = _ordered([thing for thing in known.values() if thing.key in shown], beside, len(headings))
    heights = _heights(order, beside)
    linked = {key for link in between for key in (link.one, link.other)}
    left_out = [sum(known[key].column == at for key in linked - shown) for at in range(len(headings))]
    rows = max(map(len, order), default=0)
    ends = _ENDS[len(headings)]
    drawer = _Drawer(known, heights, [each[0] for each in ends])
    for link in drawn[:MOST_LINES]:
        drawer.draw(link)
    columns = []
    for at, (heading, ((left, right), anchor, most)) in enumerate(zip(headings, ends, strict=True)):
        names = [
            Name(
                thing, shortened(thing.name, most), heights[thing.key],
                sorted(drawer.dots[thing.key]), drawer.lines[thing.key],
            )
            for thing in sorted(order[at], key=lambda each: heights[each.key])
        ]  # fmt: skip
        x = {"end": left - 10, "start": right + 10}.get(anchor, (left + right) // 2)
        columns.append(Column(heading, x, anchor, names, left_out[at]))
    height = _TOP + rows * ROW + ROW
    return Picture(_WIDTH, height, columns, max(len(drawn) - MOST_LINES, 0))


def _most_linked(known: Mapping[str, Thing], links: Sequence[Link]) -> tuple[set[str], list[Link]]:
    """The keys of the things that are drawn, and the links between them."""
    degrees: dict[str, int] = defaultdict(int)
    for link in links:
        degrees[link.one] += 1
        degrees[link.other] += 1
    most = sorted(degrees, key=lambda key: (-degrees[key], unaccented(known[key].name), key))[:MOST]
    shown = set(most)
    drawn = _without_shortcuts([link for link in links if link.one in shown and link.other in shown], known)
    still = {key for link in drawn for key in (link.one, link.other)}
    return still, drawn


def _without_shortcuts(links: Sequence[Link], known: Mapping[str, Thing]) -> list[Link]:
    """Links, but for those that follow from others and would pass through the names of a column between."""
    beside = defaultdict(set)
    for link in links:
        beside[link.one].add(link.other)
        beside[link.other].add(link.one)
    return [
        link
        for link in links
        if not link.is_derived
        or abs(known[link.one].column - known[link.other].column) < 2
        or beside[link.one].isdisjoint(beside[link.other])
    ]


def _ordered(things: Iterable[Thing], beside: Mapping[str, set[str]], count: int) -> list[list[Thing]]:
    """The things of each column, each near to what it is linked to."""
    columns: list[list[Thing]] = [[] for _ in range(count)]
    for thing in sorted(things, key=lambda each: (unaccented(each.name), each.key)):
        columns[thing.column].append(thing)
    for sweep in range(_SWEEPS):
        places = {
            thing.key: (at + 0.5) / len(column) for column in columns for at, thing in enumerate(column)
        }
        for at in range(count) if sweep % 2 else reversed(range(count)):
            columns[at].sort(key=lambda thing: _mean(thing, beside, places))
            places |= {thing.key: (row + 0.5) / len(columns[at]) for row, thing in enumerate(columns[at])}
    return columns


def _mean(thing: Thing, beside: Mapping[str, set[str]], places: Mapping[str, float]) -> float:
    others = beside[thing.key]
    return sum(places[key] for key in sorted(others)) / len(others) if others else places[thing.key]


def _heights(columns: Sequence[Sequence[Thing]], beside: Mapping[str, set[str]]) -> dict[str, int]:
    """How far down each name stands: the longest column row by row, others beside what they are linked to."""
    rows = max(map(len, columns), default=0)
    bottom = _TOP + (rows - 1) * ROW
    heights: dict[str, int] = {}
    for column in sorted(columns, key=lambda each: -len(each)):
        wanted = []
        for at, thing in enumerate(column):
            near = [heights[key] for key in beside[thing.key] if key in heights]
            even = _TOP + (rows - len(column)) * ROW // 2 + at * ROW
            wanted.append(sum(near) / len(near) if near and len(column) < rows else even)
        column = [thing for _, thing in sorted(zip(wanted, column, strict=True), key=lambda each: each[0])]
        places = _apart(sorted(wanted), bottom)
        heights |= {thing.key: round(place) for thing, place in zip(column, places, strict=True)}
    return heights


def _apart(wanted: Sequence[float], bottom: float) -> list[float]:
    """Places a row apart at least, near those that are wanted, none below the bottom."""
    found: list[float] = []
    for place in wanted:
        found.append(max(place, found[-1] + ROW) if found else max(place, _TOP))
    for at in reversed(range(len(found))):
        limit = bottom if at == len(found) - 1 else found[at + 1] - ROW
        found[at] = min(found[at], limit)
    return found


class _Drawer:
    """Draws links as lines, each with its thing in the middle column, else with the first."""

    def __init__(
        self, known: Mapping[str, Thing], heights: Mapping[str, int], ends: Sequence[tuple[int, int]]
    ) -> None:
        self._known, self._heights, self._ends = known, heights, ends
        self.lines: dict[str, list[Line]] = defaultdict(list)
        self.dots: dict[str, set[int]] = defaultdict(set)

    def draw(self, link: Link) -> None:
        """Draw a link."""
        one, other = sorted((self._known[link.one], self._known[link.other]), key=lambda each: each.column)
        y, z = self._heights[one.key], self._heights[other.key]
        if one.column == other.column:
            is_left = one.column == 0 and len(self._ends) > 1
            x = w = self._ends[one.column][1 if is_left else 0]
            bulge = min(24 + abs(z - y) // 6, 110) * (1 if is_left else -1)
            path = f"M{x} {y}C{x + bulge} {y} {x + bulge} {z} {x} {z}"
        else:
            x, w = self._ends[one.column][1], self._ends[other.column][0]
            middle = (x + w) // 2
            path = f"M{x} {y}C{middle} {y} {middle} {z} {w} {z}"
        self.dots[one.key].add(x)
        self.dots[other.key].add(w)
        owner = other if other.column == len(self._ends) // 2 else one
        told = f"{self._known[link.one].name}: {link.words} {self._known[link.other].name}"
        self.lines[owner.key].append(Line(path, told, link.is_derived))


def shortened(text: str, most: int) -> str:
    """Return a text that is at most so wide, in letters of common width."""
    width = 0
    for at, letter in enumerate(text):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > most:
            return text[: max(at - 1, 1)].rstrip() + "…"
    return text
