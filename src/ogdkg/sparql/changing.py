"""Queries of which each answer may be another, whatever the graph is."""

from __future__ import annotations

import re

from ogdkg.again.noted import is_noting, unsure

CHANGING = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")  # functions of which each answer is another


def note_question(text: str) -> None:
    """Note a query that an answer rests on: it is not remembered if the next one may be another.

    Told from the text alone, so that a variable of such a name, or any escape, counts as well.
    """
    if is_noting() and ("\\" in text or re.search(rf"\b(?:{'|'.join(CHANGING)})\b", text, re.IGNORECASE)):
        unsure()
