"""Finds the stored queries that do not parse, or that ogdkg refuses to run, without running them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import InputError, StoreError


def unusable(
    queries: Iterable[StoredQuery], prefixes: Mapping[str, str]
) -> Iterator[tuple[StoredQuery, InputError]]:
    """Yield each query that no value of its parameters could make run, with its fault.

    Args:
        queries: The queries.
        prefixes: The prefixes of the project, which queries need not declare.
    """
    from ogdkg.store.embedded import EmbeddedStore  # the engine takes 20 ms, and only lists need it

    store = EmbeddedStore()  # an empty one
    for query in queries:
        try:
            store.query(query.text, prefixes={**prefixes, **query.prefixes}, name=query.file)
        except InputError as fault:
            yield query, fault
        except StoreError:
            continue
