"""Sentences of Turtle that differ in their terms only, each cut by one match: programs write alike.

What a pattern here takes, those of `rows` take too, and to them it means the same: it is made of a sentence
that they have taken, with theirs in the place of its terms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from ogdkg.lean import NamedTuple
from ogdkg.syntax.rows import BEGIN, END, IRI, NAME, NUMBER, OPENING, SHORT, TURTLE, TYPED, Row

MOST = 8  # forms: each takes a millisecond to learn, and time where it is tried in vain
LEAST = 8  # terms: fewer `rows` cuts in the same time
_FULL_STOP = re.compile(r"(?<=\.)[ \t\r]*+\n\s*+")
_TERMS = (
    ('"', rf"({SHORT}{TYPED})"),
    ("<", rf"({IRI})"),
    ("+-.0123456789", rf"({NUMBER})"),
)


class Form(NamedTuple):
    """What sentences have in common.

    Attributes:
        match: Matches one at a place of a text; its groups are the terms that are not of the form.
        terms: How many.
        rows: The rows of such a sentence, with the numbers of groups for terms, from 0.
    """

    match: Callable[[str, int], re.Match[str] | None]
    terms: int
    rows: list[Row]


def forms(text: str) -> list[Form]:
    """The forms that several sentences of a text have, the commonest first."""
    counts = Counter(each for part in _FULL_STOP.split(text) if (each := _form(part)))
    return [
        Form((found := re.compile(pattern, re.ASCII)).match, found.groups, list(rows))
        for (pattern, rows), count in counts.most_common(MOST)
        if count > 1
    ]


def _form(sentence: str) -> tuple[str, tuple[Row, ...]] | None:
    """The pattern and the rows of a sentence; None for what is none, or not worth while."""
    text = f"{BEGIN}{sentence}{END}"
    *found, last = TURTLE.finditer(text)
    parts, rows, end, depth = list[str](), list[Row](), len(BEGIN), 0
    for match in found:
        closing, said_of, predicate, written = (group or "" for group in match.group(1, 3, 4, 5))
        depth -= closing.count("]")
        if depth < 0 or (said_of and rows):
            return None
        for group, term in ((3, said_of), (5, written)):
            if term and term not in OPENING:
                if not (pattern := _pattern(term)):
                    return None
                parts += re.escape(text[end : match.start(group)]), pattern
                end = match.end(group)
        depth += written in OPENING
        term = written if written in OPENING else str(len(parts) // 2 - 1)
        rows.append((closing, "", said_of and "0", predicate, term))
    closing = last[1] or ""
    if not last[3] or depth != closing.count("]") or len(parts) < 2 * LEAST:
        return None
    parts += re.escape(text[end : -len(END)]), r"[ \t\r\n]++"
    return "".join(parts), (*rows, (closing, "", "", "", ""))


def _pattern(written: str) -> str:
    """The pattern of terms that are written alike; nothing for those that are not taken."""
    if written.startswith(('"""', "_")):
        return ""
    for begin, pattern in _TERMS:
        if written[0] in begin:
            return pattern
    return rf"({NAME})" if ":" in written else "(true|false)"
