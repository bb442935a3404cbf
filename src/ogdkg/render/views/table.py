"""Rows as a table for a person: for a terminal, fitted to its width, or in Markdown; things by label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from ogdkg.rdf.terms import Iri, Row, Term, compact
from ogdkg.render.views.results import csv_text
from ogdkg.store.base import Rows
from ogdkg.text.escape import markdown_link, one_line, terminal_link

_GAP = "  "
_LEAST = 6
_NARROW = re.compile("[ -~\xa0-\u02ff\u2010-\u2027]*")  # Latin letters and punctuation: a column each
_MEASURED = (
    1000  # rows looked at to choose the widths; later ones are cut to fit, so that memory stays constant
)


@dataclass(frozen=True, slots=True)
class TableStyle:
    """How a table is shown: its width (None: as wide as it gets), links or not, labels of columns."""

    width: int | None = None
    links: bool = False
    prefixes: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell shows, and what it links to."""

    text: str
    link: str = ""


def write_table(rows: Rows, look: TableStyle) -> Iterator[str]:
    """The table in lines; a column `x` beside `xLabel` is merged with it."""
    heads, cells = heads_and_cells(rows, look)
    measured = list(islice(cells, _MEASURED))
    widths = _widths([heads, *measured], look.width)
    yield _line([Cell(head.text.upper()) for head in heads], widths, look)
    yield _GAP.join("─" * width for width in widths) + "\n"
    if not measured:
        yield "(no rows)\n"
    for line in chain(measured, cells):
        yield _line(line, widths, look)


def write_markdown(rows: Rows, look: TableStyle) -> Iterator[str]:
    """The table for a page or a pull request (GitHub Flavored Markdown 4.10), things as links."""
    heads, cells = heads_and_cells(rows, look)
    yield _markdown_line(heads)
    yield "|" + "---|" * len(heads) + "\n"
    yield from map(_markdown_line, cells)


def _markdown_line(cells: Sequence[Cell]) -> str:
    return "| " + " | ".join(markdown_link(cell.text, cell.link) for cell in cells) + " |\n"


def heads_and_cells(rows: Rows, look: TableStyle) -> tuple[list[Cell], Iterator[list[Cell]]]:
    shown = [
        index for index, name in enumerate(rows.variables) if not _is_label_of_another(name, rows.variables)
    ]
    heads = [Cell(_head(rows.variables[index], look)) for index in shown]
    return heads, ([_cell(rows.variables, row, index, look) for index in shown] for row in rows.rows)


def display_width(text: str) -> int:
    """How many columns a terminal gives to `text`."""
    if _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import width  # 30 ms that Latin text should not cost

    return width(text, control_codes="ignore")


def fit(text: str, width: int) -> str:
    """`text` cut to a width, with an ellipsis where something was cut."""
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


def _head(name: str, look: TableStyle) -> str:
    return one_line((look.columns or {}).get(name) or name)


def _cell(variables: Sequence[str], row: Row, index: int, look: TableStyle) -> Cell:
    term = row[index]
    label = _label(variables, row, variables[index])
    if isinstance(term, Iri):
        text = label or compact(term.value, look.prefixes or {}) or term.value
        return Cell(one_line(text), one_line(term.value))
    return Cell(one_line(label or csv_text(term)))


def _label(variables: Sequence[str], row: Row, name: str) -> str:
    label: Term | None = row[variables.index(name + "Label")] if name + "Label" in variables else None
    return csv_text(label)


def _widths(lines: Sequence[Sequence[Cell]], limit: int | None) -> list[int]:
    """The widths that columns need, the widest cut down in turn until the line fits the limit."""
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


def _line(cells: Sequence[Cell], widths: Sequence[int], look: TableStyle) -> str:
    parts = []
    for cell, width in zip(cells, widths, strict=True):
        text = fit(cell.text, width)
        padding = " " * (width - display_width(text))
        parts.append((terminal_link(text, cell.link) if look.links else text) + padding)
    return _GAP.join(parts).rstrip() + "\n"
