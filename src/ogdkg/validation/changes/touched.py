"""The focus nodes whose verdict a change can touch, https://www.w3.org/TR/shacl/#validation part by part.

Each shape is followed as it would be judged, over what was and what is, from its focus nodes onward: a node
is touched if some statement that is looked at on the way has come or gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pyoxigraph import NamedNode, Triple

from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import Chain, Choice, Path, Step, path_at
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes, is_true
from ogdkg.validation.core.siblings import siblings
from ogdkg.validation.core.vocabulary import PAIRS, RDF, RDFS, SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.judging.failing import Failing
from ogdkg.validation.judging.relations import Paths

Nodes = set[int]
DEEPEST = 60  # shapes within one another; what is deeper may look at anything
_BESIDE = (SH.equals, SH.disjoint, *PAIRS)


class Touched:
    """Tells what a change can touch in one graph.

    Args:
        both: What is, and what was.
        changed: What has come or gone; `both` has it all.
        shapes: The shapes.
        is_opaque: Whether a shape asks something that may look at anything.
        deadline: When to give up.
    """

    def __init__(
        self,
        both: ColumnGraph,
        changed: Iterable[Triple],
        shapes: Shapes,
        is_opaque: Callable[[Term], bool],
        deadline: Deadline,
    ) -> None:
        self.both = both
        self.shapes = shapes
        self._is_opaque = is_opaque
        self._deadline = deadline
        self._depth = 0
        self._paths = Paths(both, deadline)
        self._targets = Failing(both, shapes, deadline).targets
        self._subjects: dict[NamedNode, Nodes] = {}
        self._objects: dict[NamedNode, Nodes] = {}
        for triple in changed:
            near, far = both.number(triple.subject), both.number(triple.object)
            self._subjects.setdefault(triple.predicate, set()).add(near)
            self._objects.setdefault(triple.predicate, set()).add(far)

    def focus_nodes(self, shape: Node) -> set[Term]:
        """The focus nodes of a shape whose verdict may have changed, also those that are new or gone."""
        targets = self._targets(shape)
        touched = self._of(shape, targets)
        for target in self.shapes.targets(shape):
            if target.kind == SH.targetClass:
                touched |= self._subjects.get(RDF.type, set()) & targets
                touched |= targets if RDFS.subClassOf in self._subjects else set()
            elif target.kind != SH.targetNode and isinstance(target.term, NamedNode):
                is_subject = target.kind == SH.targetSubjectsOf
                touched |= (self._subjects if is_subject else self._objects).get(target.term, set())
        return {self.both.terms[each] for each in touched & targets}

    def _of(self, shape: Term, nodes: Nodes) -> Nodes:
        """Those of the nodes whose verdict by a shape may have changed."""
        self._deadline.check()
        if not nodes or self.shapes.is_deactivated(shape):
            return set()
        if self._is_opaque(shape) or self._depth == DEEPEST:
            return set(nodes) if self._subjects else set()
        self._depth += 1
        touched = self._of_plain(shape, nodes)
        self._depth -= 1
        return touched

    def _of_plain(self, shape: Term, nodes: Nodes) -> Nodes:
        touched: Nodes = set()
        for predicate in (each for kind in _BESIDE for each in self.shapes.values(shape, kind)):
            touched |= self._subjects.get(predicate, set()) & nodes
        node = self.shapes.value(shape, SH.path)
        path = None if node is None else path_at(self.shapes, node)
        if path is None:
            return touched | self._of_values(shape, nodes)
        touched |= self._along(path, nodes)
        relation = self._paths.relation(path, nodes)
        return touched | (relation.of(self._of_values(shape, relation.far)) & nodes)

    def _of_values(self, shape: Term, values: Nodes) -> Nodes:
        """The values of which something that a shape asks them may have changed."""
        touched: Nodes = set()
        if self.shapes.values(shape, SH["class"]):
            touched |= values if RDFS.subClassOf in self._subjects else self._subjects.get(RDF.type, set())
        if any(map(is_true, self.shapes.values(shape, SH.closed))):
            touched = touched.union(*self._subjects.values())
        touched &= values
        for inner in dict.fromkeys((*self.shapes.references(shape), *siblings(self.shapes, shape))):
            touched |= self._of(inner, values)
        return touched

    def _along(self, path: Path, nodes: Nodes) -> Nodes:
        """The nodes from which a path leads over what has come or gone."""
        if isinstance(path, Step):
            ends = self._objects if path.back else self._subjects
            return ends.get(path.predicate, set()) & nodes
        if isinstance(path, Choice):
            return set().union(*(self._along(part, nodes) for part in path.parts))
        if isinstance(path, Chain):
            first, *rest = path.parts
            onward = rest[0] if len(rest) == 1 else Chain(tuple(rest))
            relation = self._paths.relation(first, nodes)
            later = relation.of(self._along(onward, {far for near, far in relation.pairs() if near in nodes}))
            return self._along(first, nodes) | (later & nodes)
        relation = self._paths.relation(path, nodes)
        touched = self._along(path.part, nodes | relation.far)
        return (relation.of(touched) | touched) & nodes
