"""Places for boxes that are tied by arrows: in layers, each arrow pointing down, with few crossings.

After Sugiyama, Tagawa and Toda, Methods for Visual Understanding of Hierarchical System Structures (1981):
circles are broken, boxes get layers, long arrows get a stop in each layer they pass, layers are ordered by
the middle of their neighbours. The same input always gives the same places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

_SWEEPS = 8  # times that the layers are ordered, down and up
_SHIFTS = 12  # times that boxes move towards their neighbours
_GAP = 26.0  # between two boxes of a layer
_BETWEEN = 58.0  # between two layers
_STOP = 10.0  # width of a place where an arrow passes a layer
_WIDEST = 1_120.0  # of a layer, before it is cut in two


class Box(NamedTuple):
    """A box to be placed: its name and its size."""

    name: str
    width: float
    height: float


class Place(NamedTuple):
    """Where a box is: its left upper corner."""

    x: float
    y: float


class Layout(NamedTuple):
    """Places of boxes, ways of arrows as points, and the size of it all."""

    places: Mapping[str, Place]
    ways: Mapping[tuple[str, str], list[tuple[float, float]]]
    width: float
    height: float


def laid_out(boxes: Sequence[Box], arrows: Iterable[tuple[str, str]]) -> Layout:
    """Place boxes so that arrows point down.

    Args:
        boxes: The boxes.
        arrows: Names of two boxes each, the upper one first.
    """
    sizes = {box.name: box for box in boxes}
    ties = [pair for pair in dict.fromkeys(arrows) if pair[0] != pair[1] and set(pair) <= set(sizes)]
    turned = _without_circles(list(sizes), ties)
    layer = _wrapped(_layers(list(sizes), turned), sizes)
    rows, links, stops = _with_stops(layer, turned)
    _order(rows, links)
    widths = {name: sizes[name].width if name in sizes else _STOP for row in rows for name in row}
    centres = _centres(rows, links, widths)
    return _placed(rows, centres, widths, sizes, stops, set(ties))


def _without_circles(names: Sequence[str], ties: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The arrows, those turned round that would close a circle."""
    out: dict[str, list[str]] = {name: [] for name in names}
    for upper, lower in ties:
        out[upper].append(lower)
    state: dict[str, int] = {}
    turned: dict[tuple[str, str], None] = {}
    for start in names:
        stack = [(start, iter(out[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            name, left = stack[-1]
            follower = next(left, None)
            if follower is None:
                state[name] = 2
                stack.pop()
            elif state.get(follower) == 1:
                turned[follower, name] = None
            else:
                turned[name, follower] = None
                if follower not in state:
                    state[follower] = 1
                    stack.append((follower, iter(out[follower])))
    return list(turned)


def _layers(names: Sequence[str], ties: Iterable[tuple[str, str]]) -> dict[str, int]:
    """The layer of each box: right below the lowest that points to it, and near what it points to."""
    above: dict[str, list[str]] = {name: [] for name in names}
    below: dict[str, list[str]] = {name: [] for name in names}
    for upper, lower in ties:
        above[lower].append(upper)
        below[upper].append(lower)
    waiting = {name: len(above[name]) for name in names}
    ready = [name for name in names if not waiting[name]]
    layer: dict[str, int] = {}
    for name in ready:
        layer[name] = max((layer[each] + 1 for each in above[name]), default=0)
        for each in below[name]:
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
    for name in reversed(ready):  # what nothing points to moves down to what it points to
        if below[name] and not above[name]:
            layer[name] = min(layer[each] for each in below[name]) - 1
    return layer


def _wrapped(layer: dict[str, int], sizes: Mapping[str, Box]) -> dict[str, int]:
    """The layers, those that are too wide cut into several."""
    by_layer: dict[int, list[str]] = {}
    for name, number in layer.items():
        by_layer.setdefault(number, []).append(name)
    found: dict[str, int] = {}
    number = 0
    for key in sorted(by_layer):
        room = 0.0
        for name in by_layer[key]:
            if room and room + sizes[name].width > _WIDEST:
                number, room = number + 1, 0.0
            found[name] = number
            room += sizes[name].width + _GAP
        number += 1
    return found


def _with_stops(
    layer: Mapping[str, int], ties: Iterable[tuple[str, str]]
) -> tuple[list[list[str]], list[tuple[str, str]], dict[tuple[str, str], list[str]]]:
    """The layers as rows, with stops for arrows that pass them; the parts of arrows; the stops by arrow."""
    rows: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name, number in layer.items():
        rows[number].append(name)
    links, stops = [], {}
    for upper, lower in ties:
        passed = [
            f"{upper}\n{lower}\n{number}" for number in range(layer[upper] + 1, layer[lower])
        ]  # fmt: skip
        for number, stop in zip(range(layer[upper] + 1, layer[lower]), passed, strict=True):
            rows[number].append(stop)
        chain = [upper, *passed, lower]
        links += list(pairwise(chain))
        stops[upper, lower] = passed
    return rows, links, stops


def _neighbours(links: Iterable[tuple[str, str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for upper, lower in links:
        above.setdefault(lower, []).append(upper)
        below.setdefault(upper, []).append(lower)
    return above, below


def _order(rows: list[list[str]], links: Iterable[tuple[str, str]]) -> None:
    """Order each row by the middle of the places of its neighbours."""
    above, below = _neighbours(links)
    place = {name: index for row in rows for index, name in enumerate(row)}
    for sweep in range(_SWEEPS):
        near = below if sweep % 2 else above
        for row in reversed(rows) if sweep % 2 else rows:
            row.sort(key=lambda name: _middle([place[each] for each in near.get(name, ())], place[name]))
            place |= {name: index for index, name in enumerate(row)}


def _middle(places: list[float] | list[int], own: float) -> float:
    return sum(places) / len(places) if places else own


def _centres(
    rows: list[list[str]], links: Iterable[tuple[str, str]], widths: Mapping[str, float]
) -> dict[str, float]:
    """The centres of boxes: near their neighbours, and apart from one another."""
    above, below = _neighbours(links)
    centres: dict[str, float] = {}
    for row in rows:
        x = -(sum(widths[name] for name in row) + _GAP * (len(row) - 1)) / 2
        for name in row:
            centres[name] = x + widths[name] / 2
            x += widths[name] + _GAP
    for shift in range(_SHIFTS):
        for row in reversed(rows) if shift % 2 else rows:
            wanted = [
                _middle(
                    [centres[each] for each in (*above.get(name, ()), *below.get(name, ()))], centres[name]
                )
                for name in row
            ]
            centres |= dict(zip(row, _apart(row, wanted, widths), strict=True))
    return centres


def _apart(row: Sequence[str], wanted: Sequence[float], widths: Mapping[str, float]) -> list[float]:
    """Centres near those wanted, without overlap: the mean of pushing right and of pushing left."""
    steps = [(widths[one] + widths[other]) / 2 + _GAP for one, other in pairwise(row)]
    right = list(wanted)
    for index, step in enumerate(steps):
        right[index + 1] = max(right[index + 1], right[index] + step)
    left = list(wanted)
    for index in range(len(steps) - 1, -1, -1):
        left[index] = min(left[index], left[index + 1] - steps[index])
    return [(one + other) / 2 for one, other in zip(left, right, strict=True)]


def _placed(
    rows: list[list[str]],
    centres: Mapping[str, float],
    widths: Mapping[str, float],
    sizes: Mapping[str, Box],
    stops: Mapping[tuple[str, str], list[str]],
    ties: set[tuple[str, str]],
) -> Layout:
    leftmost = min((centres[name] - widths[name] / 2 for row in rows for name in row), default=0.0)
    places: dict[str, Place] = {}
    points: dict[str, tuple[float, float]] = {}
    y, width = 1.0, 0.0
    for row in rows:
        height = max((sizes[name].height for name in row if name in sizes), default=0.0)
        for name in row:
            x = centres[name] - leftmost + 1
            if name in sizes:
                places[name] = Place(round(x - widths[name] / 2), round(y))
            points[name] = (round(x), round(y + height / 2))
            width = max(width, x + widths[name] / 2)
        y += height + _BETWEEN
    ways = {}
    for (upper, lower), passed in stops.items():
        start = (points[upper][0], places[upper].y + sizes[upper].height)
        way = [start, *(points[each] for each in passed), (points[lower][0], places[lower].y)]
        ways[(upper, lower) if (upper, lower) in ties else (lower, upper)] = (
            way if (upper, lower) in ties else way[::-1]
        )
    return Layout(places, ways, round(width) + 2, round(y - _BETWEEN) + 2)
