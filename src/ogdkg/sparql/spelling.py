"""A query as the engines read it rightly: what SPARQL 1.1 allows and an engine misses is spelled out.

And as they can sort it: see `by_kind`.

Four things: code points written as escapes outside of strings and IRIs (section 19.2), names with more than
one dot (section 19.8, PN_LOCAL), which Oxigraph does not parse, functions without their last argument, each
of which it reads twice, nested ones 2ⁿ times, and paths without steps from a term that the data do not have
(section 18.4), of which it finds none. And `or_false` writes out what an expression is where it is an error.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ogdkg.lean import compile_later
from ogdkg.sparql.tokens import Token, significant_tokens, tokens

if TYPE_CHECKING:
    from ogdkg.sparql.tree import Path, Pattern

_CODE = compile_later(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_DOTS = compile_later(r":(?!//)[^\s.:]*\.[^\s.]*\.")  # no name goes on with //, as most IRIs do
_UNESCAPED = compile_later(r"(?<!\\)\.")
_ESCAPED = r"\\."
# A `*` or `?` right after what may be a path; `?x` is a variable, `COUNT(*)` and `2 * 3` are none.
_MARK = compile_later(r"[\w>)\-.]\s*[*?](?![\w*])")
_MAY_MARK = compile_later(r"[*?](?![\w*])")  # looks at few characters of a text
_OPENING, _CLOSING = "([{", ")]}"
# How many commas stand before the last argument of a function, and what it is by default (section 17.4.3).
_LAST_ARGUMENTS = {"REGEX": (2, ', ""'), "REPLACE": (3, ', ""'), "SUBSTR": (2, ", 2147483647")}
_LACKING = compile_later(r"\b(?:REGEX|REPLACE|SUBSTR)\s*\(", re.IGNORECASE)
_MOST_LACKING = 6  # of which the engine parses 64 in no time
_BEFORE_TRIPLES = ("{", "}", ".", ")")
_NOTHING = Token("sign", "", 0)
_TERMS = ("iri", "name", "string", "number", "variable")
_OFTEN = 10_000  # characters, of which a query that is asked again has fewer
_LONG = 100_000  # characters, of which no query by hand has as many


_is_by_kind = False


@contextlib.contextmanager
def by_kind(is_wanted: bool = True) -> Iterator[None]:
    """Let what queries that begin within find be sorted by the kinds of values first.

    That is for a process made because another one could not sort: any order of kinds will do, but it costs.
    """
    global _is_by_kind
    before, _is_by_kind = _is_by_kind, is_wanted
    try:
        yield
    finally:
        _is_by_kind = before


def spelled_out(text: str) -> str:
    """The query with escapes replaced, and alternatives to paths without steps; the same if it has none."""
    if _is_by_kind:
        from ogdkg.sparql.kinds import sorted_by_kind  # few queries need it

        text = sorted_by_kind(text)
    return _spelled_out_again(text) if len(text) < _OFTEN else _spelled_out(text)


def _spelled_out(text: str) -> str:
    if "\\u" in text or "\\U" in text:
        text = without_codes(text)
    text = readable(text)
    may_mark = len(text) < _LONG and _MAY_MARK.search(text) and _MARK.search(text)
    return _with_empty_paths(text) if may_mark else text


_spelled_out_again = lru_cache(maxsize=128)(_spelled_out)  # a rule and a stored query run more than once


def readable(text: str) -> str:
    """The text as Oxigraph parses it, and does so in time."""
    return _with_last_arguments(_with_escaped_dots(text))


def _with_last_arguments(text: str) -> str:
    """The text with the last argument of each function that has a default for it, where there are many."""
    if text.count("(") <= _MOST_LACKING or len(_LACKING.findall(text)) <= _MOST_LACKING:
        return text
    parts, end = [], 0
    for place, argument in _lacking(significant_tokens(text)):
        parts += [text[end:place], argument]
        end = place
    return "".join(parts) + text[end:]


def _lacking(words: list[Token]) -> Iterator[tuple[int, str]]:
    """Where an argument is missing, and which; in the order of the text."""
    open_calls: list[list[Any]] = []  # of each bracket that is open: the function before it, and its commas
    for before, token in pairwise([_NOTHING, *words]):
        if token.kind != "sign":
            continue
        if token.text in _OPENING:
            open_calls.append([before.text.upper() if before.kind == "word" else "", 0])
        elif token.text in _CLOSING and open_calls:
            function, commas = open_calls.pop()
            most, argument = _LAST_ARGUMENTS.get(function, (0, ""))
            if commas == most - 1:
                yield token.start, argument
        elif token.text == "," and open_calls:
            open_calls[-1][1] += 1


def _with_escaped_dots(text: str) -> str:
    """The text with the dots of names escaped, where a name has more than one."""
    if not _DOTS.search(text):
        return text
    return "".join(map(_escaped, tokens(text)))


def _escaped(token: Token) -> str:
    prefix, colon, local = token.text.partition(":")
    if token.kind != "name" or local.count(".") < 2:
        return token.text
    return f"{prefix}{colon}{_UNESCAPED.sub(_ESCAPED, local)}"


def without_codes(text: str) -> str:
    """The text with the characters that escapes stand for; strings and IRIs are left to the engines."""
    parts, codes = [], ""
    for token in tokens(text):
        if token.kind in ("iri", "string", "comment"):
            parts.append(_CODE.sub(_character, codes) + token.text)
            codes = ""
        else:
            codes += token.text
    return "".join(parts) + _CODE.sub(_character, codes)


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    return chr(number) if number <= 0x10FFFF else code[0]


def _with_empty_paths(text: str) -> str:
    parts, end = [], 0
    for start, stop, found in _blocks(text):
        if start >= end:
            parts += [text[end:start], " . ".join(map(_written, found))]
            end = stop
    return "".join(parts) + text[end:]


def _blocks(text: str) -> Iterator[tuple[int, int, list[Pattern]]]:
    """The triples of one subject, where a path among them may lead from a constant to itself by no step."""
    from ogdkg.sparql.reader import triples_at  # few queries have such a path, and it takes some milliseconds

    query = significant_tokens(text)
    starts = [
        index
        for index, (before, token) in enumerate(pairwise([_NOTHING, *query]))
        if token.kind in _TERMS and before.text in _BEFORE_TRIPLES
    ]
    for start, end, found in triples_at(text, query, starts):
        if any(map(_needs_more, found)) and not _has_brackets(query[start:end]):
            last = query[end - 1]
            yield query[start].start, last.start + len(last.text), found


def _has_brackets(words: list[Token]) -> bool:
    """Whether a blank node or a list stands among the triples, whose name would be lost."""
    return any(token.kind == "blank" or token.text == "[" for token in words)


def _needs_more(pattern: Pattern) -> bool:
    ends = (pattern.subject, pattern.object)
    return _may_be_empty(pattern.path) and not all(end.startswith("?") for end in ends)


def _may_be_empty(path: Path) -> bool:
    """Whether a path matches without a step."""
    if path.kind in ("*", "?"):
        return True
    if path.kind in ("/", "^", "+"):
        return all(map(_may_be_empty, path.parts))
    return path.kind == "|" and any(map(_may_be_empty, path.parts))


def _written(pattern: Pattern) -> str:
    """A pattern as text; one that needs more with what is true of a term that no triple has."""
    subject, path, value = pattern.subject, pattern.path.text, pattern.object
    triple = f"{subject} {path} {value}"
    if not _needs_more(pattern):
        return triple
    if value.startswith("?"):
        other = f"FILTER NOT EXISTS {{ {subject} {path} {subject} }} BIND ({subject} AS {value})"
    elif subject.startswith("?"):
        other = f"FILTER NOT EXISTS {{ {value} {path} {value} }} BIND ({value} AS {subject})"
    else:
        other = f"FILTER (SAMETERM({subject}, {value})) FILTER NOT EXISTS {{ {triple} }}"
    return f"{{ {triple} }} UNION {{ {other} }}"


def or_false(expression: str) -> str:
    """Return an expression that is false where the given one is an error (SPARQL 1.1, 17.4.1.3)."""
    return f"COALESCE({expression}, false)"
