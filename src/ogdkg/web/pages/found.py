"""What a search finds, as its page shows it: things by kind, and questions to ask about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex
from ogdkg.search.remote_names import RemoteNames
from ogdkg.search.search import Search
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.displayed_values import foreign
from ogdkg.web.pages.plurals import Plurals

_MOST = 100  # things
_MOST_WORDS = 12  # of a text that is no name
_LEAST_OF_WORD = 3  # letters of a word that names something by itself


class Hit(NamedTuple):
    """A thing that was found: its name, its address, and the language of the name."""

    name: str
    address: str
    language: str


class Suggested(NamedTuple):
    """A question to ask about what was searched for: its words, the value it is asked of, and its address."""

    words: str
    value: str
    address: str


class Group(NamedTuple):
    """The things of a kind that were found; a kind without a name is not known."""

    kind: str
    hits: list[Hit]


def matching(citations: Citations, text: str) -> list[Iri]:
    """Return the things that go by a name, or have it in theirs, what fits best first.

    If there are none, those with all its words in their names. Then come those whose descriptions or
    neighbours have the words, as `ogdkg search` finds them. If there are none either, those that one of the
    words names, and those with similar names.

    Args:
        citations: The names of the graph.
        text: What was searched for.
    """
    names = citations.names
    found = dict.fromkeys(names.candidates(text) + names.things_with_word(text) if text else ())
    words = list(dict.fromkeys(word.strip("?!.,;:") for word in text.split()[:_MOST_WORDS]))
    if words and not found and isinstance(names, LabelIndex | RemoteNames):
        found = dict.fromkeys(_with_all(names, words))
    if words and not citations.graph.options.endpoint:  # of which nobody reads all texts for one search
        found |= dict.fromkeys(hit.thing for hit in Search(citations.graph).find(text, _MOST))
    if words and not found and isinstance(names, LabelIndex | RemoteNames):
        named = (names.candidates(word) for word in words if len(word) >= _LEAST_OF_WORD)
        found = dict.fromkeys([*chain.from_iterable(named), *names.suggested(text)])
    return list(found)[:_MOST]


def _with_all(names: LabelIndex | RemoteNames, words: list[str]) -> list[Iri]:
    """The things with all of some words in their names."""
    first, *others = (names.things_with_word(word) for word in words)
    common = set(first).intersection(*others)
    return [thing for thing in first if thing in common]


def grouped(
    things: Iterable[Iri],
    kinds_of: Callable[[Iri], Iterable[Iri]],
    last: Iterable[Iri],
    citations: Citations,
    plurals: Plurals,
    at: Addresses,
) -> list[Group]:
    """Return what was found by kind, the kind of what fits best first.

    Args:
        things: What was found, what fits best first.
        kinds_of: Returns the classes of a thing, the one that says most first.
        last: What stands at the end, such as the named graphs, which tell of other things.
        citations: The names of the graph.
        plurals: What to call the things of a class.
        at: Where things are described.
    """
    found: dict[Iri | None, list[Iri]] = {}
    behind = set(last)
    for thing in sorted(things, key=behind.__contains__):
        found.setdefault(next(iter(kinds_of(thing)), None), []).append(thing)
    return [
        Group(
            plurals.of(kind) if kind else "",
            [
                Hit(citations.label(each), at.of(each.value), foreign(citations.language(each)))
                for each in hits
            ],
        )
        for kind, hits in found.items()
    ]
