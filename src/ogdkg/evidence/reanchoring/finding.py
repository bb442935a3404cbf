"""Finds a stretch of an old text again in a new one: moved, reworded, gone, or in doubt."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum

from ogdkg.evidence.passages import folded
from ogdkg.evidence.reanchoring.words import Alignment, Span, Words
from ogdkg.lean import NamedTuple

_MOST_PLACES = 50  # of the same words, beyond which none is surely theirs
_REACH = 30  # words around a stretch in which its neighbours are looked for
_ENOUGH = 6  # letters of a word that stands once in both texts, so that it is taken for the same
_TAG = re.compile(r"</?[a-z]{1,20}>")
_KEPT = 0.3  # of its words, for a stretch to be the same in other words
_MARKS = (".,;:!?", "*_")  # of a sentence, and of emphasis
_LONGEST = 400  # words of a stretch that is compared word by word


class Fate(Enum):
    """What has become of a stretch of text."""

    MOVED = "moved"
    REWORDED = "reworded"
    GONE = "gone"
    DOUBTFUL = "doubtful"


class Found(NamedTuple):
    """Where a stretch is in the new text.

    Attributes:
        fate: What has become of it.
        span: Where it begins and ends; None if it is gone, or in doubt.
        places: Where else its words stand, if it is in doubt or gone.
    """

    fate: Fate
    span: Span | None = None
    places: tuple[Span, ...] = ()


class Finder:
    """Finds stretches of an old text in a new one."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = Words(old), Words(new)
        self._alignment = Alignment(self.old, self.new)

    def find(self, span: Span) -> Found:
        """Find a stretch of the old text again. Of several places its neighbours decide."""
        text = folded(self.old.text[slice(*span)])
        first, last = self.old.touched_by(span)
        if not text or first > last:
            return Found(Fate.GONE)
        if aligned := self._aligned(span, first, last):
            return Found(Fate.MOVED, aligned)
        places = self.new.occurrences(text, _MOST_PLACES)
        if same := self._same(places, text, first, last):
            return Found(Fate.MOVED, same)
        if reworded := self._reworded(span, first, last):
            return Found(Fate.REWORDED, reworded, tuple(places))
        return Found(Fate.DOUBTFUL if self._free(places, first, last) else Fate.GONE, None, tuple(places))

    def _aligned(self, span: Span, first: int, last: int) -> Span | None:
        """Return where a stretch is, all of whose words have partners in a row."""
        partners = self._alignment.to_new[first : last + 1]
        if partners[0] < 0 or partners != list(range(partners[0], partners[0] + len(partners))):
            return None
        start = self.new.spans[partners[0]][0] + span[0] - self.old.spans[first][0]
        return start, self.new.spans[partners[-1]][0] + span[1] - self.old.spans[last][0]

    def _same(self, places: Sequence[Span], text: str, first: int, last: int) -> Span | None:
        """Return which place of the same words is theirs, by their neighbours or as the only one."""
        if len(places) == _MOST_PLACES:
            return None
        shifts = Counter(
            partner - at
            for at in range(max(first - 1, 0), min(last + 2, len(self.old.words)))
            if (partner := self._alignment.to_new[at]) >= 0
        )
        by_word = {self.new.touched_by(place)[0]: place for place in places}
        for shift, _ in shifts.most_common():
            if first + shift in by_word:
                return by_word[first + shift]
        free = self._free(places, first, last)
        near = [place for place in free if self._is_between_neighbours(place, first, last)]
        if len(near) == 1:
            return near[0]
        is_telling = " " in text or (bool(free) and sum(letter.isalpha() for letter in text) >= _ENOUGH)
        is_only = len(places) == 1 and is_telling and len(self.old.occurrences(text, 2)) == 1
        return places[0] if is_only else None

    def _free(self, places: Sequence[Span], first: int, last: int) -> list[Span]:
        """Return the places whose words are not those of another stretch of the old text."""
        to_old = self._alignment.to_old

        def is_free(place: Span) -> bool:
            start, end = self.new.touched_by(place)
            return all(partner < 0 or first <= partner <= last for partner in to_old[start : end + 1])

        return [place for place in places if is_free(place)]

    def _neighbours(self, first: int, last: int) -> tuple[int | None, int | None]:
        """Return the partners of the nearest words before and after a stretch that have one."""
        to_new = self._alignment.to_new
        before = (to_new[at] for at in range(first - 1, max(first - _REACH, -1), -1) if to_new[at] >= 0)
        after = (to_new[at] for at in range(last + 1, min(last + _REACH, len(to_new))) if to_new[at] >= 0)
        at_start = -1 if first < _REACH else None  # the texts begin and end together
        at_end = len(self.new.words) if last + _REACH >= len(to_new) else None
        return next(before, at_start), next(after, at_end)

    def _is_between_neighbours(self, place: Span, first: int, last: int) -> bool:
        before, after = self._neighbours(first, last)
        start, end = self.new.touched_by(place)
        reach = last - first + 2 * _REACH
        return (
            (before is not None or after is not None)
            and (before is None or before < start <= before + reach)
            and (after is None or after - reach <= end < after)
        )

    def _reworded(self, span: Span, first: int, last: int) -> Span | None:
        """Return the stretch that stands in the place of another, if enough of it is the same."""
        found = self._region(first, last)
        if found is None:
            return None
        start, end = self._narrowed(found, first, last)
        old, new = self.old.words[first : last + 1], self.new.words[start : end + 1]
        kept = sum((Counter(map(_bare, old)) & Counter(map(_bare, new))).values())
        before, after = self._alignment.to_new[first - 1 : first], self._alignment.to_new[last + 1 : last + 2]
        is_in_place = before == [start - 1] and after == [end + 1] and len(new) <= 2 * len(old) + 4
        if kept < _KEPT * max(len(old), len(new)) and not is_in_place:
            return None
        return self._trimmed(span, start, end)

    def _region(self, first: int, last: int) -> Span | None:
        """Return the words of the new text between the neighbours of a stretch, or around its own."""
        size = last - first + 1
        own = sorted(at for at in self._alignment.to_new[first : last + 1] if at >= 0)
        before, after = self._neighbours(first, last)
        if own and own[-1] - own[0] > 3 * size + 10:  # its words have gone different ways
            return None
        to_old = self._alignment.to_old  # without neighbours, it has as many words as the old stretch
        low = max(own[0] - (to_old[own[0]] - first), 0) if own else None
        high = min(own[-1] + (last - to_old[own[-1]]), len(to_old) - 1) if own else None
        if before is not None and (low is None or abs(low - before - 1) <= size + 5):
            low = before + 1
        if after is not None and (high is None or abs(after - high - 1) <= size + 5):
            high = after - 1
        if low is None or high is None or not 0 <= high - low <= 3 * size + 10:
            return None
        return low, high

    def _narrowed(self, region: Span, first: int, last: int) -> Span:
        """Return the part of a region that ends as far from the words in common as the old stretch does."""
        low, high = region
        old = [_bare(word) for word in self.old.words[first : last + 1]][:_LONGEST]
        new = [_bare(word) for word in self.new.words[low : high + 1]][:_LONGEST]
        blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()[:-1]
        if not blocks:
            return region
        before, after = blocks[0], blocks[-1]
        behind = len(old) - after.a - after.size
        return max(low, low + before.b - before.a), min(high, low + after.b + after.size - 1 + behind)

    def _trimmed(self, span: Span, start: int, end: int) -> Span | None:
        """Return where words of the new text begin and end, without marks that the old ones lack."""
        first, last = self.new.spans[start][0], self.new.spans[end][1]
        old, text = self.old.text[slice(*span)], self.new.text
        while first < last and _is_extra(text[first], old[0]) and not _opens(text[first:last]):
            first += 1
        while first < last and _is_extra(text[last - 1], old[-1]) and not _closes(text[first:last]):
            last -= 1
        return (first, last) if first < last else None


def _is_extra(mark: str, old: str) -> bool:
    """Whether a character at the edge is a mark, and the old one there was none of its kind."""
    return not mark.isalnum() and not any(mark in kind and old in kind for kind in (*_MARKS, mark))


def _opens(text: str) -> bool:
    """Whether a text begins with a bracket that it closes."""
    closing = dict(zip("([<", ")]>", strict=True)).get(text[0])
    return closing is not None and text.count(closing) == text.count(text[0])


def _closes(text: str) -> bool:
    """Whether a text ends with a bracket that it opens."""
    opening = dict(zip(")]>", "([<", strict=True)).get(text[-1])
    return opening is not None and text.count(opening) == text.count(text[-1])


def _bare(word: str) -> str:
    """A word without the marks and the tags around it."""
    return _TAG.sub("", word).strip(".,;:!?()[]<>*_\"'").casefold() or word


def changes(old: str, new: str) -> list[tuple[str, str, str]]:
    """Return how the words of two texts differ: stretches as (kind, old words, new words).

    The kinds are those of difflib: equal, replace, delete, insert. Texts that are too long to be compared are
    one replacement.
    """
    before, after = old.split(), new.split()
    if max(len(before), len(after)) > _LONGEST:
        return [("replace", " ".join(before), " ".join(after))]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(kind, " ".join(before[a:b]), " ".join(after[c:d])) for kind, a, b, c, d in matcher.get_opcodes()]
