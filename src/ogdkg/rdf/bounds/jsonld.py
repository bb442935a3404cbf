"""The limits for JSON-LD: nested objects and arrays, contexts deep in them, and what contexts cost.

The processor keeps, for each level, all levels above it, and a copy of the context where a level has its own:
memory grows with the square of the depth, and its recursion ends the process at some 3,000 levels.
"""

from __future__ import annotations

import re
from itertools import accumulate

from ogdkg.rdf.bounds.contexts import ContextCost
from ogdkg.rdf.bounds.watch import Watch

DEEPEST = 500  # 50 MB
DEEPEST_CONTEXT = 16
ALLOWANCE, RATIO = 3e6, 4  # microseconds that contexts may cost, and for each byte
_CONTEXT, _MARK = b'"@context"', b"\x01"  # outside its strings JSON has no such sign
_STEP = [(byte in b"[{") - (byte in b"]}") for byte in range(256)]
_OTHERS = bytes(byte for byte in range(256) if byte not in b"[]{},:" + _MARK)
_LETTER = re.compile(rb"\\u00([46][0-9a-fA-F]|5[0-9abdefABDEF]|7[0-9a-fA-F])")  # but for the backslash
_UNFINISHED = re.compile(rb"(?<!\\)(?:\\\\)*+(\\(?:u[0-9a-fA-F]{0,3})?)\Z")
_TOKEN = re.compile(rb'"[^"]*"?|[\[\]{}\n\x01]')
_SHORT = 64  # bytes of a string that may become a keyword with the next piece


class JsonLdWatch(Watch):
    """Bounds the depth of brackets, and that of contexts."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._depth = 0
        self._is_in_string = False
        self._read = 0  # bytes
        self._cost = ContextCost()

    def see(self, data: bytes) -> None:
        """Look at the next bytes of the document; LimitError where it nests too deep."""
        self._read += len(data)
        data = self.rest + data
        unfinished = _UNFINISHED.search(data) if b"\\" in data[-5:] else None
        end = unfinished.start(1) if unfinished else len(data)
        plain = (b'"' if self._is_in_string else b"") + _without_escapes(data[:end])
        parts = plain.replace(_CONTEXT, _MARK).split(b'"')
        signs = b"".join(parts[::2]).translate(None, _OTHERS)
        self._walk(signs.translate(None, b",:"), plain)
        self._cost.see(signs.decode())
        if self._cost.microseconds > ALLOWANCE + RATIO * self._read:
            message = "The contexts of the document would take too long to apply up to here."
            hint = "Leave out terms that are not used, and contexts within the definitions of terms."
            raise self.limit(message, hint, data.count(b"\n"))
        rest, self._is_in_string = data[end:], len(parts) % 2 == 0
        if self._is_in_string and len(parts[-1]) < _SHORT:
            rest, self._is_in_string = b'"' + parts[-1] + rest, False
        self.done(data, rest)

    def _walk(self, signs: bytes, plain: bytes) -> None:
        """Follow the depth through the brackets and marks of a piece."""
        depths = list(accumulate(map(_STEP.__getitem__, signs), initial=self._depth))
        deepest = max(depths)
        if deepest > DEEPEST or (deepest > DEEPEST_CONTEXT and _MARK in signs):
            self._check(plain.replace(_CONTEXT, _MARK))
        self._depth = depths[-1]

    def _check(self, plain: bytes) -> None:
        depth, newlines = self._depth, 0
        for token in _TOKEN.findall(plain):
            newlines += token == b"\n"
            depth += _STEP[token[0]]
            if depth > DEEPEST:
                message = f"Objects and arrays are nested more than {DEEPEST} deep here."
                hint = "Give the inner objects an @id each, and let them stand side by side."
                raise self.limit(message, hint, newlines)
            if token == _MARK and depth > DEEPEST_CONTEXT:
                message = f"A context stands {depth} deep in the document, and {DEEPEST_CONTEXT} is the most."
                hint = "Put it at the beginning of the document."
                raise self.limit(message, hint, newlines)


def _without_escapes(data: bytes) -> bytes:
    """JSON in which a quotation mark begins or ends a string, and keywords are written plainly."""
    if b"\\" not in data:
        return data
    data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    return _LETTER.sub(lambda found: bytes([int(found[1], 16)]), data) if b"\\u00" in data else data
