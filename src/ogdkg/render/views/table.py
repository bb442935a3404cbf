"""Writes rows as a table for people, for a terminal or in Markdown; things by label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ogdkg.rdf.terms import Iri, Row, Term, compact, csv_text
from ogdkg.store.base import Rows
from ogdkg.text.escape import markdown_link, one_line, terminal_link

_GAP = "  "
_LEAST = 6
# Latin letters, punctuation and arrows: a column each
_NARROW = re.compile("[ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*")
_MEASURED = (
    1000  # rows looked at to choose the widths; later ones are cut to fit, so that memory stays constant
)


@dataclass(frozen=True, slots=True)
class TableStyle:
    """The width of a table (None for no limit), whether it has links, and its column labels."""

    width: int | None = None
    links: bool = False
    prefixes: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and its link."""

    text: str
    link: str = ""


def write_table(rows: Rows, style: TableStyle) -> Iterator[str]:
    """Yield the lines of a table; columns `x` and `xLabel` are merged."""
    heads, cells = heads_and_cells(rows, style)
    measured = list(islice(cells, _MEASURED))
    widths = _widths([heads, *measured], style.width)
    yield _line([Cell(head.text.upper()) for head in heads], widths, style)
    yield _GAP.join("─" * width for width in widths) + "\n"
    if not measured:
        yield "(no rows)\n"
    for line in chain(measured, cells):
        yield _line(line, widths, style)


def write_markdown(rows: Rows, style: TableStyle) -> Iterator[str]:
    """Yield a Markdown table (GitHub Flavored Markdown 4.10), with things as links."""
    heads, cells = heads_and_cells(rows, style)
    yield _markdown_line(heads)
    yield "|" + "---|" * len(heads) + "\n"
    yield from map(_markdown_line, cells)


def _markdown_line(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(markdown_link(cell.text, cell.link) for cell in cells) + " |\n"


def heads_and_cells(rows: Rows, style: TableStyle) -> tuple[list[Cell], Iterator[list[Cell]]]:
    shown = [
        index for index, name in enumerate(rows.variables) if not _is_label_of_another(name, rows.variables)
    ]
    heads = [Cell(_head(rows.variables[index], style)) for index in shown]
    return heads, ([_cell(rows.variables, row, index, style) for index in shown] for row in rows.rows)


def display_width(text: str) -> int:
    """Return the number of terminal columns of a text."""
    if _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import width  # 30 ms that Latin text should not cost

    return width(text, control_codes="ignore")


def fit(text: str, width: int) -> str:
    """Return a text cut to a width, with an ellipsis if it was longer."""
    if display_width(text) <= width:
        return text
    if _NARROW.fullmatch(text):
        return text[: max(width - 1, 0)] + "…"
    from wcwidth import iter_graphemes  # as above: what shows as one character is not cut

    kept = ""
    for cluster in iter_graphemes(text):
        if display_width(kept + cluster) > width - 1:
            break
        kept += cluster
    return kept + "…"


def _is_label_of_another(name: str, variables: Sequence[str]) -> bool:
    return name.endswith("Label") and name.removesuffix("Label") in variables


def _head(name: str, style: TableStyle) -> str:
    return one_line((style.columns or {}).get(name) or name)


def _cell(variables: Sequence[str], row: Row, index: int, style: TableStyle) -> Cell:
    term = row[index]
    label = _label(variables, row, variables[index])
    if isinstance(term, Iri):
        text = label or compact(term.value, style.prefixes or {}) or term.value
        return Cell(one_line(text), one_line(term.value))
    return Cell(one_line(label or csv_text(term)))


def _label(variables: Sequence[str], row: Row, name: str) -> str:
    label: Term | None = row[variables.index(name + "Label")] if name + "Label" in variables else None
    return csv_text(label)


def _widths(lines: Sequence[Sequence[Cell]], limit: int | None) -> list[int]:
    """Return the column widths, the widest reduced until the line fits the limit."""
    widths = [max(display_width(cell.text) for cell in column) for column in zip(*lines, strict=True)]
    if limit is None or not widths:
        return widths
    room = max(limit - len(_GAP) * (len(widths) - 1), _LEAST * len(widths))
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        others = sorted(widths, reverse=True)[1:2] or [_LEAST]
        widths[widest] = max(
            widths[widest] - max(min(sum(widths) - room, widths[widest] - others[0]), 1), _LEAST
        )
    return widths


def _line(cells: Sequence[Cell], widths: Sequence[int], style: TableStyle) -> str:
    parts = []
    for cell, width in zip(cells, widths, strict=True):
        text = fit(cell.text, width)
        padding = " " * (width - display_width(text))
        parts.append((terminal_link(text, cell.link) if style.links else text) + padding)
    return _GAP.join(parts).rstrip() + "\n"
