"""Times whole-graph questions to DuckDB beside SPARQL: `python -m tests.bench.columns 1000000`.

DuckDB reads the Parquet of `ogdkg export`. Each is asked three times, of which the best time counts; the rows
must be the same. With `--spark`, PySpark is asked too, in local-cluster mode with two workers, where it and
Java are installed.
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
from typing import Any

import duckdb

from ogdkg.project.project import read_project
from ogdkg.store.base import Rows
from ogdkg.store.embedded import EmbeddedStore
from tests.bench import generate
from tests.bench.questions import PLAIN, WHOLE

Answer = list[tuple[str, ...]]
QUESTIONS = {**WHOLE, "group": PLAIN["group"]}
_B, _OGD = "https://example.org/bench#", "https://w3id.org/ogdkg/ns#"
SQL = {
    "count all": "SELECT count(*) FROM quads",
    "count by property": "SELECT predicate, count(*) FROM quads GROUP BY predicate",
    "count subjects": "SELECT count(DISTINCT subject) FROM quads",
    "roles by country": f"""SELECT c.object, r.object, count(*) FROM quads c
        JOIN quads p ON p.subject = c.subject AND p.predicate = '{_OGD}hasParticipation'
        JOIN quads r ON r.subject = p.object AND r.predicate = 'http://data.europa.eu/m8g/role'
        WHERE c.predicate = '{_B}statedCountry' GROUP BY c.object, r.object""",
    "group": """SELECT object, count(*) FROM quads
        WHERE predicate = 'http://purl.org/dc/terms/subject' GROUP BY object""",
}


def of_sparql(store: EmbeddedStore, name: str) -> Answer:
    result = store.query(QUESTIONS[name])
    assert isinstance(result, Rows)
    return sorted(tuple(map(str, row)) for row in result.rows)


def of_duckdb(file: Path, name: str) -> Answer:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW quads AS SELECT * FROM read_parquet('{file}')")
        return sorted(tuple(map(str, row)) for row in connection.execute(SQL[name]).fetchall())


def of_spark(session: Any, name: str) -> Answer:
    return sorted(tuple(map(str, row)) for row in session.sql(SQL[name]).collect())


def project(folder: Path, triples: int) -> Path:
    """A project with a generated graph, in a folder."""
    (folder / "data").mkdir(parents=True)
    (folder / "ogdkg.toml").touch()
    with (folder / "data" / "g.ttl").open("w", encoding="utf-8") as out:
        generate.write(out, triples, graphs=False)
    return folder


def best(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    times, rows = [], []
    for _ in range(3):
        begin = time.perf_counter()
        rows = ask()
        times.append(time.perf_counter() - begin)
    return min(times), rows


def main() -> None:
    """Generate, export, ask and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("--spark", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = project(Path(name) / "project", asked.triples)
        file = Path(name) / "graph.parquet"
        command = [sys.executable, "-m", "ogdkg", "-q", "-C", str(folder)]
        command += ["export", "-o", str(file)]
        begin = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        assert status == 0
        seconds, size = time.perf_counter() - begin, file.stat().st_size / 2**20
        print(f"export: {seconds:.0f} s, {usage.ru_maxrss / 1024:.0f} MB of memory, {size:.0f} MB")
        compared(folder, file, asked.spark)


def compared(folder: Path, file: Path, has_spark: bool) -> None:
    """Print each question's times."""
    store = EmbeddedStore()
    store.load(read_project(folder).sources())
    spark = _spark(file) if has_spark else None
    tools = ["built-in engine", "DuckDB", *(["Spark"] if spark else [])]
    print(f"\n| | {' | '.join(tools)} |\n|---{'|---' * len(tools)}|")
    for name in QUESTIONS:
        ours, rows = best(lambda name=name: of_sparql(store, name))  # type: ignore[misc]
        theirs, others = best(lambda name=name: of_duckdb(file, name))  # type: ignore[misc]
        line = f"| {name} | {ours:.2f} s | {theirs:.2f} s |"
        assert rows == others, name
        if spark:
            seconds, others = best(lambda name=name: of_spark(spark, name))  # type: ignore[misc]
            assert rows == others, name
            line += f" {seconds:.2f} s |"
        print(line, flush=True)
    if spark:
        spark.stop()


def _spark(file: Path) -> Any:
    from pyspark.sql import SparkSession  # some 400 MB, so no dependency of the tests

    session = SparkSession.builder.master("local-cluster[2,1,2048]").getOrCreate()
    session.read.parquet(str(file)).createOrReplaceTempView("quads")
    return session


if __name__ == "__main__":
    main()
