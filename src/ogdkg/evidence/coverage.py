"""Which lines of a document the passages cover, and how many facts each line yields (`ogdkg coverage`).

`completeness` reports which properties resources lack.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ogdkg.evidence.documents import SourceText
from ogdkg.evidence.passages import Passage, read_passages
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Triple, to_ntriples


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the document.

    Attributes:
        number: The line number, from 1.
        kind: text, heading, front matter, blank, or signs (a rule, a fence).
        passages: The IRIs of the passages on the line.
        facts: How many triples these passages state.
        share: The share of its characters in passages, from 0 to 1, spaces aside; None for a line without
            words.
    """

    number: int
    kind: str
    passages: tuple[str, ...]
    facts: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The lines of a document, and the total of its passages and facts."""

    lines: tuple[Line, ...]
    passages: int
    facts: int

    @property
    def covered(self) -> list[int]:
        """The lines with a passage."""
        return [line.number for line in self.lines if line.passages]

    @property
    def reasons(self) -> dict[str, list[int]]:
        """The lines without a passage by kind; only those of text are still to be read."""
        by_kind: dict[str, list[int]] = {}
        for line in self.lines:
            if not line.passages:
                by_kind.setdefault(line.kind, []).append(line.number)
        return by_kind

    @property
    def wordless(self) -> list[int]:
        """The lines without a passage and without words."""
        return [line.number for line in self.lines if not line.passages and line.share is None]

    @property
    def uncovered(self) -> list[int]:
        """The lines without a passage that have words."""
        return [line.number for line in self.lines if not line.passages and line.share is not None]


def measure_coverage(graph: Graph, source: SourceText) -> Coverage:
    """Measure how much of a document its passages cover.

    Args:
        graph: The graph with the passages.
        source: The document. If the graph does not know its hash, all passages count.
    """
    described = [
        passage
        for passage in read_passages(graph)
        if passage.lines and (source.iri is None or passage.source in (source.iri, None))
    ]
    passages = [passage for passage in described if passage.reading is None]
    facts: Facts = (
        RemoteFactCounter(graph, described) if graph.options.endpoint else FactCounter(graph, described)
    )
    covered = _covered(passages, len(source.text))
    lines, place = [], 0
    texts = re.findall(r"[^\n]*\n|[^\n]+", source.text)
    numbered = enumerate(zip(texts, kinds_of_lines(texts), _on_lines(passages, len(texts)), strict=True), 1)
    for number, (text, kind, on_line) in numbered:
        number_of = facts.number(passage.iri for passage in on_line)
        share = _share(text, covered[place : place + len(text)])
        lines.append(Line(number, kind, tuple(passage.iri for passage in on_line), number_of, share))
        place += len(text)
    return Coverage(tuple(lines), len(passages), facts.number(each.iri for each in described))


def _on_lines(passages: Sequence[Passage], number: int) -> Iterator[list[Passage]]:
    """Yield the passages on each of so many lines, in their order."""
    beginning: dict[int, list[int]] = {}
    for place, passage in enumerate(passages):
        if passage.lines:
            beginning.setdefault(max(passage.lines[0], 1), []).append(place)
    here: list[int] = []
    for line in range(1, number + 1):
        here = sorted([*here, *beginning.get(line, ())])
        here = [place for place in here if (passages[place].lines or (0, 0))[1] >= line]
        yield [passages[place] for place in here]


def kinds_of_lines(lines: Sequence[str]) -> Iterator[str]:
    """Classify the lines of a Markdown document (https://spec.commonmark.org), with YAML front matter.

    >>> list(kinds_of_lines(["---", "title: a", "---", "", "# One", "Two", "---"]))
    ['front matter', 'front matter', 'front matter', 'blank', 'heading', 'text', 'signs']
    """
    closing = next((n for n, line in enumerate(lines) if n and line.strip() == "---"), -1)
    head = closing if lines and lines[0].strip() == "---" else -1
    for number, line in enumerate(lines):
        if number <= head:
            yield "front matter"
        elif not line.strip():
            yield "blank"
        elif not re.search(r"\w", line.replace("_", " ")):
            yield "signs"
        else:
            yield "heading" if re.match(r" {0,3}#{1,6}\s", line) else "text"


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Group ascending numbers into ranges of first and last.

    >>> ranges([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    stretches: list[tuple[int, int]] = []
    for number in numbers:
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1] = stretches[-1][0], number
        else:
            stretches.append((number, number))
    return stretches


class Facts(Protocol):
    """How many facts passages state."""

    def number(self, passages: Iterable[str]) -> int:
        """Return how many triples passages state, in their own graphs and in those of their readings."""


class FactCounter:
    """The facts of passages in a graph that is here."""

    def __init__(self, graph: Graph, passages: Iterable[Passage]) -> None:
        self._facts: dict[str, set[Triple]] = {passage.iri: set() for passage in passages}
        stated = {passage.graph: self._facts[passage.iri] for passage in passages}
        for quad in graph.store.quads():
            if isinstance(quad.graph, Iri) and quad.graph.value in stated:
                stated[quad.graph.value].add(quad.triple)

    def number(self, passages: Iterable[str]) -> int:
        """Return how many facts some passages state together."""
        return len(set[Triple]().union(*(self._facts[each] for each in passages)))


class RemoteFactCounter:
    """The facts of passages on a server, which counts them."""

    def __init__(self, graph: Graph, passages: Iterable[Passage]) -> None:
        self._graph = graph
        self._graphs: dict[str, list[str]] = {}
        for passage in passages:
            self._graphs.setdefault(passage.iri, []).append(to_ntriples(Iri(passage.graph)))
        self._numbers: dict[frozenset[str], int] = {frozenset(): 0}

    def number(self, passages: Iterable[str]) -> int:
        """Return how many facts some passages state together, which the server counts."""
        graphs = frozenset(each for passage in passages for each in self._graphs[passage])
        if graphs not in self._numbers:
            among = f"VALUES ?g {{ {' '.join(sorted(graphs))} }} GRAPH ?g {{ ?s ?p ?o }}"
            text = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?s ?p ?o {{ {among} }} }} }}"
            self._numbers[graphs] = self._graph.remote.number(text)
        return self._numbers[graphs]


def _covered(passages: Iterable[Passage], length: int) -> bytearray:
    """Return for each character of the document whether it is in a passage."""
    covered = bytearray(length)
    for passage in passages:
        start, end = passage.position or (0, 0)
        covered[start:end] = b"\x01" * (min(end, length) - min(start, length))
    return covered


def _share(text: str, covered: bytearray) -> float | None:
    if not re.search(r"\w", text):
        return None
    marks = [mark for character, mark in zip(text, covered, strict=True) if not character.isspace()]
    return sum(marks) / len(marks)
