"""Writes rows as a table for people, for a terminal or in Markdown; things by label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from ogdkg.rdf.terms import Iri, Row, Term, compact, csv_text
from ogdkg.store.base import Rows
from ogdkg.text.escape import markdown_link, one_line, terminal_link

_GAP = "  "
_MAIL = "mailto:"  # an address is read without it
_LEAST = 6
_WORD = 16  # columns of a word that is not broken as long as other columns have room
# Latin letters, punctuation and arrows: a column each
_NARROW = re.compile("[ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*")
_MEASURED = (
    1000  # rows looked at to choose the widths; later ones are wrapped to fit, so that memory stays constant
)
_MOST_LINES = 30  # of a cell; a longer text is for -f csv
_HANGING = " "  # before the second and later lines of a cell, so that one sees where a row begins


@dataclass(frozen=True, slots=True)
class TableStyle:
    """The width of a table (None for no limit), its links, column labels and the most lines of a cell."""

    width: int | None = None
    links: bool = False
    prefixes: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None
    most_lines: int = _MOST_LINES


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and its link."""

    text: str
    link: str = ""


def write_table(rows: Rows, style: TableStyle) -> Iterator[str]:
    """Yield the rows of a table, wrapped to its width; columns `x` and `xLabel` are merged."""
    heads, cells = heads_and_cells(rows, style)
    measured = list(islice(cells, _MEASURED))
    widths = _widths([heads, *measured], style.width)
    yield _lines([Cell(head.text.upper()) for head in heads], widths, style)
    yield _GAP.join("─" * width for width in widths) + "\n"
    if not measured:
        yield "(no rows)\n"
    for line in chain(measured, cells):
        yield _lines(line, widths, style)


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
    return text if display_width(text) <= width else _cut(text, width - 1)[0] + "…"


def wrap(text: str, width: int, hanging: str = "") -> Iterator[str]:
    """Yield the lines of a text: broken at blanks, and within a word only if it is wider than a line.

    Args:
        text: Text without line breaks.
        width: The columns of a line.
        hanging: What the second and later lines begin with.
    """
    begin, line = "", ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if display_width(begin + joined) <= width:
            line = joined
            continue
        if line:
            yield begin + line
            begin = hanging
        line, rest = _cut(word, width - len(begin))
        while line and rest:
            yield begin + line
            begin = hanging
            line, rest = _cut(rest, width - len(begin))
        line += rest  # one character that is wider than a line stays whole
    yield begin + line


def _cut(text: str, width: int) -> tuple[str, str]:
    """Return the beginning of a text that fits, and the rest; what shows as one character is not cut."""
    if _NARROW.fullmatch(text[: max(width, 0) + 1]):
        return text[: max(width, 0)], text[max(width, 0) :]
    from wcwidth import iter_graphemes  # 30 ms that Latin text should not cost

    kept = ""
    for cluster in iter_graphemes(text):
        if display_width(kept + cluster) > width:
            break
        kept += cluster
    return kept, text[len(kept) :]


def _is_label_of_another(name: str, variables: Sequence[str]) -> bool:
    return name.endswith("Label") and name.removesuffix("Label") in variables


def _head(name: str, style: TableStyle) -> str:
    return one_line((style.columns or {}).get(name) or name)


def _cell(variables: Sequence[str], row: Row, index: int, style: TableStyle) -> Cell:
    term = row[index]
    label = _label(variables, row, variables[index])
    if isinstance(term, Iri):
        text = label or compact(term.value, style.prefixes or {}) or term.value.removeprefix(_MAIL)
        return Cell(one_line(text), one_line(term.value))
    return Cell(one_line(label or csv_text(term)))


def _label(variables: Sequence[str], row: Row, name: str) -> str:
    label: Term | None = row[variables.index(name + "Label")] if name + "Label" in variables else None
    return csv_text(label)


def _widths(lines: Sequence[Sequence[Cell]], limit: int | None) -> list[int]:
    """Return the column widths, reduced until a line fits the limit; words stay whole if they can."""
    columns = list(zip(*lines, strict=True))
    widths = [max(display_width(cell.text) for cell in column) for column in columns]
    if limit is None or not widths:
        return widths
    room = max(limit - len(_GAP) * (len(widths) - 1), _LEAST * len(widths))
    if sum(widths) <= room:
        return widths
    words = [max(_longest_word(cell.text) for cell in column) for column in columns]
    widths = [min(width, room) for width in widths]
    for most in (room, room // 2, _WORD, _LEAST):  # an address breaks before a word does
        widths = _reduced(widths, [min(word, most) for word in words], room)
    return widths


def _longest_word(text: str) -> int:
    first, *others = text.split(" ", _MOST_LINES)
    return max(
        [display_width(first), *(display_width(word) + len(_HANGING) for word in others[: _MOST_LINES - 1])]
    )


def _reduced(widths: list[int], least: Sequence[int], room: int) -> list[int]:
    """Return the widths with the widest reduced first, none below its least."""
    for _ in range(sum(widths) - room):
        above = [index for index, width in enumerate(widths) if width > least[index]]
        if not above:
            break
        widths[max(above, key=widths.__getitem__)] -= 1
    return widths


def _lines(cells: Sequence[Cell], widths: Sequence[int], style: TableStyle) -> str:
    """Return a row, as many lines as its longest cell has."""
    columns = [_wrapped(cell.text, width, style) for cell, width in zip(cells, widths, strict=True)]
    return "".join(_line(parts, cells, widths, style) for parts in zip_longest(*columns, fillvalue=""))


def _wrapped(text: str, width: int, style: TableStyle) -> list[str]:
    if style.width is None:
        return [text]
    lines = list(islice(wrap(text, width, _HANGING), style.most_lines + 1))
    if len(lines) > style.most_lines:
        lines[-2:] = [fit(f"{lines[-2]}…", width)]
    return lines


def _line(parts: Sequence[str], cells: Sequence[Cell], widths: Sequence[int], style: TableStyle) -> str:
    shown = []
    for part, cell, width in zip(parts, cells, widths, strict=True):
        text = part.lstrip() if part.startswith(_HANGING) else part
        begin, padding = part[: len(part) - len(text)], " " * (width - display_width(part))
        shown.append(begin + (terminal_link(text, cell.link) if text and style.links else text) + padding)
    return _GAP.join(shown).rstrip() + "\n"
