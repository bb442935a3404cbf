"""IRIs that were given up, each with its successor: where they are kept, and how that is said.

The server answers for them with the successor (`web.pages`), so no link that anybody has kept breaks.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place
from ogdkg.files.atomic import stamp
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Layer
from ogdkg.project.project import Source as DataFile
from ogdkg.rdf import formats
from ogdkg.rdf.formats import LOSSLESS, Format, by_extension, is_packed
from ogdkg.rdf.retired import DEPRECATED, REPLACED_BY, is_retired
from ogdkg.rdf.terms import DCTERMS, OWL, XSD, Iri, Literal, Term, Triple
from ogdkg.renaming.appending import appended
from ogdkg.renaming.files import laid_out
from ogdkg.syntax.formatter import FormattedFile
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source, from_file

_PREFIXES = {
    "dcterms": DCTERMS,
    "owl": OWL,
}
_NAME = "retired.ttl"
_ABOVE = b"# IRIs that were given up, each with its successor.\n"


class Home(NamedTuple):
    """The file in which retired IRIs are kept; `data` is what it holds before, None for a new one."""

    path: Path
    form: Format
    data: bytes | None


def home_of(graph: Graph, described: Iterable[Path], iri: str) -> Home:
    """Return the file for what is said of retired IRIs: where others are, the ontology for what it
    declares, else a file for facts without passages.

    Args:
        graph: The graph.
        described: The files of the project.
        iri: One of those IRIs.

    Raises:
        InputError: No file of the project can be edited.
    """
    editable = [each for each in graph.whole.files if _is_editable(each)]
    counted = [(number, each) for each in editable if (number := _retired_in(each.path))]
    if counted:
        most = max(number for number, _ in counted)
        return _home(next(each.path for number, each in counted if number == most))
    ontology = set(graph.project.files(graph.project.shapes_ontology))
    if (home := described_in((each for each in described if each in ontology), iri)) is not None:
        return home
    layers = [each for each in graph.project.layers if each.files and not each.passage_metadata_graph]
    for layer in layers:
        if path := _new_file(graph, layer):
            return Home(path, formats.TURTLE, None)
    names = {layer.name for layer in layers}
    plain = [each.path for each in editable if each.layer in names]
    for path in (*(each for each in plain if each not in ontology), *plain, *(e.path for e in editable)):
        return _home(path)
    hint = "Give a layer of ogdkg.toml a pattern such as data/*.ttl."
    raise InputError("No file can keep the IRI that is given up.", hint=hint)


def described_in(paths: Iterable[Path], iri: str) -> Home | None:
    """Return the file without named graphs that describes something, if there is one that can be edited."""
    for path in paths:
        form = by_extension(path, LOSSLESS)
        if form not in (formats.TURTLE, formats.NTRIPLES) or is_packed(path):
            continue
        reader = Reader(from_file(path), form.name, path.as_uri())
        if any(each.subject == Iri(iri) for each in reader):
            return _home(path)
    return None


def with_retired(
    home: Home, before: FormattedFile | None, said: Mapping[str, Sequence[str]]
) -> FormattedFile:
    """Return a file with what is said of IRIs that were given up.

    Args:
        home: The file.
        before: The same with the edits that it has otherwise.
        said: The successors of each IRI; none of one that nothing replaces.
    """
    data = before.after if before else (home.data or b"")
    triples = []
    for iri, successors in said.items():
        triples.append(Triple(Iri(iri), Iri(DEPRECATED), Literal("true", XSD + "boolean")))
        triples += [Triple(Iri(iri), Iri(REPLACED_BY), Iri(each)) for each in successors]
    start = data if home.data is not None else _ABOVE
    added = appended(start, home.form, shown_path(home.path), triples, _PREFIXES)
    after = laid_out(start, added, shown_path(home.path), home.form)
    now, read = (before.stamp, before.read) if before else _stamped(home)
    return FormattedFile(home.path, before.before if before else data, after, now, read, "the command")


def _stamped(home: Home) -> tuple[list[int], int]:
    return (stamp(home.path) if home.data is not None else []), time.time_ns()


def _is_editable(source: DataFile) -> bool:
    return by_extension(source.path, LOSSLESS) is not None and not is_packed(source.path)


def _home(path: Path) -> Home:
    form = by_extension(path, LOSSLESS)
    assert form, "only such files are homes"
    return Home(path, form, path.read_bytes())


def _retired_in(path: Path) -> int:
    """How many IRIs a file keeps that were given up, of which it says nothing else."""
    data = bytes(from_file(path).data)
    if b"isReplacedBy" not in data and b"deprecated" not in data:
        return 0
    form = by_extension(path, LOSSLESS)
    assert form, "only such files are asked"
    said: dict[Term, set[str]] = {}
    for each in Reader(Source(data, shown_path(path)), form.name, path.as_uri()):
        said.setdefault(each.subject, set()).add(each.predicate.value)
    return sum(map(is_retired, said.values()))


def _new_file(graph: Graph, layer: Layer) -> Path | None:
    """The file for retired IRIs that a pattern of a layer would take in."""
    for pattern in layer.files:
        folder, _, name = pattern.rpartition("/")
        fits = name in ("*.ttl", _NAME) and not set("*?[") & set(folder.removesuffix("/**"))
        root = folder.removesuffix("/**")
        if fits and root and (graph.project.root / root).is_dir():
            path = graph.project.root / root / _NAME
            if path.exists():
                raise InputError(
                    "This file keeps other things than retired IRIs.", place=Place(shown_path(path))
                )
            return path
    return None
