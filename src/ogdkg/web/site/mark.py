"""The mark of a build: a digest of all that a site is made from. While it is the same, so is the site.

It reads contents, not times, so that a fresh copy of a project has the same mark.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import ogdkg
from ogdkg.diff.repository import Repository
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.sparql.traits import traits
from ogdkg.web.changes import files_of
from ogdkg.web.site.folder import STATE

_MADE_WITH = ("pyoxigraph", "jinja2", "markupsafe", "rdflib", "pyshacl")
_MOST_TAGS = 100  # of which the page on quality shows some


def mark_of(graph: Graph, options: Any, docs: Path | None) -> str:
    """Return the mark of the site that a graph would make.

    Args:
        graph: The graph.
        options: Plain values that say how the site is written.
        docs: A folder that is carried along.
    """
    project, chosen = graph.project, graph.options
    digest = hashlib.blake2b(digest_size=16)
    told = (
        options,
        chosen.layers,
        chosen.engine,
        project.trust,
        project.languages,
        _programs(),
        _history(graph),
    )
    digest.update(repr(told).encode())
    package = Path(ogdkg.__file__).resolve().parent
    for folder in (package, project.root, *([docs] if docs else ())):
        _add(digest, folder, _inside(folder))
    _add(digest, project.root, files_of(graph))  # some may lie outside
    return digest.hexdigest()


def is_lasting(graph: Graph) -> bool:
    """Whether the answers to all stored queries are the same until a file changes."""
    if not graph.project.queries.is_dir():
        return True
    return not any(traits(query.text).is_changing for query in graph.catalogue.readable())


def _programs() -> list[str]:
    found = [platform.python_version(), ogdkg.__version__]
    for name in _MADE_WITH:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(name)
    return found


def _history(graph: Graph) -> Any:
    """The last revision and the tags, of which the page on quality and the feeds tell."""
    repository = Repository(graph.project.root)
    try:
        return repository.commit("HEAD"), repository.tags(_MOST_TAGS)
    except OgdkgError:
        return None


def _inside(folder: Path) -> Iterator[Path]:
    """The files of a folder, without hidden ones, what Python compiles, and sites."""
    for name, folders, files in os.walk(folder):
        if STATE in folders:
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != "__pycache__")
        yield from (Path(name, each) for each in sorted(files) if not each.startswith("."))


def _add(digest: Any, root: Path, paths: Iterator[Path]) -> None:
    """Add the names and the contents of plain files."""
    for path in paths:
        if not path.is_file():
            continue
        digest.update(os.fsencode(os.path.relpath(path, root)) + b"\0")
        try:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
        except OSError as error:
            digest.update(str(error.errno).encode())
