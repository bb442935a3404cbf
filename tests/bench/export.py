"""Times `ogdkg export` against its peers: `python tests/bench/export.py 1000000 [--rdflib]`.

Each runs as a process of its own, on one generated graph with a graph for each passage; wall clock and peak
memory of the whole process. The peers: pyoxigraph loading the file into a store and dumping it, and with
--rdflib (minutes at a million) rdflib parsing and serializing it. Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GENERATOR = Path(__file__).with_name("generate.py")
RAW = """import pyoxigraph as ox
store = ox.Store()
store.load(path="data/g.trig")
store.dump("peer.nq", format=ox.RdfFormat.N_QUADS)"""
RDFLIB = """import rdflib
graph = rdflib.{kind}()
graph.parse("{file}", format="{source}")
graph.serialize("peer.out", format="{target}")"""


def measured(name: str, folder: Path, *command: str) -> None:
    """Run a command and print its seconds and megabytes."""
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    megabytes = usage.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
    failed = "" if status == 0 else "  failed"
    print(f"{name:<28}{time.perf_counter() - begin:>8.1f} s{megabytes:>8.0f} MB{failed}", flush=True)


def main() -> None:
    """Generate, run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("triples", type=int)
    parser.add_argument("--rdflib", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ogdkg.toml").touch()
        (folder / "data").mkdir()
        generated = [sys.executable, GENERATOR, str(asked.triples)]
        subprocess.run([*generated, folder / "data" / "g.trig", "--graphs"], check=True)
        subprocess.run([*generated, folder / "g.ttl"], check=True)
        measured("pyoxigraph load + dump", folder, "-c", RAW)
        for form in ("nquads", "trig", "turtle", "ntriples", "jsonld", "compacted"):
            measured(f"ogdkg {form}", folder, "-m", "ogdkg", "-q", "export", "-f", form, "-o", "ours.out")
        if asked.rdflib:
            turtle = RDFLIB.format(kind="Graph", file="g.ttl", source="turtle", target="turtle")
            measured("rdflib turtle", folder, "-c", turtle)
            jsonld = RDFLIB.format(kind="Dataset", file="data/g.trig", source="trig", target="json-ld")
            measured("rdflib json-ld", folder, "-c", jsonld)


if __name__ == "__main__":
    main()
