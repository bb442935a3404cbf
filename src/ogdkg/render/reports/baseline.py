"""A baseline: the findings of an earlier run, so that only those fail that are new.

It is the report of `-f json`, or what is written here: without lines, so that it changes with the findings
alone. A finding is the same one if it is about the same thing for the same reason, wherever it stands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ogdkg.errors import InputError, Place
from ogdkg.files.text import read_text
from ogdkg.render.reports.json import finding_json
from ogdkg.text.escape import json_text
from ogdkg.validation.core.results import Baseline, Finding, Report, Severity

MOST = 1 << 28  # bytes: a report of some hundred thousand findings
_KEPT = ("rule", "severity", "message", "focus", "path", "predicate", "value", "shape")
_HINT = "Write it with --write-baseline, or with -f json."
Key = tuple[str, ...]


def baseline_json(report: Report) -> str:
    """The findings of a report as a baseline: what tells them apart, in the order of that."""
    kept = [_kept(finding_json(report, finding)) for finding in report.findings]
    return json_text({"findings": sorted(kept, key=lambda each: (_key(each), json_text(each, None)))}) + "\n"


def _kept(entry: Mapping[str, Any]) -> dict[str, Any]:
    is_blank = entry.get("focus", {}).get("type") == "bnode"
    names = (*_KEPT, *(("name",) if is_blank else ()), *(() if "focus" in entry else ("file",)))
    return {name: entry[name] for name in names if name in entry}


def all_known(report: Report, file: str) -> Report:
    """The report once its findings are a baseline."""
    return replace(report, findings=(), baseline=Baseline(file, len(report.findings), 0))


def only_new(report: Report, file: str, *, is_part: bool = False) -> Report:
    """The report without the findings that a baseline has; as often as it has them, and no graver.

    Args:
        report: All findings.
        file: The baseline.
        is_part: Whether only some of the findings were asked for, so that none can be told to be gone.

    Raises:
        InputError: The file is no baseline.
    """
    known = _read(file)
    left = {key: sorted(severities) for key, severities in known.items()}
    new = [finding for finding in report.findings if not _taken(left, report, finding)]
    gone = 0 if is_part else sum(map(len, left.values()))
    found = Baseline(file, len(report.findings) - len(new), gone)
    return replace(report, findings=tuple(new), baseline=found)


def _taken(left: dict[Key, list[Severity]], report: Report, finding: Finding) -> bool:
    """Whether the baseline has a finding, which is then taken out of it; the mildest that is as grave."""
    severities = left.get(_key(finding_json(report, finding)), [])
    fit = next((each for each in severities if each >= finding.severity), None)
    if fit is None:
        return False
    severities.remove(fit)
    return True


def _key(entry: Mapping[str, Any]) -> Key:
    """What tells a finding from others, as far as it stays when files are edited and prefixes renamed."""
    focus = entry.get("focus")
    return (
        str(entry.get("rule")),
        _term(focus, str(entry.get("name"))) if focus else str(entry.get("file")),
        str(entry.get("predicate") or entry.get("path", "")),
        _term(entry.get("value"), ""),
        _term(entry.get("shape"), ""),
    )


def _term(term: Any, name: str) -> str:
    """A term as text; a blank node has another label each time, so it is what it is called."""
    is_blank = isinstance(term, Mapping) and term.get("type") == "bnode"
    return name if is_blank else json.dumps(term, sort_keys=True)


def _read(file: str) -> dict[Key, list[Severity]]:
    """The severities of the findings in a file, by what tells them apart."""
    path = Path(file)
    if not path.exists():
        raise InputError("There is no such baseline.", place=Place(file), hint=_HINT)
    try:
        body = json.loads(read_text(path, file, most=MOST, pipes=True))
    except json.JSONDecodeError as error:
        message = f"The baseline is not JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        raise InputError(message, place=Place(file, error.lineno, error.colno), hint=_HINT) from error
    except RecursionError as error:
        raise InputError("The baseline is nested too deeply.", place=Place(file), hint=_HINT) from error
    entries = body.get("findings") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise InputError('The baseline has no list of "findings".', place=Place(file), hint=_HINT)
    found: dict[Key, list[Severity]] = {}
    for entry in entries:
        severity = Severity.named(str(entry.get("severity")))
        found.setdefault(_key(entry), []).append(severity or Severity.VIOLATION)
    return found
