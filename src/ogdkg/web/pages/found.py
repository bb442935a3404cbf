"""What a search finds, as its page shows it: things by kind, and the questions that speak of the words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.plurals import Plurals
from ogdkg.web.pages.shown import foreign

_MOST = 100  # things
_LEAST_OF_WORD = 3  # letters of a word that names something by itself


class Hit(NamedTuple):
    """A thing that was found: its name, its address, and the language of the name."""

    name: str
    address: str
    language: str


class Group(NamedTuple):
    """The things of a kind that were found; a kind without a name is not known."""

    kind: str
    hits: list[Hit]


def matching(citations: Citations, text: str) -> list[Iri]:
    """Return the things that go by a name, or have it in theirs, else those that one of its words names.

    Args:
        citations: The names of the graph.
        text: What was searched for.
    """
    names = citations.names
    found = dict.fromkeys(names.candidates(text) + names.things_with_word(text) if text else ())
    if text and not found and isinstance(names, LabelIndex):
        words = dict.fromkeys(word.strip("?!.,;:") for word in text.split())
        for word in words if len(words) > 1 else ():
            found |= dict.fromkeys(names.candidates(word) if len(word) >= _LEAST_OF_WORD else ())
        found = found or dict.fromkeys(names.suggested(text))
    return list(found)[:_MOST]


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
