"""The limits for Turtle and its kin: nested triple terms, and long namespaces, which fill the memory.

Brackets, lists and reified triples may nest: the parsers keep a stack for them. A triple term in a triple
term costs a frame of the machine's stack each, and 10,000 of them end the process.
"""

from __future__ import annotations

import re

from ogdkg.rdf.bounds.watch import LONGEST_NAMESPACE, Watch

DEEPEST = 100  # triple terms
_OPEN = b"<<("
_OPENS = re.escape(_OPEN)  # which finds it in a third of the time
# The expressions are compiled when they are first asked for, which few documents do.
# What may stand between the openings of two triple terms of which one holds the other: no literal and no end
# of a term, since the object comes last (RDF 1.2 Turtle, `tripleTerm`).
_LINK = rb"""(?s:[^<>"'()#\\]++|<[^<>"\s]*+>|<<|\\.|\#[^\n\r]*+[\n\r])*+"""
_UNFINISHED = rb"""(?:<[^<>"\s]*+|\\|\#[^\n\r]*+)?+"""
_LONG = rb'<[^<>" \t\r\n]{%d}' % LONGEST_NAMESPACE
_DECLARED = rb"""(?i:prefix|base)\b[^<>"';,]*+\Z"""
_LARGEST = 2**24  # bytes of a token, beyond which engines give up
_WINDOW = LONGEST_NAMESPACE // 2  # bytes: the longest IRI that may be covers one of these, wherever it begins
_BEFORE = 1_000  # bytes in which a declaration's beginning is looked for


class TurtleWatch(Watch):
    """Bounds the depth of triple terms, and the length of the IRIs that short names stand for."""

    def __init__(self, file: str, *, has_namespaces: bool = True) -> None:
        super().__init__(file)
        self._has_namespaces = has_namespaces
        self._depth = 0
        self._seen = b""

    def see(self, data: bytes) -> None:
        """Look at the next bytes of the document; LimitError where it exceeds a bound."""
        if self._has_namespaces:
            self._check_namespaces(data)
        data = self.rest + data
        pieces = data.split(_OPEN) if self._depth or re.search(_OPENS, data) else [data]
        newlines = 0
        for piece in pieces[:-1]:
            self._depth = self._depth + 1 if self._depth and re.fullmatch(_LINK, piece) else 1
            newlines += piece.count(b"\n")
            if self._depth > DEEPEST:
                message = f"Triple terms are nested more than {DEEPEST} deep here."
                raise self.limit(message, "Give the inner statements nodes of their own.", newlines)
        last = pieces[-1]
        if not self._depth or len(last) > _LARGEST or not _may_lead_on(last):
            self._depth, last = 0, last[-2:]
        self.done(data, last)

    def _check_namespaces(self, data: bytes) -> None:
        """Look at a piece together with the end of the one before."""
        whole = self._seen + data
        for found in re.finditer(_LONG, whole) if _has_long_word(whole) else ():
            begin = found.start()
            if re.search(_DECLARED, whole[max(begin - _BEFORE, 0) : begin]):
                newlines = whole.count(b"\n", 0, begin) - self._seen.count(b"\n") + self.rest.count(b"\n")
                message = f"The IRI of a namespace is longer than {LONGEST_NAMESPACE:,} characters here."
                raise self.limit(message, "Choose a shorter one, or write the IRIs whole.", newlines)
        self._seen = whole[-(_BEFORE + LONGEST_NAMESPACE) :]


def _has_long_word(data: bytes) -> bool:
    """Whether some IRI may be too long: it would take a whole window, without a blank or a line end."""
    last = len(data) - _WINDOW
    return any(
        data.find(b"\n", begin, begin + _WINDOW) < 0 and data.find(b" ", begin, begin + _WINDOW) < 0
        for begin in range(0, last + 1, _WINDOW)
    )


def _may_lead_on(piece: bytes) -> bool:
    """Whether more text may make a link of a piece: only its last token may be unfinished."""
    end = re.match(_LINK, piece)
    return end is not None and re.fullmatch(_UNFINISHED, piece[end.end() :]) is not None
