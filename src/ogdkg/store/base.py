"""What every engine does, and what it answers. Names no library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, Protocol

from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Quad, Row, Triple
from ogdkg.sparql.tokens import may_select_all, significant_tokens, star_order


class Rows(NamedTuple):
    """The answer to SELECT: rows arrive one at a time, each as wide as `variables`."""

    variables: tuple[str, ...]
    rows: Iterator[Row]


class Triples(NamedTuple):
    """The answer to CONSTRUCT or DESCRIBE."""

    triples: Iterator[Triple]


def in_written_order(rows: Rows, text: str) -> Rows:
    """The columns of `SELECT *` as the query first names them, whichever order an engine has."""
    order = (
        star_order(significant_tokens(text), rows.variables) if may_select_all(text) else list(rows.variables)
    )
    if order == list(rows.variables):
        return rows
    places = [rows.variables.index(name) for name in order]
    return Rows(tuple(order), (tuple(row[place] for place in places) for row in rows.rows))


Result = Rows | Triples | bool


def expect_rows(result: Result) -> Rows:
    """The answer to a query that is known to be a SELECT, since the program wrote it."""
    assert isinstance(result, Rows), "the query is no SELECT"
    return result


Rule = tuple[str, str]  # the name of a file, and its text


class Store(Protocol):
    """An engine: named graphs as they are, and all of them merged in the default graph, each triple once."""

    def load(self, sources: Iterable[Source]) -> None:
        """Read files; InputError with file:line:column for one that does not parse."""

    def derive(self, rules: Sequence[Rule], graph: Iri, seconds: float | None = None) -> None:
        """Make `graph` anew from CONSTRUCT queries, each seeing what those before it derived.

        LimitError where all together take longer than `seconds`.
        """

    def copy_graph_from(self, other: Store, graph: Iri) -> None:
        """Copy a named graph from another store."""

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """The quads of one named graph, or of all and of the unnamed one, without the merged copies."""

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Answer a query of any form; InputError when it does not parse, with `name` as its place."""

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """The graphs that hold a triple (None: the unnamed one alone holds it)."""

    def remove(self, triple: Triple) -> list[Iri | None]:
        """Take a triple out of every graph; the graphs that held it (None: the unnamed one)."""

    def add(self, triple: Triple, graphs: Iterable[Iri | None]) -> None:
        """Put a triple into graphs, and into the merged one."""


def select(
    store: Store, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query"
) -> Rows:
    """Ask a store a query that is known to be a SELECT; the arguments are those of `Store.query`."""
    return expect_rows(store.query(text, prefixes=prefixes, name=name))
