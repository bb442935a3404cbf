"""Fits lines of text to a terminal: broken between words alone, and indented below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ogdkg.render.views.table import display_width

_STYLE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\")
_WORD = re.compile(r"( *)((?:`[^`\n]*`|[^ `]|`)+)")  # a command in backticks is copied whole
_WHOLE = re.compile(r" *(\| |paste: )")  # a line of a file, with marks beneath; what is to be copied
_HANGING = 2


def fitted(pieces: Iterable[str], width: int | None) -> Iterator[str]:
    """Yield text with each line broken so that it fits; a longer word sticks out.

    Args:
        pieces: Whole lines, with their ends; colours and links take no room.
        width: The columns of the terminal; None for no limit.
    """
    for piece in pieces:
        for line in piece.splitlines(keepends=True):
            if width is None or _width(line.rstrip("\n")) <= width or _WHOLE.match(line):
                yield line
            else:
                yield from _broken(line.rstrip("\n"), width, line[len(line.rstrip("\n")) :])


def _width(text: str) -> int:
    return display_width(_STYLE.sub("", text) if "\x1b" in text else text)


def _broken(line: str, width: int, end: str) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip(" ")) + _HANGING)
    shown, used = "", 0
    for gap, word in _WORD.findall(line):
        needed = _width(word)
        if shown and used + len(gap) + needed > width and used > len(indent):
            yield shown + "\n"
            shown, used, gap = indent, len(indent), ""
        shown, used = shown + gap + word, used + len(gap) + needed
    yield shown + end
