"""Which shapes the judge of SHACL Core can do; whatever else a shape says goes to pySHACL with it."""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from ogdkg.validation.core.components import by_parameter, components
from ogdkg.validation.core.paths import path_at
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import SHAPE_LISTS, Shapes
from ogdkg.validation.core.siblings import siblings
from ogdkg.validation.core.vocabulary import KINDS, PAIRS, SH
from ogdkg.validation.judging.values import is_quick

DEEPEST = 40  # shapes within one another
# Parameters that a shape may have once: what two of them mean is for another judge to say.
_ONCE = (
    "datatype", "nodeKind", "minCount", "maxCount", "minLength", "maxLength", "languageIn", "in",
    "uniqueLang", "pattern", "flags", "closed", "ignoredProperties", "qualifiedValueShape",
    "qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint", "severity",
    "minInclusive", "maxInclusive", "minExclusive", "maxExclusive", "path",
)  # fmt: skip
ONCE = frozenset(SH[name] for name in _ONCE)
_OF_PATHS = (
    SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan, SH.lessThanOrEquals, SH.qualifiedValueShape,
    SH.qualifiedMinCount, SH.qualifiedMaxCount,
)  # fmt: skip
_NUMBERS = (
    SH.minCount, SH.maxCount, SH.minLength, SH.maxLength, SH.qualifiedMinCount, SH.qualifiedMaxCount,
)  # fmt: skip
MOST_CHARACTERS = 70  # characters of a number with its datatype
_OTHERS = (SH.sparql, SH.expression, SH.js)


@lru_cache(maxsize=2)  # of the shapes in hand, and those that they are held against
def scope_of(shapes: Shapes) -> Scope:
    """The scope of a shapes graph, for all who ask about the same."""
    return Scope(shapes)


class Scope:
    """Tells which shapes of a shapes graph can be judged here, with all that they lead to."""

    def __init__(self, shapes: Shapes) -> None:
        self.shapes = shapes
        self._own = frozenset(by_parameter(components(shapes)))
        self._known: dict[Term, bool] = {}

    def has(self, shape: Term, depth: int = 0) -> bool:
        """Whether a shape can be judged here."""
        if shape not in self._known:
            below = [*self.shapes.references(shape), *siblings(self.shapes, shape)]
            self._known[shape] = (
                depth < DEEPEST and self._is_plain(shape) and all(self.has(each, depth + 1) for each in below)
            )
        return self._known[shape]

    def has_beside_queries(self, shape: Term) -> bool:
        """Whether a shape can be judged here but for its own constraints in SPARQL."""
        below = [*self.shapes.references(shape), *siblings(self.shapes, shape)]
        return self._is_plain(shape, others=_OTHERS[1:]) and all(self.has(each, 1) for each in below)

    def _is_plain(self, shape: Term, others: tuple[NamedNode, ...] = _OTHERS) -> bool:
        said = self.shapes.about.get(shape)
        if said is None or not self._own.isdisjoint(said) or any(each in said for each in others):
            return False
        return self._is_sound(shape, said) and self._has_plain_values(said)

    def _is_sound(self, shape: Term, said: dict[NamedNode, list[Term]]) -> bool:
        """Whether it has of each parameter as many values as it may, at a shape of its kind."""
        if any(len(values) > 1 and each in ONCE for each, values in said.items()):
            return False
        if not self.shapes.is_property_shape(shape):
            return not any(each in said for each in _OF_PATHS)
        return path_at(self.shapes, said[SH.path][0]) is not None

    def _has_plain_values(self, said: dict[NamedNode, list[Term]]) -> bool:
        if not all(isinstance(each, Literal) for each in said.get(SH.message, ())):
            return False
        if any(len(str(each)) > MOST_CHARACTERS for name in _NUMBERS for each in said.get(name, ())):
            return False
        if any(each not in KINDS for each in said.get(SH.nodeKind, ())):
            return False
        if not all(isinstance(each, Literal) and is_quick(each.value) for each in said.get(SH.pattern, ())):
            return False
        if any(self.shapes.is_property_shape(each) for each in said.get(SH.node, ())):
            return False
        named = (*PAIRS, SH.equals, SH.disjoint, SH.datatype)
        if not all(isinstance(each, NamedNode) for predicate in named for each in said.get(predicate, ())):
            return False
        return all(self.shapes.items(head) for each in SHAPE_LISTS for head in said.get(each, ()))
