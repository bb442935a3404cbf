"""An engine in a process of its own, asked one query at a time: `python asker.py ENGINE FOLDER`.

Loads data/g.trig or g.ttl of the folder, says how long that took, then answers each line of stdin, a JSON
list of a query and "time" or "tell", with a JSON object: the seconds, and to "tell" the rows. It is run by
the Python that has the engine, and imports nothing of the benchmark.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Ask = Callable[[str], Iterable[Any]]
_COPY = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"


def ogdkg(folder: Path) -> Ask:
    from ogdkg import Graph
    from ogdkg.project.project import read_project
    from ogdkg.store.base import Rows, Triples
    from ogdkg.store.counts import expect

    graph = Graph(read_project(folder))
    store = graph.store

    def ask(
        query: str,
    ) -> Iterable[Any]:  # in this process, as its peers do: a process of its own is told apart
        expect(store, query)
        result = store.query(query, prefixes=graph.project.prefixes)
        assert isinstance(result, Rows | Triples)
        return result.rows if isinstance(result, Rows) else result.triples

    return ask


def ogdkg_on_disk(folder: Path) -> Ask:
    from ogdkg import Graph
    from ogdkg.graph.graph import GraphOptions
    from ogdkg.project.project import read_project
    from ogdkg.store.base import Rows, Triples

    graph = Graph(read_project(folder), GraphOptions(cache=True))
    store = graph.make_store().store

    def ask(query: str) -> Iterable[Any]:
        result = store.query(query)
        assert isinstance(result, Rows | Triples)
        return result.rows if isinstance(result, Rows) else result.triples

    return ask


def pyoxigraph(folder: Path) -> Ask:
    import pyoxigraph as ox

    store = ox.Store()
    store.load(path=str(folder / "data" / "g.trig"))
    store.update(_COPY)
    return lambda query: (_parts(each) for each in store.query(query))


def rdflib(folder: Path) -> Ask:
    import rdflib as library

    graph = library.Graph()
    graph.parse(folder / "g.ttl")
    return lambda query: graph.query(query)


def oxrdflib(folder: Path) -> Ask:
    import rdflib as library

    graph = library.Graph(store="Oxigraph")
    graph.parse(folder / "g.ttl", format="ox-turtle")
    return lambda query: graph.query(query)


def maplib(folder: Path) -> Ask:
    from maplib import Model

    model = Model()
    model.read(str(folder / "g.ttl"))

    def ask(query: str) -> Iterable[Any]:
        found = model.query(query)
        return found.rows() if hasattr(found, "rows") else found

    return ask


ENGINES = {each.__name__: each for each in (ogdkg, ogdkg_on_disk, pyoxigraph, rdflib, oxrdflib, maplib)}


def _parts(row: Any) -> tuple[Any, ...]:
    """A row's terms, as whoever reads it would take them out."""
    return tuple(row) if not hasattr(row, "predicate") else (row.subject, row.predicate, row.object)


def _text(term: Any) -> str:
    """A term as all engines can be compared by: its value, without brackets."""
    if term is None:
        return ""
    text = str(term) if isinstance(term, str) else str(getattr(term, "value", term))  # rdflib's are strings
    return text.removeprefix("<").removesuffix(">")


def main(engine: str, folder: Path) -> None:
    begin = time.perf_counter()
    ask = ENGINES[engine](folder)
    loaded = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**10 if sys.platform == "linux" else 2**20)
    print(json.dumps({"seconds": loaded, "megabytes": peak}), flush=True)
    for line in sys.stdin:
        query, how = json.loads(line)
        begin = time.perf_counter()
        try:
            rows = list(ask(query))
        except Exception as error:  # any engine's own; the row says so
            print(json.dumps({"error": f"{type(error).__name__}: {error}"[:200]}), flush=True)
            continue
        answer: dict[str, Any] = {"seconds": time.perf_counter() - begin, "count": len(rows)}
        if how == "tell":
            answer["rows"] = sorted([_text(term) for term in row] for row in rows)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
