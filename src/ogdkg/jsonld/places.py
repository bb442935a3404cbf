"""Where things stand in a JSON document, found when a message needs it: Python's parser knows no places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ogdkg.errors import Place

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{},:]|[^\s\[\]{},:"]+')
Step = str | int


class Spot(NamedTuple):
    """A key or the beginning of a value: the offset, the steps that lead there, and whether it is a key."""

    offset: int
    path: list[Step]
    is_key: bool


def spots(text: str) -> Iterator[Spot]:
    """Yield every key and value of a well-formed document in order; `path` is reused, so do not keep it."""
    path: list[Step] = []
    in_array: list[bool] = []
    is_key = False  # whether a key may come next
    for found in TOKEN.finditer(text):
        sign = found[0][0]
        if sign in "]}":
            path.pop()
            in_array.pop()
            is_key = False
        elif sign == ",":
            is_key = not in_array[-1]
            if not is_key:
                path[-1] += 1  # type: ignore[operator]  # the number in an array
        elif sign == ":":
            is_key = False
        elif is_key:
            path[-1] = json.loads(found[0])
            yield Spot(found.start(), path, True)
        else:
            yield Spot(found.start(), path, False)
            if sign in "[{":
                in_array.append(sign == "[")
                path.append(0 if sign == "[" else "")
                is_key = sign == "{"


def first(text: str, file: str, fits: Callable[[Spot], bool]) -> Place:
    """The place of the first key or value that fits; the file alone if none does."""
    offset = next((spot.offset for spot in spots(text) if fits(spot)), None)
    return Place(file) if offset is None else Place.in_text(text, offset, file)


def doubled_key(text: str) -> tuple[str, int] | None:
    """The first key that an object has twice, and the offset of the second."""
    seen: list[set[str]] = []
    for spot in spots(text):
        depth = len(spot.path)
        if spot.is_key:
            key = str(spot.path[-1])
            if key in seen[depth - 1]:
                return key, spot.offset
            seen[depth - 1].add(key)
        else:
            del seen[depth:]
            seen += [set() for _ in range(depth + 1 - len(seen))]
    return None


def steps_to(document: Any, holder: Any) -> list[Step] | None:
    """The steps from a document to an object in it, which is known by its identity."""
    above: dict[int, tuple[Any, Step]] = {}
    waiting = [document]
    while waiting:
        item = waiting.pop()
        if item is holder:
            steps: list[Step] = []
            while item is not document:
                item, step = above[id(item)]
                steps.append(step)
            return steps[::-1]
        entries: Any = item.items() if isinstance(item, dict) else enumerate(item)
        for step, value in entries:
            if isinstance(value, (dict, list)):
                above[id(value)] = item, step
                waiting.append(value)
    return None
