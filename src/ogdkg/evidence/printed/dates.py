"""The dates that a text prints: ISO 8601, numeric in either order, and with names of months.

The months are those of English, French and Spanish, with their abbreviations (CLDR's Gregorian calendars).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogdkg.lean import NamedTuple

_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_ABBREVIATED = {
    **{"janv": 1, "févr": 2, "avr": 4, "juil": 7, "sept": 9, "déc": 12},  # CLDR's of French
    **{"ene": 1, "abr": 4, "ago": 8, "dic": 12, "setiembre": 9},  # and of Spanish
}
_NAMES = {
    **{
        name[:length]: number
        for number, name in enumerate(_MONTHS["en"].split(), 1)
        for length in (3, 4, len(name))
    },
    **{name: number for tag in ("fr", "es") for number, name in enumerate(_MONTHS[tag].split(), 1)},
    **_ABBREVIATED,
}
_NAMES |= {name.translate(str.maketrans("éû", "eu")): number for name, number in _NAMES.items()}
_MONTH = rf"(?P<month>{'|'.join(sorted(_NAMES, key=len, reverse=True))})(?![^\W\d_])\.?"
_ORDINAL = r"(?:st|nd|rd|th|er|\.?º)?"
_DAYS = (
    rf"(?<!\d)(?P<days>\d{{1,2}}{_ORDINAL}"
    rf"(?: ?(?:-|,|and|to|&|et|au|y|e|al|a) ?\d{{1,2}}{_ORDINAL}){{0,9}})"
)
_YEAR = r"(?P<year>\d{4})(?!\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d-])(?P<year>\d{4})-(?P<number>\d{2})(?:-(?P<days>\d{2}))?(?!\d)",
        rf"{_DAYS} (?:of |de )?{_MONTH},? (?:de |del )?{_YEAR}",
        rf"(?<![^\W\d_]){_MONTH} {_DAYS},? {_YEAR}",
        rf"(?<![^\W\d_]){_MONTH},? (?:de |del )?{_YEAR}",
        r"(?<![\d./-])(?P<one>\d{1,2})(?P<mark>[./-])(?P<two>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
        rf"(?<!\d){_YEAR}",
    )
)
_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
_LEXICAL = re.compile(rf"(?P<year>-?\d{{4,}})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?:T.*)?)?)?{_ZONE}")


class Date(NamedTuple):
    """A date as far as it is known: a year, perhaps a month, perhaps a day."""

    year: int
    month: int | None = None
    day: int | None = None

    def and_wider(self) -> Iterator[Date]:
        """Yield the date, the month and the year that it is in: whoever prints it prints them."""
        yield from dict.fromkeys((self, Date(self.year, self.month), Date(self.year)))


def dates(text: str) -> Iterator[tuple[str, Date]]:
    """Yield the dates that a text prints, each with its spelling.

    Args:
        text: The text; each white space in it is one blank, a dash `-`.

    >>> [str(tuple(date)) for _, date in dates("on 12 and 13 May 2016")][:2]
    ['(2016, 5, 12)', '(2016, 5, 13)']
    """
    lower = text.lower() if len(text.lower()) == len(text) else text
    for pattern in _PATTERNS:
        for match in pattern.finditer(lower):
            yield from ((text[match.start() : match.end()], date) for date in _of(match.groupdict()))


def _of(parts: dict[str, str | None]) -> Iterator[Date]:
    year = int(parts["year"] or 0)
    if parts.get("one"):  # 5/12/2016 is in December or in May
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        yield from (Date(year, month, day) for day, month in ((one, two), (two, one)) if month <= 12)
        return
    month = int(parts["number"] or 0) if parts.get("number") else _NAMES.get(parts.get("month") or "")
    days = re.findall(r"\d+", parts.get("days") or "")
    yield from (Date(year, month, int(day)) for day in days)
    if not days:
        yield Date(year, month)


def date_of(lexical: str) -> Date | None:
    """Return the date of a lexical form of a date's datatype; None if it is none.

    >>> date_of("2016-05")
    Date(year=2016, month=5, day=None)
    """
    match = _LEXICAL.fullmatch(lexical.strip())
    if not match or len(match["year"]) > 9:
        return None
    month, day = match["month"], match["day"]
    return Date(int(match["year"]), int(month) if month else None, int(day) if day else None)
