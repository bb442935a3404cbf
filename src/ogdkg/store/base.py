"""The `Store` protocol that every engine implements, and the types of query results. Imports no library."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Quad, Row, Subject, Term, Triple
from ogdkg.sparql.tokens import may_select_all, significant_tokens, star_order

T = TypeVar("T")
Spell = Callable[[Callable[[bytes], object]], None]
REVISIONS = count(1)  # of all stores: no number stands for two states
_MOST = 2  # revisions of a store that are remembered: it as it is, and with a change that is taken back
_readings: WeakKeyDictionary[Any, dict[int, dict[Hashable, Any]]] = WeakKeyDictionary()


class Rows:
    """The result of a SELECT.

    Attributes:
        variables: The names of the columns.
        rows: The rows as they arrive, each as wide as `variables`.
        spell: Passes them on as bytes instead, which `store.spelled` reads; None if the engine cannot.
    """

    def __init__(self, variables: tuple[str, ...], rows: Iterator[Row], spell: Spell | None = None) -> None:
        self.variables, self.rows, self.spell = variables, rows, spell


class TextRows(Rows):
    """Rows that may be read as texts, sooner than as terms.

    Attributes:
        texts: What CSV has of the terms (SPARQL 1.1 CSV, section 3.2), of some rows at a time, column by
            column. Either these are read or `rows`.
    """

    def __init__(
        self, variables: tuple[str, ...], rows: Iterator[Row], texts: Iterator[Sequence[Sequence[str]]]
    ) -> None:
        super().__init__(variables, rows)
        self.texts = texts


class Triples:
    """The result of a CONSTRUCT or DESCRIBE.

    Attributes:
        triples: The triples as they arrive.
        spell: As of `Rows`.
    """

    def __init__(self, triples: Iterator[Triple], spell: Spell | None = None) -> None:
        self.triples, self.spell = triples, spell


Result = Rows | Triples | bool


def in_written_order(result: Result, text: str) -> Result:
    """Order the columns of `SELECT *` as the query first names them, whatever order the engine uses.

    Args:
        result: The engine's result.
        text: The query.
    """
    if not isinstance(result, Rows) or not may_select_all(text):
        return result
    order = star_order(significant_tokens(text), result.variables)
    if order == list(result.variables):
        return result
    places = [result.variables.index(name) for name in order]
    return Rows(tuple(order), (tuple(row[place] for place in places) for row in result.rows))


class QueryDataset(NamedTuple):
    """The dataset of a query: its default graphs and its named graphs; empty for those of the store."""

    default: tuple[Iri, ...] = ()
    named: tuple[Iri, ...] = ()


def expect_rows(result: Result) -> Rows:
    """Return the result of a query that is known to be a SELECT, since the program wrote it."""
    assert isinstance(result, Rows), "the query is not a SELECT"
    return result


class Rule(NamedTuple):
    """A rule as a query.

    Attributes:
        name: How messages call it: its file, and its line in a file of several.
        text: The CONSTRUCT query.
        path: The file.
        line: The line, in a file of several.
        summary: What a file of several says that it does.
    """

    name: str
    text: str
    path: Path
    line: int | None = None
    summary: str = ""


# Rules that run on the same graph: chains of links, of which each sees besides what the links before it in
# its chain derived; no chain sees another's (https://www.w3.org/TR/shacl-af/#rules-order). Most are of one
# rule.
Chain = Sequence[Sequence[Rule]]
Stage = Sequence[Chain]

Derived = Any  # a triple as its engine has it: hashable, with a `predicate` that has a `value`


class Store(Protocol):
    """An RDF store to be queried: named graphs, and their union as the default graph."""

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate the quads of one named graph; by default of all, and of the unnamed graph.

        The copies of named graphs in the union graph are left out.
        """

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query of any form.

        Args:
            text: The query.
            prefixes: Prefixes that it may use without declaring them.
            name: What error messages call the query.

        Raises:
            InputError: The query does not parse.
        """

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the graphs that contain a triple; None stands for the unnamed graph, if no other has it."""


class DatasetStore(Store, Protocol):
    """An RDF store of which a query may choose graphs."""

    def unnamed(self) -> Iterator[Quad]:
        """Iterate the quads of the unnamed graph alone."""

    def query_dataset(
        self,
        text: str,
        dataset: QueryDataset,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Result:
        """Run a query of any form on some graphs alone, https://www.w3.org/TR/sparql11-protocol/#dataset.

        Args:
            text: The query; its own FROM clauses are read where the dataset has no graph.
            dataset: The graphs.
            prefixes: Prefixes that it may use without declaring them.
            base: What its relative IRIs are relative to.
        """


class MatchingStore(Store, Protocol):
    """An RDF store that finds statements by their terms, blank nodes too."""

    def matching(
        self, subject: Subject | None = None, predicate: Iri | None = None, obj: Term | None = None
    ) -> Iterator[Quad]:
        """Iterate the quads with these terms, None for any; without the copies in the union graph."""


class WritableStore(Store, Protocol):
    """An RDF store that may be filled and changed; an endpoint is none.

    Attributes:
        revision: Another number after each change. Who takes changes back may set the old one again, and who
            keeps what he read of a store may ask whether it still holds.
        has_unnamed: Whether files may have put statements into the unnamed graph.
    """

    revision: int
    has_unnamed: bool

    def load(self, sources: Iterable[Source]) -> None:
        """Load RDF files.

        Raises:
            InputError: A file does not parse; the error has its file, line and column.
        """

    def derive(self, stages: Sequence[Stage], graph: Iri, seconds: float | None = None) -> None:
        """Replace `graph` by the results of CONSTRUCT queries.

        Args:
            stages: The queries in order; each stage sees what those before it derived.
            graph: The named graph to fill.
            seconds: The time limit for all rules together; None is no limit.

        Raises:
            LimitError: The rules exceed the time limit.
        """

    def drawn(self, chain: Chain, graph: Iri, seconds: float | None = None) -> Iterable[Derived]:
        """Return what a chain of rules derives, which `derive` would put into a graph; change nothing.

        Raises:
            LimitError: They take longer than `seconds`.
        """

    def derived(self, graph: Iri | None) -> Iterable[Derived]:
        """Return the triples of a graph; None is the unnamed graph, with the copies of the others in it."""

    def exchange(self, graph: Iri | None, taken: Iterable[Derived], put: Iterable[Derived]) -> None:
        """Take triples out of a graph, and put others into it; None is the unnamed graph."""

    def holds(self, triple: Derived) -> bool:
        """Whether any graph has a triple."""

    def put_all(self, triples: Iterable[Triple], graph: Iri) -> None:
        """Add many triples to a named graph, and to the union graph."""

    def copy_graph_from(self, other: Store, graph: Iri) -> None:
        """Copy a named graph from another store."""

    def remove(self, triple: Triple) -> list[Iri | None]:
        """Remove a triple from every graph, and return the graphs it was in (None: the unnamed graph)."""

    def add(self, triple: Triple, graphs: Iterable[Iri | None]) -> None:
        """Add a triple to graphs, and to the union graph."""


def load_all(store: WritableStore, sources: Iterable[Source], prefixes: Mapping[str, str]) -> None:
    """Load files into a store; InputError has the place of each that does not parse.

    Args:
        store: The store.
        sources: The files.
        prefixes: The prefixes of the project, for the line that declares one of them.
    """
    sources = list(sources)
    try:
        store.load(sources)
    except InputError as error:
        from ogdkg.store.loading import all_faults  # only for a broken file

        raise all_faults(error, sources, prefixes) from error


def select(
    store: Store, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query"
) -> Rows:
    """Run a query that is known to be a SELECT; the arguments are those of `Store.query`."""
    return expect_rows(store.query(text, prefixes=prefixes, name=name))


def remembered(store: object, key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read` returns, or returned for this key while the store was as it is now.

    A store without a revision, such as an endpoint, may change unseen: nothing is remembered of it. Nobody
    may change what this returns.
    """
    revision = getattr(store, "revision", None)
    if revision is None:
        return read()
    of_store = _readings.setdefault(store, {})
    readings = of_store.pop(revision, {})
    of_store[revision] = readings  # last, as the one that was asked for last
    if len(of_store) > _MOST:
        del of_store[next(iter(of_store))]
    if key not in readings:
        readings[key] = read()
    found: T = readings[key]
    return found
