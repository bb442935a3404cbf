"""The siblings of a qualified shape, https://www.w3.org/TR/shacl/#dfn-sibling-shapes."""

from __future__ import annotations

from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.vocabulary import SH


def siblings(shapes: Shapes, shape: Term) -> list[Term]:
    """The qualified shapes beside that of a property shape, and its own; none unless they are disjoint."""
    if not any(map(is_true, shapes.values(shape, SH.qualifiedValueShapesDisjoint))):
        return []
    parents = [node for node, said in shapes.about.items() if shape in said.get(SH.property, ())]
    beside = [each for parent in parents for each in shapes.values(parent, SH.property)]
    qualified = (each for near in beside for each in shapes.values(near, SH.qualifiedValueShape))
    return list(dict.fromkeys(qualified))
