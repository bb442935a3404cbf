"""Writes rows for people: as a table, or where that does not fit as records; in Markdown; things by label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.terms import XSD, Iri, Literal, Row, Term, compact, csv_text
from ogdkg.store.base import Rows
from ogdkg.text.escape import PLAIN, Ink, markdown_link, one_line, terminal_link

_GAP = "  "
_MAIL = "mailto:"  # an address is read without it
_BOOLEANS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}
_MEASURED = 1000  # rows looked at to choose the layout; later ones follow it, so that memory stays constant
_HANGING = " "  # before the second and later lines of a cell, so that one sees where a row begins
_RULE, _LEAST = 40, 20  # columns of the rule above a record off a terminal; of a value beside its name

# Latin letters, punctuation and arrows: a column each
_NARROW = compile_later("[ -~\xa0-\u02ff\u2010-\u2027\u2190-\u21ff]*")
_ADDRESS = compile_later("://|@")
_CLOSING = ("Pe", "Pf", "Po")  # categories of characters that begin no line


class TableStyle(NamedTuple):
    """How rows are laid out.

    Attributes:
        width: The columns of the terminal; None for no limit.
        links: Whether things are linked.
        prefixes: The prefixes that IRIs are shortened by.
        columns: The labels of the columns, by variable.
        records: Whether each row is a record of one line a field, even where a table would fit.
        ink: The colours of the terminal.
    """

    width: int | None = None
    links: bool = False
    prefixes: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None
    records: bool = False
    ink: Ink = PLAIN


class Cell(NamedTuple):
    """The text of a cell, and its link."""

    text: str
    link: str = ""


def write_table(rows: Rows, style: TableStyle) -> Iterator[str]:
    """Yield the rows of a table that fits the width, else of records; `x` and `xLabel` are one column.

    No word is broken. A table gives way to records where its words are too wide for the terminal, and where
    it would be taller than they are.
    """
    heads, cells = heads_and_cells(rows, style)
    measured = list(islice(cells, _MEASURED))
    names = [Cell(head.text.upper()) for head in heads]
    widths = None if style.records and measured else _widths([names, *measured], style.width)
    if widths and style.width and _height(measured, widths) > _height_of_records(names, measured, style):
        widths = None
    if widths is None:
        for number, record in enumerate(chain(measured, cells), 1):
            yield from _record(number, names, record, style)
        return
    yield _lines([Cell(name.text, "") for name in names], widths, style, is_head=True)
    yield style.ink.faint(_GAP.join("─" * width for width in widths)) + "\n"
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
    """Return the heads of the columns that are shown, and the cells of each row."""
    shown = shown_columns(rows.variables)
    heads = [Cell(_head(rows.variables[index], style)) for index in shown]
    return heads, ([_cell(rows.variables, row, index, style) for index in shown] for row in rows.rows)


def shown_columns(variables: Sequence[str]) -> list[int]:
    """Return which variables have a column of their own, and do not name the things of another."""
    return [index for index, name in enumerate(variables) if not _is_label_of_another(name, variables)]


def display_width(text: str) -> int:
    """Return the number of terminal columns of a text."""
    if _NARROW.fullmatch(text):
        return len(text)
    from wcwidth import width  # 30 ms that Latin text should not cost

    return width(text, control_codes="ignore")


def padded(text: str, width: int) -> str:
    """Return a text with blanks up to a width."""
    return text + " " * (width - display_width(text))


def wrap(text: str, width: int, hanging: str = "") -> Iterator[str]:
    """Yield the lines of a text, broken only where one reads on without loss; a longer word sticks out.

    An address, a number or a date that is cut can be neither read nor copied.

    Args:
        text: Text without line breaks.
        width: The columns of a line.
        hanging: What the second and later lines begin with.
    """
    line, used, is_empty = "", 0, True
    for glue, piece in _pieces(text):
        needed = display_width(piece)
        if not is_empty and used + len(glue) + needed > width:
            yield line
            line, used, glue = hanging, len(hanging), ""
        elif is_empty:
            glue = ""
        line, used, is_empty = line + glue + piece, used + len(glue) + needed, False
    yield line


def longest_piece(text: str, hanging: str = "") -> int:
    """Return the least width in which `wrap` breaks a text without anything that sticks out."""
    widths = [display_width(piece) for _, piece in _pieces(text)]
    return max([widths[0], *(width + len(hanging) for width in widths[1:])])


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is not broken, each with what stands before it: words, and ideographs within them."""
    for word in text.split(" "):
        if _NARROW.fullmatch(word) or _ADDRESS.search(word):
            yield " ", word
        else:
            yield from (("" if number else " ", part) for number, part in enumerate(_ideographs(word)))


def _ideographs(word: str) -> Iterator[str]:
    """Yield the parts of a word between which a line may break: after a wide character (UAX 14, ID)."""
    import unicodedata  # as for the widths

    from wcwidth import iter_graphemes

    part, may_break = "", False
    for cluster in iter_graphemes(word):
        if part and may_break and unicodedata.category(cluster[0]) not in _CLOSING:
            yield part
            part = ""
        part += cluster
        may_break = display_width(cluster) > 1
    yield part


def _is_label_of_another(name: str, variables: Sequence[str]) -> bool:
    return name.endswith("Label") and name.removesuffix("Label") in variables


def _head(name: str, style: TableStyle) -> str:
    return one_line((style.columns or {}).get(name) or name)


def _cell(variables: Sequence[str], row: Row, index: int, style: TableStyle) -> Cell:
    term = row[index]
    label = _label(variables, row, variables[index])
    if isinstance(term, Iri):
        text = label or compact(term.value, style.prefixes or {}) or readable(term)
        return Cell(one_line(text), one_line(term.value))
    return Cell(one_line(label or readable(term)))


def readable(term: Term | None) -> str:
    """Return a value as a person reads it: a boolean is yes or no, an address goes without its scheme."""
    if isinstance(term, Literal) and term.datatype == XSD + "boolean":
        return _BOOLEANS.get(term.value, term.value)
    return csv_text(term).removeprefix(_MAIL) if isinstance(term, Iri) else csv_text(term)


def _label(variables: Sequence[str], row: Row, name: str) -> str:
    label: Term | None = row[variables.index(name + "Label")] if name + "Label" in variables else None
    return csv_text(label)


def _widths(lines: Sequence[Sequence[Cell]], limit: int | None) -> list[int] | None:
    """Return the column widths, the widest reduced until a line fits; None if its words are too wide."""
    columns = list(zip(*lines, strict=True))
    widths = [max(display_width(cell.text) for cell in column) for column in columns]
    if limit is None or not widths:
        return widths
    room = limit - len(_GAP) * (len(widths) - 1)
    if sum(widths) <= room:
        return widths
    least = [max(longest_piece(cell.text, _HANGING) for cell in column) for column in columns]
    return _reduced(widths, least, room) if sum(least) <= room else None


def _reduced(widths: list[int], least: Sequence[int], room: int) -> list[int]:
    """Return the widths with the widest reduced first, none below its least."""
    widths = [min(width, max(room, low)) for width, low in zip(widths, least, strict=True)]
    for _ in range(sum(widths) - room):
        above = [index for index, width in enumerate(widths) if width > least[index]]
        widths[max(above, key=widths.__getitem__)] -= 1
    return widths


def _height(rows: Sequence[Sequence[Cell]], widths: Sequence[int]) -> int:
    """Return how many lines the rows of a table take."""
    return sum(
        max(sum(1 for _ in wrap(cell.text, width, _HANGING)) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )


def _height_of_records(names: Sequence[Cell], rows: Sequence[Sequence[Cell]], style: TableStyle) -> int:
    return sum(1 for row in rows for _ in _record(0, names, row, style))


def _record(number: int, names: Sequence[Cell], cells: Sequence[Cell], style: TableStyle) -> Iterator[str]:
    """Yield a row as a rule and a line for each field, whose text is wrapped beside its name."""
    yield style.ink.faint(f"── {number} ".ljust(style.width or _RULE, "─")) + "\n"
    column = max(display_width(name.text) for name in names) + len(_GAP)
    room = max(style.width - column, _LEAST) if style.width else None
    for name, cell in zip(names, cells, strict=True):
        begin = style.ink.strong(name.text) + " " * (column - display_width(name.text))
        for part in wrap(cell.text, room) if room else (cell.text,):
            yield (begin + _linked(part, cell, style)).rstrip() + "\n"
            begin = " " * column


def _lines(cells: Sequence[Cell], widths: Sequence[int], style: TableStyle, *, is_head: bool = False) -> str:
    """Return a row, as many lines as its longest cell has."""
    columns = [
        list(wrap(cell.text, width, _HANGING)) if style.width else [cell.text]
        for cell, width in zip(cells, widths, strict=True)
    ]
    ink = style.ink if is_head else PLAIN
    return "".join(_line(parts, cells, widths, style, ink) for parts in zip_longest(*columns, fillvalue=""))


def _line(
    parts: Sequence[str], cells: Sequence[Cell], widths: Sequence[int], style: TableStyle, ink: Ink
) -> str:
    shown = []
    for part, cell, width in zip(parts, cells, widths, strict=True):
        text = part.lstrip() if part.startswith(_HANGING) else part
        begin, padding = part[: len(part) - len(text)], " " * (width - display_width(part))
        shown.append(begin + ink.strong(_linked(text, cell, style)) + padding)
    return _GAP.join(shown).rstrip() + "\n"


def _linked(text: str, cell: Cell, style: TableStyle) -> str:
    return terminal_link(text, cell.link) if text and style.links else text
