"""Slips that typing, pasting and merging leave in a text, in whatever language the text is written.

A word processor makes quotation marks curly, a web page brings no-break spaces, git leaves its marks. Every
reader asks here before it says what it expected, so that one slip has the same words in every format.
"""

from __future__ import annotations

import re
import unicodedata
from codecs import BOM_UTF8

from ogdkg.lean import NamedTuple

CONFLICT = "A conflict of a merge is left here."
CONFLICT_HINT = "Keep one side, and take out the lines with <<<<<<<, ======= and >>>>>>>."
_CONFLICT = re.compile(r"^(?:<{7}(?![<(])|>{7}(?!>)|\|{7}(?!\|))", re.MULTILINE)
_CONFLICT_LINE = re.compile(r"(?:<{7}(?![<(])|={7}[ \r]*$|>{7}(?!>)|\|{7}(?!\|))", re.MULTILINE)

_DOUBLE = "“”„‟″«»"
_SINGLE = "‘’‚‛′‹›"  # noqa: RUF001
_DASHES = "‐‑‒–—―−﹘﹣－"  # noqa: RUF001  # the last three may stand in names
_BLANKS = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_UNSEEN = "\xad\u200b\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SIGNS = {"…": "...", "≤": "<=", "≥": ">=", "≠": "!=", "\u037e": ";", "،": ",", "؛": ";",
          "、": ",", "。": "."}  # fmt: skip
# Such of them as no name of Turtle or SPARQL may hold (PN_CHARS); full-width letters are letters.
_NOT_IN_NAMES = re.compile(
    f"[{_DOUBLE}{_SINGLE}{_DASHES[:7]}{_BLANKS}{_UNSEEN.replace(chr(0xFEFF), '')}…≤≥≠\u037e]"
)

_LANGUAGES = (
    ("HTML", "a web page", re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)),
    ("XML", "RDF/XML files end with .rdf", re.compile(r"\s*<(?:\?xml\s|rdf:RDF\b|!--)")),
    ("OWL in functional syntax", "save it as RDF/XML or Turtle, as Protégé and ROBOT can",
     re.compile(r"\s*+(?:#[^\n]*+\s++)*+(?:Prefix|Ontology)\s*\(")),
    ("OWL in Manchester syntax", "save it as RDF/XML or Turtle, as Protégé and ROBOT can",
     re.compile(r"\s*+(?:#[^\n]*+\s++)*+(?:Prefix: [\w.-]*:|Ontology:)\s")),
    ("OBO", "convert it with ROBOT: robot convert -i FILE -o FILE.ttl", re.compile(r"\s*format-version: ")),
    ("JSON", "JSON-LD files end with .jsonld", re.compile(r"\s*(?:\[\s*)?\{\s*\"[^\"\n]*\"\s*:")),
    ("Turtle", "Turtle files end with .ttl", re.compile(r"\s*+(?:#[^\n]*+\s++)*+@?(?i:prefix|base)\s")),
    ("a ZIP archive", "unpack it first", re.compile("PK\x03\x04")),
    ("a PDF", "save the text of it", re.compile("%PDF-")),
)  # fmt: skip


class Slip(NamedTuple):
    """What is wrong, in one sentence, and what to do."""

    message: str
    hint: str


def quoted(text: str, most: int = 60) -> str:
    """Return what stands in a document for a message: between quotation marks, with nothing unseen in it.

    >>> quoted("a\\u200bb")
    "'a (U+200B) b'"
    """
    text = text if len(text) <= most else f"{text[: most - 10]} …"
    return "'" + "".join(_seen(sign) for sign in text) + "'"


def is_curly(sign: str) -> bool:
    """Return whether a character is a quotation mark other than the two straight ones."""
    return sign in _DOUBLE + _SINGLE


def is_hidden(sign: str) -> bool:
    """Return whether a character looks like a blank, or like none, and is another."""
    return sign in _BLANKS + _UNSEEN


def slip_of(sign: str) -> Slip | None:
    """Return what to say of a character that looks like another one, or like none; None for any other."""
    name = f"{sign} (U+{ord(sign):04X})" if sign not in _BLANKS + _UNSEEN else f"U+{ord(sign):04X}"
    if sign in _DOUBLE:
        return Slip(f"Here stands a curly quotation mark, {name}.", 'Write a straight one: "')
    if sign in _SINGLE:
        return Slip(f"Here stands a curly quotation mark, {name}.", "Write a straight one: '")
    if sign in _DASHES:
        return Slip(f"Here stands a dash that is no hyphen, {name}.", "Write a plain hyphen: -")
    if sign in _BLANKS:
        return Slip(f"Here stands a no-break or wide space, {name}.", "Write a plain blank instead.")
    if sign in _UNSEEN:
        return Slip(f"Here stands a character that nobody sees, {name}.", "Take it out.")
    plain = _SIGNS.get(sign) or (unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else "")
    return Slip(f"Here stands {name}, which only looks like {plain}.", f"Write {plain}") if plain else None


def first_slip(name: str) -> tuple[int, Slip] | None:
    """Return the first character of a name that may not stand there: its offset, and what to say."""
    found = _NOT_IN_NAMES.search(name)
    slip = slip_of(found[0]) if found else None
    return (found.start(), slip) if found and slip else None


def conflict_at(text: str) -> int | None:
    """Return the offset of the first mark of a merge conflict; a line of `=` alone may be a heading."""
    found = _CONFLICT.search(text)
    return found.start() if found else None


def is_conflict(line: str) -> bool:
    """Return whether a line is one of those that git puts around the sides of a conflict."""
    return _CONFLICT_LINE.match(line) is not None


def language_of(text: str, expected: str) -> Slip | None:
    """Return what to say of a document that is in another language than the expected one, if it surely is."""
    for name, advice, begin in _LANGUAGES:
        if not expected.endswith(name) and begin.match(text):
            what = name if name[:2] == "a " else f"{name}"
            hint = f"{advice[0].upper()}{advice[1:]}."
            return Slip(f"This is {what}, not {expected}.", hint if name != "HTML" else _SAVED)
    return None


_NOT_IN_IRIS = re.compile(r'[\x00-\x20<>"{}|\\^`]')


def iri_slip(iri: str) -> Slip | None:
    """Return what to say of an IRI that holds what none may hold; None if it holds no such character.

    >>> iri_slip("http://e/a b").hint
    'Take it out, or percent-encode it: %20'
    """
    found = _NOT_IN_IRIS.search(iri)
    if found is None:
        return None
    sign = found[0]
    named = {" ": "a blank", "\t": "a tab", "\n": "a line break"}.get(sign, f"the sign {quoted(sign)}")
    hint = f"Take it out, or percent-encode it: %{ord(sign):02X}"
    return Slip(f"This IRI holds {named}, which no IRI may hold.", hint)


_MAILBOX = re.compile(r"[^@\s/:?#]+@[^@\s/:?#]+\.[A-Za-z]{2,}")
_HOST = re.compile(r"www\.[^/?#\s]+\.[A-Za-z]{2,}(?:[/?#]\S*)?", re.IGNORECASE)


def with_scheme(address: str) -> str | None:
    """Return an address of e-mail or of a page with the beginning that was left out; None for other texts.

    >>> with_scheme("office@example.org"), with_scheme("www.example.org/a"), with_scheme("a/b")
    ('mailto:office@example.org', 'https://www.example.org/a', None)
    """
    if _MAILBOX.fullmatch(address):
        return f"mailto:{address}"
    return f"https://{address}" if _HOST.fullmatch(address) else None


def without_scheme(iri: str) -> str | None:
    """Return what to do about a relative IRI that is an address with its beginning left out; None for others.

    >>> without_scheme("office@example.org")
    'An address of e-mail begins with mailto: here: <mailto:office@example.org>'
    """
    whole = with_scheme(iri)
    if whole is None:
        return None
    begins = "e-mail begins with mailto:" if whole[0] == "m" else "a page begins with https:// or http://"
    return f"An address of {begins} here: <{whole}>"


_REFUSED_ESCAPE = re.compile(r"Invalid IRI percent encoding '(.+)'", re.DOTALL)
_REFUSED_IRI = (  # an engine's words, and ours
    (re.compile(r"Invalid IRI code point '(.+)'", re.DOTALL), "holds {} where it may not stand",
     "Take it out, or percent-encode it."),
    (re.compile(r"Invalid character '(.+)'", re.DOTALL), "holds {} in its host or port", "Correct the host."),
    (re.compile(r"Invalid (?:host|port|IP)()"), "has no valid host or port", "Correct the host."),
)  # fmt: skip


def refused_iri(words: str) -> Slip | None:
    """Return what to say where an engine refuses an IRI in such words; None for other words.

    >>> refused_iri("Invalid IRI percent encoding '%zz'").message
    "This IRI has '%zz', which is no escape."
    """
    if escape := _REFUSED_ESCAPE.search(words):
        return percent_slip(escape[1])
    for pattern, said, hint in _REFUSED_IRI:
        if found := pattern.search(words):
            return Slip(f"This IRI {said.format(quoted(found[1]))}.", hint)
    return None


def percent_slip(escape: str) -> Slip:
    """Return what to say of a percent sign in an IRI that two hexadecimal digits do not follow."""
    return Slip(f"This IRI has {quoted(escape)}, which is no escape.", "Write %25 for a percent sign.")


_BINARIES = (
    (b"\x1f\x8b", "packed with gzip", "Add .gz to its name."),
    (b"BZh", "packed with bzip2", "Add .bz2 to its name."),
    (b"\xfd7zXZ\0", "packed with xz", "Add .xz to its name."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Add .zst to its name."),
    (b"PK\x03\x04", "a ZIP archive", "Unpack it first."),
    (b"SQLite format 3\0", "a database of SQLite", "Export the data from it first."),
    (b"$HDT", "in HDT", "Make N-Triples of it first, with hdt2rdf."),
)  # fmt: skip
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")


def binary_of(data: bytes) -> Slip | None:
    """Return what to say of bytes that are the beginning of something other than text in UTF-8, if they are.

    >>> binary_of(b"BZh91AY").message
    'This is packed with bzip2.'
    >>> binary_of("a,b".encode("utf-16-le")).message
    'The file is in UTF-16.'
    """
    for begin, what, hint in _BINARIES:
        if data.startswith(begin):
            return Slip(f"This is {what}.", hint)
    if data.startswith(_WIDE) or _is_wide(data):
        encoding = "UTF-32" if b"\0\0" in data[:4] else "UTF-16"
        return Slip(f"The file is in {encoding}.", "Save it in UTF-8.")
    if data.startswith(BOM_UTF8 * 2):
        hint = "Save it in UTF-8 without such a mark, and take out the other, a character that nobody sees."
        return Slip("The file begins with two byte order marks.", hint)
    return None


def _is_wide(data: bytes) -> bool:
    """Whether bytes are UTF-16 or UTF-32 without a mark: every other byte of the first letters is zero."""
    data = data[:8]
    return len(data) > 3 and any(not any(data[at::2]) and any(data[1 - at :: 2]) for at in (0, 1))


_SAVED = "A server may have sent a page in place of the file: save the data itself."


def _seen(sign: str) -> str:
    if sign in _BLANKS + _UNSEEN or not sign.isprintable():
        return f" (U+{ord(sign):04X}) "
    return sign
