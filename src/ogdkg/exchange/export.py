"""What an export holds: the quads of the files as they were written, chosen by layer. Writes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.property_groups import shown_properties
from ogdkg.evidence.show import resolve_name
from ogdkg.exchange.cbd import DescriptionBuilder, Group
from ogdkg.files.names import shown
from ogdkg.files.text import MOST_DATA, read_text
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer, Project, layers_of_graphs
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD
from ogdkg.rdf.statements import quad_of, split, to_nquads
from ogdkg.rdf.terms import RDFS, Iri, Quad, Term, Triple, to_ntriples
from ogdkg.search.resolver import NameResolver, run_stored_query
from ogdkg.sparql.tokens import makes_literals, significant_tokens
from ogdkg.store.base import Rows, Triples
from ogdkg.store.codec import read_lines


def export(graph: Graph, *, without_personal: bool = False) -> Iterator[Quad]:
    """The quads of the graph's layers; where none was chosen, all but those that the project leaves out."""
    return map(quad_of, export_lines(graph, without_personal=without_personal))


def export_lines(graph: Graph, *, without_personal: bool = False) -> Iterator[str]:
    """The same as lines of N-Quads.

    They come from the files, whose lexical forms a store would rewrite; derived ones come from the store, and
    get back the forms that their subjects have in the files. At a
    server all come from there, as it spells them.
    """
    leaves_out = personal(graph) if without_personal else None
    for layer in _layers(graph):
        for line in _there(graph, layer) if graph.options.endpoint else _lines(graph, layer):
            if leaves_out is None or not leaves_out(line):
                yield line


class Constructed(NamedTuple):
    """What a CONSTRUCT makes; how many literals are spelled as the engine does, since the data spell each in
    several ways."""

    lines: list[str]
    respelled: int


def constructed(graph: Graph, query: str, *, without_personal: bool = False) -> Constructed:
    """What a CONSTRUCT makes of the graph: a file's, or a stored one's."""
    path = Path(query)
    own = graph if path.is_file() else graph.for_query(graph.catalogue.get(query))
    if without_personal:
        own = Graph(own.project, own.options._replace(cache=False)).local_copy  # to be changed
        for triple in withheld(own):
            own.store.remove(triple)
    if path.is_file():
        text, name = _text(path), query
    else:
        stored = own.catalogue.get(query)
        text, name = NameResolver(own).bind(stored, {}), stored.file
    result = own.sparql(text, name=name)
    if not isinstance(result, Triples):
        raise UsageError(f"{query} is no CONSTRUCT query.", hint="`ogdkg query` shows the rows of a SELECT.")
    lines = [to_nquads(Quad(*triple, None)) for triple in result.triples]
    return _as_written(own, lines, own.layers, computed=makes_literals(significant_tokens(text)))


def _as_written(
    graph: Graph, lines: list[str], layers: Iterable[Layer], *, computed: bool = True
) -> Constructed:
    """Lines of an engine's, with the lexical forms that the files of the layers have."""
    if graph.options.engine != "oxigraph" or not any("^^<" in line for line in lines):
        return Constructed(lines, 0)
    from ogdkg.exchange.lexical_forms import LexicalForms  # few exports come from an engine
    from ogdkg.store.embedded import respell

    written = (line for layer in layers for line in _written(graph, layer))
    forms = LexicalForms(written, respell, computed=computed)
    return Constructed([forms.restored(line) for line in lines], forms.unknown)


def _text(path: Path) -> str:
    return read_text(path, shown(path), most=MOST_DATA, pipes=True)


def find_thing(graph: Graph, name: str) -> str:
    """The thing that a name means, in whichever layer it is named, as lines spell it."""
    return to_ntriples(resolve_name(Citations(graph.whole), name))


def context(graph: Graph, file: str | None = None) -> dict[str, Any]:
    """The JSON-LD context of a file, else the project's; where there is none, its prefixes."""
    path = Path(file) if file else graph.project.file(graph.project.context or "")
    if not file and not graph.project.context:
        usual = {key: value for key, value in graph.project.prefixes.items() if value[-1] in "#/"}
        return {"id": "@id", "type": "@type", **usual}
    try:
        text = read_text(path, shown(path), most=MOST_DATA, pipes=bool(file))
        found = json.loads(checked(text.encode(), JSONLD.media_type, shown(path)))["@context"]
    except (RecursionError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"The file holds no JSON-LD context: {error}.", place=Place(shown(path))) from error
    if not isinstance(found, dict):
        raise InputError("The @context must be one object.", place=Place(shown(path)))
    return found


def members(graph: Graph, thing_class: str) -> set[str]:
    """The things of a class (an IRI) and of its subclasses, in whichever layer, as lines spell them."""
    pattern = f"?type <{RDFS}subClassOf>* {to_ntriples(Iri(thing_class))} . ?thing a ?type"
    result = graph.whole.sparql(f"SELECT DISTINCT ?thing {{ {pattern} }}")
    return {to_ntriples(row[0]) for row in result.rows if row[0]} if isinstance(result, Rows) else set()


def description_builder(graph: Graph, lines: Iterable[str]) -> DescriptionBuilder:
    """The lines by thing; what belongs to one is what `show` tells in detail beside it, and its own parts."""
    derived = set(map(to_ntriples, graph.project.derived_graphs))
    return DescriptionBuilder(lines, describing(graph), derived, _groups(graph.project))


def _groups(project: Project) -> Iterator[Group]:
    """The properties that the project's shapes have shown together."""
    shown = shown_properties(project)
    for name in {each.group for each in shown}:
        steps = [step for each in shown if each.group == name for step in each.steps]
        forwards = {to_ntriples(step.predicate) for step in steps if not step.inverse}
        yield Group(forwards, {to_ntriples(step.predicate) for step in steps if step.inverse})


def describing(graph: Graph) -> set[str]:
    """The graphs that describe passages."""
    return {
        to_ntriples(layer.passage_metadata_graph)
        for layer in graph.project.layers
        if layer.passage_metadata_graph
    }


def _layers(graph: Graph) -> list[Layer]:
    chosen = graph.layers
    if graph.options.layers:
        return list(chosen)
    return [layer for layer in chosen if layer.name not in graph.project.leave_out]


def _lines(graph: Graph, layer: Layer) -> Iterator[str]:
    yield from _written(graph, layer)
    if layer.derived_graph:
        derived = [to_nquads(quad) for quad in graph.store.quads(layer.derived_graph)]
        yield from _as_written(graph, derived, graph.project.layers).lines


def _written(graph: Graph, layer: Layer) -> Iterator[str]:
    """The lines of a layer's files."""
    for number, source in enumerate(graph.project.sources([layer]), 1):
        yield from read_lines(source.path, source.graph, blank_prefix=f"{_label(layer.name)}{number}x")


def _there(graph: Graph, layer: Layer) -> Iterator[str]:
    """The lines of a layer at a server: of the graphs that belong to it."""
    from ogdkg.remote.pull import pull  # files need no server

    layers = layers_of_graphs(graph.project)
    return pull(graph.remote, lambda name: layers.get(name, layers[None]) == layer.name)


def _label(name: str) -> str:
    """A layer's name as the beginning of a blank node's label."""
    return "".join(character for character in name if character.isascii() and character.isalnum())


def personal(graph: Graph) -> Callable[[str], bool]:
    """Whether a line speaks of a node that the project's query of personal nodes lists."""
    nodes = {to_ntriples(node) for node in _personal_nodes(graph) if node}

    def speaks_of_one(line: str) -> bool:
        _, subject, _, obj = split(line)
        return obj in nodes or subject in nodes or ("#" in subject and _owner(subject) in nodes)

    return speaks_of_one


def withheld(graph: Graph) -> list[Triple]:
    """The triples in the graph's store that an export without personal data leaves out."""
    is_personal = personal(graph)
    return list(dict.fromkeys(quad.triple for quad in graph.store.quads() if is_personal(to_nquads(quad))))


def _personal_nodes(graph: Graph) -> set[Term | None]:
    name = graph.project.personal
    if name is None:
        hint = "Under [export] in ogdkg.toml, set `personal` to a stored query of the ?node to leave out."
        raise UsageError("This project does not say what is personal.", hint=hint)
    # A node is personal in whichever layer it stands.
    result = run_stored_query(graph.whole, name)
    if not isinstance(result, Rows) or "node" not in result.variables:
        raise InputError(f"The query {name!r} must SELECT ?node.")
    return _column(result.rows, result.variables.index("node"))


def _column(rows: Iterable[tuple[Term | None, ...]], index: int) -> set[Term | None]:
    return {row[index] for row in rows} - {None}


def _owner(node: str) -> str:
    """The IRI before the `#`: a passage owns its selectors."""
    return node.rpartition("#")[0] + ">"
