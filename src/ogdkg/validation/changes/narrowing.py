"""The shapes with only those focus nodes that a change since an earlier version can touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Triple

from ogdkg.text.plurals import counted
from ogdkg.validation.changes.shapes import changed_shapes, with_focus
from ogdkg.validation.changes.statements import differing
from ogdkg.validation.changes.touched import Touched
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.components import by_parameter, components
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.columns import ColumnGraph
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.ontology import ontology_triples
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.judging.failing import Failing

_OPAQUE = (SH.sparql, SH.expression, SH.js)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one version."""

    data: Sequence[Source]
    shapes: Sequence[Source]
    ontology: Sequence[Source] = ()


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The shapes to judge by.

    Attributes:
        shapes: The shapes, each with the focus nodes that are left.
        statements: How many statements have come or gone.
        changed: How many shapes ask something else.
        nodes: How many focus nodes are left.
    """

    shapes: Shapes
    statements: int
    changed: int
    nodes: int

    def notice(self, revision: str) -> str:
        """What a person should know of it."""
        differ = f"{counted(self.statements, 'statement')} and {counted(self.changed, 'shape')} differ"
        nodes = f"{counted(self.nodes, 'focus node')} that this can touch"
        more = ", and all of the shapes that differ" if self.changed else ""
        return f"Since {revision}, {differ}: judged {nodes}{more}."


def narrowed(
    old: Sources, new: Sources, shapes: Shapes, graph: DataGraph, cache: QuadCache, deadline: Deadline
) -> Narrowed:
    """Leave out the focus nodes whose verdict is what it was.

    Args:
        old: The files as they were, each with its content and under the name that it has now.
        new: The files as they are.
        shapes: The shapes as they are.
        graph: The data as they are, read by the cache.
        cache: Has read the files as they are.
        deadline: When to give up.
    """
    changed = differing(_only(old, new, QuadCache("before")), _only(new, old, cache))
    anew = set[Term]()
    if not _are_same(old.shapes, new.shapes):
        anew = changed_shapes(Shapes(_triples(old.shapes, QuadCache("shapes-before"))), shapes)
    kept = [each for each in shapes.targeted if each not in anew and not shapes.values(each, SH.target)]
    touched = _touched_by(changed, shapes, graph, deadline) if changed else lambda _: set[Term]()
    focus = {shape: sorted(touched(shape), key=str) for shape in kept}
    left = sum(map(len, focus.values()))
    return Narrowed(with_focus(shapes, focus), len(changed), len(anew), left)


def _touched_by(
    changed: Sequence[Triple], shapes: Shapes, graph: DataGraph, deadline: Deadline
) -> Callable[[Node], set[Term]]:
    """What tells the focus nodes of a shape that a change can touch."""
    current = graph if isinstance(graph, ColumnGraph) else _numbered(graph.triples())
    both = current.copy()
    both.add(changed)
    touched = Touched(both, changed, shapes, _Opaque(shapes), deadline)
    are_focus = Failing(current, shapes, deadline)
    return lambda shape: touched.focus_nodes(shape) & are_focus.target_terms(shape)


class _Opaque:
    """Tells of a shape whether it asks something that may look at anything."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._parameters = (*_OPAQUE, *by_parameter(components(shapes)))

    def __call__(self, shape: Term) -> bool:
        said = self._shapes.about.get(shape, {})
        return any(each in said for each in self._parameters)


def _only(these: Sources, others: Sources, cache: QuadCache) -> Iterator[Triple]:
    """The statements of the files that are not the same among the others."""
    known = set(map(_identity, others.data))
    changed = [source for source in these.data if _identity(source) not in known]
    yield from _triples(changed, cache)
    if not _are_same(these.ontology, others.ontology):
        yield from ontology_triples(_triples(these.ontology, cache))


def _are_same(these: Sequence[Source], others: Sequence[Source]) -> bool:
    return list(map(_identity, these)) == list(map(_identity, others))


def _identity(source: Source) -> tuple[str | None, bytes]:
    """Where a source is, and what it holds."""
    content = Path(source.name).read_bytes() if source.content is None else source.content
    return source.base or source.name, sha256(content).digest()


def _triples(sources: Iterable[Source], cache: QuadCache) -> Iterator[Triple]:
    return (quad.triple for source in sources for quad in cache.quads(source))


def _numbered(triples: Iterable[Triple]) -> ColumnGraph:
    graph = ColumnGraph()
    graph.add(triples)
    return graph
