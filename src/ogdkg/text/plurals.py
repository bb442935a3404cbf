"""Numbers with what they count, as sentences have them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with a regular noun, in the plural unless it is one.

    >>> counted(1, "row"), counted(2_000, "row")
    ('1 row', '2,000 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
