"""Which stored query may have been meant: by the words of what it says of itself, and by its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable
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
    wanted = stems(name)
    scores = {query.name: _score(wanted, query) for query in queries}
    best = max(scores.values(), default=0)
    return [name for name, score in scores.items() if score == best][:_MOST] if best else []


def queries_taking(queries: Iterable[Described], query: Described, parameter: str) -> list[str]:
    """Return the names of the queries that have a parameter and are akin to one that has it not."""
    own = {*stems(query.name)}
    taking = [each for each in queries if any(one.name == parameter for one in each.parameters)]
    akin = [each for each in taking if own & {*stems(each.name)}]
    near = akin or [each for each in taking if each.topic == query.topic]
    return [each.name for each in near][:_MOST]


def _score(wanted: list[str], query: Described) -> int:
    """How many of the words a query speaks of; its name counts more than what is said of it."""
    named = {*stems(query.name)}
    examples = " ".join(f"{each.label} {each.example}" for each in query.parameters)
    said = " ".join(
        (query.header.summary, query.header.description, *query.header.columns.values(), examples)
    )
    spoken = {*stems(said)}
    return sum(3 if word in named else 1 if word in spoken else 0 for word in wanted)


def stems(text: str) -> list[str]:
    """Return the words of a text in lower case, in the singular."""
    return [_stem(word) for word in re.findall(r"[^\W_]+", text.casefold())]


def _stem(word: str) -> str:
    """A word without the ending of a plural, which is all that names differ in most."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and len(word) > 3 else word
