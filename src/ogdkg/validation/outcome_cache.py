"""Remembers what a validation came to, so that the same files are not judged again.

Imports no engine: what is remembered is told before one is ready.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ogdkg.errors import OgdkgError
from ogdkg.lean import NamedTuple
from ogdkg.project.cache_files import Digests, Mark, keep, recall
from ogdkg.project.project import CONFIG, Project
from ogdkg.project.rdf_files import in_data_folders, rdf_files_in

KIND = "judged"
SHAPES, DOCUMENTS = "shapes", "documents"  # kinds of files that are given
MOST_TEXT = 1 << 21  # characters of a report, of which each may take six bytes


class Outcome(NamedTuple):
    """What a validation came to.

    Attributes:
        text: The report, as it was written.
        code: The exit code.
        said: The messages beside it, each with the verbosity from which on it is shown.
        at: When the files were judged, in seconds since 1970.
    """

    text: str
    code: int
    said: list[tuple[str, int]]
    at: float


class Asked(NamedTuple):
    """What a validation is asked for.

    Attributes:
        project: The project, if there is one.
        files: The files and folders that are given, by what they are to it.
        options: The options, as far as they bear on the outcome.
    """

    project: Project | None
    files: Mapping[str, Sequence[str]]
    options: Mapping[str, Any]


def fingerprint(asked: Asked, digests: Digests | None = None) -> str | None:
    """Return a hash of all that the outcome depends on; None if it may be another next time.

    Args:
        asked: What the validation is asked for.
        digests: Those of files that were read before; by default all are read.

    That is so if a query of shapes, rules or checks may ask for the time or for something random, if a file
    is no plain one, or if anything cannot be read, as the validation itself will say.
    """
    try:
        mark = Mark(digests)
        mark.add(repr((os.getcwd(), sorted(asked.options.items()))))  # noqa: PTH109  # a text
        if asked.project:
            project = asked.project
            mark.add(repr((str(project.root), project.trusted, project.packaged)))
            mark.add("\0".join(_names(project)))
        for file in _files(asked):
            mark.add_file(file.kind, file.path, has_queries=file.has_queries)
        return mark.name()
    except (OSError, OgdkgError, ValueError):
        return None


def recalled(mark: str) -> Outcome | None:
    """Return the outcome of this fingerprint, if it is remembered."""
    if (data := recall(KIND, mark)) is None:
        return None
    import json  # 2 ms that only an outcome costs

    try:
        kept = json.loads(data)
        said = [(text, level) for text, level in kept["said"]]
        return Outcome(kept["text"], kept["code"], said, kept["at"])
    except (LookupError, TypeError, ValueError, RecursionError):
        return None


def remember(mark: str, outcome: Outcome) -> None:
    """Keep an outcome."""
    if len(outcome.text) <= MOST_TEXT:
        import json  # as above

        keep(KIND, mark, json.dumps(outcome._asdict()).encode())


def _names(project: Project) -> Iterator[str]:
    """Yield the names of files that bear on the checks by being there."""
    yield from map(str, in_data_folders(project))
    yield ""
    yield from map(str, project.files(["queries/**/*.rq"]))


class _File(NamedTuple):
    """A file that is read: what it is, its name, and whether it may hold queries that are run."""

    kind: str
    path: Path
    has_queries: bool = False


def _files(asked: Asked) -> Iterator[_File]:
    """Yield all files that are read, each as often as it is listed."""
    for kind, names in asked.files.items():
        for path in _listed(names, kind):
            yield _File(kind, path, has_queries=kind == SHAPES)
    if asked.project:
        yield from _files_of(asked.project)


def _files_of(project: Project) -> Iterator[_File]:
    yield _File("settings", project.root / CONFIG)
    for layer in project.layers:
        for path in project.files(layer.files):
            yield _File(f"layer {layer.name}", path)
        for path in project.files(layer.rules):
            yield _File(f"rules {layer.name}", path, has_queries=True)
    for path in project.files((*project.shapes, *project.shapes_display)):
        yield _File("shapes", path, has_queries=True)
    for path in project.files(project.shapes_ontology):
        yield _File("ontology", path)
    for path in project.files(["queries/checks/*.rq"]):
        yield _File("check", path, has_queries=True)
    for path in project.context_files.values():
        yield _File("context", path)
    if project.source:
        yield _File("source", project.file(project.source))


def _listed(names: Iterable[str], kind: str) -> Iterator[Path]:
    """Yield the files that names stand for: of a folder those that a validation reads there."""
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield path
        elif kind == DOCUMENTS:
            yield from sorted(each for each in path.iterdir() if each.is_file())
        else:
            yield from rdf_files_in(path)
