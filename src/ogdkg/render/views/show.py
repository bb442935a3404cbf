"""Writes the profile of a thing as text on one screen, with its sources as footnotes."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, zip_longest

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import BACK, LINKS, Group, Line, Profile, Value, describe_candidate
from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.terms import Blank, Iri
from ogdkg.render.views.footnotes import LEFT, Footnotes, Look, wrapped
from ogdkg.render.views.table import display_width, padded, readable
from ogdkg.text.escape import one_line

_GAP = "  "
_SCREEN = 60  # lines that a profile takes less than, if short lists help
_SOME_OTHERS, _MANY_OTHERS = 5, 15  # and no more, as there is a search for them
_MOST_NAMED = 40  # properties that are left out
_LEAST_VALUES = 3  # of a line of them, where no more than a row is to be shown
_WIDEST_NAME = 18  # columns of the names of properties; what is longer sticks out
_NUMBER = compile_later(r"[0-9]+(?:\.[0-9]+)?")


def profile_text(profile: Profile, citations: Citations, look: Look | None = None) -> Iterator[str]:
    """Return lines of text that fit one screen: of each list the first values, of the longest list most.

    Where that is not enough, what says least is left out first: see `_limits`.
    """
    look = look or Look()
    facts = _Facts(profile, citations)
    *tried, last = (_Limits(None, None, flowing=False),) if look.whole else _limits(facts.number)
    for limits in tried:  # of what does not fit, no more than a screen is made
        text = list(islice(_Page(facts, look, limits).lines(), _SCREEN))
        if len(text) < _SCREEN:
            return iter(text)
    return _Page(facts, look, last).lines()


class _Limits(NamedTuple):
    """What is shown of a profile.

    Attributes:
        longest: How many rows of its longest list; None for all.
        other: How many rows of its other lists; None for all.
        links: Whether the links to it that no shape displays.
        derived: Whether what rules alone derive.
        flowing: Whether values go on in a line, each with its citations, though these are not the same.
        roomy: Whether groups have headings, and sources a line each.
        properties: How many of them, those first that passages state; None for all.
    """

    longest: int | None
    other: int | None
    links: bool = True
    derived: bool = True
    flowing: bool = True
    roomy: bool = True
    properties: int | None = None


def _limits(properties: int) -> Iterator[_Limits]:
    """Yield limits, from what is best to what is just enough."""
    yield _Limits(10, 10, flowing=False)
    yield from (_Limits(10, other) for other in (10, 7, 5, 4, 3, 2, 1))
    yield _Limits(10, 1, links=False)
    yield _Limits(10, 1, links=False, derived=False)
    least = _Limits(10, 1, links=False, derived=False, roomy=False)
    yield from (least._replace(longest=longest) for longest in range(10, 0, -1))
    most = min(properties - 1, _SCREEN)  # each takes a line
    yield from (least._replace(longest=1, properties=number) for number in range(most, 0, -1))


class _Row(NamedTuple):
    """What is said on a line: the cells of a record, or values that are cited alike, so many of them."""

    cells: tuple[str, ...]
    citations: tuple[Citation, ...]
    is_record: bool = False
    number: int = 1

    def order(self) -> tuple[object, ...]:
        """Return a sort key: what passages state first, then by the cells, numbers by their value."""
        is_elsewhere = not any(citation.passage for citation in self.citations)
        return is_elsewhere, [
            (0, float(cell), "") if _NUMBER.fullmatch(cell) else (1, 0.0, cell.casefold())
            for cell in self.cells
        ]


class _Facts:
    """What all layouts of a profile have in common."""

    def __init__(self, profile: Profile, citations: Citations) -> None:
        self.profile, self.citations = profile, citations
        lines = [(group, line) for group in profile.groups for line in group.lines]
        self.number = len(lines)
        self.longest = max((line for _, line in lines), key=lambda line: len(line.values), default=None)
        self._ordered = sorted(lines, key=lambda pair: _is_elsewhere(pair[1]))
        self._derived = {id(line) for _, line in lines if all(map(self._is_derived, line.values))}
        widths = (display_width(one_line(line.name)) for _, line in lines)
        self.column = min(max(widths, default=0), _WIDEST_NAME) + len(LEFT) + len(_GAP)

    def shown(self, limits: _Limits) -> set[int]:
        """Return which lines are shown, by identity: two may be equal."""
        shown = (id(line) for group, line in self._ordered if self._is_shown(group, line, limits))
        return set(islice(shown, limits.properties))

    def _is_shown(self, group: Group, line: Line, limits: _Limits) -> bool:
        if (not limits.roomy and self.is_above(line)) or (not limits.links and group.name == LINKS):
            return False
        return limits.derived or id(line) not in self._derived

    def is_above(self, line: Line) -> bool:
        """Whether a property says nothing but the classes, which stand in the head."""
        kinds = self.profile.kinds
        return len(line.values) == len(kinds) and tuple(value.text for value in line.values) == kinds

    def _is_derived(self, value: Value) -> bool:
        return all(citation.graph in self.citations.derived_graphs for citation in value.citations)


class _Page:
    """One layout of a profile, within its limits."""

    def __init__(self, facts: _Facts, look: Look, limits: _Limits) -> None:
        self._facts, self._look, self._limits = facts, look, limits
        self._profile, self._citations = facts.profile, facts.citations
        self._notes = Footnotes(facts.citations, look)
        self._left_out: list[str] = []  # names of properties
        self._longest, self._column = facts.longest, facts.column

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text."""
        return (line for part in self._text() for line in part.splitlines(keepends=True))

    def _text(self) -> Iterator[str]:
        """Yield the head, the groups, the sources, and what is not shown."""
        strong = self._look.ink.strong
        kinds = f" · {', '.join(self._profile.kinds)}" if self._profile.kinds else ""
        short = self._citations.short(self._profile.thing)
        yield f"{strong(one_line(self._profile.name))}\n{one_line(short + kinds)}\n"
        yield "\n" if self._limits.roomy else ""
        shown = self._facts.shown(self._limits)
        for group in self._profile.groups:
            lines = [line for line in group.lines if id(line) in shown]
            self._left_out += [
                line.name.removeprefix(BACK)
                for line in group.lines
                if id(line) not in shown and not self._facts.is_above(line)
            ]
            if lines and group.name and self._limits.roomy:
                yield strong(one_line(group.name)) + "\n"
            for line in lines:
                yield from self._property(line)
        yield from self._notes.text(roomy=self._limits.roomy)
        yield from self._others()
        yield from self._missing()

    def _property(self, line: Line) -> Iterator[str]:
        head = padded(LEFT + one_line(line.name), self._column)
        if not head.endswith(_GAP):
            head += _GAP
        rows, hidden = self._chosen(line)
        is_longest = line is self._longest
        for number, (text, mark) in enumerate(self._aligned(rows), 1):
            is_last = hidden and number == len(rows) and not is_longest
            yield from self._folded(head, text, f"{mark} … {hidden:,} more" if is_last else mark)
            head = " " * self._column
        if hidden and is_longest:
            for part in wrapped(f"… {hidden:,} more: {self._call(line)}", self._column, self._look.width):
                yield " " * self._column + part + "\n"
        elif hidden:
            self._left_out.append("")

    def _call(self, line: Line | None = None) -> str:
        """Return the command that shows all values of a property, or the whole profile."""
        what = "--all" if line is None else line.name.removeprefix(BACK)
        return one_line(shlex.join(["ogdkg", "show", self._look.name or self._profile.name, what]))

    def _missing(self) -> Iterator[str]:
        """Yield what is not shown, and how to see it."""
        left = [one_line(name) for name in self._left_out if name]
        more = [f"… {len(left) - _MOST_NAMED:,} more"] if len(left) > _MOST_NAMED else []
        names = ", ".join([*left[:_MOST_NAMED], *more])
        parts = [f"{names or 'all values'}: {self._call()}"] if self._left_out else []
        others = self._profile.others
        if others and not self._limits.roomy:
            parts.append(f"{len(others):,} other things of that name, or with it in theirs: {self._search()}")
        if parts:
            yield from (f"{part}\n" for part in wrapped(f"More: {'; '.join(parts)}", 0, self._look.width))

    def _search(self) -> str:
        return one_line(shlex.join(["ogdkg", "search", self._look.name or self._profile.name]))

    def _chosen(self, line: Line) -> tuple[list[_Row], int]:
        """Return the rows of a property that are shown, and how many of its values are not."""
        limits = self._limits
        records = sorted(
            _records([value for value in line.values if value.details], self._notes), key=_Row.order
        )
        plain = [value for value in line.values if not value.details]
        most = limits.longest if line is self._longest else limits.other
        if most is None:
            most = len(line.values)
        if limits.roomy and len(records) == most + 1:
            most += 1  # to say that there is one more would take as much
        kept = plain[: max(most, _LEAST_VALUES if limits.properties is None else 1)]
        rows = list(_together(kept))
        if limits.flowing:
            rows = _flowing(rows, self._notes)
        return [*records[:most], *rows], len(plain) - len(kept) + sum(row.number for row in records[most:])

    def _aligned(self, rows: Sequence[_Row]) -> Iterator[tuple[str, str]]:
        """Yield the text of each row and its citations; records are in columns as far as these fit."""
        marks = [self._notes.mark(row.citations) for row in rows]
        columns = list(zip_longest(*(row.cells[:-1] for row in rows if row.is_record), fillvalue=""))
        for widths in ([max(map(display_width, column)) for column in columns], ()):
            texts = [_in_columns(row.cells, widths if row.is_record else ()) for row in rows]
            if all(map(self._fits, map(_GAP.join, zip(texts, marks, strict=True)))):
                break
        for row, text, mark in zip(rows, texts, marks, strict=True):
            fits = row.is_record and self._fits(f"{text}{_GAP}{mark}")
            yield text if fits else " · ".join(filter(None, row.cells)), mark

    def _fits(self, text: str) -> bool:
        width = self._look.width
        return width is None or self._column + display_width(text) <= width

    def _folded(self, head: str, text: str, mark: str) -> Iterator[str]:
        """Yield a line with its citation, wrapped at blanks if it is too wide."""
        faint = self._look.ink.faint
        width = self._look.width
        if width is None or display_width(f"{head}{text}{_GAP}{mark}") <= width:
            yield f"{head}{text}{_GAP}{faint(mark)}\n"
            return
        glued = mark.replace(" ", "\u00a0")
        used = max(self._column, display_width(head))
        *parts, last = wrapped(f"{text} {glued}", used, width)
        for part in parts:
            yield f"{head}{part}\n"
            head = " " * self._column
        yield head + last.removesuffix(glued) + faint(mark) + "\n"

    def _others(self) -> Iterator[str]:
        others = self._profile.others
        if not others or not self._limits.roomy:
            return
        yield self._look.ink.strong("Other things of that name, or with it in theirs") + "\n"
        listed = others[: _SOME_OTHERS if self._limits.flowing else _MANY_OTHERS]
        for other in listed:
            head = LEFT
            for part in wrapped(describe_candidate(self._citations, other), 2 * len(LEFT), self._look.width):
                yield f"{head}{one_line(part)}\n"
                head = 2 * LEFT
        if more := len(others) - len(listed):
            yield f"{LEFT}… {more:,} more: {self._search()}\n"


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return cells with those that have a width in a column of their own."""
    first = list(map(padded, cells[:-1], widths))
    return _GAP.join([*first, *filter(None, cells[len(first) :])]).rstrip()


def _is_elsewhere(line: Line) -> bool:
    """Whether no passage states a value of a property."""
    return not any(citation.passage for value in line.values for citation in value.citations)


def _together(values: Sequence[Value]) -> Iterator[_Row]:
    """Yield the values that are cited alike, separated by semicolons."""
    for cited, group in groupby(values, lambda value: value.citations):
        found = list(group)
        yield _Row(("; ".join(map(_shown, found)),), cited, number=len(found))


def _flowing(rows: Sequence[_Row], notes: Footnotes) -> list[_Row]:
    """Return one row for several, each but the last with its citations beside it."""
    if not rows:
        return []
    texts = [f"{row.cells[0]} {notes.mark(row.citations)}" for row in rows[:-1]]
    return [_Row(("; ".join([*texts, rows[-1].cells[0]]),), rows[-1].citations)]


def _records(values: Sequence[Value], notes: Footnotes) -> list[_Row]:
    """Return a row for each value with details; rows that say the same are one, with all citations."""
    usual = _usual(values)
    rows: dict[tuple[str, ...], _Row] = {}
    for value in values:
        cells, cited = _cells(value, usual, notes)
        known = rows.get(cells, _Row(cells, (), value.is_record, 0))
        cited = tuple(dict.fromkeys((*known.citations, *cited)))
        rows[cells] = known._replace(citations=cited, number=known.number + 1)
    return list(rows.values())


def _usual(values: Sequence[Value]) -> list[str]:
    """Return the details that go without their names: those of most records, and those that name things."""
    lines = [line for value in values if value.is_record for line in value.details]
    counts = Counter(line.name for line in lines)
    named = {line.name for line in lines if all(isinstance(value.term, Iri) for value in line.values)}
    most = sum(value.is_record for value in values) / 2
    return [name for name, count in counts.items() if count >= most or name in named]


def _cells(
    value: Value, usual: Sequence[str], notes: Footnotes
) -> tuple[tuple[str, ...], tuple[Citation, ...]]:
    """Return the name of a value, unless its details stand for it, with its details; and what is cited."""
    name, cited = _shown(value), list(value.citations)
    details: dict[str, str] = {}
    for line in value.details:
        rows = list(_together(line.values))
        if not value.is_record and [row.cells[0] for row in rows] == [name]:
            cited += rows[0].citations  # it says the name once more
        else:
            details[line.name] = "; ".join(_beside(value, row, notes) for row in rows)
    cells = [details.pop(each) for each in list(details) if each in usual] if value.is_record else [name]
    rest = [f"{one_line(each)}: {text}" for each, text in details.items()]
    return (*cells, *rest), tuple(cited)


def _beside(value: Value, row: _Row, notes: Footnotes) -> str:
    """Return a detail, with its citations where they are not those of the whole."""
    cited = value.citations
    is_same = row.citations == cited or notes.words(row.citations) == notes.words(cited)
    return row.cells[0] if is_same else f"{row.cells[0]} {notes.mark(row.citations)}"


def _shown(value: Value) -> str:
    is_named = isinstance(value.term, Iri) and value.text != value.term.value
    return one_line(value.text if is_named or isinstance(value.term, Blank) else readable(value.term))
