# ruff: noqa: RUF001  # signs of other scripts
"""The few words that a new project states, in the languages that we have them in."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """Words of one language.

    Attributes:
        thing: What one thing is called.
        year: What the property with a year is called.
        name: What the property with a name is called.
        which: The question which of the things are from a year.
        of_year: The same of one year, for `{year}`.
        expected: What is wrong with a year that is none.
    """

    thing: str
    year: str
    name: str
    which: str
    of_year: str
    expected: str


_WORDS = {
    "en": Words(
        "thing",
        "year",
        "name",
        "Which are from a year?",
        "Which are from {year}?",
        "A year is a whole number.",
    ),
    "fr": Words(
        "chose",
        "année",
        "nom",
        "Lesquelles sont d'une année ?",
        "Lesquelles sont de {year} ?",
        "Une année est un nombre entier.",
    ),
    "de": Words(
        "Ding",
        "Jahr",
        "Name",
        "Welche stammen aus einem Jahr?",
        "Welche stammen aus {year}?",
        "Ein Jahr ist eine ganze Zahl.",
    ),
    "es": Words(
        "cosa",
        "año",
        "nombre",
        "¿Cuáles son de un año?",
        "¿Cuáles son de {year}?",
        "Un año es un número entero.",
    ),
    "it": Words(
        "cosa",
        "anno",
        "nome",
        "Quali sono di un anno?",
        "Quali sono del {year}?",
        "Un anno è un numero intero.",
    ),
    "pt": Words(
        "coisa", "ano", "nome", "Quais são de um ano?", "Quais são de {year}?", "Um ano é um número inteiro."
    ),
    "nl": Words(
        "ding",
        "jaar",
        "naam",
        "Welke zijn uit een jaar?",
        "Welke zijn uit {year}?",
        "Een jaar is een geheel getal.",
    ),
    "sv": Words(
        "sak", "år", "namn", "Vilka är från ett år?", "Vilka är från {year}?", "Ett år är ett heltal."
    ),
    "pl": Words(
        "rzecz",
        "rok",
        "nazwa",
        "Które są z danego roku?",
        "Które są z roku {year}?",
        "Rok jest liczbą całkowitą.",
    ),
    "ru": Words(
        "вещь",
        "год",
        "название",
        "Какие относятся к году?",
        "Какие относятся к {year} году?",
        "Год — целое число.",
    ),
    "ar": Words("شيء", "سنة", "اسم", "أيها من سنة ما؟", "أيها من سنة {year}؟", "السنة عدد صحيح."),
    "fa": Words(
        "چیز", "سال", "نام", "کدام‌ها از یک سال‌اند؟", "کدام‌ها از سال {year} اند؟", "سال عددی صحیح است."
    ),
    "zh": Words("事物", "年份", "名称", "哪些属于某一年？", "哪些属于{year}年？", "年份是整数。"),
    "ja": Words(
        "もの", "年", "名前", "ある年のものはどれですか。", "{year}年のものはどれですか。", "年は整数です。"
    ),
}
ENGLISH = _WORDS["en"]


def words_of(tag: str) -> Words | None:
    """The words of a language, by its tag; None where we have none."""
    return _WORDS.get(tag.partition("-")[0].lower())
