"""Which stored queries may answer a question in words, the likeliest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from ogdkg.catalogue.suggestions import Described, stems

_OF_FUNCTION = 0.5  # what a word of grammar counts, beside any other one
_ASKED_FOR = 0.5  # and the words that a question word stands for
_ALIKE = 10.0  # what a question counts that was asked in the same words
# Words of English grammar, which say little of what is asked for, however few queries use them.
_FUNCTION_WORDS = frozenset(
    """
    a about again all also am an and another any are as at be been being between both but by can could
    did do does doing done each either every few for from had has have having he her here hers him his
    how i in into is it its just many may me might more most much must my neither no nor not of off on
    one only onto or other our out over own same shall she should so some such than that the their
    theirs them then there these they this those to too toward towards under up upon us very via was we
    were what when where which who whom whose why will with within would you your
    """.split()  # noqa: SIM905
)
# What is asked for by words that are not its name.
_QUESTION_WORDS = {
    **dict.fromkeys(("who", "whom", "whose"), "person organisation"),
    "where": "country place",
    "when": "date year",
    "long": "date",
    "many": "number",
    **dict.fromkeys(("much", "large"), "number amount"),
}


class Wording(NamedTuple):
    """What stored queries go by besides what they say of themselves.

    Attributes:
        terms: The names of the classes and properties that a query uses, by its name.
        asked: Questions in words, each with the name of the query that answers it.
    """

    terms: Mapping[str, str] = {}
    asked: Sequence[tuple[str, str]] = ()


def ranked(
    queries: Iterable[Described], question: str, wording: Wording | None = None
) -> list[tuple[str, float]]:
    """Return the names of the queries that share words with a question, the best first, with their scores.

    A word counts the more, the fewer queries use it; and more in the name and the summary of a query than in
    the rest of what it says of itself, and in the names of the terms that it uses. A query that answers a
    question in like words comes before others.

    Args:
        queries: Those to choose from.
        question: What somebody asks, in words.
        wording: What else the queries go by.
    """
    wording = wording or Wording()
    spoken = {query.name: _spoken(query, wording.terms.get(query.name, "")) for query in queries}
    uses = Counter(word for words in spoken.values() for word in words)
    worth = {
        word: weight * log((1 + len(spoken)) / uses[word])
        for word, weight in _wanted(question).items()
        if uses[word]
    }
    alike = _alike(question, wording.asked)
    scores = {
        name: sum(worth[word] * words[word] for word in worth if word in words) + _ALIKE * alike.get(name, 0)
        for name, words in spoken.items()
    }
    found = [(name, score) for name, score in scores.items() if score > 0]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _wanted(question: str) -> dict[str, float]:
    """The roots of a question's words, with what each counts."""
    wanted: dict[str, float] = {}
    for word in re.findall(r"[^\W_]+", question.casefold()):
        counts = _OF_FUNCTION if word in _FUNCTION_WORDS else 1.0
        meant = dict.fromkeys(_roots(_QUESTION_WORDS.get(word, "")), _ASKED_FOR)
        for root, weight in (meant | dict.fromkeys(_roots(word), counts)).items():
            wanted[root] = max(wanted.get(root, 0.0), weight)
    return wanted


def _alike(question: str, asked: Sequence[tuple[str, str]]) -> dict[str, float]:
    """How alike a question is to those that each query answers: the cosine of their rare words, 1 for all."""
    known = [(frozenset(_roots(text)), name) for text, name in asked]
    uses = Counter(root for roots, _ in known for root in roots)
    worth = {root: log((1 + len(known)) / times) ** 2 for root, times in uses.items()}
    own = frozenset(_roots(question))
    found: dict[str, float] = {}
    for roots, name in known:
        if shared := sum(worth[root] for root in own & roots):
            lengths = sum(worth.get(root, 0.0) for root in own) * sum(worth[root] for root in roots)
            found[name] = max(found.get(name, 0.0), shared / sqrt(lengths))
    return found


def _spoken(query: Described, terms: str) -> dict[str, float]:
    """The words of a query, with what each is worth by where it stands."""
    header = query.header
    labels = " ".join(each.label for each in query.parameters)
    rest = " ".join((header.description, *header.columns.values(), *header.tags, labels))
    worth: dict[str, float] = {}
    for text, weight in ((terms, 0.7), (rest, 1.0), (header.summary, 2.0), (query.name, 2.5)):
        worth |= dict.fromkeys(_roots(text), weight)
    return worth


# The longest first.
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ers", "er", "ed", "es", "e")
_SHORTEST = 4  # letters of a root


def _roots(text: str) -> list[str]:
    """The words of a text without their endings, so that `implementing` is found by `implemented`."""
    return [_root(word) for word in stems(text)]


def _root(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each)), "")
    return word.removesuffix(ending) if len(word) - len(ending) >= _SHORTEST else word
