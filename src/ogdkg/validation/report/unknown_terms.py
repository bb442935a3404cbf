"""Terms of the shapes that the data and their ontology do not know, but nearly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache

from pyoxigraph import NamedNode

from ogdkg.validation.core.results import Finding, Term
from ogdkg.validation.core.shapes import INNER_PATHS, Shapes
from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH, XSD
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.near_terms import misspelt, variant
from ogdkg.validation.report.shape_lint import warning
from ogdkg.validation.report.unused_shapes import classes, predicates

_BUILT_IN = (RDF.base, RDFS.base, OWL.base, XSD.base, SH.base)
_CLASSES = (SH["class"], SH.targetClass)
_PROPERTIES = (
    SH.path, SH.targetSubjectsOf, SH.targetObjectsOf, SH.equals, SH.disjoint, SH.lessThan,
    SH.lessThanOrEquals, *INNER_PATHS,
)  # fmt: skip
_NAMING = frozenset((*_CLASSES, *_PROPERTIES, SH.targetNode))
MAX_NODES = 20_000  # triples of a graph whose nodes are compared with an unknown one
Use = tuple[Term, NamedNode, NamedNode]


def unknown_terms(shapes: Shapes, graph: DataGraph) -> Iterator[Finding]:
    """A warning for each class and property that is nearly one of the data, and each missing target node."""
    mentioned = {term for about in shapes.about.values() for values in about.values() for term in values}

    @cache
    def known_classes() -> list[NamedNode]:
        return [each for each in classes(graph) if each not in mentioned]

    @cache
    def known_properties() -> list[NamedNode]:
        return [each for each in predicates(graph) if each not in mentioned]

    uses = _uses(shapes)
    yield from _near("class", _of(uses, _CLASSES), lambda c: _is_class(graph, c), known_classes)
    yield from _near("property", _of(uses, _PROPERTIES), lambda p: _is_property(graph, p), known_properties)
    for use in _of(uses, (SH.targetNode,)):
        if not graph.has_node(use[2]):
            near = misspelt(use[2].value, _subjects(graph)) or variant(use[2].value, _subjects(graph))
            hint = f"Did you mean {near}?" if near else None
            yield warning("UnknownTerm", f"The target node {use[2]} is not in the data.", use, hint)


def _uses(shapes: Shapes) -> list[Use]:
    """Where the shapes name a term of the data for the first time."""
    found: dict[tuple[NamedNode, NamedNode], Use] = {}
    for subject, said in shapes.about.items():
        for predicate, terms in said.items():
            for term in terms if predicate in _NAMING else ():
                if isinstance(term, NamedNode) and not term.value.startswith(_BUILT_IN):
                    found.setdefault((predicate, term), (subject, predicate, term))
    return list(found.values())


def _of(uses: list[Use], parameters: Collection[NamedNode]) -> list[Use]:
    return [use for use in uses if use[1] in parameters]


def _near(
    kind: str, uses: list[Use], is_known: Callable[[NamedNode], bool], known: Callable[[], list[NamedNode]]
) -> Iterator[Finding]:
    for use in uses:
        if is_known(use[2]):
            continue
        near = variant(use[2].value, known()) or misspelt(use[2].value, known())
        if near:
            message = f"Neither the data nor their ontology know the {kind} {use[2]}."
            yield warning("UnknownTerm", message, use, f"Did you mean {near}?")


def _is_class(graph: DataGraph, term: NamedNode) -> bool:
    patterns = ((None, RDF.type, term), (term, None, None), (None, RDFS.subClassOf, term))
    return any(graph.first(*pattern) for pattern in patterns)


def _is_property(graph: DataGraph, term: NamedNode) -> bool:
    return any(graph.first(*pattern) for pattern in ((None, term, None), (term, None, None)))


def _subjects(graph: DataGraph) -> list[NamedNode]:
    if len(graph) > MAX_NODES:
        return []
    return sorted({each for each in graph.subjects() if isinstance(each, NamedNode)}, key=str)
