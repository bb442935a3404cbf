"""Edits of a text: what stands instead of a stretch of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(\s+)|([\s\S]))")
_NAMED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", "e": "\x1b", "0": "\0"}


class Edit(NamedTuple):
    """What stands instead of a stretch of a text."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made; they do not overlap.

    >>> applied("a b c", [Edit(4, 5, "z"), Edit(0, 1, "xy")])
    'xy b z'
    """
    parts, at = [], 0
    for edit in sorted(set(edits)):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*parts, text[at:]))


class Quoted(NamedTuple):
    """What a text between quotation marks says, and where each character of it stands.

    Attributes:
        text: What it says.
        at: The offset of each character, and that of the closing mark.
        is_escaped: Whether a backslash in it is one of an escape.
    """

    text: str
    at: Sequence[int]
    is_escaped: bool

    def edits(self, inner: Iterable[Edit]) -> list[Edit]:
        """Return edits of what it says as those of what is written."""
        return [
            Edit(self.at[start], self.at[end], text.replace("\\", "\\\\") if self.is_escaped else text)
            for start, end, text in inner
        ]


def quoted(raw: str, start: int, *, escapes: bool = True) -> Quoted:
    r"""Return a text between marks, one or three on each side.

    Args:
        raw: The text with its marks.
        start: Where it begins.
        escapes: Whether a backslash begins an escape.

    >>> quoted(r'"a\\b"', 10).text, list(quoted(r'"a\\b"', 10).at)
    ('a\\b', [11, 12, 14, 15])
    """
    marks = 3 if raw[:3] in ('"""', "'''") and len(raw) >= 6 else 1
    inner, begin = raw[marks:-marks], start + marks
    if not escapes or "\\" not in inner:
        return Quoted(inner, range(begin, begin + len(inner) + 1), escapes)
    signs, at, end = [], [], 0
    for match in _ESCAPE.finditer(inner):
        plain = range(end, match.start())
        signs += [inner[each] for each in plain]
        at += [begin + each for each in plain]
        end = match.end()
        if match[4] is None or "\n" not in match[4]:
            signs.append(_meant(match))
            at.append(begin + match.start())
    rest = range(end, len(inner))
    return Quoted(
        "".join((*signs, inner[end:])), [*at, *(begin + each for each in rest), begin + len(inner)], True
    )


def _meant(match: re.Match[str]) -> str:
    digits = match[1] or match[2] or match[3]
    if digits is None:
        sign = match[5] or match[4]
        return _NAMED.get(sign, sign)
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"
