"""Plain sentences, of which most files are made: a subject, predicates and objects, no brackets, no comments.

Such a sentence is laid out from its spellings alone, many times faster than by way of a tree. What comes out
is what `printer` would print.
"""

from __future__ import annotations

import re

from ogdkg.lean import NamedTuple
from ogdkg.syntax.grammar import NODE, OBJECT, VERB
from ogdkg.syntax.model import RDF_TYPE
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.printer import FIRST, WIDTH
from ogdkg.syntax.source import Data
from ogdkg.syntax.tree import prefix_of, spelled

_GAP = rb"[ \t\r\n]*+"
# A comma, semicolons, or what ends the sentence: a full stop, after semicolons or not.
_MARK = rb"([.,]|;(?:[ \t\r\n;]*+\.|(?:[ \t\r\n]*+;)*+))"
_COMMENT = re.compile(rb"[ \t\r]*+#")
_WHOLE = re.compile(_GAP + NODE + _GAP + VERB + _GAP + OBJECT + _GAP + _MARK)
_PAIR = re.compile(_GAP + VERB + _GAP + OBJECT + _GAP + _MARK)
_ONE_MORE = re.compile(_GAP + OBJECT + _GAP + _MARK)
_SHORT = 128
_KEPT = 100_000  # short spellings; the tables start anew then, so that memory does not grow with the file

Pairs = dict[str, tuple[str, list[str]]]


class PlainSentence(NamedTuple):
    """A sentence by its spellings: `pairs` maps a predicate's IRI to its spelling and its objects.

    `begin` is the offset of the subject, `end` the one behind the full stop.
    """

    subject: str
    pairs: Pairs
    begin: int
    end: int


class PlainSentences:
    """Reads plain sentences under a table of names, and gathers the prefixes that they use."""

    def __init__(self, names: NameTable) -> None:
        self.used: set[str] = set()
        self._names = names
        self._texts: dict[bytes, str] = {}
        self._verbs: dict[bytes, tuple[str, str]] = {}
        self._tails: dict[bytes, bytes] = {}

    def forget(self) -> None:
        """Start anew, after prefixes or the base have changed."""
        self._texts.clear()
        self._verbs.clear()
        self._tails.clear()

    def at(self, data: Data, offset: int) -> PlainSentence | None:
        """The plain sentence that comes next; None if what comes next is anything else.

        Raises InputError where a name or a literal in it is wrong.
        """
        match = _WHOLE.match(data, offset)
        if match is None:
            return None
        begin = match.start(1)
        raw, verb, object_, mark = match.groups()
        subject = self._texts.get(raw) or self._learn(raw, begin)
        known, learn, verbs = self._texts.get, self._learn, self._verbs.get
        spelling, iri = verbs(verb) or self._learn_verb(verb, match.start(2))
        objects = [known(object_) or learn(object_, match.start(3))]
        pairs: Pairs = {iri: (spelling, objects)}
        while mark[-1] != 46:  # a full stop
            end = match.end()
            if mark == b",":
                match = _ONE_MORE.match(data, end)
                if match is None:
                    return None
                object_, mark = match.groups()
                objects.append(known(object_) or learn(object_, match.start(1)))
            else:
                match = _PAIR.match(data, end)
                if match is None:
                    return None
                verb, object_, mark = match.groups()
                spelling, iri = verbs(verb) or self._learn_verb(verb, match.start(1))
                spelling, objects = pairs.setdefault(iri, (spelling, []))
                objects.append(known(object_) or learn(object_, match.start(2)))
        if _COMMENT.match(data, match.end()):
            return None
        return PlainSentence(subject, pairs, begin, match.end())

    def _learn_verb(self, raw: bytes, offset: int) -> tuple[str, str]:
        iri = self._names.predicate(raw, offset).value
        text = "a" if iri == RDF_TYPE.value else self._learn(raw, offset)
        self._verbs[raw] = text, iri
        return text, iri

    def _learn(self, raw: bytes, offset: int) -> str:
        """The canonical spelling of a term, once the table of names has found it right."""
        if raw[:1] == b'"' and b"\\" not in raw:
            end = raw.rindex(b'"') + 1  # neither IRIs nor names hold a quotation mark
            tail = self._tails.get(raw[end:]) if end < len(raw) else b""
            if tail is None:
                tail = self._tail(raw, end, offset)
            text = (raw[:end] + tail).decode()
        else:
            self._names.term(raw, offset)
            text = self._spell(raw)
        if len(raw) < _SHORT:
            if len(self._texts) >= _KEPT:
                self._texts.clear()
            self._texts[raw] = text
        return text

    def _tail(self, raw: bytes, end: int, offset: int) -> bytes:
        """What follows the string of a literal: a language tag, a datatype."""
        self._names.term(raw, offset)
        tail = self._spell(raw).encode()[end:]
        if len(tail) < _SHORT and len(self._tails) < _KEPT:
            self._tails[raw[end:]] = tail
        return tail

    def _spell(self, raw: bytes) -> str:
        kind = "literal" if raw[:1] in (b'"', b"'") else "name" if raw[:1] not in b"<_+-.0123456789" else ""
        text = spelled(kind, raw.decode())
        if kind and raw not in (b"true", b"false") and (prefix := prefix_of(kind, text)) is not None:
            self.used.add(prefix)
        return text


def lines(sentence: PlainSentence, indent: int) -> list[str]:
    """The lines of a sentence, of at most 110 columns where spellings allow it."""
    margin = " " * (indent + 2)
    written: list[str] = []
    begin = " " * indent + sentence.subject + " "
    for verb, objects in _in_order(sentence.pairs):
        line = f"{begin}{verb} {', '.join(objects)}"
        if len(objects) == 1 or (len(line) + 2 <= WIDTH and "\n" not in line):
            written.append(line + " ;")
        else:
            written.append(begin + verb)
            written += [f"{margin}  {text}," for text in objects]
            written[-1] = written[-1][:-1] + " ;"
        begin = margin
    written[-1] = written[-1][:-1] + "."
    return written


def _in_order(pairs: Pairs) -> list[tuple[str, list[str]]]:
    """`a` first, then labels, then as they stand."""
    if len(pairs) == 1 or FIRST.keys().isdisjoint(pairs):
        return list(pairs.values())
    return [pairs[iri] for iri in sorted(pairs, key=lambda iri: FIRST.get(iri, len(FIRST)))]
