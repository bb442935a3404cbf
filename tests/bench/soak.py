"""`python -m tests.bench.soak [--minutes 10] [--svg FILE]`: whether a server keeps its memory.

It is asked small queries all the time, a description now and then, a query that is ended at its limit twenty
times a minute, and its files change once a minute. Every second the memory of all its processes is added up,
each page once (PSS), and their open files are counted. Told are the first and the last minute; a picture
shows the curve. At the end a result of a hundred megabytes is read, and the most memory meanwhile told.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from urllib.parse import quote

from tests.bench.strangers import open_files
from tests.processes import below

ROOT = Path(__file__).resolve().parents[2]
_SMALL = "SELECT ?p ?o { ?s ?p ?o } LIMIT 20 OFFSET %d"
_ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_LARGE = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d a ?e } LIMIT %d"
_ROWS, _LARGE_BYTES = 10_000, 100 * 10**6
_ENDED_EVERY = 2.9  # seconds: a few more than two hundred in ten minutes
_WIDTH, _HEIGHT, _LEFT, _TOP = 640, 240, 56, 24


class _Asker:
    """Asks until it is told to stop, and counts the answers by status."""

    def __init__(self, base: str) -> None:
        self._base = base
        self.is_over = threading.Event()
        self.statuses: Counter[int] = Counter()

    def ask(self, path: str) -> None:
        try:
            with urllib.request.urlopen(self._base + path, timeout=30) as answer:
                answer.read()
                self.statuses[answer.status] += 1
        except urllib.error.HTTPError as error:
            error.close()
            self.statuses[error.code] += 1
        except OSError:
            self.statuses[0] += 1

    def small(self) -> None:
        number = 0
        while not self.is_over.wait(0.01):
            number += 1
            self.ask("/sparql?query=" + quote(_SMALL % (number % 900)))
            if number % 50 == 0:
                self.ask("/describe?iri=" + quote("https://w3id.org/ogdkg/id/country/npl") + "&format=html")

    def endless(self) -> None:
        begun, number = time.monotonic(), 0
        while not self.is_over.wait(max(begun + number * _ENDED_EVERY - time.monotonic(), 0.01)):
            number += 1
            self.ask("/sparql?timeout=0.3&query=" + quote(_ENDLESS))


def _size(base: str, query: str, sizes: list[int]) -> int:
    """Read an answer without keeping it; its bytes."""
    with urllib.request.urlopen(f"{base}/sparql?query={quote(query)}", timeout=60) as answer:
        while part := answer.read(1 << 20):
            sizes.append(len(part))
    return sum(sizes)


def _large(process: int, base: str) -> str:
    """What a large result takes of memory."""
    rows = int(_ROWS * 1.02 * _LARGE_BYTES / _size(base, _LARGE % _ROWS, []))
    before, most, sizes = _memory(process), 0.0, list[int]()
    reading = threading.Thread(target=_size, args=(base, _LARGE % rows, sizes))
    reading.start()
    while reading.is_alive():
        most = max(most, _memory(process))
        time.sleep(0.05)
    return f"a result of {sum(sizes) / 1e6:.0f} MB: memory {before:.0f} MB before, {most:.0f} at most"


def _memory(process: int) -> float:
    """Megabytes of a process and all below it, each page once."""
    total = 0
    for each in (process, *below(process)):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{each}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1024


def _drawn(memory: Sequence[float], seconds: float) -> str:
    """The curve as SVG."""
    top = max(memory) * 1.15
    width, height = _WIDTH - _LEFT - 16, _HEIGHT - _TOP - 36
    points = " ".join(
        f"{_LEFT + width * place / max(len(memory) - 1, 1):.1f},{_TOP + height * (1 - value / top):.1f}"
        for place, value in enumerate(memory)
    )
    lines = "".join(_line(share, top, width, height) for share in (0, 0.25, 0.5, 0.75, 1))
    end = _HEIGHT - 10
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{_LEFT}" y="14">Megabytes of all processes of a server</text>'
        f'{lines}<polyline points="{points}" fill="none" stroke="#0b5d66" stroke-width="1.5"/>'
        f'<text x="{_LEFT}" y="{end}">0</text>'
        f'<text x="{_LEFT + width}" y="{end}" text-anchor="end">{seconds / 60:.0f} minutes</text></svg>\n'
    )


def _line(share: float, top: float, width: int, height: int) -> str:
    """A horizontal line with its value."""
    at = _TOP + height * (1 - share)
    value = f'<text x="{_LEFT - 8}" y="{at + 4:.0f}" text-anchor="end">{top * share:.0f}</text>'
    return f'{value}<path d="M{_LEFT} {at:.1f}H{_LEFT + width}" stroke="#ccc"/>'


def main() -> None:
    """Run, sample and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.soak")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--svg", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "graph"
        for part in ("ogdkg.toml", "ontology", "data", "queries"):
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
            folder.mkdir(exist_ok=True)
            copy(ROOT / part, folder / part)
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            port = trial.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "ogdkg",
            "-C",
            str(folder),
            "serve",
            "--port",
            str(port),
            "--timeout",
            "60",
        ]
        with (Path(name) / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _soaked(server.pid, f"http://127.0.0.1:{port}", folder, asked)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _soaked(process: int, base: str, folder: Path, asked: argparse.Namespace) -> None:
    asker = _Asker(base)
    while not asker.statuses[200]:
        asker.ask("/health")
        time.sleep(0.2)
    threads = [threading.Thread(target=work) for work in (asker.small, asker.endless)]
    for thread in threads:
        thread.start()
    memory, files, begun, changed = [], [], time.monotonic(), time.monotonic()
    while time.monotonic() - begun < asked.minutes * 60:
        time.sleep(1)
        memory.append(_memory(process))
        files.append(open_files(process))
        if time.monotonic() - changed > 60:
            changed = time.monotonic()
            os.utime(folder / "data" / "areas.trig")
    asker.is_over.set()
    for thread in threads:
        thread.join()
    print(_large(process, base))
    states = Counter(below(process).values())
    minute = min(60, max(len(memory) // 4, 1))
    print(f"answers by status: {dict(asker.statuses)}")
    first, last = mean(memory[:minute]), mean(memory[-minute:])
    print(f"memory: {first:.0f} MB in the first minute, {last:.0f} MB in the last")
    first, last = mean(files[:minute]), mean(files[-minute:])
    print(f"open files: {first:.0f} and {last:.0f}; zombies: {states['Z']}")
    if asked.svg:
        asked.svg.write_text(_drawn(memory, asked.minutes * 60), encoding="utf-8")


if __name__ == "__main__":
    main()
