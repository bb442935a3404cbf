"""What an export holds: the quads of the files as they were written, chosen by layer. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ogdkg.errors import InputError, UsageError
from ogdkg.graph import Graph
from ogdkg.project import Layer
from ogdkg.store.base import Rows
from ogdkg.store.codec import read_quads
from ogdkg.terms import Iri, Quad, Term


def export(graph: Graph, *, without_personal: bool = False) -> Iterator[Quad]:
    """The quads of the graph's layers; where none was chosen, all but those that the project leaves out.

    They come from the files, whose lexical forms a store would rewrite; derived ones from the store.
    """
    layers = _layers(graph)
    leaves_out = personal(graph) if without_personal else (lambda quad: False)
    for layer in layers:
        yield from (quad for quad in _quads(graph, layer) if not leaves_out(quad))


def _layers(graph: Graph) -> list[Layer]:
    chosen = graph.layers
    if graph.choices.layers:
        return list(chosen)
    return [layer for layer in chosen if layer.name not in graph.project.leave_out]


def _quads(graph: Graph, layer: Layer) -> Iterator[Quad]:
    for number, source in enumerate(graph.project.sources([layer]), 1):
        for quad in read_quads(source.path, blank_prefix=f"{_label(layer.name)}{number}"):
            yield quad if quad.graph else Quad(*quad.triple, source.graph)
    if layer.rules and layer.graph:
        yield from graph.store.quads(Iri(layer.graph))


def _label(name: str) -> str:
    """A layer's name as the beginning of a blank node's label."""
    return "".join(character for character in name if character.isascii() and character.isalnum())


def personal(graph: Graph) -> Callable[[Quad], bool]:
    """Whether a quad speaks of a node that the project's query of personal nodes lists."""
    nodes = _personal_nodes(graph)

    def speaks_of_one(quad: Quad) -> bool:
        return quad.object in nodes or quad.subject in nodes or _owner(quad.subject) in nodes

    return speaks_of_one


def _personal_nodes(graph: Graph) -> set[Term | None]:
    name = graph.project.personal
    if name is None:
        hint = "Under [export] in ogdkg.toml, set `personal` to a stored query of the ?node to leave out."
        raise UsageError("This project does not say what is personal.", hint=hint)
    whole = Graph(
        graph.project, graph.choices._replace(layers=())
    )  # a node is personal in whichever layer it stands
    result = whole.query(name)
    if not isinstance(result, Rows) or "node" not in result.variables:
        raise InputError(f"The query {name!r} must SELECT ?node.")
    return _column(result.rows, result.variables.index("node"))


def _column(rows: Iterable[tuple[Term | None, ...]], index: int) -> set[Term | None]:
    return {row[index] for row in rows} - {None}


def _owner(node: Term) -> Iri | None:
    """The IRI before the `#`: a passage owns its selectors."""
    if not isinstance(node, Iri):
        return None
    before, sign, _ = node.value.rpartition("#")
    return Iri(before) if sign else None
