"""Answers as HTML for a notebook: no script, no style that reaches out, every text escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ogdkg.evidence.row_provenance import COLUMNS
from ogdkg.rdf.terms import Row, csv_text
from ogdkg.render.views.table import Cell, TableStyle, heads_and_cells
from ogdkg.store.base import Rows
from ogdkg.text.escape import html, html_link, lines

MOST_SHOWN = 100  # rows in a notebook
_MOST_MARKS = 20  # citations of a row


class Footnote(NamedTuple):
    """What a citation says in a notebook.

    Attributes:
        label: The lines of a passage, a source, or a layer.
        words: The words of the passage, as far as they are known.
        iri: The IRI of the passage or graph.
    """

    label: str
    words: str
    iri: str


Footnotes = Callable[[str], Footnote]


class Marks:
    """The numbers of citations, each by the IRI that is cited, in the order in which they are met."""

    def __init__(self, footnotes: Footnotes) -> None:
        self._footnotes, self._numbers = footnotes, dict[str, int]()

    def html(self, iri: str) -> str:
        """Return a citation as a numbered mark that opens its words."""
        number = self._numbers.setdefault(iri, len(self._numbers) + 1)
        note = self._footnotes(iri)
        words = f" <q>{html(' '.join(note.words.split()))}</q>" if note.words else ""
        link = html_link(note.label, note.iri)
        return f"<details><summary>[{number}]</summary><small>{link}{words}</small></details>"


def table_html(rows: Rows, look: TableStyle, number: int, footnotes: Footnotes | None = None) -> str:
    """Return the first of so many rows as an HTML table, with labels for resources.

    With `footnotes`, the columns of citations become one of numbered marks.
    """
    shown = list(islice(rows.rows, MOST_SHOWN))
    marks: list[str] = []
    if footnotes and set(COLUMNS) <= set(rows.variables):
        marks = list(_marks(rows.variables, shown, footnotes))
        kept = [place for place, name in enumerate(rows.variables) if name not in COLUMNS]
        rows = Rows(tuple(rows.variables[place] for place in kept), iter(()))
        shown = [tuple(row[place] for place in kept) for row in shown]
    heads, cells = heads_and_cells(Rows(rows.variables, iter(shown)), look)
    head = "".join(f"<th>{html(cell.text)}</th>" for cell in heads) + ("<th>Cited</th>" if marks else "")
    body = "".join(
        f"<tr>{''.join(map(_cell, line))}{f'<td>{marks[place]}</td>' if marks else ''}</tr>"
        for place, line in enumerate(cells)
    )
    more = number - MOST_SHOWN
    rest = f"<caption>and {more} more rows</caption>" if more > 0 else ""
    return f"<table>{rest}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def notes_html(notes: Sequence[str]) -> str:
    """Return why citations are not exact, if they are not."""
    return f"<small>Citations are not exact: {html('; '.join(notes))}.</small>" if notes else ""


def list_html(heads: Iterable[str], entries: Iterable[Sequence[str]], caption: str = "") -> str:
    """Return entries of plain text as an HTML table."""
    head = "".join(f"<th>{html(each)}</th>" for each in heads)
    body = "".join(f"<tr>{''.join(f'<td>{html(cell)}</td>' for cell in entry)}</tr>" for entry in entries)
    title = f"<caption>{html(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def text_html(text: str) -> str:
    """Return text of several lines as HTML that keeps its lines."""
    return "<pre style='overflow-x: auto'>" + "\n".join(map(html, lines(text).split("\n"))) + "</pre>"


def _marks(variables: Sequence[str], rows: Iterable[Row], footnotes: Footnotes) -> Iterator[str]:
    place, marks = variables.index(COLUMNS[0]), Marks(footnotes)
    for row in rows:
        cited = csv_text(row[place]).split()
        more = len(cited) - _MOST_MARKS
        rest = f"<small>and {more} more</small>" if more > 0 else ""
        yield "".join(map(marks.html, cited[:_MOST_MARKS])) + rest


def _cell(cell: Cell) -> str:
    return f"<td>{html_link(cell.text, cell.link)}</td>"
