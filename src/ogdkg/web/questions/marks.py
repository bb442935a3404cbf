"""The citations of the rows on a page, as numbered marks that open the words of a passage."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple, Self

from ogdkg.errors import InputError, LimitError, StoreError, UsageError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.row_provenance import COLUMNS, cite_rows, untraced_notes
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Row, csv_text
from ogdkg.store.base import Rows
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.displayed_values import line_of

_MOST_MARKS = 12  # of a row


class Mark(NamedTuple):
    """A source that rows cite.

    Attributes:
        number: Its number, in the order in which sources are met.
        name: Its lines, or its label.
        words: The words of its passage; empty if it has none.
        address: Where it is described.
        iri: The passage, or the graph.
        line: Where its first line stands on the page of the document.
    """

    number: int
    name: str
    words: str
    address: str
    iri: str
    line: str


class Marks(NamedTuple):
    """The marks of the rows of a page.

    Attributes:
        of_rows: The marks of each row; empty if the rows could not be cited.
        more: How many further sources each row has.
        sources: All that are shown.
        notes: Why they may be inexact, or are not there.
    """

    of_rows: Sequence[Sequence[Mark]]
    more: Sequence[int]
    sources: Sequence[Mark]
    notes: Sequence[str]


def limited(graph: Graph, seconds: float) -> Graph:
    """Return a graph of the same store whose queries may take so long, each in a process of its own."""
    other = copy.copy(graph)
    other.options = graph.options._replace(timeout=seconds)
    return other


class Cited(NamedTuple):
    """What rows cite.

    Attributes:
        rows: The IRIs of each row; None for one that could not be traced, and no rows where none could be.
        notes: Why they may be inexact, or are not there.
    """

    rows: Sequence[Sequence[str] | None]
    notes: Sequence[str]

    def part(self, start: int, number: int) -> Self:
        """Return what some of the rows cite, from one on."""
        return self._replace(rows=self.rows[start : start + number])


def cited_by(citations: Citations, traced: str, variables: tuple[str, ...], rows: Sequence[Row]) -> Cited:
    """Return what rows cite.

    Args:
        citations: The citations of the graph, whose queries have a time limit.
        traced: The query by which rows are traced.
        variables: The columns of the rows.
        rows: The rows.
    """
    try:
        cited = cite_rows(citations, traced, Rows(variables, iter(rows)))
        notes = list(cited.notes)  # of all rows alike: `marks_of` counts those of a page
        place = cited.rows.variables.index(COLUMNS[0])
        texts = [row[place] for row in cited.rows.rows]
    except LimitError:
        return Cited((), ["to trace these rows takes too long here"])
    except (UsageError, InputError, StoreError) as error:
        return Cited((), [error.message.rstrip(".")])
    return Cited([None if text is None else csv_text(text).split() for text in texts], notes)


def marks_of(citations: Citations, cited: Cited, at: Addresses) -> Marks:
    """Return the marks of some rows.

    Args:
        citations: The citations of the graph.
        cited: What the rows cite.
        at: The addresses of the server.
    """
    known: dict[str, Mark] = {}
    iris = [each or () for each in cited.rows]
    of_rows = [[_mark(citations, iri, known, at) for iri in each[:_MOST_MARKS]] for each in iris]
    more = [max(len(each) - _MOST_MARKS, 0) for each in iris]
    notes = [*cited.notes, *untraced_notes(sum(each is None for each in cited.rows))]
    return Marks(of_rows, more, list(known.values()), notes)


def _mark(citations: Citations, iri: str, known: dict[str, Mark], at: Addresses) -> Mark:
    if iri not in known:
        passage = citations.passages.get(iri)
        citation = Citation(None, "", passage) if passage else citations.of(Iri(iri))
        words = (passage.exact if passage else None) or ""
        line = line_of(citations, passage, at)
        known[iri] = Mark(len(known) + 1, citations.lines(citation), words, at.of(iri), iri, line)
    return known[iri]
