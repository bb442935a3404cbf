"""Runs a validation: reads data, shapes and ontology, checks the shapes, validates the data, and reports."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from ogdkg.errors import InputError, Place, UnknownNameError
from ogdkg.graph.graph import Graph
from ogdkg.project.house import House
from ogdkg.validation.core.advanced import called_queries, check_advanced, functions, is_advanced, typed
from ogdkg.validation.core.background import run_in_thread
from ogdkg.validation.core.components import check_components
from ogdkg.validation.core.depth import MAX_DEPTH
from ogdkg.validation.core.parameters import check_parameters
from ogdkg.validation.core.queries import check_patterns, checked_queries
from ogdkg.validation.core.results import Edit, Finding, PrefilterStats, Report, Result, Term
from ogdkg.validation.core.shapes import QUERIES, Shapes, ShapesError, node_text
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH, XSD
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.bulk_load import bulk_loaded
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.ontology import ontology_triples
from ogdkg.validation.data.reading import QuadCache, Source
from ogdkg.validation.inference import Marking, advanced_notes, infer, plan, with_target_nodes
from ogdkg.validation.prefilter.prefilter import PendingResults, start_prefiltered
from ogdkg.validation.pyshacl.client import NodeError, PyShaclProcess, QueryError
from ogdkg.validation.pyshacl.metashacl import fingerprint, is_checked, remember_checked
from ogdkg.validation.report.messages import message, worded
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.shape_names import ShapeNames
from ogdkg.validation.report.stated import stated_in
from ogdkg.validation.reporting import Reporting, look_over, mention_blank_nodes

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore


STANDARD_PREFIXES = {"sh": SH.base, "xsd": XSD.base, "rdf": RDF.base, "rdfs": RDFS.base}


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate.

    Attributes:
        focus: Report only findings at these focus nodes; at all without any.
        shape: Report only findings of these shapes and the property shapes below them.
        meta: Check that the shapes are well-formed.
        prefilter: Select candidate nodes with SPARQL; else pyshacl validates everything.
        rules: Run the rules of the shapes before judging.
        regime: Infer by "rdfs" or "owlrl" before judging.
        unused: List shapes without focus nodes, and terms that no shape looks at.
        fix: Find out how to edit the files so that findings are mended.
        prefixes: Namespaces by prefix, to shorten IRIs in the report.
        max_depth: How many shapes may stand within one another.
    """

    focus: tuple[Term, ...] = ()
    shape: tuple[Term, ...] = ()
    meta: bool = True
    prefilter: bool = True
    rules: bool = False
    regime: str | None = None
    unused: bool = False
    fix: bool = False
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
        documents: The source documents to compare the passages with; by default that of the project.
        server: The server that holds the data instead.
    """

    data: Sequence[Source]
    shapes: Sequence[Source]
    ontology: Sequence[Source] = ()
    graph: Graph | None = None
    documents: Sequence[Path] = ()
    server: RemoteStore | None = None


def validate(inputs: Inputs, options: Options | None = None) -> Report:
    """Validate the data sources, merged into one graph, against the shapes sources."""
    with PyShaclProcess() as pyshacl:
        return Validator(pyshacl, options or Options()).run(inputs)


@dataclass(frozen=True, slots=True)
class _Checks:
    """What pyshacl is asked about the shapes, and what a person should know of them.

    Attributes:
        shapes_hash: The shapes files, if they are to be remembered.
        meta: SHACL-SHACL, to hold the shapes against.
        queries: Whether it can read their queries.
        constraints: Whether it can make their constraints.
        notices: What was left out of the shapes.
    """

    shapes_hash: str | None
    meta: Future[tuple[Triple, ...]] | None
    queries: Future[None] | None
    constraints: Future[bytes] | None
    notices: tuple[str, ...]


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
        shape_nodes = BlankNodes(inputs.shapes, QuadCache("shapes"))
        shapes = Shapes(_triples(shape_nodes, shape_prefixes))
        try:
            return self._report(inputs, shapes, shape_nodes, shape_prefixes)
        except QueryError as error:
            node = shapes.node_of_query(error.query)
            raise (_with_shape_place(error, node, shapes, shape_nodes) if node else error) from error
        except (NodeError, ShapesError) as error:
            raise _with_shape_place(error, error.node, shapes, shape_nodes) from error

    def _report(
        self, inputs: Inputs, shapes: Shapes, shape_nodes: BlankNodes, shape_prefixes: Mapping[str, str]
    ) -> Report:
        checks = self._start_checks(inputs, shapes)
        prefixes = dict(self.options.prefixes)
        quad_cache = QuadCache()
        planned = plan(shapes, self.options.regime, with_rules=self.options.rules)
        is_prepared = bool(planned) or any(SH.target in said for said in shapes.about.values())
        graph = data_graph(inputs, prefixes, quad_cache, bulk=not is_prepared, copied=bool(planned))
        # the engine lets both run at once
        project_findings = run_in_thread(lambda: self._project_findings(inputs, quad_cache))
        if is_prepared and checks.queries:
            checks.queries.result()  # before a query is run
        inferred = infer(planned, graph, shapes, self.pyshacl)
        judged = with_target_nodes(shapes, graph, self.pyshacl, exact=self.options.prefilter)
        pending = self._start(graph, judged)
        is_local = inputs.server is None or is_prepared
        coverage = look_over(shapes, graph, judged, is_local=is_local)  # while pyshacl is at work
        others = project_findings.result()
        self._finish_checks(checks, shapes)
        if pending.parts:
            importlib.import_module("ogdkg.validation.report.places")  # while pyshacl is at work
        nodes = BlankNodes([source for source in inputs.data if source.is_file], quad_cache)
        names = DisplayNames(graph, {**STANDARD_PREFIXES, **shape_prefixes, **prefixes}, nodes, prefixes)
        results = self._selected(pending.results(), shapes, names)
        if graph.is_bulk_loaded and mention_blank_nodes(results):
            # With nodes that files are asked for.
            graph = data_graph(inputs, prefixes, quad_cache, bulk=False)
            names = DisplayNames(graph, names.prefixes, nodes, prefixes)
            results = self._selected(self.results(graph, shapes), shapes, names)
        if self.keep_alive is not None:
            self.pyshacl.terminate()
            self.keep_alive.extend((graph, quad_cache))
        unused = _unused(graph, shapes, judged, names) if self.options.unused else ()
        marking = Marking(inferred, shapes, names)
        reporting = Reporting(
            shapes, graph, names, nodes, shape_nodes, before_placing=marking, is_local=is_local
        )
        report = reporting.report(results, (*others, *self._slips(inputs)), coverage)
        advanced = advanced_notes(shapes, planned, with_rules=self.options.rules)
        return replace(
            report,
            prefilter=pending.stats,
            inferred=len(inferred.by),
            inferred_by=planned.names(),
            stated_in=stated_in((inputs.graph.project.house if inputs.graph else House()).passages, graph),
            unused=unused,
            notices=(*report.notices, *advanced, *inferred.notices, *checks.notices),
            edits=_edits(report, nodes) if self.options.fix else (),
        )

    def _start_checks(self, inputs: Inputs, shapes: Shapes) -> _Checks:
        """Check the shapes, and have pyshacl do so while the data are read; not what has passed before."""
        shapes_hash = fingerprint(inputs.shapes) if self.options.meta else None
        is_new = not is_checked(shapes_hash)
        meta = self.pyshacl.shacl_shacl() if self.options.meta and is_new else None
        check_parameters(shapes)
        notices = () if self.options.meta else _without_meta(shapes)
        shapes.check(self.options.max_depth)
        check_advanced(shapes)
        check_components(shapes)
        self.pyshacl.max_depth = self.options.max_depth
        check_patterns(shapes)
        with_rules = plan(shapes, self.options.regime, with_rules=self.options.rules).rules
        queries = called_queries(shapes, checked_queries(shapes, with_rules=with_rules))
        read = self.pyshacl.check_queries(queries, functions(shapes)) if queries and is_new else None
        made = self.pyshacl.check_shapes([*shapes.triples, *typed(shapes)]) if is_new else None
        return _Checks(shapes_hash, meta, read, made, notices)

    def _finish_checks(self, checks: _Checks, shapes: Shapes) -> None:
        """Raise for what pyshacl has found wrong with the shapes; remember them if there is nothing."""
        if checks.queries:
            checks.queries.result()
        if checks.meta:
            self._check_shapes(shapes, Shapes(checks.meta.result()))
        if checks.constraints:
            checks.constraints.result()
            remember_checked(checks.shapes_hash)

    def _project_findings(self, inputs: Inputs, quad_cache: QuadCache) -> list[Finding]:
        """The findings of the project checks, in a project that is validated as a whole."""
        if inputs.graph is None or self.options.focus or self.options.shape:
            return []
        from ogdkg.validation.project_checks import project_checks  # files without a project start sooner

        return project_checks(inputs.graph, inputs.data, inputs.ontology, inputs.documents, quad_cache)

    def _slips(self, inputs: Inputs) -> list[Finding]:
        """What is likely a slip in the text of files that parse."""
        if self.options.focus or self.options.shape:
            return []
        from ogdkg.validation.report.text_slips import text_slips

        return list(text_slips(inputs.data))

    def results(self, graph: DataGraph, shapes: Shapes) -> tuple[Result, ...]:
        """The results on a graph."""
        return self._start(graph, shapes).results()

    def _start(self, graph: DataGraph, shapes: Shapes) -> PendingResults:
        if self.options.prefilter and not shapes.are_asked:  # which a part of them would answer wrongly
            return start_prefiltered(self.pyshacl, graph, shapes)
        judge = self.pyshacl.submit_advanced if is_advanced(shapes) else self.pyshacl.submit
        judged = (triple for triple in shapes.triples if triple.predicate not in (SH.target, SH.rule))
        return PendingResults([(judge(graph.text(), [*judged, *typed(shapes)]), {})], PrefilterStats())

    def _check_shapes(self, shapes: Shapes, meta: Shapes) -> None:
        """Raise unless the shapes conform to https://www.w3.org/TR/shacl/#shacl-shacl."""
        graph = DataGraph()
        graph.add(shapes.triples)
        wrong = self.results(graph, meta)
        if wrong:
            hint = "Fix the shapes, or skip this check with --no-meta."
            names = ShapeNames(meta, DisplayNames(graph, STANDARD_PREFIXES))
            raise ShapesError(_ill_formed(wrong, shapes, names), wrong[0].focus, hint)

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


def _without_meta(shapes: Shapes) -> tuple[str, ...]:
    """Take out of shapes that nobody else checks what asks for nothing."""
    from ogdkg.validation.core.parameters import drop_pathless  # seldom asked for

    dropped = list(dict.fromkeys(map(node_text, drop_pathless(shapes))))
    return tuple(f"A value of sh:property has no sh:path, so it was left out: {each}." for each in dropped)


def data_graph(
    inputs: Inputs,
    prefixes: dict[str, str],
    quad_cache: QuadCache,
    *,
    bulk: bool = True,
    copied: bool = False,
) -> DataGraph:
    """The data graph: the sources and the relevant part of the ontology, or the graph of a server.

    `copied`: The graph of a server is to be copied, so that something can be added.
    """
    if inputs.server:
        from ogdkg.validation.data.remote import remote_data_graph  # files start sooner

        return remote_data_graph(inputs.server, copied=copied)
    store, bulk_prefixes = bulk_loaded(inputs.data if bulk else ())
    graph = DataGraph(store)
    graph.is_bulk_loaded = bool(bulk_prefixes)
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
            yield from quad_cache.quads(source, prefixes, is_first=True)


def _with_shape_place(error: InputError, node: Term, shapes: Shapes, nodes: BlankNodes) -> InputError:
    """The error with the place of the shape that caused it."""
    from ogdkg.validation.report.places import place_of  # only an error wants it

    place = place_of(shapes.nearest_named(node), nodes) or _place_of_text(node, shapes, nodes.sources)
    return InputError(error.message, place=place, hint=error.hint)


def _place_of_text(node: Term, shapes: Shapes, sources: Sequence[Source]) -> Place | None:
    """The line of a query or a pattern at a node of shapes without names; else the file, if there is one."""
    texts = [value.value for name in (*QUERIES, SH.pattern) for value in shapes.values(node, name)]
    for source in sources:
        found = source.content or Path(source.name).read_bytes()
        for start in (found.find(text.encode()) for text in texts if text):
            if start >= 0:
                return Place(source.name, found.count(b"\n", 0, start) + 1)
    return Place(sources[0].name) if len(sources) == 1 else None


def _edits(report: Report, nodes: BlankNodes) -> tuple[Edit, ...]:
    from ogdkg.validation.report.edits import edits  # seldom asked for

    return edits(report.findings, nodes)


def _unused(graph: DataGraph, shapes: Shapes, judged: Shapes, names: DisplayNames) -> tuple[str, ...]:
    from ogdkg.validation.report.unused_shapes import unused  # seldom asked for

    return unused(graph, shapes, judged, names)


def _triples(nodes: BlankNodes, prefixes: dict[str, str]) -> Iterable[Triple]:
    return (quad.triple for source in nodes.sources for quad in nodes.cache.quads(source, prefixes))


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


def _ill_formed(wrong: Sequence[Result], shapes: Shapes, names: ShapeNames) -> str:
    """A sentence about the first way in which the shapes are ill-formed."""
    first = worded(wrong[0], names)
    named = shapes.nearest_named(first.focus)
    where = [str(named)] if isinstance(named, NamedNode) else []
    if isinstance(first.path, NamedNode):
        where.append(f"sh:{first.path.value.removeprefix(SH.base)}")
    if isinstance(first.value, Literal | NamedNode):
        where.append(str(first.value))
    more = f" There are {len(wrong) - 1} more such faults." if len(wrong) > 1 else ""
    at = f" at {' '.join(where)}" if where else ""
    said = message(first)
    return f"The shapes are not well-formed{at}: {said[:1].lower()}{said[1:]}{more}"
