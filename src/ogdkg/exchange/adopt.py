"""Compares what a server holds with what it should, in bounded memory: see `remote.pull` for small graphs.

All but the statements with blank nodes are sorted on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from itertools import groupby

from ogdkg.exchange.bulk import parted
from ogdkg.files.sorting import SortedLines
from ogdkg.rdf.statements import with_stable_blanks
from ogdkg.rdf.terms import Iri, Literal, to_ntriples
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import Name, as_stored
from ogdkg.remote.push_manifest import GraphDigest


def stored_digests(
    statements: Iterable[tuple[Name, str]], stored: Callable[[Literal], Literal]
) -> dict[Name, GraphDigest]:
    """Return for each graph what `stored_lines` returns for its triples.

    Args:
        statements: Graphs and lines of N-Triples, in any order.
        stored: Rewrites a literal as the server does.
    """
    blanks: dict[str, set[str]] = {}
    names: dict[Name, str] = {None: ""}
    with SortedLines() as ordered:
        for name, line in statements:
            graph = names.get(name)
            if graph is None:
                graph = names[name] = to_ntriples(name)  # type: ignore[arg-type]  # None is there
            kept = as_stored(line, stored)
            if "_:" in kept:
                blanks.setdefault(graph, set()).add(kept)
            else:
                ordered.add(f"{graph} {kept}".encode("utf-8", "surrogatepass"))
        for graph, lines in blanks.items():
            stable = with_stable_blanks(list(lines))
            ordered.extend(f"{graph} {line}".encode("utf-8", "surrogatepass") for line in stable)
        blanks.clear()
        return dict(map(_digest, groupby(ordered, key=lambda line: parted(line)[0])))


def _digest(group: tuple[str, Iterable[bytes]]) -> tuple[Name, GraphDigest]:
    graph, lines = group
    digest, number = hashlib.sha256(), 0
    for line in lines:
        digest.update(parted(line)[1] + b"\n")
        number += 1
    return Iri(graph[1:-1]) if graph else None, GraphDigest(number, digest.hexdigest())


def holds(remote: RemoteStore, name: Name, expected: GraphDigest) -> bool:
    """Return whether the server holds a graph as it should be."""
    lines = ((name, line) for line in remote.lines(name, expected.triples))
    found = stored_digests(lines, remote.server.comparable_literal).get(name)
    return found == expected._replace(is_copy=False)
