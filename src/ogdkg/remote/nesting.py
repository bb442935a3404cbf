"""How deep an answer is nested, told from its bytes before a parser reads it.

The parser would exhaust its stack, which ends the process without a word.
"""

from __future__ import annotations

import io
import mmap
import re
from collections.abc import Iterator
from typing import IO

MOST_NESTED = 100  # results have five levels, and none of ours a term in a term
MOST_IN_ROW = 10_000  # columns; the parser compares each of them with each
_PIECE = 2**20
_NO_SIGNS = bytes(set(range(256)) - set(b'[]{},"'))
_TURTLE = re.compile(
    rb"""\"{3}(?:[^"\\]++|\\.|"(?!""))*+\"{3} | '{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}
    | "(?:[^"\\\n\r]++|\\.)*+" | '(?:[^'\\\n\r]++|\\.)*+' | \#[^\n]*+ | <[^<>"{}|^`\\\x00-\x20]*+>
    | (<<) | (>>)""",
    re.DOTALL | re.VERBOSE,
)


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
    """Whether terms of RDF 1.2 stand in one another deeper than anything means."""
    data = _whole(body)
    depth = deepest = 0
    if data.find(b"<<") >= 0:  # else that is all there is to read
        for match in _TURTLE.finditer(data):
            depth += (match[1] is not None) - (match[2] is not None and depth > 0)
            deepest = max(deepest, depth)
    return deepest > MOST_NESTED


def _whole(body: IO[bytes]) -> bytes | mmap.mmap:
    """All bytes of a body; a file's stay where they are."""
    if isinstance(body, io.BytesIO):
        return body.getvalue()
    return mmap.mmap(body.fileno(), 0, access=mmap.ACCESS_READ)
