"""What stands on a page: values and properties, and the sources that it cites, each with its mark."""

from __future__ import annotations

from typing import NamedTuple

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.passages import Passage
from ogdkg.rdf.terms import Iri
from ogdkg.web.pages.addresses import Addresses, in_document
from ogdkg.web.pages.surroundings import Note, Surroundings

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Source(NamedTuple):
    """A source that a page cites.

    Attributes:
        mark: Its figure, if it is a passage, else its letter.
        name: The lines of a passage, else the name of the source.
        address: The address of its description.
        words: The fragment of a passage.
        confidence: How sure the reading of a passage is.
        date: The date of another source.
        is_passage: Whether it is a passage.
        line: Where its first line stands on the page of the document.
    """

    mark: str
    name: str
    address: str
    words: str
    confidence: str
    date: str
    is_passage: bool
    line: str = ""


class Shown(NamedTuple):
    """A value on a page.

    Attributes:
        text: Its text.
        address: Where it leads.
        language: The language of its text.
        sources: What states it.
        properties: Its own properties.
        tag: What is to be said of it at once: that a rule made it, or that it is less sure than others.
        date: When it was so.
        more_sources: How many sources are not named beside it.
        is_outside: Whether it leads to another server.
        is_record: Whether its properties stand for its name.
    """

    text: str
    address: str = ""
    language: str = ""
    sources: tuple[Source, ...] = ()
    properties: tuple[Property, ...] = ()
    tag: str = ""
    date: str = ""
    more_sources: int = 0
    is_outside: bool = False
    is_record: bool = False


class Property(NamedTuple):
    """A property on a page, with the values that are shown at once, the others, and what is noted of them."""

    name: str
    address: str
    values: tuple[Shown, ...]
    more: tuple[Shown, ...] = ()
    notes: tuple[Note, ...] = ()


class Section(NamedTuple):
    """A group of properties; `part` is the fragment of the IRI that it is about, if it is about one."""

    name: str
    properties: tuple[Property, ...]
    part: str = ""
    address: str = ""


class Sources:
    """The sources of a page, which get their marks as they are met.

    Args:
        citations: The citations of the graph.
        surroundings: Knows the dates of sources.
        at: The addresses of the server.
    """

    def __init__(self, citations: Citations, surroundings: Surroundings, at: Addresses) -> None:
        self._citations = citations
        self._around = surroundings
        self._at = at
        self._found: dict[Citation, Source] = {}

    @property
    def all(self) -> list[Source]:
        """The sources in the order of their marks, passages first."""
        return sorted(self._found.values(), key=lambda each: not each.is_passage)

    @property
    def read_from(self) -> list[tuple[str, str]]:
        """The lines of the document that are cited, in stretches: their numbers, and where the first stands.

        None where passages are of several documents.
        """
        stretches: list[tuple[int, int]] = []
        for first, last in sorted({each.lines for each in self._found if each.lines}):
            before = stretches[-1] if stretches else (0, -1)
            if first <= before[1] + 1:
                stretches[-1] = before[0], max(before[1], last)
            else:
                stretches.append((first, last))
        return [
            (f"{first}" if first == last else f"{first} to {last}", in_document(self._at.base, first))
            for first, last in (stretches if self._leads_to_lines else ())
        ]

    @property
    def _leads_to_lines(self) -> bool:
        options = self._citations.graph.options
        return not (options.endpoint or self._citations.graph.stored or self._citations.has_several_sources)

    def of(self, citation: Citation) -> Source:
        """Return the source of a citation."""
        if citation not in self._found:
            self._found[citation] = self._made(citation)
        return self._found[citation]

    def _made(self, citation: Citation) -> Source:
        passage = citation.passage
        number = sum(each.is_passage == (passage is not None) for each in self._found.values())
        confidence = passage.confidence if passage else None
        return Source(
            str(number + 1) if passage else _letters(number),
            self._citations.lines(citation),
            self._at.of(citation.cited.value) if citation.cited else "",
            (passage.exact if passage else None) or "",
            self._citations.label(Iri(confidence)) if confidence else "",
            "" if passage else self._date(citation),
            passage is not None,
            line_of(self._citations, passage, self._at),
        )

    def _date(self, citation: Citation) -> str:
        source = self._citations.sourced.get(citation.graph.value) if citation.graph else None
        return self._around.date(source) if source else ""


def line_of(citations: Citations, passage: Passage | None, at: Addresses) -> str:
    """Return where the first line of a passage stands on the page of its document, where there is one."""
    graph = citations.graph
    if passage is None or passage.lines is None or not graph.is_in_memory:
        return ""
    source = citations.short(Iri(passage.source)) if passage.source else "-"
    return in_document(at.base, passage.lines[0], source if citations.has_several_sources else "")


def foreign(language: str) -> str:
    """Return the language of a name where a page, which is in English, has to tell it; else an empty text."""
    return "" if language.partition("-")[0] == "en" else language


def _letters(number: int) -> str:
    """The mark of a source by its place: a to z, then aa and on.

    >>> _letters(0), _letters(26)
    ('a', 'aa')
    """
    text = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(_LETTERS))
        text = _LETTERS[place] + text
    return text
