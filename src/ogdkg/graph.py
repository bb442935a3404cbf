"""An open graph: a project, an engine, and the stored queries over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

from ogdkg.catalogue.catalogue import Catalogue, StoredQuery, value_texts
from ogdkg.catalogue.parameters import Parameter
from ogdkg.endpoint import Endpoint
from ogdkg.errors import LimitError, OgdkgError, StoreError, UnknownNameError, UsageError
from ogdkg.project import Layer, Project, Source, layers_of_graphs, shown
from ogdkg.statements import quad_of
from ogdkg.store.base import Result, Rows, Store, in_order
from ogdkg.store.engines import new_store
from ogdkg.terms import Iri, Quad, Row, Term
from ogdkg.textfile import read_text

if TYPE_CHECKING:
    import rdflib

    from ogdkg.cache import Cache, Kept
    from ogdkg.entities import Names
    from ogdkg.search_index import Index
    from ogdkg.store.disk import DiskStore, Watch
    from ogdkg.store.remote import RemoteStore

# Bytes of RDF from which a store on disk is made: reading them takes about a second, opening a store 0.02,
# making one as long as reading them four times (tests/bench).
LARGE = 4 * 2**20
MOST_COPIED = 1_000_000  # triples that are fetched from a server to be changed on trial


class Choices(NamedTuple):
    """How a graph is opened: which layers (none: all), which engine, how many seconds a query may take.

    `cache`: a large graph is kept in a store on disk, to be read only; `watch` is told how far its making is.
    `endpoint`: the server that answers instead of an engine here.
    `grow`: fill up the engine of what rules see when more is asked, for one who asks of the former first.
    """

    layers: tuple[str, ...] = ()
    engine: str = "oxigraph"
    timeout: float | None = None
    cache: bool = False
    watch: Watch = lambda what, done, whole: None
    endpoint: Endpoint | None = None
    grow: bool = False


class Graph:
    """A project's graph, loaded when it is first asked."""

    def __init__(self, project: Project, choices: Choices | None = None) -> None:
        self.project = project
        self.choices = choices or Choices()
        self.layers = project.choose(self.choices.layers)
        self.catalogue = Catalogue(project)
        self._narrowed: dict[tuple[Layer, ...], Self] = {}

    @cached_property
    def store(self) -> Store:
        """The engine, holding the chosen layers; rules see the layers that the project has asked of."""
        if self.choices.endpoint:
            return self.remote
        if self.kept:
            return self.kept.store
        if self.choices.grow and (grown := self._grown()):
            return grown
        store = new_store(self.choices.engine)
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
        from ogdkg.store.remote import RemoteStore  # SPARQLWrapper and requests cost 150 ms

        assert self.choices.endpoint  # who asks knows that there is one
        store = RemoteStore(self.choices.endpoint, self.project.manifest, self.choices.timeout)
        if self.choices.layers:
            layers, names = layers_of_graphs(self.project), {layer.name for layer in self.layers}
            is_asked = self.layers == self.project.choose(self.project.asked)
            copy = self.project.asked_copy if is_asked else None
            store.keep(lambda graph: layers.get(graph, layers[None]) in names, copy)
        return store

    @cached_property
    def editable(self) -> Graph:
        """This graph where it may be changed on trial: of a server a copy of all that it holds."""
        if not self.choices.endpoint:
            return self
        from ogdkg.pull import pull  # a graph that is here needs no server

        copy = Graph(self.project, self.choices._replace(endpoint=None, cache=False))
        store = new_store(self.choices.engine)
        for number, line in enumerate(pull(self.remote, self.remote.keeps)):
            if number == MOST_COPIED:
                message = f"The server holds more than {MOST_COPIED:,} triples, too many to copy for a trial."
                raise LimitError(message)
            quad = quad_of(line)
            store.add(quad.triple, [quad.graph if isinstance(quad.graph, Iri) else None])
        copy.__dict__["store"] = store  # what the property would load from files
        return copy

    @cached_property
    def kept(self) -> Kept | None:
        """The store on disk, made if need be; None where there shall be none, or can be none."""
        if not self._shall_be_kept:
            return None
        cache = self.cache()
        try:
            return cache.find() or cache.build(self._fill_on_disk)
        except (OSError, RuntimeError) as error:
            self.choices.watch(f"No store can be kept on disk ({error}): the files are read instead.", 0, 0)
            return None

    @cached_property
    def index(self) -> Index | None:
        """The index of words beside the store on disk, made if need be; None where neither is there."""
        if not self.kept:
            return None
        from ogdkg.search_kept import kept_index  # SQLite, for a large graph alone

        return kept_index(self.kept, self.choices.watch)

    @property
    def is_large(self) -> bool:
        """Whether a store on disk answers sooner than reading the files again."""
        return sum(source.path.stat().st_size for source in self._sources) >= LARGE

    def cache(self) -> Cache:
        """The stores on disk that hold the chosen layers."""
        from ogdkg.cache import Cache, Recipe  # json and hashes, for a large graph alone

        rules = [
            (path, layer.graph or "") for layer in self._deriving for path in self.project.files(layer.rules)
        ]
        layers = tuple(layer.name for layer in self.layers)
        recipe = Recipe(self.project.root, layers, self.project.asked, tuple(self._sources), tuple(rules))
        return Cache(recipe, self.choices.watch)

    def make_store(self, *, anew: bool = False) -> Kept:
        """The store on disk, made where it is not there or `anew`; StoreError where the disk refuses."""
        try:
            cache = self.cache()
            return (None if anew else cache.find()) or cache.build(self._fill_on_disk, anew=anew)
        except (OSError, RuntimeError) as error:
            hint = "Without a store the files are read at each command; --no-cache says so."
            raise StoreError(f"The store cannot be written: {error}.", hint=hint) from error

    def changeable(self) -> Graph:
        """The graph in a store that can be changed: this very one, but where it is kept on disk."""
        return Graph(self.project, self.choices._replace(cache=False)) if self._shall_be_kept else self

    @property
    def _is_large_here(self) -> bool:
        """Whether the embedded engine holds much."""
        return not self.choices.endpoint and self.choices.engine == "oxigraph" and self.is_large

    @property
    def _shall_be_kept(self) -> bool:
        return self.choices.cache and self._is_large_here

    @property
    def _deriving(self) -> list[Layer]:
        return [layer for layer in self.layers if layer.rules]

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
            store.take(seen, Iri(layer.graph or ""))

    def _fill_seen(self, store: Store) -> None:
        """Load what rules see, and let them derive from it."""
        store.load(self._seen)
        for layer in self._deriving:
            _derive(store, self.project, layer)

    def _seen_by_rules(self) -> Store:
        """A store of what rules see, with what they derive: that of the layers asked, soon wanted too."""
        asked = self._asked
        if asked is not self and asked._deriving == self._deriving and not self.is_large:
            return asked.store
        store = new_store(self.choices.engine)
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
                if layer.rules:
                    _derive(self.store, self.project, layer)

    def asked_by(self, query: StoredQuery) -> Self:
        """The graph that a stored query reads: the layers chosen, else those it names, else the project's."""
        if self.choices.layers:
            return self
        return self._narrowed_to(self.project.choose(query.layers or self.project.asked))

    @property
    def _asked(self) -> Self:
        """The graph of the layers that the project has asked of, which is what rules see."""
        return self._narrowed_to(self.project.choose(self.project.asked))

    def _narrowed_to(self, layers: tuple[Layer, ...]) -> Self:
        """The graph of these layers alone."""
        if layers == self.layers:
            return self
        if layers not in self._narrowed:
            chosen = self.choices._replace(layers=tuple(layer.name for layer in layers))
            self._narrowed[layers] = type(self)(self.project, chosen)
        return self._narrowed[layers]

    def sparql(self, text: str, *, name: str = "query") -> Result:
        """The answer to a query of any form; the project's prefixes need no declaration."""
        from ogdkg.store.limit import limited  # select and resource, wanted only once something runs

        store, prefixes = self.store, self.project.prefixes
        seconds = None if self.choices.endpoint else self.choices.timeout  # a server has its own limit
        result = limited(lambda: store.query(text, prefixes=prefixes, name=name), seconds)
        return in_order(result, text) if isinstance(result, Rows) else result

    def select(self, text: str, *, name: str) -> Iterator[Row]:
        """The rows of a SELECT of our own."""
        result = self.sparql(text, name=name)
        assert isinstance(result, Rows)  # as it is a SELECT
        return result.rows

    def rows(self, text: str) -> Iterator[Row]:
        """The rows of a SELECT of our own on one thing, or a few: a limit of time costs each a process."""
        result = self.store.query(text, name="ours")
        assert isinstance(result, Rows)  # as it is a SELECT
        return result.rows

    def query(self, name: str, **values: object) -> Result:
        """The answer to a stored query; a thing is given by label, alias, code, CURIE, slug or IRI."""
        query = self.catalogue.get(name)
        asked = self.asked_by(query)
        return asked.sparql(asked.bind(query, values), name=query.file)

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
        what = parameter.label.removeprefix("the ") or parameter.name
        if self._is_large_here and parameter.thing_class:
            with suppress(UsageError):  # which all the names tell better
                return self._found(query, parameter, texts, what)
        names = self.names(query, parameter)
        try:
            return [names.find(text, what) for text in texts]
        except UnknownNameError as error:
            raise self._known_elsewhere(error, query, parameter) or error from None

    def _known_elsewhere(
        self, error: UnknownNameError, query: StoredQuery, parameter: Parameter
    ) -> UsageError | None:
        """What to do about a name that only layers bear which are not asked."""
        if self.choices.endpoint or self.layers == self.project.layers:
            return None
        whole = self._narrowed_to(self.project.layers)
        if whole.is_large:  # reading it takes longer than a mistyped name is worth
            return None
        with suppress(OgdkgError):  # a file that is broken there is of no concern here
            whole.names(query, parameter).find(error.name)
            asked = ", ".join(layer.name for layer in self.layers)
            message = f"{error.name!r} is known, but not in the layers asked: {asked}."
            return UsageError(message, hint="Ask them all: --layer all.")
        return None

    def _found(self, query: StoredQuery, parameter: Parameter, texts: list[str], what: str) -> list[Term]:
        """The things so named, found by the engine, since a large class has very many names."""
        from ogdkg import entities  # as below

        prefixes = {**self.project.prefixes, **query.prefixes}
        of = entities.class_of(query, parameter.thing_class, prefixes)
        names = self._indexed(of, prefixes, texts) or entities.names_borne(self.store, of, prefixes, texts)
        if not names.labels:
            raise UsageError("No such names.")
        return [names.find(text, what) for text in texts]

    def _indexed(self, of: Iri, prefixes: Mapping[str, str], texts: Iterable[str]) -> Names | None:
        """Of the names of a class those that the texts may be, if an index is there that tells them."""
        if not self.kept:
            return None
        from ogdkg.indexed_names import names_meant  # as in `index`
        from ogdkg.search_kept import index_there

        index = index_there(self.kept)
        return names_meant(self.store, prefixes, index, texts, of) if index else None

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


def _with_files(layers: Iterable[Layer]) -> set[str]:
    return {layer.name for layer in layers if layer.files}


def _derive(store: Store, project: Project, layer: Layer) -> None:
    rules = ((shown(path), read_text(path, shown(path))) for path in project.files(layer.rules))
    if layer.graph:
        store.derive(rules, Iri(layer.graph))
