"""A small picture of what a thing is linked to: a branch for each, with its name and what links it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ogdkg.web.drawing.columns import shortened

MOST = 7  # branches that are drawn
_ROW = 40
_UNDER = 4  # for the words of the last branch
_WIDTH = 400
_END = 92  # where branches end
_LETTERS = 38
_LETTERS_OF_WORDS = 44


class Near(NamedTuple):
    """What a thing is linked to: its name, its address, and the words of the link."""

    name: str
    address: str
    words: str


class Branch(NamedTuple):
    """A branch of the picture: what is at its end, the texts there, how far down, and its line."""

    near: Near
    text: str
    words: str
    y: int
    path: str


class Tree(NamedTuple):
    """A picture in branches; `x` and `y` are where they end, and where all begin."""

    width: int
    height: int
    x: int
    y: int
    branches: Sequence[Branch]
    left_out: int


def grown(near: Iterable[Near]) -> Tree:
    """Return the picture of what a thing is linked to, of many the first."""
    known = list(near)
    count = min(len(known), MOST)
    y = _ROW * count // 2
    branches = []
    for at, each in enumerate(known[:MOST]):
        z = _ROW // 2 + at * _ROW
        path = f"M8 {y}C{_END // 2} {y} {_END // 2} {z} {_END} {z}"
        words = shortened(each.words, _LETTERS_OF_WORDS)
        branches.append(Branch(each, shortened(each.name, _LETTERS), words, z, path))
    return Tree(_WIDTH, _ROW * count + _UNDER, _END, y, branches, len(known) - count)
