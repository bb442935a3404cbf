"""Writes a graph as balanced files for the bulk loaders of servers, with a manifest of what each holds."""

from __future__ import annotations

import hashlib
import heapq
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from ogdkg.exchange.bulk import Blanks, by_graph, parted, sorted_statements
from ogdkg.files.atomic import replaced
from ogdkg.files.packed import packing

MANIFEST = "graph-manifest.json"
PACKINGS = {"gzip": ".gz", "zstd": ".zst", "none": ""}
_NAME = "graph-{:04}-of-{:04}.nq{}"
_OURS = re.compile(r"graph-\d{4}-of-\d{4}\.nq(?:\.gz|\.zst)?")


class GraphPart(NamedTuple):
    """A graph in a file: how many triples, and the digest of their sorted lines of N-Triples."""

    triples: int
    sha256: str


@dataclass
class Shard:
    """A file of N-Quads: its name, and what was written to it."""

    file: str
    triples: int = 0
    graphs: int = 0
    bytes: int = 0
    sha256: str = ""


class Shards(NamedTuple):
    """The files of an export, and the graphs with the number of the file that each is in.

    Attributes:
        large: The graphs that are larger than a fair share, so that their files are.
    """

    folder: Path
    files: list[Shard]
    large: int

    @property
    def paths(self) -> list[Path]:
        """The files, by their whole names."""
        return [self.folder.absolute() / shard.file for shard in self.files]

    @property
    def triples(self) -> int:
        """How many triples they hold together."""
        return sum(shard.triples for shard in self.files)


def write_shards(lines: Iterable[str], folder: Path, most: int, packed: str = "gzip") -> Shards:
    """Write lines of N-Quads as files of about the same number of triples, each a whole number of graphs.

    A graph larger than a fair share has a file to itself. The same statements give the same bytes; of very
    many blank nodes (`bulk.MOST_STABLE`), the same files do. The manifest comes last: a folder without one is
    not whole.

    Args:
        lines: The lines, in any order.
        folder: Where to write; what an earlier call wrote there is replaced.
        most: The number of files, if there are graphs for so many.
        packed: How to compress them, one of `PACKINGS`.

    Raises:
        OSError: Something cannot be written.
    """
    blanks = Blanks()
    near = next((place for place in (folder, *folder.parents) if place.is_dir()), None)
    with sorted_statements(blanks.plain(lines), by_graph, near) as ordered:
        graphs = dict(_measured(ordered))
        files_of, loads = _balanced(graphs, blanks, most)
        count = max(len(loads), 1)
        shards = [Shard(_NAME.format(number, count, PACKINGS[packed])) for number in range(1, count + 1)]
        _write(ordered, graphs, files_of, folder, shards)
    share = sum(part.triples for part in graphs.values()) / most
    return Shards(folder, shards, sum(part.triples > share for part in graphs.values()) if most > 1 else 0)


def _measured(ordered: Iterable[bytes]) -> Iterator[tuple[str, GraphPart]]:
    for graph, pairs in groupby(map(parted, ordered), key=lambda pair: pair[0]):
        digest, number = hashlib.sha256(), 0
        for _, triple in pairs:
            digest.update(triple + b"\n")
            number += 1
        yield graph, GraphPart(number, digest.hexdigest())


def _balanced(
    graphs: Mapping[str, GraphPart], blanks: Blanks, most: int
) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """Choose a file for each graph: the largest first, each into the file that holds least so far."""
    groups: dict[str, list[str]] = {}
    for graph in graphs:
        groups.setdefault(blanks.group(graph), []).append(graph)
    sizes = [(sum(graphs[graph].triples for graph in group), group) for group in groups.values()]
    loads = [(0, number) for number in range(min(most, len(sizes)))]
    files_of: dict[str, int] = {}
    for size, group in sorted(sizes, key=lambda sized: (-sized[0], sized[1])):
        load, number = loads[0]
        heapq.heapreplace(loads, (load + size, number))
        files_of |= dict.fromkeys(group, number)
    return files_of, loads


def _write(
    ordered: Iterable[bytes],
    graphs: Mapping[str, GraphPart],
    files_of: Mapping[str, int],
    folder: Path,
    shards: list[Shard],
) -> None:
    """Write files and manifest; they take the place of older ones once all are written."""
    with ExitStack() as stack:
        manifest = stack.enter_context(replaced(folder / MANIFEST, below=folder))  # which ends last
        files = [_Counted(stack.enter_context(replaced(folder / each.file, below=folder))) for each in shards]
        with ExitStack() as packers:
            outs = [
                packers.enter_context(packing(cast(IO[bytes], file), shard.file))
                for file, shard in zip(files, shards, strict=True)
            ]
            for graph, pairs in groupby(map(parted, ordered), key=lambda pair: pair[0]):
                number = files_of[graph]
                shards[number].graphs += 1
                shards[number].triples += graphs[graph].triples
                outs[number].writelines(_lines(graph, pairs))
        for file, shard in zip(files, shards, strict=True):
            shard.bytes, shard.sha256 = file.size, file.digest.hexdigest()
        manifest.writelines(_manifest(graphs, files_of, shards))
        _remove_older(folder, {shard.file for shard in shards})


def _lines(graph: str, pairs: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    end = f" {graph} .\n".encode() if graph else b" .\n"
    return (triple[:-2] + end for _, triple in pairs)


@dataclass
class _Counted:
    """A file whose size and digest are taken as it is written."""

    file: IO[bytes]
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.digest.update(data)
        return self.file.write(data)

    def writelines(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self.file.flush()


def _manifest(
    graphs: Mapping[str, GraphPart], files_of: Mapping[str, int], shards: list[Shard]
) -> Iterator[bytes]:
    """Yield the manifest as JSON, a line for each file and each graph."""
    total = sum(part.triples for part in graphs.values())
    yield f'{{"triples": {total},\n "files": [\n'.encode()
    yield ",\n".join(f"  {_json(vars(shard))}" for shard in shards).encode()
    yield b'\n ],\n "graphs": ['
    between = b"\n"
    for graph, part in graphs.items():
        name = graph[1:-1] if graph.startswith("<") else graph or None
        told = {"graph": name, **part._asdict(), "file": shards[files_of[graph]].file}
        yield between + f"  {_json(told)}".encode()
        between = b",\n"
    yield b"\n ]}\n"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _remove_older(folder: Path, kept: set[str]) -> None:
    """Remove the manifest of an earlier export, then its files that are not written again."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for path in folder.iterdir():
        if _OURS.fullmatch(path.name) and path.name not in kept:
            path.unlink()
