"""The lists of a Markdown document: which item of its list each line belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

_ITEM = re.compile(r"(?P<indent> {0,3})(?P<mark>[-+*]|\d{1,9}[.)])(?=\s)")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")


def places_in_lists(lines: Sequence[str]) -> list[int | None]:
    """Return for each line which item of its list it belongs to, counted from 1; None outside of lists.

    A list ends at a heading, at a rule, at another kind of mark, and at a paragraph that no item holds. A
    list within an item is a part of that item (https://spec.commonmark.org, 5.2).

    >>> places_in_lists(["* one", "  more", "", "* two", "", "no item", "* one"])
    [1, 1, 1, 2, 2, None, 1]
    """
    places: list[int | None] = []
    number, mark, inside, is_after_blank = 0, "", 0, False
    for line in lines:
        item = None if _RULE.match(line) else _ITEM.match(line)
        if item and not (number and len(item["indent"]) >= inside):
            kind = item["mark"][-1]
            number, mark, inside = (number + 1 if kind == mark else 1), kind, item.end() + 1
        elif _ends_list(line, is_after_blank=is_after_blank):
            number, mark = 0, ""
        is_after_blank = not line.strip()
        places.append(number or None)
    return places


def _ends_list(line: str, *, is_after_blank: bool) -> bool:
    """Whether a line that begins no item belongs to none: lines right below one do, and indented ones."""
    if not line.strip() or line[0] in " \t":
        return False
    return is_after_blank or bool(_RULE.match(line)) or line.startswith("#")
