"""The lines of a document and what is read from them, as passages tell; the document itself is not at hand.

Of its text only the fragments of passages are known, of at most eight words each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import Passage
from ogdkg.rdf.terms import DCTERMS, Iri, Triple, to_ntriples

MOST_LINES = 20_000  # of a document; a passage may name any number
_MOST_SPANNED = 500_000  # lines of all passages together
_MOST_PASSAGES = 20_000
CLASSES = 5
_ABOUT = "SELECT ?passage ?thing {{ GRAPH ?g {{ ?passage {subject} ?thing }} }}"
_SUBJECT = Iri(DCTERMS + "subject")
Fits = Callable[[Triple], bool]


class Reading(NamedTuple):
    """What is read from a passage, and how sure that is."""

    confidence: str
    facts: tuple[Triple, ...]


class Span(NamedTuple):
    """A passage on lines of the document: its words, what it is about, and its readings."""

    passage: Passage
    lines: tuple[int, int]
    about: Iri | None
    readings: tuple[Reading, ...]

    def facts(self, fits: Fits) -> Iterator[Triple]:
        """Yield the facts that fit."""
        return (fact for reading in self.readings for fact in reading.facts if fits(fact))


class Line(NamedTuple):
    """A line with a passage, or lines without any: the first and the last, its passages, and its facts."""

    number: int
    last: int
    spans: tuple[Span, ...]
    begun: tuple[Span, ...]
    facts: int


class Document:
    """One document as its passages show it.

    Args:
        iri: The document; None for that of passages that name none.
        spans: Its passages.
    """

    def __init__(self, iri: Iri | None, spans: Iterable[Span]) -> None:
        self.iri = iri
        self.spans = sorted(spans, key=lambda each: (each.lines, each.passage.iri))

    @cached_property
    def last(self) -> int:
        """The last line that a passage is on."""
        return min(max((each.lines[1] for each in self.spans), default=0), MOST_LINES)

    @cached_property
    def on_lines(self) -> Mapping[int, tuple[Span, ...]]:
        """The passages on each line that has any."""
        found: dict[int, list[Span]] = {}
        spanned = 0
        for span in self.spans:
            first, last = span.lines
            for number in range(first, min(last, MOST_LINES) + 1):
                found.setdefault(number, []).append(span)
                spanned += 1
                if spanned > _MOST_SPANNED:
                    return {}
        return {number: tuple(each) for number, each in sorted(found.items())}

    def lines(self, about: Iri | None, fits: Fits) -> list[Line]:
        """Return the lines that have passages, and between them what has none.

        Args:
            about: What the passages are to be about.
            fits: Whether a fact counts.
        """
        counts: dict[tuple[str, ...], int] = {}
        found, before = [], 0
        for number, every in self.on_lines.items():
            spans = tuple(each for each in every if about in (None, each.about))
            key = tuple(each.passage.iri for each in spans)
            if key not in counts:
                counts[key] = len({fact for span in spans for fact in span.facts(fits)})
            if not counts[key] and not (fits is every_fact and spans):
                continue
            if number > before + 1:
                found.append(Line(before + 1, number - 1, (), (), 0))
            begun = tuple(each for each in spans if each.lines[0] == number)
            found.append(Line(number, number, spans, begun, counts[key]))
            before = number
        if found and before < self.last:
            found.append(Line(before + 1, self.last, (), (), 0))
        return found

    @cached_property
    def subjects(self) -> list[tuple[Iri, int]]:
        """What passages are about, in the order of the document, and how many are."""
        counts = Counter(each.about for each in self.spans if each.about)
        order = dict.fromkeys(each.about for each in self.spans if each.about)
        return [(each, counts[each]) for each in order]

    @cached_property
    def properties(self) -> list[tuple[Iri, int]]:
        """The properties of facts, the most frequent first."""
        facts = {fact for span in self.spans for fact in span.facts(every_fact)}
        counts = Counter(each.predicate for each in facts)
        return sorted(counts.items(), key=lambda each: (-each[1], each[0].value))

    @cached_property
    def number_of_facts(self) -> int:
        """How many facts its passages state."""
        return sum(number for _, number in self.properties)


def every_fact(fact: Triple) -> bool:
    """Let each fact count."""
    return True


def key_of(citations: Citations, document: Document) -> str:
    """Return what stands for a document in an address."""
    return citations.short(document.iri) if document.iri else "-"


def documents_of(citations: Citations) -> list[Document]:
    """Return the documents that the passages of a graph are of, those with most passages first."""
    passages = citations.passages
    described = [each for each in passages.all if each.lines and 0 < each.lines[0] <= each.lines[1]]
    readings: dict[str, list[Passage]] = {}
    for each in passages.readings:
        readings.setdefault(each.iri, []).append(each)
    about = _about(citations)
    found: dict[str | None, list[Span]] = {}
    for passage in described[:_MOST_PASSAGES]:
        read = tuple(_reading(citations, each) for each in (passage, *readings.get(passage.iri, ())))
        lines = passage.lines or (1, 1)
        span = Span(passage, lines, about.get(passage.iri), tuple(each for each in read if each.facts))
        found.setdefault(passage.source, []).append(span)
    made = [Document(Iri(source) if source else None, spans) for source, spans in found.items()]
    return sorted(made, key=lambda each: (-len(each.spans), each.iri.value if each.iri else ""))


def _reading(citations: Citations, passage: Passage) -> Reading:
    confidence = citations.label(Iri(passage.confidence)) if passage.confidence else ""
    quads = citations.graph.store.quads(Iri(passage.graph))
    facts = {quad.triple for quad in quads}
    return Reading(confidence, tuple(sorted(facts, key=lambda each: tuple(map(str, each)))))


def _about(citations: Citations) -> Mapping[str, Iri]:
    """What each passage is about, by its `dcterms:subject`."""
    rows = citations.graph.select(_ABOUT.format(subject=to_ntriples(_SUBJECT)), limited=False)
    found: dict[str, Iri] = {}
    known = {each.iri for each in citations.passages.all}
    for passage, thing in rows:
        if isinstance(passage, Iri) and isinstance(thing, Iri) and passage.value in known:
            found[passage.value] = min(thing, found.get(passage.value, thing), key=str)
    return found


def classes_of(counts: Iterable[int]) -> list[int]:
    """Return the smallest number of each of at most five classes, into which about as many lines fall.

    >>> classes_of([1, 1, 2, 3, 5, 8, 9, 9, 12, 30])
    [1, 2, 5, 9, 12]
    >>> classes_of([4, 4, 4])
    [4]
    """
    found = sorted(each for each in counts if each)
    lowest: list[int] = []
    for index in range(CLASSES if found else 0):
        least = found[index * len(found) // CLASSES]
        lowest += [least] if not lowest or least > lowest[-1] else []
    return lowest


def class_of(count: int, lowest: Sequence[int]) -> int:
    """Return the class of a number, from 1; 0 for none.

    >>> [class_of(count, [1, 4, 8]) for count in (0, 1, 5, 8)]
    [0, 1, 2, 3]
    """
    return sum(count >= each for each in lowest) if count else 0


def in_sections(lines: Iterable[Line]) -> list[tuple[Iri | None, list[Line]]]:
    """Return lines by what their passages are about; what has no passage belongs to what stands before it."""
    about: Iri | None = None
    named = []
    for line in lines:
        about = next((each.about for each in (*line.begun, *line.spans) if each.about), about)
        named.append((about, line))
    return [(key, [line for _, line in each]) for key, each in groupby(named, key=lambda pair: pair[0])]
