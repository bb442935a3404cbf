"""How long a whole `ogdkg query initiatives -f csv` takes, beside `import click, pyoxigraph`.

    python tests/bench/startup.py [RUNS]

The two take turns. Python must be able to keep bytecode, as an installed package has it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

COMMANDS = {
    "import click, pyoxigraph": ["-c", "import click, pyoxigraph"],
    "ogdkg query initiatives": ["-m", "ogdkg", "query", "initiatives", "-f", "csv"],
}


def milliseconds(arguments: list[str]) -> float:
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begin) * 1000


def main(runs: int) -> None:
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for arguments in COMMANDS.values():
        milliseconds(arguments)
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            taken[name].append(milliseconds(arguments))
    for name, times in taken.items():
        low, middle, high = statistics.quantiles(times, n=4)
        print(
            f"{name:26} median {middle:4.0f} ms, quartiles {low:4.0f} and {high:4.0f}, best {min(times):4.0f}"
        )
    base, ours = taken.values()
    for what, of in (("median", statistics.median), ("best", min)):
        print(
            f"{what}: {of(ours):.0f} ms against 1.6 times the imports and 60 ms, {1.6 * of(base) + 60:.0f} ms"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 20)
