"""Regular expressions by which a server finds the names that a text may stand for.

They find all names of the same letters (`folding.letters`), whatever their case, accents, spaces and
punctuation, and some more, so who asks compares again. Each letter is a class of the characters that stand
for it, repeated: Virtuoso takes a name for bytes, of which such a character has several, and knows no `|`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from ogdkg.lean import compile_later
from ogdkg.rdf.terms import Literal, to_ntriples
from ogdkg.search.folding import letters, unaccented, words

_LAST = 0x3000  # beyond, no character is another one with an accent
# What may stand between two letters: spaces, punctuation and the marks of letters taken apart.
_BETWEEN = "[ -/:-@\\[-`{-~\u00a0-\u00bf\u0300-\u036f\u2000-\u206f\u3000-\u303f]*"
_MARKS = "[\u0300-\u036f]*"
_SLUG = "[/#:]{}[/#:]*$"
_SPECIAL = compile_later(r"[\\^$.*+?()\[\]{}|-]")
_MOST_LETTERS = 24  # compared by the server: engines refuse an expression that is too large
_FEWEST = 3  # letters of a piece of a word, which stands in few other words
_MOST_PAIRS = 16  # of letters that are compared


def has_letters(text: str) -> str:
    """Return a condition on `?name` for names with the letters of a text; without any, for the text."""
    spelt = letters(text)
    if not spelt:
        return f"STR(?name) = {to_ntriples(Literal(text.strip()))}"
    end = "" if len(spelt) > _MOST_LETTERS else f"{_BETWEEN}$"
    classes = _BETWEEN.join(_classes(spelt[:_MOST_LETTERS]))
    pattern = to_ntriples(Literal(f"^{_BETWEEN}{classes}{end}"))
    # Virtuoso finds letters with accents in a name, not in its STR; Oxigraph refuses names of other types.
    return f"REGEX(?name, {pattern}) || REGEX(STR(?name), {pattern})"


def has_word(word: str, of: str = "?name") -> str:
    """Return a condition for texts with a word in them, whatever its case and accents.

    Args:
        word: The word, folded.
        of: The variable of the text.
    """
    pattern = to_ntriples(Literal(_MARKS.join(_classes(word[:_MOST_LETTERS]))))
    return f"(REGEX({of}, {pattern}) || REGEX(STR({of}), {pattern}))"


def has_slug(text: str) -> str:
    """Return a condition on `?thing` for IRIs whose last part is a text, whatever its case."""
    pattern = _SLUG.format(_SPECIAL.sub(lambda sign: f"\\{sign[0]}", text))
    return f'REGEX(STR(?thing), {to_ntriples(Literal(pattern))}, "i")'


def has_piece(text: str) -> str:
    """Return a condition on `?name` for names that somebody may have meant who erred; nothing without words.

    One slip of the pen leaves the beginning of a word as it is, or its end; of a short one, the first letter.
    """
    found = [word for word in words(text) if len(word) > 1]
    pieces = dict.fromkeys(piece for word in found for piece in (word[:_FEWEST], word[-_FEWEST:]))
    near = [contains(piece) for piece in pieces if len(piece) == _FEWEST]
    begun = dict.fromkeys(word[: 2 if len(word) > _FEWEST else 1] for word in found)
    near += [
        f'CONTAINS(CONCAT(" ", LCASE(STR(?name))), {to_ntriples(Literal(" " + each))})' for each in begun
    ]
    return " || ".join(near)


def unlikeness(text: str, *, whole: bool = True) -> str:
    """Return an expression that is the less, the more `?name` is like a text: by letters and length.

    Args:
        text: The text.
        whole: Whether it is meant as all of the name.
    """
    folded = unaccented(text)
    pairs = list(dict.fromkeys(folded[place : place + 2] for place in range(len(folded) - 1)))
    missing = [f"IF({contains(pair)}, 0, 1)" for pair in pairs[:: 1 + len(pairs) // _MOST_PAIRS]]
    if whole:
        return " + ".join([f"ABS(STRLEN(STR(?name)) - {len(text)})", *missing])
    return f"1000 * ({' + '.join(missing) or 0}) + STRLEN(STR(?name))"  # of equals the shorter


def contains(word: str) -> str:
    """Return a condition on `?name` for names with a word in them, which is given in lower case."""
    return f"CONTAINS(LCASE(STR(?name)), {to_ntriples(Literal(word))})"


def _classes(spelt: str) -> Iterator[str]:
    """Yield a class for each letter; optional ones where a character before them may stand for both."""
    signs, longer = _spellings()
    covered = 0
    for place, letter in enumerate(spelt):
        found = [sign for length in (1, 2, 3) for sign in signs.get(spelt[place : place + length], ())]
        for length in (2, 3):
            if spelt[place : place + length] in longer:
                covered = max(covered, place + length)
        starts_longer = any(spelt[place : place + length] in longer for length in (2, 3))
        several = "*" if place < covered and not starts_longer else "+"
        among = "".join(map(_in_class, dict.fromkeys((letter, letter.upper(), *found))))
        yield f"[{among}]{several}"


def _in_class(signs: str) -> str:
    return _SPECIAL.sub(lambda sign: f"\\{sign[0]}", signs)


@cache
def _spellings() -> tuple[dict[str, list[str]], frozenset[str]]:
    """The characters that stand for some letters, and the runs of letters that one may stand for."""
    found: dict[str, list[str]] = {"and": ["&"]}
    for code in range(0x80, _LAST):
        sign = chr(code)
        if unicodedata.category(sign)[0] in "LN" and len(spelt := letters(sign)) <= 3:
            found.setdefault(spelt, []).append(sign)
    return found, frozenset(spelt for spelt in found if len(spelt) > 1)
