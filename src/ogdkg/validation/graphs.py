"""The graph that is judged: columns or a store, from files, or that of a server; chosen here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import Quad, Triple

from ogdkg.validation.core.results import ResultFilter
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.bulk_load import bulk_loaded
from ogdkg.validation.data.columns import ColumnGraph, Learn, Part
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.ontology import ontology_triples
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source, are_large, is_large

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore


class Read(Protocol):
    """The inputs of a validation, as far as its graph is read from them."""

    @property
    def data(self) -> Sequence[Source]:
        """The data sources, merged into one graph."""

    @property
    def ontology(self) -> Sequence[Source]:
        """Declarations of classes and properties."""

    @property
    def server(self) -> RemoteStore | None:
        """The server that holds the data instead."""


def wants_copy(shapes: Shapes, *, is_added_to: bool, is_whole: bool) -> str:
    """What looks at all of a graph, or adds to it, so that a server's is copied; nothing if that need not be.

    Args:
        shapes: The shapes.
        is_added_to: Whether something is inferred before judging.
        is_whole: Whether everything is judged by pySHACL.
    """
    if is_added_to:
        return "What is inferred before judging"
    if is_whole:
        return "A validation without the prefilter"
    return "A query that looks into the shapes ($shapesGraph)" if shapes.are_asked else ""


def with_targets(graph: DataGraph, shapes: Shapes, server: RemoteStore | None) -> DataGraph:
    """The graph, or a copy of that of a server which does not answer a custom target.

    Raises:
        LimitError: A copy would be too large.
        StoreError: The server fails.
    """
    if server is None or not graph.is_elsewhere:
        return graph
    from ogdkg.validation.data import remote  # files start sooner
    from ogdkg.validation.prefilter.custom_targets import is_none_missing

    if is_none_missing(shapes, graph, is_exact=server.server.is_exact):
        return graph
    return remote.copied(server, "A custom target (sh:target) that the server cannot be asked for")


def filter_of_results(server: RemoteStore | None, shapes: Shapes) -> ResultFilter:
    """What tells which results count: of a server's, some hang on what it cannot tell."""
    if server is None:
        return ResultFilter()
    from ogdkg.validation.in_place.lexical_forms import LexicalFormFilter  # files start sooner

    return LexicalFormFilter(server.server, shapes)


def data_graph(
    inputs: Read,
    prefixes: dict[str, str],
    quad_cache: QuadCache,
    *,
    bulk: bool = True,
    copied: str = "",
    columns: bool = False,
    for_queries: bool = False,
) -> DataGraph:
    """The data graph: the sources and the relevant part of the ontology, or the graph of a server.

    Args:
        inputs: What to validate.
        prefixes: Gets the prefixes of the sources.
        quad_cache: Where the sources are read.
        bulk: Whether the engine may read files by itself.
        copied: What needs a copy of the graph of a server; nothing without a text.
        columns: Whether columns will do, as few queries will be asked, or none.
        for_queries: Whether any will be: of what is not read by rows the engine makes a store faster.
    """
    if inputs.server:
        from ogdkg.validation.data import remote  # files start sooner

        return remote.copied(inputs.server, copied) if copied else remote.ServerGraph(inputs.server)
    if columns and not (for_queries and are_large(_small_files(inputs.data))):
        with suppress(IrregularError):
            return _in_columns(inputs, prefixes, quad_cache, by_rows=for_queries)
    store, bulk_prefixes = bulk_loaded(inputs.data if bulk else ())
    graph = DataGraph(store)
    graph.is_bulk_loaded = bool(bulk_prefixes)
    graph.add(_parsed_quads(inputs.data, bulk_prefixes, prefixes, quad_cache))
    graph.add(_ontology(inputs.ontology, quad_cache))
    return graph


def _small_files(sources: Iterable[Source]) -> Iterator[Source]:
    """Those whose size is known: another process may still be at what rules derive."""
    return (each for each in sources if each.is_file and not is_large(each))


class IrregularError(Exception):
    """A large source cannot be read by rows; never leaves the module."""


def _in_columns(
    inputs: Read, prefixes: dict[str, str], quad_cache: QuadCache, *, by_rows: bool
) -> ColumnGraph:
    graph = ColumnGraph()
    declared: Iterable[Quad | Triple] = _ontology(inputs.ontology, quad_cache)
    read = _first_readings(graph, inputs.data, prefixes, quad_cache, by_rows=by_rows)
    graph.fill(chain(read, [(declared, lambda node: node)]))
    return graph


def _first_readings(
    graph: ColumnGraph,
    sources: Iterable[Source],
    prefixes: dict[str, str],
    quad_cache: QuadCache,
    *,
    by_rows: bool,
) -> Iterator[Part | tuple[Iterable[Quad], Learn]]:
    """What the sources state, large ones by their rows where these are regular."""
    for source in sources:
        if is_large(source):
            from ogdkg.validation.data.rows import Rows  # small files start sooner
            from ogdkg.validation.data.term_texts import Texts

            reader = Rows(source, quad_cache.scope(source), graph.texts or Texts())
            if reader.read():
                quad_cache.has_read(source, reader.labels)
                prefixes.update({**reader.namespaces, **prefixes})
                yield reader
                continue
            if by_rows:
                raise IrregularError
        yield quad_cache.first_reading(source, prefixes)


def _ontology(sources: Sequence[Source], quad_cache: QuadCache) -> Iterable[Triple]:
    return ontology_triples(quad.triple for source in sources for quad in quad_cache.quads(source))


def _parsed_quads(
    data: Sequence[Source],
    bulk_prefixes: Mapping[Source, Mapping[str, str]],
    prefixes: dict[str, str],
    quad_cache: QuadCache,
) -> Iterator[Quad]:
    """The quads of the sources that were not bulk-loaded; adds the prefixes of all sources."""
    for source in data:
        if source in bulk_prefixes:
            prefixes.update({**bulk_prefixes[source], **prefixes})
        else:
            yield from quad_cache.quads(source, prefixes, is_first=True)
