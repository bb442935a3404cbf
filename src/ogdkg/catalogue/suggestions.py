"""Which stored query may have been meant: by the words of what it says of itself, and by its parameters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from math import log
from typing import Protocol

from ogdkg.catalogue.header import Header
from ogdkg.catalogue.parameters import Parameter

_MOST = 3  # queries that a message names


class Described(Protocol):
    """What a stored query says of itself."""

    @property
    def name(self) -> str:
        """What `ogdkg query` calls it, such as `initiatives-in-country`."""

    @property
    def topic(self) -> str:
        """The folder of its file below `queries/`."""

    @property
    def header(self) -> Header:
        """The comment at the head of its file: summary, description and columns."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The values that it takes, in the order of its header."""


def queries_about(queries: Iterable[Described], name: str) -> list[str]:
    """Return the names of the queries whose name, summary or columns speak of most words of a name.

    Args:
        queries: Those to choose from.
        name: What somebody took for the name of a query, such as `hosts`.
    """
    wanted = _stems(name)
    scores = {query.name: _score(wanted, query) for query in queries}
    best = max(scores.values(), default=0)
    return [name for name, score in scores.items() if score == best][:_MOST] if best else []


def queries_taking(queries: Iterable[Described], query: Described, parameter: str) -> list[str]:
    """Return the names of the queries that have a parameter and are akin to one that has it not."""
    own = {*_stems(query.name)}
    taking = [each for each in queries if any(one.name == parameter for one in each.parameters)]
    akin = [each for each in taking if own & {*_stems(each.name)}]
    near = akin or [each for each in taking if each.topic == query.topic]
    return [each.name for each in near][:_MOST]


def _score(wanted: list[str], query: Described) -> int:
    """How many of the words a query speaks of; its name counts more than what is said of it."""
    named = {*_stems(query.name)}
    examples = " ".join(f"{each.label} {each.example}" for each in query.parameters)
    said = " ".join(
        (query.header.summary, query.header.description, *query.header.columns.values(), examples)
    )
    spoken = {*_stems(said)}
    return sum(3 if word in named else 1 if word in spoken else 0 for word in wanted)


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in re.findall(r"[^\W_]+", text.casefold())]


def _stem(word: str) -> str:
    """A word without the ending of a plural, which is all that names differ in most."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def ranked(queries: Iterable[Described], question: str) -> list[tuple[str, float]]:
    """Return the names of the queries that share words with a question, the best first, with their scores.

    A word counts the more, the fewer queries use it, so that no list of common words is needed; and more in
    the name and the summary of a query than in the rest of what it says of itself.

    Args:
        queries: Those to choose from.
        question: What somebody asks, in words.
    """
    spoken = {query.name: _spoken(query) for query in queries}
    wanted = {*_roots(question)}
    uses = Counter(word for words in spoken.values() for word in words)
    worth = {word: log((1 + len(spoken)) / uses[word]) for word in wanted if uses[word]}
    scores = {
        name: sum(worth[word] * words[word] for word in worth if word in words)
        for name, words in spoken.items()
    }
    found = [(name, score) for name, score in scores.items() if score > 0]
    return sorted(found, key=lambda each: (-each[1], each[0]))


def _spoken(query: Described) -> dict[str, float]:
    """The words of a query, with what each is worth by where it stands."""
    header = query.header
    labels = " ".join(each.label for each in query.parameters)
    rest = " ".join((header.description, *header.columns.values(), *header.tags, labels))
    worth: dict[str, float] = {}
    for text, weight in ((rest, 1.0), (header.summary, 2.0), (query.name, 2.5)):
        worth |= dict.fromkeys(_roots(text), weight)
    return worth


# The longest first.
_ENDINGS = ("ations", "ation", "ments", "ment", "ings", "ing", "ions", "ion", "ers", "er", "ed", "es", "e")
_SHORTEST = 4  # letters of a root


def _roots(text: str) -> list[str]:
    """The words of a text without their endings, so that `implementing` is found by `implemented`."""
    return [_root(word) for word in _stems(text)]


def _root(word: str) -> str:
    ending = next((each for each in _ENDINGS if word.endswith(each)), "")
    return word.removesuffix(ending) if len(word) - len(ending) >= _SHORTEST else word
