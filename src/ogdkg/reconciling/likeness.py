"""How alike two names are: by their words in any order, by their letters, or as one abbreviates the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ogdkg.reconciling.words import LINKS, plain, spelt, telling

_TRANSLATED = 0.96  # a word and its translation or usual abbreviation
_LINK_WEIGHT = 0.05  # of an article, where a telling word has at least 1
_LEAST = 0.6  # likeness below which two words are different words
_SHORTEST_MISSPELT = 4  # letters
_MOST_INITIALS = 12
_LETTERS_OF_A_WORD = 3  # that are taken into an abbreviation, on average
_WITHIN = 0.65  # likeness of a name to a longer one that has all its words


class Likeness(NamedTuple):
    """How alike two names are.

    Attributes:
        score: From 0 to 100.
        is_same: Whether they are one name, but for capitals, accents, punctuation, the order of words,
            articles and legal forms.
    """

    score: float
    is_same: bool = False


SAME = 100.0


def compared(given: str, name: str, weight: Callable[[str], float]) -> Likeness:
    """Compare a name with another.

    Args:
        given: The name that is looked for.
        name: One that a thing has.
        weight: How much a word tells, from 1.
    """
    one, other = spelt(given), spelt(name)
    if not one or not other:
        same = given.strip().casefold() == name.strip().casefold()
        return Likeness(SAME if same else 0.0, same)
    if one == other:
        return Likeness(SAME, is_same=True)
    if "".join(one) == "".join(other):
        return Likeness(99.0, is_same=True)
    first, second = telling(one), telling(other)
    if sorted(first) == sorted(second):
        return Likeness(97.0 if first == second else 95.0, is_same=True)
    short, long = (one, second) if len(one) == 1 else (other, first)
    if len(short) == 1 and abbreviates(short[0], long):
        return Likeness(88.0)
    if len(short) == 1 and len(long) > 2 and abbreviates(short[0], long[:-1]):
        return Likeness(76.0)  # "OSGeo" leaves out the kind of organisation
    if len(one) == len(other) == 1:  # the beginning of a word is another word: "data", "database"
        return Likeness(round(93.0 * _likeness_of_spelling(one[0], other[0]), 1))
    by_words = _by_words(one, other, weight)
    letters = likeness("".join(first), "".join(second))
    return Likeness(round(93.0 * max(by_words, letters), 1))


def _by_words(one: Sequence[str], other: Sequence[str], weight: Callable[[str], float]) -> float:
    """The part of two names' weight that lies in words that are alike, each with one of the other name.

    The other name may also stand within the first, as that of a program in "its name, the software".
    """
    weights = [[_weight(word, weight) for word in name] for name in (one, other)]
    pairs = sorted(
        (
            (likeness_of_words(word, another), -abs(i - j), i, j)
            for i, word in enumerate(one)
            for j, another in enumerate(other)
        ),
        reverse=True,
    )
    taken: tuple[set[int], set[int]] = set(), set()
    alike = within = 0.0
    for found, _, i, j in pairs:
        if not found:
            break
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            alike += found * (weights[0][i] + weights[1][j])
            within += found * weights[1][j]
    return max(alike / (sum(weights[0]) + sum(weights[1])), _WITHIN * within / sum(weights[1]))


def _weight(word: str, weight: Callable[[str], float]) -> float:
    return _LINK_WEIGHT if word in LINKS else weight(plain(word))


@lru_cache(maxsize=1 << 17)
def likeness_of_words(one: str, other: str) -> float:
    """Return how alike two words are, from 0 to 1: the same, translated, abbreviated or misspelt."""
    if one == other:
        return 1.0
    if plain(one) == plain(other):
        return _TRANSLATED
    if any(map(str.isdigit, one)) or any(map(str.isdigit, other)):
        return 0.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _SHORTEST_MISSPELT:
        spellings = dict.fromkeys(((one, other), (plain(one), plain(other))))
        found = max((likeness(*pair) for pair in spellings if _may_be_alike(*pair)), default=0.0)
        if found >= _LEAST:
            return found
    if len(short) > 1 and long.startswith(short) and short not in LINKS:
        return 0.85 if len(short) > 2 else 0.5
    return 0.75 if _is_contraction(short, long) else 0.0


def _likeness_of_spelling(one: str, other: str) -> float:
    return _TRANSLATED if plain(one) == plain(other) else likeness(one, other)


def _may_be_alike(one: str, other: str) -> bool:
    """Whether two words have enough letters in common, which is faster to see than how many to change."""
    longest = max(len(one), len(other))
    return longest - min(len(one), len(other)) <= (1 - _LEAST) * longest and bool(
        set(one[:3]) & set(other[:3])
    )


def _is_contraction(short: str, long: str) -> bool:
    """Whether a word leaves out letters within another, as "mgmt" of "management"."""
    if len(short) < 3 or len(long) < len(short) + 2 or short[0] != long[0] or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def abbreviates(short: str, long: Sequence[str]) -> bool:
    """Return whether a word consists of the beginnings of several words, one after the other.

    >>> abbreviates("afdb", ("african", "development", "bank"))
    True
    """
    if not (2 <= len(short) <= _MOST_INITIALS and 2 <= len(long) <= _MOST_INITIALS):
        return False
    if len(short) > min(_LETTERS_OF_A_WORD * len(long), sum(map(len, long)) / 2):
        return False  # "americas" is none of "American Samoa"
    if len(short) > 2 and long[0].startswith(short[:-1]):
        return False  # it begins the first word, and means that
    ends = {0}  # letters of it that the words so far account for
    for word in long:
        ends = {
            at + length
            for at in ends
            for length in range(1, min(len(word), len(short) - at) + 1)
            if short.startswith(word[:length], at)
        }
    return len(short) in ends


def likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1, by the letters to change."""
    longest = max(len(one), len(other))
    return 1 - edits(one, other) / longest if longest else 1.0


def edits(one: str, other: str) -> int:
    """Return how many letters to change, add, leave out or swap with the next make one text of another.

    Works on all letters of the first text at once, as bits of a number: H. Hyyrö, A Bit-Vector Algorithm for
    Computing Levenshtein and Damerau Edit Distances (2003).
    """
    if not one or not other:
        return len(one) + len(other)
    places: dict[str, int] = {}
    for place, letter in enumerate(one):
        places[letter] = places.get(letter, 0) | 1 << place
    every, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    plus, minus, diagonal, before, count = every, 0, 0, 0, len(one)
    for letter in other:
        here = places.get(letter, 0)
        swapped = ((~diagonal & here) << 1) & before
        diagonal = ((((here & plus) + plus) ^ plus) | here | minus | swapped) & every
        right = minus | (~(diagonal | plus) & every)
        left = diagonal & plus
        count += bool(right & last) - bool(left & last)
        right = (right << 1 | 1) & every
        left = (left << 1) & every
        plus = left | (~(diagonal | right) & every)
        minus = right & diagonal
        before = here
    return count
