"""Times push and queries on a server beside the engine inside: `python -m tests.bench.remote 1000000`.

A second word names another server of tests/servers/running.py than `virtuoso-large`; it starts on an empty
folder, and its files go when it ends. The generated graph is pushed by `ogdkg push` (written in chunks, read
back, compared); then each query is asked three times of the server and of pyoxigraph's store in memory, of
which the best time counts.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ogdkg.project.endpoint import Endpoint  # noqa: E402  # the tests' folder is no package of an installed one
from ogdkg.project.project import read_project  # noqa: E402
from ogdkg.remote.protocol import RemoteStore  # noqa: E402
from ogdkg.store.base import Result, Rows  # noqa: E402
from ogdkg.store.embedded import EmbeddedStore  # noqa: E402
from tests.servers.running import running  # noqa: E402

GRAPH = "https://example.org/bench/graph"
CONFIG = """[project]
name = "bench"
[[layer]]
name = "data"
files = ["data/g.ttl"]
graph = "{graph}"
[[endpoint]]
name = "there"
url = "{url}"
default-graph = "{graph}"
"""
PREFIXES = {
    "cv": "http://data.europa.eu/m8g/",
    "d": "https://example.org/bench/",
    "ogd": "https://w3id.org/ogdkg/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
QUERIES = {
    "one thing": "SELECT ?p ?o { d:initiative7 ?p ?o }",
    "star join of one country": (
        "SELECT ?i ?label { ?i ogd:hasEngagement ?e ; skos:prefLabel ?label . ?e ogd:inCountry d:country7 }"
    ),
    "links of two steps": (
        "SELECT DISTINCT ?o { d:initiative1 ogd:hasParticipation/cv:hasParticipant ?org . "
        "?part cv:hasParticipant ?org ; cv:role ?o }"
    ),
    "words in labels": 'SELECT ?i { ?i skos:prefLabel ?l FILTER(CONTAINS(STR(?l), "open tax risk")) }',
    "count all": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "count by class": "SELECT ?c (COUNT(?s) AS ?n) { ?s a ?c } GROUP BY ?c",
    "group and order": (
        "SELECT ?c (COUNT(?e) AS ?n) { ?e ogd:inCountry ?c ; ogd:engagementStatus d:engagement-status2 } "
        "GROUP BY ?c ORDER BY DESC(?n) ?c LIMIT 10"
    ),
    "distinct subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
}


def answer(result: Result) -> list[str]:
    return sorted(map(str, result.rows)) if isinstance(result, Rows) else [str(result)]


def best(ask: Callable[[], Result]) -> tuple[float, list[str]]:
    """The shortest of three times, and the rows."""
    times, rows = [], []
    for _ in range(3):
        begin = time.perf_counter()
        rows = answer(ask())
        times.append(time.perf_counter() - begin)
    return min(times), rows


def measured(name: str, *command: str, **variables: str) -> None:
    """Run `ogdkg` and print its seconds and megabytes."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "ogdkg", *command], env={**os.environ, **variables})
    _, status, usage = os.wait4(process.pid, 0)
    print(f"{name:<28}{time.perf_counter() - begin:>10.1f} s{usage.ru_maxrss / 1024:>8.0f} MB", flush=True)
    if status:
        raise SystemExit(f"{name} failed")


def main() -> None:
    """Generate, push, ask and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("server", nargs="?", default="virtuoso-large")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, running(asked.server) as server:
        folder = Path(name)
        (folder / "data").mkdir()
        (folder / "ogdkg.toml").write_text(CONFIG.format(graph=GRAPH, url=server.url))
        generate = [sys.executable, str(Path(__file__).with_name("generate.py")), str(asked.triples)]
        subprocess.run([*generate, str(folder / "data" / "g.ttl")], check=True)
        project = ("-C", name)
        measured("push", *project, "push", "--endpoint", server.url, "--timeout", "0", **server.env)
        measured(
            "push, nothing changed",
            *project,
            "push",
            "--endpoint",
            server.url,
            "--timeout",
            "0",
            **server.env,
        )
        inside = EmbeddedStore()
        begin = time.perf_counter()
        inside.load(read_project(folder).sources())
        print(f"{'load inside':<28}{time.perf_counter() - begin:>10.1f} s", flush=True)
        there = RemoteStore(Endpoint(server.url, default_graph=GRAPH), read_project(folder).manifest, 600)
        compare(inside, there)


def compare(inside: EmbeddedStore, there: RemoteStore) -> None:
    """Print each query's times, and whether the rows are the same."""
    print(f"{'':<28}{'inside':>12}{'server':>12}")
    for name, query in QUERIES.items():
        one, rows = best(lambda query=query: inside.query(query, prefixes=PREFIXES))  # type: ignore[misc]
        other, others = best(lambda query=query: there.query(query, prefixes=PREFIXES))  # type: ignore[misc]
        same = f"  {len(rows):,} rows" if rows == others else f"  other rows: {len(rows)} and {len(others)}"
        print(f"{name:<28}{one * 1000:>9.1f} ms{other * 1000:>9.1f} ms{same}", flush=True)


if __name__ == "__main__":
    main()
