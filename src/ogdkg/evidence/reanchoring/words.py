"""Two versions of a text aligned word by word, wherever paragraphs have moved, in nearly linear time."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_RUNS = (8, 5, 3)  # words in a row that stand once in both texts, the surest first
_MOST_COMPARED = 200  # words of a stretch that is compared with another, which costs their product
Span = tuple[int, int]


class Words:
    """The words of a text: what stands between white space, with its places.

    Attributes:
        text: The text.
        words: Its words.
        spans: Where each begins and ends.
        folded: The words with one blank between them.
        begins: Whether each begins a paragraph.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        matches = list(re.finditer(r"\S+", text))
        self.words = [match[0] for match in matches]
        self.spans = [match.span() for match in matches]
        self.folded = " ".join(self.words)
        ends = [0, *(end for _, end in self.spans)]
        gaps = (text.count("\n", end, start) for end, (start, _) in zip(ends, self.spans, strict=False))
        self.begins = [count > 1 for count in gaps]
        self._starts = [start for start, _ in self.spans]
        self._folded_starts: list[int] = []
        at = 0
        for word in self.words:
            self._folded_starts.append(at)
            at += len(word) + 1

    def touched_by(self, span: Span) -> Span:
        """Return the first and the last word, both included, that a stretch of the text has a part of."""
        first = max(bisect_right(self._starts, span[0]) - 1, 0)
        if self.spans and self.spans[first][1] <= span[0]:
            first += 1
        return first, bisect_left(self._starts, span[1]) - 1

    def occurrences(self, folded: str, most: int) -> list[Span]:
        """Return where some words stand in the text, whatever white space lies between, `most` at most.

        A word that begins or ends the words is a whole one there.
        """
        found, at = list[Span](), self.folded.find(folded)
        before, after = _edge(folded[:1]), _edge(folded[-1:])
        while at >= 0 and len(found) < most:
            end = at + len(folded)
            is_whole = not (before and _edge(self.folded[at - 1 : at])) and not (
                after and _edge(self.folded[end : end + 1])
            )
            if is_whole:
                found.append((self._unfolded(at), self._unfolded(end - 1) + 1))
            at = self.folded.find(folded, at + 1)
        return found

    def _unfolded(self, place: int) -> int:
        """Return where a character of the folded text stands in the text."""
        number = bisect_right(self._folded_starts, place) - 1
        return self.spans[number][0] + place - self._folded_starts[number]


def _edge(character: str) -> bool:
    return character.isalnum()


class Alignment:
    """Which word of the new text each word of the old one is, as far as that is sure.

    Runs of words that stand once in both texts are the same; from there on, the words before and after are,
    as long as they are equal. So a moved paragraph is found as one that has stayed. Then the texts begin and
    end alike, and what is left in between is compared as `diff` does.

    Attributes:
        old: The old text.
        new: The new text.
        to_new: The word of the new text for each of the old one; -1 for none.
        to_old: The word of the old text for each of the new one; -1 for none.
    """

    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        self.to_new, self.to_old = [-1] * len(old.words), [-1] * len(new.words)
        for length in _RUNS:
            joined = [run for run in list(self._unique_runs(length)) if self._join(*run, length)]
            for before, after in joined:
                self._extend(before, after, length)
        self._extend(0, 0, 0)
        self._extend(len(old.words), len(new.words), 0)
        for gap in list(self._gaps()):
            self._fill(*gap)

    def _unique_runs(self, length: int) -> Iterator[Span]:
        """Yield where runs of words without partners stand that both texts have once."""
        new = self._runs(self.new, self.to_old, length)
        for run, at in self._runs(self.old, self.to_new, length).items():
            if run in new:
                yield at, new[run]

    @staticmethod
    def _runs(text: Words, partners: Sequence[int], length: int) -> dict[int, int]:
        """Return the first words of the runs within a paragraph that stand once, by the runs' hashes."""
        words, begins = text.words, text.begins
        found: dict[int, int] = {}
        for at in range(len(words) - length + 1):
            if max(partners[at : at + length]) < 0 and not any(begins[at + 1 : at + length]):
                run = hash(tuple(words[at : at + length]))  # `_join` compares the words
                found[run] = -1 if run in found else at
        return {run: at for run, at in found.items() if at >= 0}

    def _join(self, before: int, after: int, length: int) -> bool:
        """Make partners of two equal runs; return whether all their words are partners now."""
        return all(self._join_words(before + step, after + step) for step in range(length))

    def _extend(self, before: int, after: int, length: int) -> None:
        """Make partners of the equal words on both sides of two runs, as far as paragraphs begin alike."""
        step = length
        while self._begin_alike(before + step, after + step) and self._join_words(
            before + step, after + step
        ):
            step += 1
        step = -1
        while self._begin_alike(before + step + 1, after + step + 1) and self._join_words(
            before + step, after + step
        ):
            step -= 1

    def _begin_alike(self, before: int, after: int) -> bool:
        """Whether two words both begin a paragraph, or neither does."""
        at_end = before >= len(self.to_new) or after >= len(self.to_old)
        return at_end or self.old.begins[before] == self.new.begins[after]

    def _gaps(self) -> Iterator[tuple[Span, Span]]:
        """Yield the stretches without partners, of old and of new words, between two pairs of partners."""
        start = None
        for at, partner in enumerate([*self.to_new, len(self.to_old)]):
            if partner < 0:
                start = at if start is None else start
            elif start is not None:
                after = self.to_new[start - 1] + 1 if start else 0
                if 0 < partner - after <= _MOST_COMPARED and at - start <= _MOST_COMPARED:
                    yield (start, at), (after, partner)
                start = None

    def _fill(self, before: Span, after: Span) -> None:
        """Make partners of the equal words in two short stretches."""
        old, new = self.old.words[slice(*before)], self.new.words[slice(*after)]
        for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            for step in range(block.size):
                self._join_words(before[0] + block.a + step, after[0] + block.b + step)

    def _join_words(self, before: int, after: int) -> bool:
        """Make partners of two equal words that have none; return whether they are partners now."""
        if not (0 <= before < len(self.to_new) and 0 <= after < len(self.to_old)):
            return False
        if self.to_new[before] >= 0 or self.to_old[after] >= 0:
            return False
        if self.old.words[before] != self.new.words[after]:
            return False
        self.to_new[before], self.to_old[after] = after, before
        return True
