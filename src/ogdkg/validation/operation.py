"""Validates: reads data, shapes and ontology, checks the shapes, judges the data, and says what was found."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, Triple

from ogdkg.errors import InputError, UnknownNameError
from ogdkg.graph.graph import Graph
from ogdkg.validation.core.background import run_in_thread
from ogdkg.validation.core.results import Finding, PrefilterStats, Report, Result, Term, flat
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.bulk_load import bulk_loaded
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.ontology import mixed_in
from ogdkg.validation.data.reading import Readings, Source, quads
from ogdkg.validation.prefilter.prefilter import PrefilteredShapes, prefiltered
from ogdkg.validation.pyshacl.client import PyShaclProcess, QueryError
from ogdkg.validation.pyshacl.metashacl import fingerprint, is_checked, remember_checked
from ogdkg.validation.report.findings import findings
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.names import DisplayNames

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore


@dataclass(frozen=True, slots=True)
class Options:
    """How to validate: focus nodes and shapes to keep to, whether to check the shapes, names for prefixes."""

    focus: tuple[Term, ...] = ()
    shape: tuple[Term, ...] = ()
    meta: bool = True
    narrow: bool = True
    unused: bool = False
    prefixes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What to read: data, shapes, an ontology; the project, where the data are its graph, and a document of
    its; the server that holds the data instead."""

    data: Sequence[Source]
    shapes: Sequence[Source]
    ontology: Sequence[Source] = ()
    graph: Graph | None = None
    document: Path | None = None
    server: RemoteStore | None = None


def validate(inputs: Inputs, options: Options | None = None) -> Report:
    """The report on what the data sources say, merged into one graph, against the shapes sources."""
    with PyShaclProcess() as judge:
        return Validator(judge, options or Options()).run(inputs)


@dataclass(frozen=True, slots=True)
class Validator:
    """One judge and one set of options, for one validation or many.

    With `held` it is for one, in a process that ends soon: the judge is let go once it has judged, and the
    data are put there, as freeing them would take longer than ending the process does.
    """

    judge: PyShaclProcess
    options: Options
    held: list[object] | None = None

    def run(self, inputs: Inputs) -> Report:
        """The report on the inputs."""
        of_shapes: dict[str, str] = {}
        shapes = Shapes(_triples(inputs.shapes, of_shapes))
        try:
            return self._report(inputs, shapes, of_shapes)
        except QueryError as error:
            node = shapes.asking(error.query)
            raise (_at_fault(error, node, shapes, inputs.shapes) if node else error) from error
        except ShapesError as error:
            raise _at_fault(error, error.node, shapes, inputs.shapes) from error

    def _report(self, inputs: Inputs, shapes: Shapes, of_shapes: Mapping[str, str]) -> Report:
        mark = fingerprint(inputs.shapes) if self.options.meta else None
        meta = self.judge.shacl_shacl() if self.options.meta and not is_checked(mark) else None
        shapes.check()
        prefixes = dict(self.options.prefixes)
        readings = Readings()
        graph = _graph(inputs, prefixes, readings)
        beyond = run_in_thread(lambda: self._beyond(inputs, readings))  # the engine lets both run at once
        started = self._start(graph, shapes)
        others = beyond.result()
        if meta:
            self._check_shapes(shapes, Shapes(meta.result()))
            remember_checked(mark)
        if started.parts:
            importlib.import_module("ogdkg.validation.report.places")  # while the judge is at work
        names = DisplayNames(graph, {**of_shapes, **prefixes})
        results = self._kept(started.results(), shapes, names)
        if self.held is not None:
            self.judge.terminate()
            self.held.extend((graph, readings))
        found = [*findings(results, shapes, Adviser(shapes, graph, names)), *others]
        placed_there = _placed(found, shapes, graph, inputs.data, readings)
        said = {term for f in placed_there for term in (f.focus, f.value, f.passage) if term is not None}
        return Report(
            results=results,
            paths=tuple(shapes.written_out(r.path for r in flat(results) if r.path)),
            findings=placed_there,
            prefilter=started.narrowing,
            triples=len(graph),
            names={term: names.of(term) for term in said},
            unused=_unused(graph, shapes, names) if self.options.unused else (),
            notices=tuple(shapes.notices()),
        )

    def _beyond(self, inputs: Inputs, readings: Readings) -> list[Finding]:
        """What the checks beside SHACL find, in a project that is validated whole."""
        if inputs.graph is None or self.options.focus or self.options.shape:
            return []
        from ogdkg.validation.project_checks import project_checks  # files without a project start sooner

        return project_checks(inputs.graph, inputs.data, inputs.ontology, inputs.document, readings)

    def judged(self, graph: DataGraph, shapes: Shapes) -> tuple[Result, ...]:
        """The results on a graph."""
        return self._start(graph, shapes).results()

    def _start(self, graph: DataGraph, shapes: Shapes) -> PrefilteredShapes:
        if self.options.narrow:
            return prefiltered(self.judge, graph, shapes)
        return PrefilteredShapes([(self.judge.submit(graph.triples(), shapes.triples), {})], PrefilterStats())

    def _check_shapes(self, shapes: Shapes, meta: Shapes) -> None:
        """Raise unless the shapes conform to https://www.w3.org/TR/shacl/#shacl-shacl."""
        graph = DataGraph()
        graph.add(shapes.triples)
        wrong = self.judged(graph, meta)
        if wrong:
            hint = "Fix the shapes, or skip this check with --no-meta."
            raise ShapesError(_ill_formed(wrong, shapes), wrong[0].focus, hint)

    def _kept(self, results: Iterable[Result], shapes: Shapes, names: DisplayNames) -> tuple[Result, ...]:
        """The results at the focus nodes, and of the shapes, that were asked for."""
        focus = _known_nodes(self.options.focus, shapes, names)
        wanted = _with_references(self.options.shape, shapes, names)
        return tuple(
            result
            for result in results
            if (not focus or result.focus in focus) and (not wanted or result.shape in wanted)
        )


def _graph(inputs: Inputs, prefixes: dict[str, str], readings: Readings) -> DataGraph:
    """The data: what the sources say and of the ontology what belongs to them, or what a server holds."""
    if inputs.server:
        from ogdkg.validation.data.remote import remote_data_graph  # files start sooner

        return remote_data_graph(inputs.server)
    store, straight = bulk_loaded(inputs.data)
    graph = DataGraph(store)
    graph.add(_left(inputs.data, straight, prefixes, readings))
    graph.add(mixed_in(quad.triple for source in inputs.ontology for quad in readings.quads(source)))
    return graph


def _left(
    data: Sequence[Source],
    straight: Mapping[Source, Mapping[str, str]],
    prefixes: dict[str, str],
    readings: Readings,
) -> Iterator[Quad]:
    """The quads of the sources that were not read straight; of all, the prefixes."""
    for source in data:
        if source in straight:
            prefixes.update({**straight[source], **prefixes})
        else:
            yield from readings.quads(source, prefixes)


def _at_fault(error: InputError, node: Term, shapes: Shapes, sources: Sequence[Source]) -> InputError:
    """The error with the place of the shape that it speaks of."""
    from ogdkg.validation.report.places import place_of  # only an error wants it

    return InputError(error.message, place=place_of(shapes.named(node), sources), hint=error.hint)


def _placed(
    found: list[Finding], shapes: Shapes, graph: DataGraph, data: Sequence[Source], readings: Readings
) -> tuple[Finding, ...]:
    if not found:
        return ()
    from ogdkg.validation.report.places import locate_findings  # what is valid is known sooner

    return locate_findings(found, shapes, graph, [source for source in data if source.is_file], readings)


def _unused(graph: DataGraph, shapes: Shapes, names: DisplayNames) -> tuple[str, ...]:
    from ogdkg.validation.report.unused_shapes import unused  # seldom asked for

    return unused(graph, shapes, names)


def _triples(sources: Sequence[Source], prefixes: dict[str, str] | None = None) -> Iterable[Triple]:
    return (quad.triple for source in sources for quad in quads(source, prefixes))


def _known_nodes(chosen: Sequence[Term], shapes: Shapes, names: DisplayNames) -> Sequence[Term]:
    """The chosen focus nodes, each of which the data or a target must name."""
    targets = {term for node in shapes.nodes for term in shapes.all(node, SH.targetNode)}
    for node in chosen:
        if node not in targets and not names.graph.has(node):
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


def _ill_formed(wrong: Sequence[Result], shapes: Shapes) -> str:
    first = wrong[0]
    said = first.messages[0].value if first.messages else f"{first.component} at {first.path}"
    more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    named = shapes.named(first.focus)
    where = f"at {named}" if named == first.focus else f"within {named}"
    return f"The shapes are not well-formed: {where}: {said}{more}."
