"""Times queries that count, from columns and by the engine: `python -m tests.bench.counting 1000000`.

Told are milliseconds of processor time, the best of three, from the text of a query to its last row in
Python, all rows in a list, and to the last byte of CSV. The engine's rows must be the same. With `--kept
FOLDER` the graph is kept for another run, and `--only TEXT` asks what has this text in its name.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ogdkg.api.graph import Graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Row
from ogdkg.render.views.results import write_rows
from ogdkg.store.base import Rows, expect_rows
from ogdkg.store.codec import term_of
from ogdkg.store.counts import prepare_counts
from ogdkg.store.embedded import EmbeddedStore
from tests.bench import generate
from tests.bench.questions import COUNTING, COUNTING_IN_MEMORY, PROLOGUE


def project(folder: Path, triples: int) -> Path:
    """A project with a generated graph in named graphs."""
    if not folder.exists():
        (folder / "data").mkdir(parents=True)
        (folder / "ogdkg.toml").touch()
        with (folder / "data" / "g.trig").open("w", encoding="utf-8") as out:
            generate.write(out, triples, graphs=True)
    return folder


def best(ask: Callable[[], Any]) -> float:
    """The least milliseconds of three."""
    times = []
    for _ in range(3):
        gc.collect()
        begin = time.process_time()
        _answer = ask()
        times.append(time.process_time() - begin)
        del _answer
    return 1000 * min(times)


def rows(store: EmbeddedStore, text: str) -> list[Row]:
    return list(expect_rows(store.query(text)).rows)


def csv(store: EmbeddedStore, text: str) -> bytes:
    return b"".join(part.encode() for part in write_rows(expect_rows(store.query(text)), formats.CSV))


def by_engine(store: EmbeddedStore, text: str) -> list[tuple[Any, ...]]:
    answer: Any = store.engine.query(text)
    return [tuple(row) for row in answer]


def tell(store: EmbeddedStore, name: str, text: str) -> None:
    """Print the line of a query."""
    engine, columns, written = (
        best(lambda ask=ask: ask(store, text))  # type: ignore[misc]
        for ask in (by_engine, rows, csv)
    )
    number = compared(store, text)
    ratios = f"{engine / columns:.1f} | {engine / written:.1f}"
    print(f"| {name} | {number:,} | {engine:,.0f} | {columns:.1f} | {written:.1f} | {ratios} |", flush=True)


def compared(store: EmbeddedStore, text: str) -> int:
    """Return how many rows there are, having compared them with the engine's."""
    assert not store.why_not_counted(text, {}), text
    found = rows(store, text)
    theirs = [tuple([term_of(value) for value in row]) for row in by_engine(store, text)]
    assert Counter(found) == Counter(theirs), text
    told = Rows(expect_rows(store.query(text)).variables, iter(theirs))
    lines = "".join(write_rows(told, formats.CSV)).encode()
    assert sorted(csv(store, text).splitlines()) == sorted(lines.splitlines()), text
    return len(found)


def main() -> None:
    """Generate, load, ask and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = project((asked.kept or Path(temporary)) / str(asked.triples), asked.triples)
        print("| question | rows | the engine | from columns | as CSV | times as fast | as CSV |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        for cache, questions in ((True, COUNTING), (False, COUNTING_IN_MEMORY)):
            chosen = {name: text for name, text in questions.items() if asked.only in name}
            if not chosen:
                continue
            graph = Graph(read_project(folder), GraphOptions(cache=cache, timeout=None))
            store = graph.make_store().store if cache else graph.store
            assert isinstance(store, EmbeddedStore)
            prepare_counts(store)
            for name, text in chosen.items():
                tell(store, name if cache else f"in memory: {name}", PROLOGUE + text)
            graph.close()


if __name__ == "__main__":
    main()
