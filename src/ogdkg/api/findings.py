"""Findings of a validation as objects: with file, line and message, as text, plain values and HTML."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, overload

from ogdkg.api.notebook import list_html
from ogdkg.api.views import View
from ogdkg.api.wording import place_text
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.render.reports.json import finding_json
from ogdkg.render.reports.reports import report_as
from ogdkg.sandbox.limits import time_limit
from ogdkg.text.escape import one_line
from ogdkg.validation.core import depth
from ogdkg.validation.core.results import Finding as ReportedFinding
from ogdkg.validation.core.results import Report, Severity
from ogdkg.validation.data.reading import sources
from ogdkg.validation.naming import named_nodes, named_shapes
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.project import project_inputs
from ogdkg.validation.pyshacl.client import PyShaclProcess
from ogdkg.validation.pyshacl.process import TIMEOUT

_SEVERITIES = ("violation", "warning", "info")
_REGIMES = ("rdfs", "owlrl")


class Asked(NamedTuple):
    """What a validation is asked for: the options of `ogdkg validate`, by their names."""

    files: tuple[str, ...]
    shapes: tuple[str, ...]
    ontology: tuple[str, ...]
    layer: tuple[str, ...]
    source: tuple[str, ...]
    focus: tuple[str, ...]
    shape: tuple[str, ...]
    severity: str
    inference: str | None
    rules: bool
    baseline: str | None
    no_meta: bool
    whole: bool
    unused: bool
    max_depth: int | None
    timeout: float | None


class Finding:
    """One entry of a report.

    Attributes:
        file: The file, if it is about a place in one.
        line: The line, counted from 1.
        column: The column, counted from 1.
        severity: `violation`, `warning` or `info`, or a severity of the shapes' own.
        message: What is wrong, in one sentence.
        rule: The name of the rule, such as `MinCount`.
        hint: What to do about it.
        focus: The thing that it is about, by its name in the report.
        path: The property that it is about.
        details: The reasons beneath it.
    """

    def __init__(self, report: Report, found: ReportedFinding) -> None:
        place = found.place
        self.file = place.file if place else None
        self.line = place.line if place else None
        self.column = place.column if place else None
        self.severity, self.message, self.rule = report.severity_word(found), found.message, found.rule
        self.hint, self.path = found.hint, found.path
        self.focus = report.name(found.focus) if found.focus else None
        self.details = tuple(Finding(report, detail) for detail in found.details)
        self._whole = finding_json(report, found)

    def to_dict(self) -> dict[str, Any]:
        """Return all that is known of it, as `ogdkg validate -f json` writes it."""
        return dict(self._whole)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        text = f"{self.severity}: {self.message} [{self.rule}]"
        return one_line(f"{place}: {text}" if place else text)

    def __repr__(self) -> str:
        return f"<{self}>"


class Findings(View, Sequence[Finding]):
    """What a validation has found: a sequence of `Finding`.

    Attributes:
        conforms: Whether there is no result of any severity (https://www.w3.org/TR/shacl/#conforms).
        counts: The number of findings by severity.
        notices: What else to know, such as what was left out of the shapes.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self._findings = [Finding(report, each) for each in report.findings]
        self.conforms, self.notices = report.conforms, tuple(report.notices)
        self.counts: Mapping[str, int] = {each.word: count for each, count in report.counts().items()}

    def fails(self, fail_on: str = "violation") -> bool:
        """Whether a finding is as grave as `fail_on`, or graver: then the command's exit code is 1.

        Args:
            fail_on: `violation`, `warning`, `info`, or `never`.

        Raises:
            UsageError: There is no such severity.
        """
        return self.report.fails(_severity(fail_on))

    def __len__(self) -> int:
        return len(self._findings)

    @overload
    def __getitem__(self, place: int) -> Finding: ...

    @overload
    def __getitem__(self, place: slice) -> list[Finding]: ...

    def __getitem__(self, place: int | slice) -> Finding | list[Finding]:
        return self._findings[place]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each finding as plain values."""
        return [each.to_dict() for each in self]

    def to_dict(self) -> dict[str, Any]:
        """Return the whole report as plain values."""
        whole: dict[str, Any] = json.loads(self.to_json())
        return whole

    def to_json(self) -> str:
        """Return the report as JSON, as the command writes it."""
        return self.as_format("json")

    def as_format(self, format: str) -> str:
        """Return the report in a format of `ogdkg validate`.

        Args:
            format: `text`, `json`, `junit`, `sarif`, `github`, `turtle` or `html`.

        Raises:
            UsageError: There is no such format.
        """
        return report_as(format, self.report)

    def _text(self) -> Iterable[str]:
        return [self.as_format("text")]

    def __repr__(self) -> str:
        counted = ", ".join(f"{count} {word}" for word, count in self.counts.items())
        return f"<{len(self)} findings: {counted}>"

    def _repr_html_(self) -> str:
        entries = (
            (each.severity, place_text(each.file, each.line), f"{each.message} {each.hint or ''}", each.rule)
            for each in self
        )
        return list_html(("Severity", "Place", "Message", "Rule"), entries, repr(self)[1:-1])


def validated(graph: Graph, asked: Asked) -> Findings:
    """Validate what is asked for, as `Graph.validate` says.

    Raises:
        UsageError: There is no such severity or way of inference.
    """
    severity = _severity(asked.severity)
    if graph.project.loose and not asked.files:  # files of no project are what is asked of
        asked = asked._replace(files=tuple(str(source.path) for source in graph.project.loose))
    if asked.inference not in (None, *_REGIMES):
        raise UnknownNameError("inference", asked.inference, _REGIMES, see=f"Choose one of: {_REGIMES}.")
    timeout = TIMEOUT if asked.timeout is None else time_limit(asked.timeout)
    project = None if asked.files and asked.shapes else graph.project
    inputs = _inputs(graph, asked, project, timeout)
    with _deep_calls(), PyShaclProcess(timeout) as pyshacl:
        report = Validator(pyshacl, _options(asked, project)).run(inputs)
    if asked.baseline:
        from ogdkg.render.reports.baseline import only_new  # few compare

        is_part = bool(asked.focus or asked.shape or asked.layer)
        report = only_new(report, asked.baseline, is_part=is_part)
    return Findings(report.at_least(severity))


def _inputs(graph: Graph, asked: Asked, project: Project | None, timeout: float | None) -> Inputs:
    if asked.files and (asked.layer or asked.source):
        message = "layer and source are for the project's graph."
        raise UsageError(message, hint="Leave them out, or the files.")
    contexts = graph.project.context_files
    data, shapes, ontology = (
        sources(each, contexts=contexts) for each in (asked.files, asked.shapes, asked.ontology)
    )
    inputs = Inputs(data, shapes, ontology)
    if project:
        if project.packaged and asked.files:
            name = inputs.data[0].name
            raise UsageError(f"There are no shapes to validate {name} against.", hint="Name them: shapes=…")
        layers = asked.layer or graph.options.layers
        inputs = project_inputs(project, inputs, layers, graph.options.endpoint, timeout)
    if not inputs.shapes:
        raise UsageError("There are no shapes to validate against.", hint="Name a file: shapes=…")
    return replace(inputs, documents=tuple(map(Path, asked.source))) if asked.source else inputs


def _options(asked: Asked, project: Project | None) -> Options:
    return Options(
        focus=named_nodes(asked.focus, project),
        shape=named_shapes(asked.shape, project),
        meta=not asked.no_meta,
        prefilter=not asked.whole,
        rules=asked.rules,
        regime=asked.inference,
        unused=asked.unused,
        max_depth=_depth(asked.max_depth),
        prefixes=dict(project.prefixes) if project else {},
    )


def _depth(most: int | None) -> int:
    if most is None:
        return depth.MAX_DEPTH
    if not 1 <= most <= depth.HIGHEST_MAX_DEPTH:
        raise UsageError(f"max_depth is from 1 to {depth.HIGHEST_MAX_DEPTH}, not {most}.")
    return most


def _severity(word: str) -> Severity | None:
    severity = Severity.named(word)
    if severity is None and word != "never":
        raise UnknownNameError("severity", word, _SEVERITIES, see=f"Choose one of: {', '.join(_SEVERITIES)}.")
    return severity


@contextmanager
def _deep_calls() -> Iterator[None]:
    """Let shapes be nested as deeply as on the command line."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, depth.MOST_CALLS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
