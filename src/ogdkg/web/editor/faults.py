"""What is wrong with a query, at its place: the line as it was written, and the part of it that is meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from ogdkg.web.http.problems import HttpError

_AROUND = 60  # letters of the line that are shown on both sides
_PART = re.compile(r"[\w:?$@.<>/#-]+|\S|\s")  # a word, a name, a variable or an IRI; else one sign


class Fault(NamedTuple):
    """What is wrong with a query.

    Attributes:
        message: What is wrong, in a sentence.
        hint: What to do about it.
        line: The line, from 1; 0 where it is none's.
        column: The column in code points, from 1.
        before: What stands before it in its line.
        part: What is meant; empty at the end of the line.
        after: What stands after it.
    """

    message: str
    hint: str = ""
    line: int = 0
    column: int = 0
    before: str = ""
    part: str = ""
    after: str = ""


def fault_of(problem: HttpError, text: str) -> Fault:
    """Return what a problem says of a query, with the part of the text that it is about."""
    message, hint = problem.detail, problem.members.get("hint") or ""
    line, column = problem.members.get("line", 0), problem.members.get("column", 0)
    lines = text.split("\n")
    if not (0 < line <= len(lines)):
        return Fault(message, hint)
    shown = lines[line - 1]
    start = min(max(column - 1, 0), len(shown))
    found = _PART.match(shown, start) if column else None
    end = found.end() if found else start
    before, after = shown[:start], shown[end:]
    return Fault(
        message,
        hint,
        line,
        column,
        f"…{before[-_AROUND:]}" if len(before) > _AROUND else before,
        shown[start:end][:_AROUND],
        f"{after[:_AROUND]}…" if len(after) > _AROUND else after,
    )
