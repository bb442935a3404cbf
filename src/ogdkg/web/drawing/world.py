"""A map of the world: which countries are shaded how, which are dots, and which part is seen.

The outlines are one file that browsers keep (`templates/world.svg`); a page names those that it shades.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ogdkg.web.drawing.countries import Box, Country
from ogdkg.web.drawing.shades import Shade, Shades

WORLD = Box(170, 0, 3800, 1733)
# The parts of the world that a map can show, by the key in its address.
REGIONS: Mapping[str, tuple[str, Box]] = {
    "": ("World", WORLD),
    "africa": ("Africa", Box(1224, 418, 1706, 1066)),
    "asia": ("Asia", Box(2094, 213, 1466, 916)),
    "europe": ("Europe", Box(1756, 101, 590, 369)),
    "north-america": ("North America", Box(387, 141, 1126, 704)),
    "caribbean": ("Caribbean", Box(802, 552, 520, 325)),
    "south-america": ("South America", Box(494, 771, 1531, 957)),
    "pacific": ("Pacific", Box(3215, 742, 923, 577)),
}
_DOT = 34 / WORLD.width  # of the width that is seen: what is smaller is a dot as well
_RADIUS = 13 / WORLD.width
_LINE = 3 / WORLD.width
_AROUND = 0.6  # of the width of some countries, which is seen on each side of them
_LEAST = 800  # units that are seen
_SHAPE = 2.0  # width of a detail by its height


class Place(NamedTuple):
    """A country with a number: its name, what is said of it, and where a link from it leads."""

    country: Country
    name: str
    number: float
    words: str
    address: str


class Mark(NamedTuple):
    """A country as it is drawn: its shade, its outline's name if it has one, and whether it is a dot."""

    place: Place
    shade: int
    outline: str
    is_dot: bool


class World(NamedTuple):
    """A map.

    Attributes:
        box: The part that is seen.
        outlines: The countries that have an outline.
        dots: Those that are dots, drawn above all outlines.
        legend: The classes of their numbers.
    """

    box: Box
    outlines: Sequence[Mark]
    dots: Sequence[Mark]
    legend: Sequence[Shade]

    @property
    def radius(self) -> str:
        """The radius of a dot."""
        return f"{self.box.width * _RADIUS:.1f}"

    @property
    def line(self) -> str:
        """The width of a border."""
        return f"{self.box.width * _LINE:.1f}"


def drawn(places: Iterable[Place], box: Box = WORLD) -> World:
    """Return the map of some countries.

    Args:
        places: The countries.
        box: The part of the world that is seen.
    """
    known = list(places)
    shades = Shades(place.number for place in known)
    outlines: list[Mark] = []
    dots: list[Mark] = []
    for place in known:
        country = place.country
        is_dot = max(country.box.width, country.box.height) < box.width * _DOT or not country.has_outline
        outline = f"c{country.number}" if country.has_outline else ""
        (dots if is_dot else outlines).append(Mark(place, shades.of(place.number), outline, is_dot))
    return World(box, outlines, dots, shades.legend)


def around(countries: Iterable[Country]) -> Box:
    """Return the part of the world around some countries; all of it, where they are far apart."""
    boxes = [country.box for country in countries]
    if not boxes:
        return WORLD
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right = max(box.left + box.width for box in boxes)
    bottom = max(box.top + box.height for box in boxes)
    width = max((right - left) * (1 + 2 * _AROUND), (bottom - top) * (1 + _AROUND) * _SHAPE, _LEAST)
    if width > WORLD.width * 0.7:
        return WORLD
    height = width / _SHAPE
    x = min(max((left + right - width) / 2, WORLD.left), WORLD.left + WORLD.width - width)
    y = min(max((top + bottom - height) / 2, WORLD.top), WORLD.top + WORLD.height - height)
    return Box(x, y, width, height)
