"""SHACL paths: read from a shapes graph, followed in a data graph, written as property paths of SPARQL.

https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from pyoxigraph import NamedNode

from ogdkg.validation.core.vocabulary import RDF, SH

REPEATED = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_TIMES = {"zeroOrMorePath": (0, True), "oneOrMorePath": (1, True), "zeroOrOnePath": (0, False)}
_MARKS = {(0, True): "*", (1, True): "+", (0, False): "?"}


class PathSource(Protocol):
    """What a path is read from: a shapes graph of any library."""

    def is_iri(self, node: Any) -> bool:
        """Whether a node is an IRI, and so a predicate."""

    def values(self, node: Any, name: str) -> list[Any]:
        """The values at a node of the property of SHACL of that local name."""

    def items(self, node: Any) -> list[Any]:
        """The members of the list that begins at a node; none where none begins."""


@dataclass(frozen=True, slots=True)
class Step:
    """One predicate, followed from subject to object, or back."""

    predicate: Any
    back: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """One path after another."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of the paths."""

    parts: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A path at least so many times, and at most once unless `many`."""

    part: Path
    least: int
    many: bool


Path = Step | Chain | Choice | Repeat


def read_path(source: PathSource, node: Any, *, back: bool = False) -> Path | None:
    """The path at a node, walked backwards if asked.

    An inverse has no form of its own: it turns round the steps under it, and their order (SPARQL 18.2.2.3).

    Returns:
        None for what is no path.
    """
    if source.is_iri(node):
        return Step(node, back)
    if items := source.items(node):
        steps = [read_path(source, each, back=back) for each in items]
        return _joined(Chain, steps[::-1] if back else steps)
    for inner in source.values(node, "inversePath"):
        return read_path(source, inner, back=not back)
    for head in source.values(node, "alternativePath"):
        return _joined(Choice, [read_path(source, each, back=back) for each in source.items(head)])
    for name, (least, many) in _TIMES.items():
        for inner in source.values(node, name):
            part = read_path(source, inner, back=back)
            return Repeat(part, least, many) if part else None
    return None


def _joined(kind: type[Chain] | type[Choice], parts: list[Path | None]) -> Path | None:
    known = tuple(part for part in parts if part)
    return kind(known) if len(known) == len(parts) > 1 else None


def follow(path: Path, start: Any, step: Callable[[Any, Any, bool], Iterable[Any]]) -> dict[Any, None]:
    """The value nodes of a path from a node, each once.

    Args:
        path: The path.
        start: The node that it starts at.
        step: The nodes that a predicate leads to from a node, or leads from where the third argument is true.
    """
    if isinstance(path, Step):
        return dict.fromkeys(step(path.predicate, start, path.back))
    if isinstance(path, Choice):
        return {far: None for part in path.parts for far in follow(part, start, step)}
    if isinstance(path, Chain):
        nodes = {start: None}
        for part in path.parts:
            nodes = {far: None for near in nodes for far in follow(part, near, step)}
        return nodes
    found = {} if path.least else {start: None}
    waiting = [far for far in follow(path.part, start, step) if far not in found]
    found.update(dict.fromkeys(waiting))
    while path.many and waiting:
        for far in follow(path.part, waiting.pop(), step):
            if far not in found:
                found[far] = None
                waiting.append(far)
    return found


def path_text(path: Path) -> str:
    """The path in SPARQL; it may stand wherever one may."""
    if isinstance(path, Step):
        return f"(^<{_iri(path.predicate)}>)" if path.back else f"<{_iri(path.predicate)}>"
    if isinstance(path, Repeat):
        return f"({path_text(path.part)}){_MARKS[path.least, path.many]}"
    return f"({('/' if isinstance(path, Chain) else '|').join(map(path_text, path.parts))})"


class ShapesGraph(Protocol):
    """`core.shapes.Shapes`, as far as paths are read from it."""

    def values(self, node: Any, predicate: NamedNode) -> list[Any]:
        """The values of a property at a node."""

    def items(self, head: Any) -> list[Any]:
        """The members of a list."""


def path_at(shapes: ShapesGraph, node: Any) -> Path | None:
    """The path at a node of a shapes graph; None for what is no path."""
    return read_path(_InShapes(shapes), node)


def sparql_path(shapes: ShapesGraph, node: Any) -> str | None:
    """The path at a node in SPARQL; None for what is no path."""
    path = path_at(shapes, node)
    return path_text(path) if path else None


@dataclass(frozen=True, slots=True)
class _InShapes:
    """A graph of paths as `read_path` asks for it."""

    shapes: ShapesGraph

    def is_iri(self, node: Any) -> bool:
        return isinstance(node, NamedNode) and node != RDF.nil  # which is a list without members

    def values(self, node: Any, name: str) -> list[Any]:
        return self.shapes.values(node, SH[name])

    def items(self, node: Any) -> list[Any]:
        return self.shapes.items(node) if self.shapes.values(node, RDF.first) else []


def _iri(predicate: Any) -> str:
    return str(getattr(predicate, "value", predicate))  # of pyoxigraph, or of rdflib
