"""The dataset of a request: which graphs a query reads, https://www.w3.org/TR/sparql11-protocol/#dataset.

What the request names takes the place of the query's own FROM clauses; a graph that is not here is empty, as
the W3C's tests of the protocol have it. In FROM it is an error: whoever writes that may expect it to be
fetched, which a server of strangers must not do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from ogdkg.errors import Place
from ogdkg.rdf.terms import Iri, is_iri
from ogdkg.sparql.tokens import Token, declared_prefixes, iri_of
from ogdkg.store.base import QueryDataset
from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.answerer import Ask

_MOST = 1_000  # graphs of a request


def asked_dataset(
    text: str, query: Sequence[Token], ask: Ask, is_known: Callable[[str], bool], prefixes: Mapping[str, str]
) -> QueryDataset | None:
    """Return the dataset that a request asks for; None for that of the store.

    Args:
        text: The query.
        query: Its tokens; none are needed of a query that has no FROM.
        ask: The request, with `default` and `named` graphs.
        is_known: Whether there is a graph of a name.
        prefixes: Prefixes that the query need not declare.

    Raises:
        HttpError: A graph of FROM is not here, or one of the request has no absolute IRI.
    """
    default, named = (iris(ask.get(key, ())) for key in ("default", "named"))
    if default or named:
        return QueryDataset(default, named)
    clauses = _clauses(query, {**prefixes, **declared_prefixes(list(query))}) if query else []
    for token, iri in clauses:
        if iri is None or not is_known(iri):
            place = Place.in_text(text, token.start, "query")
            detail = f"There is no graph {token.text}: FROM chooses among the graphs of this store."
            raise HttpError(400, detail, line=place.line, column=place.column)
    return QueryDataset() if clauses else None


def iris(names: Sequence[str]) -> tuple[Iri, ...]:
    """Return the graphs that a request names; HttpError where one has no absolute IRI."""
    if len(names) > _MOST:
        raise HttpError(400, f"A request may name {_MOST:,} graphs.")
    for name in names:
        if not is_iri(name):
            raise HttpError(400, f"{name[:200]!r} is not an absolute IRI.")
    return tuple(map(Iri, names))


def _clauses(query: Sequence[Token], prefixes: Mapping[str, str]) -> list[tuple[Token, str | None]]:
    """The graphs of the query's own FROM clauses, which stand before its first group."""
    head = list(takewhile(lambda token: not token.is_word("WHERE"), query))
    found = []
    for index, token in enumerate(head):
        if token.is_word("FROM"):
            after = head[index + 1 :]
            graph = next((each for each in after if not each.is_word("NAMED")), token)
            found.append((graph, iri_of(graph, prefixes)))
    return found
