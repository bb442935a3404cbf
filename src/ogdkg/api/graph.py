"""The graph of the Python API: things by name, queries, and every command as a method."""

from __future__ import annotations

import datetime
import keyword
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ogdkg.api.answers import ResultTable, ResultTriples
from ogdkg.api.commands import GraphWithCommands, several
from ogdkg.api.locking import LOCK, locked
from ogdkg.api.queries import Queries
from ogdkg.api.things import CitedValue, Resource
from ogdkg.api.wording import in_python
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError, UnknownNameError, UsageError
from ogdkg.evidence.row_provenance import cite_rows
from ogdkg.evidence.show import resolve_name
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.languages import asked_languages
from ogdkg.project.loose import loose_sources
from ogdkg.project.project import Project, find_project
from ogdkg.render.views.table import TableStyle
from ogdkg.sandbox.limits import SECONDS, time_limit
from ogdkg.search.empty_answers import reasons
from ogdkg.search.resolver import NameResolver
from ogdkg.search.things import things_of_class
from ogdkg.search.unknown_terms import asked_graph, told_unknown
from ogdkg.store.base import Result, Rows, Store, Triples
from ogdkg.store.engines import ENGINES
from ogdkg.text.escape import one_line

if TYPE_CHECKING:
    import rdflib

# What a graph keeps once it has been asked for.
_KEPT = (
    "store",
    "writable_store",
    "stored",
    "remote",
    "local_copy",
    "whole",
    "_citations",
    "_index",
    "_document",
)


class Graph(GraphWithCommands):
    """The graph of a project, as `open_graph` returns it, loaded on first use.

    `graph["Oak"]` is a thing by name, and `"Oak" in graph` tells whether a name means one. Iteration goes
    over the things, and `len(graph)` counts them. Many threads may use one graph at once.
    `with open_graph() as graph:` closes it at the end.

    Attributes:
        project: The project: its `title`, `root`, `prefixes` and more.
        layers: The layers that are read.
    """

    _is_closed = False

    @property
    def queries(self) -> Queries:
        """The stored queries by name, each a function: `graph.queries.trees(garden="Abbey Garden")`."""
        return Queries(self.catalogue, self.query)

    def sparql(self, text: str, *, name: str = "query") -> ResultTable | ResultTriples | bool:
        """Run a SPARQL query.

        Args:
            text: The query, of any form; the project's prefixes need no declaration.
            name: What error messages call the query.

        Returns:
            A `ResultTable` for SELECT, `ResultTriples` for CONSTRUCT or DESCRIBE, True or False for ASK. The
            `why_empty` of a table without rows names misspelt classes and properties.

        Raises:
            InputError: The query does not parse.
            LimitError: The query exceeds the time limit.
            StoreError: The engine or the endpoint failed.
        """
        look = TableStyle(prefixes=self.project.prefixes)
        try:
            with LOCK:
                wait = self.started(text, name=name)
                found = wait() if self.options.endpoint else None  # which has one connection
            return self._answer(wait() if found is None else found, text, name, look)
        except OgdkgError as error:
            raise in_python(error) from error.__cause__

    def query(self, name: str, /, **values: object) -> ResultTable | ResultTriples | bool:
        """Run a stored query.

        Args:
            name: The query's name.
            values: Values of its parameters: text, a number, a date, a thing, or a list of them. Name a thing
                by label, alias, code, CURIE, slug or IRI. A parameter such as `from` is written `from_`.

        Returns:
            As for `sparql`; a table's columns are labelled as the query's header says.

        Raises:
            UnknownNameError: The query, a parameter or a name is unknown.
            UsageError: A name is ambiguous, or a value does not fit.
        """
        query, graph, text, given = self._bound(name, values)
        answer = graph.sparql(text, name=query.file)
        if isinstance(answer, ResultTable):
            answer.look = answer.look._replace(columns=query.header.columns)
            traced = locked(NameResolver(graph).bind_all)(query, given)
            answer._cite = lambda rows: cite_rows(graph.citations, traced, rows, query.file)
            answer._explain = locked(lambda: list(reasons(graph, query, given)))
        return answer

    def things(self, class_: str | None = None) -> list[Resource]:
        """Return the things of a class and of its subclasses, by label.

        Args:
            class_: The name of the class: label, CURIE or IRI. By default all things that have a class, but
                for passages and their readings, which say where facts stand, and for terms of ontologies.

        Raises:
            UsageError: The class is unknown or ambiguous.
        """
        return self._resources(class_)

    def get(self, name: str, default: Resource | None = None) -> Resource | None:
        """Return the thing with a name, or something else if none or several have it.

        Args:
            name: Its label, alias, code, CURIE, slug or IRI.
            default: What to return else.
        """
        try:
            return self[name]
        except UsageError:
            return default

    def __iter__(self) -> Iterator[Resource]:
        """Go over the things of all classes, by label, as `things` returns them."""
        return iter(self.things())

    def __len__(self) -> int:
        """Return the number of things, not of triples: `stats().triples` counts those."""
        return len(self.things())

    def __bool__(self) -> bool:
        return True  # also of an empty graph, and without loading it

    def __contains__(self, name: object) -> bool:
        """Return whether a name identifies exactly one thing, or whether a thing is in the graph.

        Args:
            name: A name as for `get`, or a thing of this or another graph.
        """
        if isinstance(name, Resource):
            name = name.iri
        return isinstance(name, str) and self.get(name) is not None

    @locked
    def __getitem__(self, name: str) -> Resource:
        """Return the thing with a name.

        Args:
            name: Its label, alias, code, CURIE, slug or IRI.

        Raises:
            UnknownNameError: No thing has this name.
            UsageError: Several things have this name.
        """
        return Resource(self.citations, resolve_name(self.citations, name))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @locked
    def close(self) -> None:
        """Let go of what is loaded; the graph cannot be used any more."""
        self._is_closed = True
        for name in _KEPT:
            self.__dict__.pop(name, None)
        while self._by_layers:
            self._by_layers.popitem()[1].close()

    @property
    def store(self) -> Store:
        """The store with what is loaded.

        Raises:
            UsageError: The graph is closed.
        """
        with LOCK:
            if self._is_closed:
                raise UsageError("The graph is closed.", hint="Open it again with open_graph().")
            return super().store

    @locked
    def to_rdflib(self) -> rdflib.Dataset:
        """Return the chosen layers as an rdflib Dataset.

        Returns:
            The named graphs, and their union as the default graph; literals as the files write them.
        """
        return super().to_rdflib()

    def __repr__(self) -> str:
        layers = ", ".join(layer.name for layer in self.layers)
        return one_line(f"<graph {self.project.title or self.project.name!r}: {layers}>")

    def bind(self, query: StoredQuery, values: Mapping[str, object]) -> str:
        """Return the SPARQL text of a stored query with `values` in place, and defaults for the rest.

        Raises:
            UsageError: A parameter or a name is unknown, or a value does not fit.
        """
        return locked(NameResolver(self).bind)(query, values)

    @locked
    def _bound(
        self, name: str, values: Mapping[str, object]
    ) -> tuple[StoredQuery, Graph, str, dict[str, object]]:
        """Return a stored query, the graph that it reads, its text with values in place, and these."""
        query = self.catalogue.get(name)
        _ = query.header  # which is read once, and here
        graph = self.for_query(query)
        given = {_parameter(key): _plain(value) for key, value in values.items() if value is not None}
        return query, graph, NameResolver(graph).bind(query, given), given

    def _answer(
        self, result: Result, text: str, name: str, look: TableStyle
    ) -> ResultTable | ResultTriples | bool:
        if isinstance(result, Triples):
            return ResultTriples(result, look)
        if not isinstance(result, Rows):
            return result
        answer = ResultTable(result, look, lambda rows: cite_rows(self.citations, text, rows, name))
        answer._footnotes = self._footnote
        answer._explain = locked(lambda: told_unknown(asked_graph(self), text))
        return answer

    @locked
    def _resources(self, name: str | None) -> list[Resource]:
        found = [Resource(self.citations, each) for each in things_of_class(self, name)]
        return sorted(found, key=lambda thing: (thing.name.casefold(), thing.iri))


def open_graph(
    folder: str | Path | Sequence[str | Path] | None = None,
    *,
    layers: str | Iterable[str] = (),
    engine: str = "oxigraph",
    timeout: float | None = SECONDS,
    cache: bool = False,
    endpoint: str | None = None,
    trust: bool = False,
    languages: str | Iterable[str] = (),
) -> Graph:
    """Open the graph of a project.

    Each query runs in a process of its own, so that a crash of the engine does not end yours.

    Args:
        folder: The project's folder, or a file of RDF or several that belong to no project; by default the
            project of the current folder or of one above it, else the one that comes with the package.
        layers: Names of the layers to load; none means all.
        engine: The name of the RDF engine: `oxigraph` or `rdflib`.
        timeout: Time limit in seconds for each query, and for the rules together; None or 0 is no limit.
        cache: Keep a large graph in a read-only store on disk, as the command line does.
        endpoint: A SPARQL endpoint that answers the queries instead, by its URL or its name in the project.
        trust: Let the project read files outside its folder, and choose the endpoint's address itself.
        languages: The languages of labels and other texts, such as `fr`, the preferred one first; then those
            of the project.

    Returns:
        The graph, which loads its files on first use.

    Raises:
        UsageError: The folder, a layer or the engine is unknown.
        InputError: The project's configuration is invalid, or needs `trust`.

    >>> open_graph()["some name"].citations  # doctest: +SKIP
    """
    languages = several(languages)
    return locked(_opened)(folder, several(layers), engine, timeout, cache, endpoint, trust, languages)


def _opened(
    folder: str | Path | Sequence[str | Path] | None,
    layers: tuple[str, ...],
    engine: str,
    timeout: float | None,
    cache: bool,
    endpoint: str | None,
    trust: bool,
    languages: tuple[str, ...],
) -> Graph:
    if engine not in ENGINES:
        raise UnknownNameError("engine", engine, ENGINES)
    project = _project(folder, trust)
    project = project._replace(languages=asked_languages(languages, project.languages))
    server = project.endpoint(endpoint) if endpoint else None
    return Graph(project, GraphOptions(layers, engine, time_limit(timeout), cache, endpoint=server))


def _project(folder: str | Path | Sequence[str | Path] | None, trust: bool) -> Project:
    """Return the project in a folder, or files as one."""
    if folder is None or (isinstance(folder, str | Path) and not Path(folder).is_file()):
        return find_project(folder, trust=trust)
    from ogdkg.graph.loose import project_of  # a project has no such files

    files = [folder] if isinstance(folder, str | Path) else folder
    return project_of(loose_sources(list(map(Path, files))))


def _parameter(name: str) -> str:
    """Return the parameter that an argument names: a word of Python ends in `_`, as in `from_`."""
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) else name


def _plain(value: object) -> object:
    """Return the value of a parameter as text or a number, or a list of these."""
    if isinstance(value, CitedValue):
        return _plain(value.value)
    if isinstance(value, Resource):
        return value.iri
    if isinstance(value, datetime.date | datetime.time | Decimal):
        return value.isoformat() if not isinstance(value, Decimal) else f"{value:f}"
    return list(map(_plain, value)) if isinstance(value, list | tuple | set | frozenset) else value
