"""`Graph`: the chosen layers of a project in a store, with what rules derive, ready to be queried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, Self

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.errors import LimitError, StoreError
from ogdkg.graph.loader import GraphLoader, layers_of_rules
from ogdkg.project.project import Layer, Project, Source, layers_of_graphs
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import Iri, Quad, Row
from ogdkg.sandbox.limits import SECONDS
from ogdkg.store.base import Result, Rows, Store, WritableStore, expect_rows, in_written_order, load_all
from ogdkg.store.engines import new_store

if TYPE_CHECKING:
    import rdflib

    from ogdkg.project.endpoint import Endpoint
    from ogdkg.remote.protocol import RemoteStore
    from ogdkg.store.cache import Cache, StoredGraph
    from ogdkg.store.disk import DiskStore
    from ogdkg.store.folders import Progress

# Bytes of RDF from which a store on disk pays off: reading that many takes about a second, opening a store
# 0.02 seconds, and building one as long as reading the files four times (tests/bench).
LARGE = 4 * 2**20
MOST_COPIED = 1_000_000  # triples fetched from a server for a copy that may be changed


class GraphOptions(NamedTuple):
    """How a graph is opened.

    Attributes:
        layers: Names of the layers to load; none means all.
        engine: The name of the engine.
        timeout: Time limit in seconds for each query, and for the project's rules together; None is no limit.
        cache: Keep a large graph in a read-only store on disk.
        on_progress: Called with a description, the amount done and the total, while such a store is built.
        endpoint: The SPARQL endpoint that answers instead of a local engine.
        reuse_store: Add further layers to the store of the default layers, instead of filling a second store.
    """

    layers: tuple[str, ...] = ()
    engine: str = "oxigraph"
    timeout: float | None = SECONDS
    cache: bool = False
    on_progress: Progress = lambda what, done, whole: None
    endpoint: Endpoint | None = None
    reuse_store: bool = False


class Graph:
    """The graph of a project, loaded on first use.

    Attributes:
        project: The project.
        options: How the graph was opened.
        layers: The chosen layers.
        catalogue: The stored queries of the project.
    """

    def __init__(self, project: Project, choices: GraphOptions | None = None) -> None:
        self.project = project
        self.options = choices or GraphOptions()
        self.layers = project.choose(self.options.layers)
        self.catalogue = Catalogue(project)
        self._by_layers: dict[tuple[Layer, ...], Self] = {}

    @cached_property
    def _loader(self) -> GraphLoader:
        return GraphLoader(self.project, self.layers, self.options.timeout)

    @cached_property
    def store(self) -> Store:
        """The store with the chosen layers, and with what rules derive from the layers that they read."""
        if self.options.endpoint:
            return self.remote
        if self.stored:
            return self.stored.store
        return self.writable_store

    @cached_property
    def writable_store(self) -> WritableStore:
        """The store where you may change it: in memory, so neither an endpoint nor on disk."""
        assert not self.options.endpoint and not self.stored  # `local_copy` and `without_cache` see to it
        if self.options.reuse_store and (store := self._extended_store()):
            return store
        store = new_store(self.options.engine)
        keeps = self.options.cache and self.options.engine == "oxigraph" and not self.is_large
        self._loader.fill(store, self._rule_store, keeps=keeps)
        return store

    def _extended_store(self) -> WritableStore | None:
        """Take over the store of the default layers and add what is missing to it."""
        smaller, loaded = self._default_graph, set(self._default_graph.files)
        derived, rule_layers = smaller._loader.rule_layers, self._loader.rule_layers
        is_part = set(derived) <= set(rule_layers) and loaded < set(self.files)
        store = smaller.__dict__.pop("writable_store", None) if is_part else None
        if store:
            smaller.__dict__.pop("store", None)
            load_all(store, [source for source in self.files if source not in loaded], self.project.prefixes)
            missing = [layer for layer in rule_layers if layer not in derived]
            self._loader.add_derived(store, missing, self._rule_store)
        return store

    @cached_property
    def remote(self) -> RemoteStore:
        """The SPARQL endpoint that answers; only for a graph with `options.endpoint`."""
        from ogdkg.remote.protocol import RemoteStore  # SPARQLWrapper and requests take 150 ms

        assert self.options.endpoint  # callers check it
        store = RemoteStore(self.options.endpoint, self.project.manifest, self.options.timeout)
        if self.options.layers:
            layers, names = layers_of_graphs(self.project), {layer.name for layer in self.layers}
            is_default = self.layers == self.project.choose(self.project.default_layers)
            copy = self.project.default_layers_graph if is_default else None
            store.restrict_to(lambda graph: layers.get(graph, layers[None]) in names, copy)
        return store

    @cached_property
    def local_copy(self) -> Graph:
        """This graph where you may change it: itself, or for an endpoint a copy of all its triples.

        Raises:
            LimitError: The endpoint holds more than `MOST_COPIED` triples.
        """
        if not self.options.endpoint:
            return self
        from ogdkg.remote.pull import pull  # only for an endpoint

        copy = Graph(self.project, self.options._replace(endpoint=None, cache=False))
        store = new_store(self.options.engine)
        for number, line in enumerate(pull(self.remote, self.remote.includes)):
            if number == MOST_COPIED:
                message = f"The server holds more than {MOST_COPIED:,} triples, too many to copy for a trial."
                raise LimitError(message)
            quad = quad_of(line)
            store.add(quad.triple, [quad.graph if isinstance(quad.graph, Iri) else None])
        copy.__dict__["writable_store"] = store  # the cached property would load it from files
        return copy

    @cached_property
    def stored(self) -> StoredGraph | None:
        """The store on disk, built if necessary; None if none is wanted or the disk refuses it."""
        if not self._uses_disk:
            return None
        cache = self.cache()
        try:
            return cache.find() or cache.build(self._fill_on_disk)
        except (OSError, RuntimeError) as error:
            self.options.on_progress(
                f"Cannot write the store on disk ({error}); reading the files instead.", 0, 0
            )
            return None

    @property
    def is_large(self) -> bool:
        """Whether the files are so large that a store on disk answers sooner."""
        files = (source for source in self._loader.sources if not source.overrides)  # never kept on disk
        return sum(source.path.stat().st_size for source in files) >= LARGE

    def cache(self) -> Cache:
        """Return the cache entry for the chosen layers."""
        from ogdkg.store.cache import Cache  # json and hashes, only for a large graph

        return Cache(self._loader.key(), self.options.on_progress)

    def make_store(self, *, anew: bool = False) -> StoredGraph:
        """Return the store on disk, building it if it is missing.

        Args:
            anew: Build it even if it exists.

        Raises:
            StoreError: The disk refuses it.
        """
        try:
            cache = self.cache()
            return (None if anew else cache.find()) or cache.build(self._fill_on_disk, anew=anew)
        except (OSError, RuntimeError) as error:
            hint = "To read the files at each command instead, use --no-cache."
            raise StoreError(f"The store cannot be written: {error}.", hint=hint) from error

    def with_store(self, store: Store) -> Graph:
        """Return the graph of all layers, answered from a store that is filled already."""
        other = Graph(self.project, self.options._replace(layers=(), cache=False, endpoint=None))
        other.__dict__["store"] = store  # the cached property would load it from files
        return other

    def without_cache(self) -> Graph:
        """Return the graph in a store that you may change: itself, unless its store is on disk."""
        return Graph(self.project, self.options._replace(cache=False)) if self._uses_disk else self

    @property
    def is_large_here(self) -> bool:
        """Whether the graph is large and in the embedded engine."""
        return not self.options.endpoint and self.options.engine == "oxigraph" and self.is_large

    @property
    def _uses_disk(self) -> bool:
        return self.options.cache and self.is_large_here

    @property
    def files(self) -> list[Source]:
        """The data files of the chosen layers."""
        return self._loader.files

    def _rule_store(self, layer: Layer) -> WritableStore:
        """Return a store in which a layer's rules ran: of a small graph one that queries may need."""
        graph = self.with_layers(layers_of_rules(self.project, layer))
        if not self.is_large:
            return graph.writable_store
        store = new_store(self.options.engine)
        graph._loader.fill(store, graph._rule_store)
        return store

    def _fill_on_disk(self, store: DiskStore) -> None:
        # No closure that calls itself: such a cycle would keep the store open after it is finished.
        self._loader.fill(store, partial(self._rule_store_beside, store))

    def _rule_store_beside(self, store: DiskStore, layer: Layer) -> DiskStore:
        another = store.another()
        graph = self.with_layers(layers_of_rules(self.project, layer))
        graph._loader.fill(another, partial(self._rule_store_beside, another))
        return another

    def derived(self, layer: Layer, graph: Iri) -> Iterator[Quad]:
        """Return the quads that a layer's rules derive into a graph, without loading more than they read."""
        use_own = "store" in self.__dict__ or self._loader.runs_here(layer) or self._uses_disk
        return (self.store if use_own else self._rule_store(layer)).quads(graph)

    def derive(self) -> None:
        """Run the rules again after a change, but for those that do not read all that the store holds."""
        for layer in self._loader.rule_layers:
            if self._loader.reads_all(layer):
                self._loader.derive(self.writable_store, layer)

    def for_query(self, query: StoredQuery) -> Self:
        """Return the graph that a stored query reads.

        Returns:
            The layers chosen on opening with those that the project puts beside them, else those that the
            query names, else the project's default layers. Files of no project are read whole.
        """
        if self.project.loose:
            return self
        if self.options.layers:
            return self.narrowed(self.options.layers)
        return self.with_layers(self.project.choose(query.layers or self.project.default_layers))

    def narrowed(self, layers: Iterable[str]) -> Self:
        """Return the graph of the layers named, with those that the project puts beside them."""
        return self.with_layers(self.project.choose((*layers, *self.project.beside_layers)))

    @property
    def _default_graph(self) -> Self:
        """The graph of the project's default layers."""
        return self.with_layers(self.project.choose(self.project.default_layers))

    @cached_property
    def whole(self) -> Self:
        """The same graph with all layers of the project."""
        return type(self)(self.project, self.options._replace(layers=())) if self.options.layers else self

    def with_layers(self, layers: tuple[Layer, ...]) -> Self:
        """Return the graph of these layers alone."""
        if layers == self.layers:
            return self
        if layers not in self._by_layers:
            chosen = self.options._replace(layers=tuple(layer.name for layer in layers))
            self._by_layers[layers] = type(self)(self.project, chosen)
        return self._by_layers[layers]

    def sparql(self, text: str, *, name: str = "query") -> Result:
        """Run a SPARQL query of any form, such as a user's; `select` is for a SELECT that the program wrote.

        Args:
            text: The query; the project's prefixes need no declaration.
            name: What error messages call the query.

        Returns:
            `Rows` for SELECT, `Triples` for CONSTRUCT or DESCRIBE, True or False for ASK.

        Raises:
            InputError: The query does not parse.
            LimitError: The query exceeds the time limit.
            StoreError: The engine or the endpoint failed.
        """
        return self.started(text, name=name)()

    def started(self, text: str, *, name: str = "query") -> Callable[[], Result]:
        """Start a SPARQL query as `sparql` runs it, and return what waits for its result."""
        from ogdkg.store.limit import start_with_timeout  # takes 5 ms, and only queries need it

        store, prefixes = self.store, self.project.prefixes
        produce = partial(store.query, text, prefixes=prefixes, name=name)
        # An endpoint has its own limit, and its own memory.
        wait = produce if self.options.endpoint else start_with_timeout(produce, self.options.timeout)

        def result() -> Result:
            found = wait()
            return in_written_order(found, text) if isinstance(found, Rows) else found

        return result

    def select(self, text: str, *, name: str = "query", limited: bool = True) -> Iterator[Row]:
        """Return the rows of a SELECT that the program wrote.

        Args:
            text: The query.
            name: What error messages call the query.
            limited: Whether the time limit applies. It takes a process, too much for a query on a few
                resources.
        """
        result = self.started(text, name=name)() if limited else self.store.query(text, name=name)
        return expect_rows(result).rows

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the chosen layers as an rdflib Dataset.

        Returns:
            The named graphs, and their union as the default graph; literals as the files write them.
        """
        from ogdkg.store.rdflib import to_dataset  # rdflib takes 180 ms

        # The embedded engine rewrites literals, so the files are read again.
        faithful = Graph(self.project, self.options._replace(engine="rdflib"))
        return to_dataset(faithful.store.quads(), self.project.prefixes)
