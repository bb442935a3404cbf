"""The tokens of Turtle, TriG, N-Triples and N-Quads (RDF 1.2) as one regular expression over bytes.

Repetitions are possessive, so that a token is the longest possible one (Turtle, 6.5) and none is tried twice.
Any byte above 127 passes for a letter here: which characters a name may hold is checked once per spelling,
in `names`. A literal is one token, its language tag or datatype included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ogdkg.lean import NamedTuple
from ogdkg.syntax.source import Source

_LETTER = rb"A-Za-z\x80-\xff"
_CHAR = rb"[" + _LETTER + rb"0-9_\-]"
_DOTTED = rb"(?:\.++" + _CHAR + rb"++)*+"
_PLX = rb"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL_RUN = rb"(?:[" + _LETTER + rb"0-9_:\-]|" + _PLX + rb")++"
_EXPONENT = rb"[eE][+-]?[0-9]++"

IRI = rb"<[^\x00-\x20<>\"{}|^`\\]*+(?:(?:\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})[^\x00-\x20<>\"{}|^`\\]*+)*+>"
PREFIX = rb"(?:[" + _LETTER + rb"]" + _CHAR + rb"*+" + _DOTTED + rb")?+:"
LOCAL = rb"(?!-)" + _LOCAL_RUN + rb"(?:\.++" + _LOCAL_RUN + rb")*+"
NAME = PREFIX + rb"(?:" + LOCAL + rb")?+"
BLANK = rb"_:[" + _LETTER + rb"0-9_]" + _CHAR + rb"*+" + _DOTTED
STRING = (
    rb'"""[^"\\]*+(?:(?:\\[^\r\n]|"(?!""))[^"\\]*+)*+"""'
    rb"|'''[^'\\]*+(?:(?:\\[^\r\n]|'(?!''))[^'\\]*+)*+'''"
    rb'|"(?!"")[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"'
    rb"|'(?!'')[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*+'"
)
TAG = rb"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+"
# A directive may follow the string of VERSION.
_DIRECTIVE = rb"@(?:prefix|base|version)(?![A-Za-z0-9\-])"
NUMBER = (
    rb"[+-]?(?:[0-9]++(?:\.[0-9]*+)?" + _EXPONENT + rb"|\.[0-9]++" + _EXPONENT + rb"|[0-9]*\.[0-9]++|[0-9]++)"
)
SPACE = rb"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
LITERAL = (
    rb"(?:"
    + STRING
    + rb")(?>"
    + TAG
    + rb"|"
    + SPACE
    + rb"(?:(?!"
    + _DIRECTIVE
    + rb")"
    + TAG
    + rb"|\^\^"
    + SPACE
    + rb"(?:"
    + IRI
    + rb"|"
    + NAME
    + rb")))?+"
)

# What a plain statement has, each a group.
NODE = rb"((?>" + IRI + rb"|" + NAME + rb"|" + BLANK + rb"))"
VERB = rb"((?>" + IRI + rb"|" + NAME + rb"|a(?![A-Za-z0-9_.\-\x80-\xff])))"
OBJECT = rb"((?>" + IRI + rb"|" + NAME + rb"|" + BLANK + rb"|" + LITERAL + rb"|" + NUMBER + rb"|true|false))"

# The parts of a literal, with the white space between them.
LITERAL_PARTS = re.compile(
    rb"(?P<string>" + STRING + rb")(?P<gap>" + SPACE + rb")"
    rb"(?:@(?P<tag>[A-Za-z0-9-]+)|\^\^(?P<inner>" + SPACE + rb")(?P<datatype>[\s\S]+))?"
)

_KINDS = {
    b"comment": rb"#[^\r\n]*+",
    b"iri": IRI,
    b"name": NAME,
    b"blank": BLANK,
    b"literal": LITERAL,
    b"number": NUMBER,
    b"word": rb"[A-Za-z]++",
    # Seven of them and a blank are what a merge leaves of a conflict.
    b"mark": rb"(?!<{7} )<<\(?+|\)>>|>>|\{\||\|\}|[.;,\[\](){}~]",
    b"tag": TAG,
    b"end": rb"\Z",
    b"bad": rb"[\s\S]",
}
TOKEN = re.compile(rb"[ \t\r\n]*+(?:" + rb"|".join(rb"(?P<%s>%s)" % kind for kind in _KINDS.items()) + rb")")


class Token(NamedTuple):
    """A piece of the document with its exact text; `offset` counts bytes."""

    kind: str
    text: str
    offset: int


def tokens(source: Source) -> Iterator[Token]:
    """Every token and comment of a document that is known to be well-formed; white space falls away."""
    for match in TOKEN.finditer(source.data, source.start):
        kind = match.lastgroup or "end"
        if kind == "end":
            return
        yield Token(kind, match[kind].decode(), match.start(kind))
