"""Selects the quads of an export, by layer, thing or CONSTRUCT, in the lexical forms of the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.property_groups import shown_properties
from ogdkg.evidence.show import resolve_name
from ogdkg.exchange.cbd import DescriptionBuilder, Group
from ogdkg.files.names import shown_path
from ogdkg.files.text import MOST_DATA, read_text
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer, Project, layers_of_graphs
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD
from ogdkg.rdf.statements import is_triple_term, nodes_of, quad_of, split, to_nquads
from ogdkg.rdf.terms import RDFS, Blank, Iri, Quad, Term, Triple, expand, is_iri, to_ntriples
from ogdkg.search.resolver import NameResolver
from ogdkg.search.stored import run_stored_query
from ogdkg.sparql.tokens import makes_literals, significant_tokens
from ogdkg.store.base import MatchingStore, Rows, Triples
from ogdkg.store.lines import read_lines

Chosen = Callable[[Iterable[str]], Iterable[str]]
_PARTS = 'SELECT DISTINCT ?part { ?part ?p ?o FILTER(ISIRI(?part) && CONTAINS(STR(?part), "#")) }'
_WITH_TRIPLE_TERMS = "SELECT ?s ?p ?o { ?s ?p ?o FILTER(isTRIPLE(?o)) }"


def export(graph: Graph, *, without_personal: bool = False) -> Iterator[Quad]:
    """Return the quads of the graph's layers.

    Args:
        graph: The graph; without chosen layers, all but those that the project's `leave_out` names. Those
            that `never_exported` names are not written even if chosen.
        without_personal: Whether to leave out personal data.
    """
    return map(quad_of, export_lines(graph, without_personal=without_personal))


def export_lines(graph: Graph, *, without_personal: bool = False, complete: bool = False) -> Iterator[str]:
    """Yield what `export` returns as lines of N-Quads; if `complete`, of never exported layers too.

    Lines are read from the files, as a store may rewrite lexical forms. Derived ones come from the store,
    with the forms that their subjects have in the files. With an endpoint, all come from the server.
    """
    is_personal = personal(graph) if without_personal else None
    for layer in graph.layers if complete else _layers(graph):
        for line in _remote_lines(graph, layer) if graph.options.endpoint else _lines(graph, layer):
            if is_personal is None or not is_personal(line):
                yield line


class Constructed(NamedTuple):
    """The result of a CONSTRUCT.

    Attributes:
        lines: Its triples.
        respelled: The number of literals in the engine's lexical form, as the data have several for each.
    """

    lines: list[str]
    respelled: int


def constructed(graph: Graph, query: str, *, without_personal: bool = False) -> Constructed:
    """Run a CONSTRUCT.

    Args:
        graph: The graph to query.
        query: A file, or the name of a stored query.
        without_personal: Whether to remove personal data before.

    Raises:
        UsageError: The query is not a CONSTRUCT.
    """
    path = Path(query)
    queried = graph if path.is_file() else graph.for_query(graph.catalogue.get(query))
    if without_personal:
        queried = Graph(queried.project, queried.options._replace(cache=False)).local_copy
        for triple in withheld(queried):
            queried.writable_store.remove(triple)
    if path.is_file():
        text, name = _text(path), query
    else:
        stored = queried.catalogue.get(query)
        text, name = NameResolver(queried).bind(stored, {}), stored.file
    result = queried.sparql(text, name=name)
    if not isinstance(result, Triples):
        raise UsageError(f"{query} is not a CONSTRUCT query.", hint="`ogdkg query` runs a SELECT.")
    lines = [to_nquads(Quad(*triple, None)) for triple in result.triples]
    return _with_source_forms(
        queried, lines, queried.layers, computed=makes_literals(significant_tokens(text))
    )


def _with_source_forms(
    graph: Graph, lines: list[str], layers: Iterable[Layer], *, computed: bool = True
) -> Constructed:
    """Replace the lexical forms of an engine by those in the files of the layers."""
    if graph.options.engine != "oxigraph" or not any("^^<" in line for line in lines):
        return Constructed(lines, 0)
    from ogdkg.exchange.lexical_forms import LexicalForms  # few exports need it
    from ogdkg.store.codec import respell

    source_lines = (line for layer in layers for line in _source_lines(graph, layer))
    forms = LexicalForms(source_lines, respell, computed=computed)
    return Constructed([forms.restore(line) for line in lines], forms.ambiguous)


def _text(path: Path) -> str:
    return read_text(path, shown_path(path), most=MOST_DATA, pipes=True)


def find_thing(graph: Graph, name: str) -> str:
    """Return the thing with a name, looked up in all layers, as its N-Triples term.

    An IRI that a server knows is found without the names of all other things.
    """
    whole, given = graph.whole, expand(name, graph.project.prefixes) or (Iri(name) if is_iri(name) else None)
    if graph.options.endpoint and given:
        term = to_ntriples(given)
        if whole.remote.query(f"ASK {{ {{ {term} ?p ?o }} UNION {{ ?s ?p {term} }} }}") is True:
            return term
    return to_ntriples(resolve_name(Citations(whole), name))


def context_address(graph: Graph, name: str | None) -> str | None:
    """Return the address of a context that is chosen by it or by its file, if `[contexts]` tells it."""
    if name is None or name in graph.project.contexts:
        return name
    files = graph.project.context_files.items()
    return next((address for address, file in files if file.resolve() == Path(name).resolve()), None)


def context(graph: Graph, name: str | None = None) -> dict[str, Any]:
    """Return the JSON-LD context of a file, else that of the project, else one made of its prefixes.

    Args:
        graph: The graph, whose project may have contexts.
        name: A file, or an address whose file `[contexts]` of the project tells.

    Raises:
        InputError: The file contains no context.
        UsageError: It is an address whose file is not told; nothing is fetched.
    """
    file = str(graph.project.context_files.get(name, name)) if name else None
    if file and file == name and "://" in file and not Path(file).exists():
        hint = "Under [contexts] in ogdkg.toml, name the file with this context; nothing is fetched."
        raise UsageError(f"No file is known for the context {file}.", hint=hint)
    path = Path(file) if file else graph.project.file(graph.project.context or "")
    if not file and not graph.project.context:
        of_project = graph.project.prefixes.items()  # the empty one is no term of JSON-LD (1.1, section 4.1)
        prefixes = {key: value for key, value in of_project if key and value.endswith(("#", "/"))}
        return {"id": "@id", "type": "@type", **prefixes}
    from ogdkg.jsonld.document import JsonLdDocument, parse  # only for a context of one's own

    shown = shown_path(path)
    data = checked(
        read_text(path, shown, most=MOST_DATA, pipes=bool(file)).encode(), JSONLD.media_type, shown
    )
    _, root = parse(data, shown)
    if not isinstance(root, dict) or "@context" not in root:
        raise InputError("The file has no JSON-LD context.", place=Place(shown), hint="Write it as @context.")
    loaded = root["@context"]
    if not isinstance(loaded, dict):
        raise InputError("The @context must be one object.", place=Place(shown))
    known = graph.project.context_files
    for _ in JsonLdDocument(data, shown, path.absolute().as_uri(), contexts=known).lines():
        pass  # a context that no reader takes is refused before anything is written with it
    return loaded


def members(graph: Graph, thing_class: str) -> set[str]:
    """Return the instances of a class (an IRI) and of its subclasses, in all layers, as N-Triples terms."""
    pattern = f"?type <{RDFS}subClassOf>* {to_ntriples(Iri(thing_class))} . ?thing a ?type"
    result = graph.whole.sparql(f"SELECT DISTINCT ?thing {{ {pattern} }}")
    return {to_ntriples(row[0]) for row in result.rows if row[0]} if isinstance(result, Rows) else set()


def description_builder(graph: Graph, lines: Iterable[str]) -> DescriptionBuilder:
    """Return a builder over the lines; the details of a thing are those that `ogdkg show` displays."""
    derived = set(map(to_ntriples, graph.project.derived_graphs))
    return DescriptionBuilder(lines, passage_graphs(graph), derived, displayed_groups(graph.project))


def description(graph: Graph, thing: str, chosen: Chosen, *, without_personal: bool = False) -> list[str]:
    """Return the lines that describe a thing; of a graph on a server no others are fetched.

    Args:
        graph: The graph.
        thing: The thing, as its N-Triples term.
        chosen: Which of some lines to take.
        without_personal: Whether to leave out personal data.
    """
    if not graph.options.endpoint:
        return description_builder(graph, chosen(export_lines(graph, without_personal=without_personal))).of(
            thing
        )
    from ogdkg.exchange.remote_descriptions import ServerDescriptions  # not needed for files

    layers, names = layers_of_graphs(graph.project), {layer.name for layer in _layers(graph)}
    is_personal = personal(graph) if without_personal else None
    there = ServerDescriptions(
        graph.remote,
        lambda name: layers.get(name, layers[None]) in names,
        lambda lines: chosen(line for line in lines if is_personal is None or not is_personal(line)),
        passage_graphs(graph),
        set(map(to_ntriples, graph.project.derived_graphs)),
        displayed_groups(graph.project),
    )
    return there.of(thing)


def displayed_groups(project: Project) -> Iterator[Group]:
    """Yield the properties of each group in which the shapes display them."""
    displayed = shown_properties(project)
    for name in {entry.group for entry in displayed}:
        steps = [step for entry in displayed if entry.group == name for step in entry.steps]
        forward = {to_ntriples(step.predicate) for step in steps if not step.inverse}
        yield Group(forward, {to_ntriples(step.predicate) for step in steps if step.inverse})


def passage_graphs(graph: Graph) -> set[str]:
    """Return the graphs that describe passages."""
    return {
        to_ntriples(layer.passage_metadata_graph)
        for layer in graph.project.layers
        if layer.passage_metadata_graph
    }


def _layers(graph: Graph) -> list[Layer]:
    chosen = [layer for layer in graph.layers if layer.name not in graph.project.never_exported]
    if graph.options.layers:
        return chosen
    return [layer for layer in chosen if layer.name not in graph.project.leave_out]


def _lines(graph: Graph, layer: Layer) -> Iterator[str]:
    yield from _source_lines(graph, layer)
    if layer.derived_graph:
        derived = [to_nquads(quad) for quad in graph.store.quads(layer.derived_graph)]
        yield from _with_source_forms(graph, derived, graph.project.layers).lines


def _source_lines(graph: Graph, layer: Layer) -> Iterator[str]:
    """Yield the lines of a layer's files."""
    for number, source in enumerate(graph.project.sources([layer]), 1):
        prefix = f"{_label(layer.name)}{number}x"
        yield from read_lines(source.path, source.graph, blank_prefix=prefix, contexts=dict(source.contexts))


def _remote_lines(graph: Graph, layer: Layer) -> Iterator[str]:
    """Yield the lines of a layer's named graphs at a server."""
    from ogdkg.remote.pull import pull  # not needed for files

    layers = layers_of_graphs(graph.project)
    return pull(graph.remote, lambda name: layers.get(name, layers[None]) == layer.name)


def _label(name: str) -> str:
    """Return a layer's name as the start of a blank node label."""
    return "".join(character for character in name if character.isascii() and character.isalnum())


def personal(graph: Graph) -> Callable[[str], bool]:
    """Return a predicate: whether a line contains a node that the project's `personal` query lists."""
    return _mentions(_personal_nodes(graph))


def _mentions(personal_nodes: set[Term | None]) -> Callable[[str], bool]:
    nodes = {to_ntriples(node) for node in personal_nodes if node}

    def is_personal(line: str) -> bool:
        _, subject, _, obj = split(line)
        if obj in nodes or subject in nodes or ("#" in subject and _owner(subject) in nodes):
            return True
        return is_triple_term(obj) and not nodes.isdisjoint(nodes_of(obj))

    return is_personal


def withheld(graph: Graph) -> list[Triple]:
    """Return the triples in the graph's store that an export without personal data leaves out."""
    is_personal = personal(graph)
    quads = _mentioning(graph) if hasattr(graph.store, "matching") else graph.store.quads()
    return list(dict.fromkeys(quad.triple for quad in quads if is_personal(to_nquads(quad))))


def without_personal(graph: Graph) -> tuple[Graph, list[Triple]]:
    """Leave personal data out of a graph that is to be shown to others.

    Returns:
        The graph, which is another one where its store is on disk and not ours to change; what is left out.
    """
    hidden = withheld(graph) if graph.project.personal else []
    if hidden and graph.stored:
        graph = graph.without_cache()
        hidden = withheld(graph)
    for triple in hidden:
        graph.writable_store.remove(triple)
    return graph, hidden


def _mentioning(graph: Graph) -> Iterator[Quad]:
    """Yield the quads that may be personal, looked up rather than read one by one."""
    store = cast(MatchingStore, graph.store)
    nodes = _personal_nodes(graph) - {None}
    if not nodes:
        return
    parts = (row[0] for row in graph.select(_PARTS, limited=False))
    owned = {part for part in parts if isinstance(part, Iri) and Iri(part.value.rpartition("#")[0]) in nodes}
    for node in (*nodes, *owned):
        yield from store.matching(obj=node)
        if isinstance(node, Iri | Blank):
            yield from store.matching(node)
    for row in graph.select(_WITH_TRIPLE_TERMS, limited=False):
        yield from store.matching(*row)  # type: ignore[arg-type]  # each in its place


def _personal_nodes(graph: Graph) -> set[Term | None]:
    name = graph.project.personal
    if name is None:
        hint = "Under [export] in ogdkg.toml, set `personal` to a stored query that selects each ?node."
        raise UsageError("This project does not define what is personal.", hint=hint)
    # A node is personal in all layers.
    result = run_stored_query(graph.whole, name)
    if not isinstance(result, Rows) or "node" not in result.variables:
        raise InputError(f"The query {name!r} must SELECT ?node.")
    return _column(result.rows, result.variables.index("node"))


def _column(rows: Iterable[tuple[Term | None, ...]], index: int) -> set[Term | None]:
    return {row[index] for row in rows} - {None}


def _owner(node: str) -> str:
    """Return the IRI before the `#`: that of the passage of a selector."""
    return node.rpartition("#")[0] + ">"
