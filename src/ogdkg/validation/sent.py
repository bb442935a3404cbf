"""Judges a text that somebody sends, such as over HTTP: it is in no file, and places are lines of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import NamedTuple

from ogdkg.errors import InputError, LimitError, Place, with_namespace
from ogdkg.project.project import Project
from ogdkg.rdf.formats import Format
from ogdkg.validation.core.depth import MOST_CALLS
from ogdkg.validation.core.results import Finding, Report, Term
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.reading import STDIN, Source, quads, sent
from ogdkg.validation.foreign import report_of
from ogdkg.validation.operation import Inputs, Options, validate
from ogdkg.validation.project import project_inputs
from ogdkg.validation.report.text_slips import text_slips
from ogdkg.validation.report.unreadable import line_of, unreadable

_OPTION, _IN_THE_TEXT = "--context ", "Nothing is fetched. Put the context itself in its place."
TEXT = "text"  # what a text without a name is called in a report


class Kind(Enum):
    """What was judged of a text: data by shapes, the report of an engine, or only whether it can be read."""

    DATA = "data"
    REPORT = "report"
    SYNTAX = "syntax"


class Judged(NamedTuple):
    """The outcome: what was judged, and the report."""

    kind: Kind
    report: Report


def judge(
    data: bytes, form: Format, project: Project, beside: Sequence[Source] = (), name: str = TEXT
) -> Judged:
    """Judge a text by the shapes of a project, as `ogdkg validate` judges a file.

    Args:
        data: The text.
        form: Its format.
        project: Whose shapes, ontology, prefixes and contexts it is judged by.
        beside: What the text is judged together with; what is found there is left out.
        name: What the text is called.

    Returns:
        A report of what cannot be read, where the text is at fault.

    Raises:
        InputError: The shapes of the project are at fault.
        LimitError: Time or memory ran out.
    """
    sys.setrecursionlimit(max(sys.getrecursionlimit(), MOST_CALLS))
    try:
        source = sent(data, form, project.context_files)
        statements = list(quads(source))
    except InputError as error:
        faults = [with_namespace(each, project.prefixes) for each in error.faults or (error,)]
        error.faults = faults if len(faults) > 1 else ()
        return Judged(Kind.SYNTAX, _renamed(unreadable(error, data), name))
    options = Options(prefixes=project.prefixes)
    inputs = project_inputs(project, Inputs((source, *beside), ()))
    if any(each.predicate == RDF.type and each.object == SH.ValidationReport for each in statements):
        return _judged_before(source, inputs, options, name)
    if not inputs.shapes:
        found = tuple(replace(each, excerpt=line_of(data)(each)) for each in text_slips([source]))
        return Judged(Kind.SYNTAX, _renamed(Report((), findings=found, triples=len(statements)), name))
    report = validate(inputs, options)
    about: set[Term] | None = {each.subject for each in statements} if beside else None
    if beside:
        report = replace(report, triples=len({each.triple for each in statements}))
    return Judged(Kind.DATA, _renamed(_own(report, about), name))


def _judged_before(source: Source, inputs: Inputs, options: Options, name: str) -> Judged:
    """A report that is there already, in words."""
    try:
        report = report_of([source], replace(inputs, data=(), ontology=()), options)
    except LimitError:
        raise
    except InputError as error:
        if error.place and error.place.file != STDIN:
            raise
        return Judged(Kind.REPORT, _renamed(unreadable(error, source.written), name))
    return Judged(Kind.REPORT, _renamed(replace(_own(report, None), source=name), name))


def _own(report: Report, about: set[Term] | None) -> Report:
    """The report without what is wrong in other files, or in what the text was judged together with.

    `about`: the subjects of the text, if it was judged together with something.
    """

    def is_own(finding: Finding) -> bool:
        if finding.place:
            return finding.place.file == STDIN
        return about is None or finding.focus in about

    results = report.results if about is None else tuple(r for r in report.results if r.focus in about)
    return replace(report, findings=tuple(filter(is_own, report.findings)), results=results)


def _renamed(report: Report, name: str) -> Report:
    """The report with the name of the text in its places, and without hints for the command line."""

    def place(of: Place | None) -> Place | None:
        return of and of._replace(file=name)

    def renamed(finding: Finding) -> Finding:
        related = tuple(replace(each, place=place(each.place)) for each in finding.related)
        details = tuple(map(renamed, finding.details))
        hint = _IN_THE_TEXT if finding.hint and _OPTION in finding.hint else finding.hint
        return replace(finding, place=place(finding.place), related=related, details=details, hint=hint)

    return replace(report, findings=tuple(map(renamed, report.findings)))
