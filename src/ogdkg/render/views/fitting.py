"""Text measured and wrapped in the columns of a terminal: whole words, wide characters, combining marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Latin letters, punctuation and arrows: a column each
_NARROW = re.compile("[ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*")
_ADDRESS = re.compile("://|@")
_CLOSING = ("Pe", "Pf", "Po")  # categories of characters that begin no line


def display_width(text: str) -> int:
    """Return the number of terminal columns of a text."""
    if _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import width  # 30 ms that Latin text should not cost

    return width(text, control_codes="ignore")


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a width."""
    return text + " " * (width - display_width(text))


def wrap(text: str, width: int, hanging: str = "") -> Iterator[str]:
    """Yield the lines of a text, broken only where one reads on without loss; a longer word sticks out.

    An address, a number or a date that is cut can be neither read nor copied.

    Args:
        text: Text without line breaks.
        width: The columns of a line.
        hanging: What the second and later lines begin with.
    """
    line, used, is_empty = "", 0, True
    for glue, piece in _pieces(text):
        needed = display_width(piece)
        if not is_empty and used + len(glue) + needed > width:
            yield line
            line, used, glue = hanging, len(hanging), ""
        elif is_empty:
            glue = ""
        line, used, is_empty = line + glue + piece, used + len(glue) + needed, False
    yield line


def longest_piece(text: str, hanging: str = "") -> int:
    """Return the least width in which `wrap` breaks a text without anything that sticks out."""
    widths = [display_width(piece) for _, piece in _pieces(text)]
    return max([widths[0], *(width + len(hanging) for width in widths[1:])])


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is not broken, each with what stands before it: words, and ideographs within them."""
    for word in text.split(" "):
        if _NARROW.fullmatch(word) or _ADDRESS.search(word):
            yield " ", word
        else:
            yield from (("" if number else " ", part) for number, part in enumerate(_ideographs(word)))


def _ideographs(word: str) -> Iterator[str]:
    """Yield the parts of a word between which a line may break: after a wide character (UAX 14, ID)."""
    import unicodedata  # as for the widths

    from wcwidth import iter_graphemes

    part, may_break = "", False
    for cluster in iter_graphemes(word):
        if part and may_break and unicodedata.category(cluster[0]) not in _CLOSING:
            yield part
            part = ""
        part += cluster
        may_break = display_width(cluster) > 1
    yield part
