"""The numbers that a text prints: in digits, grouped, ordinal, with a magnitude, and in words of English.

Those in words of other languages are in `number_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, DecimalException

from ogdkg.evidence.printed.languages import languages_of
from ogdkg.lean import NamedTuple

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_SMALL = {
    **{word: Decimal(number) for number, word in enumerate(_UNITS)},
    **{f"{word}th": Decimal(number) for number, word in enumerate(_UNITS) if number > 3},
    **{word: Decimal(number) for word, number in _IRREGULAR.items()},
}
_ROUND = {
    **{word: Decimal(10 * number) for number, word in enumerate(_TENS, 2)},
    **{f"{word[:-1]}ieth": Decimal(10 * number) for number, word in enumerate(_TENS, 2)},
}
_SCALES = {
    "dozen": Decimal(12),
    "score": Decimal(20),
    "thousand": Decimal(1000),
    "million": Decimal(10**6),
    "billion": Decimal(10**9),
    "trillion": Decimal(10**12),
}
_AFTER_DIGITS = {
    **_SCALES,
    "hundred": Decimal(100),
    "k": Decimal(1000),
    **dict.fromkeys(("m", "mn"), Decimal(10**6)),
    **dict.fromkeys(("b", "bn"), Decimal(10**9)),
    "tn": Decimal(10**12),
    **dict.fromkeys(("mille", "mil", "millier"), Decimal(1000)),  # and in French and Spanish
    **dict.fromkeys(("millón", "millones"), Decimal(10**6)),
    **dict.fromkeys(("milliard", "mil millones", "mds", "md"), Decimal(10**9)),
}
_ALONE = {  # words that say how many, and are part of no other number
    **dict.fromkeys(("once", "single"), Decimal(1)),
    **dict.fromkeys(("twice", "double", "doubled", "doubles", "doubling"), Decimal(2)),
    **dict.fromkeys(("both", "pair", "couple"), Decimal(2)),
    **dict.fromkeys(("thrice", "triple", "tripled", "triples", "tripling"), Decimal(3)),
    "half": Decimal("0.5"),
}
_LONGEST = 40  # digits of a number that may be a value
_LOWER = {number: number + 32 for number in range(ord("A"), ord("Z") + 1)}  # keeps each letter at its place


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SCALE = rf"(?:{_any(_SCALES)})(?:s|th)?+(?![a-z])"
_BELOW_100 = rf"(?:(?:{_any(_ROUND)})(?:[- ](?:{_any(_SMALL)})(?![a-z]))?|(?:{_any(_SMALL)}))(?![a-z])"
_HUNDREDS = rf"(?:(?:a|{_BELOW_100})[- ])?hundred(?:s|th)?+(?![a-z])(?:[- ](?:and )?{_BELOW_100})?"
_BELOW_1000 = rf"(?:{_HUNDREDS}|{_BELOW_100})"
_SCALED = rf"(?>(?:(?:(?:half )?an?|{_BELOW_1000})[- ])?{_SCALE})"
_MORE = rf"(?>[- ](?:and )?{_BELOW_1000}(?:[- ]{_SCALE})?)"
_WORDS = re.compile(rf"(?<![a-z\d])(?:{_SCALED}{_MORE}*|{_BELOW_1000}|(?:{_any(_ALONE)})(?![a-z]))")
_DIGITS = re.compile(
    r"(?P<sign>(?<![\w)\]%])-)?(?<![\w.])(?:"
    r"(?P<grouped>[1-9]\d{0,2}(?P<mark>[,.' ])\d{3}(?:(?P=mark)\d{3})*+(?!\d))(?P<rest>[.,]\d+)?"
    r"|(?P<plain>\d++)(?P<part>[.,]\d+)?)"
    r"(?:(?:st|nd|rd|th|s|er|re|e|ème|º|ª)(?![^\W\d_]))?"
    rf"(?:[- ]?(?P<scale>{_any(_AFTER_DIGITS)})s?(?![^\W\d_])"
    r"|(?P<percent> ?%| percent| per cent| pour cent| por ciento))?"
)


class Number(NamedTuple):
    """A number in a text: as it is spelled, and what it may mean: `1.234` is either of two numbers."""

    spelling: str
    values: frozenset[Decimal]


def numbers(text: str) -> Iterator[Number]:
    """Yield the numbers that a text prints, first those in digits, then those in words.

    Args:
        text: The text; each white space in it is one blank, a dash `-`.

    >>> [str(*number.values) for number in numbers("a dozen of 300,000 photos in twenty-one parks")]
    ['300000', '12', '21']
    >>> [str(*number.values) for number in numbers("en los cincuenta y siete países")]
    ['57']
    """
    lower = text.translate(_LOWER)
    for match in _DIGITS.finditer(lower):
        if len(match[0]) <= _LONGEST:
            yield Number(text[match.start() : match.end()], frozenset(_of_digits(match)))
    rest = _DIGITS.sub(lambda match: "#" * len(match[0]), lower)
    for match in _WORDS.finditer(rest):
        yield Number(text[match.start() : match.end()], frozenset((_of_words(match[0]),)))
    if others := languages_of(text) - {"en"}:
        from ogdkg.evidence.printed.number_words import spelt_numbers  # only for texts in them

        for language in sorted(others):
            for start, end, value in spelt_numbers(rest, language):
                yield Number(text[start:end], frozenset((value,)))


def _of_digits(match: re.Match[str]) -> Iterator[Decimal]:
    sign = -1 if match["sign"] else 1
    for number in _unscaled(match):
        yield sign * number
        if match["scale"]:
            yield sign * number * _AFTER_DIGITS[match["scale"]]
        if match["percent"]:
            yield sign * number / 100


def _unscaled(match: re.Match[str]) -> Iterator[Decimal]:
    """Yield what the digits mean: `1,234` is grouped, `1.234` perhaps, `1,5` is a decimal or two numbers."""
    if match["grouped"]:
        grouped, mark, rest = match["grouped"], match["mark"], match["rest"] or ""
        yield Decimal(re.sub(r"\D", "", grouped) + rest.replace(",", "."))
        if mark == "." and grouped.count(".") == 1 and not rest:
            yield Decimal(grouped)
        return
    plain, part = match["plain"], match["part"] or ""
    yield Decimal(plain + part.replace(",", "."))
    if part.startswith(","):
        yield from (Decimal(plain), Decimal(part[1:]))


def _of_words(text: str) -> Decimal:
    """What a number in words means: groups below a thousand, each with its magnitude, added up."""
    total, current = Decimal(0), Decimal(0)
    for word in re.findall(r"[a-z]+", text):
        stem = next((word[: -len(end)] for end in ("s", "th") if word.endswith(end)), word)
        if word in _ALONE:
            current = _ALONE[word]
        elif word in _SMALL or word in _ROUND:
            current += _SMALL.get(word) or _ROUND.get(word) or 0
        elif "hundred" in (word, stem):
            current = (current or Decimal(1)) * 100
        elif scale := _SCALES.get(word) or _SCALES.get(stem):
            total, current = total + (current or Decimal(1)) * scale, Decimal(0)
    return total + current


def number_of(lexical: str) -> Decimal | None:
    """Return the number of a lexical form of a numeric datatype; None for one that no text could print.

    >>> number_of("3.0E5") == 300000
    True
    """
    try:
        number = Decimal(lexical.strip())
    except DecimalException:
        return None
    return number if number.is_finite() and abs(number.adjusted()) <= _LONGEST else None
