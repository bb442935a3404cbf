"""Kills replicas at every step of a push and of reads, and tells what is left: `python -m tests.bench.fleet`.

Three Oxigraph servers and two Virtuosos stand behind HAProxy, and two `ogdkg serve` before them. For every
request that a push sends, in order, the replica that is asked is killed right before it, and then the push
itself, while readers go on. `--docs` writes the table to docs/kill-table.md, and the figures to
docs/clusters.md. `--part` runs a part of it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from ogdkg import Graph  # noqa: E402  # the tests' folder is no package of an installed one
from ogdkg.graph.graph import GraphOptions  # noqa: E402
from ogdkg.project.project import read_project  # noqa: E402
from ogdkg.remote.fleet import Fleet  # noqa: E402
from ogdkg.remote.http import Http, HttpRequest, HttpResponse  # noqa: E402
from tests.servers.cluster import KINDS_OF, PUSH, Cluster  # noqa: E402
from tests.servers.replicas import CONFIG, QUERY, says  # noqa: E402
from tests.servers.serving import Handler, Say, serving  # noqa: E402

RESULTS = Path(__file__).with_name("fleet.json")
TABLE = ROOT / "docs" / "kill-table.md"
PAGE = ROOT / "docs" / "clusters.md"
EACH = 4.0  # seconds for which a rate is counted
DELAY = 0.1  # seconds after which a simulated server answers
READS = 1000


def kills(cluster: Cluster, every: int, found: dict[str, Any]) -> None:
    """Kill at every step of a push: the replica that is asked, then the push."""
    rows: list[list[object]] = []
    steps = cluster.steps()
    found["kills"] = {"steps": len(steps), "rows": rows, "reads": {}}
    with cluster.readers() as seen:
        for number, step in enumerate(steps[::every]):
            for victim in (step.replica, PUSH):
                cluster.write()
                code = cluster.push_killing(step, victim)
                states = cluster.states()
                told = (cluster.root / "push.out").read_text().strip().split("\n")[-1]
                if victim != PUSH:
                    cluster.boxes[cluster.names.index(victim)].start()
                between = cluster.read()
                again = cluster.push()
                is_whole = again == 0 and cluster.is_whole() and cluster.read() == cluster.version
                rows.append([*step, victim, code, states, again, is_whole, told])
                print(
                    f"{number:>3}",
                    step,
                    "|",
                    victim,
                    "|",
                    code,
                    "|",
                    states,
                    "|",
                    again,
                    is_whole,
                    flush=True,
                )
                assert between in (cluster.version - 1, cluster.version)
                found["kills"]["reads"] = dict(seen())
    print(found["kills"]["reads"], flush=True)


def reads(cluster: Cluster) -> dict[str, object]:
    """Kill at every step of a read, and in turn while 1,000 reads go on, at our servers too."""
    steps = _steps_of_read(cluster, -1)
    for number in range(steps):
        _steps_of_read(cluster, number)
    direct, web = Counter[str](), Counter[str]()
    for number in range(READS):
        box = cluster.boxes[number // 20 % len(cluster.boxes)]
        if number % 20 == 5:
            box.kill()
        found = cluster.read()
        if not number % 100:
            print(number, flush=True)
        direct["right" if found == cluster.version else "wrong"] += 1
        if number % 20 == 15:
            box.start()
    print("direct", dict(direct), flush=True)
    for number in range(READS):
        worker = number // 50 % 2
        box = cluster.boxes[number // 20 % len(cluster.boxes)]
        if number % 20 == 5:
            box.kill()
        if number % 50 == 25:
            cluster.workers[worker].kill()
            cluster.workers[worker].wait()
        version = cluster.read_web()
        web["right" if version == cluster.version else "an error" if version is None else "wrong"] += 1
        if number % 20 == 15:
            box.start()
        if number % 50 == 45:
            cluster.serve(worker)
            time.sleep(1.5)  # until HAProxy knows it, as it asks each second
    print("web", dict(web), flush=True)
    return {"steps": steps, "direct": dict(direct), "web": dict(web)}


def _steps_of_read(cluster: Cluster, at: int) -> int:
    """Read, and kill the replica that is asked right before a step; return how many steps there were."""
    real, number, turn = Http.send, 0, threading.Lock()
    killed = []

    def send(http: Http, request: HttpRequest) -> HttpResponse:
        nonlocal number
        with turn:  # all replicas are asked at once
            if number == at:
                port = urllib.parse.urlsplit(request.url).port or 0
                killed.append(cluster.boxes[cluster.ports.index(port)])
                killed[0].kill()
            number += 1
        return real(http, request)

    Http.send = send  # type: ignore[method-assign]
    try:
        assert cluster.read() == cluster.version
    finally:
        Http.send = real  # type: ignore[method-assign]
        for box in killed:
            box.start()
    return number


# Rates, of real and of simulated servers.


def _fleet(root: Path, urls: list[str]) -> Fleet:
    (root / "ogdkg.toml").write_text(CONFIG.format(urls=json.dumps(urls)))
    project = read_project(root, trust=True)
    store = Graph(project, GraphOptions(timeout=20, endpoint=project.endpoint("fleet"))).remote
    assert isinstance(store, Fleet)
    return store


def _rate(root: Path, urls: list[str], readers: int) -> float:
    """Reads a second of readers in processes of their own; each may change its replica, as `serve` does."""
    counts, count = os.pipe()
    children, fleet = [], _fleet(root, urls)  # of which each has its own, once forked
    for _ in range(readers):
        if child := os.fork():
            children.append(child)
            continue
        try:
            os.write(count, f"{_reads(fleet)}\n".encode())
        except BaseException:
            traceback.print_exc()
        finally:  # what is of the parent is not this one's to clean up
            os._exit(0)
    for child in children:
        os.waitpid(child, 0)
    os.close(count)
    with os.fdopen(counts) as file:
        return sum(map(int, file)) / EACH


def _reads(fleet: Fleet) -> int:
    done, end = 0, time.monotonic() + EACH
    while time.monotonic() < end:
        fleet.begin()
        fleet.query(QUERY)
        done += time.monotonic() < end
    return done


@contextmanager
def _apart(say: Callable[[], Say]) -> Iterator[str]:
    """A simulated server in a process of its own."""
    reads_from, writes = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        with serving() as start:
            os.write(writes, start(say()).url.encode())
            os.close(writes)
            while True:
                time.sleep(60)
    os.close(writes)
    try:
        with os.fdopen(reads_from) as file:
            yield file.read()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _silent(handler: Handler) -> None:
    handler.connection.settimeout(30)
    handler.connection.recv(1)


def _busy(handler: Handler) -> None:
    handler.answer(b"<html>No server is available", 503, {"Content-Type": "text/html"})


def rates(root: Path, real: list[str]) -> dict[str, object]:
    """Reads a second by the number of replicas."""
    found: dict[str, object] = {}
    found["real"] = [_rate(root, real[:number], 4) for number in range(1, len(real) + 1)]
    simulated = []
    for number in range(1, 6):
        with ExitStack() as stack:
            urls = [stack.enter_context(_apart(lambda: says(DELAY))) for _ in range(number)]
            simulated.append(_rate(root, urls, 12))
    found["simulated"] = simulated
    print(found, flush=True)
    return found


def failover(root: Path) -> dict[str, object]:
    """Seconds of a read that meets a dead replica in the middle of a command, beside one that does not."""
    faults: dict[str, Say | None] = {
        "none": says(),
        "it is gone": None,
        "a balancer says 503": _busy,
        "its answer is cut": lambda handler: handler.answer(b'{"head"', headers={"Content-Length": "500"}),
        "it hangs": _silent,
    }
    found: dict[str, object] = {}
    with serving() as start:
        for name, fault in faults.items():
            times = []
            for _ in range(3 if name == "it hangs" else 15):
                good, bad = start(says()), start(says())
                fleet = _fleet(root, [bad.url, good.url])
                fleet._choose()
                fleet._up.sort(key=lambda each: each.store.given.url != bad.url)
                fleet.query(QUERY)
                if fault:
                    bad.say = fault
                else:
                    bad.shutdown()
                    bad.server_close()
                begin = time.perf_counter()
                fleet.query(QUERY)
                times.append(time.perf_counter() - begin)
            found[name] = median(times)
    print(found, flush=True)
    return found


def main() -> None:
    """Kill, measure, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("kills", "reads", "rates"), action="append")
    parser.add_argument("--every", type=int, default=1, help="of the steps, each of this number")
    parser.add_argument("--docs", action="store_true", help="write the pages from the last results")
    asked = parser.parse_args()
    parts = asked.part or ([] if asked.docs else ["kills", "reads", "rates"])
    if parts:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        _run(parts, asked.every)
    if asked.docs:
        write_docs(json.loads(RESULTS.read_text()))


def _run(parts: list[str], every: int) -> None:
    results: dict[str, Any] = {}
    kinds = KINDS_OF if "kills" in parts else KINDS_OF[:3]
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="ogdkg-")), kinds)
    os.environ.update(cluster.env)
    try:
        cluster.write()
        assert cluster.push() == 0, (cluster.root / "push.out").read_text()
        for number in range(0 if parts == ["rates"] else 2):
            cluster.serve(number)
        time.sleep(2)  # until HAProxy knows it
        if "rates" in parts:
            with tempfile.TemporaryDirectory() as name:
                results["rates"] = rates(Path(name), [box.url for box in cluster.boxes[:3]])
                results["failover"] = failover(Path(name))
        if "reads" in parts:
            results["reads"] = reads(cluster)
        if "kills" in parts:
            kills(cluster, every, results)
    finally:  # also where it is ended early
        cluster.close()
        before = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        RESULTS.write_text(_as_text(before | results))


def _as_text(results: dict[str, Any]) -> str:
    """JSON with a line for each kill."""
    text = json.dumps(results, ensure_ascii=False)
    return re.sub(r'(?<=\[)(?=\["[A-Z])|(?<=\], )(?=\["[A-Z])', "\n", text) + "\n"


# The pages.


def write_docs(results: dict[str, Any]) -> None:
    """Write the table of kills, and the figures in the page on clusters."""
    for path in (TABLE, PAGE):
        path.write_text(with_results(path.read_text(), results))


def with_results(text: str, results: dict[str, Any]) -> str:
    """A page with the tables that it has a place for."""
    kills = results["kills"]
    return filled(
        text,
        kills=kill_table(kills),
        summary=summary(kills),
        reads=reads_table(results["reads"]),
        rates=rate_tables(results),
    )


def filled(text: str, **parts: Iterator[str]) -> str:
    """A page with other lines between the marks of each part."""
    for name, lines in parts.items():
        if f"<!-- {name} -->\n" not in text:
            continue
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        text = before + start + "\n".join(lines) + "\n" + end + after
    return text


def kill_table(kills: dict[str, Any]) -> Iterator[str]:
    """A row for each kill."""
    yield "| before the step | killed | `push` ends with | the replicas then | pushed again |"
    yield "|---|---|---:|---|---|"
    for replica, what, before, victim, code, states, again, is_whole, _ in kills["rows"]:
        step = f"{replica}: {what}" + (f" ({before + 1})" if before else "")
        after = "all new and whole" if is_whole and again == 0 else f"not whole, {again}"
        yield f"| {step} | {victim} | {_ended(code)} | {states} | {after} |"


def _ended(code: int) -> str:
    return "the signal" if code < 0 else f"exit code {code}"


def summary(kills: dict[str, Any]) -> Iterator[str]:
    """What the kills did, by the kind of step, and what readers saw."""
    yield "| before it is asked to | killed | times | `push` ends with | the replicas then |"
    yield "|---|---|---:|---|---|"
    groups: dict[tuple[str, str], list[list[Any]]] = {}
    for row in kills["rows"]:
        groups.setdefault((row[1], "the push" if row[3] == PUSH else "that replica"), []).append(row)
    for (what, victim), rows in groups.items():
        codes = " or ".join(dict.fromkeys(_ended(row[4]) for row in rows))
        states = "; ".join(dict.fromkeys(_counted(row[5]) for row in rows))
        yield f"| {what} | {victim} | {len(rows)} | {codes} | {states} |"
    yield ""
    head = (
        "right",
        "mixed of two versions",
        "older than one before",
        "its version was gone",
        "another error",
    )
    yield f"| reads meanwhile | {' | '.join(head)} |"
    yield "|---|---:|---:|---:|---:|---:|"
    for name, label in (("command", "commands of three queries each"), ("web", "requests to `ogdkg serve`")):
        seen = Counter[str]()
        for what, number in kills["reads"].items():
            if what.startswith(f"{name}: "):
                seen["error" if "an error" in what else what.partition(": ")[2]] += number
        cells = [f"{seen[kind]:,}" for kind in ("whole", "mixed", "older", "changed", "error")]
        yield f"| {label} | {' | '.join(cells)} |"


def reads_table(reads: dict[str, Any]) -> Iterator[str]:
    """What 1,000 reads of each kind found."""
    yield "| 1,000 reads | killed meanwhile | right | wrong | an error |"
    yield "|---|---|---:|---:|---:|"
    whats = {
        "direct": ("commands of three queries each", "one of three Oxigraphs, 50 times"),
        "web": ("requests to `ogdkg serve`", "an Oxigraph, 50 times, and one of our servers, 20 times"),
    }
    for key, (what, killed) in whats.items():
        cells = [f"{reads[key].get(kind, 0):,}" for kind in ("right", "wrong", "an error")]
        yield f"| {what} | {killed} | {' | '.join(cells)} |"
    yield ""
    yield (
        f"Of a command that reads, the replica that was asked was killed before each of its {reads['steps']} "
        "requests, too: it always went on with another one, and was right."
    )


def _counted(states: str) -> str:
    number = Counter(states.split())
    return ", ".join(
        f"{number[each]} {each}" for each in ("new", "new*", "half", "old", "away") if number[each]
    )


def rate_tables(results: dict[str, Any]) -> Iterator[str]:
    """Reads a second, and what a failover costs."""
    rates, costs = results["rates"], results["failover"]
    yield "| replicas | " + " | ".join(map(str, range(1, len(rates["simulated"]) + 1))) + " |"
    yield "|---|" + "---:|" * len(rates["simulated"])
    yield (
        "| simulated, of 100 ms a read, reads a second | "
        + " | ".join(f"{each:.0f}" for each in rates["simulated"])
        + " |"
    )
    real = [f"{each:.0f}" for each in rates["real"]] + ["" for _ in rates["simulated"][len(rates["real"]) :]]
    yield "| Oxigraph on this machine, reads a second | " + " | ".join(real) + " |"
    yield ""
    yield "| the replica that is read | a read takes |"
    yield "|---|---:|"
    for name, seconds in costs.items():
        said = "is well" if name == "none" else name.removeprefix("it ")
        yield f"| {said} | {seconds * 1000:,.0f} ms |"


if __name__ == "__main__":
    main()
