"""Validates what a write would leave, before it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ogdkg.project.project import Project
from ogdkg.rdf.formats import NQUADS
from ogdkg.render.reports.json import finding_json
from ogdkg.store.codec import ox_format
from ogdkg.validation.core.results import Severity
from ogdkg.validation.data.reading import Source
from ogdkg.validation.operation import Inputs, Options, validate
from ogdkg.validation.project import project_inputs
from ogdkg.web.http.problems import HttpError

_MOST = 100  # findings of an answer


def store_source(quads: bytes) -> Source:
    """Return N-Quads as data to validate."""
    return Source("store", ox_format(NQUADS), quads, is_file=False)


def data_with(project: Project, path: Path, content: bytes) -> list[Source]:
    """Return the data of a project, one file with other content."""
    data = project_inputs(project, Inputs((), ())).data
    wanted = path.resolve()
    return [replace(each, content=content) if Path(each.name).resolve() == wanted else each for each in data]


def check_valid(project: Project, data: Sequence[Source]) -> None:
    """Raise HttpError 422, with the findings, where data violate the shapes of a project."""
    inputs = project_inputs(project, Inputs(data, ()))
    if not inputs.shapes:
        raise HttpError(500, "The project has no shapes to validate against.")
    report = validate(inputs, Options(prefixes=project.prefixes))
    severe = [each for each in report.findings if each.severity >= Severity.VIOLATION]
    if severe:
        findings = [finding_json(report, each) for each in severe[:_MOST]]
        number = len(severe) + report.omitted
        detail = f"The graph would violate its shapes ({number} findings), so nothing was written."
        raise HttpError(422, detail, findings=findings)
