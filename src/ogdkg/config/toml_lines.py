"""The lines of the keys in a TOML document, and a check of its nesting before `tomllib` parses it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from ogdkg.config.settings import Key
from ogdkg.lean import NamedTuple

DEEPEST = 32  # nested brackets, or parts of a dotted key: tomllib takes time quadratic in them
LONGEST = 100  # characters of a number, a date or a bare key

_COMMENT = r"\#[^\n]*+"
_TEXT = r"""
    \"\"\"(?:[^"\\]++|\\.|"(?!""))*+"{3,5} | '''(?:[^']++|'(?!''))*+'{3,5}
    | "(?:[^"\\\n]++|\\.)*+" | '[^'\n]*+'
"""
_BARE = r"""[^\s\[\]{}=,."'\#]"""
_MODE = re.VERBOSE | re.DOTALL
_TOKEN = re.compile(
    rf"(?P<blank>[ \t\r]++|{_COMMENT}) | (?P<newline>\n) | (?P<text>{_TEXT})"
    rf"| (?P<sign>[\[\]{{}}=,.]) | (?P<bare>{_BARE}++)",
    _MODE,
)
_BOUNDED = re.compile(rf"[\[\]{{}}.] | {_TEXT} | {_COMMENT} | (?P<bare>{_BARE}{{{LONGEST + 1}}})", _MODE)
_SAME_KEY = re.compile(rf"[ \t]*{_BARE}*[ \t]*")  # what may stand between two dots


class _Token(NamedTuple):
    kind: str
    text: str
    line: int
    start: int = 0


def excess(text: str) -> tuple[int, str] | None:
    """Return the line and a message for what is nested too deeply or too long; None if nothing is."""
    depth = dots = end = 0
    for found in _BOUNDED.finditer(text):
        sign, start = found[0], found.start()
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == ".":
            dots = dots + 1 if _SAME_KEY.fullmatch(text, end, start) else 1
        elif found.lastgroup == "bare":
            return text.count("\n", 0, start) + 1, f"This word is longer than {LONGEST} characters."
        if depth > DEEPEST or dots > DEEPEST:
            return text.count("\n", 0, start) + 1, f"This is nested more than {DEEPEST} deep."
        end = found.end()
    return None


def lines_of(text: str) -> dict[Key, int]:
    """Return the line of each table, key and array member in a valid document."""
    return _Reader(text).lines


def texts_of(text: str) -> dict[Key, tuple[int, int]]:
    """Return where each text value begins and ends in a valid document, its quotation marks included."""
    return _Reader(text).texts


def _tokens(text: str) -> Iterator[_Token]:
    """Yield the tokens without white space, up to the first error."""
    at, line = 0, 1
    while found := _TOKEN.match(text, at):
        kind, word = found.lastgroup or "", found[0]
        if kind != "blank":
            yield _Token(kind, word, line, at)
        line += word.count("\n")
        at = found.end()


class _Reader:
    """Reads the tokens once, and collects the lines of keys."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Key, int] = {}
        self.texts: dict[Key, tuple[int, int]] = {}
        self._tokens = [*_tokens(text), _Token("end", "", 0)]
        self._next = 0
        self._last: dict[Key, int] = {}  # the index of the last member of each array of tables
        at: Key = ()
        while self._now.kind != "end":
            if self._now.kind == "newline":
                self._take()
            elif self._now.text == "[":
                at = self._table()
            else:
                self._pair(at)

    @property
    def _now(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._now
        self._next += token.kind != "end"
        return token

    def _table(self) -> Key:
        """Read `[a.b]`, or `[[a.b]]`, which adds a member to an array."""
        line = self._take().line
        is_member = self._now.text == "["
        if is_member:
            self._take()
        names, at = self._names(), Key()
        for name in names[:-1]:
            at = self._within((*at, name))
        at = (*at, names[-1])
        if is_member:
            self.lines.setdefault(at, line)
            self._last[at] = self._last.get(at, -1) + 1
            at = (*at, self._last[at])
        self.lines.setdefault(at, line)
        while self._now.kind not in ("newline", "end"):
            self._take()
        return at

    def _within(self, at: Key) -> Key:
        return (*at, self._last[at]) if at in self._last else at

    def _names(self) -> list[str]:
        """Read the parts of a dotted key."""
        names = [_name(self._take())]
        while self._now.text == ".":
            self._take()
            names.append(_name(self._take()))
        return names

    def _pair(self, at: Key) -> None:
        line = self._now.line
        for name in self._names():
            at = (*at, name)
            self.lines.setdefault(at, line)
        self._take()  # the equals sign
        self._value(at)

    def _value(self, at: Key) -> None:
        opening = self._now.text
        if opening not in ("[", "{"):
            token = self._take()
            if token.kind == "text":
                self.texts[at] = token.start, token.start + len(token.text)
            while self._now.kind == "bare" or self._now.text == ".":  # 1.5, or a date with a time
                self._take()
            return
        self._take()
        index = 0
        while self._now.kind != "end" and self._now.text not in ("]", "}"):
            if self._now.kind == "newline" or self._now.text == ",":
                self._take()
            elif opening == "{":
                self._pair(at)
            else:
                self.lines.setdefault((*at, index), self._now.line)
                self._value((*at, index))
                index += 1
        self._take()


def _name(token: _Token) -> str:
    """Return a part of a key, unescaped."""
    if token.kind != "text":
        return token.text
    return str(tomllib.loads(f"text = {token.text}")["text"]) if "\\" in token.text else token.text[1:-1]
