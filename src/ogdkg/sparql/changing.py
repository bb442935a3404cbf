"""Queries of which each answer may be another, whatever the graph is."""

from __future__ import annotations

import re

from ogdkg.answer_cache.dependencies import is_noting, unsure

CHANGING = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")  # functions of which each answer is another


def may_change(text: str) -> bool:
    """Whether each answer to a query may be another.

    Told from the text alone, so that a variable of such a name, or any escape, counts as well.
    """
    if "\\" in text:
        return True
    upper = text.upper()
    words = [word for word in CHANGING if word in upper]  # none in most
    return bool(words) and re.search(rf"\b(?:{'|'.join(words)})\b", text, re.IGNORECASE) is not None


def note_question(text: str) -> None:
    """Note a query that an answer rests on: it is not remembered if the next one may be another."""
    if is_noting() and may_change(text):
        unsure()
