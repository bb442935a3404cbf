"""An open graph: a project, an engine, and the stored queries over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, Self

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.errors import LimitError, StoreError
from ogdkg.files.names import shown
from ogdkg.files.text import read_text
from ogdkg.project.endpoint import Endpoint
from ogdkg.project.project import Layer, Project, Source, layers_of_graphs
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import Iri, Quad, Row
from ogdkg.sandbox.limits import SECONDS
from ogdkg.store.base import Result, Rows, Store, expect_rows, in_written_order
from ogdkg.store.engines import new_store

if TYPE_CHECKING:
    import rdflib

    from ogdkg.remote.protocol import RemoteStore
    from ogdkg.store.cache import Cache, StoredGraph
    from ogdkg.store.disk import DiskStore
    from ogdkg.store.folders import Progress

# Bytes of RDF from which a store on disk is made: reading them takes about a second, opening a store 0.02,
# making one as long as reading them four times (tests/bench).
LARGE = 4 * 2**20
MOST_COPIED = 1_000_000  # triples that are fetched from a server to be changed on trial


class GraphOptions(NamedTuple):
    """How a graph is opened.

    Attributes:
        layers: Names of the layers to load; none means all.
        engine: The name of the engine.
        timeout: Seconds that a query may take, and the project's rules together; None is no limit.
        cache: Keep a large graph in a store on disk, which is only read.
        on_progress: Called with a word, how much is done, and of how much, while such a store is made.
        endpoint: The server that answers instead of an engine here.
        reuse_store: Fill up the engine of the layers that rules see when more layers are asked for.
    """

    layers: tuple[str, ...] = ()
    engine: str = "oxigraph"
    timeout: float | None = SECONDS
    cache: bool = False
    on_progress: Progress = lambda what, done, whole: None
    endpoint: Endpoint | None = None
    reuse_store: bool = False


class Graph:
    """A project's graph, loaded when it is first asked."""

    def __init__(self, project: Project, choices: GraphOptions | None = None) -> None:
        self.project = project
        self.options = choices or GraphOptions()
        self.layers = project.choose(self.options.layers)
        self.catalogue = Catalogue(project)
        self._narrowed: dict[tuple[Layer, ...], Self] = {}

    @cached_property
    def store(self) -> Store:
        """The engine, holding the chosen layers; rules see the layers that the project has asked of."""
        if self.options.endpoint:
            return self.remote
        if self.stored:
            return self.stored.store
        if self.options.reuse_store and (grown := self._grown()):
            return grown
        store = new_store(self.options.engine)
        self._fill(store, self._seen_by_rules)
        return store

    def _grown(self) -> Store | None:
        """The engine of the layers that rules see, filled up; these have it no more."""
        few, there = self._asked, set(self._asked.files)
        is_part = few._deriving == self._deriving and there < set(self.files)
        store = few.__dict__.pop("store", None) if is_part else None
        if store:
            store.load([each for each in self.files if each not in there])
        return store

    @cached_property
    def remote(self) -> RemoteStore:
        """The server that answers."""
        from ogdkg.remote.protocol import RemoteStore  # SPARQLWrapper and requests cost 150 ms

        assert self.options.endpoint  # who asks knows that there is one
        store = RemoteStore(self.options.endpoint, self.project.manifest, self.options.timeout)
        if self.options.layers:
            layers, names = layers_of_graphs(self.project), {layer.name for layer in self.layers}
            is_asked = self.layers == self.project.choose(self.project.default_layers)
            copy = self.project.default_layers_graph if is_asked else None
            store.restrict_to(lambda graph: layers.get(graph, layers[None]) in names, copy)
        return store

    @cached_property
    def local_copy(self) -> Graph:
        """This graph where it may be changed on trial: of a server a copy of all that it holds."""
        if not self.options.endpoint:
            return self
        from ogdkg.remote.pull import pull  # a graph that is here needs no server

        copy = Graph(self.project, self.options._replace(endpoint=None, cache=False))
        store = new_store(self.options.engine)
        for number, line in enumerate(pull(self.remote, self.remote.includes)):
            if number == MOST_COPIED:
                message = f"The server holds more than {MOST_COPIED:,} triples, too many to copy for a trial."
                raise LimitError(message)
            quad = quad_of(line)
            store.add(quad.triple, [quad.graph if isinstance(quad.graph, Iri) else None])
        copy.__dict__["store"] = store  # what the property would load from files
        return copy

    @cached_property
    def stored(self) -> StoredGraph | None:
        """The store on disk, made if need be; None where there shall be none, or can be none."""
        if not self._shall_be_kept:
            return None
        cache = self.cache()
        try:
            return cache.find() or cache.build(self._fill_on_disk)
        except (OSError, RuntimeError) as error:
            self.options.on_progress(
                f"No store can be kept on disk ({error}): the files are read instead.", 0, 0
            )
            return None

    @property
    def is_large(self) -> bool:
        """Whether a store on disk answers sooner than reading the files again."""
        return sum(source.path.stat().st_size for source in self._sources) >= LARGE

    def cache(self) -> Cache:
        """The stores on disk that hold the chosen layers."""
        from ogdkg.store.cache import Cache, StoreKey  # json and hashes, for a large graph alone

        rules = [
            (path, layer.graph or "") for layer in self._deriving for path in self.project.files(layer.rules)
        ]
        layers = tuple(layer.name for layer in self.layers)
        recipe = StoreKey(
            self.project.root, layers, self.project.default_layers, tuple(self._sources), tuple(rules)
        )
        return Cache(recipe, self.options.on_progress)

    def make_store(self, *, anew: bool = False) -> StoredGraph:
        """The store on disk, made where it is not there or `anew`; StoreError where the disk refuses."""
        try:
            cache = self.cache()
            return (None if anew else cache.find()) or cache.build(self._fill_on_disk, anew=anew)
        except (OSError, RuntimeError) as error:
            hint = "Without a store the files are read at each command; --no-cache says so."
            raise StoreError(f"The store cannot be written: {error}.", hint=hint) from error

    def without_cache(self) -> Graph:
        """The graph in a store that can be changed: this very one, but where it is kept on disk."""
        return Graph(self.project, self.options._replace(cache=False)) if self._shall_be_kept else self

    @property
    def is_large_here(self) -> bool:
        """Whether the embedded engine holds much."""
        return not self.options.endpoint and self.options.engine == "oxigraph" and self.is_large

    @property
    def _shall_be_kept(self) -> bool:
        return self.options.cache and self.is_large_here

    @property
    def _deriving(self) -> list[Layer]:
        return [layer for layer in self.layers if layer.is_derived]

    @cached_property
    def files(self) -> list[Source]:
        """The data files of the chosen layers."""
        return self.project.sources(self.layers)

    @cached_property
    def _seen(self) -> list[Source]:
        """What rules see: the files of the layers that the project has asked of, chosen or not."""
        if not self._deriving:
            return self.files
        return self._asked.files

    @cached_property
    def _sources(self) -> list[Source]:
        """The files that the graph is made of."""
        return list(dict.fromkeys((*self._seen, *self.files)))

    def _fill(self, store: Store, other: Callable[[], Store]) -> None:
        """Load what was chosen, and what rules derive: from the same, or from `other` if they see that."""
        if self._seen == self.files:
            self._fill_seen(store)
            return
        seen = other()
        store.load(self.files)
        for layer in self._deriving:
            if layer.derived_graph:
                store.copy_graph_from(seen, layer.derived_graph)

    def _fill_seen(self, store: Store) -> None:
        """Load what rules see, and let them derive from it."""
        store.load(self._seen)
        for layer in self._deriving:
            self._derive(store, layer)

    def _derive(self, store: Store, layer: Layer) -> None:
        rules = [(shown(path), read_text(path, shown(path))) for path in self.project.files(layer.rules)]
        if layer.derived_graph:
            store.derive(rules, layer.derived_graph, self.options.timeout)

    def _seen_by_rules(self) -> Store:
        """A store of what rules see, with what they derive: that of the layers asked, soon wanted too."""
        asked = self._asked
        if asked is not self and asked._deriving == self._deriving and not self.is_large:
            return asked.store
        store = new_store(self.options.engine)
        self._fill_seen(store)
        return store

    def _fill_on_disk(self, store: DiskStore) -> None:
        def other() -> Store:
            another = store.another()
            self._fill_seen(another)
            return another

        self._fill(store, other)

    def derived(self, graph: Iri) -> Iterator[Quad]:
        """What rules draw into a graph; layers that they do not see need not be loaded for it."""
        is_there = "store" in self.__dict__ or self._seen == self.files or self._shall_be_kept
        return (self.store if is_there else self._seen_by_rules()).quads(graph)

    def derive(self) -> None:
        """Run the rules again, after a change; where there is more than they see, what they drew stays."""
        if _with_files(self.layers) <= _with_files(self._asked.layers):
            for layer in self.layers:
                if layer.is_derived:
                    self._derive(self.store, layer)

    def for_query(self, query: StoredQuery) -> Self:
        """The graph that a stored query reads: the layers chosen, else those it names, else the project's."""
        if self.options.layers:
            return self
        return self.with_layers(self.project.choose(query.layers or self.project.default_layers))

    @property
    def _asked(self) -> Self:
        """The graph of the layers that the project has asked of, which is what rules see."""
        return self.with_layers(self.project.choose(self.project.default_layers))

    @cached_property
    def whole(self) -> Self:
        """The same graph with all layers of the project."""
        return type(self)(self.project, self.options._replace(layers=())) if self.options.layers else self

    def with_layers(self, layers: tuple[Layer, ...]) -> Self:
        """The graph of these layers alone."""
        if layers == self.layers:
            return self
        if layers not in self._narrowed:
            chosen = self.options._replace(layers=tuple(layer.name for layer in layers))
            self._narrowed[layers] = type(self)(self.project, chosen)
        return self._narrowed[layers]

    def sparql(self, text: str, *, name: str = "query") -> Result:
        """Answer a query of any form, such as a user's; the project's prefixes need no declaration.

        `select` is for a SELECT that the program wrote.
        """
        from ogdkg.store.limit import run_with_timeout  # 5 ms that only something which runs should cost

        store, prefixes = self.store, self.project.prefixes

        produce = partial(store.query, text, prefixes=prefixes, name=name)
        # A server has its own limit, and its own memory.
        result = produce() if self.options.endpoint else run_with_timeout(produce, self.options.timeout)
        return in_written_order(result, text) if isinstance(result, Rows) else result

    def select(self, text: str, *, name: str = "query", limited: bool = True) -> Iterator[Row]:
        """The rows of a SELECT that the program wrote.

        Args:
            text: The query.
            name: What an error calls it.
            limited: Whether the time limit holds. It costs a process, which a query on a few things is not
                worth.
        """
        result = self.sparql(text, name=name) if limited else self.store.query(text, name=name)
        return expect_rows(result).rows

    def to_rdflib(self) -> rdflib.Dataset:
        """The chosen layers as an rdflib Dataset: named graphs, and their union as its default graph."""
        from ogdkg.store.rdflib import to_dataset  # rdflib costs 180 ms

        # The embedded engine rewrites literals; the files are read again for what they say.
        faithful = Graph(self.project, self.options._replace(engine="rdflib"))
        return to_dataset(faithful.store.quads(), self.project.prefixes)


def _with_files(layers: Iterable[Layer]) -> set[str]:
    return {layer.name for layer in layers if layer.files}
