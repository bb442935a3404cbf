"""The data to validate on a SPARQL server: queried there, not downloaded.

SHACL is about literals as they are written, and about blank nodes that can be asked for again. A server that
holds a literal which it may spell or compare in its own way, or a blank node, is copied here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyoxigraph import NamedNode, QuerySolutions, RdfFormat, Triple, parse

from ogdkg.errors import InputError, LimitError, StoreError
from ogdkg.graph.graph import MOST_COPIED
from ogdkg.remote.protocol import RemoteStore
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.vocabulary import RDF, XSD
from ogdkg.validation.data.graph import CANONICAL, TEXT_DATATYPES, DataGraph, without_stand_ins


class ServerGraph(DataGraph):
    """The default graph of a server, as far as anything looks at it; each pattern is asked for once."""

    def __init__(self, remote: RemoteStore) -> None:
        self._remote = remote
        self._known: dict[tuple[Any, Any, Any], list[Triple]] = {}

    def query(self, text: str) -> QuerySolutions:
        """The rows of a SELECT; SyntaxError, as a store has it, for one that the server does not take."""
        try:
            return self._remote.solutions(without_stand_ins(text))
        except (InputError, StoreError) as error:
            if isinstance(error, InputError) or error.is_refusal:
                raise SyntaxError(error.message) from error
            raise

    def __len__(self) -> int:
        return count_solutions(self._remote, "?s ?p ?o")

    def triples(
        self, subject: Term | None = None, predicate: NamedNode | None = None, obj: Term | None = None
    ) -> Iterator[Triple]:
        """The triples of a pattern."""
        pattern = subject, predicate, obj
        if pattern not in self._known:
            found = self._fetch(pattern)
            self._known[pattern] = [triple for triple in found if triple]
            if len(self._known[pattern]) < len(found):
                raise StoreError("The server's answer contains something that is not a triple.")
        return iter(self._known[pattern])

    def _fetch(self, pattern: tuple[Any, Any, Any]) -> list[Triple | None]:
        """The triples of a pattern; None for a row that makes none: of another query, or about a literal."""
        places = [str(term or name) for term, name in zip(pattern, ("?s", "?p", "?o"), strict=True)]
        rows = self.query(f"SELECT * {{ {' '.join(places)} }}") if not all(pattern) else [None]
        return [_triple(pattern, row) for row in rows]


def _triple(pattern: tuple[Any, Any, Any], row: Any) -> Triple | None:
    try:
        return Triple(*(term or row[name] for term, name in zip(pattern, ("s", "p", "o"), strict=True)))
    except (KeyError, TypeError, ValueError):
        return None


def remote_data_graph(remote: RemoteStore, *, copied: bool = False) -> DataGraph:
    """The graph of a server, asked where that is safe, else copied; LimitError where it is too large.

    `copied`: Copy it in any case.
    """
    if not copied and remote.server.is_exact and not _needs_copy(remote):
        return ServerGraph(remote)
    size = count_solutions(remote, "?s ?p ?o")
    if size > MOST_COPIED:
        message = f"The server holds {size:,} triples, more than the {MOST_COPIED:,} that may be copied."
        raise LimitError(message, hint="Validate the files they were pushed from.")
    graph = DataGraph()
    for name in remote.names():
        text = "\n".join(remote.get(name))
        graph.add(parse(text, RdfFormat.N_TRIPLES))
    return graph


def count_solutions(remote: RemoteStore, pattern: str) -> int:
    """How many solutions a pattern has in the default graph of a server."""
    return remote.number(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")


def _needs_copy(remote: RemoteStore) -> bool:
    """Whether there is a blank node, or a literal that is not surely well-typed and kept as written."""
    free = ", ".join(f"<{datatype}>" for datatype in sorted(TEXT_DATATYPES))
    spelled = " || ".join(
        f'(DATATYPE(?o) = <{datatype}> && REGEX(STR(?o), "^({_escaped(pattern)})$"))'
        for datatype, pattern in CANONICAL.items()
    )
    foreign = f'!STRSTARTS(STR(DATATYPE(?o)), "{XSD.base}") && !STRSTARTS(STR(DATATYPE(?o)), "{RDF.base}")'
    sure = f"DATATYPE(?o) IN ({free}) || ({foreign}) || {spelled}"
    test = f"ISBLANK(?s) || ISBLANK(?o) || (ISLITERAL(?o) && !({sure}))"
    return remote.query(f"ASK {{ ?s ?p ?o FILTER({test}) }}") is not False


def _escaped(pattern: str) -> str:
    """A regular expression inside a string of SPARQL (19.7)."""
    for sign, escape in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        pattern = pattern.replace(sign, escape)
    return pattern
