"""The data to validate on a SPARQL server: asked there pattern by pattern, or copied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, RdfFormat, Triple, parse

from ogdkg.errors import InputError, LimitError, Place, StoreError
from ogdkg.graph.answering import MOST_COPIED
from ogdkg.remote.blank_levels import BlankLevels
from ogdkg.remote.protocol import RemoteStore
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import XSD
from ogdkg.validation.data.graph import DataGraph, without_stand_ins

DEEPEST = 32  # blank nodes within one another, of which a request grows
_BOOLEANS = {"1": Literal("true", datatype=XSD.boolean), "0": Literal("false", datatype=XSD.boolean)}


class _Row(dict[str, Any]):
    """A row of an answer, by the names of its columns."""

    def __missing__(self, name: str) -> Any:
        raise StoreError(f"The server's answer has no column {name}.")


class ServerGraph(DataGraph):
    """The default graph of a server, as far as anything looks at it; each pattern is asked for once.

    Attributes:
        remote: The server.
        blank_levels: Fetches what is said of blank nodes.
        fetched: How many triples, and nodes, were fetched.
    """

    is_elsewhere = True

    def __init__(self, remote: RemoteStore) -> None:
        self.remote = remote
        place = Place(remote.given.shown_url)
        self.blank_levels = BlankLevels(self.rows, is_blank, place, deepest=DEEPEST, with_links=True)
        self.fetched = 0
        self._known: dict[tuple[Any, Any, Any], list[Triple]] = {}
        self._size: int | None = None
        self._numbers: dict[tuple[str, str], int] = {}

    def query(self, text: str) -> QuerySolutions:
        """The rows of a SELECT; SyntaxError, as a store has it, for one that the server does not take."""
        try:
            return self.remote.solutions(without_stand_ins(text))
        except (InputError, StoreError) as error:
            if isinstance(error, InputError) or error.is_refusal:
                raise SyntaxError(error.message) from error
            raise

    def nodes(self, text: str) -> Iterator[Term]:
        """The nodes that a SELECT of ours binds `?this` to; StoreError where a row has none."""
        for row in self.rows(text):
            if not isinstance(node := row["this"], NamedNode | BlankNode | Literal):
                raise StoreError("The server's answer contains something that is not a node.")
            yield node

    def rows(self, text: str) -> Iterator[dict[str, Any]]:
        """The rows of a SELECT of ours, by the names of its columns; StoreError for one that is not there.

        A blank node gets a label that nobody takes for one that is written, and that is the same each time if
        the server's is.
        """
        found = self.remote.solutions(text)
        names = [each.value for each in found.variables]
        scope = self.remote.server.label_scope()
        has_words = self.remote.server.fix_literal is None
        for row in found:
            terms = (_fixed(term, scope, has_words=has_words) for term in row)
            yield _Row(zip(names, terms, strict=True))

    def number(self, pattern: str, what: str = "*") -> int:
        """How many solutions a pattern has, or how many different terms a variable of it."""
        if (pattern, what) not in self._numbers:
            self._numbers[pattern, what] = count_solutions(self.remote, pattern, what)
        return self._numbers[pattern, what]

    def version(self) -> str:
        """What tells states of the graph apart: what was pushed, and how many triples each predicate has.

        Empty where the server does not answer with all predicates.
        """
        try:
            rows = list(self.rows("SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p"))
            counts = sorted((str(row["p"]), int(row["n"].value)) for row in rows)
        except (StoreError, AttributeError, ValueError):
            return ""
        remote = self.remote
        if sum(number for _, number in counts) != count_solutions(remote, "?s ?p ?o"):
            return ""
        return repr((remote.given, remote.default_graphs(), remote.push_manifest, counts))

    def __len__(self) -> int:
        if self._size is None:
            self._size = count_solutions(self.remote, "?s ?p ?o")
        return self._size

    def triples(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of a pattern; none of a blank node, which no request can name."""
        pattern = subject, predicate, obj
        if pattern not in self._known:
            self._known[pattern] = self._fetch(pattern)
            self.fetched += len(self._known[pattern])
        return iter(self._known[pattern])

    def first(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Triple | None:
        """A triple of a pattern, if there is any."""
        pattern = subject, predicate, obj
        found = self._known.get(pattern)
        if found is None:
            found = self._fetch(pattern, " LIMIT 1")
            self.fetched += len(found)
        return next(iter(found), None)

    def has_node(self, node: Term) -> bool:
        """Whether a node is the subject or the object of a triple."""
        return any(self.first(*pattern) for pattern in ((node,), (None, None, node)))

    def subjects(self) -> set[Term]:
        """Nothing: a server has too many."""
        return set()

    def _fetch(self, pattern: tuple[Any, Any, Any], limit: str = "") -> list[Triple]:
        """The triples of a pattern; StoreError for an answer to another query, or about a literal."""
        if isinstance(pattern[0], Literal | BlankNode) or isinstance(pattern[2], BlankNode):
            return []
        places = [str(term or name) for term, name in zip(pattern, ("?s", "?p", "?o"), strict=True)]
        if all(pattern):
            text = f"SELECT (COUNT(*) AS ?n) WHERE {{ {' '.join(places)} }}"
            return [Triple(*pattern)] if self.remote.number(text) else []
        rows = self.rows(f"SELECT * WHERE {{ {' '.join(places)} }}{limit}")
        return list(dict.fromkeys(_triples(pattern, rows)))


def _triples(pattern: tuple[Any, Any, Any], rows: Iterable[dict[str, Any]]) -> Iterator[Triple]:
    for row in rows:
        subject, predicate, obj = (
            term or row[name] for term, name in zip(pattern, ("s", "p", "o"), strict=True)
        )
        yield answered(subject, predicate, obj)


def answered(subject: Any, predicate: Any, obj: Any) -> Triple:
    """Return the triple of terms that a server has answered with; StoreError where they make none."""
    try:
        return Triple(subject, predicate, obj)
    except (TypeError, ValueError):
        raise StoreError("The server's answer contains something that is not a triple.") from None


def is_blank(term: Any) -> bool:
    """Whether a term is a blank node."""
    return isinstance(term, BlankNode)


def _fixed(term: Any, scope: str, *, has_words: bool) -> Any:
    if type(term) is BlankNode:
        return BlankNode(f"a{sha256(f'{scope}{term.value}'.encode()).hexdigest()[:31]}")
    if not has_words and type(term) is Literal and term.datatype == XSD.boolean:
        return _BOOLEANS.get(term.value, term)
    return term


def fetched(there: ServerGraph) -> DataGraph | None:
    """The graph of a server, in one answer; None where the server has cut that."""
    try:
        rows = there.rows("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
        found = list(dict.fromkeys(_triples((None, None, None), rows)))
    except StoreError as error:
        if error.is_cut:
            return None
        raise
    there.fetched += len(found)
    if len(found) < there.number("?s ?p ?o"):
        return None
    graph = DataGraph()
    graph.add(found)
    return graph


def copied(remote: RemoteStore, why: str) -> DataGraph:
    """A copy of the graph of a server.

    Of a push, it is that of each graph. Else it is what the server's queries are about, in one answer: labels
    of blank nodes may hold in one alone.

    Args:
        remote: The server.
        why: What wants a copy, as the subject of a sentence.

    Raises:
        LimitError: The graph is too large.
        StoreError: The server fails, or counts triples that it does not return.
    """
    size = count_solutions(remote, "?s ?p ?o")
    if size > MOST_COPIED:
        message = (
            f"{why} needs a copy of the graph, and of the {size:,} triples of the server at most "
            f"{MOST_COPIED:,} may be copied."
        )
        raise LimitError(message, hint="Validate the files they were pushed from.")
    keeps_labels = remote.server.keeps_labels
    if not (remote.push_manifest and keeps_labels) and (here := fetched(ServerGraph(remote))):
        return here
    graph = DataGraph()
    for name in remote.names():
        text = "\n".join(remote.get(name))
        graph.add(parse(text, RdfFormat.N_TRIPLES, rename_blank_nodes=not keeps_labels))
    if size and not graph:
        message = f"The server counts {size:,} triples, and returns none of them."
        raise StoreError(message, hint="Validate the files they were pushed from.")
    return graph


def count_solutions(remote: RemoteStore, pattern: str, what: str = "*") -> int:
    """How many solutions a pattern has in the default graph of a server, or different terms a variable."""
    return remote.number(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
