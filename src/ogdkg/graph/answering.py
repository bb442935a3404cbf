"""What answers a graph's queries: in which way, and for a server's graph that is changed, a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ogdkg.errors import LimitError
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import Store, WritableStore

if TYPE_CHECKING:
    from ogdkg.remote.protocol import RemoteStore

MOST_COPIED = 1_000_000  # triples fetched from a server for a copy that may be changed


def way(store: Store, text: str, prefixes: Mapping[str, str], timeout: float | None) -> str:
    """Return in which way a query that a store has answered was answered, as a sentence."""
    from ogdkg.store.embedded import EmbeddedStore  # a server's graph needs none
    from ogdkg.store.limit import run_plain_with_timeout

    assert isinstance(store, EmbeddedStore)  # `Graph.way` sees to it
    reason = run_plain_with_timeout(partial(store.why_not_counted, text, prefixes), timeout)
    return f"Answered by the engine: {reason}." if reason else "Counted from the columns of the store."


def copied(remote: RemoteStore, store: WritableStore) -> WritableStore:
    """Copy all triples of a server into a store, and return it.

    Raises:
        LimitError: The server holds more than `MOST_COPIED` triples.
    """
    from ogdkg.remote.pull import pull  # only for an endpoint

    for number, line in enumerate(pull(remote, remote.includes)):
        if number == MOST_COPIED:
            message = f"The server holds more than {MOST_COPIED:,} triples, too many to copy for a trial."
            raise LimitError(message)
        quad = quad_of(line)
        store.add(quad.triple, [quad.graph if isinstance(quad.graph, Iri) else None])
    return store
