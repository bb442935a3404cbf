"""The words of a SPARQL query, and the query that is left when its comments are gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_STRING = (
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    + r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    + r'|"(?:[^"\\\n]|\\.)*"'
    + r"|'(?:[^'\\\n]|\\.)*'"
)
_TOKEN = re.compile(
    rf"""(?P<space>\s+|\#[^\n]*)
    |(?P<iri><[^\x00-\x20<>"{{}}|^`\\]*>)
    |(?P<string>{_STRING})
    |(?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<variable>[?$]\w+)
    |(?P<blank>_:[\w.\-]*\w)
    |(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<name>(?:[^\W\d_][\w.\-]*)?:(?:[\w:%](?:[\w\-.:%]*[\w\-:%])?)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>&&|\|\||!=|<=|>=|\^\^|[{{}}()\[\].;,=<>!*/+\-|^?])""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query; `space` is what stands before it."""

    kind: str
    text: str

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the key words, in any case."""
        return self.kind == "word" and self.text.upper() in words

    def is_variable(self, name: str) -> bool:
        """Whether this is the variable so named; `?` and `$` are alike."""
        return self.kind == "variable" and self.text[1:] == name


def tokens(query: str) -> list[Token] | None:
    """The tokens of a query without spaces and comments; nothing where some part of it is no token."""
    found = list(_tokens(query))
    return None if any(token.kind == "unknown" for token in found) else found


def _tokens(query: str) -> Iterator[Token]:
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if not match:
            yield Token("unknown", query[position:])
            return
        position = match.end()
        if match.lastgroup != "space":
            yield Token(str(match.lastgroup), match.group())


def text(found: list[Token]) -> str:
    """The tokens as a query again."""
    parts: list[str] = []
    for token in found:
        # A tag and a datatype belong to the string before them.
        glued = token.kind == "tag" or token.text == "^^" or (parts and parts[-1] == "^^")
        parts.append(token.text if glued or not parts else f" {token.text}")
        if parts[-1].strip() == "^^":
            parts[-1] = "^^"
    return "".join(parts)


def closing(found: list[Token], start: int) -> int:
    """Where the bracket that opens at `start` closes."""
    pairs = {"{": "}", "(": ")", "[": "]"}
    depth = 0
    for index in range(start, len(found)):
        if found[index].kind == "sign":
            depth += found[index].text in pairs
            depth -= found[index].text in pairs.values()
            if depth == 0:
                return index
    return len(found) - 1
