"""The words of a passage as a value may be held against them, whatever marks and line breaks lie between."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import cached_property
from html import unescape

from ogdkg.errors import nearest
from ogdkg.evidence.printed.addresses import SCHEMES, addresses, as_compared, is_among, is_called
from ogdkg.evidence.printed.dates import Date, date_of, dates
from ogdkg.evidence.printed.numbers import Number, number_of, numbers
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import XSD, Iri, Literal, Term

DATES = frozenset(XSD + name for name in ("date", "dateTime", "dateTimeStamp", "gYear", "gYearMonth"))
_QUOTES, _DOUBLE_QUOTES = (
    "\u2018\u2019\u201a\u201b\u2032\u02bc`\xb4",
    "\u201c\u201d\u201e\u201f\u2033\xab\xbb",
)
_DASHES, _UNSEEN = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "\xad\u200b\u200c\u200d\u2060\ufeff"
_MARKS = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, "'"),
        **dict.fromkeys(_DOUBLE_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_UNSEEN, ""),
        "\u2026": "...",
    }
)
_LINK = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)|\]\s\(\S*://[^()\s]*\)")
_AUTOLINK = re.compile(r"<(?:mailto:)?([^\s<>]+)>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINE_MARK = re.compile(r"^[ \t]*(?:>[ \t]?)*(?:#{1,6}[ \t]+|[-+*][ \t]+)?", re.M)
_JOINING = "-\u2010\u2011'\u2019"  # hyphens and apostrophes, which stand within words
_EMPHASIS = re.compile(r"\*+|~~|(?<![^\W_])_+|_+(?![^\W_])")
_ESCAPED_MARK = re.compile("[\ue000-\ue07f]")  # a character that its escape has kept from being a mark
_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n\s*(?=[^\W\d_])")
_SENTENCE = r"(?:^|[.!?:\"(\[\n-] ?)"
_SHOWN = 200  # characters of a value in a message
_MOST_WORDS = 2000  # of a passage among which the most similar ones are looked for
_MOST_COMPARED = 50  # addresses
_MOST_NAMED = 5  # numbers or addresses in a message


class PrintedText:
    """The text of a passage.

    Args:
        text: The text as the document has it.
        heading: The part of it on lines that are headings, where letter case does not count.
    """

    def __init__(self, text: str, heading: str = "") -> None:
        self.text = text
        self._heading = heading

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """The words in plain letters, with a hyphen at the end of a line kept, and without it."""
        text = _unmarked(self.text)
        kept, joined = _HYPHENATED.sub("-", text), _HYPHENATED.sub("", text)
        return tuple(dict.fromkeys(" ".join(each.split()) for each in (kept, joined)))

    @cached_property
    def _as_written(self) -> str:
        """The text with its marks, among which an address may be printed."""
        return " ".join(self.text.translate(_MARKS).split())

    @cached_property
    def _folded(self) -> tuple[str, ...]:
        return tuple(words.casefold() for words in self._words)

    @cached_property
    def _numbers(self) -> tuple[Number, ...]:
        return tuple(numbers(self._words[0]))

    @cached_property
    def _values(self) -> frozenset[Decimal]:
        return frozenset(value for number in self._numbers for value in number.values)

    @cached_property
    def _dates(self) -> tuple[tuple[str, Date], ...]:
        return tuple(dates(self._words[0]))

    @cached_property
    def _known_dates(self) -> frozenset[Date]:
        """The dates of the text, and the months and years that they are in."""
        return frozenset(known for _, date in self._dates for known in date.and_wider())

    @cached_property
    def _addresses(self) -> list[str]:
        return addresses(self.text)

    @cached_property
    def _compared_addresses(self) -> frozenset[tuple[str, str]]:
        return frozenset(map(as_compared, self._addresses))

    @cached_property
    def _heading_words(self) -> str:
        return " ".join(_unmarked(self._heading).split()).casefold()

    def has(self, value: Term) -> bool:
        """Whether a value stands in the text, in the form that its kind is printed in."""
        if isinstance(value, Iri):
            return self._has_address(value.value)
        if not isinstance(value, Literal):
            return False
        if value.datatype in NUMBERS and (number := number_of(value.value)) is not None:
            return number in self._values
        if value.datatype in DATES and (date := date_of(value.value)):
            return date in self._known_dates
        return self._has_words(value.value) or (_is_address(value.value) and self._has_literally(value.value))

    def instead_of(self, value: Term) -> list[str]:
        """Return what stands in the text and may have been meant, as printed."""
        if isinstance(value, Iri) or _is_address(value.value if isinstance(value, Literal) else ""):
            whole = (each for each in self._addresses[:_MOST_COMPARED] if not self._is_part_of_another(each))
            return [each if len(each) <= _SHOWN else f"{each[:_SHOWN]}\u2026" for each in whole][:_MOST_NAMED]
        if not isinstance(value, Literal):
            return []
        if value.datatype in NUMBERS:
            return list(dict.fromkeys(number.spelling for number in self._numbers))[:_MOST_NAMED]
        if value.datatype in DATES:
            return list(dict.fromkeys(spelling for spelling, _ in self._dates))[:_MOST_NAMED]
        words, length = self._words[0].split()[:_MOST_WORDS], len(value.value.split())
        stretches = (" ".join(words[at : at + length]).strip(".,;:()") for at in range(len(words)))
        return nearest(value.value, stretches, 1)

    def _is_part_of_another(self, address: str) -> bool:
        return any(each != address and each.startswith(address) for each in self._addresses[:_MOST_COMPARED])

    def _has_address(self, address: str) -> bool:
        if address.lower().startswith("tel:"):
            return is_called(address, self.text)
        return is_among(address, self._compared_addresses)

    def _has_literally(self, address: str) -> bool:
        is_whole = "://" in address or "@" in address  # else the letter case of each part may count
        is_there = self._has_address(address) if is_whole else address in self._addresses
        return is_there or bool(_delimited(address).search(self._as_written))

    def _has_words(self, value: str) -> bool:
        wanted = " ".join(unicodedata.normalize("NFC", value).translate(_MARKS).split())
        folded = wanted.casefold()
        if not folded or not any(folded in words for words in self._folded):  # soon told, and mostly true
            return False
        patterns = [_delimited(wanted)]
        if " " in wanted or (" " in self._words[0] and self._words[0].isupper()):
            patterns.append(_delimited(wanted.upper()))
        if wanted[0].islower():
            patterns.append(re.compile(_SENTENCE + _delimited(wanted[0].upper() + wanted[1:]).pattern))
        is_there = any(pattern.search(words) for pattern in patterns for words in self._words)
        return is_there or bool(_delimited(folded).search(self._heading_words))


def is_checkable(value: Term) -> bool:
    """Whether a value is of a kind that a text can print: a literal but true and false, or an address."""
    if isinstance(value, Iri):
        return value.value.partition(":")[0].lower() in SCHEMES
    return isinstance(value, Literal) and value.datatype != XSD + "boolean"


def is_typical(value: Term) -> bool:
    """Whether a value is of a kind that is printed as it is, whatever its property."""
    if isinstance(value, Iri):
        return value.value.lower().startswith(("mailto:", "tel:"))
    return isinstance(value, Literal) and value.datatype in NUMBERS | DATES


def value_text(value: Term) -> str:
    """Return a value as a message shows it."""
    text = value.value if isinstance(value, Iri | Literal) else str(value)
    text = " ".join(text.removeprefix("mailto:").removeprefix("tel:").split())
    is_short = len(text) <= _SHOWN
    if isinstance(value, Literal) and value.datatype not in NUMBERS | DATES:
        return f"“{text}”" if is_short else f"“{text[:_SHOWN]}…”"
    return text if is_short else f"{text[:_SHOWN]}…"


def _unmarked(text: str) -> str:
    """The text without the marks of Markdown and HTML, in plain quotes and dashes; its lines are kept."""
    text = unicodedata.normalize("NFC", unescape(text)).translate(_MARKS)
    text = _ESCAPED.sub(lambda match: chr(0xE000 + ord(match[1])), text)
    text = _LINE_MARK.sub("", _TAG.sub("", _AUTOLINK.sub(_linked, _LINK.sub("", text))))
    text = _EMPHASIS.sub("", text).replace("[", "").replace("]", "")
    return _ESCAPED_MARK.sub(lambda match: chr(ord(match[0]) - 0xE000), text)


def _linked(match: re.Match[str]) -> str:
    """The address between angle brackets; what else stands there may be a tag."""
    return f" {match[1]} " if "@" in match[1] or "://" in match[1] else match[0]


def _delimited(value: str) -> re.Pattern[str]:
    """A pattern of the value, not as a part of a longer word, or of a longer address."""
    before = r"(?<!\w)" if value[0].isalnum() or value[0] in _JOINING else ""
    after = r"(?!\w)" if value[-1].isalnum() or value[-1] in _JOINING else ""
    if _is_address(value):
        before, after = r"(?<![\w.+/@-])", r"(?![\w/@-]|[.?=&]\w)"
    return re.compile(f"{before}{re.escape(value)}{after}")


def _is_address(text: str) -> bool:
    """Whether a literal may be an address, or what is left of one."""
    return re.fullmatch(r"\S*(?:[@/]|\w\.\w)\S*", text) is not None
