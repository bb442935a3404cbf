"""`python -m tests.bench [--quick] [--sizes 10000,100000,1000000] [--out DIR] [--compare OLD.json]`.

Installs the peers, generates the data, runs everything in turns, checks that the answers agree, and writes
benchmark.md, benchmark.json and plots. A run is stopped where it takes too long, and the table says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import export, peers, report
from tests.bench.asking import Askers
from tests.bench.measure import run
from tests.bench.report import Cell
from tests.bench.rows import Job, cold_starts, work

ROOT = Path(__file__).resolve().parent.parent.parent
_SIZES = (10_000, 100_000, 1_000_000)
_QUICK = (10_000, 50_000)
_MARK = "<!-- written by python -m tests.bench --docs -->"
_ENOUGH = 30.0  # seconds: what has taken so long in all is not run again


class Plan(NamedTuple):
    """How much is measured: at which sizes, how often, and how long one run may take in seconds."""

    sizes: tuple[int, ...]
    rounds: int
    limit: float
    cold: bool = True


def measured(plan: Plan, folder: Path, having: peers.Peers, say: Callable[[str], None]) -> list[Cell]:
    """All cells of a plan; the data lie in the folder, and are used again."""
    cells = []
    if plan.cold:
        say("cold starts …")
        cells += _turns(list(cold_starts(having, ROOT)), 0, ROOT, plan)
    for size in plan.sizes:
        say(f"{size:,} triples: data …")
        where = prepared(folder, size)
        say(f"{size:,} triples: commands …")
        cells += _turns(list(work(having, size)), size, where, plan)
        say(f"{size:,} triples: questions …")
        with ExitStack() as stack:
            cells += stack.enter_context(Askers(having, where, size, plan.limit)).cells(plan.rounds)
    return cells


def prepared(folder: Path, size: int) -> Path:
    """A project with the generated graph and our stored queries; beside it that graph plain, and changed."""
    where = folder / str(size)
    if not (where / "ready").exists():
        shutil.rmtree(where, ignore_errors=True)
        export.generate(where, size)
        config = (ROOT / "ogdkg.toml").read_text(encoding="utf-8")
        prefixes = config[config.index("[prefixes]") :]
        (where / "ogdkg.toml").write_text(f'{prefixes}d = "https://example.org/bench/"\n', encoding="utf-8")
        for topic in (ROOT / "queries").iterdir():
            if topic.is_dir() and topic.name != "rules":  # which would make the graph another than our peers'
                shutil.copytree(topic, where / "queries" / topic.name)
        (where / "ready").touch()
    return where


def _turns(jobs: list[Job], size: int, folder: Path, plan: Plan) -> list[Cell]:
    """Every tool of every row in turns, so that a busy machine is busy for all."""
    cells = {(job.row, job.tool): Cell(size, job.row, job.tool, job.shown, ()) for job in jobs}
    answers: dict[tuple[str, str], Any] = {}
    for _ in range(plan.rounds):
        for job in jobs:
            cell = cells[job.row, job.tool]
            if cell.fault or sum(cell.seconds) > _ENOUGH:
                continue
            if job.before:
                subprocess.run(job.before, cwd=folder, check=True)
            done = run(job.command, folder, plan.limit, is_again=job.is_again)
            if done.status not in job.ends:
                told = (done.err.strip().splitlines() or ["no word"])[-1][:120]
                fault = f"stopped after {plan.limit:.0f} s" if done.status is None else f"failed: {told}"
                cells[job.row, job.tool] = cell._replace(fault=fault, seconds=())
                continue
            if job.answer:
                answers[job.row, job.tool] = job.answer(done.out)
            cells[job.row, job.tool] = cell._replace(
                seconds=(*cell.seconds, done.seconds), megabytes=max(cell.megabytes, done.megabytes)
            )
    return [cell._replace(agrees=_agreement(key, answers)) for key, cell in cells.items()]


def _agreement(key: tuple[str, str], answers: dict[tuple[str, str], Any]) -> bool | None:
    ours = (key[0], report.US)
    return answers[key] == answers[ours] if key in answers and ours in answers else None


def main() -> None:
    """Read the command line, measure, and write what came out."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[2])
    parser.add_argument("--quick", action="store_true", help="small sizes, five minutes")
    parser.add_argument("--sizes", help="triples, with commas between; 10000,100000,1000000 unless said")
    parser.add_argument("--peers", help="only these, with commas between: " + ", ".join(peers.PACKAGES))
    parser.add_argument("--rounds", type=int, help="how often each is run; 5, or 3 with --quick")
    parser.add_argument("--no-cold", action="store_true", help="without the cold starts")
    parser.add_argument("--limit", type=float, default=240, help="seconds that a run may take")
    parser.add_argument("--out", type=Path, default=ROOT / ".bench", help="the folder of data and results")
    parser.add_argument("--compare", type=Path, help="an older benchmark.json, compared by ratios")
    parser.add_argument("--docs", action="store_true", help="write docs/benchmark-data.md and its plots anew")
    asked = parser.parse_args()
    sizes = tuple(map(int, asked.sizes.split(","))) if asked.sizes else _QUICK if asked.quick else _SIZES
    rounds = asked.rounds or (3 if asked.quick else 5)
    plan = Plan(sizes, rounds, 20 if asked.quick else asked.limit, not asked.no_cold)
    old = report.read(asked.compare.read_text(encoding="utf-8")) if asked.compare else []
    begin, out = time.perf_counter(), asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)

    def say(what: str) -> None:
        print(f"{time.perf_counter() - begin:6.0f} s  {what}", file=sys.stderr, flush=True)

    having = peers.install(out / "peers", say)
    if asked.peers:
        having = having._replace(have=having.have & {"matplotlib", *asked.peers.split(",")})
    cells = measured(plan, out, having, say)
    _write(cells, out, having)
    if asked.docs:
        _publish(out)
    if old:
        print("\n".join(report.compared(cells, old)))
    say(f"written to {out}")


def _write(cells: list[Cell], out: Path, having: peers.Peers) -> None:
    notes = {
        "date": time.strftime("%Y-%m-%d"),
        "python": f"Python {platform.python_version()}",
        "cores": os.cpu_count(),
        "load": " ".join(f"{each:.1f}" for each in os.getloadavg()),
        "lacking": having.lacking,
    }
    (out / "benchmark.json").write_text(report.written(cells, notes), encoding="utf-8")
    text = "\n".join(report.markdown(cells, notes)) + "\n"
    (out / "benchmark.md").write_text(text.replace(f"{out}/", ".bench/"), encoding="utf-8")
    if "matplotlib" in having.have:
        report.plots(cells, out, having.python)


def _publish(out: Path) -> None:
    """Put the table and the plots into the documentation."""
    page, plots = ROOT / "docs" / "benchmark-data.md", ROOT / "docs" / "benchmark"
    plots.mkdir(exist_ok=True)
    made = [Path(shutil.copy(path, plots)) for path in sorted(out.glob("*.svg"))]
    text = page.read_text(encoding="utf-8").partition(_MARK)[0]
    pictures = "".join(f"![{path.stem}](benchmark/{path.name})\n" for path in made)
    table = (out / "benchmark.md").read_text(encoding="utf-8")
    page.write_text(f"{text}{_MARK}\n\n{pictures}\n{table}", encoding="utf-8")


if __name__ == "__main__":
    main()
