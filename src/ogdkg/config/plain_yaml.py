"""Reads the plain YAML that headers are written in, without PyYAML, whose import takes longer than a query.

A text is plain if it is keys with one-line texts, `[lists]` and `{tables}`, lists with an item a line, tables
indented by blanks, and texts folded with `>`, without a comment or a blank line. Of any other text, also one
with a fault, nothing is said here: PyYAML reads it.
"""

from __future__ import annotations

from typing import Any

from ogdkg.lean import compile_later

_DEEPEST = 8  # collections in collections
# Of what YAML can print: no tab, no other line break than LF, and no byte-order mark. Written as what is left
# out, since Python takes 1.5 ms to compile the ranges that YAML names.
_CHARACTERS = compile_later(
    r"[^\x00-\t\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff\U00010000-\U0010ffff]*+"
)
_KEY = r"(?P<key>[A-Za-z_][A-Za-z0-9_-]{0,99})"
_ENTRY = compile_later(rf"(?P<indent>[ ]*){_KEY}:(?:[ ](?P<value>[^ \n].*))?")
# A text that begins with a letter is no number and no date.
_BLOCK_TEXT = compile_later(r"[A-Za-z](?:[^: ]|:(?! |$)|[ ]+(?![ #]|$))*+")
_FLOW_TEXT = compile_later(r"[A-Za-z](?:[^:#,?\[\]{} ]|:(?=[A-Za-z0-9])|[ ]+(?![ ,\]}#]|$))*+")
_FLOW_KEY = compile_later(rf"{_KEY}:[ ]")
_QUOTED = compile_later(r"\"(?P<double>[^\"\\]*+)\"|'(?P<single>[^']*+)'(?!')")
_NOT_TEXTS = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null"})  # in some case
_NUMBER = compile_later(r"[1-9][0-9]{0,8}(?=[,\]}]|$)")
_MONTH = compile_later(r"[0-9]{4}-[0-9]{2}(?=[,\]}]|$)")  # a text, as a day is needed to be a date


class _NotPlainError(Exception):
    """The text is not plain."""


def plain_mapping(text: str) -> dict[str, Any] | None:
    """Return the value of a plain YAML mapping, or None if the text is not plain."""
    if not _CHARACTERS.fullmatch(text) or "\n\n" in text or not text.endswith("\n"):
        return None if text else {}
    try:
        return _Reader(text).read()
    except _NotPlainError:
        return None


class _Reader:
    """Reads the lines once."""

    def __init__(self, text: str) -> None:
        self._lines = text.removesuffix("\n").split("\n")
        self._next = 0

    def read(self) -> dict[str, Any]:
        return self._table(0, 0)

    def _indent(self) -> int:
        """The blanks before the next line, or -1 at the end."""
        if self._next == len(self._lines):
            return -1
        line = self._lines[self._next]
        return len(line) - len(line.lstrip(" "))

    def _table(self, indent: int, depth: int) -> dict[str, Any]:
        table: dict[str, Any] = {}
        while self._indent() == indent:
            entry = _ENTRY.fullmatch(self._lines[self._next])
            if entry is None or entry["key"] in table or depth == _DEEPEST:
                raise _NotPlainError
            self._next += 1
            table[entry["key"]] = self._value(entry["value"], indent, depth + 1)
        if self._indent() > indent:
            raise _NotPlainError
        return table

    def _value(self, value: str | None, indent: int, depth: int) -> Any:
        if value is None:
            if self._begins_item() and self._indent() >= indent:
                return self._list(self._indent(), depth)
            if self._indent() <= indent:
                raise _NotPlainError
            return self._table(self._indent(), depth)
        if value in (">", ">-"):
            return self._folded(indent) + ("\n" if value == ">" else "")
        if _BLOCK_TEXT.fullmatch(value):
            return _text(value)
        return _flow_value(value, depth)

    def _begins_item(self) -> bool:
        return self._next < len(self._lines) and self._lines[self._next].lstrip(" ").startswith("- ")

    def _list(self, indent: int, depth: int) -> list[Any]:
        """Items that each take a line."""
        if depth == _DEEPEST:
            raise _NotPlainError
        items = []
        while self._indent() == indent and self._begins_item():
            value = self._lines[self._next][indent + 2 :]
            self._next += 1
            items.append(_text(value) if _BLOCK_TEXT.fullmatch(value) else _flow_value(value, depth + 1))
        return items

    def _folded(self, indent: int) -> str:
        """Lines that stand below one another, joined by blanks."""
        within, lines = self._indent(), []
        if within <= indent:
            raise _NotPlainError
        while (now := self._indent()) > indent:
            if now != within or self._lines[self._next].endswith(" "):
                raise _NotPlainError
            lines.append(self._lines[self._next][within:])
            self._next += 1
        return " ".join(lines)


def _flow_value(text: str, depth: int) -> Any:
    value, end = _flow(text, 0, depth)
    if end != len(text):
        raise _NotPlainError
    return value


def _flow(text: str, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at an offset, and where it ends."""
    if text.startswith(("[", "{"), at):
        return _collection(text, at, depth)
    if quoted := _QUOTED.match(text, at):
        return quoted[quoted.lastgroup or 0], quoted.end()
    if number := _NUMBER.match(text, at):
        return int(number[0]), number.end()
    if month := _MONTH.match(text, at):
        return month[0], month.end()
    if plain := _FLOW_TEXT.match(text, at):
        return _text(plain[0]), plain.end()
    raise _NotPlainError


def _collection(text: str, at: int, depth: int) -> tuple[Any, int]:
    if depth == _DEEPEST:
        raise _NotPlainError
    closing = "]" if text[at] == "[" else "}"
    items: list[Any] = []
    table: dict[str, Any] = {}
    at += 1
    if text.startswith(closing, at):
        return (items if closing == "]" else table), at + 1
    while True:
        key = _FLOW_KEY.match(text, at) if closing == "}" else None
        if closing == "}" and (key is None or key["key"] in table):
            raise _NotPlainError
        value, at = _flow(text, key.end() if key else at, depth + 1)
        if key:
            table[key["key"]] = value
        items.append(value)
        if text.startswith(closing, at):
            return (table if key else items), at + 1
        if not text.startswith(", ", at):
            raise _NotPlainError
        at += 2


def _text(text: str) -> str:
    """A text without quotation marks, unless YAML means something else by it."""
    if text.lower() in _NOT_TEXTS:
        raise _NotPlainError
    return text
