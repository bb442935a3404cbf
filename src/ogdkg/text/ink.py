"""Colours of a terminal: the few attributes that text for people may have there (ECMA-48, 8.3.117 SGR)."""

from __future__ import annotations

from typing import NamedTuple


class Ink(NamedTuple):
    """Sets text in an attribute, or leaves it as it is where there are none.

    The text is escaped already (`escape.one_line`); `escape.told_styled` lets these attributes through.
    """

    on: bool = False

    def strong(self, text: str) -> str:
        """What one looks for first: headings, names."""
        return self._set("1", text)

    def faint(self, text: str) -> str:
        """What one may pass over: rules, footnote marks."""
        return self._set("2", text)

    def bad(self, text: str) -> str:
        """Something wrong, or taken away."""
        return self._set("31", text)

    def good(self, text: str) -> str:
        """Something added."""
        return self._set("32", text)

    def odd(self, text: str) -> str:
        """Something to look at."""
        return self._set("33", text)

    def _set(self, attribute: str, text: str) -> str:
        return f"\x1b[{attribute}m{text}\x1b[0m" if self.on and text else text


PLAIN = Ink()
