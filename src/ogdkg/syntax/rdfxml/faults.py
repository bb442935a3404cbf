"""Why a document is no XML, or another than RDF/XML, in words for whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from xml.parsers import expat

from ogdkg.lean import NamedTuple
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.syntax.rdfxml.encoding import in_utf8
from ogdkg.text.slips import (
    CONFLICT,
    CONFLICT_HINT,
    Slip,
    binary_of,
    conflict_at,
    language_of,
    quoted,
    slip_of,
)

_CODES = {name: expat.errors.codes[getattr(expat.errors, f"XML_ERROR_{name}")] for name in (
    "INVALID_TOKEN", "SYNTAX", "NO_ELEMENTS", "UNCLOSED_TOKEN", "TAG_MISMATCH", "DUPLICATE_ATTRIBUTE",
    "JUNK_AFTER_DOC_ELEMENT", "UNDEFINED_ENTITY", "BAD_CHAR_REF", "MISPLACED_XML_PI",
    "RESERVED_PREFIX_XML", "RESERVED_PREFIX_XMLNS", "UNCLOSED_CDATA_SECTION", "UNBOUND_PREFIX",
    "UNDECLARING_PREFIX", "XML_DECL",
)}  # fmt: skip
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_SAVE_AS = "Save it as RDF/XML or Turtle, as Protégé and ROBOT can."
# Namespaces of root elements of other languages.
_FOREIGN = {
    "http://www.w3.org/1999/xhtml": ("HTML", "A server may have sent a page instead: save the data itself."),
    "http://www.w3.org/2002/07/owl#": ("OWL/XML", _SAVE_AS),
    "http://www.w3.org/2000/svg": ("SVG", "Take the RDF in its metadata out into a file of its own."),
    "http://www.w3.org/2004/03/trix/trix-1/": ("TriX", "Make TriG or N-Quads of it first."),
    "http://www.w3.org/2005/sparql-results#": ("the result of a query", "Ask with CONSTRUCT to get RDF."),
    "http://www.w3.org/2001/XMLSchema": ("an XML Schema", "It holds no RDF."),
    "http://www.w3.org/2005/Atom": ("an Atom feed", "It holds no RDF."),
}
_UNNAMED = {  # root elements without a namespace
    "html": _FOREIGN["http://www.w3.org/1999/xhtml"],
    "rss": ("an RSS feed", "RSS 1.0 alone is RDF."),
    "svg": _FOREIGN["http://www.w3.org/2000/svg"],
    "graphml": ("GraphML", "It holds no RDF."),
}
_PREFIXED = re.compile(rb"(?:^</?|\s)([\w.-]+):[\w.-]+(?=[\s=/>])")
_AMPERSAND = re.compile(rb"&[\w.#-]*$")
_VALUE = re.compile(rb"\"[^\"]*(?:\"|$)|'[^']*(?:'|$)")  # of an attribute, or the beginning of one
_LONE_ATTRIBUTE = re.compile(rb"\s([\w.:-]+)\s*$")


class Spot(NamedTuple):
    """Where a parser stopped: the line, the beginning of the document, and what is before and after it."""

    line: int
    head: bytes
    before: bytes
    after: bytes


class Fault(NamedTuple):
    """What is wrong, what to do, and the line and column of it if it is elsewhere."""

    message: str
    hint: str
    place: tuple[int, int] | None = None


def foreign(namespace: str, local: str) -> Slip | None:
    """Return what to say of a document whose root element is of another language; None if it is not known."""
    found = _FOREIGN.get(namespace) or (_UNNAMED.get(local.lower()) if not namespace else None)
    return Slip(f"This is {found[0]}, not RDF/XML.", found[1]) if found else None


def fault_of(
    code: int, spot: Spot, open_element: Callable[[], tuple[str, int] | None], prefixes: Iterable[str]
) -> Fault:
    """Return what is wrong where expat stopped.

    Args:
        code: The number of expat's error.
        spot: Where it stopped.
        open_element: Finds the name of the innermost open element, and its line; it reads the document again.
        prefixes: Those that the document declares.
    """
    begin = spot.head.decode("utf-8", "replace").lstrip("\ufeff")
    if other := binary_of(spot.head) or language_of(begin, "RDF/XML"):
        return Fault(*other, (1, 1))
    if (conflict := _conflict(spot)) is not None:
        return conflict
    if code == _CODES["INVALID_TOKEN"]:
        return Fault(*_invalid(spot))
    if code in (_CODES["TAG_MISMATCH"], _CODES["NO_ELEMENTS"]):
        return Fault(*_not_closed(code, spot, open_element()))
    if code == _CODES["UNBOUND_PREFIX"]:
        return Fault(*_unbound(spot.after, prefixes))
    if code == _CODES["UNDEFINED_ENTITY"]:
        return Fault(*_undefined(spot.after))
    known = _PLAIN.get(code)
    return Fault(*known) if known else Fault(f"The file does not parse: {expat.ErrorString(code)}.", _CHECK)


_CHECK = "Check that the file is in RDF/XML, and fix it there."
_PLAIN = {
    _CODES[name]: Slip(message, hint)
    for name, message, hint in (
        ("SYNTAX", "Here should begin an element.", _CHECK),
        ("UNCLOSED_TOKEN", "The file ends within this tag or comment.", "Get the file again, or close it."),
        ("UNCLOSED_CDATA_SECTION", "This CDATA section is not closed.", "Write ]]> where it ends."),
        ("DUPLICATE_ATTRIBUTE", "This tag has an attribute twice.", "Take one of them out."),
        ("JUNK_AFTER_DOC_ELEMENT", "The document has ended before this.", "A file holds one rdf:RDF alone."),
        ("BAD_CHAR_REF", "This reference is to a character that XML cannot hold.", "Take it out."),
        ("MISPLACED_XML_PI", "<?xml begins a file, or stands nowhere.", "Take out what stands before it."),
        ("UNDECLARING_PREFIX", "Here a prefix is declared without a namespace.", "Write its namespace."),
        ("RESERVED_PREFIX_XML", "The prefix xml cannot be declared anew.", "Choose another prefix."),
        ("RESERVED_PREFIX_XMLNS", "The prefix xmlns cannot be declared.", "Choose another prefix."),
        ("XML_DECL", "The XML declaration is broken.", f"Write {_DECLARATION}"),
    )
}  # fmt: skip


def _conflict(spot: Spot) -> Fault | None:
    """The nearest mark of a conflict, which begins a line."""
    rest = spot.after.partition(b"\n")[0]
    around = spot.before + rest
    begin = max(around.rfind(b"\n<<<<<<<"), around.rfind(b"\n>>>>>>>"), -1) + 1
    text = around[begin:].decode("utf-8", "replace")
    if conflict_at(text) != 0:
        return None
    return Fault(CONFLICT, CONFLICT_HINT, (spot.line - text.count("\n"), 1))


def _invalid(spot: Spot) -> Slip:
    """What to say of a character that may not stand where it does."""
    before, sign = spot.before, _sign(spot.after)
    tag = before[before.rfind(b"<") :]
    in_tag = b">" not in _VALUE.sub(b"", tag)
    if sign is None:
        hint = f"Save the file in UTF-8, or name its encoding in the first line: {_DECLARATION}"
        return Slip("The text is not UTF-8 here.", hint)
    if in_tag and (alike := slip_of(sign or " ")):
        return alike
    if sign and not sign.isprintable() and sign not in "\t\n\r":
        return Slip(f"Here stands the character U+{ord(sign):04X}, which XML cannot hold.", "Take it out.")
    if _AMPERSAND.search(before) or sign == "&":
        return Slip("An & stands here that begins no reference.", "Write &amp; for it.")
    if tag.startswith(b"<!") and not tag.startswith((b"<!--", b"<![")):
        return Slip("A declaration stands before the first element, or nowhere.", "Move it there.")
    if tag == b"<" or (sign == "<" and not in_tag):
        return Slip("A < stands here that begins no tag.", "Write &lt; for it.")
    if before.endswith(b"]]") and sign == ">":
        return Slip("A text holds ]]>, which ends a CDATA section.", "Write ]]&gt; for it.")
    if before.endswith(b"--"):
        return Slip("A comment holds --, which ends it.", "Write one hyphen, or --> at its end.")
    return (_in_tag(tag, sign) if in_tag else None) or Slip(
        f"Here stands {quoted(sign)}, where it may not.", _CHECK
    )


def _in_tag(tag: bytes, sign: str) -> Slip | None:
    """What to say of a character within a tag."""
    quotes = [mark for mark in (b'"', b"'") if tag.count(mark) % 2]
    if sign == "<" and quotes:
        mark = quotes[0].decode()
        return Slip(
            "A < stands in the value of an attribute.", f"Write &lt; for it, or {mark} where the value ends."
        )
    if sign == "<":
        return Slip("The tag before this one is not closed.", "Write > where it ends.")
    if tag.rstrip().endswith(b"="):
        return Slip("The value of an attribute stands between quotation marks.", 'Write it as name="value".')
    if tag.endswith((b'"', b"'")):
        return Slip("Between two attributes a blank is missing.", "Write one.")
    if found := _LONE_ATTRIBUTE.search(tag):
        name = found[1].decode("utf-8", "replace")
        return Slip(f"The attribute {name} has no value.", f'Write {name}="value".')
    return None


def _sign(after: bytes) -> str | None:
    """The first character; empty at the end, None where the bytes are no UTF-8."""
    for size in (1, 2, 3, 4):
        with suppress(UnicodeDecodeError):
            return after[:size].decode()
    return None


def _not_closed(code: int, spot: Spot, opened: tuple[str, int] | None) -> Slip:
    """What to say of an element that is not closed, or of a file without any."""
    is_end = code == _CODES["NO_ELEMENTS"]
    if opened is None and is_end:
        return Slip("The file has no element.", "It is empty or cut off: write at least an rdf:RDF.")
    name, since = opened or ("another element", 0)
    until = f", which begins in line {since}," if since else ""
    if is_end:
        return Slip(
            f"The file ends before {name}{until} is closed.", f"Get the file again, or write </{name}>."
        )
    here = spot.after.removeprefix(b"</").partition(b">")[0].decode("utf-8", "replace").strip()
    return Slip(f"Here {here} is closed, but {name}{until} is still open.", f"Write </{name}> first.")


def _unbound(tag: bytes, prefixes: Iterable[str]) -> Slip:
    """What to say of a prefix that is not declared; the tag begins with it."""
    known = {*prefixes, "xml", "xmlns"}
    names = (found.decode("utf-8", "replace") for found in _PREFIXED.findall(tag.partition(b">")[0] + b">"))
    prefix = next((name for name in names if name not in known), "")
    iri = WELL_KNOWN.get(prefix, "http://…")
    what = f"The prefix {prefix}: is not declared." if prefix else "A prefix of this tag is not declared."
    return Slip(what, f'Write xmlns:{prefix or "…"}="{iri}" into the rdf:RDF tag.')


def _undefined(after: bytes) -> Slip:
    """What to say of an entity that is not declared, such as those of HTML."""
    from html.entities import name2codepoint  # only for such a fault

    found = re.match(rb"&([\w.-]+);", after)
    name = found[1].decode("utf-8", "replace") if found else "…"
    code = name2codepoint.get(name)
    hint = f"Write &#{code}; for it." if code else "Declare the entity in a DOCTYPE, or write its text."
    return Slip(f"The entity &{name}; is not declared.", hint)


def open_element(pieces: Iterable[bytes], file: str) -> tuple[str, int] | None:
    """Return the innermost element that is open where a document ends or breaks off, and its line."""
    stack: list[tuple[str, int]] = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, _: stack.append((name, parser.CurrentLineNumber))
    parser.EndElementHandler = lambda _: stack.pop()
    with suppress(expat.ExpatError):
        for piece in in_utf8(pieces, file):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    return stack[-1] if stack else None
