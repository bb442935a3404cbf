"""Values of things as texts of cells, and back: several in a cell, numbers and dates of spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ogdkg.importing.cell_values import MOST_DIGITS
from ogdkg.rdf.datatypes import INTEGERS, NUMBERS

SEPARATOR = " | "
LONGEST = 32_767  # characters of a cell (ECMA-376, and what programs hold)
_SPECIAL = re.compile(r"[\\|]|[\x00-\x08\x0b-\x1f\ufffe\uffff]|^\s|\s$|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_PARTS = re.compile(r"(?:[^\\|]|\\.)*", re.DOTALL)


def joined(texts: Iterable[str]) -> str:
    r"""Return several texts as that of a cell; a backslash escapes what would be read otherwise.

    >>> joined(["a", "b|c\\"])
    'a | b\\|c\\\\'
    """
    return SEPARATOR.join(_SPECIAL.sub(_escaped, text) for text in texts)


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    return f"\\{sign}" if sign in "\\|" else f"\\u{ord(sign):04x}"


def parts(text: str) -> list[str]:
    r"""Return the texts of a cell; white space around them is none of theirs.

    >>> parts("a | b\\|c\\\\ |")
    ['a', 'b|c\\']
    """
    found, at = [], 0
    while at <= len(text):
        match = _PARTS.match(text, at)
        assert match is not None, "it matches nothing too"
        end = match.end() if match.end() == len(text) or text[match.end()] == "|" else len(text)
        found.append(_ESCAPE.sub(_meant, text[at:end].strip()))
        at = end + 1
    return [each for each in found if each]


def _meant(match: re.Match[str]) -> str:
    return chr(int(match[1][1:], 16)) if len(match[1]) == 5 else match[1]


def is_number(text: str, datatypes: Sequence[str]) -> bool:
    """Whether a spreadsheet keeps a text as a number, so that it is read again as it was written."""
    if not set(datatypes) <= NUMBERS or not datatypes or len(text) > MOST_DIGITS:
        return False
    return re.fullmatch(r"0|-?[1-9][0-9]*", text) is not None and set(datatypes) <= INTEGERS
