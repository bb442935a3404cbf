"""How long one waits for a command on our own graph, beside what Python takes to import click and the engine.

    python tests/bench/startup.py [RUNS]

Processor time of the whole process, its children's included, which a busy machine changes least. All take
turns. Python must be able to keep bytecode, as an installed package has it; what is kept of the graph is kept
by three runs before. Each command is asked anew, in an environment in which nobody has asked it, and again.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from typing import NamedTuple

CLICK, ENGINE = "import click", "import click, pyoxigraph"
OURS = ("-m", "ogdkg")
_COMPLETED = "ogdkg query contacts --initiative BO"


class Start(NamedTuple):
    """A command, and what its time is divided by.

    Attributes:
        name: Its name.
        arguments: Those of Python.
        peer: The imports that no such command can do without.
        variables: What the environment has besides.
    """

    name: str
    arguments: tuple[str, ...]
    peer: str = ENGINE
    variables: tuple[tuple[str, str], ...] = ()


BARE = "pass"  # what no program in Python can do without
STARTS = (
    Start("query initiatives -f csv", (*OURS, "query", "initiatives", "-f", "csv")),
    Start("query contacts --initiative BOOST", (*OURS, "query", "contacts", "--initiative", "BOOST")),
    Start("query contacts --cite", (*OURS, "query", "contacts", "--cite")),
    Start("show BOOST", (*OURS, "show", "BOOST")),
    Start("why BOOST contact", (*OURS, "why", "BOOST", "contact")),
    Start("search nepal", (*OURS, "search", "nepal")),
    Start("validate", (*OURS, "validate")),
    Start("--version", (*OURS, "--version"), CLICK),
    Start("--help", (*OURS, "--help"), CLICK),
    Start("query contacts --help", (*OURS, "query", "contacts", "--help")),
    Start(
        "completion of a value",
        OURS,
        variables=(("_OGDKG_COMPLETE", "bash_complete"), ("COMP_WORDS", _COMPLETED), ("COMP_CWORD", "4")),
    ),
)


def milliseconds(arguments: tuple[str, ...], variables: tuple[tuple[str, str], ...] = ()) -> float:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, *arguments]
    subprocess.run(command, env=env | dict(variables), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def main(runs: int) -> None:
    peers = [Start(peer, ("-c", peer)) for peer in (BARE, CLICK, ENGINE)]
    taken: dict[tuple[str, bool], list[float]] = {}
    for number in range(runs + 3):
        for each in (*peers, *STARTS):
            for is_anew in (True, False) if each in STARTS else (False,):
                run = (("OGDKG_RUN", f"{os.getpid()} {number}"),) if is_anew else ()
                time = milliseconds(each.arguments, each.variables + run)
                if number >= 3:
                    taken.setdefault((each.name, is_anew), []).append(time)
    medians = {key: statistics.median(times) for key, times in taken.items()}
    print("| command | anew | again | least | anew, divided by its imports | again |")
    print("|---|---:|---:|---:|---:|---:|")
    for each in (*peers, *STARTS):
        again, peer = medians[each.name, False], medians[each.peer, False]
        anew, least = medians.get((each.name, True), again), min(taken[each.name, False])
        row = f"{anew:.0f} ms | {again:.0f} ms | {least:.0f} ms | {anew / peer:.2f} | {again / peer:.2f}"
        print(f"| `{each.name}` | {row} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20)
