"""Validation, measured against its peers: `python -m tests.bench.validation [--sizes 10000,100000] [--only
TOOL] [--peers DIR]`.

Each tool runs as its own command on the same generated Turtle file and the same shapes; with --everyday they
are those of everyday.py, whose literals are such as people write. A row gives the time of the whole process,
the memory of all its processes together at the highest, and how many results it reports. With --peers, the
others are first installed into an environment of their own there; else they are those of this Python.
"""

from __future__ import annotations

import argparse
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from tests.bench import peers

HERE = Path(__file__).resolve().parent
PAGE = os.sysconf("SC_PAGE_SIZE")
_LISTED = "print(*(f'[] <http://www.w3.org/ns/shacl#result> {n} .' for n in range(len(found))))"
SHACL = f"import shacl, sys; found = list(shacl.validate(*sys.argv[1:]).results); {_LISTED}"
SHACL_RUST = (
    "import shacl_rust, sys;"
    f" found = shacl_rust.validate_file(*sys.argv[1:], experimental_index=True)['results']; {_LISTED}"
)
PYRUDOF = (
    "import sys; from pyrudof import Rudof, RudofConfig; r = Rudof(RudofConfig()); r.read_data(sys.argv[1]);"
    " r.read_shacl(sys.argv[2]);"
    " print(*(f'[] <http://www.w3.org/ns/shacl#result> {n} .' for n in range(len(r.validate_shacl()))))"
)
TOOLS = {
    "ogdkg": "{python} -m ogdkg -q validate {data} --shapes {shapes} -f turtle --no-cache",
    "pyshacl": "{python} -m pyshacl -s {shapes} -f turtle {data}",
    "Jena": "{here}/jena.sh validate --shapes {shapes} --data {data}",
    "pyrudof": "{python} -c {pyrudof} {data} {shapes}",
    "shacl": "{python} -c {shacl} {data} {shapes}",
    "shacl-rust": "{python} -c {shacl_rust} {data} {shapes}",
}
RESULT = NamedNode("http://www.w3.org/ns/shacl#result")
# What would take many minutes is not run.
MOST = {"pyshacl": 100_000}


@dataclass(frozen=True)
class Run:
    """One tool on one file."""

    tool: str
    size: int
    seconds: float
    cpu: float
    megabytes: float
    results: int | None


def command(tool: str, python: str, data: str, shapes: str) -> list[str]:
    """The tool's command for a file of data and one of shapes."""
    words = {"python": python, "here": str(HERE), "data": data, "shapes": shapes}
    words |= {"pyrudof": PYRUDOF, "shacl": SHACL, "shacl_rust": SHACL_RUST}
    return shlex.split(TOOLS[tool].format(**{name: shlex.quote(word) for name, word in words.items()}))


def run(tool: str, size: int, line: list[str], limit: float) -> Run:
    """Run a tool's command and measure it; no results where it did not end in time."""
    with tempfile.TemporaryFile() as out:
        start, used = time.perf_counter(), _cpu()
        child = subprocess.Popen(line, stdout=out, stderr=subprocess.DEVNULL)
        highest = 0
        while child.poll() is None and time.perf_counter() - start < limit:
            highest = max(highest, _memory(child.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        ended = child.poll() is not None
        child.kill()
        child.wait()
        out.seek(0)
        found = count(out.read()) if ended else None
    return Run(tool, size, seconds, _cpu() - used, highest / 2**20, found)


def _cpu() -> float:
    """The processor time of all that this process has started and that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def count(report: bytes) -> int:
    """The results of a report in Turtle, those under sh:detail left out."""
    return sum(quad.predicate == RESULT for quad in parse(report, format=RdfFormat.TURTLE))


def _memory(top: int) -> int:
    """The resident memory of a process and all below it."""
    parents: dict[int, int] = {}
    pages: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            pages[int(folder.name)] = int((folder / "statm").read_text().split()[1])
        except (OSError, IndexError):
            continue  # it has ended meanwhile
        parents[int(folder.name)] = int(stat[1])
    return sum(count * PAGE for process, count in pages.items() if top in _above(process, parents))


def _above(process: int, parents: dict[int, int]) -> Iterator[int]:
    while process:
        yield process
        process = parents.get(process, 0)


def rows(runs: list[Run]) -> Iterator[str]:
    """The table, with each tool's time and memory as multiples of ours."""
    yield "| triples | tool | seconds | of ours | CPU s | of ours | MB | of ours | results |"
    yield "|---|---|---|---|---|---|---|---|---|"
    ours = {run.size: run for run in runs if run.tool == "ogdkg"}
    for each in runs:
        base = ours.get(each.size, each)
        pairs = ((each.seconds, base.seconds), (each.cpu, base.cpu), (each.megabytes, base.megabytes))
        cells = [f"{value:.1f} | {value / of:.1f}" for value, of in pairs]
        count = "not in time" if each.results is None else str(each.results)
        yield f"| {each.size:,} | {each.tool} | {' | '.join(cells)} | {count} |"


def main() -> None:
    """Generate, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--only", action="append", choices=list(TOOLS))
    parser.add_argument("--limit", type=float, default=300, help="seconds a run may take")
    parser.add_argument("--everyday", action="store_true", help="data as people write them")
    parser.add_argument("--peers", type=Path, help="where to install the others")
    asked = parser.parse_args()
    others = sys.executable
    if asked.peers:
        others = peers.install(asked.peers, lambda word: print(word, file=sys.stderr)).python
    writer, shapes = (
        ("everyday.py", "everyday-shapes.ttl") if asked.everyday else ("generate.py", "shapes.ttl")
    )
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for size in map(int, asked.sizes.split(",")):
            data = Path(folder) / f"{size}.ttl"
            subprocess.run([sys.executable, HERE / writer, str(size), data], check=True)
            for tool in asked.only or TOOLS:
                if size <= MOST.get(tool, size):
                    python = sys.executable if tool == "ogdkg" else others
                    line = command(tool, python, str(data), str(HERE / shapes))
                    runs.append(run(tool, size, line, asked.limit))
                    print(runs[-1], file=sys.stderr)
    print("\n".join(rows(runs)))


if __name__ == "__main__":
    main()
