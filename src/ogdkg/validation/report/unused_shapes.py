"""What a validation did not cover: shapes without focus nodes, and terms of the data that no shape uses."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from ogdkg.sparql.tokens import iri_of, significant_tokens
from ogdkg.validation.core.queries import prefixes
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import OWL, OWL_CLASSES, RDF, RDFS, RDFS_CLASSES, SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.targets import Targets
from ogdkg.validation.report.names import DisplayNames

BUILT_IN = (RDF.base, RDFS.base, OWL.base)


def unused(graph: DataGraph, shapes: Shapes, judged: Shapes, names: DisplayNames) -> tuple[str, ...]:
    """One line for each shape that matched nothing, and each class and property that no shape looks at.

    `judged`: The shapes with the nodes of custom targets named.
    """
    targets = Targets(graph, shapes)
    looked_at = _looked_at(targets, shapes)
    idle_classes = [each for each in classes(graph) if each not in looked_at]
    properties = [e for e in predicates(graph) if e not in looked_at and not e.value.startswith(BUILT_IN)]
    return (
        *(f"shape without focus nodes: {names.short(each)}" for each in idle(graph, shapes, judged)),
        *(f"class that no shape looks at: {names.short(each)}" for each in idle_classes),
        *(f"property that no shape looks at: {names.short(each)}" for each in properties),
    )


def idle(graph: DataGraph, shapes: Shapes, judged: Shapes) -> list[Node]:
    """The shapes whose targets find no node; `judged` names the nodes of custom targets."""
    targets = Targets(graph, judged)
    return [shape for shape in shapes.targeted if not _has_focus(targets, shape)]


def _has_focus(targets: Targets, shape: Node) -> bool:
    return any(True for _ in targets.patterns(shape)) or any(True for _ in targets.unqueried(shape))


def _looked_at(targets: Targets, shapes: Shapes) -> set[Term]:
    """The terms that shapes and their queries use, and the subclasses of the classes among them."""
    spoken: set[Term] = {RDF.type}
    for said in shapes.about.values():
        for objects in said.values():
            spoken.update(each for each in objects if isinstance(each, NamedNode))
    spoken.update(_in_queries(shapes))
    return {
        each for term in spoken for each in (targets.classes(term) if isinstance(term, NamedNode) else [term])
    }


def _in_queries(shapes: Shapes) -> Iterator[NamedNode]:
    for node, said in shapes.about.items():
        known = prefixes(shapes, node) if SH.select in said else {}
        for select in said.get(SH.select, ()):
            for token in significant_tokens(select.value) if isinstance(select, Literal) else ():
                if iri := iri_of(token, known):
                    yield NamedNode(iri)


def classes(graph: DataGraph) -> list[NamedNode]:
    """The classes of things in a graph."""
    found = {each for each in graph.objects_of(RDF.type) if isinstance(each, NamedNode)}
    return sorted(found - RDFS_CLASSES - OWL_CLASSES, key=str)


def predicates(graph: DataGraph) -> list[NamedNode]:
    """The properties of things in a graph."""
    return sorted(graph.predicates(), key=str)
