"""Which regular expressions mean to Rust, by which the store goes, what they mean to XPath (`sparql.regex`).

The two disagree about references, set operations in classes, word characters, and, beyond ASCII, digits.
A pattern made of the pieces named here means the same to both on the values that its `guard` accepts.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import Literal

_CLASS_ITEM = r"(?:[^\\\[\]\-]|\\[^A-Za-z0-9]|\\[ds])(?:-(?:[^\\\[\]\-]|\\[^A-Za-z0-9]))?"
_SET_SIGNS = ("&&", "--", "~~")  # Rust takes two sets apart or together by them
_ATOM = rf"(?:[^\\\[\](){{}}.*+?^$|]|\\[^A-Za-z0-9]|\\[dDsS]|\.|\[\^?(?:{_CLASS_ITEM})+-?\])"
_TIMES = r"(?:[*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}\??)?"
_PIECES = re.compile(rf"(?:{_ATOM}{_TIMES}|\((?:\?:)?|\){_TIMES}|\||\^|\$)*")
_BY_KIND = re.compile(r"\\[dDsS]")

ASCII_LINE = "^[ -~]*$"
ONE_LINE = r"^[^\\x00-\\x1F\\x7F]*$"


class PortablePattern(NamedTuple):
    """A pattern for the store, its flags, and a pattern for the values on which both engines agree."""

    text: str
    flags: str
    guard: str


def portable_pattern(pattern: str, flags: str = "") -> PortablePattern | None:
    """The pattern as the store may be asked it, or nothing where the two engines may disagree.

    >>> portable_pattern("^[A-Z]{3}$").guard == ONE_LINE, portable_pattern(r"(?=a)")
    (True, None)
    """
    if (
        not _PIECES.fullmatch(pattern)
        or any(sign in pattern for sign in _SET_SIGNS)
        or flags.strip("i")
        or not _is_pattern(pattern)
    ):
        return None
    folded = "i" in flags
    plain = not folded and not _BY_KIND.search(pattern)
    return PortablePattern(pattern, "i" if folded else "", ONE_LINE if plain else ASCII_LINE)


def sparql_string(text: str) -> str:
    """The text as a string of SPARQL."""
    return str(Literal(text))


def _is_pattern(pattern: str) -> bool:
    from ogdkg.sparql.regex import PatternError, check  # only where there are patterns

    try:
        check(pattern)
    except PatternError:
        return False
    return True
