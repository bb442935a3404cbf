"""Sentences about shapes that cannot be used, with their places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from ogdkg.errors import InputError, Place, all_of
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import QUERIES, Shapes, ShapesError, node_text
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.reading import Source
from ogdkg.validation.report.messages import message, worded
from ogdkg.validation.report.shape_names import ShapeNames

if TYPE_CHECKING:
    from ogdkg.validation.report.places import TripleKey


def with_shape_place(error: InputError, at: TripleKey, shapes: Shapes, nodes: BlankNodes) -> InputError:
    """The error with the place of what caused it: a statement, its shape, or the shape that leads there."""
    from ogdkg.validation.report.places import place_of  # only an error wants it

    place = (
        place_of(at, nodes)
        or place_of((shapes.nearest_named(at[0]), None, None), nodes)
        or _place_of_text(at[0], shapes, nodes.sources)
    )
    return InputError(error.message, place=place, hint=error.hint)


def with_shape_places(error: ShapesError, shapes: Shapes, nodes: BlankNodes) -> InputError:
    """The error with the place of each fault that it stands for, in the order of the places."""
    faults = error.faults or (error,)
    placed = [with_shape_place(each, each.statement, shapes, nodes) for each in faults]
    return all_of(sorted(placed, key=_position))


def _position(fault: InputError) -> tuple[str, int, int]:
    file, line, column = fault.place or ("", None, None)
    return file, line or 0, column or 0


def _place_of_text(node: Term, shapes: Shapes, sources: Sequence[Source]) -> Place | None:
    """The line of a query or a pattern at a node of shapes without names; else the file, if there is one."""
    texts = [value.value for name in (*QUERIES, SH.pattern) for value in shapes.values(node, name)]
    for source in sources:
        found = source.content or Path(source.name).read_bytes()
        for start in (found.find(text.encode()) for text in texts if text):
            if start >= 0:
                return Place(source.name, found.count(b"\n", 0, start) + 1)
    return Place(sources[0].name) if len(sources) == 1 else None


def ill_formed(wrong: Sequence[Result], shapes: Shapes, names: ShapeNames) -> str:
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


def without_pathless(shapes: Shapes) -> tuple[str, ...]:
    """Take out of shapes that nobody else checks what asks for nothing."""
    from ogdkg.validation.core.parameters import drop_pathless  # seldom asked for

    dropped = list(dict.fromkeys(map(node_text, drop_pathless(shapes))))
    return tuple(f"A value of sh:property has no sh:path, so it was left out: {each}." for each in dropped)
