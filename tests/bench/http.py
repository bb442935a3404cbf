"""`python -m tests.bench.http [--seconds 5] [--rounds 3] [--triples 100000]`: servers under small queries.

Sixteen connections ask a thousand different point queries of each server in turns, so that a busy machine is
busy for all. Ours runs as strangers would meet it: rates counted, each request logged; no answers are kept.
It has been asked before, so that it has the file from which workers answer small queries.
Told are requests a second, the times of half and of 99 in 100, and the processor time that a request takes in
all processes of the server, which other work on the machine changes least.

rdflib-endpoint is asked where an environment has it: `--peers PYTHON`. The same question as a stored query,
with its thing as a parameter, is asked of ours and of grlc, where tests/peers/grlc.sh has installed it; grlc
asks Oxigraph's server in its turn, whose time is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parents[2]
_CONNECTIONS, _QUERIES = 16, 1_000
_ACCEPT = "application/sparql-results+json"
_CSV = "text/csv"
_WARM_SECONDS = 120
_TICK = os.sysconf("SC_CLK_TCK")
_CONFIG = """[project]
name = "bench"
[[layer]]
name = "data"
files = ["data.ttl"]
graph = "https://example.org/bench/graph"
"""
_GRLC = """[local]
local_sparql_dir = {folder}/queries/
[defaults]
sparql_endpoint = {endpoint}
server_name = 127.0.0.1:{port}
"""
_STORED = "#+ summary: What is said of a thing.\nSELECT ?p ?o { ?_thing_iri ?p ?o }\n"


class Target(NamedTuple):
    """A server that runs: its name, its process, its port, and the path before what is asked."""

    name: str
    process: subprocess.Popen[bytes]
    port: int
    path: str
    accept: str


class Measured(NamedTuple):
    """What a round measured: requests a second, times in milliseconds, and processor time a request."""

    rate: float
    half: float
    most: float
    processor: float
    failures: int


class _Client(asyncio.Protocol):
    """A connection that asks one query after another, and notes how long each took."""

    def __init__(self, requests: Sequence[bytes], first: int, until: float) -> None:
        self._requests, self._place, self._until = requests, first, until
        self._buffer = bytearray()
        self._sent = 0.0
        self.times: list[float] = []
        self.failures = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport) or hasattr(transport, "write")
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(self._requests[self._place % len(self._requests)])  # type: ignore[attr-defined]
        self._place += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not _is_whole(self._buffer):
            return
        now = time.perf_counter()
        self.times.append(now - self._sent)
        self.failures += not self._buffer.startswith(b"HTTP/1.1 200")
        self._buffer.clear()
        if now < self._until:
            self._ask()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    if b"transfer-encoding: chunked" in head:
        return answer.endswith(b"\r\n0\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head)
    return found is not None and len(answer) >= end + 4 + int(found[1])


async def _asked(target: Target, requests: Sequence[bytes], seconds: float) -> list[_Client]:
    loop, until = asyncio.get_running_loop(), time.perf_counter() + seconds
    clients = []
    for number in range(_CONNECTIONS):
        _, client = await loop.create_connection(
            lambda number=number: _Client(requests, number * 61, until),  # type: ignore[misc]
            "127.0.0.1",
            target.port,
        )
        clients.append(client)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds + 30):
            await asyncio.gather(*(client.done for client in clients))
    return clients


def _round(target: Target, queries: Sequence[str], seconds: float) -> Measured:
    requests = [
        f"GET {target.path}{quote(query)} HTTP/1.1\r\nHost: 127.0.0.1:{target.port}\r\n"
        f"Accept: {target.accept}\r\n\r\n".encode()
        for query in queries
    ]
    before, begun = _processor(target.process.pid), time.perf_counter()
    clients = asyncio.run(_asked(target, requests, seconds))
    took = time.perf_counter() - begun
    used = _processor(target.process.pid) - before
    times = sorted(each for client in clients for each in client.times) or [float("inf")]
    return Measured(
        len(times) / took,
        times[len(times) // 2] * 1e3,
        times[len(times) * 99 // 100] * 1e3,
        used / len(times) * 1e6,
        sum(client.failures for client in clients),
    )


def _processor(process: int) -> float:
    """The processor time of a process and all below it, ended ones too."""
    of: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            of[int(path.parent.name)] = int(fields[1]), sum(map(int, fields[11:15])) / _TICK
    below, total = {process}, 0.0
    while more := {each for each, (parent, _) in of.items() if parent in below} - below:
        below |= more
    for each in below:
        total += of.get(each, (0, 0.0))[1]
    return total


def _port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port: int = trial.getsockname()[1]
        return port


@contextlib.contextmanager
def _running(
    name: str,
    path: str,
    command: Sequence[str],
    port: int,
    folder: Path,
    first: str = "ASK {}",
    accept: str = _ACCEPT,
) -> Iterator[Target]:
    """A server, once it answers."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        asked = f"http://127.0.0.1:{port}{path}{quote(first)}"
        for _ in range(600):
            request = urllib.request.Request(asked, headers={"Accept": accept})
            with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=2) as answer:
                answer.read()
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"{name} does not start: {(folder / f'{name}.log').read_text()[-500:]}")
        yield Target(name, process, port, path, accept)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _targets(
    folder: Path, oxigraph: Path, peers: Path | None
) -> Iterator[contextlib.AbstractContextManager[Target]]:
    port = _port()
    ours = [
        sys.executable,
        "-m",
        "ogdkg",
        "serve",
        "--rate",
        "9000000/s",
        "--port",
        str(port),
        "--queries",
        "2",
    ]
    yield _running("ogdkg", "/sparql?query=", ours, port, folder)
    port = _port()
    subprocess.run(
        [oxigraph, "load", "--location", "store", "--file", "data.ttl"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    serve = [str(oxigraph), "serve-read-only", "--location", "store", "--bind", f"127.0.0.1:{port}"]
    yield _running("Oxigraph", "/query?query=", serve, port, folder)
    if peers:
        port = _port()
        endpoint = [str(peers.with_name("rdflib-endpoint")), "serve", "--port", str(port), "data.ttl"]
        yield _running("rdflib-endpoint", "/?query=", endpoint, port, folder)


def _grlc(
    python: Path, folder: Path, oxigraph: Target, first: str
) -> contextlib.AbstractContextManager[Target]:
    """grlc with as many workers as it starts by itself, on this machine alone."""
    port = _port()
    endpoint = f"http://127.0.0.1:{oxigraph.port}/query"
    (folder / "config.ini").write_text(_GRLC.format(folder=folder, endpoint=endpoint, port=port))
    command = [str(python.with_name("gunicorn")), "-w", "20", "-b", f"127.0.0.1:{port}", "grlc.server:app"]
    return _running("grlc, stored query", "/api-local/point?thing=", command, port, folder, first, _CSV)


def _warm(targets: Sequence[Target], queries: Sequence[str]) -> None:
    """Ask each server for a while, and ours until its workers answer by themselves."""
    for target in targets:
        _round(target, queries, 1)
    figures = f"http://127.0.0.1:{targets[0].port}/metrics"
    for _ in range(_WARM_SECONDS):
        with urllib.request.urlopen(figures, timeout=30) as answer:
            if re.search(rb"^ogdkg_queries_at_once_total [1-9]", answer.read(), re.MULTILINE):
                return
        time.sleep(1)
        _round(targets[0], queries, 0.3)
    raise SystemExit("No small query is answered at once.")


def _agree(targets: Sequence[Target], query: str) -> None:
    """Stop where servers do not give the same rows."""
    found = {}
    for target in targets:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{target.port}{target.path}{quote(query)}", headers={"Accept": _ACCEPT}
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            rows = json.load(answer)["results"]["bindings"]
        found[target.name] = sorted(json.dumps(row, sort_keys=True) for row in rows)
    if len({len(rows) for rows in found.values()}) != 1:
        raise SystemExit(f"the servers disagree: { {name: len(rows) for name, rows in found.items()} }")


def main() -> None:
    """Generate, serve, ask and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.http", description=(__doc__ or "").split("\n\n")[1]
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--oxigraph", type=Path, default=ROOT / ".ogdkg/servers/oxigraph/bin/oxigraph")
    parser.add_argument("--grlc", type=Path, default=ROOT / ".ogdkg/peers/grlc/bin/python")
    parser.add_argument("--peers", type=Path, help="the python of an environment with rdflib-endpoint")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        generate = Path(__file__).with_name("generate.py")
        subprocess.run([sys.executable, generate, str(asked.triples), folder / "data.ttl"], check=True)
        (folder / "ogdkg.toml").write_text(_CONFIG)
        (folder / "queries").mkdir()
        (folder / "queries" / "point.rq").write_text(_STORED)
        quads = list(ox.parse(path=folder / "data.ttl", format=ox.RdfFormat.TURTLE))
        subjects = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)})
        chosen = _spread(subjects)
        queries = [f"SELECT ?p ?o {{ <{subject}> ?p ?o }}" for subject in chosen]
        targets = [stack.enter_context(each) for each in _targets(folder, asked.oxigraph, asked.peers)]
        _warm(targets, queries)
        _agree(targets, queries[7])
        _print(_rounds(targets, queries, asked))
        stored = [targets[0]._replace(name="ogdkg, stored query", path="/ask/point.csv?thing=", accept=_CSV)]
        if asked.grlc.exists():
            stored.append(stack.enter_context(_grlc(asked.grlc, folder, targets[1], chosen[0])))
        # Ours takes what has a name, and offers the nearest ones for anything else.
        named = sorted({quad.subject.value for quad in quads if quad.predicate.value.endswith("abel")})
        _print(_rounds(stored, _spread(named), asked))


def _spread(subjects: Sequence[str]) -> Sequence[str]:
    """As many of them as are asked about, from all over the data."""
    return subjects[:: max(len(subjects) // _QUERIES, 1)][:_QUERIES]


def _rounds(
    targets: Sequence[Target], queries: Sequence[str], asked: argparse.Namespace
) -> dict[str, list[Measured]]:
    """What each server does with the queries, round after round."""
    rounds: dict[str, list[Measured]] = {target.name: [] for target in targets}
    for _ in range(asked.rounds):
        for target in targets:
            rounds[target.name].append(_round(target, queries, asked.seconds))
    return rounds


def _print(rounds: dict[str, list[Measured]]) -> None:
    print(f"\n{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}\n")
    print("| server | requests a second | half, ms | 99 in 100, ms | processor, µs a request | failures |")
    print("|---|---|---|---|---|---|")
    for name, measured in rounds.items():
        rate, half, most, processor = (
            statistics.median(each[place] for each in measured) for place in range(4)
        )
        failures = sum(each.failures for each in measured)
        print(f"| {name} | {rate:,.0f} | {half:.1f} | {most:.1f} | {processor:,.0f} | {failures} |")


if __name__ == "__main__":
    main()
