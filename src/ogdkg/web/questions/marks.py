"""The citations of the rows on a page, as numbered marks that open the words of a passage."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

from ogdkg.errors import InputError, LimitError, StoreError, UsageError
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.row_provenance import COLUMNS, cite_rows
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Row, csv_text
from ogdkg.store.base import Rows
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.shown import line_of

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


def marks_of(
    citations: Citations, traced: str, variables: tuple[str, ...], rows: Sequence[Row], at: Addresses
) -> Marks:
    """Return the marks of some rows.

    Args:
        citations: The citations of the graph, whose queries have a time limit.
        traced: The query by which rows are traced.
        variables: The columns of the rows.
        rows: The rows.
        at: The addresses of the server.
    """
    try:
        cited = cite_rows(citations, traced, Rows(variables, iter(rows)))
        place = cited.rows.variables.index(COLUMNS[0])
        iris = [csv_text(row[place]).split() for row in cited.rows.rows]
    except LimitError:
        return Marks((), (), (), ["to trace these rows takes too long here"])
    except (UsageError, InputError, StoreError) as error:
        return Marks((), (), (), [error.message.rstrip(".")])
    known: dict[str, Mark] = {}
    of_rows = [[_mark(citations, iri, known, at) for iri in each[:_MOST_MARKS]] for each in iris]
    return Marks(
        of_rows, [max(len(each) - _MOST_MARKS, 0) for each in iris], list(known.values()), cited.notes
    )


def _mark(citations: Citations, iri: str, known: dict[str, Mark], at: Addresses) -> Mark:
    if iri not in known:
        passage = citations.passages.get(iri)
        citation = Citation(None, "", passage) if passage else citations.of(Iri(iri))
        words = (passage.exact if passage else None) or ""
        line = line_of(citations, passage, at)
        known[iri] = Mark(len(known) + 1, citations.lines(citation), words, at.of(iri), iri, line)
    return known[iri]
