"""Finds passages in a new text by their fragments and hashes alone, without the text that they are from."""

from __future__ import annotations

from ogdkg.evidence.passages import Passage, folded, text_hash
from ogdkg.evidence.reanchoring.finding import Fate, Found
from ogdkg.evidence.reanchoring.words import Span, Words

_MOST_PLACES = 50  # of a fragment
_LONGEST = 5000  # characters of a passage


class HashFinder:
    """Finds passages whose words are the same, in as many characters: lines may be broken elsewhere.

    The text of a passage is known by its length, by the words of its fragment, and by its hash, which tells
    when the right stretch around a fragment is met.
    """

    def __init__(self, new: str) -> None:
        self._new = Words(new)
        self._shift = 0  # of the passage found last: the next one has mostly moved as far

    def find(self, passage: Passage) -> Found:
        """Find a passage again; where its words stand several times, it is in doubt."""
        start, end = passage.position or (0, 0)
        length = end - start
        if not 0 < length <= _LONGEST or not passage.exact:
            return Found(Fate.GONE)
        moved = start + self._shift, end + self._shift
        if self._is(passage, moved):
            return Found(Fate.MOVED, moved)
        spans = self._spans(passage, length)
        if len(spans) == 1:
            self._shift = spans[0][0] - start
            return Found(Fate.MOVED, spans[0])
        return Found(Fate.DOUBTFUL if spans else Fate.GONE, None, tuple(spans))

    def _spans(self, passage: Passage, length: int) -> list[Span]:
        """Return where the words of a passage stand around the places of its fragment."""
        places = self._new.occurrences(folded(passage.exact or ""), _MOST_PLACES)
        found = dict.fromkeys(
            (start, start + length)
            for first, last in places
            for start in range(max(last - length, 0), first + 1)
            if self._is(passage, (start, start + length))
        )
        return list(found)

    def _is(self, passage: Passage, span: Span) -> bool:
        text = self._new.text[slice(*span)] if span[0] >= 0 else ""
        is_bare = bool(text) and not text[0].isspace() and not text[-1].isspace()
        return is_bare and text_hash(text) == passage.text_hash
