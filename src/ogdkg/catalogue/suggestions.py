"""Which stored query may have been meant: by the words of what it says of itself, and by its parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from ogdkg.errors import InputError

if TYPE_CHECKING:
    from ogdkg.catalogue.catalogue import Catalogue, StoredQuery

_MOST = 3  # queries that a message names


def queries_about(catalogue: Catalogue, name: str) -> list[str]:
    """Return the names of the queries whose name, summary or columns speak of most words of a name.

    Args:
        catalogue: The queries.
        name: What somebody took for the name of a query, such as `hosts`.
    """
    wanted = _stems(name)
    scores = {query.name: _score(wanted, query) for query in _readable(catalogue)}
    best = max(scores.values(), default=0)
    return [name for name, score in scores.items() if score == best][:_MOST] if best else []


def queries_taking(catalogue: Catalogue, query: StoredQuery, parameter: str) -> list[str]:
    """Return the names of the queries that have a parameter and are akin to one that has it not."""
    own = {*_stems(query.name)}
    taking = [each for each in _readable(catalogue) if any(one.name == parameter for one in each.parameters)]
    akin = [each for each in taking if own & {*_stems(each.name)}]
    near = akin or [each for each in taking if each.topic == query.topic]
    return [each.name for each in near][:_MOST]


def _readable(catalogue: Catalogue) -> Iterator[StoredQuery]:
    for name in catalogue.paths:
        with suppress(InputError):  # a broken query is another matter
            query = catalogue.get(name)
            _ = query.header, query.parameters
            yield query


def _score(wanted: list[str], query: StoredQuery) -> int:
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
