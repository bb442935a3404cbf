"""Which lines of a document the passages cover, how many facts each yields, and why others yield none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ogdkg.evidence.passages import Passage, SourceText, read_passages
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Quad, Triple


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the document: what it is, its passages, their facts, and how much of it lies in them.

    `kind`: text, heading, front matter, blank, or signs (a rule, a fence). `share` is that of the characters
    but blanks, from 0 to 1; None where the line holds no word.
    """

    number: int
    kind: str
    passages: tuple[str, ...]
    facts: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """The lines of a document, and how many passages and facts it yields in all."""

    lines: tuple[Line, ...]
    passages: int
    facts: int

    @property
    def covered(self) -> list[int]:
        return [line.number for line in self.lines if line.passages]

    @property
    def reasons(self) -> dict[str, list[int]]:
        """The lines that no passage covers, by what they are: text alone awaits a reader."""
        found: dict[str, list[int]] = {}
        for line in self.lines:
            if not line.passages:
                found.setdefault(line.kind, []).append(line.number)
        return found

    @property
    def wordless(self) -> list[int]:
        """The lines that no passage could cover."""
        return [line.number for line in self.lines if not line.passages and line.share is None]

    @property
    def uncovered(self) -> list[int]:
        """The lines with words, none of which is in a passage."""
        return [line.number for line in self.lines if not line.passages and line.share is not None]


def measure_coverage(graph: Graph, source: SourceText) -> Coverage:
    """The coverage of a document by the passages that cite it; by all, where nobody knows its bytes."""
    passages = [
        passage
        for passage in read_passages(graph)
        if passage.lines and (source.iri is None or passage.source in (source.iri, None))
    ]
    facts = _facts(graph.store.quads(), passages)
    covered = _covered(passages, len(source.text))
    lines, place = [], 0
    texts = re.findall(r"[^\n]*\n|[^\n]+", source.text)
    for number, (text, kind) in enumerate(zip(texts, kinds_of_lines(texts), strict=True), 1):
        on_it = [each for each in passages if each.lines and each.lines[0] <= number <= each.lines[1]]
        stated = set().union(*(facts[each.iri] for each in on_it))
        share = _share(text, covered[place : place + len(text)])
        lines.append(Line(number, kind, tuple(each.iri for each in on_it), len(stated), share))
        place += len(text)
    return Coverage(tuple(lines), len(passages), len(set().union(*facts.values())))


def kinds_of_lines(lines: Sequence[str]) -> Iterator[str]:
    """What each line is, as Markdown has it (https://spec.commonmark.org); front matter stands between rules.

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
    """Numbers in ascending order as stretches: first and last.

    >>> ranges([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


def _facts(quads: Iterable[Quad], passages: Iterable[Passage]) -> dict[str, set[Triple]]:
    facts: dict[str, set[Triple]] = {passage.iri: set() for passage in passages}
    for quad in quads:
        if isinstance(quad.graph, Iri) and quad.graph.value in facts:
            facts[quad.graph.value].add(quad.triple)
    return facts


def _covered(passages: Iterable[Passage], length: int) -> bytearray:
    """For each character of the document, whether it lies in a passage."""
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
