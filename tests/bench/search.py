"""How long a search takes among many things, how long its index to make, and a search with that on disk.

    python -m tests.bench.search [THINGS [TRIPLES]]

The things are made up: names of two or three words of a vocabulary that grows with them, a description, a
code, a class of ten, a country of two hundred. The target is 10 ms for any query at 100,000 things; what is
given is processor time, which load leaves alone. Then, in whole processes and as a clock has it: `ogdkg load`
and `ogdkg search` in a project of so many triples of `generate.py` (a million unless said).
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ogdkg import Graph, open_graph
from ogdkg.search.search import Search
from ogdkg.store.folders import folder_of
from tests.bench import generate

SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ter",
    "an",
    "or",
    "be",
    "su",
    "ne",
    "dra",
    "vi",
    "chu",
    "est",
    "ol",
    "pra",
    "ün",
)
PREFIXES = """PREFIX : <https://things.example/> PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
ROUNDS = 40
PROCESSES = 11
ASKED = {
    "three words": ("harvest", "tiger", "vote"),
    "a typo": ("hravest",),
    "in one country": ("tiger", "--country", "Country 7"),
    "of one class": ("tiger", "--class", "Programme"),
    "without the cache": ("tiger", "--no-cache"),
}
KEPT = """[prefixes]
b = "https://example.org/bench#"
[search]
filters = { country = "b:statedCountry" }
"""


def project(folder: Path, things: int, words: list[str], chance: random.Random) -> None:
    """A project with a file of things."""
    (folder / "data").mkdir()
    filters = '[search]\nfilters = { country = "dcterms:spatial" }\n[prefixes]\ndcterms = "http://purl.org/dc/terms/"\n'
    (folder / "ogdkg.toml").write_text(filters)
    with (folder / "data" / "things.ttl").open("w") as out:
        out.write(PREFIXES)
        out.writelines(f':country{n} a :Country ; skos:prefLabel "{words[n]}land" .\n' for n in range(200))
        out.writelines(_thing(n, words, chance) for n in range(things))


def _thing(number: int, words: list[str], chance: random.Random) -> str:
    label = " ".join(chance.choices(words, k=chance.choice((2, 3))))
    said = " ".join((*chance.choices(words, k=8), "open", "data"))
    return (
        f':t{number} a :Kind{number % 10} ; skos:prefLabel "{label}"@en ; '
        f'skos:altLabel "{chance.choice(words)} {number}" ; '
        f'skos:notation "T{number}" ; dcterms:description "{said}"@en ; '
        f"dcterms:spatial :country{number % 200} .\n"
    )


def typo(word: str) -> str:
    """Two letters in the middle changed over."""
    middle = len(word) // 2
    return word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]


def queries(
    words: list[str], chance: random.Random
) -> Iterator[tuple[str, Callable[[], str], dict[str, str]]]:
    """Kinds of queries: a name, how to make one, and its filters."""
    one = lambda: chance.choice(words)  # noqa: E731
    yield "a word", one, {}
    yield "beginning of a word", lambda: one()[:5], {}
    yield "one letter", lambda: one()[:1], {}
    yield "two words", lambda: f"{one()} {one()[:3]}", {}
    yield "a word that all have", lambda: "open", {}
    yield "two that all have", lambda: "open dat", {}
    yield "a code", lambda: f"T{chance.randrange(1000)}", {}
    yield "a typo", lambda: typo(one()), {}
    yield "two typos", lambda: f"{typo(one())} {typo(one())}", {}
    yield "a word, in one country", one, {"country": f"{words[7]}land"}
    yield "all, in one country", lambda: "open", {"country": f"{words[7]}land"}


def in_process(things: int) -> None:
    """Any query of one process, from an index in memory."""
    chance = random.Random(1)
    words = list({"".join(chance.choices(SYLLABLES, k=4)) for _ in range(max(things // 5, 300))})
    words.sort()
    with tempfile.TemporaryDirectory() as folder:
        project(Path(folder), things, words, chance)
        graph: Graph = open_graph(folder)
        begun = time.process_time()
        _ = graph.store
        loaded = time.process_time()
        search = Search(graph)
        built = time.process_time()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        times = f"loaded in {loaded - begun:.1f} s, index built in {built - loaded:.1f} s"
        print(f"{things:,} things: {times}, {memory:.0f} MB")
        for name, make, filters in queries(words, chance):
            asked = [make() for _ in range(ROUNDS)]
            times = sorted(_milliseconds(search, text, filters) for text in asked)
            print(f"{name:24} median {statistics.median(times):6.2f} ms, slowest {times[-1]:6.2f} ms")
        _made(Path(folder))


def in_processes(triples: int) -> None:
    """Whole processes, in a project with a store on disk."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "ogdkg.toml").write_text(KEPT)
        (root / "data").mkdir()
        with (root / "data" / "graph.trig").open("w") as out:
            generate.write(out, triples, graphs=True)
        _made(root)
        for name, arguments in ASKED.items():
            rounds = 1 if "--no-cache" in arguments else PROCESSES
            runs = [_run(root, "search", *arguments) for _ in range(rounds)]
            clock, processor = (statistics.median(times) for times in zip(*runs, strict=True))
            print(f"ogdkg search, {name:18} median {clock:.2f} s, {processor:.2f} s of processor")


def _made(root: Path) -> None:
    """Tell how long store and index take to make, and how large they are; a small graph has none."""
    if not open_graph(root).is_large:
        return
    whole = _run(root, "load")[1]
    [index] = folder_of(root).glob("*/words.sqlite")
    store = sum(path.stat().st_size for path in (index.parent / "db").iterdir())
    size = index.stat().st_size
    index.unlink()
    alone = _run(root, "load")[1]
    made = f"ogdkg load: {whole:.1f} s of processor, {alone:.1f} s of them for the index"
    print(f"{made}; store {store / 2**20:.0f} MiB, index {size / 2**20:.0f} MiB")


def _run(root: Path, *arguments: str) -> tuple[float, float]:
    """Seconds by the clock, and of processor, that a command takes."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "ogdkg", "-q", *arguments]
    subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, check=True)
    taken, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _milliseconds(search: Search, text: str, filters: dict[str, str]) -> float:
    begun = time.process_time()
    search.find(text, 20, filters=filters)
    return (time.process_time() - begun) * 1000


if __name__ == "__main__":
    given = [*map(int, sys.argv[1:]), *(100_000, 1_000_000)[len(sys.argv) - 1 :]]
    in_process(given[0])
    in_processes(given[1])
