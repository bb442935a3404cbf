"""Which regular expressions mean the same to Python, by which pyshacl goes, and to Rust, by which the store
goes.

Python and Rust disagree about look-around, back-references, set operations in classes, and, beyond ASCII,
about what a word character is. A pattern made of the pieces named here means the same to both on the values
that its `guard` expression accepts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import Literal

_CLASS_ITEM = r"(?:[^\\\[\]\-]|\\[^A-Za-z0-9]|\\[dws])(?:-(?:[^\\\[\]\-]|\\[^A-Za-z0-9]))?"
_SET_SIGNS = ("&&", "--", "~~")  # Rust takes two sets apart or together by them
_ATOM = rf"(?:[^\\\[\](){{}}.*+?^$|]|\\[^A-Za-z0-9]|\\[dDwWsS]|\.|\[\^?(?:{_CLASS_ITEM})+-?\])"
_TIMES = r"(?:[*+?]\??|\{\d{1,3}(?:,\d{0,3})?\}\??)?"
_PIECES = re.compile(rf"(?:{_ATOM}{_TIMES}|\((?:\?:)?|\){_TIMES}|\||\^|\$)*")
_BY_KIND = re.compile(r"\\[dDwWsS]")

ASCII_LINE = "^[ -~]*$"
ONE_LINE = r"^[^\\x00-\\x1F\\x7F]*$"


@dataclass(frozen=True, slots=True)
class PortablePattern:
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
        or not _compiles(pattern)
    ):
        return None
    folded = "i" in flags.lower()
    plain = not folded and not _BY_KIND.search(pattern)
    return PortablePattern(pattern, "i" if folded else "", ONE_LINE if plain else ASCII_LINE)


def sparql_string(text: str) -> str:
    """The text as a string of SPARQL."""
    return str(Literal(text))


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
