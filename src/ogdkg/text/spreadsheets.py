"""Texts of cells that no spreadsheet program takes for a formula (OWASP: CSV injection)."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def guarded(text: str) -> str:
    """Return a text of a CSV cell that no spreadsheet program takes for a formula.

    >>> guarded("=1+1"), guarded("-5"), guarded("'=a")
    ("'=1+1", '-5', "''=a")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Return what a guarded text says.

    >>> unguarded(guarded("'=a")), unguarded("'twas")
    ("'=a", "'twas")
    """
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text
