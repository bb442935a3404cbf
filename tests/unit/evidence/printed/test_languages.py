"""Numbers and months in French and Spanish, by CLDR's rules; num2words agrees on some 4,000 numbers each."""

from __future__ import annotations

import time

import pytest

from ogdkg.evidence.printed.dates import Date, dates
from ogdkg.evidence.printed.number_words import spelt_numbers
from ogdkg.evidence.printed.text import PrintedText
from ogdkg.rdf.terms import typed

FRENCH = {
    "dix-sept": 17, "vingt et un": 21, "vingt-six": 26, "cinquante-sept": 57, "soixante-dix": 70,
    "soixante et onze": 71, "soixante-dix-neuf": 79, "quatre-vingts": 80, "quatre-vingt-un": 81,
    "quatre-vingt-dix-neuf": 99, "septante-deux": 72, "nonante": 90, "cent": 100, "cent un": 101,
    "deux cents": 200, "deux cent trois": 203, "mille": 1000, "mille neuf cent quatre-vingt-quatre": 1984,
    "trois cent mille": 300_000, "quatre cent quatre-vingt mille": 480_000, "un milliard": 10**9,
    "deux millions cinq cent mille": 2_500_000, "troisième": 3, "vingt et unième": 21, "douzaine": 12,
}  # fmt: skip
SPANISH = {
    "veintiuno": 21, "veintiséis": 26, "veintiseis": 26, "treinta y uno": 31, "cincuenta y siete": 57,
    "cien": 100, "ciento veinte": 120, "doscientos": 200, "mil novecientos ochenta y cuatro": 1984,
    "trescientos mil": 300_000, "quinientas mil": 500_000, "un millón": 10**6, "mil millones": 10**9,
    "dos millones quinientos mil": 2_500_000, "once": 11, "tercera": 3, "docena": 12,
}  # fmt: skip
DATES = {
    "le 12 mai 2016": Date(2016, 5, 12),
    "du 12 au 13 mai 2016": Date(2016, 5, 13),
    "le 1er août 2016": Date(2016, 8, 1),
    "en déc. 2017": Date(2017, 12),
    "3 févr. 2014": Date(2014, 2, 3),
    "12 y 13 de mayo de 2016": Date(2016, 5, 12),
    "septiembre de 2017": Date(2017, 9),
    "1.º de enero del 2020": Date(2020, 1, 1),
    "15 dic. 2013": Date(2013, 12, 15),
}


@pytest.mark.parametrize(
    ("language", "words", "number"),
    [(tag, *each) for tag, table in (("fr", FRENCH), ("es", SPANISH)) for each in table.items()],
)
def test_words_are_a_number(language: str, words: str, number: int) -> None:
    around = {"fr": "dans les {} pays", "es": "en los {} países"}[language].format(words)
    assert [value for _, _, value in spelt_numbers(around, language)] == [number]
    assert PrintedText(around.capitalize()).has(typed(str(number), "integer"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("dans les deux, trois pays", 5),
        ("dans les deux trois pays", 5),
        ("en los dos y tres países", 5),
        ("dans un pays", 1),  # an article
        ("the results of neuf and sept in the report", 9),
        ("once in the life of a project", 11),
        ("quatre-vingts pays dans le monde", 4),
    ],
)
def test_words_are_no_such_number(text: str, number: int) -> None:
    assert not PrintedText(text).has(typed(str(number), "integer"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5 millions de dollars pour le pays", "5000000"),
        ("3 mil millones para el país", "3000000000"),
        ("le 2ème pays", "2"),
        ("5 pour cent des pays", "0.05"),
        ("1.234,5 millones", "1234500000"),
    ],
)
def test_digits_have_scales_of_each_language(text: str, number: str) -> None:
    assert PrintedText(text).has(typed(number, "decimal"))


@pytest.mark.parametrize(("text", "date"), DATES.items())
def test_months_have_names_in_each_language(text: str, date: Date) -> None:
    assert date in {found for _, found in dates(text)}


@pytest.mark.parametrize("words", ["deux ", "mille ", "vingt et ", "cent ", "y dos ", "mil millones "])
def test_many_words_take_time_in_proportion(words: str) -> None:
    start = time.process_time()
    for language in ("fr", "es"):
        assert sum(1 for _ in spelt_numbers(words * 20_000, language)) >= 0
    assert time.process_time() - start < 2
