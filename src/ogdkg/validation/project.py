"""What a graph project has validated: its data layers, its shapes and their ontology."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from ogdkg import terms
from ogdkg.graph import Choices, Graph
from ogdkg.project import Layer, Project
from ogdkg.validation.conversion import library_term
from ogdkg.validation.operation import Inputs
from ogdkg.validation.reading import Source, sources


def project_inputs(project: Project, given: Inputs, layers: Sequence[str] = ()) -> Inputs:
    """The inputs that are given, and the project's own for those that are not."""
    return Inputs(
        given.data or _data(project, layers),
        given.shapes or _files(project, project.files(project.shapes)),
        given.ontology or _files(project, project.files(project.shapes_ontology)),
        None if given.data or layers else project,
    )


def _data(project: Project, layers: Iterable[str]) -> list[Source]:
    """The files of the layers, without those that shapes take as their ontology, and what rules derive from
    them."""
    chosen = project.choose(layers)
    ontology = set(project.files(project.shapes_ontology))
    files = [source.path for source in project.sources(chosen) if source.path not in ontology]
    return _files(project, files) + [_derived(project, layer) for layer in chosen if layer.rules]


def _files(project: Project, paths: Iterable[Path]) -> list[Source]:
    return sources(project.shown(path) for path in paths)


def _derived(project: Project, layer: Layer) -> Source:
    graph = Graph(project, Choices((layer.name,)))
    text = serialize((_quad(quad) for quad in graph.store.quads()), format=RdfFormat.N_QUADS)
    return Source(f"layer {layer.name}", RdfFormat.N_QUADS, text)


def _quad(quad: terms.Quad) -> Quad:
    subject, obj = library_term(quad.subject), library_term(quad.object)
    graph = library_term(quad.graph) if quad.graph else DefaultGraph()
    assert isinstance(subject, NamedNode | BlankNode) and not isinstance(graph, Literal)
    return Quad(subject, NamedNode(quad.predicate.value), obj, graph)
