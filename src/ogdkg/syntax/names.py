"""Spellings and the terms they stand for, under the prefixes and the base in force."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any, NoReturn, cast

from ogdkg.rdf.terms import DIRECTIONS, Blank, Iri, Literal, Subject, Term, in_language, typed
from ogdkg.syntax import iri
from ogdkg.syntax.grammar import LITERAL_PARTS
from ogdkg.syntax.model import RDF_TYPE
from ogdkg.syntax.source import Source

_WORDS: dict[bytes, Term] = {
    b"a": RDF_TYPE,
    b"true": typed("true", "boolean"),
    b"false": typed("false", "boolean"),
}
_SHORT = 128
_CACHED = (
    100_000  # short spellings kept; the cache starts anew then, so that memory does not grow with the file
)

# Beyond ASCII, first and last of each range of PN_CHARS (Turtle, 6.5), and what of it may not come first.
_RANGES = (
    "\u00b7\u00b7\u00c0\u00d6\u00d8\u00f6\u00f8\u037d\u037f\u1fff\u200c\u200d\u203f\u2040\u2070\u218f"
    "\u2c00\u2fef\u3001\ud7ff\uf900\ufdcf\ufdf0\ufffd\U00010000\U000effff"
)
_NOT_FIRST = re.compile("[\u00b7\u0300-\u036f\u203f\u2040]")

_UCHAR = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))")
_ECHAR = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_ENCODE = "Percent-encode it: a blank is %20."
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}", re.DOTALL)
_NOT_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\]")


class NameTable:
    """Turns the spelling of a term into the term. Prefixes and base change as directives are read."""

    def __init__(self, source: Source, base: str | None) -> None:
        self.source = source
        self.base = base
        self.prefixes: dict[str, str] = {}
        self.cache: dict[bytes, Any] = dict(_WORDS)
        self.refuses_newer = False

    def declare(self, prefix: str, namespace: str) -> None:
        """Declare a prefix."""
        self.prefixes[prefix] = namespace
        self._forget()

    def restore(self, prefixes: dict[str, str]) -> None:
        """Put the prefixes in force back to what they were at some place of the document."""
        if prefixes is not self.prefixes:
            self.prefixes = prefixes
            self._forget()

    def set_base(self, base: str) -> None:
        """Set the base that relative IRIs are resolved against."""
        self.base = base
        self._forget()

    def newer(self, words: str, offset: int) -> None:
        """Take note of what only RDF 1.2 has; InputError where the command does not read it."""
        if self.refuses_newer:
            what = "Leave it out" if words == "a base direction" else "Give the statement a node of its own"
            hint = f"{what}; `ogdkg convert` reads RDF 1.2."
            message = f"Here stands {words} (RDF 1.2), which this command does not read."
            raise self.source.error(offset, message, hint)

    def term(self, raw: bytes, offset: int) -> Term:
        """The term of a spelling that the grammar let through, met at an offset."""
        term: Term = self.cache.get(raw) or self.learn(raw, offset)
        return term

    def node(self, raw: bytes, offset: int) -> Subject:
        """The term of a spelling of which the grammar has told that it is no literal."""
        return cast(Subject, self.term(raw, offset))

    def predicate(self, raw: bytes, offset: int) -> Iri:
        """Return the predicate that a token stands for."""
        return cast(Iri, self.term(raw, offset))

    def learn(self, raw: bytes, offset: int) -> Any:
        """The term of a spelling met for the first time; the grammar has told the caller its kind."""
        term = self._read(raw, offset)
        if len(self.cache) > _CACHED:
            self._forget()
        if len(raw) < _SHORT:
            self.cache[raw] = term
        return term

    def _forget(self) -> None:
        self.cache.clear()
        self.cache.update(_WORDS)

    def _read(self, raw: bytes, offset: int) -> Term:
        first = raw[:1]
        if first == b"<":
            return Iri(self.iri(raw, offset))
        if first in b"\"'":
            return self._literal(raw, offset)
        if first in b"+-.0123456789":
            return _number(raw.decode())
        if first == b"_":
            return self._blank(raw, offset)
        return Iri(self._name(raw, offset))

    def iri(self, raw: bytes, offset: int) -> str:
        """The absolute IRI of `<…>`."""
        text = raw[1:-1].decode()
        if "\\" in text:
            text = _UCHAR.sub(lambda match: self._character(match, offset), text)
            if _NOT_IN_IRI.search(text):
                from ogdkg.text.slips import quoted  # as above

                message = f"The IRI {quoted(text)} holds a character that IRIs may not hold."
                raise self.source.error(offset, message, _ENCODE)
        if "%" in text and (bad := _NO_ESCAPE.search(text)):  # RFC 3987, section 2.2, pct-encoded
            from ogdkg.text.slips import percent_slip  # as above

            raise self.source.error(offset, *percent_slip(bad[0]))
        if iri.is_absolute(text):
            return text
        if self.base is None:
            from ogdkg.text.slips import without_scheme  # as above

            hint = without_scheme(text) or "Write the whole IRI, or give a base."
            raise self.source.error(offset, f"The IRI <{text}> is relative, and there is no base.", hint)
        return iri.resolve(text, self.base)

    def prefix(self, raw: bytes, offset: int) -> str:
        """The prefix that a directive declares, without its colon."""
        prefix, _, local = raw.decode().partition(":")
        if local or not is_name(prefix):
            from ogdkg.text.slips import quoted  # only for a broken file

            message = f"{quoted(raw.decode())} is no prefix."
            raise self.source.error(offset, message, "A prefix is a name and a colon.")
        return prefix

    def _name(self, raw: bytes, offset: int) -> str:
        prefix, _, local = raw.decode().partition(":")
        if prefix not in self.prefixes:
            self._undeclared(raw, offset)
        if not raw.isascii() and not (is_name(prefix) and is_name(local)):
            self._not_a_name(raw, offset)
        if "\\" in local:
            local = _LOCAL_ESCAPE.sub(r"\1", local)
        return self.prefixes[prefix] + local

    def _blank(self, raw: bytes, offset: int) -> Blank:
        label = raw[2:].decode()
        if not raw.isascii() and not is_name(label):
            self._not_a_name(raw, offset)
        return Blank(label)

    def _literal(self, raw: bytes, offset: int) -> Literal:
        match = LITERAL_PARTS.fullmatch(raw)
        assert match is not None, "the grammar let the literal through"
        lexical = self._string(match["string"], offset)
        if match["tag"]:
            return self._in_language(lexical, match["tag"].decode(), offset + match.start("tag"))
        if not match["datatype"]:
            return Literal(lexical)
        datatype = self._read(match["datatype"], offset + match.start("datatype"))
        assert isinstance(datatype, Iri), "the grammar lets only an IRI follow ^^"
        return Literal(lexical, datatype.value)

    def _in_language(self, lexical: str, tag: str, offset: int) -> Literal:
        literal = in_language(lexical, tag)
        if literal.direction:
            offset += len(literal.language)
            if literal.direction not in DIRECTIONS:
                hint = "A base direction is --ltr or --rtl."
                raise self.source.error(offset, f"--{literal.direction} is not a base direction.", hint)
            self.newer("a base direction", offset)
        return literal

    def _string(self, raw: bytes, offset: int) -> str:
        quotes = 3 if raw[:3] in (b'"""', b"'''") and len(raw) >= 6 else 1
        text = raw[quotes:-quotes].decode()
        return _ESCAPE.sub(lambda match: self._character(match, offset), text) if "\\" in text else text

    def _character(self, match: re.Match[str], offset: int) -> str:
        """The character of an escape sequence (Turtle, 6.4)."""
        digits = match[1] or match[2]
        if digits is None:
            if match[3] in _ECHAR:
                return _ECHAR[match[3]]
            self._bad_escape(match[0], offset)
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            self._bad_escape(match[0], offset)
        return chr(code)

    def _bad_escape(self, escape: str, offset: int) -> NoReturn:
        hint = r"Write \\ for a backslash; \uXXXX and \UXXXXXXXX stand for characters."
        raise self.source.error(offset, f"The escape sequence {escape} stands for no character.", hint)

    def _not_a_name(self, raw: bytes, offset: int) -> NoReturn:
        from ogdkg.syntax.name_faults import not_a_name  # only for a broken file

        raise not_a_name(self.source, raw, offset)

    def _undeclared(self, raw: bytes, offset: int) -> NoReturn:
        from ogdkg.syntax.name_faults import undeclared  # as above

        prefix = raw.decode().partition(":")[0]
        raise undeclared(self.source, raw, offset, prefix, self.prefixes)


def _number(text: str) -> Literal:
    """The literal of an abbreviated number, digits as they stand (Turtle, 2.5.2)."""
    if "e" in text or "E" in text:
        return typed(text, "double")
    return typed(text, "decimal" if "." in text else "integer")


def is_name(text: str) -> bool:
    """Whether all characters beyond ASCII are such as names may hold; the grammar has seen to the others."""
    return not _NOT_FIRST.match(text) and all(c.isascii() or _is_name_character(c) for c in text)


def _is_name_character(character: str) -> bool:
    return bisect_left(_RANGES, character) % 2 == 1 or character in _RANGES
