"""Times `ogdkg export` and `ogdkg diff` against their peers: `python tests/bench/export.py 1000000`.

Each runs as a process of its own, turn by turn, on one generated graph with a graph for each passage.
Printed as Markdown are the medians of wall clock, processor time and peak memory of the whole process, and
the commands. The peers: pyoxigraph loading the file into a store and dumping it, Jena's riot
(tests/peers/readers.sh), and rdflib, which takes minutes and gigabytes and so gets no more than --rdflib
triples. Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
LOAD = "import pyoxigraph as ox; s = ox.Store(); s.load(path='data/g.trig')"
RDFLIB = "import rdflib; g = rdflib.{}(); g.parse('{}', format='{}'); g.serialize('peer.out', format='{}')"
PYTHON = [sys.executable, "-c"]
OURS = [sys.executable, "-m", "ogdkg", "-q"]
PEERS = {
    "pyoxigraph, load + dump": [*PYTHON, f"{LOAD}; s.dump('peer.nq', format=ox.RdfFormat.N_QUADS)"],
    "rdflib, Turtle": [*PYTHON, RDFLIB.format("Graph", "g.ttl", "turtle", "turtle")],
    "rdflib, JSON-LD": [*PYTHON, RDFLIB.format("Dataset", "data/g.trig", "trig", "json-ld")],
    "riot, Turtle": [str(HERE / "jena.sh"), "riot", "--formatted=turtle", "g.ttl"],
}
FORMATS = ("nquads", "trig", "turtle", "ntriples", "jsonld", "compacted")
EXPORTS = {f"ogdkg, {form}": [*OURS, "export", "-f", form, "-o", "ours.out"] for form in FORMATS}
DIFF = {
    "ogdkg, diff, 1 % changed": [*OURS, "diff", "data/g.trig", "changed.trig", "-o", "ours.out"],
    "pyoxigraph, load both": [*PYTHON, f"{LOAD}; t = ox.Store(); t.load(path='changed.trig')"],
}


def measured(folder: Path, command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of all its processors, and megabytes of a command; what it prints goes to a file."""
    with (folder / "printed.out").open("wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
    if status and "diff" not in command:  # which ends with 1 where there are differences
        raise SystemExit(f"failed: {' '.join(command)}")
    busy = usage.ru_utime + usage.ru_stime
    return seconds, busy, usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def generate(folder: Path, triples: int) -> Path:
    """A project with the graph, the same without graphs, and one with every hundredth line changed."""
    folder.mkdir()
    (folder / "ogdkg.toml").touch()
    (folder / "data").mkdir()
    generated = [sys.executable, str(HERE / "generate.py"), str(triples)]
    subprocess.run([*generated, folder / "data" / "g.trig", "--graphs"], check=True)
    subprocess.run([*generated, folder / "g.ttl"], check=True)
    chance = random.Random(1)
    with (folder / "data" / "g.trig").open() as lines, (folder / "changed.trig").open("w") as changed:
        changed.writelines(_changed(line) if chance.random() < 0.065 else line for line in lines)
    return folder


def _changed(line: str) -> str:
    """A line with one of its some nine triples changed."""
    return (
        line.replace(" b:until ", " b:ended ")
        .replace(" ogd:startLine ", " ogd:firstLine ")
        .replace(" schema:unitText ", " schema:unit ")
        .replace(" dcterms:source ", " dcterms:origin ")
        .replace(" foaf:page ", " foaf:homepage ")
    )


def table(folder: Path, commands: Mapping[str, list[str]], rounds: int) -> None:
    """Run all, one after another, as often as asked; print the medians."""
    taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            taken[name].append(measured(folder, command))
    print("| what | seconds | CPU seconds | peak MB |\n|---|---|---|---|")
    for name, runs in taken.items():
        seconds, busy, megabytes = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"| {name} | {seconds:.1f} | {busy:.1f} | {megabytes:,.0f} |", flush=True)
    print()


def main() -> None:
    """Generate, run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rdflib", type=int, default=200_000, metavar="N", help="0 leaves it out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        whole = generate(Path(name) / "whole", asked.triples)
        riot = {name: command for name, command in PEERS.items() if "rdflib" not in name}
        print(f"{asked.triples:,} triples\n")
        table(whole, {**riot, **EXPORTS}, asked.rounds)
        table(whole, DIFF, asked.rounds)
        if asked.rdflib:
            print(f"{asked.rdflib:,} triples\n")
            some = {f"ogdkg, {form}": EXPORTS[f"ogdkg, {form}"] for form in ("turtle", "jsonld")}
            rdflib = {name: command for name, command in PEERS.items() if "rdflib" in name}
            table(generate(Path(name) / "some", asked.rdflib), {**some, **rdflib}, 1)
        for title, command in {**PEERS, **EXPORTS, **DIFF}.items():
            spelled = " ".join(f'"{word}"' if " " in word else word for word in command)
            print(f"{title}: {spelled.replace(sys.executable, 'python').replace(str(HERE), 'tests/bench')}")


if __name__ == "__main__":
    main()
