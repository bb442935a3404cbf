"""Classes of numbers, each with a shade of a map."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

CLASSES = 5


class Shade(NamedTuple):
    """A class of numbers: its shade, and what the legend calls it."""

    shade: int
    words: str


class Shades:
    """Up to five classes of numbers, of about as many countries each; a few different numbers have one each.

    Args:
        numbers: The numbers, one for each country.
    """

    def __init__(self, numbers: Iterable[float]) -> None:
        self._counts = Counter(numbers)
        self._bounds = _bounds(self._counts)
        # Fewer classes take shades from all over the scale, so that they can be told apart.
        most = max(len(self._bounds), 1)
        self._shades = [1 + round(at * (CLASSES - 1) / max(most - 1, 1)) for at in range(most)]
        if most == 1:
            self._shades = [(CLASSES + 1) // 2]

    def of(self, number: float) -> int:
        """Return the shade of a number, from 1."""
        return self._shades[max(bisect_right(self._bounds, number) - 1, 0)]

    @property
    def legend(self) -> list[Shade]:
        """The classes, the smallest first."""
        values = sorted(self._counts)
        found = []
        for at, bound in enumerate(self._bounds):
            after = self._bounds[at + 1] if at + 1 < len(self._bounds) else None
            last = max(value for value in values if after is None or value < after)
            words = _shown(bound)
            if last > bound:
                words += " or more" if after is None else f" to {_shown(last)}"
            found.append(Shade(self._shades[at], words))
        return found


def _bounds(counts: Counter[float]) -> list[float]:
    """The smallest number of each class."""
    values = sorted(counts)
    if len(values) <= CLASSES:
        return values
    bounds, left = [values[0]], sum(counts.values())
    in_class = 0
    for at, value in enumerate(values):
        classes = CLASSES - len(bounds) + 1  # with the one that is being filled
        if classes > 1 and value != bounds[-1]:
            is_full = in_class + counts[value] / 2 > left / classes
            if is_full or len(values) - at < classes:
                bounds.append(value)
                left -= in_class
                in_class = 0
        in_class += counts[value]
    return bounds


def _shown(number: float) -> str:
    return f"{number:,.10g}" if number == int(number) else f"{number:,.3g}"
