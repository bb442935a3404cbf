"""What the page shows on which people paste names: the names with what they may be meant for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

MOST_NAMES = 100
_LONGEST = 300  # letters of a name


class MatchPage(NamedTuple):
    """The page.

    Attributes:
        address: The address of the service, for other programs.
        text: What was pasted.
        kind: The class that was chosen.
        types: The classes to choose from, each with its name.
        rows: The names, each with its candidates.
        left: How many names were left out.
        most: How many names are looked at.
    """

    address: str
    text: str
    kind: str
    types: list[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]
    left: int
    most: int

    @property
    def sure(self) -> int:
        """How many names are sure."""
        return sum(any(each["is_sure"] for each in found[:1]) for _, found in self.rows)


def names_in(text: str) -> tuple[list[str], int]:
    """Return the names of a text, one on each line, and how many were left out."""
    lines = [" ".join(line.split())[:_LONGEST] for line in text.splitlines()]
    names = [line for line in lines if line]
    return names[:MOST_NAMES], max(len(names) - MOST_NAMES, 0)
