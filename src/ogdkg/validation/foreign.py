"""A validation report that is there already, of whatever engine, as a report of ours: with places and hints.

https://www.w3.org/TR/shacl/#validation-report. Nothing is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pyoxigraph import Literal, Triple

from ogdkg.errors import InputError, Place, UnknownNameError
from ogdkg.validation.core.results import (
    Finding,
    IncompleteResultError,
    Report,
    Result,
    Term,
    flatten,
    results_in,
)
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH
from ogdkg.validation.data.reading import QuadCache, Source, quads
from ogdkg.validation.operation import Inputs, Options, data_graph, placed
from ogdkg.validation.report.findings import findings, own_message
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.names import DisplayNames


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
    read = [triple for source in reports for triple in _read(source, prefixes)]
    quad_cache = QuadCache()
    graph = data_graph(inputs, prefixes, quad_cache)
    shapes = Shapes([*read, *(quad.triple for source in inputs.shapes for quad in quads(source, prefixes))])
    names = DisplayNames(graph, prefixes)
    chosen = _chosen(results_in(read), options, names)
    found = [_in_its_words(finding) for finding in findings(chosen, shapes, Adviser(shapes, graph, names))]
    located = placed(found, shapes, graph, inputs.data, quad_cache)
    mentioned = {term for f in located for term in (f.focus, f.value, f.passage) if term is not None}
    return Report(
        results=chosen,
        paths=tuple(shapes.path_triples(r.path for r in flatten(chosen) if r.path)),
        findings=located,
        triples=len(graph),
        source=", ".join(source.name for source in reports),
        names={term: names.of(term) for term in mentioned},
    )


def _read(source: Source, prefixes: dict[str, str]) -> list[Triple]:
    """The triples of a file that has a report, whose results are complete."""
    triples = [quad.triple for quad in quads(source, prefixes)]
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


def _in_its_words(finding: Finding) -> Finding:
    """The finding with the message of the report, if that has one."""
    said = own_message(finding.result) if finding.result else None
    return replace(finding, message=said) if said else finding
