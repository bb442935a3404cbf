"""Folds what people type: case, accents and punctuation make no difference between two names."""

from __future__ import annotations

import unicodedata

from ogdkg.lean import compile_later

# Letters that no decomposition of Unicode takes apart into a plain letter and a mark.
_PLAIN = {"ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "æ": "ae", "œ": "oe", "&": "and"}
_WORD = compile_later(r"[^\W_]+")
_KEPT = "#%*@/\\"  # signs of the category punctuation that tell names apart, as in C and C#


def unaccented(text: str) -> str:
    """Return a text in lower case, without accents.

    >>> unaccented("Türkiye")
    'turkiye'
    """
    return (
        text.lower()
        if text.isascii()
        else unicodedata.normalize("NFKD", text.casefold()).translate(_UNMARKED)
    )


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, without accents."""
    return _WORD.findall(unaccented(text))


def letters(text: str) -> str:
    """Return what tells a name from others, whatever its case, accents, spaces and punctuation.

    >>> letters("Côte d'Ivoire"), letters("U.K."), letters("Viet Nam")
    ('cotedivoire', 'uk', 'vietnam')
    """
    return unaccented(text).translate(_BARE)


class _Unmarked(dict[int, int | None]):
    """A table for `str.translate` that removes combining characters, each looked up once."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.combining(chr(code)) else code
        return self[code]


class _Bare(dict[int, int | str | None]):
    """A table for `str.translate` that removes spaces and punctuation too."""

    def __missing__(self, code: int) -> int | str | None:
        sign = chr(code)
        is_between = unicodedata.category(sign)[0] in "PZC" and sign not in _KEPT
        self[code] = None if is_between else code
        return self[code]


_UNMARKED = _Unmarked()
_BARE = _Bare({ord(letter): plain for letter, plain in _PLAIN.items()})
