"""The engine's own JSON in our layout: the bytes of `results.write_rows`, in a fraction of its time.

The engine writes without blanks. What is replaced are stretches with a quotation mark that begins or ends a
string: within a string each is escaped, so no value has one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from ogdkg.store.base import Rows
from ogdkg.text.escape import json_safe

_MOST_VARIABLES = 16  # each is looked for by itself
_PART = 1 << 16  # bytes that are laid out at once, or a row that is longer
_BEFORE = "}},"  # as if each row had one before it
_TERMS = [
    (f'{{"type":"{kind}","value":"', f'{{"type": "{kind}", "value": "')
    for kind in ("uri", "literal", "bnode")
] + [(f'","{key}":"', f'", "{key}": "') for key in ("datatype", "xml:lang", "its:dir")]
_TRIPLE = '{"type":"triple","value":{"subject":{'
_TRIPLES = [(_TRIPLE, '{"type": "triple", "value": {"subject": {')] + [
    (f'}},"{key}":{{', f'}}, "{key}": {{') for key in ("predicate", "object")
]


def can_write_json(rows: Rows) -> bool:
    """Whether the engine can write rows."""
    return rows.native is not None and len(rows.variables) <= _MOST_VARIABLES


def write_json(rows: Rows, put: Callable[[str], None]) -> None:
    """Have the engine write rows, in place of reading them.

    Args:
        rows: Rows that it can write.
        put: Takes the parts.
    """
    assert rows.native is not None
    layout = _Layout(rows.variables, put)
    rows.native(layout)
    layout.end()


class _Spelling(NamedTuple):
    """How an answer with some variables is written.

    Attributes:
        head: What stands before the rows.
        ends: Where a row ends and another begins, as the engine writes it.
        pairs: What the engine writes, and what we write.
    """

    head: str
    ends: tuple[bytes, ...]
    pairs: tuple[tuple[str, str], ...]


@lru_cache(maxsize=256)
def _spelling(variables: tuple[str, ...]) -> _Spelling:
    names = [quoted(name) for name in variables]
    ends = tuple(f"}}}},{{{name}:{{".encode() for name in names)
    names = [json_safe(name) for name in names]
    rows = [(f"}}}},{{{name}:{{", f"}}}},\n{{{name}: {{") for name in names]
    cells = [(f"}},{name}:{{", f"}}, {name}: {{") for name in names[1:]]
    head = f'{{"head": {{"vars": [{", ".join(names)}]}},\n"results": {{"bindings": ['
    return _Spelling(head, ends, (*rows, *cells, *_TERMS))


class _Layout:
    """A file that the engine writes to."""

    def __init__(self, variables: tuple[str, ...], put: Callable[[str], None]) -> None:
        self._put = put
        self._head, self._ends, self._pairs = _spelling(variables)
        self._waiting = bytearray()
        self._searched = 0
        self._separator = ""  # that comes before the next row; empty before the engine's head has come

    def write(self, data: bytes) -> int:
        """Take what the engine writes."""
        self._waiting += data
        if len(self._waiting) > _PART:
            start = max(self._searched - max(map(len, self._ends), default=0), 0)
            end = max((self._waiting.rfind(each, start) for each in self._ends), default=-1)
            self._searched = len(self._waiting)
            if end > 0:
                self._put_rows(self._waiting[: end + 2])
                del self._waiting[: end + 3]
                self._searched = 0
        return len(data)

    def flush(self) -> None:
        """Keep what waits: the last row may not be whole."""

    def end(self) -> None:
        """Write what waits, and the end."""
        self._put_rows(self._waiting.removesuffix(b"]}}"))
        self._put("\n]}}\n")

    def _put_rows(self, data: bytearray) -> None:
        """Lay out rows that are whole, with our head before the first ones."""
        text = data.decode()
        if not self._separator:
            self._put(self._head)
            self._separator = "\n"
            text = text.partition('"bindings":[')[2]
        if text:
            self._put(self._separator + self._laid_out(text))
            self._separator = ",\n"

    def _laid_out(self, text: str) -> str:
        if "{}" in text:  # perhaps a row of nothing, which has no quotation mark
            rows = json.loads(f"[{text}]")
            return ",\n".join(json_safe(json.dumps(row, ensure_ascii=False)) for row in rows)
        text = _BEFORE + json_safe(text)
        for old, new in self._pairs:
            text = text.replace(old, new)
        if _TRIPLE in text:
            for old, new in _TRIPLES:
                text = text.replace(old, new)
        return text[len(_BEFORE) + 1 :]
