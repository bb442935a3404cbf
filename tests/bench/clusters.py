"""What a graph costs by its size, and what larger ones will: `python -m tests.bench.clusters SIZE…` measures.

Each figure is added to `clusters.json`, or replaces the one of the same task and size. `--docs` writes the
tables of docs/clusters.md from it: what was measured as it is, and what is larger computed by the slope
between the two largest sizes that were, so that a task slower than linear shows as such.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ogdkg.project.endpoint import Endpoint  # noqa: E402  # the tests' folder is no package of an installed one
from ogdkg.project.project import read_project  # noqa: E402
from ogdkg.remote.protocol import RemoteStore  # noqa: E402
from ogdkg.store.base import Rows  # noqa: E402
from tests.bench.remote import CONFIG, GRAPH, PREFIXES, QUERIES  # noqa: E402
from tests.servers.running import KINDS, running  # noqa: E402

TABLE = Path(__file__).with_name("clusters.json")
PAGE = ROOT / "docs" / "clusters.md"
START, END = "<!-- figures -->", "<!-- end of figures -->"
SIZES = (100_000_000, 1_000_000_000, 10_000_000_000)  # that are computed
MACHINES = (1, 4, 16)
SERVERS = {"Oxigraph": "oxigraph", "Virtuoso": "virtuoso-large"}
ASKED = ("one thing", "star join of one country", "count by class")


class Cost(NamedTuple):
    """What a task took at a size.

    Attributes:
        task: Its name.
        triples: How many the graph has.
        seconds: By the clock.
        processor: Seconds of the processor, of ogdkg with its children; 0 if a server did the work.
        memory: Megabytes of ogdkg at most; 0 if a server did the work.
        disk: Megabytes that are kept; 0 if it keeps nothing.
        source: The page that tells of an earlier measurement; empty for one of this run.
    """

    task: str
    triples: int
    seconds: float
    processor: float = 0.0
    memory: float = 0.0
    disk: float = 0.0
    source: str = ""


def read() -> list[Cost]:
    return [Cost(**each) for each in json.loads(TABLE.read_text())["costs"]] if TABLE.exists() else []


def keep(costs: Iterable[Cost]) -> None:
    """Add costs to the table; of two measurements the shorter times, as a busy machine only adds to them."""
    known = {(each.task, each.triples): each for each in read()}
    for cost in costs:
        old = known.get((cost.task, cost.triples), cost)
        shorter = min(old.seconds or cost.seconds, cost.seconds or old.seconds)
        less = min(old.processor or cost.processor, cost.processor or old.processor)
        known[cost.task, cost.triples] = cost._replace(seconds=shorter, processor=less)
    rows = ",\n".join(json.dumps(_rounded(each)._asdict()) for each in sorted(known.values()))
    TABLE.write_text(f'{{"costs": [\n{rows}\n]}}\n')


def _rounded(cost: Cost) -> Cost:
    return Cost(cost.task, cost.triples, *(round(each, 4) for each in cost[2:6]), cost.source)


# Measuring.


def _size(folder: Path) -> float:
    return sum(each.stat().st_blocks * 512 for each in folder.rglob("*") if each.is_file()) / 1e6


class _Used(NamedTuple):
    """What `ogdkg` used, its children included."""

    seconds: float
    processor: float
    memory: float


def _used(folder: Path, *words: str, ok: tuple[int, ...] = (0,), **variables: str) -> _Used:
    begin = time.perf_counter()
    command = [sys.executable, "-m", "ogdkg", *words]
    env = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **variables}
    process = subprocess.Popen(command, env=env, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in ok:
        raise SystemExit(f"{' '.join(words)} failed")
    seconds = time.perf_counter() - begin
    return _Used(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _asked(ask: Callable[[str], object]) -> Iterator[tuple[str, float]]:
    for name in ASKED:
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            ask(QUERIES[name])
            times.append(time.perf_counter() - begin)
        yield name, min(times)


def _kept(folder: Path, triples: int) -> Iterator[Cost]:
    used = _used(folder, "load", "--timeout", "0")
    if not (kept := _size(folder / "cache")):
        return  # too small for a store
    yield Cost("load", triples, *used, kept)
    head = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    for name in ASKED:
        used = min(_used(folder, "sparql", head + QUERIES[name], "--timeout", "0") for _ in range(3))
        yield Cost(f"query: {name}", triples, *used)


def _here(folder: Path, triples: int) -> Iterator[Cost]:
    yield from _kept(folder, triples)
    shapes = str(Path(__file__).with_name("shapes.ttl"))
    words = ("validate", "data/g.ttl", "--shapes", shapes, "--timeout", "0")
    yield Cost("validate", triples, *_used(folder, *words, ok=(0, 1)))
    used = _used(folder, "export", "--layer", "all", "--shards", "8", "-o", "shards", "--timeout", "0")
    yield Cost("export --shards", triples, *used, _size(folder / "shards"))
    shutil.rmtree(folder / "shards")


def _there(folder: Path, triples: int, name: str) -> Iterator[Cost]:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(running(SERVERS[name], home))
        (folder / "ogdkg.toml").write_text(CONFIG.format(graph=GRAPH, url=server.url))
        words = ("push", "--endpoint", server.url, "--timeout", "0")
        used = _used(folder, *words, **server.env)
        yield Cost(f"push to {name}", triples, *used, _size(home))
        yield Cost(f"push to {name} again", triples, *_used(folder, *words, **server.env))
        store = RemoteStore(Endpoint(server.url, default_graph=GRAPH), read_project(folder).manifest, 600)

        def ask(query: str) -> None:
            result = store.query(query, prefixes=PREFIXES)
            assert isinstance(result, Rows)
            list(result.rows)

        for asked, seconds in _asked(ask):
            yield Cost(f"{name}: {asked}", triples, seconds)


def measure(sizes: Iterable[int], only: str) -> None:
    """Measure all tasks at these sizes, those alone whose place has `only` in its name."""
    places: Mapping[str, Callable[[Path, int], Iterator[Cost]]] = {
        "here": _here,
        **{name: lambda folder, triples, name=name: _there(folder, triples, name) for name in SERVERS},  # type: ignore[misc]
    }
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "data").mkdir()
            (folder / "ogdkg.toml").write_text(CONFIG.format(graph=GRAPH, url="http://127.0.0.1:9/query"))
            generate = [sys.executable, str(Path(__file__).with_name("generate.py")), str(size)]
            subprocess.run([*generate, str(folder / "data" / "g.ttl")], check=True)
            for place, costs in places.items():
                if only not in place or (place in SERVERS and not KINDS[SERVERS[place]].is_there):
                    continue
                for cost in costs(folder, size):
                    print(cost, flush=True)
                    keep([cost])


# The page.


def computed(costs: Iterable[Cost], part: str, triples: int, least: float) -> float:
    """What a task costs at a size that was not measured, by the slope between the two largest that were.

    Where one size alone was measured, it grows as little as it may.

    Args:
        costs: What was measured of the task.
        part: Which attribute of it.
        triples: The size.
        least: The least power of the size by which it grows.
    """
    known = sorted((each.triples, getattr(each, part)) for each in costs if getattr(each, part))
    large, high = known[-1]
    power = least
    if known[1:]:
        small, low = known[-2]
        power = max(math.log(high / low) / math.log(large / small), least)
    return float(high * (triples / large) ** power)


class Row(NamedTuple):
    """A row of the table: what, of which task and part of it, in which unit, and how it grows at least."""

    name: str
    task: str
    part: str
    unit: Callable[[float], str]
    least: float


def _seconds(value: float) -> str:
    for size, unit in ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")):
        if value >= 1.5 * size or (unit == "s" and value >= 1):
            return f"{_short(value / size)} {unit}"
    return f"{_short(value * 1000)} ms"


def _megabytes(value: float) -> str:
    for size, unit in ((1e6, "TB"), (1e3, "GB")):
        if value >= size:
            return f"{_short(value / size)} {unit}"
    return f"{_short(value)} MB"


def _short(value: float) -> str:
    """Two digits: more would say more than is known."""
    return f"{value:.1f}" if value < 9.95 else f"{float(f'{value:.2g}'):,.0f}"


ROWS = (
    Row("`load`: processor time", "load", "processor", _seconds, 1),
    Row("`load`: memory", "load", "memory", _megabytes, 0),
    Row("`load`: disk", "load", "disk", _megabytes, 1),
    Row("`validate` on the file: processor time", "validate, everyday", "processor", _seconds, 1),
    Row("`validate` on the file: memory", "validate, everyday", "memory", _megabytes, 1),
    Row("`export --shards 8`: processor time", "export --shards", "processor", _seconds, 1),
    Row("`export --shards 8`: memory", "export --shards", "memory", _megabytes, 0),
    Row("`push` to a Virtuoso: time", "push to Virtuoso", "seconds", _seconds, 1),
    Row("`push` to an Oxigraph: time", "push to Oxigraph", "seconds", _seconds, 1),
    Row("`push`: memory", "push to Virtuoso", "memory", _megabytes, 1),
    Row("`push`, nothing changed: time", "push to Virtuoso again", "seconds", _seconds, 1),
    Row("disk of a Virtuoso", "push to Virtuoso", "disk", _megabytes, 1),
    Row("disk of an Oxigraph", "push to Oxigraph", "disk", _megabytes, 1),
    Row("one thing, asked of the built-in engine", "query: one thing", "processor", _seconds, 0),
    Row("one thing, of a Virtuoso", "Virtuoso: one thing", "seconds", _seconds, 0),
    Row("what one country has, of a Virtuoso", "Virtuoso: star join of one country", "seconds", _seconds, 1),
    Row("a count by class, built-in engine", "query: count by class", "processor", _seconds, 1),
    Row("a count by class, of a Virtuoso", "Virtuoso: count by class", "seconds", _seconds, 1),
)


def figures(costs: list[Cost]) -> Iterator[str]:
    """The lines of the tables."""
    measured = (100_000, 1_000_000, 10_000_000)
    yield "| triples | 100 k | 1 M | 10 M | 100 M | 1 G | 10 G |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for row in ROWS:
        own = [each for each in costs if each.task == row.task]
        cells = [_cell(own, row, size) for size in (*measured, *SIZES)]
        yield f"| {row.name} | {' | '.join(cells)} |"
    yield ""
    yield "| on each of | " + " | ".join(f"{number} machines" for number in MACHINES[1:]) + " |"
    yield "|---|" + "---:|" * (len(MACHINES) - 1)
    of = {row.name: row for row in ROWS}
    for size in SIZES:
        for what, name in (
            ("time of the loader", "`load`: processor time"),
            ("disk", "disk of a Virtuoso"),
            ("a count by class", "a count by class, of a Virtuoso"),
        ):
            row = of[name]
            value = computed([each for each in costs if each.task == row.task], row.part, size, row.least)
            parts = [f"≈ {row.unit(value / number)}" for number in MACHINES[1:]]
            yield f"| {_size_name(size)}: {what} | {' | '.join(parts)} |"


def _size_name(triples: int) -> str:
    return f"{triples // 10**9} G" if triples >= 10**9 else f"{triples // 10**6} M"


def _cell(costs: list[Cost], row: Row, size: int) -> str:
    for cost in costs:
        value = getattr(cost, row.part)
        if cost.triples == size and value:
            return row.unit(value) + (f" [¹]({cost.source})" if cost.source else "")
    if size < min(cost.triples for cost in costs if getattr(cost, row.part)):
        return ""
    return f"≈ {row.unit(computed(costs, row.part, size, row.least))}"


def page(text: str) -> str:
    """The page with its tables as they are measured."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return before + START + "\n" + "\n".join(figures(read())) + "\n" + END + after


def main() -> None:
    """Measure, or write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*")
    parser.add_argument("--only", default="", metavar="PLACE", help="here, Oxigraph or Virtuoso")
    parser.add_argument("--docs", action="store_true", help="write the tables of docs/clusters.md")
    asked = parser.parse_args()
    measure(asked.sizes, asked.only)
    if asked.docs:
        PAGE.write_text(page(PAGE.read_text()))


if __name__ == "__main__":
    main()
