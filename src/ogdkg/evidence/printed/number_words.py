"""Numbers in words of French and Spanish, by CLDR's rules; of French also Belgian and Swiss ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise


def _numbered(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    """Words with the numbers that they are, from the first one on."""
    return {word: first + step * place for place, word in enumerate(words.split())}


_FRENCH = {
    **_numbered(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    ),
    **_numbered("vingt trente quarante cinquante soixante septante octante nonante", 20, 10),
    **{"une": 1, "vingts": 20, "huitante": 80, "premier": 1, "première": 1, "second": 2, "seconde": 2},
    **{"deuxième": 2, "cinquième": 5, "neuvième": 9, "unième": 1, "centième": 100, "millième": 1000},
}
_FRENCH |= {
    f"{word.removesuffix('e')}ième": number
    for word, number in _FRENCH.items()
    if number > 2 and number not in (5, 9) and not word.endswith("ième")
}
_SPANISH = {
    **_numbered("cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"),
    **_numbered("dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés", 16),
    **_numbered("veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve", 24),
    **_numbered("treinta cuarenta cincuenta sesenta setenta ochenta noventa cien", 30, 10),
    **{"un": 1, "una": 1, "veintiún": 21, "veintiuna": 21, "ciento": 100, "primer": 1, "tercer": 3},
    **_numbered("primero segundo tercero cuarto quinto sexto séptimo octavo noveno décimo", 1),
    **_numbered("primera segunda tercera cuarta quinta sexta séptima octava novena décima", 1),
    **_numbered("doscientos trescientos cuatrocientos quinientos seiscientos", 200, 100),
    **_numbered("setecientos ochocientos novecientos", 700, 100),
    **_numbered("doscientas trescientas cuatrocientas quinientas seiscientas", 200, 100),
    **_numbered("setecientas ochocientas novecientas", 700, 100),
}
_SCALES = {
    "fr": {"mille": 10**3, "millier": 10**3, "million": 10**6, "milliard": 10**9, "billion": 10**12},
    "es": {
        **{"mil": 10**3, "millón": 10**6, "millones": 10**6, "millardo": 10**9},
        **{"billón": 10**12, "billones": 10**12},
    },
}
_SMALL = {"fr": _FRENCH, "es": _SPANISH}
_ALONE = {
    "fr": {
        **{"double": 2, "doubler": 2, "doublé": 2, "triple": 3, "tripler": 3, "moitié": 0.5, "dizaine": 10},
        **{
            "douzaine": 12,
            "quinzaine": 15,
            "vingtaine": 20,
            "trentaine": 30,
            "cinquantaine": 50,
            "centaine": 100,
        },
    },
    "es": {
        **{"doble": 2, "duplicar": 2, "duplicado": 2, "ambos": 2, "ambas": 2, "triple": 3, "triplicar": 3},
        **{
            "mitad": 0.5,
            "decena": 10,
            "docena": 12,
            "quincena": 15,
            "veintena": 20,
            "centenar": 100,
            "millar": 1000,
        },
    },
}
_ARTICLES = {"un", "une", "una"}  # far more often "a" than "one", where no other word of a number follows
_HUNDRED = ("cent", "cents")
_BETWEEN = {"et": "fr", "y": "es"}
_TOKEN = re.compile(r"[^\W\d_]+")
_PLAIN = str.maketrans("éèêûóíúá", "eeeuoiua")


def _with_plain(names: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The same, each also without its accents."""
    return {
        tag: {word.translate(_PLAIN): n for word, n in each.items()} | each for tag, each in names.items()
    }


_SMALL, _SCALES = _with_plain(_SMALL), _with_plain(_SCALES)


def spelt_numbers(text: str, language: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield each number that a text has in words of a language: where it starts and ends, and what it is.

    Args:
        text: The text in lower case.
        language: `fr` or `es`.

    >>> [str(number) for _, _, number in spelt_numbers("quatre-vingt-dix-sept pays", "fr")]
    ['97']
    >>> [str(number) for _, _, number in spelt_numbers("mil doscientos millones", "es")]
    ['1200000000']
    """
    run: list[re.Match[str]] = []
    for match in _TOKEN.finditer(text):
        if run and not _goes_on(text[run[-1].end() : match.start()]):
            yield from _of_run(run, language)
            run = []
        if _is_of_number(match[0], language) or (run and _BETWEEN.get(match[0]) == language):
            run.append(match)
        else:
            yield from _of_run(run, language)
            run = []
            if (times := _ALONE[language].get(match[0])) is not None:
                yield match.start(), match.end(), Decimal(str(times))
    yield from _of_run(run, language)


def _goes_on(between: str) -> bool:
    return between in (" ", "-")


def _is_of_number(word: str, language: str) -> bool:
    return word in _SMALL[language] or _scale(word, language) > 0 or (language == "fr" and word in _HUNDRED)


def _scale(word: str, language: str) -> int:
    return _SCALES[language].get(word) or _SCALES[language].get(word.removesuffix("s"), 0)


def _of_run(run: list[re.Match[str]], language: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield the numbers of words that follow one another: "deux trois" are two of them."""
    parts: list[list[re.Match[str]]] = []
    before = ""
    for match in run:
        if match[0] not in _BETWEEN:
            last = parts[-1][-1][0] if parts else ""
            if not parts or not _may_follow(last, match[0], language, joined=before in _BETWEEN):
                parts.append([])
            parts[-1].append(match)
        before = match[0]
    for words in parts:
        if len(words) > 1 or words[0][0] not in _ARTICLES:
            yield words[0].start(), words[-1].end(), _value([each[0] for each in words], language)


def _may_follow(last: str, word: str, language: str, *, joined: bool) -> bool:
    """Whether a word goes on with a number: a smaller one after tens or hundreds, a scale, a hundred."""
    if _scale(word, language) or _scale(last, language):
        return True
    low, number = _below(last, language), _below(word, language)
    if language == "es":
        return (low % 100 == 0 < low and number < 100) or (
            joined and 20 < low < 100 and low % 10 == 0 < number < 10
        )
    if word in _HUNDRED:
        return 1 < low < 20
    if last in _HUNDRED or (last == "quatre" and word in ("vingt", "vingts")):
        return True
    return low >= 10 and low % 10 == 0 < number < (20 if low in (10, 20, 60) else 10)


def _below(word: str, language: str) -> int:
    return _SMALL[language].get(word, 0)


def _value(words: list[str], language: str) -> Decimal:
    """What the words of one number mean, those of each scale added up."""
    total = current = 0
    for before, word in pairwise(["", *words]):
        if scale := _scale(word, language):
            if total >= scale:
                total += (current or 1) * scale
            else:
                total, current = ((total + current) or 1) * scale, 0
            current = 0
        elif language == "fr" and word in _HUNDRED:
            current = (current or 1) * 100
        elif language == "fr" and before == "quatre" and word.removesuffix("s") == "vingt":
            current += 76  # quatre-vingts
        else:
            current += _below(word, language)
    return Decimal(total + current)
