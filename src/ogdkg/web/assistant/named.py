"""The values of parameters that a question names: by labels, other names and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.rdf.terms import compact
from ogdkg.search.folding import words
from ogdkg.search.resolver import NameResolver
from ogdkg.search.things import things_of_class
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.graphs import QueriedGraphs

_WORD = re.compile(r"[^\W_]+(?:[-.&'\u2019][^\W_]+)*")
_MOST_WORDS, _LONGEST_NAME = 40, 7  # words of a question, and of a name in it
_SHORT = 3  # letters of what counts as a code, and has to stand in capitals: `in` is no country
_MOST_MEANT = 3  # values of an ambiguous name
_MOST_NAMED = 3  # values of a parameter that takes several


def is_limited(parameter: Parameter) -> bool:
    """Whether a parameter takes no more than the things of a class, or the values that a query lists."""
    return not parameter.is_resource or bool(parameter.thing_class or parameter.values)


class Phrase(NamedTuple):
    """Some words in a row.

    Attributes:
        text: The words as they are written.
        start: The place of the first.
        end: The place after the last.
    """

    text: str
    start: int
    end: int

    @property
    def may_be_code(self) -> bool:
        """Whether it may be a name that is no label: several words, or one with a capital or a digit."""
        return self.end - self.start > 1 or self.text.lower() != self.text or self.text.isdigit()

    def holds(self, other: Phrase) -> bool:
        """Whether another one is a part of it, and not all."""
        return self.start <= other.start and other.end <= self.end and self != other

    def overlaps(self, other: Phrase) -> bool:
        """Whether it shares a word with another one."""
        return self.start < other.end and other.start < self.end


def phrases_of(question: str) -> list[Phrase]:
    """Return the phrases of a question, the longest first."""
    found = [each[0].removesuffix("'s").removesuffix("\u2019s") for each in _WORD.finditer(question)][
        :_MOST_WORDS
    ]
    lengths = range(min(_LONGEST_NAME, len(found)), 0, -1)
    phrases = [
        Phrase(" ".join(found[start : start + length]), start, start + length)
        for length in lengths
        for start in range(len(found) - length + 1)
    ]
    return [each for each in phrases if len(each.text) > _SHORT or each.text.isupper()]


class Vocabulary(NamedTuple):
    """What the values of a parameter are called.

    Attributes:
        labels: A value by the words of its label.
        others: Values by the words of another name or a code; several where it is ambiguous.
    """

    labels: Mapping[tuple[str, ...], str]
    others: Mapping[tuple[str, ...], list[str]]


class Vocabularies:
    """What the values of parameters are called, read once for all that take the same.

    Args:
        graphs: The graphs that stored queries read.
    """

    def __init__(self, graphs: QueriedGraphs) -> None:
        self._graphs = graphs
        self._known: dict[tuple[object, ...], Vocabulary] = {}

    def of(self, query: StoredQuery, parameter: Parameter) -> Vocabulary:
        """Return what the values of a parameter are called; nothing where they cannot be listed soon."""
        graph = self._graphs.graph_of(query)
        shared = (parameter.thing_class, parameter.values) if parameter.is_resource else ()
        key = (graph.layers, *(shared or (query.name, parameter.name)))
        if key not in self._known:
            self._known[key] = self._read(NameResolver(graph), query, parameter)
        return self._known[key]

    def _read(self, resolver: NameResolver, query: StoredQuery, parameter: Parameter) -> Vocabulary:
        offers = self._graphs.offers(resolver, Asked(query, {}, ""), parameter)
        others: dict[tuple[str, ...], list[str]] = {}
        if parameter.is_resource and offers:
            names = resolver.candidates(query, parameter)
            prefixes = resolver.graph.project.prefixes
            if not is_limited(parameter):  # words such as `about` seldom mean the property of that name
                names = names.among(set(things_of_class(resolver.graph, None)))
                there = set(names.labels.values())
                offers = [(value, label) for value, label in offers if label in there]
            for name in names.aliases():
                things = names.candidates(name)
                curies = [compact(each.value, prefixes) or each.value for each in things[:_MOST_MEANT]]
                others.setdefault(tuple(words(name)), [name] if len(things) == 1 else curies)
        labels = {tuple(words(each)): value for value, label in offers for each in (label, value)}
        return Vocabulary(labels, others)


class Naming:
    """Finds the values that a question names: no part of a longer name, such as `Paris` in `Paris Club`.

    Args:
        vocabularies: What values are called.
        question: The question, in words.
        queries: Those whose values are looked for.
    """

    def __init__(self, vocabularies: Vocabularies, question: str, queries: Iterable[StoredQuery]) -> None:
        self._vocabularies = vocabularies
        taken = (vocabularies.of(query, each) for query in queries for each in query.parameters)
        known = {id(each): each for each in taken}.values()
        phrases = [(each, tuple(words(each.text))) for each in phrases_of(question)]
        names = [
            each
            for each, spelt in phrases
            if any(spelt in one.labels or spelt in one.others for one in known)
        ]
        self._phrases = [each for each in phrases if not any(name.holds(each[0]) for name in names)]

    def of(self, query: StoredQuery, parameter: Parameter) -> list[str]:
        """Return the values of a parameter that the question names, the longest names first."""
        known = self._vocabularies.of(query, parameter)
        found: list[Phrase] = []
        values: list[str] = []
        for phrase, spelt in self._phrases:
            if not spelt or any(phrase.overlaps(other) for other in found):
                continue
            if not (phrase.may_be_code or is_limited(parameter)):
                continue
            others = known.others.get(spelt, []) if phrase.may_be_code else []
            meant = [known.labels[spelt]] if spelt in known.labels else others
            if meant:
                found.append(phrase)
                values += meant
        return values[: _MOST_NAMED if parameter.multivalued else 1]
