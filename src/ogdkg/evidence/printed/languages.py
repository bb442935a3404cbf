"""In which language a text may be, by its most common small words: they tell whether `once` is 1 or 11."""

from __future__ import annotations

import re

_OF_ONE_LANGUAGE = {
    "en": "the of and to in is for with by from are that this its has as at which an it was",
    "fr": "le les des du et une dans est pour par sur avec qui au aux ses ont sont ce",
    "es": "el los las del y una en es para por con que al se su sus han son este",
}
_SMALL_WORDS = {language: frozenset(words.split()) for language, words in _OF_ONE_LANGUAGE.items()}
_WORD = re.compile(r"[^\W\d_]+")


def languages_of(text: str) -> frozenset[str]:
    """Return the languages that a text may be in, of those whose numbers and months are known here.

    >>> sorted(languages_of("dans onze pays")), sorted(languages_of("57"))
    (['fr'], ['en', 'es', 'fr'])
    """
    words = set(_WORD.findall(text.lower()))
    counted = {language: len(words & small) for language, small in _SMALL_WORDS.items()}
    most = max(counted.values())
    return frozenset(language for language, count in counted.items() if count == most)
