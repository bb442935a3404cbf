"""Runs a validation: reads data, shapes and ontology, checks the shapes, validates the data, and reports."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from ogdkg.graph.graph import Graph
from ogdkg.project.house import House
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.validation.core.advanced import called_queries, check_advanced, functions, is_advanced, typed
from ogdkg.validation.core.background import Deadline, run_in_thread
from ogdkg.validation.core.components import check_components
from ogdkg.validation.core.depth import MAX_DEPTH
from ogdkg.validation.core.parameters import check_parameters
from ogdkg.validation.core.queries import check_patterns, checked_queries
from ogdkg.validation.core.results import (
    Edit,
    Finding,
    PrefilterStats,
    Report,
    Result,
    Term,
    mention_blank_nodes,
)
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source, are_large
from ogdkg.validation.graphs import data_graph, filter_of_results, wants_copy, with_targets
from ogdkg.validation.inference import Inferred, Marking, advanced_notes, infer, plan, with_target_nodes
from ogdkg.validation.prefilter.in_columns import judged_in_columns, looks_anywhere, suits_columns
from ogdkg.validation.prefilter.prefilter import PendingResults, start_prefiltered
from ogdkg.validation.pyshacl.client import PyShaclProcess, QueryError
from ogdkg.validation.pyshacl.metashacl import fingerprint, is_checked, remember_checked
from ogdkg.validation.report.named_graphs import stated_in
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.shape_names import ShapeNames
from ogdkg.validation.report.subject_typos import SubjectTypo, misspelt_subjects
from ogdkg.validation.reporting import Coverage, Reporting, look_over, not_covered
from ogdkg.validation.running import STANDARD_PREFIXES, Begun, Checks, Run
from ogdkg.validation.selection import selected
from ogdkg.validation.shape_faults import ill_formed, with_shape_place, with_shape_places, without_pathless

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore
    from ogdkg.store.folders import Progress
    from ogdkg.validation.beside import Beside
    from ogdkg.validation.changes.narrowing import Sources
    from ogdkg.validation.data.remote import ServerGraph


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
        placed: Find out where findings stand, and what their terms are called.
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
    placed: bool = True
    prefixes: Mapping[str, str] = field(default_factory=dict)
    max_depth: int = MAX_DEPTH


class Before(NamedTuple):
    """The files at an earlier revision; or why there are none to compare with."""

    revision: str
    sources: Sources | None
    why: str = ""


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
        before: How the files were; then only what has changed is judged.
        on_progress: Is told what is done at a server, how much of it and of how much.
        beside: The process that derives the last of the data, and runs the checks that ask an engine.
        is_kept: Whether what was judged at a server is kept until a run has ended, for the next one.
        languages: The languages to name things in, and to choose messages of shapes by.
    """

    data: Sequence[Source]
    shapes: Sequence[Source]
    ontology: Sequence[Source] = ()
    graph: Graph | None = None
    documents: Sequence[Path] = ()
    server: RemoteStore | None = None
    before: Before | None = None
    on_progress: Progress = lambda what, done, whole: None
    beside: Beside | None = None
    is_kept: bool = False
    languages: Languages = ENGLISH


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
        with inputs.beside.told_first() if inputs.beside else nullcontext():
            return self._judge(inputs)

    def _judge(self, inputs: Inputs) -> Report:
        shape_prefixes: dict[str, str] = {}
        shape_nodes = BlankNodes(inputs.shapes, QuadCache("shapes"))
        shapes = Shapes(shape_nodes.triples(shape_prefixes))
        planned = plan(shapes, self.options.regime, with_rules=self.options.rules)
        prefixes = dict(self.options.prefixes)
        run = Run(inputs.data, shapes, shape_nodes, shape_prefixes, planned, prefixes, inputs.languages)
        try:
            return self._report(inputs, run)
        except QueryError as error:
            node = shapes.node_of_query(error.query)
            if node is None:
                raise
            raise with_shape_place(error, (node, None, None), shapes, shape_nodes) from error
        except ShapesError as error:
            raise with_shape_places(error, shapes, shape_nodes) from error

    def _report(self, inputs: Inputs, run: Run) -> Report:
        shapes = run.shapes
        checks = self._start_checks(inputs, shapes)
        graph = self._graph(inputs, run)
        # the engine lets both run at once
        project_findings = run_in_thread(lambda: self._project_findings(inputs, run.quad_cache))
        if run.is_prepared and checks.queries:
            checks.queries.result()  # before a query is run
        inferred = infer(run.planned, graph, shapes, self.pyshacl)
        begun = self._begin(inputs, run, graph)
        result_filter = filter_of_results(inputs.server, shapes)
        # While pyshacl is at work:
        coverage = look_over(shapes, begun.graph, begun.judged, checks.shapes_hash)
        others = project_findings.result()
        self._finish_checks(checks, shapes)
        if begun.pending.parts and self.options.placed:
            importlib.import_module("ogdkg.validation.report.places")  # while pyshacl is at work
        graph, results = self._results(inputs, run, begun, result_filter)
        misspelt = self._misspelt(run, begun, graph, results)
        if self.keep_alive is not None:
            self.pyshacl.terminate()
            self.keep_alive.extend((graph, run.quad_cache))
        unused = not_covered(graph, shapes, begun.judged, run.names(graph)) if self.options.unused else ()
        others = [*others, *self._slips(inputs)]
        told = results, others, coverage
        report = self._worded(run, graph, inferred, misspelt, is_local=begun.is_local, told=told)
        advanced = advanced_notes(shapes, run.planned, with_rules=self.options.rules)
        notices = *advanced, *inferred.notices, *checks.notices
        return replace(
            report,
            prefilter=begun.pending.stats,
            inferred=len(inferred.by),
            inferred_by=run.planned.names(),
            stated_in=stated_in((inputs.graph.project.house if inputs.graph else House()).passages, graph),
            unused=unused,
            notices=(*begun.told, *begun.end(), *result_filter.notices(), *report.notices, *notices),
            edits=_edits(report, run.nodes) if self.options.fix else (),
        )

    def _graph(self, inputs: Inputs, run: Run) -> DataGraph:
        """The data, or what stands for those of a server; pyshacl starts where it will be needed."""
        files = (source for source in inputs.data if source.is_file)
        suited = suits_columns(run.shapes, in_part=not are_large(files) or not looks_anywhere(run.shapes))
        if not suited and not inputs.before:  # of which little may be left
            self.pyshacl.prepare()
        return data_graph(
            inputs,
            run.prefixes,
            run.quad_cache,
            bulk=not run.is_prepared and not inputs.before,
            copied=wants_copy(run.shapes, is_added_to=bool(run.planned), is_whole=not self.options.prefilter),
            columns=suited and self.options.prefilter and not run.is_prepared,
            for_queries=not suits_columns(run.shapes),
        )

    def _results(
        self, inputs: Inputs, run: Run, begun: Begun, result_filter: Callable[[Result], bool]
    ) -> tuple[DataGraph, tuple[Result, ...]]:
        """The results that are wanted, and the graph that has the nodes which they speak of."""
        graph, wanted = begun.graph, (self.options.focus, self.options.shape)
        results = selected(
            filter(result_filter, begun.pending.results()), *wanted, run.shapes, run.names(graph)
        )
        if graph.is_bulk_loaded and mention_blank_nodes(results):
            # With nodes that files are asked for.
            graph = data_graph(inputs, run.prefixes, run.quad_cache, bulk=False)
            results = selected(self.results(graph, run.shapes), *wanted, run.shapes, run.names(graph))
        return graph, results

    def _worded(
        self,
        run: Run,
        graph: DataGraph,
        inferred: Inferred,
        misspelt: Sequence[SubjectTypo],
        *,
        is_local: bool,
        told: tuple[tuple[Result, ...], Sequence[Finding], Coverage],
    ) -> Report:
        """The report, made again until nothing of a server's graph is missing for it."""
        while True:
            names = run.names(graph)
            reporting = Reporting(
                run.shapes,
                graph,
                names,
                run.nodes,
                run.shape_nodes,
                before_placing=Marking(inferred, run.shapes, names),
                misspelt=misspelt,
                is_local=is_local,
                is_placed=self.options.placed,
            )
            report = reporting.report(*told)
            if not graph.fetch():
                return report

    def _misspelt(
        self, run: Run, begun: Begun, graph: DataGraph, results: tuple[Result, ...]
    ) -> list[SubjectTypo]:
        """The misspelt subjects that results follow from, where all is judged, on what files state."""
        if not begun.is_local or run.planned or self.options.focus or self.options.shape:
            return []

        def judge(other: DataGraph) -> tuple[Result, ...]:
            exact = self.options.prefilter
            return self.results(other, with_target_nodes(run.shapes, other, self.pyshacl, exact=exact))

        return misspelt_subjects(results, graph, run.nodes, judge)

    def _begin(self, inputs: Inputs, run: Run, graph: DataGraph) -> Begun:
        """Judge a graph where it is."""
        exact = self.options.prefilter
        graph = with_targets(graph, run.shapes, inputs.server)
        judged = with_target_nodes(run.shapes, graph, self.pyshacl, exact=exact)
        if not graph.is_elsewhere:
            asked, told = self._changed(inputs, judged, graph, run.quad_cache, is_whole=bool(run.planned))
            return Begun(self._start(graph, asked), graph, judged, told)
        from ogdkg.validation.in_place.operation import judged_in_place  # files start sooner

        kept_of = inputs.shapes if inputs.is_kept else None
        found = judged_in_place(cast("ServerGraph", graph), judged, self.pyshacl, inputs.on_progress, kept_of)
        if found.pending:
            return Begun(found.pending, found.graph, judged, end=found.end, is_local=False)
        judged = with_target_nodes(run.shapes, found.graph, self.pyshacl, exact=exact)
        return Begun(self._start(found.graph, judged), found.graph, judged, is_local=False)

    def _start_checks(self, inputs: Inputs, shapes: Shapes) -> Checks:
        """Check the shapes, and have pyshacl do so while the data are read; not those that passed before."""
        self.pyshacl.max_depth = self.options.max_depth
        looked_for = (self.options.max_depth, self.options.rules, self.options.regime)
        shapes_hash = fingerprint(inputs.shapes, looked_for) if self.options.meta else None
        if is_checked(shapes_hash):
            return Checks(shapes_hash)
        meta = self.pyshacl.shacl_shacl() if self.options.meta else None
        check_parameters(shapes)
        notices = () if self.options.meta else without_pathless(shapes)
        shapes.check(self.options.max_depth)
        check_advanced(shapes)
        check_components(shapes)
        check_patterns(shapes)
        with_rules = plan(shapes, self.options.regime, with_rules=self.options.rules).rules
        queries = called_queries(shapes, checked_queries(shapes, with_rules=with_rules))
        read = self.pyshacl.check_queries(queries, functions(shapes)) if queries else None
        made = self.pyshacl.check_shapes([*shapes.triples, *typed(shapes)])
        return Checks(shapes_hash, meta, read, made, notices)

    def _finish_checks(self, checks: Checks, shapes: Shapes) -> None:
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
        graph, beside = inputs.graph, inputs.beside
        if graph is None or self.options.focus or self.options.shape:
            return []
        from ogdkg.validation.project_checks import engine_findings, file_checks  # others start sooner

        found = file_checks(graph, inputs.data, inputs.ontology, quad_cache)
        return [*found, *(beside.findings() if beside else engine_findings(graph, inputs.documents))]

    def _changed(
        self, inputs: Inputs, shapes: Shapes, graph: DataGraph, quad_cache: QuadCache, *, is_whole: bool
    ) -> tuple[Shapes, tuple[str, ...]]:
        """The shapes with the focus nodes that a change can touch, if only these are wanted, and a notice."""
        if inputs.before is None:
            return shapes, ()
        from ogdkg.validation.changes.narrowing import Sources, narrowed  # seldom asked for

        before, now = inputs.before, Sources(inputs.data, inputs.shapes, inputs.ontology)
        if before.sources is None or is_whole:
            why = before.why or "what is inferred hangs on all that is there"
            return shapes, (f"All was judged, as {why}.",)
        found = narrowed(before.sources, now, shapes, graph, quad_cache, Deadline(self.pyshacl.timeout))
        return found.shapes, (found.notice(before.revision),)

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
            if isinstance(graph, ColumnGraph):
                return judged_in_columns(self.pyshacl, graph, shapes)
            return start_prefiltered(self.pyshacl, graph, shapes)
        judge = self.pyshacl.submit_advanced if is_advanced(shapes) else self.pyshacl.submit
        judged = (triple for triple in shapes.triples if triple.predicate not in (SH.target, SH.rule))
        return PendingResults([(judge(graph.text(), [*judged, *typed(shapes)]), {})], PrefilterStats())

    def _check_shapes(self, shapes: Shapes, meta: Shapes) -> None:
        """Raise unless the shapes conform to https://www.w3.org/TR/shacl/#shacl-shacl."""
        graph = ColumnGraph() if suits_columns(meta) else DataGraph()
        graph.add(shapes.triples)
        wrong = self.results(graph, meta)
        if wrong:
            hint = "Fix the shapes, or skip this check with --no-meta."
            names = ShapeNames(meta, DisplayNames(graph, STANDARD_PREFIXES))
            focus, path, value = wrong[0].focus, wrong[0].path, wrong[0].value
            raise ShapesError(ill_formed(wrong, shapes, names), focus, hint, path, value)


def _edits(report: Report, nodes: BlankNodes) -> tuple[Edit, ...]:
    from ogdkg.validation.report.edits import edits  # seldom asked for

    return edits(report.findings, nodes)
