"""The results for chosen focus nodes and shapes, which must exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ogdkg.errors import UnknownNameError
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.report.names import DisplayNames


def selected(
    results: Iterable[Result],
    focus: Sequence[Term],
    chosen: Sequence[Term],
    shapes: Shapes,
    names: DisplayNames,
) -> tuple[Result, ...]:
    """The results for focus nodes and shapes, all where none are chosen.

    Raises:
        UnknownNameError: A chosen focus node or shape does not exist.
    """
    nodes, of_shapes = _known_nodes(focus, shapes, names), _with_references(chosen, shapes, names)
    return tuple(
        result
        for result in results
        if (not nodes or result.focus in nodes) and (not of_shapes or result.shape in of_shapes)
    )


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
