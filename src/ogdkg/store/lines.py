"""Reads RDF files as lines of N-Quads, keeping lexical forms; large files a part at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.rdf.formats import is_packed
from ogdkg.rdf.statements import join, nodes_of, split, with_labels
from ogdkg.rdf.terms import Iri
from ogdkg.store.codec import raw_quads

if TYPE_CHECKING:
    from ogdkg.store.jsonld import ContextFiles

_LARGE = 2**25  # bytes of a file that is not held whole
_RATIO = 8  # of a packed file
_BATCH = 20_000  # quads at a time


def read_lines(
    path: Path,
    graph: Iri | None = None,
    *,
    blank_prefix: str = "",
    contexts: ContextFiles | None = None,
) -> Iterator[str]:
    """Yield the quads of a file as lines of N-Quads; those in the unnamed graph are put into `graph`."""
    suffix = f" <{graph.value}> ." if graph else ""
    for lines in _parts(path, contexts):
        if suffix:
            lines = [line if split(line)[0] else line[:-2] + suffix for line in lines]
        if blank_prefix and any("_:" in line for line in lines):
            lines = [_with_prefix(line, blank_prefix) for line in lines]
        yield from lines


def _parts(path: Path, contexts: ContextFiles | None) -> Iterator[list[str]]:
    """Yield the lines of a file: at once, which is fastest, or of a large file some at a time."""
    with reading(shown_path(path)):
        size = path.stat().st_size * (_RATIO if is_packed(path) else 1)
    if size <= _LARGE:
        yield _serialized(raw_quads(path, contexts=contexts))
        return
    from ogdkg.files.packed import opened  # few files are large

    with opened(path) as data, reading(shown_path(path)):
        quads = raw_quads(path, data, contexts)
        while batch := list(islice(quads, _BATCH)):
            yield _serialized(batch)


def _serialized(quads: Iterable[ox.Quad]) -> list[str]:
    text = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()
    return text.split("\n")[:-1]


def _with_prefix(line: str, prefix: str) -> str:
    parts = split(line)
    blanks = [node for part in parts for node in nodes_of(part) if node.startswith("_:")]
    labels = {node: f"_:{prefix}{node[2:]}" for node in blanks}
    return join(tuple(with_labels(part, labels) for part in parts))  # type: ignore[arg-type]  # four, as before
