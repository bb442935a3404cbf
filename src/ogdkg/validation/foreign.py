"""A validation report that is there already, of whatever engine, as a report of ours: with places and hints.

https://www.w3.org/TR/shacl/#validation-report. Nothing is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import Literal, Triple

from ogdkg.errors import InputError, Place, UnknownNameError
from ogdkg.validation.core.results import (
    IncompleteResultError,
    Report,
    Result,
    Term,
    results_in,
)
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.graphs import data_graph
from ogdkg.validation.operation import Inputs, Options
from ogdkg.validation.report.messages import worded
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.shape_names import ShapeNames
from ogdkg.validation.reporting import Coverage, Reporting
from ogdkg.validation.running import STANDARD_PREFIXES


def report_of(reports: Sequence[Source], inputs: Inputs, options: Options) -> Report:
    """The reports in files, as one.

    Args:
        reports: The files, in any format of RDF.
        inputs: The data, for places, and the shapes, for hints; either may be missing.
        options: Which findings, and the prefixes.

    Raises:
        InputError: A file has no report, or one that cannot be read.
    """
    prefixes = dict(options.prefixes)
    cache = QuadCache("shapes")
    read = [triple for source in reports for triple in _read(cache, source, prefixes)]
    quad_cache = QuadCache()
    graph = data_graph(inputs, prefixes, quad_cache)
    said = (quad.triple for source in inputs.shapes for quad in cache.quads(source, prefixes))
    shapes = Shapes([*read, *said])
    _check_paths(shapes, read, reports)
    nodes = BlankNodes([source for source in inputs.data if source.is_file], quad_cache)
    names = DisplayNames(graph, {**STANDARD_PREFIXES, **prefixes}, nodes)
    chosen = _chosen(results_in(read), options, names)
    shape_nodes = BlankNodes([*reports, *inputs.shapes], cache)
    reporting = Reporting(shapes, graph, names, nodes, shape_nodes, words=_in_its_words)
    report = reporting.report(chosen, (), Coverage())
    return replace(report, source=", ".join(source.name for source in reports), notices=())


def _read(cache: QuadCache, source: Source, prefixes: dict[str, str]) -> list[Triple]:
    """The triples of a file that has a report, whose results are complete."""
    triples = [quad.triple for quad in cache.quads(source, prefixes)]
    reports = [t.subject for t in triples if t.predicate == RDF.type and t.object == SH.ValidationReport]
    if not reports:
        hint = "Name the report of a SHACL engine; what judges is a file of shapes (--shapes)."
        raise InputError("There is no sh:ValidationReport in this file.", place=Place(source.name), hint=hint)
    try:
        has_results = bool(results_in(triples))
    except IncompleteResultError as error:
        message = f"A result in this report {error}."
        hint = "https://www.w3.org/TR/shacl/#results-validation-result says what each result has."
        raise InputError(message, place=Place(source.name), hint=hint) from error
    denied = any(t.predicate == SH.conforms and t.subject in reports and _is_false(t.object) for t in triples)
    if denied and not has_results:
        message = "This report says that the data do not conform, but has no results that say why."
        raise InputError(message, place=Place(source.name), hint="Let the engine write all results.")
    return triples


def _check_paths(shapes: Shapes, read: Sequence[Triple], reports: Sequence[Source]) -> None:
    """Raise InputError for a path without end, or one that would be too long to write."""
    try:
        shapes.check_paths(SH.path, SH.resultPath)
    except ShapesError as error:
        if all(triple.subject != error.node for triple in read):
            raise  # of the shapes
        message = f"A path in this report cannot be read. {error.message}"
        raise InputError(message, place=Place(reports[0].name), hint=error.hint) from error


def _is_false(term: Term) -> bool:
    return isinstance(term, Literal) and term.value in ("false", "0")


def _chosen(results: Sequence[Result], options: Options, names: DisplayNames) -> tuple[Result, ...]:
    """The results for the focus nodes and the shapes that are asked for, each of which must have one."""
    for kind, wanted, there in (
        ("focus node in the report", options.focus, {result.focus for result in results}),
        ("shape in the report", options.shape, {result.shape for result in results if result.shape}),
    ):
        for term in wanted:
            if term not in there:
                raise UnknownNameError(kind, names.short(term), map(names.short, there))
    return tuple(
        result
        for result in results
        if (not options.focus or result.focus in options.focus)
        and (not options.shape or result.shape in options.shape)
    )


def _in_its_words(result: Result, names: ShapeNames) -> Result:
    """The result with the messages of the report, if there are any."""
    return result if result.messages else worded(result, names)
