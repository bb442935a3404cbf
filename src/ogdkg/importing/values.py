"""Turns the text of a cell into a checked term, or into a part of one."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.rdf.terms import XSD, Iri, Literal, Term, is_iri, local_name, typed

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_ROR_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32

_LONGEST = 100  # characters of a cell in a message
_MOST_DIGITS = 1_000  # of a number written out
_LONGEST_WORDS = 80  # letters of a name in an IRI
# In ASCII and with no other signs, unlike what Python takes; in 2,5 the comma does not separate thousands.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}|[0-9]*)(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]{1,2}")


class UnfitError(ValueError):
    """A value does not fit; the message is a predicate, whose subject is the value."""


def short(cell: str) -> str:
    """Return what a cell holds, for a message: by its beginning, if it is long."""
    return cell if len(cell) <= _LONGEST else f"{cell[:_LONGEST]}…"


def slug(text: str) -> str:
    """Return the words in lower-case ASCII, joined by hyphens; of an IRI those of its local name."""
    name = local_name(text) if is_iri(text) else text
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def words(text: str) -> str:
    """Return the words in lower case, in letters of their script, joined by hyphens; the first 80 letters.

    >>> words("Łódź, 2014")
    'łódź-2014'
    """
    plain = unicodedata.normalize("NFC", text).lower()
    kept = (
        sign if sign.isalnum() or category[0] == "M" else "" if category == "Cf" else " "
        for sign in plain
        for category in (unicodedata.category(sign),)
    )
    return "-".join("".join(kept).split())[:_LONGEST_WORDS].strip("-")


def digest(text: str) -> str:
    """Return six hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:6]


def lower(text: str) -> str:
    """Return a text in lower case."""
    return text.casefold()


def iri(text: str) -> Term:
    """Return the IRI that a cell holds; UnfitError if it holds none."""
    if not is_iri(text):
        raise UnfitError("is not an absolute IRI")
    return Iri(text)


def number(text: str) -> Term:
    """Return an integer or a decimal; commas may separate thousands, or groups as in 12,34,567.

    Raises:
        UnfitError: It is no number, or has too many digits.
    """
    if _DECIMAL_COMMA.fullmatch(text):
        raise UnfitError(f"has a decimal comma; write {text.replace(',', '.')}")
    if not _NUMBER.fullmatch(text):
        raise UnfitError("is not a number")
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:  # of an exponent that is too large
        raise UnfitError("is not a number") from None
    if not value.is_finite() or max(abs(value.adjusted()), len(value.as_tuple().digits)) > _MOST_DIGITS:
        raise UnfitError("is not a number")
    whole = value == value.to_integral_value()
    return typed(str(int(value)), "integer") if whole else typed(f"{value:f}", "decimal")


def refuse_commas(text: str) -> None:
    """Raise UnfitError for a number with a comma, which may stand before decimals or separate thousands."""
    if "," in text:
        message = f"{text!r} has a comma, which may stand before decimals or separate thousands"
        raise UnfitError(f"{message}; write {text.replace(',', '.')} or {text.replace(',', '')}")


def million(text: str) -> Term:
    """Return a number of millions, written out."""
    millions = number(text)
    assert isinstance(millions, Literal)
    return number(f"{Decimal(millions.value) * 1_000_000:f}")


def day(text: str) -> Term:
    """Return a date, a month or a year, as in 2017-03-09, 9 March 2017, March 2017 or 2017.

    Raises:
        UnfitError: It is no date.
    """
    found = re.fullmatch(r"(?:(?:(\d{1,2}) )?([A-Za-z]+) )?(\d{4})", text)
    if found and found[2]:
        if found[2].casefold() not in _MONTHS:
            raise UnfitError("is not a date")
        month = _MONTHS.index(found[2].casefold()) + 1
        text = f"{found[3]}-{month:02}" + (f"-{int(found[1]):02}" if found[1] else "")
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    try:
        date.fromisoformat(text + "0001-01-01"[len(text) :])
        kind = kinds[len(text)]
    except (KeyError, ValueError):
        kind = ""
    if not kind or "W" in text:  # 2017-W10-4 is a day to Python, but no xsd:date
        raise UnfitError("is not a date; write it as 2017-03-09, 2017-03 or 2017")
    return typed(text, kind)


def _of_datatype(name: str, told: str) -> Callable[[str], Term]:
    """What checks that a cell is written as a datatype of XML Schema, and keeps it as it is written."""

    def checked(text: str) -> Term:
        if not is_well_typed(text, XSD + name):
            raise UnfitError(f"is not {told}")
        return typed(text, name)

    return checked


def ror(text: str) -> Term:
    """Return a ROR as an IRI, with its check digits verified (ISO/IEC 7064, MOD 97-10).

    Raises:
        UnfitError: It is no ROR, or its check digits are wrong.
    """
    found = re.fullmatch(r"https://ror\.org/(0[0-9a-hj-km-np-tv-z]{6})(\d\d)", text)
    if not found:
        raise UnfitError("is not a ROR; one looks like https://ror.org/00ae7jd04")
    value = 0
    for character in found[1]:
        value = value * 32 + _ROR_DIGITS.index(character)
    if 98 - value * 100 % 97 != int(found[2]):
        raise UnfitError("is not a ROR: its check digits are wrong")
    return Iri(text)


def isni(text: str) -> Term:
    """Return an ISNI without spaces, with its check character verified (ISO 7064, MOD 11-2).

    Raises:
        UnfitError: It is no ISNI, or its check character is wrong.
    """
    bare = text.replace(" ", "")
    if not re.fullmatch(r"\d{15}[\dX]", bare):
        raise UnfitError("is not an ISNI; it has 16 digits, the last may be X")
    total = 0
    for character in bare[:15]:
        total = (total + int(character)) * 2
    if "0123456789X"[(12 - total % 11) % 11] != bare[15]:
        raise UnfitError("is not an ISNI: its check digit is wrong")
    return Literal(bare)


# By their names in mappings: the kinds make terms, the parts are filters within a term.
KINDS: dict[str, Callable[[str], Term]] = {
    "text": Literal,
    "iri": iri,
    "number": number,
    "integer": _of_datatype("integer", "a whole number in digits alone"),
    "decimal": _of_datatype("decimal", "a number in digits with a point"),
    "boolean": _of_datatype("boolean", "true or false"),
    "datetime": _of_datatype("dateTime", "a moment; write it as 2017-03-09T14:30:00"),
    "million": million,
    "date": day,
    "ror": ror,
    "isni": isni,
}
NUMBERS = ("number", "million")
PARTS: dict[str, Callable[[str], str]] = {
    "slug": slug,
    "words": words,
    "hash": digest,
    "lower": lower,
    "label": str,
}
