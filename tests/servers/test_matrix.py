"""Every stored query gives the same rows on every server as on the engine here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT, TREES
from tests.servers.conftest import Start, _pushed, at
from tests.servers.running import Running

from ogdkg import Graph
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.rdf.terms import Literal, Row, Term
from ogdkg.remote.servers import canonical
from ogdkg.store.base import Result, Rows, Triples

Asked = tuple[str, dict[str, str]]


def test_every_stored_query_of_ours_gives_the_same_rows(
    ours: Running, server_name: str, start: Start
) -> None:
    different = _different(ours, ROOT, _asked(at(ours, ROOT).catalogue))
    if different:
        # Virtuoso plans by samples: one answer in some thousands is wrong until the server is filled anew.
        # What is wrong of itself is wrong on another one too.
        different = _different(_pushed(start(server_name, "ours again"), ROOT), ROOT, different)
    assert different == []


def test_every_stored_query_of_the_trees_gives_the_same_rows(trees_there: Running) -> None:
    assert _different(trees_there, TREES, _asked(at(trees_there, TREES).catalogue)) == []


def _asked(catalogue: Catalogue) -> list[Asked]:
    found = [(name, values) for name in catalogue.paths for values in _values(catalogue.get(name))]
    assert len(found) >= len(catalogue.paths) > 10
    return found


def _different(server: Running, folder: Path, asked: list[Asked]) -> list[Asked]:
    """What is answered there with other rows than here."""
    here, there = Graph(at(server, folder).project), at(server, folder)
    return [
        (name, values)
        for name, values in asked
        if _told(here.query(name, **values)) != _told(there.query(name, **values))
    ]


def _values(query: StoredQuery) -> Iterator[dict[str, str]]:
    """The example of every parameter, and of the needed ones alone."""
    examples = {each.name: each.example for each in query.parameters if each.example}
    needed = {name: value for name, value in examples.items() if query.parameter(name).required}
    missing = [each for each in query.parameters if each.required and not each.example and not each.default]
    if not missing:
        yield examples
        if needed != examples:
            yield needed


def _told(result: Result) -> object:
    """What an answer says; rows in order where the query orders them is more than two servers agree on."""
    if isinstance(result, Rows):
        return result.variables, Counter(map(_row, result.rows))
    return {_row(triple) for triple in result.triples} if isinstance(result, Triples) else result


def _row(row: Row) -> tuple[Term | None, ...]:
    return tuple(canonical(term) if isinstance(term, Literal) else term for term in row)
