"""How commands grow with the graph: `python -m tests.bench.growth [--sizes 10000,100000] [--svg FILE]`.

Each command runs once as a process of its own, on generated graphs of some sizes. Told are its processor time
(user and system, of all its processes) and the memory of its largest process. The slope is that of the time
without what `ogdkg --version` takes, against the triples, each on a logarithmic scale, between the last two
sizes: 1 is linear, and n log n is 1.08 between 100,000 and a million. `--only` names some commands,
`--kept FOLDER` keeps the graphs for another run, and `--results FILE` adds a run to others: ten million
triples take long to load, and 3 GB of memory where all their lines are shown to change. Linux and macOS.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.bench import generate
from tests.bench.questions import PLAIN, WHOLE

COMMANDS: dict[str, tuple[str, ...]] = {
    "load": ("load", "--rebuild"),
    "query": ("query", "initiatives-in-country", "--country", "Country 9", "-f", "csv"),
    "sparql": ("sparql", PLAIN["star"], "-f", "csv"),
    "sparql, counting": ("sparql", WHOLE["roles by country"], "-f", "csv"),
    "search": ("search", "harvest tiger vote", "-f", "csv"),
    "show": ("show", "d:initiative7", "-f", "json"),
    "show, by name": ("show", "Organisation 15"),
    "show, no such name": ("show", "Organisation of nothing"),
    "why": ("why", "d:initiative7", "dcterms:subject", "-f", "json"),
    "stats": ("stats", "-f", "json"),
    "export": ("export", "-f", "turtle", "-o", "out.ttl"),
    "convert": ("convert", "g.ttl", "out.nt"),
    "fmt --check": ("fmt", "--check", "g.ttl"),
    "diff": ("diff", "g.ttl", "changed.ttl", "-o", "out.txt"),
    "validate": ("validate", "g.ttl", "--shapes", "shapes.ttl", "-f", "json", "-o", "out.json"),
}
# What commands end with, but 0: 1 where they find something.
_ENDS = {"fmt --check": (0, 1), "diff": (0, 1), "validate": (0, 1), "show, no such name": (2,)}
_BASE = "--version"
# The stored query and the prefixes that the generated graph is asked with.
_PROJECT = """[prefixes]
b = "https://example.org/bench#"
d = "https://example.org/bench/"
dcterms = "http://purl.org/dc/terms/"
"""
_STEEP = 1.25  # what noise leaves of 1.08
_WIDE, _HIGH, _ACROSS = 210, 150, 4


class Point(NamedTuple):
    """One run: seconds of processor time, and megabytes."""

    seconds: float
    megabytes: float


Taken = dict[str, dict[int, Point]]


def project(folder: Path, triples: int) -> Path:
    """A project with a generated graph, the same as a file, and one with each hundredth line changed."""
    if folder.exists():
        return folder
    (folder / "data").mkdir(parents=True)
    (folder / "ogdkg.toml").write_text(_PROJECT)
    (folder / "queries").mkdir()
    own = Path(__file__).parents[2]
    [query] = (own / "queries").rglob("initiatives-in-country.rq")
    (folder / "queries" / query.name).write_text(query.read_text())
    (folder / "shapes.ttl").write_text(Path(__file__).with_name("shapes.ttl").read_text())
    for name, graphs in (("data/g.trig", True), ("g.ttl", False)):
        with (folder / name).open("w", encoding="utf-8") as out:
            generate.write(out, triples, graphs=graphs)
    with (folder / "g.ttl").open() as lines, (folder / "changed.ttl").open("w") as changed:
        for number, line in enumerate(lines):
            changed.write(line.replace("Country", "Land", 1) if number % 100 == 99 else line)
    return folder


def run(folder: Path, arguments: Sequence[str], limit: float, ends: tuple[int, ...] = (0,)) -> Point | None:
    """Run ogdkg in a folder; None where it takes longer than so many seconds."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "ogdkg", "-q", *arguments]
    with (folder / "printed").open("wb") as out, (folder / "said").open("wb") as said:
        child = subprocess.Popen(
            command, cwd=folder, env=env, stdout=out, stderr=said, start_new_session=True
        )
        end = time.monotonic() + limit
        while not (waited := os.wait4(child.pid, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.killpg(child.pid, signal.SIGTERM)
                child.wait()
                return None
            time.sleep(0.01)
    _, status, usage = waited
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in ends:
        raise SystemExit(f"ogdkg {' '.join(arguments)}: {(folder / 'said').read_text()[-500:]}")
    unit = 2**10 if sys.platform == "linux" else 2**20
    return Point(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit)


def measured(
    root: Path, sizes: Sequence[int], only: Sequence[str], limit: float
) -> Iterator[tuple[str, int, Point]]:
    """Run each command at each size, the smallest first; one that took too long is run at no larger one."""
    late: set[str] = set()
    for size in sizes:
        folder = project(root / str(size), size)
        for name, arguments in {_BASE: ("--version",), **COMMANDS}.items():
            if name in late or (only and name not in (*only, _BASE)):
                continue
            point = run(folder, arguments, limit, _ENDS.get(name, (0,)))
            if point is None:
                late.add(name)
                print(f"{name} at {size:,}: longer than {limit:g} s", file=sys.stderr, flush=True)
            else:
                yield name, size, point


def slope(points: Mapping[int, Point], base: float) -> float | None:
    """The slope between the last two sizes; None where it does not grow, or is that of a start."""
    sizes = sorted(points)[-2:]
    took = [points[size].seconds - base for size in sizes]
    if len(sizes) < 2 or min(took) < base / 2 or took[1] < took[0]:
        return None
    return math.log(took[1] / took[0]) / math.log(sizes[1] / sizes[0])


def table(taken: Taken) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    base = taken[_BASE]
    sizes = sorted({size for points in taken.values() for size in points})
    yield f"| command | {' | '.join(f'{size:,}' for size in sizes)} | slope |"
    yield f"|---{'|---:' * (len(sizes) + 1)}|"
    start = min(point.seconds for point in base.values())
    for name, points in taken.items():
        cells = (
            f"{points[n].seconds:.1f} s, {points[n].megabytes:,.0f} MB" if n in points else "" for n in sizes
        )
        found = None if name == _BASE else slope(points, start)
        told = "none" if found is None else f"**{found:.2f}**" if found > _STEEP else f"{found:.2f}"
        yield f"| `{name}` | {' | '.join(cells)} | {told} |"


def drawn(taken: Taken) -> str:
    """A picture: for each command its time, and dashed its memory, by the triples; thin lines are linear."""
    shown = {name: points for name, points in taken.items() if name != _BASE and len(points) > 1}
    rows = math.ceil(len(shown) / _ACROSS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_ACROSS * _WIDE + 16} {rows * _HIGH + 36}" '
        'font-family="sans-serif" font-size="10" fill="none" stroke-linejoin="round">\n'
        "<title>Processor time and memory of each command by the size of the graph</title>\n"
        '<rect width="100%" height="100%" fill="#fff"/>\n'
    ]
    sizes = sorted({size for points in shown.values() for size in points})
    for number, (name, points) in enumerate(shown.items()):
        x, y = 10 + number % _ACROSS * _WIDE, 8 + number // _ACROSS * _HIGH
        parts += [f'<g transform="translate({x},{y})">\n', *_panel(name, points, sizes), "</g>\n"]
    y = rows * _HIGH + 24
    kinds = (
        (38, "processor time, s", 'stroke="#0b5394" stroke-width="2"'),
        (178, "memory, MB", 'stroke="#b45f06" stroke-width="1.5" stroke-dasharray="4 3"'),
        (298, "linear", 'stroke="#ccc"'),
    )
    for x, told, style in kinds:
        parts.append(
            f'<path d="M{x} {y - 4}h24" {style}/><text x="{x + 30}" y="{y}" fill="#222">{told}</text>'
        )
    parts.append("</svg>\n")
    return "".join(parts)


def _panel(name: str, points: Mapping[int, Point], sizes: Sequence[int]) -> Iterable[str]:
    left, top, width, height = 28, 16, _WIDE - 44, _HIGH - 44
    low, high = math.log10(sizes[0]), math.log10(sizes[-1])

    def at(size: int, value: float) -> str:
        x = left + (math.log10(size) - low) / (high - low) * width
        y = top + height - (math.log10(max(value, 0.1)) + 1) / 5 * height  # from 0.1 to 10,000
        return f"{x:.1f},{y:.1f}"

    yield f'<text x="{left}" y="10" fill="#222" font-weight="bold">{name}</text>\n'
    for power in range(-1, 5):
        y = top + height - (power + 1) / 5 * height
        yield f'<path d="M{left} {y:.1f}h{width}" stroke="#eee"/>'
        yield f'<text x="{left - 4}" y="{y + 3:.1f}" text-anchor="end" fill="#666">{_short(10**power)}</text>'
    for size in sizes:
        x = at(size, 1).partition(",")[0]
        yield f'<text x="{x}" y="{top + height + 13}" text-anchor="middle" fill="#666">{_short(size)}</text>'
    yield "\n"
    last = max(points)
    linear = [at(size, points[last].seconds * size / last) for size in sizes if size <= last]
    yield f'<polyline points="{" ".join(linear)}" stroke="#ccc"/>'
    memory = " ".join(at(size, point.megabytes) for size, point in sorted(points.items()))
    times = " ".join(at(size, point.seconds) for size, point in sorted(points.items()))
    yield f'<polyline points="{memory}" stroke="#b45f06" stroke-width="1.5" stroke-dasharray="4 3"/>'
    yield f'<polyline points="{times}" stroke="#0b5394" stroke-width="2"/>\n'


def _short(number: float) -> str:
    for unit, sign in ((10**6, " M"), (10**3, " k")):
        if number >= unit:
            return f"{number / unit:g}{sign}"
    return f"{number:g}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--only", default="", help="commands, with semicolons between them")
    parser.add_argument("--limit", type=float, default=900.0, help="seconds for one run")
    parser.add_argument("--kept", type=Path, help="a folder for the graphs, which stays")
    parser.add_argument("--results", type=Path, help="a JSON file that results are read from and added to")
    parser.add_argument("--svg", type=Path)
    asked = parser.parse_args()
    sizes = sorted(int(size) for size in asked.sizes.split(",") if size)
    taken = _read(asked.results)
    with tempfile.TemporaryDirectory() as name:
        root = asked.kept or Path(name)
        for command, size, point in measured(
            root, sizes, list(filter(None, asked.only.split(";"))), asked.limit
        ):
            taken.setdefault(command, {})[size] = point
            print(
                f"{command} at {size:,}: {point.seconds:.2f} s, {point.megabytes:.0f} MB",
                file=sys.stderr,
                flush=True,
            )
            if asked.results:
                asked.results.write_text(json.dumps(taken))
    print("\n".join(table(taken)))
    if asked.svg:
        asked.svg.write_text(drawn(taken), encoding="utf-8")


def _read(results: Path | None) -> Taken:
    if not results or not results.exists():
        return {}
    found = json.loads(results.read_text())
    return {name: {int(size): Point(*point) for size, point in each.items()} for name, each in found.items()}


if __name__ == "__main__":
    main()
