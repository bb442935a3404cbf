"""`NameTable`: the names of things in memory, and those that a given name may be meant for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property
from heapq import nlargest
from math import log
from typing import NamedTuple

from ogdkg.rdf.labels import ALIAS_RANK
from ogdkg.rdf.terms import Iri
from ogdkg.reconciling.likeness import Likeness, abbreviates, compared
from ogdkg.reconciling.words import plain, spelt, telling, variants

_NAMESAKES = 200  # things of one name that are looked at, or of one abbreviation
_CLOSEST = 50  # names that are compared letter by letter
_MOST_LOOKED_AT = 200_000  # names that have a piece of a name
_MOST_SCANNED = 20_000  # names that begin with a letter, of which a word may be the initials
_LEAST_SCORE = 50.0
_CODE = ALIAS_RANK + 1  # of skos:notation
_SHORT = 3  # letters of a code that may be a word too
_IN_BRACKETS = 0.96  # of the score of a name, where only a part of one is compared


class Name(NamedTuple):
    """A name of a thing, with the rank of the property that gives it (see `rdf.labels.PROPERTY_RANKS`)."""

    thing: Iri
    text: str
    rank: int = 0


class Found(NamedTuple):
    """A thing that may be meant.

    Attributes:
        thing: The thing.
        name: Which of its names is most like the one that was given.
        score: How alike they are, from 0 to 100.
        is_same: Whether they are one name.
        is_label: Whether it is a label, and no other name or code.
    """

    thing: Iri
    name: str
    score: float
    is_same: bool
    is_label: bool


class NameTable:
    """Finds names that are like a given one.

    Args:
        names: The names.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = list(dict.fromkeys(names))
        self._pieces: dict[str, list[int]] = {}
        self._sizes: list[int] = []
        self._counts: Counter[str] = Counter()
        self._by_letters: dict[str, list[int]] = {}
        for number, each in enumerate(self._names):
            folded = spelt(each.text)
            self._counts.update({plain(word) for word in folded})
            pieces = _pieces(folded)
            self._sizes.append(len(pieces))
            for piece in pieces:
                self._pieces.setdefault(piece, []).append(number)
            self._by_letters.setdefault("".join(folded) or each.text.strip().casefold(), []).append(number)

    def find(self, given: str, is_wanted: Callable[[Iri], bool] = lambda thing: True) -> list[Found]:
        """Return the things that may be meant by a name, the likeliest first.

        Args:
            given: The name.
            is_wanted: Whether a thing may be meant at all.
        """
        best: dict[Iri, Found] = {}
        for place, variant in enumerate(variants(given)):
            for number in self._near(variant, is_wanted):
                name = self._names[number]
                found = self._compared(variant, name, given if place else "")
                known = best.get(name.thing)
                if found.score >= _LEAST_SCORE and (known is None or _order(found) < _order(known)):
                    best[name.thing] = found
        return sorted(best.values(), key=_order)

    def _compared(self, variant: str, name: Name, whole: str) -> Found:
        """Compare with a name; `whole` is what was given, where only a part of it is compared."""
        found = compared(variant, name.text, self._weight)
        if name.rank == _CODE and not found.is_same:
            found = Likeness(0.0)  # codes that differ are different codes
        for place, part in enumerate(variants(name.text)[1:]):
            is_explained = _is_explained(name.text, part)
            if place and not (is_explained or (part.isupper() and part.isalnum())):
                continue  # what stands in brackets is no name by itself, unless it is an abbreviation
            like = compared(variant, part, self._weight)
            if like.score * _IN_BRACKETS > found.score:
                found = Likeness(like.score * _IN_BRACKETS, like.is_same and is_explained)
        score, is_same = found.score, found.is_same and not _is_chance(variant, name)
        if whole:
            score, is_same = score * _IN_BRACKETS, is_same and _is_explained(whole, variant)
        return Found(name.thing, name.text, round(score, 1), is_same, name.rank < ALIAS_RANK)

    def _near(self, given: str, is_wanted: Callable[[Iri], bool]) -> list[int]:
        """The numbers of the names that have most pieces in common with a name, or the same letters."""
        folded = spelt(given)
        pieces = _pieces(folded)
        shared: Counter[int] = Counter()
        looked_at = 0
        for numbers in sorted((self._pieces.get(piece, ()) for piece in pieces), key=len):
            looked_at += len(numbers)
            if looked_at > _MOST_LOOKED_AT:
                break  # the rarest pieces tell most
            shared.update(numbers)
        wanted = (number for number in shared if is_wanted(self._names[number].thing))
        closest = nlargest(
            _CLOSEST, wanted, key=lambda number: 2 * shared[number] / (len(pieces) + self._sizes[number])
        )
        same = self._by_letters.get("".join(folded) or given.strip().casefold(), ())
        initialled = self._initialled(folded[0]) if len(folded) == 1 else ()
        found = dict.fromkeys((*same[:_NAMESAKES], *closest, *initialled[:_NAMESAKES]))
        return [number for number in found if is_wanted(self._names[number].thing)]

    def _initialled(self, word: str) -> list[int]:
        """The names of which a word may be the initials."""
        if not 2 <= len(word) <= 8:
            return []
        numbers = self._by_first.get(word[0], ())[:_MOST_SCANNED]
        folded = ((number, telling(spelt(self._names[number].text))) for number in numbers)
        return [number for number, name in folded if abbreviates(word, name) or abbreviates(word, name[:-1])]

    @cached_property
    def _by_first(self) -> dict[str, list[int]]:
        """The names of several words by the first letter."""
        found: dict[str, list[int]] = {}
        for number, each in enumerate(self._names):
            folded = telling(spelt(each.text))
            if len(folded) > 1:
                found.setdefault(folded[0][0], []).append(number)
        return found

    def _weight(self, word: str) -> float:
        """How much a word tells: the more, the fewer names have it."""
        return 1 + log(1 + len(self._names) / (1 + self._counts[word]))


def _is_explained(whole: str, part: str) -> bool:
    """Whether what a part leaves of a name is its initials, or what they stand for.

    So it is in "Open Aid Partnership (OAP)", and not in "Congo (Kinshasa)".
    """
    own = spelt(part)
    others = [spelt(each) for each in variants(whole)[1:] if each != part]
    return any(
        abbreviates("".join(one), telling(another))
        for each in others
        for one, another in ((own, each), (each, own))
    )


def _is_chance(given: str, name: Name) -> bool:
    """Whether a name is a short code that a word may be equal to by chance, as "it" and "IT"."""
    most = _SHORT if name.rank == _CODE else _SHORT - 1 if name.rank >= ALIAS_RANK else 0
    return len(name.text) <= most and (name.text != given or name.text.isdigit())


def _order(found: Found) -> tuple[object, ...]:
    return -found.score, not found.is_same, not found.is_label, len(found.name), found.thing.value


def _pieces(folded: Iterable[str]) -> set[str]:
    """Three letters each of the words, with their beginnings and ends."""
    every = {word for each in folded for word in (each, plain(each))}
    return {f" {word} "[at : at + 3] for word in every for at in range(len(word))}
