"""Checks the nesting of a response in its bytes, before a parser reads it.

Deep nesting would exhaust the parser's stack, which kills the process.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Iterator
from typing import IO

MOST_NESTED = 100  # results have five levels, and no nested terms
MOST_IN_ROW = 10_000  # columns; the parser compares each pair
_PIECE = 2**20
_NO_SIGNS = bytes(set(range(256)) - set(b'[]{},"'))
_TURTLE = re.compile(
    rb"""\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    | "(?:[^"\\\n\r]++|\\.)*+" | '(?:[^'\\\n\r]++|\\.)*+' | \#[^\n]*+ | <[^<>"{}|^`\\\x00-\x20]*+>
    | (<<) | (>>)""",
    re.DOTALL | re.VERBOSE,
)


def is_beyond_results(body: IO[bytes]) -> bool:
    """Return whether JSON is nested deeper than results need, or has more columns."""
    open_brackets = commas = b""
    for signs in _signs(body):
        row = commas + signs
        if b"," * MOST_IN_ROW in row:
            return True
        commas = row[len(row.rstrip(b",")) :]
        open_brackets += signs.replace(b",", b"")
        for _ in range(MOST_NESTED):
            shorter = open_brackets.replace(b"{}", b"").replace(b"[]", b"")
            if len(shorter) == len(open_brackets):
                break
            open_brackets = shorter
        if len(open_brackets) > MOST_NESTED:
            return True
    return False


def _signs(body: IO[bytes]) -> Iterator[bytes]:
    """Yield the brackets and commas of JSON outside strings, piece by piece."""
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
    """Return whether triple terms of RDF 1.2 are nested too deeply."""
    data = _whole(body)
    depth = deepest = 0
    if data.find(b"<<") >= 0:  # without any, this search is all
        for match in _TURTLE.finditer(data):
            depth += (match[1] is not None) - (match[2] is not None and depth > 0)
            deepest = max(deepest, depth)
    return deepest > MOST_NESTED


def _whole(body: IO[bytes]) -> bytes | mmap.mmap:
    """Return all bytes of a body; a file is memory-mapped."""
    if isinstance(body, io.BytesIO):
        return body.getvalue()
    return mmap.mmap(body.fileno(), 0, access=mmap.ACCESS_READ)
