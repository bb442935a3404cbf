"""Applies the edits that mend findings, and keeps those after which a validation finds nothing new."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ogdkg.files.atomic import stamp
from ogdkg.files.text import reading
from ogdkg.syntax.formatter import FormattedFile
from ogdkg.validation.core.results import Edit, Finding, Report
from ogdkg.validation.operation import Inputs, Validator

MAX_TRIED = 20  # edits tried one by one, where all together are not right


def fixed_files(validator: Validator, inputs: Inputs, report: Report) -> list[FormattedFile]:
    """The files with those edits of a report that are sure: each as it is, and as it would be.

    Args:
        validator: What has made the report; it validates the edited files too.
        inputs: What was validated.
        report: A report with edits.
    """
    read = {name: _read(Path(name)) for name in dict.fromkeys(edit.file for edit in report.edits)}
    trial = _Trial(validator, inputs, report, {name: file.before for name, file in read.items()})
    chosen = trial.sure_edits()
    texts = {name: _applied(file.before, name, chosen) for name, file in read.items()}
    changed = (read[name]._replace(after=text) for name, text in texts.items())
    return [file for file in changed if not file.is_canonical]


class _Trial:
    """Validates the data with some of the edits."""

    def __init__(self, validator: Validator, inputs: Inputs, report: Report, texts: dict[str, bytes]) -> None:
        self._validator = validator
        self._inputs = inputs
        self._report = report
        self._texts = texts
        self._known = {_key(finding) for finding in report.findings}

    def sure_edits(self) -> list[Edit]:
        """All edits, if they are right together; else those that are right one by one and then together."""
        edits = list(self._report.edits)
        if not edits or self._is_right(edits):
            return edits
        chosen: list[Edit] = []
        for number in list(dict.fromkeys(edit.finding for edit in edits))[:MAX_TRIED]:
            more = [edit for edit in edits if edit.finding == number]
            if self._is_right([*chosen, *more]):
                chosen += more
        return chosen

    def _is_right(self, edits: Sequence[Edit]) -> bool:
        """Whether the findings of the edits are gone, and no other has come."""
        data = [
            replace(source, content=_applied(self._texts[source.name], source.name, edits))
            if source.name in self._texts
            else source
            for source in self._inputs.data
        ]
        left = {_key(each) for each in self._validator.run(replace(self._inputs, data=data)).findings}
        mended = {_key(self._report.findings[edit.finding]) for edit in edits}
        return not mended & left and left <= self._known


def _key(finding: Finding) -> tuple[object, ...]:
    """What a finding is about, wherever it stands."""
    shape = finding.shape or ""
    return finding.rule, finding.focus, finding.path, finding.value, shape, finding.message


def _read(path: Path) -> FormattedFile:
    with reading(path):
        read, now, before = time.time_ns(), stamp(path), path.read_bytes()
    return FormattedFile(path, before, before, now, read, "ogdkg validate --fix")


def _applied(text: bytes, name: str, edits: Iterable[Edit]) -> bytes:
    """The text of a file with its edits, which do not overlap."""
    for edit in sorted((e for e in edits if e.file == name), key=lambda e: e.begin, reverse=True):
        text = text[: edit.begin] + edit.text + text[edit.end :]
    return text
