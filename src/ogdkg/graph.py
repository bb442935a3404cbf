"""An open graph: a project, an engine, and the stored queries over it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery, value_texts
from ogdkg.catalogue.parameters import Parameter
from ogdkg.endpoint import Endpoint
from ogdkg.errors import LimitError, UnknownNameError
from ogdkg.project import Layer, Project, layers_of_graphs, shown
from ogdkg.sparql import spoken, star_order
from ogdkg.store.base import Result, Rows, Store
from ogdkg.terms import Iri, Term

if TYPE_CHECKING:
    import rdflib

    from ogdkg.entities import Names
    from ogdkg.store.remote import RemoteStore

ENGINES = ("oxigraph", "rdflib")
MOST_COPIED = 1_000_000  # triples that are fetched from a server to be changed on trial


class Choices(NamedTuple):
    """How a graph is opened: which layers (none: all), which engine, how many seconds a query may take.

    `endpoint`: the server that answers instead of an engine here.
    """

    layers: tuple[str, ...] = ()
    engine: str = "oxigraph"
    timeout: float | None = None
    endpoint: Endpoint | None = None


class Graph:
    """A project's graph, loaded when it is first asked."""

    def __init__(self, project: Project, choices: Choices | None = None) -> None:
        self.project = project
        self.choices = choices or Choices()
        self.layers = project.choose(self.choices.layers)
        self.catalogue = Catalogue(project)

    @cached_property
    def store(self) -> Store:
        """The engine, holding the chosen layers; rules see all the other layers, chosen or not."""
        if self.choices.endpoint:
            return self.remote
        store = new_store(self.choices.engine)
        deriving = [layer for layer in self.layers if layer.rules]
        loaded = self.project.layers if deriving else self.layers
        sources = self.project.sources(loaded)
        store.load(sources)
        for layer in deriving:
            _derive(store, self.project, layer)
        if deriving and len(self.layers) < len(self.project.layers):
            return self._without_the_rest(store, deriving)
        return store

    @cached_property
    def remote(self) -> RemoteStore:
        """The server that answers."""
        from ogdkg.store.remote import RemoteStore  # SPARQLWrapper and requests cost 150 ms

        assert self.choices.endpoint  # who asks knows that there is one
        store = RemoteStore(self.choices.endpoint, self.project.manifest, self.choices.timeout)
        if self.choices.layers:
            layers = layers_of_graphs(self.project)
            names = {layer.name for layer in self.layers}
            store.keep(lambda graph: layers.get(graph, layers[None]) in names)
        return store

    @cached_property
    def editable(self) -> Graph:
        """This graph where it may be changed on trial: of a server a copy of all that it holds."""
        if not self.choices.endpoint:
            return self
        copy = Graph(self.project, self.choices._replace(endpoint=None))
        store, taken = new_store(self.choices.engine), 0
        for name in self.remote.graphs():
            quads = list(self.remote.quads(name))
            taken += len(quads)
            if taken > MOST_COPIED:
                raise LimitError(
                    f"The server holds more than {MOST_COPIED:,} triples, too many to be copied for a trial."
                )
            for quad in quads:
                store.add(quad.triple, [name])
        copy.__dict__["store"] = store  # what the property would load from files
        return copy

    def derive(self) -> None:
        """Run the rules again, after a change."""
        for layer in self.layers:
            if layer.rules:
                _derive(self.store, self.project, layer)

    def sparql(self, text: str, *, name: str = "query") -> Result:
        """The answer to a query of any form; the project's prefixes need no declaration."""
        from ogdkg.store.limit import limited  # select and resource, wanted only once something runs

        store, prefixes = self.store, self.project.prefixes
        seconds = (
            None if self.choices.endpoint else self.choices.timeout
        )  # a server's answer has its own limit
        result = limited(lambda: store.query(text, prefixes=prefixes, name=name), seconds)
        return _in_order(result, text) if isinstance(result, Rows) else result

    def query(self, name: str, **values: object) -> Result:
        """The answer to a stored query; a thing is given by label, alias, code, CURIE, slug or IRI."""
        query = self.catalogue.get(name)
        return self.sparql(self.bind(query, values), name=query.file)

    def bind(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """The SPARQL of a stored query with these values, and the defaults for what is not given."""
        for name in values:
            query.parameter(name)
        terms = {}
        for parameter in query.parameters:
            given = values.get(parameter.name)
            texts = list(parameter.default) if given in (None, (), []) else value_texts(given)
            terms[parameter.name] = self.terms(query, parameter, texts)
        return query.bind(terms)

    def terms(self, query: StoredQuery, parameter: Parameter, texts: Iterable[str]) -> list[Term]:
        """The terms that texts mean as values of a parameter."""
        texts = list(texts)
        if not parameter.is_thing or not texts:
            return [parameter.parse(text) for text in texts]
        names = self.names(query, parameter)
        return [names.find(text, parameter.label.removeprefix("the ") or parameter.name) for text in texts]

    def names(self, query: StoredQuery, parameter: Parameter) -> Names:
        """The things a parameter may mean: of its class, else what its `values` query lists, else all."""
        from ogdkg import entities  # a query without such a parameter starts sooner

        prefixes = {**self.project.prefixes, **query.prefixes}
        if parameter.thing_class:
            of = entities.class_of(query, parameter.thing_class, prefixes)
            return entities.names_of_class(self.store, of, prefixes)
        if parameter.values:
            return self._listed(parameter.values, prefixes)
        return entities.names_of_all(self.store, prefixes)

    def value_names(self, query: StoredQuery, parameter: Parameter) -> list[str]:
        """The choices to offer for a parameter, as a person would type them."""
        if not parameter.is_thing:
            return []
        prefixes = {**self.project.prefixes, **query.prefixes}
        names = self._listed(parameter.values, prefixes) if parameter.values else self.names(query, parameter)
        return sorted(set(names.labels.values()), key=str.casefold)

    def to_rdflib(self) -> rdflib.Dataset:
        """The chosen layers as an rdflib Dataset: named graphs, and their union as its default graph."""
        from ogdkg.store.rdflib import to_dataset  # rdflib costs 180 ms

        # The embedded engine rewrites literals; the files are read again for what they say.
        faithful = Graph(self.project, self.choices._replace(engine="rdflib"))
        return to_dataset(faithful.store.quads(), self.project.prefixes)

    def _listed(self, values: str, prefixes: Mapping[str, str]) -> Names:
        """The names of what a query lists: the first thing of each row."""
        from ogdkg import entities  # as above

        result = self.query(values)
        rows = result.rows if isinstance(result, Rows) else iter(())
        things = (next((term for term in row if isinstance(term, Iri)), None) for row in rows)
        return entities.names_among(self.store, things, prefixes)

    def _without_the_rest(self, full: Store, deriving: list[Layer]) -> Store:
        """The chosen layers alone, with what the rules derived from all."""
        derived = {Iri(layer.graph) for layer in deriving if layer.graph}
        chosen = new_store(self.choices.engine)
        chosen.load(self.project.sources(self.layers))
        for graph in derived:
            chosen.take(full, graph)
        return chosen


def new_store(engine: str) -> Store:
    """An empty store of an engine; each is imported only when it is chosen."""
    if engine == "oxigraph":
        from ogdkg.store.embedded import EmbeddedStore

        return EmbeddedStore()
    if engine == "rdflib":
        from ogdkg.store.rdflib import RdflibStore

        return RdflibStore()
    raise UnknownNameError("engine", engine, ENGINES, see=f"Choose one of: {', '.join(ENGINES)}.")


def _in_order(rows: Rows, text: str) -> Rows:
    """The columns of `SELECT *` as the query first names them, whichever order an engine has."""
    order = star_order(spoken(text), rows.variables)
    if order == list(rows.variables):
        return rows
    places = [rows.variables.index(name) for name in order]
    return Rows(tuple(order), (tuple(row[place] for place in places) for row in rows.rows))


def _derive(store: Store, project: Project, layer: Layer) -> None:
    rules = ((shown(path), path.read_text(encoding="utf-8")) for path in project.files(layer.rules))
    if layer.graph:
        store.derive(rules, Iri(layer.graph))
