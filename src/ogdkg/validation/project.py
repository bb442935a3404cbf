"""What a graph project has validated: its data layers, its shapes and their ontology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, serialize

from ogdkg.errors import InputError, LimitError, all_of, with_namespace
from ogdkg.files.names import openable
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.endpoint import Endpoint
from ogdkg.project.project import Layer, Project
from ogdkg.rdf import terms
from ogdkg.store.codec import ox_graph, ox_spo
from ogdkg.validation.data.reading import Source, faults_in, sources
from ogdkg.validation.operation import Inputs
from ogdkg.validation.pyshacl.process import TIMEOUT


def project_inputs(
    project: Project,
    given: Inputs,
    layers: Sequence[str] = (),
    endpoint: Endpoint | None = None,
    timeout: float | None = TIMEOUT,
) -> Inputs:
    """The inputs that are given, and the project's own for those that are not; or what a server holds.

    `timeout`: how many seconds the project's rules may take, or one answer of the server.
    """
    if endpoint and not given.data:
        there = Graph(project, GraphOptions(tuple(layers), timeout=timeout, endpoint=endpoint)).remote
        shapes = given.shapes or _shapes(project)
        return Inputs((), shapes, server=there)
    graph = (
        None if given.data else Graph(project, GraphOptions(tuple(layers), timeout=timeout, reuse_store=True))
    )
    shapes = given.shapes or _shapes(project)
    ontology = given.ontology or _files(project, project.files(project.shapes_ontology))
    try:
        data = given.data or (_data(graph) if graph else ())
    except LimitError:
        raise
    except InputError as error:  # told with what is wrong elsewhere
        others = faults_in((*shapes, *ontology))
        raise all_of([error, *(with_namespace(each, project.prefixes) for each in others)]) from error
    return Inputs(data, shapes, ontology, None if layers else graph)


def _data(graph: Graph) -> list[Source]:
    """The files of the layers, without those that shapes take as their ontology, and what rules derive from
    them."""
    project = graph.project
    ontology = set(project.files(project.shapes_ontology))
    files = [source.path for source in graph.files if source.path not in ontology]
    derived = [_derived(graph, layer, name) for layer in graph.layers if (name := layer.derived_graph)]
    return _files(project, files) + derived


def _shapes(project: Project) -> list[Source]:
    """All shapes, those that only say how a property is shown included: a report has their names."""
    patterns = dict.fromkeys((*project.shapes, *project.shapes_display))
    return _files(project, dict.fromkeys(project.files(patterns)))


def _files(project: Project, paths: Iterable[Path]) -> list[Source]:
    return sources((openable(path) for path in paths), contexts=project.context_files)


def _derived(graph: Graph, layer: Layer, name: terms.Iri) -> Source:
    quads = graph.derived(layer, name)
    text = serialize(map(_quad, quads), format=RdfFormat.N_QUADS)
    return Source(f"layer {layer.name}", RdfFormat.N_QUADS, text, is_file=False)


def _quad(quad: terms.Quad) -> Quad:
    return Quad(*ox_spo(quad), ox_graph(quad.graph))
