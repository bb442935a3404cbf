"""Fuzz our readers, guided by coverage.

`python -m tests.fuzz TARGET [--seconds N] [--seed N] [--corpus FOLDER]`

It needs `atheris` (`pip install atheris`, on Linux), which neither the product nor its tests ask for. TARGET
is a name of `targets.TARGETS`. An input that fails is written into the current folder as `crash-…`: make it
small, put it under `tests/fuzz/cases/TARGET/`, where `test_fuzz.py` tries it from then on, and mend the
reader. An input may take 20 seconds and 2 GB of memory.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["ogdkg"]):
    from tests.fuzz.targets import TARGETS
from tests.fuzz.seeds import all_of, small


def main() -> None:
    parser = argparse.ArgumentParser(description="Fuzz one reader.")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path)
    chosen = parser.parse_args()
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(all_of(chosen.target)):
        (corpus / f"seed-{number}").write_bytes(seed)
    limits = [
        f"-dict={_dictionary(chosen.target)}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-max_len=4096",
        "-print_final_stats=1",
        f"-seed={chosen.seed}",
    ]
    arguments = [sys.argv[0], str(corpus), f"-max_total_time={chosen.seconds}", *limits]
    atheris.Setup(arguments, TARGETS[chosen.target])
    atheris.Fuzz()


def _dictionary(target: str) -> str:
    """A file with the words and signs of the target's small documents."""
    found = {word for seed in small(target) for word in re.findall(rb"[\w@.-]{2,20}|[^\w\s]{2,3}", seed)}
    lines = ["".join(f"\\x{byte:02x}" for byte in word) for word in sorted(found)]
    with tempfile.NamedTemporaryFile("w", prefix="fuzz-words-", delete=False) as file:
        file.writelines(f'"{line}"\n' for line in lines)
    return file.name


main()
