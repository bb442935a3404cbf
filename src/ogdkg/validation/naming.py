"""The nodes and shapes that a person names, for a validation that reports them alone."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf.terms import expand, parse_iri


def named_nodes(texts: Iterable[str], project: Project | None) -> tuple[NamedNode, ...]:
    """Return nodes by IRI or CURIE; in a project also by their names.

    Raises:
        UsageError: A name is unknown or ambiguous.
    """
    return tuple(_node(text, project) for text in texts)


def named_shapes(texts: Iterable[str], project: Project | None) -> tuple[NamedNode, ...]:
    """Return shapes by IRI or CURIE.

    Raises:
        UsageError: A text is neither.
    """
    return tuple(_shape(text, project) for text in texts)


def _node(text: str, project: Project | None) -> NamedNode:
    if project is None or ":" in text:
        return _shape(text, project)
    from ogdkg.search.labels import names_of_all  # most validations report all nodes

    return NamedNode(names_of_all(Graph(project).store, project.prefixes).find(text).value)


def _shape(text: str, project: Project | None) -> NamedNode:
    return NamedNode((expand(text, project.prefixes if project else {}) or parse_iri(text)).value)
