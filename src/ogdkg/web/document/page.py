"""What the page of a document shows: its lines with their classes, filters, and the facts of one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import lines_in_short
from ogdkg.rdf.terms import Iri, Literal, Term, Triple
from ogdkg.text.escape import link
from ogdkg.web.document.lines import (
    MOST_LINES,
    Document,
    Line,
    Span,
    class_of,
    classes_of,
    every_fact,
    in_sections,
    key_of,
)
from ogdkg.web.pages.addresses import DOCUMENT, Addresses
from ogdkg.web.pages.standard_names import plain_name
from ogdkg.web.pages.surroundings import Note, Surroundings

PAGE = 500  # lines, or stretches of lines, of a page
_MOST_FACTS = 100  # of a passage that are listed
_MOST_BARS = 240  # of the strip
_MOST_WORDS = 4  # fragments beside a line
_LONGEST = 200  # letters of a value
_MOST_CHOICES = 300  # of a filter


class Given(NamedTuple):
    """What is chosen in the address of the page."""

    of: str = ""
    about: str = ""
    kind: str = ""
    line: int = 0
    page: int = 1

    def address(self, base: str, **changed: str | int) -> str:
        """Return the address of the page with something changed."""
        given = self._replace(**changed)._asdict()  # type: ignore[arg-type]  # by the names of the fields
        fields = {name: str(each) for name, each in given.items() if each and (name, each) != ("page", 1)}
        return f"{base}{DOCUMENT}" + (f"?{urlencode(fields)}" if fields else "")


class LinkedText(NamedTuple):
    """A term of a fact: its text, where it leads, and the language of the text."""

    text: str
    address: str = ""
    language: str = ""
    is_outside: bool = False


class Fact(NamedTuple):
    """A fact in words."""

    subject: LinkedText
    name: str
    value: LinkedText


class Passed(NamedTuple):
    """A passage with its facts, as the panel of a line tells it."""

    words: str
    lines: str
    address: str
    groups: tuple[tuple[str, tuple[Fact, ...]], ...]
    more: int
    notes: tuple[Note, ...]


class Row(NamedTuple):
    """A line in the list: its numbers, its class, how long its bar is, and the words of its passages."""

    first: int
    last: int
    level: int
    width: int
    facts: int
    words: tuple[str, ...]
    hidden: int
    address: str
    is_chosen: bool


class Choice(NamedTuple):
    """A value of a filter."""

    key: str
    name: str
    number: int


class DocumentPage:
    """What the template of a document shows.

    Args:
        document: The document.
        others: All documents of the graph.
        given: What is chosen.
        citations: The citations of the graph.
        surroundings: What is noted of passages.
        at: The addresses of the server.
        hides: Whether personal data are left out.
    """

    def __init__(
        self,
        document: Document,
        others: Sequence[Document],
        given: Given,
        citations: Citations,
        surroundings: Surroundings,
        at: Addresses,
        *,
        hides: bool,
    ) -> None:
        self._document, self.given, self.hides = document, given, hides
        self._citations, self._around, self._at = citations, surroundings, at
        self.documents = [
            (
                self.name_of(each),
                len(each.spans),
                given.address(at.base, of=self.key_of(each), line=0, page=1),
            )
            for each in others
        ]
        self.is_cut = document.last == MOST_LINES or not document.on_lines

    def key_of(self, document: Document) -> str:
        """Return what stands for a document in an address."""
        return key_of(self._citations, document)

    def name_of(self, document: Document) -> str:
        """Return the name of a document."""
        return self._citations.label(document.iri) if document.iri else "A document without a name"

    @property
    def title(self) -> LinkedText:
        """The document."""
        iri = self._document.iri
        name = self.name_of(self._document)
        return LinkedText(name, self._at.of(iri.value)) if iri else LinkedText(name)

    @property
    def passages(self) -> int:
        """How many passages it has."""
        return len(self._document.spans)

    @property
    def facts(self) -> int:
        """How many facts these state."""
        return self._document.number_of_facts

    @property
    def last(self) -> int:
        """Its last line with a passage."""
        return self._document.last

    @property
    def covered(self) -> int:
        """How many of its lines have a passage."""
        return len(self._document.on_lines)

    @cached_property
    def about(self) -> list[Choice]:
        """What its passages are about."""
        return self._choices(self._document.subjects, self._citations.label)

    @cached_property
    def kinds(self) -> list[Choice]:
        """The properties that its facts have."""
        return self._choices(self._document.properties, partial(plain_name, self._citations))

    def _choices(self, found: Iterable[tuple[Iri, int]], named: Callable[[Iri], str]) -> list[Choice]:
        short = self._citations.short
        return [Choice(short(each), named(each), number) for each, number in islice(found, _MOST_CHOICES)]

    @property
    def is_filtered(self) -> bool:
        """Whether not all lines and facts count."""
        return bool(self.given.about or self.given.kind)

    @cached_property
    def _lines(self) -> list[Line]:
        about = self._iri(self.given.about, self._document.subjects)
        return self._document.lines(about, self._fits)

    @cached_property
    def _fits(self) -> Callable[[Triple], bool]:
        kind = self._iri(self.given.kind, self._document.properties)
        return (lambda fact: fact.predicate == kind) if kind else every_fact

    def _iri(self, text: str, among: Iterable[tuple[Iri, int]]) -> Iri | None:
        """The IRI that is chosen; one of no line, where it is not among the choices."""
        if not text:
            return None
        return next((each for each, _ in among if self._citations.short(each) == text), Iri("urn:none"))

    @cached_property
    def lowest(self) -> list[int]:
        """The smallest number of facts of each class."""
        return classes_of(line.facts for line in self._lines)

    @property
    def legend(self) -> list[tuple[int, str]]:
        """Each class, and how many facts its lines yield."""
        ends = [each - 1 for each in self.lowest[1:]]
        most = max((line.facts for line in self._lines), default=0)
        pairs = zip(self.lowest, [*ends, most], strict=False)
        spans = [f"{least}" if least == end else f"{least}\u2013{end}" for least, end in pairs]
        return list(enumerate(spans, 1))

    @cached_property
    def count(self) -> int:
        """How many lines have facts that fit."""
        return sum(1 for line in self._lines if line.facts)

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return max(-(-len(self._lines) // PAGE), 1)

    @cached_property
    def number(self) -> int:
        """The number of the page: the one with the chosen line, unless one is chosen."""
        places = (place for place, line in enumerate(self._lines) if line.number == self.given.line)
        place = next(places, None) if self.given.page == 1 else None
        return min(place // PAGE + 1 if place is not None else self.given.page, self.pages)

    @property
    def turns(self) -> list[tuple[str, str, str]]:
        """The pages before and after: names, relations and addresses."""
        numbers = (("Earlier lines", "prev", self.number - 1), ("Later lines", "next", self.number + 1))
        return [
            (name, relation, self.given.address(self._at.base, page=number, line=0))
            for name, relation, number in numbers
            if 1 <= number <= self.pages
        ]

    @cached_property
    def sections(self) -> list[tuple[LinkedText | None, list[Row]]]:
        """The lines by what their passages are about."""
        shown = self._lines[(self.number - 1) * PAGE : self.number * PAGE]
        return [
            (self._told(about) if about else None, [self._row(line) for line in lines])
            for about, lines in in_sections(shown)
        ]

    @property
    def _full(self) -> int:
        """How many facts make a whole bar: few lines have more, and would leave the others too short."""
        most = max((line.facts for line in self._lines), default=1)
        return max(min(most, 3 * self.lowest[-1] // 2 if self.lowest else 1), 1)

    def _row(self, line: Line) -> Row:
        words = [span.passage.exact for span in line.begun if span.passage.exact]
        hidden = sum(not span.passage.exact for span in line.begun) if self.hides else 0
        return Row(
            line.number,
            line.last,
            class_of(line.facts, self.lowest),
            min(max(100 * line.facts // self._full, 4), 100),
            line.facts,
            tuple(words[:_MOST_WORDS]),
            hidden,
            self.given.address(self._at.base, line=line.number, page=1) + f"#L{line.number}",
            line.number == self.given.line,
        )

    @cached_property
    def strip(self) -> list[tuple[str, str, int, int]]:
        """The document at one look: bars, each with its place and width in percent, height and class."""
        counts = {line.number: line.facts for line in self._lines if line.facts}
        last = max(self.last, 1)
        step = -(-last // _MOST_BARS)
        bars = []
        for first in range(1, last + 1, step):
            facts = max((counts.get(number, 0) for number in range(first, first + step)), default=0)
            if facts:
                height = min(max(100 * facts // self._full, 6), 100)
                place, width = 100 * (first - 1) / last, 75 * step / last
                bars.append((f"{place:.2f}", f"{width:.2f}", height, class_of(facts, self.lowest)))
        return bars

    @cached_property
    def chosen(self) -> tuple[Passed, ...]:
        """The passages on the chosen line with their facts."""
        return tuple(self._passage(span) for span in self._chosen_spans)

    @cached_property
    def _chosen_spans(self) -> tuple[Span, ...]:
        return self._document.on_lines.get(self.given.line, ())

    @property
    def chosen_facts(self) -> int:
        """How many facts the chosen line yields."""
        return len({fact for span in self._chosen_spans for fact in span.facts(self._fits)})

    @property
    def closed(self) -> str:
        """The address of the page without a chosen line."""
        return self.given.address(self._at.base, line=0, page=self.number)

    @property
    def around(self) -> list[tuple[str, str]]:
        """The lines with passages before and after the chosen one: names and addresses."""
        numbers = list(self._document.on_lines)
        before = max((each for each in numbers if each < self.given.line), default=0)
        after = min((each for each in numbers if each > self.given.line), default=0)
        return [
            (name, self.given.address(self._at.base, line=number, page=1) + f"#L{number}")
            for name, number in (("Line before", before), ("Line after", after))
            if number
        ]

    def _passage(self, span: Span) -> Passed:
        left, groups, more = _MOST_FACTS, [], 0
        for reading in span.readings:
            fitting = [fact for fact in reading.facts if self._fits(fact)]
            facts = tuple(self._fact(fact) for fact in fitting[:left])
            left -= len(facts)
            more += len(fitting) - len(facts)
            groups += [(reading.confidence, facts)] if facts else []
        iri = Iri(span.passage.iri)
        lines = lines_in_short(span.lines)
        return Passed(
            span.passage.exact or "", lines, self._at.of(iri.value), tuple(groups), more,
            tuple(self._around.notes(iri)),
        )  # fmt: skip

    def _fact(self, fact: Triple) -> Fact:
        name = plain_name(self._citations, fact.predicate)
        return Fact(self._told(fact.subject), name, self._told(fact.object))

    def _told(self, term: Term) -> LinkedText:
        text = self._citations.label(term)
        text = text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
        if isinstance(term, Literal):
            return LinkedText(text, language=term.language)
        if not isinstance(term, Iri):
            return LinkedText("something without a name")
        if self._at.is_own(term.value) or self._citations.names.label(term):
            return LinkedText(text, self._at.of(term.value))
        return LinkedText(text, link(term.value), is_outside=True)
