"""The countries of ISO 3166-1 with their places on the map, as tools/outlines.py wrote them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ogdkg.rdf.terms import Iri, Literal, Term

_FILE = Path(__file__).with_name("countries.csv")
_LONGEST_CODE = 3


class Box(NamedTuple):
    """A part of the map, in its units."""

    left: float
    top: float
    width: float
    height: float

    @property
    def view(self) -> str:
        """The box as the `viewBox` of a picture."""
        return " ".join(f"{part:.0f}" for part in self)


class Country(NamedTuple):
    """A country on the map.

    Attributes:
        number: Its number of ISO 3166-1, three digits.
        x: Where the middle of its largest part is.
        y: Where the middle of its largest part is.
        box: The box around its larger parts; without width and height if its place alone is known.
        has_outline: Whether the drawing has its outline, as `c` and the number.
    """

    number: str
    x: int
    y: int
    box: Box
    has_outline: bool


@cache
def _by_code() -> Mapping[str, Country]:
    found: dict[str, Country] = {}
    with _FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            left, top, right, bottom = (int(row[name]) for name in ("left", "top", "right", "bottom"))
            box = Box(left, top, right - left, bottom - top)
            country = Country(row["number"], int(row["x"]), int(row["y"]), box, row["outline"] == "yes")
            found |= dict.fromkeys((row["number"], row["alpha2"], row["alpha3"]), country)
    return found


def country_of(code: Term | None) -> Country | None:
    """Return the country that a code of ISO 3166-1 stands for: of two or three letters, or a number.

    Args:
        code: The code as it stands in a graph: a literal, or an IRI that ends with it.
    """
    if isinstance(code, Iri):
        text = code.value.rstrip("/").replace("#", "/").rpartition("/")[2]
    else:
        text = code.value.strip() if isinstance(code, Literal) else ""
    if not text.isascii() or len(text) > _LONGEST_CODE:
        return None
    return _by_code().get(text.zfill(3) if text.isdigit() else text.upper())
