"""SHACL paths: read from a shapes graph, followed in a data graph, written as property paths of SPARQL.

https://www.w3.org/TR/shacl/#property-paths
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from pyoxigraph import NamedNode

from ogdkg.rdf.property_paths import PathForm, PathSource, form_of
from ogdkg.validation.core.vocabulary import RDF, SH

_TIMES = {"*": (0, True), "+": (1, True), "?": (0, False)}
_MARKS = {times: sign for sign, times in _TIMES.items()}


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
    form = form_of(source, node)
    if form is None:
        return None
    if not form.sign:
        return Step(node, back)
    if form.sign == "^":
        return read_path(source, form.parts[0], back=not back)
    parts = [read_path(source, each, back=back) for each in form.parts]
    if form.sign in _TIMES:
        return Repeat(parts[0], *_TIMES[form.sign]) if parts[0] else None
    return _joined(Choice, parts) if form.sign == "|" else _joined(Chain, parts[::-1] if back else parts)


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


def first_step(path: Path) -> Step:
    """The step that a path begins with; of a choice, that of the first one."""
    while not isinstance(path, Step):
        path = path.part if isinstance(path, Repeat) else path.parts[0]
    return path


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


def form_at(shapes: ShapesGraph, node: Any) -> PathForm | None:
    """What stands at a node of a path in a shapes graph; None for what is no path."""
    return form_of(_InShapes(shapes), node)


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
