"""`python -m tests.bench.strangers [--number 1000] [--seed 1]`: what a server does with hostile requests.

Malformed, huge, slow, deep and costly ones, many at a time. Told are how each kind ended and the longest that
it took; then whether the same processes serve, and what they hold open. It fails where a request hangs, a
process is another, or a server of that graph answers no more.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from tests.processes import below, parent

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2.0  # seconds of a query
_HANGS = 40.0  # seconds after which a request counts as hanging
_HEAD = b"Host: a\r\n"
_DEEP = {
    "braces": lambda n: "SELECT * " + "{" * n + "}" * n,
    "parentheses": lambda n: "SELECT * { FILTER" + "(" * n + "1" + ")" * n + " }",
    "negations": lambda n: "SELECT * { FILTER(" + "!" * n + "true) }",
    "or": lambda n: "SELECT * { FILTER(" + "||".join(["true"] * n) + ") }",
    "path": lambda n: "SELECT * { ?s " + "(" * n + "<urn:p>" + ")" * n + " ?o }",
    "collection": lambda n: "SELECT * { ?s ?p " + "(" * n + "1" + ")" * n + " }",
    "triple terms": lambda n: "SELECT * { ?s ?p " + "<<(" * n + ")>>" * n + " }",
    "unions": lambda n: "SELECT * { " + "{} UNION " * n + "{} }",
    "optional": lambda n: "SELECT * { " + "OPTIONAL { ?s ?p ?o " * n + "}" * n + " }",
    "select": lambda n: "SELECT * { { SELECT * " * n + "{} " + "} }" * n,
}


class Ended(NamedTuple):
    """How a request ended: its kind, the status or how the connection ended, and the seconds."""

    kind: str
    how: str
    seconds: float


def _hostile(kind: str, chance: random.Random) -> bytes:
    """The bytes of a request of a kind."""
    size = chance.choice([1_000, 5_000, 60_000, 1_000_000])
    if kind == "noise":
        return chance.randbytes(size // 10)
    if kind == "line":
        method = chance.choice(["GET", "G" * size, "GET\x00", "get", "POST"])
        path = chance.choice(["/", "/" + "x" * size, "/%00%ff/../..//", "/?" + "&" * size, "http://[::1"])
        return f"{method} {path} HTTP/{chance.choice(['1.1', '9.9', '0.9', 'x'])}\r\nHost: a\r\n\r\n".encode()
    if kind == "header":
        bad = chance.choice(
            [
                "X: " + "y" * size,
                "X: y\r\n" * (size // 10),
                "Host: b",
                "X\x01: y",
                " folded",
                ": none",
                "Host : a",
            ]
        )
        return b"GET /health HTTP/1.1\r\n" + _HEAD + bad.encode() + b"\r\n\r\n"
    if kind == "length":
        bad = chance.choice(
            ["Content-Length: -1", "Content-Length: 9" + "9" * 30, "Content-Length: 3\r\nContent-Length: 4",
             "Content-Length: 3\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked, chunked"]
        )  # fmt: skip
        return b"POST /sparql HTTP/1.1\r\n" + _HEAD + bad.encode() + b"\r\n\r\nzz\r\n"
    if kind == "half":
        whole = b"POST /sparql HTTP/1.1\r\n" + _HEAD + b"Content-Length: 50\r\n\r\nquery=ASK"
        return whole[: chance.randrange(1, len(whole))]
    if kind == "address":
        path = chance.choice(
            ["/describe?iri=" + "x" * 9_000, "/describe?iri=urn:" + "%00" * 999, "/id/" + "../" * 999,
             "/search?q=" + quote("\u202e<script>" * 99), "/store?graph=" + "urn:a" * 999, "/%ff%fe",
             "/ns?page=" + "9" * 99, "/?resource=javascript:1", "/id/x.ttl?format=../../etc/passwd",
             "/sparql?" + "a=b&" * 3_000]
        )  # fmt: skip
        accept = chance.choice(["*/*", "text/html", "," * 9_999, "a/b;q=" + "9" * 999, "text/html;q=0"])
        return f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept: {accept}\r\n\r\n".encode()
    if kind == "deep":
        return _query(chance.choice(list(_DEEP.values()))(chance.choice([100, 1_000, 5_000, 9_000])))
    patterns = " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(chance.choice([3, 9, 200, 1_000])))
    costly = [
        f"SELECT (COUNT(*) AS ?n) {{ {patterns} }}",
        f"SELECT * {{ {patterns} }}",
        'SELECT (GROUP_CONCAT(?o; separator="") AS ?x) { ?s ?p ?o . ?a ?b ?c }',
        'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "(a*)*(a*)*b")) }',
        "SELECT * { ?s (<urn:a>|!<urn:a>)* ?o . ?o (<urn:a>|!<urn:a>)* ?q }",
        "SELECT * { VALUES ?x { " + "1 " * 20_000 + "} VALUES ?y { 1 2 3 } }",
        "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c",
        "LOAD <http://127.0.0.1:9/>",
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    ]
    return _query(chance.choice(costly))


KINDS = (
    "noise",
    "line",
    "header",
    "length",
    "half",
    "address",
    "deep",
    "costly",
    "costly",
    "hang up",
    "unread",
)


def _query(text: str) -> bytes:
    body = text.encode()
    head = "POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nConnection: close"
    return f"{head}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _send(port: int, kind: str, seed: int) -> Ended:
    chance, begun = random.Random(seed), time.monotonic()
    bytes_ = _hostile("costly" if kind in ("hang up", "unread") else kind, chance)
    how = "closed"
    with socket.socket() as connection:
        if kind == "unread":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(_HANGS)
        try:
            connection.connect(("127.0.0.1", port))
            connection.sendall(bytes_)
            if kind == "hang up":
                time.sleep(chance.random() * 0.3)
                return Ended(kind, "hung up", time.monotonic() - begun)
            if kind == "unread":
                time.sleep(chance.random() * 6)
            said = connection.recv(65_536)
            how = said.split(b" ", 2)[1].decode() if said.startswith(b"HTTP/1.") else how
            while connection.recv(65_536):
                pass
        except TimeoutError:
            how = "HANGS"
        except OSError:
            pass
    return Ended(kind, how, time.monotonic() - begun)


def _lasting(process: int) -> set[int]:
    """The processes that no query ends: those that have children or speak HTTP, two floors down."""
    direct = {each for each in below(process) if parent(each) == process}
    return {process, *direct}


def open_files(process: int) -> int:
    total = 0
    for each in (process, *below(process)):
        with contextlib.suppress(OSError):
            total += len([*Path(f"/proc/{each}/fd").iterdir()])
    return total


def _answers(port: int) -> bool:
    for _ in range(100):
        with (
            contextlib.suppress(OSError),
            urllib.request.urlopen(
                f"http://127.0.0.1:{port}/sparql?query={quote('ASK {}')}", timeout=10
            ) as answer,
        ):
            return bool(answer.status == 200)
        time.sleep(0.5)
    return False


def run(number: int, seed: int, say: Callable[[str], None]) -> bool:
    """Send the requests; return whether all ended, by the same processes."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
        trial.close()
        command = [
            sys.executable,
            "-m",
            "ogdkg",
            "-C",
            str(ROOT),
            "serve",
            "--port",
            str(port),
            "--timeout",
            str(LIMIT),
        ]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            assert _answers(port), (Path(folder) / "log").read_text()[-500:]
            time.sleep(1)
            before, files = _lasting(server.pid), open_files(server.pid)
            with ThreadPoolExecutor(32) as pool:
                jobs = [pool.submit(_send, port, KINDS[i % len(KINDS)], seed + i) for i in range(number)]
                ended = [job.result() for job in jobs]
            well = _answers(port)
            time.sleep(LIMIT + 2)
            for kind in dict.fromkeys(each.kind for each in ended):
                own = [each for each in ended if each.kind == kind]
                how = ", ".join(
                    f"{count} {how}" for how, count in Counter(each.how for each in own).most_common()
                )
                say(f"{kind:8} {len(own):4}  at most {max(each.seconds for each in own):4.1f} s  {how}")
            same, states = _lasting(server.pid) == before, Counter(below(server.pid).values())
            say(f"answers: {well}; same processes: {same}; zombies: {states['Z']}")
            say(f"open files: {files} before, {open_files(server.pid)} after")
            told = (Path(folder) / "log").read_text(errors="replace")
            traces = told.count("Traceback")
            say(f"tracebacks in the log: {traces}" + told.partition("Traceback")[2][:3_000])
            return (
                well
                and same
                and not states["Z"]
                and not traces
                and all(each.how != "HANGS" for each in ended)
            )
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def main() -> None:
    """Read the command line, run, and fail where something is lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.strangers")
    parser.add_argument("--number", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if not run(asked.number, asked.seed, lambda line: print(line, flush=True)):
        raise SystemExit("something was lost, or hung")


if __name__ == "__main__":
    main()
