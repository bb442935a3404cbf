"""A report of files that cannot be read, for whoever reads reports by machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ogdkg.errors import InputError, LimitError
from ogdkg.validation.core.results import Finding, Report, Severity

SYNTAX, LIMIT, INPUT = "Syntax", "Limit", "Input"


def unreadable(error: InputError, text: bytes | None = None) -> Report:
    """Return a report with a finding for each fault, a violation at its place.

    Args:
        error: What is wrong.
        text: What could not be read, if it is in no file.
    """
    faults = error.faults or (error,)
    line_at = _line if text is None else line_of(text)
    return Report(results=(), findings=tuple(_finding(each, line_at) for each in faults), is_unread=True)


def line_of(text: bytes) -> Callable[[Finding], str | None]:
    """Return what gives the line that a finding is at in a text."""
    lines = text.split(b"\n")

    def line(finding: Finding) -> str | None:
        number = finding.place.line if finding.place else None
        within = number and number <= len(lines)
        return lines[number - 1].decode(errors="replace").rstrip("\r") if number and within else None

    return line


def _finding(fault: InputError, line_at: Callable[[Finding], str | None]) -> Finding:
    rule = LIMIT if isinstance(fault, LimitError) else SYNTAX if fault.place and fault.place.line else INPUT
    found = Finding(rule, Severity.VIOLATION, fault.message, place=fault.place, hint=fault.hint)
    return replace(found, excerpt=line_at(found))


def _line(finding: Finding) -> str | None:
    """The line that the finding is at, of a file that is there as it was read."""
    place = finding.place
    if place is None or not place.line or not Path(place.file).is_file():
        return None
    try:
        with Path(place.file).open("rb") as lines:
            line = next(islice(lines, place.line - 1, None), None)
    except OSError:
        return None
    return line.decode(errors="replace").rstrip("\r\n") if line is not None else None
