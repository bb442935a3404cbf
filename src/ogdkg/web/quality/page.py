"""What the page on the quality of a graph shows, with a link to the list behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import Iri
from ogdkg.web.document.lines import Document
from ogdkg.web.pages.addresses import DOCUMENT, Addresses, in_document
from ogdkg.web.pages.displayed_values import line_of
from ogdkg.web.pages.surroundings import Note, Surroundings
from ogdkg.web.questions.asked import address_of

_SEVERITIES = {"violation": "violations", "warning": "warnings", "info": "remarks"}
_MOST_LINKS = 12  # other graphs that are named
_FIGURES = {"statements": "Statements", "things": "Things", "passages": "Passages"}


class Link(NamedTuple):
    """A thing that something is about."""

    text: str
    address: str


_MOST_CHANGES = 3  # revisions that are told of; the feeds have more
Kind = tuple[str, list[Link], int]  # of changes, with some things and how many more


class Group(NamedTuple):
    """Findings that say the same: how grave they are, of how many things, and which."""

    severity: str
    message: str
    number: int
    things: tuple[Link, ...]


class Expectation(NamedTuple):
    """A property that things of a class are expected to have: how many have it, and which lack it."""

    name: str
    number: int
    percent: int
    lacking: tuple[Link, ...]
    more: int


class Doubt(NamedTuple):
    """A doubt that is noted: its text, and what it is about."""

    note: Note
    about: tuple[Link, ...]


class Figure(NamedTuple):
    """A figure with its history: bars with their places and heights in percent."""

    name: str
    now: str
    first: str
    bars: tuple[tuple[str, str, int], ...]


class QualityPage:
    """What the template of the page shows.

    Args:
        citations: The citations of the graph.
        surroundings: What is noted of its things.
        documents: The documents that its passages are of.
        parts: What has been measured.
        at: The addresses of the server.
        measures: Whether more is measured, or has been.
        hides: Whether personal data are left out, which may have been in earlier revisions too.
    """

    def __init__(
        self,
        citations: Citations,
        surroundings: Surroundings,
        documents: Sequence[Document],
        parts: Mapping[str, Any],
        at: Addresses,
        *,
        measures: bool,
        hides: bool,
    ) -> None:
        self._citations, self._around, self._parts, self._at = citations, surroundings, parts, at
        self._documents, self.measures = documents, measures
        self._hides = hides

    def part(self, name: str) -> Any:
        """Return a part that has been measured; None of one that is still to be."""
        return self._parts.get(name)

    def _listed(self, name: str) -> list[Any]:
        """A part that is a list; an empty one where it could not be measured."""
        part = self.part(name)
        return part if isinstance(part, list) else []

    def _link(self, iri: str) -> Link:
        return Link(self._citations.label(Iri(iri)), self._at.of(iri))

    def _named(self, iri: str, name: str) -> Link | None:
        """A thing of a revision, by its label now, else by the one it had; a label may have been personal."""
        known = self._citations.names.label(Iri(iri))
        if known:
            return Link(known, self._at.of(iri))
        return None if self._hides else Link(name, self._at.of(iri) if self._at.is_own(iri) else "")

    # -- validation --------------------------------------------------------------

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many findings there are of each severity."""
        counted = (self.part("validation") or {}).get("counts", {})
        return [(name, counted.get(severity, 0)) for severity, name in _SEVERITIES.items()]

    @property
    def groups(self) -> list[Group]:
        """What `ogdkg validate` finds."""
        return [
            Group(each["severity"], each["message"], each["number"], tuple(map(self._link, each["things"])))
            for each in (self.part("validation") or {}).get("groups", ())
        ]

    # -- coverage ----------------------------------------------------------------

    @property
    def documents(self) -> list[tuple[Link, int, int, list[tuple[str, str]]]]:
        """Each document: its page, how many lines have a passage, of how many, and what has none."""
        several = len(self._documents) > 1
        found = []
        for each in self._documents:
            short = self._citations.short(each.iri) if each.iri else "-"
            name = self._citations.label(each.iri) if each.iri else "A document without a name"
            address = f"{self._at.base}{DOCUMENT}" + (f"?{urlencode({'of': short})}" if several else "")
            gaps = [
                (_lines(before + 1, after - 1), in_document(self._at.base, after, short if several else ""))
                for before, after in _gaps(list(each.on_lines))
            ]
            found.append((Link(name, address), len(each.on_lines), each.last, gaps))
        return found

    @property
    def complete(self) -> Mapping[str, Any] | None:
        """What the things of the first page, or of the class with most passages, have and lack."""
        found: Mapping[str, Any] | None = self.part("completeness")
        return found if found and found.get("number") else None

    @property
    def expected(self) -> list[Expectation]:
        """The properties that most of these things have."""
        report = self.complete or {"number": 0, "properties": ()}
        number = report["number"]
        return [
            Expectation(name, having, 100 * having // number, tuple(map(self._link, lacking)), more)
            for name, having, lacking, more in report["properties"]
        ]

    # -- doubts, checks, links ---------------------------------------------------

    @cached_property
    def doubts(self) -> list[Doubt]:
        """The doubts that are noted, with what each is about."""
        return [
            Doubt(note, tuple(self._about(note)))
            for note in self._around.all_notes
            if note.heading == "Doubt"
        ]

    def _about(self, note: Note) -> Iterable[Link]:
        """What a note is about: things, and lines of the document, each once."""
        found: dict[str, Link] = {}
        for target in sorted(note.targets, key=str):
            citation = self._citations.of(target)
            line = line_of(self._citations, citation.passage, self._at)
            text = self._citations.lines(citation) if citation.passage else self._citations.label(target)
            found.setdefault(text, Link(text, line or self._at.of(target.value)))
        return found.values()

    @property
    def checks(self) -> list[tuple[str, str, str, str]]:
        """The stored queries that look for faults: words, what they mean, rows, and where they are asked."""
        return [
            (
                each["words"],
                _first_sentence(each["means"]),
                f"{each['number']:,}" if "number" in each else "not counted",
                address_of(self._at.base, each["name"]),
            )
            for each in self._listed("checks")
        ]

    @property
    def links(self) -> list[tuple[str, int, int, tuple[Link, ...]]]:
        """The other sites that know things of this graph: hosts, numbers, widths of bars, some things."""
        counts = self._listed("links")
        most = counts[0][1] if counts else 1
        return [
            (host, number, max(100 * number // most, 2), tuple(map(self._link, things)))
            for host, number, things in counts[:_MOST_LINKS]
        ]

    @property
    def more_links(self) -> int:
        """How many more sites there are."""
        return max(len(self._listed("links")) - _MOST_LINKS, 0)

    # -- questions ---------------------------------------------------------------

    @cached_property
    def questions(self) -> list[tuple[str, bool, str]]:
        """The acceptance questions, those that fail first: words, whether they pass, where they are asked."""
        asked = (self.part("questions") or {}).get("asked", ())
        found = [(each["question"], each["passed"], self._ask(each)) for each in asked]
        return sorted(found, key=lambda each: each[1])

    def _ask(self, question: Mapping[str, Any]) -> str:
        if not question["query"]:
            return ""
        given = urlencode(question["given"], doseq=True)
        return address_of(self._at.base, question["query"]) + (f"?{given}" if given else "")

    @property
    def passed(self) -> int:
        """How many questions are answered as expected."""
        return sum(passed for _, passed, _ in self.questions)

    # -- history -----------------------------------------------------------------

    @property
    def points(self) -> list[dict[str, Any]]:
        """The figures of revisions, the oldest first."""
        found: list[dict[str, Any]] = (self.part("history") or {}).get("points", [])
        return found

    @property
    def figures(self) -> list[Figure]:
        """Each figure over the revisions."""
        return [
            _figure(name, [point[key] for point in self.points])
            for key, name in _FIGURES.items()
            if len(self.points) > 1 and any(point[key] for point in self.points)
        ]

    @property
    def changes(self) -> list[tuple[str, list[Kind]]]:
        """What changed last: dates, and kinds of changes with things and how many more."""
        told = (self.part("history") or {}).get("changes", ())
        return [(each["date"], self.kinds(each)) for each in told[:_MOST_CHANGES]]

    def kinds(self, change: Mapping[str, Any]) -> list[Kind]:
        """Return what changed in a revision."""
        return [self._kind(kind, *found) for kind, found in change["kinds"].items()]

    def _kind(self, kind: str, things: Iterable[tuple[str, str]], number: int) -> Kind:
        named = [found for thing in things if (found := self._named(*thing))]
        return kind, named, number - len(named)


def _first_sentence(text: str) -> str:
    """What a text says first.

    >>> _first_sentence("Numbers of a thing. More of them.")
    'Numbers of a thing.'
    """
    head, stop, _ = text.partition(". ")
    return head + stop.strip()


def _lines(first: int, last: int) -> str:
    return f"line {first}" if first == last else f"lines {first} to {last}"


def _gaps(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """The numbers around each gap, from 0 on."""
    pairs = zip([0, *numbers], numbers, strict=False)
    return islice(((before, after) for before, after in pairs if after > before + 1), 200)


def _figure(name: str, values: Sequence[int]) -> Figure:
    most, number = max(*values, 1), len(values)
    bars = tuple(
        (f"{100 * index / number:.2f}", f"{80 / number:.2f}", max(100 * value // most, 1))
        for index, value in enumerate(values)
    )
    return Figure(name, f"{values[-1]:,}", f"{values[0]:,}", bars)
