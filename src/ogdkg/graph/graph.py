"""`Graph`: the chosen layers of a project in a store, with what rules derive, ready to be queried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Self, TypeVar

from ogdkg.answer_cache.dependencies import unsure
from ogdkg.errors import StoreError
from ogdkg.graph.loader import GraphLoader, layers_of_rules
from ogdkg.graph.options import GraphOptions as GraphOptions  # callers take it from here
from ogdkg.project.project import Layer, Project, Source, layers_of_graphs
from ogdkg.rdf.terms import Iri, Quad, Row
from ogdkg.sandbox.limits import free_memory
from ogdkg.sparql.changing import note_question
from ogdkg.store.base import Result, Store, WritableStore, expect_rows, in_written_order, load_all
from ogdkg.store.engines import new_store

if TYPE_CHECKING:
    import rdflib

    from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
    from ogdkg.remote.protocol import RemoteStore
    from ogdkg.store.cache import Cache, StoredGraph
    from ogdkg.store.disk import DiskStore
    from ogdkg.store.embedded import EmbeddedStore
    from ogdkg.store.folders import Progress
    from ogdkg.store.selective import SelectiveStore

T = TypeVar("T")
# Bytes of RDF that take a second to read, after which a store on disk opens in 0.02; to make it takes four.
LARGE = 4 * 2**20
_FEW = 3  # queries, for which nothing is made beforehand
IN_MEMORY = 25  # bytes of memory that a byte of RDF takes at most (tests/bench)


class Graph:
    """The graph of a project, loaded on first use.

    Attributes:
        project: The project.
        options: How the graph was opened.
        layers: The chosen layers.
    """

    def __init__(self, project: Project, choices: GraphOptions | None = None) -> None:
        self.project, self.options = project, choices or GraphOptions()
        self.layers = project.choose(self.options.layers)
        self._by_layers: dict[tuple[Layer, ...], Self] = {}
        self._asked = 0

    @cached_property
    def catalogue(self) -> Catalogue:
        """The stored queries of the project."""
        from ogdkg.catalogue.catalogue import Catalogue  # who shows a thing reads none of them

        return Catalogue(self.project)

    @cached_property
    def _loader(self) -> GraphLoader:
        return GraphLoader(self.project, self.layers, self.options.timeout)

    @cached_property
    def store(self) -> Store:
        """The store with the chosen layers, and with what rules derive from the layers that they read."""
        if self.options.endpoint:
            return self.remote
        return self.stored.store if self.stored else self.writable_store

    @cached_property
    def _kept(self) -> SelectiveStore | None:
        """What is kept of the graph, for a command that asks few questions."""
        return self._loader.kept.selective() if self._asks_little else None

    @property
    def _loaded_in_part(self) -> SelectiveStore | None:
        """What is kept of the graph, unless all of it has been loaded."""
        return None if "store" in self.__dict__ else self._kept

    @cached_property
    def asked(self) -> Store:
        """The store for queries that name the properties that they look at."""
        if (kept := self._loaded_in_part) is None:
            return self.store
        from ogdkg.store.selective import AskedStore  # only where the statements are kept

        def whole() -> EmbeddedStore:
            return self.writable_store  # type: ignore[return-value]  # of its engine alone statements are kept

        return AskedStore(self.store_for, kept, whole, self._loader.kept.table)

    def table(self, key: str, make: Callable[[], T]) -> T:
        """Return plain values made of the graph: as they are kept beside its statements, or else made now.

        Args:
            key: What they are, and all else that they are made of.
            make: Makes them, of what marshal takes.
        """
        is_kept = "store" not in self.__dict__ and self._asks_little and self._loader.kept.has_statements
        return self._loader.kept.table(key, make) if is_kept else make()

    def store_for(self, text: str) -> Store:
        """Return a store in which a query finds what it would find in the graph's own."""
        kept = self._loaded_in_part
        return (kept.filled_for(text, self.project.prefixes) if kept else None) or self.store

    @property
    def _asks_little(self) -> bool:
        return self.options.selective and not self.options.endpoint and self._keeps

    @property
    def _keeps(self) -> bool:
        """Whether what is made of the files is kept for the next command."""
        return self.options.cache and self.options.engine == "oxigraph" and not self.is_large

    @cached_property
    def writable_store(self) -> WritableStore:
        """The store where you may change it: in memory, so neither an endpoint nor on disk."""
        assert self.is_in_memory  # `local_copy` and `without_cache` see to it
        if self.options.reuse_store and (store := self._extended_store()):
            return store
        store = new_store(self.options.engine, late=self.options.reuse_store)
        self._loader.fill(store, self._rule_store, keeps=self._keeps)
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
        from ogdkg.remote.fleet import store_at  # SPARQLWrapper and requests take 150 ms

        assert self.options.endpoint  # callers check it
        store = store_at(self.options.endpoint, self.project.manifest, self.options.timeout)
        if self.options.layers:
            layers, names = layers_of_graphs(self.project), {layer.name for layer in self.layers}
            is_default = self.layers == self.project.choose(self.project.default_layers)
            copy = self.project.default_layers_graph if is_default else None
            store.restrict_to(lambda graph: layers.get(graph, layers[None]) in names, copy)
        return store

    @cached_property
    def local_copy(self) -> Graph:
        """This graph where you may change it: itself, or for an endpoint a copy of all its triples."""
        if not self.options.endpoint:
            return self
        from ogdkg.graph.answering import copied  # only for an endpoint

        copy = Graph(self.project, self.options._replace(endpoint=None, cache=False))
        # The cached property would load it from files.
        copy.__dict__["writable_store"] = copied(self.remote, new_store(self.options.engine))
        return copy

    @cached_property
    def stored(self) -> StoredGraph | None:
        """The store on disk, built if necessary; None if none is wanted or the disk refuses it."""
        if not self._uses_disk:
            return None
        unsure()  # it knows the files by itself
        cache = self.cache()
        try:
            stored = cache.find()
            later = self.options.later if stored is None and self._is_read_sooner else None
            if later and (is_left := cache.leave()) is not False:
                later(tuple(layer.name for layer in self.layers) if is_left else ())
                return None
            return stored or self._built(cache)
        except (OSError, RuntimeError) as error:
            self.options.on_progress(
                f"Cannot write the store on disk ({error}); reading the files instead.", 0, 0
            )
            return None

    def _built(self, cache: Cache) -> StoredGraph:
        stored = cache.build(self._fill_on_disk)
        with suppress(OSError):  # then the engine counts
            stored.make_columns(self.options.on_progress)
        return stored

    @property
    def is_large(self) -> bool:
        """Whether the files are so large that a store on disk answers sooner."""
        return self._loader.bytes >= LARGE

    @property
    def _is_read_sooner(self) -> bool:
        """Whether the files fit into memory: then they answer sooner than a store that is to be made."""
        free = free_memory()
        return free is not None and self._loader.bytes * IN_MEMORY < free // 2  # a query may take half

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
            stored = (None if anew else cache.find()) or cache.build(self._fill_on_disk, anew=anew)
            stored.make_columns(self.options.on_progress)
            return stored
        except (OSError, RuntimeError) as error:
            hint = "To read the files at each command instead, use --no-cache."
            raise StoreError(f"The store cannot be written: {error}.", hint=hint) from error

    def limit(self, timeout: float | None, on_progress: Progress) -> None:
        """Let queries from now on take so long, and the building of stores be told so."""
        self.options = self.options._replace(timeout=timeout, on_progress=on_progress)
        for graph in self._by_layers.values():
            graph.limit(timeout, on_progress)

    def with_store(self, store: Store) -> Graph:
        """Return the graph of all layers, answered from a store that is filled already."""
        other = Graph(self.project, self.options._replace(layers=(), cache=False, endpoint=None))
        other.__dict__["store"] = store  # the cached property would load it from files
        return other

    def without_cache(self) -> Graph:
        """Return the graph in a store that you may change: itself, unless its store is on disk."""
        return Graph(self.project, self.options._replace(cache=False)) if self._uses_disk else self

    @property
    def is_costly(self) -> bool:
        """Whether to go through all of it takes long: a server has it, or it is large."""
        return bool(self.options.endpoint) or self.is_large

    @property
    def is_large_here(self) -> bool:
        """Whether the graph is large and in the embedded engine."""
        return not self.options.endpoint and self.options.engine == "oxigraph" and self.is_large

    @property
    def is_in_memory(self) -> bool:
        """Whether all of it may be gone through: it is not on a server, nor in a store on disk."""
        return not self.options.endpoint and not self.stored

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

    @property
    def rule_layers(self) -> list[Layer]:
        """The layers of rules that read all that the store holds, so that they can run again on it."""
        return [layer for layer in self._loader.rule_layers if self._loader.reads_all(layer)]

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
            if "catalogue" in vars(self):
                self._by_layers[layers].catalogue = self.catalogue  # of the same files
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

        store, prefixes = self.store_for(text), self.project.prefixes
        self._expect(store, text)
        note_question(text)
        produce = partial(store.query, text, prefixes=prefixes, name=name)
        # An endpoint has its own limit, and its own memory.
        wait = produce if self.options.endpoint else start_with_timeout(produce, self.options.timeout)
        return lambda: in_written_order(wait(), text)

    def way(self, text: str) -> str:
        """Return in which way a query that `sparql` has answered was answered, as a sentence."""
        from ogdkg.graph.answering import way  # only who asks waits for it

        if self.options.endpoint:
            return "Answered by the server."
        if self.options.engine != "oxigraph":
            return f"Answered by the engine {self.options.engine}."
        return way(self.store_for(text), text, self.project.prefixes, self.options.timeout)

    def _expect(self, store: Store, text: str) -> None:
        """Be ready for more such queries, once a process has asked several."""
        self._asked += 1
        if self._asked > _FEW:
            from ogdkg.store.counts import expect  # few processes ask so many

            expect(store, text)

    def select(self, text: str, *, name: str = "query", limited: bool = True) -> Iterator[Row]:
        """Return the rows of a SELECT that the program wrote.

        Args:
            text: The query.
            name: What error messages call the query.
            limited: Whether the time limit applies. It takes a process, too much for a query on a few
                resources.
        """
        result = self.started(text, name=name)() if limited else self.store_for(text).query(text, name=name)
        return expect_rows(result).rows

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the named graphs, and their union as the default graph; literals as the files write them."""
        from ogdkg.store.rdflib import to_dataset  # rdflib takes 180 ms

        # The embedded engine rewrites literals, so the files are read again.
        faithful = Graph(self.project, self.options._replace(engine="rdflib"))
        return to_dataset(faithful.store.quads(), self.project.prefixes)
