"""What a text field is completed with: things by name, or the values of a question's field."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.rdf.terms import Iri
from ogdkg.search.folding import words
from ogdkg.search.labels import LabelIndex
from ogdkg.search.resolver import NameResolver
from ogdkg.text.escape import json_text
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.graphs import QueriedGraphs

_MOST = 8  # that are offered at a time
_LOOKED_AT = 2_000  # names that begin so, among which the best are found
_LONGEST_TYPED = 100  # letters
_LONGEST_NAME = 200  # letters of a name that are looked at
_MOST_WORDS = 10
_LONGEST_PART = 60  # letters of a name, from the beginning of a word on


class Named(NamedTuple):
    """A name, and what it stands for."""

    name: str
    value: str


class Completions:
    """Names that can be found by the beginnings of their words, whatever their case and accents.

    Args:
        names: The names, each with what it stands for.

    Attributes:
        parts: The folded names from each word on, whether that is not the first one, and which name it is.
    """

    def __init__(self, names: Iterable[Named]) -> None:
        self._names = list(names)
        self.parts: list[tuple[str, bool, int]] = sorted(
            (" ".join(spelt[start : start + _MOST_WORDS])[:_LONGEST_PART], start > 0, number)
            for number, each in enumerate(self._names)
            for spelt in [words(each.name[:_LONGEST_NAME])]
            for start in range(len(spelt))
        )

    def of(self, text: str, most: int = _MOST) -> list[Named]:
        """Return the names with words that begin as a text does.

        Those come first that begin with it themselves, then the shorter ones.
        """
        typed = " ".join(words(text[:_LONGEST_TYPED])[:_MOST_WORDS])[:_LONGEST_PART]
        found: dict[int, bool] = {}
        at = bisect_left(self.parts, (typed,)) if typed else len(self.parts)
        while at < len(self.parts) and len(found) < _LOOKED_AT and self.parts[at][0].startswith(typed):
            _, is_inside, number = self.parts[at]
            found[number] = is_inside and found.get(number, True)
            at += 1
        by_value: dict[str, Named] = {}
        for number in sorted(found, key=lambda each: (found[each], len(self._names[each].name), each)):
            by_value.setdefault(self._names[number].value, self._names[number])
        return list(by_value.values())[:most]


class Suggestions:
    """Answers what a text field may be completed with.

    Args:
        linked: Answers for what the graph holds.
        graphs: The graphs that stored queries read.
    """

    def __init__(self, linked: LinkedData, graphs: QueriedGraphs) -> None:
        self._linked, self._graphs = linked, graphs
        self._of_fields: dict[tuple[str, str], Completions] = {}

    def prepare(self) -> None:
        """Sort the names of all things, before processes are forked that share them."""
        if not self._graphs.graph.stored:
            _ = self._things

    def answer(self, ask: Ask) -> Reply:
        """Answer with names that begin as what is typed."""
        at, given = Addresses(ask["base"], self._graphs.graph.project.resource_namespace), ask["given"]
        text = (only(given, "q") or "").strip()[:_LONGEST_TYPED]
        question, field = only(given, "question"), only(given, "field")
        if question is not None:
            told = [each._asdict() for each in self._values(question, field or "").of(text)]
        else:
            told = [self._told(Iri(each), at.local()) for each in self.found(text)]
        version = "" if self._graphs.graph.options.endpoint else repr(("suggest", text, question, field, at))
        return Reply("application/json", [json_text({"found": told}), "\n"], version=version)

    def _told(self, thing: Iri, at: Addresses) -> dict[str, str]:
        label = self._linked.citations.label(thing)
        return {"name": label, "kind": self._linked.kind(thing), "address": at.of(thing.value)}

    def found(self, text: str, most: int = _MOST) -> list[str]:
        """Return the things that a text begins; none where each letter would cost a query to a server."""
        graph = self._graphs.graph
        if graph.options.endpoint or not text:
            return []
        names = self._linked.citations.names
        if not isinstance(names, LabelIndex):
            several = dict.fromkeys((*names.candidates(text), *names.things_with_word(text)))
            return [each.value for each in islice(several, most)]
        found = [each.value for each in self._things.of(text, most)]
        near = names.suggested(text) if not found and len(text) > 3 else []
        return found or [each.value for each in near]

    @cached_property
    def _things(self) -> Completions:
        return Completions(self.names())

    def names(self) -> list[Named]:
        """Return the labels and other names of all things; none where they are not in memory."""
        names = self._linked.citations.names
        if not isinstance(names, LabelIndex):
            return []
        labels = {Named(label, thing.value) for thing, label in names.labels.items()}
        others = {Named(name, thing.value) for name in names.aliases() for thing in names.candidates(name)}
        return [*sorted(labels), *sorted(others - labels)]

    def _values(self, question: str, field: str) -> Completions:
        key = question, field
        if key not in self._of_fields:
            try:
                query = self._graphs.graph.catalogue.get(question)
                parameter = query.parameter(field)
            except OgdkgError:
                raise HttpError(404, f"There is no field {field[:100]!r} of {question[:100]!r}.") from None
            resolver = NameResolver(self._graphs.graph_of(query))
            values = self._graphs.values_of(resolver, Asked(query, {}, ""), parameter)
            self._of_fields[key] = Completions(Named(label, value) for label, value in values.items())
        return self._of_fields[key]
