"""What the page of a resource shows: its facts in the groups of the shapes, each with its sources and doubts.

What only other sources state stands apart from what the document states; a doubt stands beside the fact whose
passage it is about (https://www.w3.org/TR/annotation-model/).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from ogdkg.errors import OgdkgError
from ogdkg.evidence.bibliography import cite_iri
from ogdkg.evidence.citations import Citation, Statement
from ogdkg.evidence.property_groups import Step
from ogdkg.evidence.show import BACK, LINKS, Line, Value, is_date, profile
from ogdkg.rdf.labels import DESCRIPTIONS, LABELS
from ogdkg.rdf.terms import RDF, Iri, Literal, Quad, Term
from ogdkg.render.views.cite import bibtex, plain
from ogdkg.text.escape import link
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.described import Page, PagedCitations
from ogdkg.web.pages.displayed_values import Property, Section, Shown, Source, Sources, foreign, line_of
from ogdkg.web.pages.neighbourhood import Neighbourhood, neighbourhood
from ogdkg.web.pages.other_languages import InLanguage, in_other_languages, without_names
from ogdkg.web.pages.search_engines import described_for_search
from ogdkg.web.pages.standard_names import plain_name
from ogdkg.web.pages.surroundings import Note, Surroundings

_AT_FIRST = 8  # values of a property that are shown at once
_MOST_MARKS = 4  # of a value; the others are told by their number
_LONGEST = 300  # letters of a heading
_MOST_NOTES = 6  # beside a property
_TYPE = Iri(RDF + "type")
_MAIL = "mailto:"


class Thing:
    """What the template of a resource shows.

    Args:
        page: Its description.
        citations: The citations of the graph.
        surroundings: What is noted of things, and what is expected of them.
        at: The addresses of the server.
    """

    def __init__(
        self, page: Page, citations: PagedCitations, surroundings: Surroundings, at: Addresses
    ) -> None:
        self._at = at
        self._page = page
        self._citations = citations
        self._around = surroundings
        self._sources = Sources(citations, surroundings, at)
        self._noted: set[str] = set()
        self.iri = page.iri.value
        self._passage = citations.passages.get(page.iri.value)
        self.name = self._label()
        self.number, self.last, self.count = page.number, page.last, page.count

    def _label(self) -> str:
        """Its name; of a passage or reading without one, its lines."""
        lines = self._passage.lines if self._passage else None
        if lines and not self._citations.names.label(self._page.iri):
            first, last = lines
            return f"Line {first}" if first == last else f"Lines {first} to {last}"
        return self._citations.label(self._page.iri)

    @property
    def line(self) -> str:
        """Where a passage stands on the page of its document."""
        return line_of(self._citations, self._passage, self._at)

    @cached_property
    def _about(self) -> list[Statement]:
        return self._citations.statements_about(self._page.iri)

    @cached_property
    def _groups(self) -> list[tuple[str, tuple[Line, ...]]]:
        if not any(self._page.iri in (quad.subject, quad.object) for quad in self._page.quads):
            return []
        groups = profile(self._citations, self._page.iri).groups
        return [(group.name, group.lines) for group in groups]

    @cached_property
    def title(self) -> Shown:
        """Its name, with the language and the sources of that."""
        return self._said(LABELS, self.name) or Shown(self.name)

    @property
    def heading(self) -> str:
        """Its name, as far as a heading holds it."""
        return self.name if len(self.name) <= _LONGEST else f"{self.name[:_LONGEST]}…"

    @cached_property
    def summary(self) -> Shown | None:
        """Its first description."""
        return self._said(DESCRIPTIONS)

    @cached_property
    def in_other_languages(self) -> list[InLanguage]:
        """Its names in other languages than that of its heading."""
        return in_other_languages(self._about, self.title.language, self._citations.languages, self._shown)

    def _said(self, properties: Sequence[str], text: str = "") -> Shown | None:
        for each in self._about:
            value = each.triple.object
            is_so = each.triple.predicate.value in properties and isinstance(value, Literal)
            if is_so and isinstance(value, Literal) and (not text or value.value == text):
                return self._shown(value, value.value, each.citations)
        return None

    @cached_property
    def kinds(self) -> list[Shown]:
        """Its classes."""
        return [
            self._shown(value, plain_name(self._citations, value), each.citations)
            for each in self._about
            if each.triple.predicate == _TYPE and isinstance(value := each.triple.object, Iri)
        ]

    @cached_property
    def notes(self) -> list[Note]:
        """What is noted of the thing as a whole."""
        notes = self._around.notes(self._page.iri)
        self._noted.update(each.iri for each in notes)
        return notes

    @cached_property
    def sections(self) -> list[Section]:
        """The groups of properties that are said of it, and those of its parts."""
        self.kinds, self.title, self.summary, self.notes  # noqa: B018  # have the first marks
        found = []
        for name, lines in self._groups:
            if name != LINKS and (properties := self._noted_properties(self._inside(lines))):
                found.append(Section(name or "What is said", properties))
        return [*found, *self._parts]

    @cached_property
    def elsewhere(self) -> tuple[Property, ...]:
        """What other sources say, by property, oldest first."""
        self.sections, self.in_other_languages  # noqa: B018  # have the first marks
        lines = (
            line._replace(values=tuple(values))
            for name, group in self._groups
            if name != LINKS
            for line in group
            if (values := [each for each in line.values if self._is_elsewhere(each)])
        )
        return tuple(self._by_date(line) for line in lines)

    @cached_property
    def derived(self) -> tuple[Property, ...]:
        """What rules alone say of it."""
        lines = (
            line._replace(values=tuple(values))
            for name, group in self._groups
            if name != LINKS
            for line in group
            if (values := [each for each in line.values if self._is_derived(each)])
        )
        return tuple(
            each._replace(values=tuple(value._replace(tag="") for value in each.values))
            for each in self._properties(lines)
        )

    @cached_property
    def links(self) -> tuple[Property, ...]:
        """The links to it from elsewhere."""
        self.elsewhere  # noqa: B018  # has the first marks
        return tuple(
            each._replace(name=each.name.removeprefix(BACK))
            for name, lines in self._groups
            if name == LINKS
            for each in self._properties(lines)
        )

    @property
    def sources(self) -> list[Source]:
        """The sources in the order of their marks, passages first."""
        self.links  # noqa: B018  # has the last marks
        return self._sources.all

    @property
    def others(self) -> int:
        """How many other sources say something that the document does not."""
        values = (value for each in self.elsewhere for value in (*each.values, *each.more))
        return len({source.mark for value in values for source in value.sources})

    @property
    def read_from(self) -> list[tuple[str, str]]:
        """The lines of the document that it is read from, and where they stand on its page."""
        self.links  # noqa: B018  # has the last marks
        return self._sources.read_from

    @cached_property
    def contacts(self) -> list[tuple[str, str]]:
        """Whom to write to: names and addresses."""
        values = [
            value for name, lines in self._groups if name != LINKS for line in lines for value in line.values
        ]
        mails = {}
        for value in values:
            parts = [each for line in value.details for each in line.values]
            for each in (value, *parts):
                if isinstance(each.term, Iri) and each.term.value.startswith(_MAIL):
                    mails[each.term.value.removeprefix(_MAIL)] = link(each.term.value)
        return [(name, address) for name, address in mails.items() if address]

    @cached_property
    def reference(self) -> tuple[str, str] | None:
        """How to cite it, as text and as BibTeX; None where the graph describes no dataset."""
        try:
            work = cite_iri(self._citations, self._page.iri)
        except OgdkgError:
            return None
        return plain(work).strip(), bibtex(work).strip()

    @cached_property
    def near(self) -> Neighbourhood | None:
        """The things next to it, as a drawing."""
        if not self._page.resources.is_near or self.number > 1:
            return None
        return neighbourhood(self._page.iri, self._groups, self._citations, self._at, self._page.describes)

    @cached_property
    def missing(self) -> list[str]:
        """The properties that most things of its kind have, and it has not."""
        if self.last > 1:
            return []
        return self._around.missing(self._page.iri, self._about)

    @cached_property
    def left_out(self) -> list[str]:
        """The properties whose values are left out since they tell of a person."""
        return self._around.left_out(self._page.iri, self._about) if self.last == 1 else []

    @cached_property
    def structured(self) -> str:
        """Its description for search engines, as JSON-LD that may stand in a page."""
        return described_for_search(self._page.iri, self.name, self._about, self._citations)

    @property
    def address(self) -> str:
        """Where it is described."""
        return self._at.of(self.iri)

    @cached_property
    def formats(self) -> list[tuple[str, str, str]]:
        """The other formats: names, addresses and media types."""
        return self._at.formats(self.iri, self.number)

    @property
    def neighbours(self) -> list[tuple[str, str, str]]:
        """The pages before and after: names, relations and addresses."""
        numbers = {"Earlier": ("prev", self.number - 1), "Later": ("next", self.number + 1)}
        return [
            (name, relation, self._at.document(self.iri, "html", number))
            for name, (relation, number) in numbers.items()
            if 1 <= number <= self.last
        ]

    @property
    def _parts(self) -> Iterable[Section]:
        """What is said of its parts, and statements that merely name it."""
        others: dict[Term, list[Quad]] = {}
        for quad in self._page.quads:
            if self._page.iri not in (quad.subject, quad.object):
                others.setdefault(quad.subject, []).append(quad)
        for subject, quads in others.items():
            yield self._part(subject, self._citations.statements_of(quads))

    def _part(self, subject: Term, said: Sequence[Statement]) -> Section:
        value = subject.value if isinstance(subject, Iri) else ""
        part = value.removeprefix(self.iri + "#") if value.startswith(self.iri + "#") else ""
        properties, by_predicate = [], dict[Iri, list[Statement]]()
        for each in said:
            by_predicate.setdefault(each.triple.predicate, []).append(each)
        for predicate, statements in by_predicate.items():
            values = [
                self._shown(each.triple.object, self._citations.label(each.triple.object), each.citations)
                for each in statements
            ]
            properties.append(self._property(plain_name(self._citations, predicate), predicate, values))
        address = self._at.of(value) if value else ""
        return Section(self._name_of_part(subject, part, said), tuple(properties), part, address)

    def _name_of_part(self, subject: Term, part: str, said: Iterable[Statement]) -> str:
        """Its label, else what kind of thing it is, else its fragment."""
        label = self._citations.names.label(subject) if isinstance(subject, Iri) else None
        kinds = (each.triple.object for each in said if each.triple.predicate == _TYPE)
        kind = next((plain_name(self._citations, each) for each in kinds if isinstance(each, Iri)), "")
        return label or (kind or part if part else self._citations.label(subject))

    def _inside(self, lines: Iterable[Line]) -> Iterable[Line]:
        """The lines without what the head of the page shows, and without what other sources say."""
        head = {self.title.text, self.summary.text if self.summary else ""}
        for line in lines:
            values = [each for each in line.values if not self._is_elsewhere(each)]
            values = [each for each in values if not self._is_noted(each) and not self._is_derived(each)]
            if len(line.steps) == 1:
                values = without_names(line.steps[0].predicate, values, self.title.language)
            is_head = any(step.predicate.value in (*LABELS, *DESCRIPTIONS) for step in line.steps)
            is_kind = line.steps == (Step(_TYPE),)
            if values and not is_kind and not (is_head and all(each.text in head for each in values)):
                yield line._replace(values=tuple(values))

    def _is_derived(self, value: Value) -> bool:
        graphs = {each.graph for each in value.citations}
        return bool(graphs) and graphs <= self._citations.derived_graphs

    def _is_noted(self, value: Value) -> bool:
        return isinstance(value.term, Iri) and value.term.value in {each.iri for each in self.notes}

    def _is_elsewhere(self, value: Value) -> bool:
        """Whether only other sources state it, in a graph that has a document."""
        return self._around.has_document and bool(value.citations) and all(
            each.passage is None and each.graph is not None and each.graph.value in self._citations.sourced
            for each in value.citations
        )  # fmt: skip

    def _by_date(self, line: Line) -> Property:
        dated = sorted(map(self._dated, line.values), key=lambda each: (not each.date, each.date))
        predicate = line.steps[0].predicate if line.steps else None
        return self._property(line.name.removeprefix(BACK), predicate, dated)

    def _properties(self, lines: Iterable[Line]) -> tuple[Property, ...]:
        found = []
        for line in lines:
            predicate = line.steps[0].predicate if line.steps else None
            made = self._property(line.name, predicate, map(self._value, line.values))
            found.append(made)
        return tuple(found)

    def _noted_properties(self, lines: Iterable[Line]) -> tuple[Property, ...]:
        """The properties, each with what is noted of it."""
        return tuple(
            each._replace(notes=self._beside(line)) for line in lines for each in self._properties([line])
        )

    def _beside(self, line: Line) -> tuple[Note, ...]:
        """What is noted of the passages that a property is from; each note stands once on a page."""
        values = [
            *line.values,
            *(each for value in line.values for own in value.details for each in own.values),
        ]
        passages = (each.passage for value in values for each in value.citations if each.passage)
        notes = dict.fromkeys(note for each in passages for note in self._around.notes(Iri(each.iri)))
        things = {self._page.iri, *(each.term for each in values if isinstance(each.term, Iri))}
        fresh = [
            note for note in notes if note.iri not in self._noted and self._around.is_about(note, things)
        ]
        fresh = fresh[:_MOST_NOTES]
        self._noted.update(note.iri for note in fresh)
        return tuple(fresh)

    def _property(self, name: str, iri: Iri | None, values: Iterable[Shown]) -> Property:
        found = tuple(values)
        address = self._at.of(iri.value) if iri and self._page.describes(iri) else ""
        return Property(name, address, found[:_AT_FIRST], found[_AT_FIRST:])

    def _dated(self, value: Value) -> Shown:
        """A value that stands after its date, which its properties need not repeat."""
        undated = [line for line in value.details if not all(is_date(each.term) for each in line.values)]
        return self._value(value)._replace(properties=self._properties(undated))

    def _value(self, value: Value) -> Shown:
        properties = self._properties(value.details)
        shown = self._shown(value.term, value.text.removeprefix(_MAIL), value.citations)
        date = next(
            (each.text for line in value.details for each in line.values if is_date(each.term)), ""
        ) or (shown.sources[0].date if shown.sources else "")
        return shown._replace(
            properties=properties, date=date, is_record=value.is_record and bool(properties)
        )

    def _shown(self, term: Term, text: str, citations: Iterable[Citation]) -> Shown:
        cited = list(dict.fromkeys(citations)) if self._around.tells_sources else []
        is_derived = bool(cited) and all(each.graph in self._citations.derived_graphs for each in cited)
        sources = tuple(dict.fromkeys(map(self._sources.of, [] if is_derived else cited[:_MOST_MARKS])))
        unsure = next(filter(None, map(self._around.unsure, cited)), "") if not is_derived else "derived"
        more = max(len(cited) - _MOST_MARKS, 0)
        shown = Shown(text, "", "", sources, tag=unsure, more_sources=more)
        if isinstance(term, Literal):
            return shown._replace(language=term.language)
        if not isinstance(term, Iri):
            return shown
        part = term.value.removeprefix(f"{self.iri}#")
        if part != term.value and not self._citations.names.label(term):
            return shown._replace(text=part, address=f"#{part}")  # which stands further down
        shown = shown._replace(language=foreign(self._citations.language(term)))
        if self._at.is_own(term.value) or self._page.describes(term):
            return shown._replace(address=self._at.of(term.value))
        return shown._replace(address=link(term.value), is_outside=True)
