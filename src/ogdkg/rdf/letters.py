"""Letters past ASCII: which of them an IRI may have, and a name behind a prefix. Few do."""

from __future__ import annotations

from ogdkg.lean import compile_later

# PN_CHARS_BASE (Turtle, 6.5), digits and underscore, without joiners, which nobody sees; marks come behind.
_LETTERS = (
    "A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_MARKED = rf"{_LETTERS}\u00b7\u0300-\u036f\-"
_LOCAL_NAME = compile_later(rf"[{_LETTERS}](?:[{_MARKED}.]*[{_MARKED}])?")


def is_local_name(text: str) -> bool:
    """Whether a text can stand behind a prefix as it is, in Turtle and SPARQL."""
    return _LOCAL_NAME.fullmatch(text) is not None


def are_allowed(text: str) -> bool:
    """Whether RFC 3987 has the characters past ASCII of a text in an IRI (ucschar), without private use."""
    return all(character.isascii() or _is_allowed(character) for character in text)


def _is_allowed(character: str) -> bool:
    code = ord(character)
    if code > 0xFFFF:
        return code < 0xF0000 and code & 0xFFFF < 0xFFFE and not 0xE0000 <= code < 0xE1000
    return 0xA0 <= code <= 0xD7FF or 0xF900 <= code <= 0xFDCF or 0xFDF0 <= code <= 0xFFEF
