"""A report of files that cannot be read, for whoever reads reports by machine."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path

from ogdkg.errors import InputError, LimitError
from ogdkg.validation.core.results import Finding, Report, Severity

SYNTAX, LIMIT, INPUT = "Syntax", "Limit", "Input"


def unreadable(error: InputError) -> Report:
    """Return a report with a finding for each fault, a violation at its place."""
    faults = error.faults or (error,)
    return Report(results=(), findings=tuple(map(_finding, faults)), is_unread=True)


def _finding(fault: InputError) -> Finding:
    rule = LIMIT if isinstance(fault, LimitError) else SYNTAX if fault.place and fault.place.line else INPUT
    found = Finding(rule, Severity.VIOLATION, fault.message, place=fault.place, hint=fault.hint)
    return replace(found, excerpt=_line(found))


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
