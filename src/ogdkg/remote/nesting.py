"""How deep an answer is nested, found in its bytes before a parser reads it.

The parser would exhaust its stack, which ends the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from ogdkg.errors import LimitError
from ogdkg.rdf.bounds.turtle import TurtleWatch

MOST_NESTED = 100  # results have five levels
MOST_IN_ROW = 10_000  # columns; the parser compares each of them with each
_PIECE = 2**20
_NO_SIGNS = bytes(set(range(256)) - set(b'[]{},"'))


def is_beyond_results(body: IO[bytes]) -> bool:
    """Whether JSON is nested deeper than results need, or names more columns."""
    left = commas = b""
    for signs in _signs(body):
        row = commas + signs
        if b"," * MOST_IN_ROW in row:
            return True
        commas = row[len(row.rstrip(b",")) :]
        left += signs.replace(b",", b"")
        for _ in range(MOST_NESTED):
            shorter = left.replace(b"{}", b"").replace(b"[]", b"")
            if len(shorter) == len(left):
                break
            left = shorter
        if len(left) > MOST_NESTED:
            return True
    return False


def _signs(body: IO[bytes]) -> Iterator[bytes]:
    """The brackets and commas of JSON outside its strings, a piece at a time."""
    body.seek(0)
    within = False
    while piece := body.read(_PIECE):
        while (len(piece) - len(piece.rstrip(b"\\"))) % 2 and (more := body.read(1)):  # an escape is not cut
            piece += more
        parts = piece.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _NO_SIGNS).split(b'"')
        yield b"".join(parts[within::2])
        within ^= len(parts) % 2 == 0
    body.seek(0)


def is_deep_turtle(body: IO[bytes]) -> bool:
    """Whether triple terms are nested deeper than the parser of Turtle can follow."""
    watch = TurtleWatch("answer", has_namespaces=False)
    body.seek(0)
    try:
        while piece := body.read(_PIECE):
            watch.see(piece)
    except LimitError:
        return True
    finally:
        body.seek(0)
    return False
