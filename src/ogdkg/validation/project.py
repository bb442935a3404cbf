"""What a graph project has validated: its data layers, its shapes and their ontology."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, RdfFormat, serialize

from ogdkg.errors import InputError, LimitError, OgdkgError, all_of, with_namespace
from ogdkg.files.names import openable
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.graph.kept_graph import add_files
from ogdkg.lean import NamedTuple
from ogdkg.project.cache_files import Mark, keep, recall
from ogdkg.project.endpoint import Endpoint
from ogdkg.project.project import Layer, Project
from ogdkg.rdf import terms
from ogdkg.store.codec import ox_graph, ox_spo
from ogdkg.validation.beside import Beside
from ogdkg.validation.data.reading import Source, faults_in, sources
from ogdkg.validation.operation import Inputs
from ogdkg.validation.pyshacl.process import TIMEOUT

if TYPE_CHECKING:
    from ogdkg.validation.changes.narrowing import Sources

KIND = "compared"  # what rules derived, for comparing with how it was
_OF_FILE = re.compile(r"l[0-9]+f[0-9]+b[0-9]+")  # the label of a blank node in a store of files


def project_inputs(
    project: Project,
    given: Inputs,
    layers: Sequence[str] = (),
    endpoint: Endpoint | None = None,
    timeout: float | None = TIMEOUT,
    kept_for: Path | None = None,
    *,
    beside: bool = False,
) -> Inputs:
    """The inputs that are given, and the project's own for those that are not; or what a server holds.

    Args:
        project: The project, perhaps a copy of how it was.
        given: What is given.
        layers: The layers to validate; none means all.
        endpoint: The server.
        timeout: How many seconds the project's rules may take, or one answer of the server.
        kept_for: The folder of the project, of which a copy is to be compared with it: what rules derive is
            kept then, and that of the copy recalled.
        beside: Whether rules and checks may run in a process beside this one, for a validation of the files
            as they are now.
    """
    if endpoint and not given.data:
        there = Graph(project, GraphOptions(tuple(layers), timeout=timeout, endpoint=endpoint)).remote
        shapes = given.shapes or _shapes(project)
        return Inputs((), shapes, server=there, languages=project.languages)
    graph = (
        None if given.data else Graph(project, GraphOptions(tuple(layers), timeout=timeout, reuse_store=True))
    )
    shapes = given.shapes or _shapes(project)
    ontology = given.ontology or _files(project, project.files(project.shapes_ontology))
    told = partial(_told_with_others, project, (*shapes, *ontology))
    process, data = None, given.data
    if graph and beside and Beside.suits(graph):
        process = Beside(graph, _derive(graph, kept_for), given.documents, told)
    if graph:
        try:
            data = _data(graph, kept_for, process)
        except LimitError:
            raise
        except InputError as error:
            raise told(error) from error
    own = None if layers else graph
    return Inputs(data, shapes, ontology, own, given.documents, beside=process, languages=project.languages)


def _told_with_others(project: Project, others: Sequence[Source], error: InputError) -> InputError:
    """The error of a file of data, with what is wrong in other files."""
    return all_of([error, *(with_namespace(each, project.prefixes) for each in faults_in(others))])


def _data(graph: Graph, kept_for: Path | None, beside: Beside | None) -> list[Source]:
    """The files of the layers, without those that shapes take as their ontology, and what rules derive from
    them."""
    project = graph.project
    ontology = set(project.files(project.shapes_ontology))
    files = [source.path for source in graph.files if source.path not in ontology]
    names = [f"layer {layer.name}" for layer in graph.layers if layer.derived_graph]
    if beside:
        with beside.told_first():
            return _files(project, files) + beside.sources(names)
    texts = [derive() for derive in _derive(graph, kept_for)]
    derived = zip(names, texts, strict=True)
    return _files(project, files) + [
        Source(name, RdfFormat.N_QUADS, text, is_file=False) for name, text in derived
    ]


def _derive(graph: Graph, kept_for: Path | None) -> list[Callable[[], bytes]]:
    """What tells the triples that each layer of rules derives."""
    mark = _mark(graph.project, kept_for) if kept_for else None
    return [
        partial(_derived, graph, layer, name, mark) for layer in graph.layers if (name := layer.derived_graph)
    ]


def _shapes(project: Project) -> list[Source]:
    """All shapes, those that only say how a property is shown included: a report has their names."""
    patterns = dict.fromkeys((*project.shapes, *project.shapes_display))
    return _files(project, dict.fromkeys(project.files(patterns)))


def _files(project: Project, paths: Iterable[Path]) -> list[Source]:
    return sources((openable(path) for path in paths), contexts=project.context_files)


def _mark(project: Project, home: Path) -> _Mark | None:
    """What tells one state of a project's files from another, wherever a copy of them lies."""
    mark, root = Mark(), project.root
    mark.add(repr((str(home), project.trusted)))
    try:
        add_files(mark, project, project.sources(), lambda path: os.path.relpath(path, root))
    except (OSError, OgdkgError):  # reading the files tells why
        return None
    return _Mark(mark, is_copy=root != home)


class _Mark(NamedTuple):
    """A state of the files, and whether they are copies."""

    files: Mark
    is_copy: bool


def _derived(graph: Graph, layer: Layer, name: terms.Iri, mark: _Mark | None) -> bytes:
    """What a layer derives, but for what it says of blank nodes of files, which a file names by itself.

    It is recalled in a copy alone, in which IRIs of files are others.
    """
    kept_as = mark.files.name(layer.name) if mark else None
    text = recall(KIND, kept_as) if mark and mark.is_copy and kept_as else None
    if text is None:
        quads = (quad for quad in graph.derived(layer, name) if not any(map(_is_of_file, quad.triple)))
        text = serialize(map(_quad, quads), format=RdfFormat.N_QUADS) or b""
        if kept_as:
            keep(KIND, kept_as, text)
    return text


def _is_of_file(term: terms.Term) -> bool:
    return isinstance(term, terms.Blank) and _OF_FILE.fullmatch(term.label) is not None


def _quad(quad: terms.Quad) -> Quad:
    return Quad(*ox_spo(quad), ox_graph(quad.graph))


def at_home(inputs: Inputs, there: Path, home: Path) -> Sources:
    """The files of a copy of a project, each with its content, and under the name that it has at home."""
    from ogdkg.validation.changes.narrowing import Sources  # seldom asked for

    kinds = (inputs.data, inputs.shapes, inputs.ontology)
    return Sources(*([_at_home(each, there, home) for each in kind] for kind in kinds))


def _at_home(source: Source, there: Path, home: Path) -> Source:
    path = Path(source.name).resolve()
    if not source.is_file or not path.is_relative_to(there):
        return source
    content = path.read_bytes() if source.content is None else source.content
    return replace(source, name=openable(home / path.relative_to(there)), content=content)
