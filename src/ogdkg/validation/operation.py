"""Runs a validation: reads data, shapes and ontology, checks the shapes, validates the data, and reports."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from ogdkg.errors import InputError, UnknownNameError
from ogdkg.graph.graph import Graph
from ogdkg.validation.core.background import run_in_thread
from ogdkg.validation.core.depth import MAX_DEPTH
from ogdkg.validation.core.queries import check_patterns, checked_queries
from ogdkg.validation.core.results import Finding, PrefilterStats, Report, Result, Term, flatten
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.bulk_load import bulk_loaded
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.ontology import ontology_triples
from ogdkg.validation.data.reading import QuadCache, Source, quads
from ogdkg.validation.prefilter.prefilter import PendingResults, start_prefiltered
from ogdkg.validation.pyshacl.client import PyShaclProcess, QueryError
from ogdkg.validation.pyshacl.metashacl import fingerprint, is_checked, remember_checked
from ogdkg.validation.report.findings import findings, message
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.names import DisplayNames

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate.

    Attributes:
        focus: Report only findings at these focus nodes; at all without any.
        shape: Report only findings of these shapes and the property shapes below them.
        meta: Check that the shapes are well-formed.
        prefilter: Select candidate nodes with SPARQL; else pyshacl validates everything.
        unused: List shapes without focus nodes, and terms that no shape looks at.
        prefixes: Namespaces by prefix, to shorten IRIs in the report.
        max_depth: How many shapes may stand within one another.
    """

    focus: tuple[Term, ...] = ()
    shape: tuple[Term, ...] = ()
    meta: bool = True
    prefilter: bool = True
    unused: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)
    max_depth: int = MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Inputs:
    """What to validate.

    Attributes:
        data: The data sources, merged into one graph.
        shapes: The shapes sources.
        ontology: Declarations of classes and properties.
        graph: The graph of the project, if the data are its files; runs the project checks.
        document: The source document to compare the passages with.
        server: The server that holds the data instead.
    """

    data: Sequence[Source]
    shapes: Sequence[Source]
    ontology: Sequence[Source] = ()
    graph: Graph | None = None
    document: Path | None = None
    server: RemoteStore | None = None


def validate(inputs: Inputs, options: Options | None = None) -> Report:
    """Validate the data sources, merged into one graph, against the shapes sources."""
    with PyShaclProcess() as pyshacl:
        return Validator(pyshacl, options or Options()).run(inputs)


@dataclass(frozen=True, slots=True)
class Validator:
    """Runs validations with one pyshacl process and one set of options.

    With `keep_alive` it runs one validation in a process that exits soon: pyshacl is terminated as soon as it
    is done, and the data are added to that list, since freeing them takes longer than exiting.
    """

    pyshacl: PyShaclProcess
    options: Options
    keep_alive: list[object] | None = None

    def run(self, inputs: Inputs) -> Report:
        """Validate the inputs.

        Raises:
            InputError: An input cannot be read, or the shapes cannot be used.
            LimitError: Time or memory ran out.
            UnknownNameError: A chosen focus node or shape does not exist.
        """
        shape_prefixes: dict[str, str] = {}
        shapes = Shapes(_triples(inputs.shapes, shape_prefixes))
        try:
            return self._report(inputs, shapes, shape_prefixes)
        except QueryError as error:
            node = shapes.node_of_query(error.query)
            raise (_with_shape_place(error, node, shapes, inputs.shapes) if node else error) from error
        except ShapesError as error:
            raise _with_shape_place(error, error.node, shapes, inputs.shapes) from error

    def _report(self, inputs: Inputs, shapes: Shapes, shape_prefixes: Mapping[str, str]) -> Report:
        shapes_hash = fingerprint(inputs.shapes) if self.options.meta else None
        is_new = not is_checked(shapes_hash)
        meta = self.pyshacl.shacl_shacl() if self.options.meta and is_new else None
        shapes.check(self.options.max_depth)
        self.pyshacl.max_depth = self.options.max_depth
        check_patterns(shapes)
        queries = checked_queries(shapes)
        readable = self.pyshacl.check_queries(queries) if queries and is_new else None
        prefixes = dict(self.options.prefixes)
        quad_cache = QuadCache()
        graph = _graph(inputs, prefixes, quad_cache)
        project_findings = run_in_thread(
            lambda: self._project_findings(inputs, quad_cache)
        )  # the engine lets both run at once
        pending = self._start(graph, shapes)
        others = project_findings.result()
        if readable:
            readable.result()
        if meta:
            self._check_shapes(shapes, Shapes(meta.result()))
            remember_checked(shapes_hash)
        if pending.parts:
            importlib.import_module("ogdkg.validation.report.places")  # while pyshacl is at work
        names = DisplayNames(graph, {**shape_prefixes, **prefixes})
        results = self._selected(pending.results(), shapes, names)
        if self.keep_alive is not None:
            self.pyshacl.terminate()
            self.keep_alive.extend((graph, quad_cache))
        found = [*findings(results, shapes, Adviser(shapes, graph, names)), *others]
        placed = _placed(found, shapes, graph, inputs.data, quad_cache)
        mentioned = {term for f in placed for term in (f.focus, f.value, f.passage) if term is not None}
        return Report(
            results=results,
            paths=tuple(shapes.path_triples(r.path for r in flatten(results) if r.path)),
            findings=placed,
            prefilter=pending.stats,
            triples=len(graph),
            names={term: names.of(term) for term in mentioned},
            unused=_unused(graph, shapes, names) if self.options.unused else (),
            notices=tuple(shapes.notices()),
        )

    def _project_findings(self, inputs: Inputs, quad_cache: QuadCache) -> list[Finding]:
        """The findings of the project checks, in a project that is validated as a whole."""
        if inputs.graph is None or self.options.focus or self.options.shape:
            return []
        from ogdkg.validation.project_checks import project_checks  # files without a project start sooner

        return project_checks(inputs.graph, inputs.data, inputs.ontology, inputs.document, quad_cache)

    def results(self, graph: DataGraph, shapes: Shapes) -> tuple[Result, ...]:
        """The results on a graph."""
        return self._start(graph, shapes).results()

    def _start(self, graph: DataGraph, shapes: Shapes) -> PendingResults:
        if self.options.prefilter and not shapes.are_asked:  # which a part of them would answer wrongly
            return start_prefiltered(self.pyshacl, graph, shapes)
        return PendingResults([(self.pyshacl.submit(graph.triples(), shapes.triples), {})], PrefilterStats())

    def _check_shapes(self, shapes: Shapes, meta: Shapes) -> None:
        """Raise unless the shapes conform to https://www.w3.org/TR/shacl/#shacl-shacl."""
        graph = DataGraph()
        graph.add(shapes.triples)
        wrong = self.results(graph, meta)
        if wrong:
            hint = "Fix the shapes, or skip this check with --no-meta."
            raise ShapesError(_ill_formed(wrong, shapes, meta), wrong[0].focus, hint)

    def _selected(self, results: Iterable[Result], shapes: Shapes, names: DisplayNames) -> tuple[Result, ...]:
        """The results for the chosen focus nodes and shapes."""
        focus = _known_nodes(self.options.focus, shapes, names)
        selected_shapes = _with_references(self.options.shape, shapes, names)
        return tuple(
            result
            for result in results
            if (not focus or result.focus in focus)
            and (not selected_shapes or result.shape in selected_shapes)
        )


def _graph(inputs: Inputs, prefixes: dict[str, str], quad_cache: QuadCache) -> DataGraph:
    """The data graph: the sources and the relevant part of the ontology, or the graph of a server."""
    if inputs.server:
        from ogdkg.validation.data.remote import remote_data_graph  # files start sooner

        return remote_data_graph(inputs.server)
    store, bulk_prefixes = bulk_loaded(inputs.data)
    graph = DataGraph(store)
    graph.add(_parsed_quads(inputs.data, bulk_prefixes, prefixes, quad_cache))
    graph.add(
        ontology_triples(quad.triple for source in inputs.ontology for quad in quad_cache.quads(source))
    )
    return graph


def _parsed_quads(
    data: Sequence[Source],
    bulk_prefixes: Mapping[Source, Mapping[str, str]],
    prefixes: dict[str, str],
    quad_cache: QuadCache,
) -> Iterator[Quad]:
    """The quads of the sources that were not bulk-loaded; adds the prefixes of all sources."""
    for source in data:
        if source in bulk_prefixes:
            prefixes.update({**bulk_prefixes[source], **prefixes})
        else:
            yield from quad_cache.quads(source, prefixes)


def _with_shape_place(error: InputError, node: Term, shapes: Shapes, sources: Sequence[Source]) -> InputError:
    """The error with the place of the shape that caused it."""
    from ogdkg.validation.report.places import place_of  # only an error wants it

    return InputError(error.message, place=place_of(shapes.nearest_named(node), sources), hint=error.hint)


def _placed(
    found: list[Finding], shapes: Shapes, graph: DataGraph, data: Sequence[Source], quad_cache: QuadCache
) -> tuple[Finding, ...]:
    if not found:
        return ()
    from ogdkg.validation.report.places import locate_findings  # what is valid is known sooner

    return locate_findings(found, shapes, graph, [source for source in data if source.is_file], quad_cache)


def _unused(graph: DataGraph, shapes: Shapes, names: DisplayNames) -> tuple[str, ...]:
    from ogdkg.validation.report.unused_shapes import unused  # seldom asked for

    return unused(graph, shapes, names)


def _triples(sources: Sequence[Source], prefixes: dict[str, str] | None = None) -> Iterable[Triple]:
    return (quad.triple for source in sources for quad in quads(source, prefixes))


def _known_nodes(chosen: Sequence[Term], shapes: Shapes, names: DisplayNames) -> Sequence[Term]:
    """The chosen focus nodes, each of which the data or a target must name."""
    targets = {term for node in shapes.nodes for term in shapes.values(node, SH.targetNode)}
    for node in chosen:
        if node not in targets and not names.graph.has_node(node):
            known = {names.short(each) for each in {*names.graph.subjects(), *targets}}
            raise UnknownNameError("node in the data", names.short(node), known)
    return chosen


def _with_references(chosen: Sequence[Term], shapes: Shapes, names: DisplayNames) -> set[Term]:
    """The chosen shapes and the property shapes under them, which name themselves in results."""
    known = set(shapes.nodes)
    found = list(chosen)
    for shape in found:
        if shape not in known:
            raise UnknownNameError("shape", names.short(shape), map(names.short, known))
        found.extend(each for each in shapes.references(shape) if each not in found)
    return set(found)


def _ill_formed(wrong: Sequence[Result], shapes: Shapes, meta: Shapes) -> str:
    """A sentence about the first way in which the shapes are ill-formed."""
    first = wrong[0]
    named = shapes.nearest_named(first.focus)
    where = [str(named)] if isinstance(named, NamedNode) else []
    if isinstance(first.path, NamedNode):
        where.append(f"sh:{first.path.value.removeprefix(SH.base)}")
    if isinstance(first.value, Literal | NamedNode):
        where.append(str(first.value))
    more = f" There are {len(wrong) - 1} more such faults." if len(wrong) > 1 else ""
    at = f" at {' '.join(where)}" if where else ""
    return f"The shapes are not well-formed{at}: {_lower(message(first, meta))}{more}"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
