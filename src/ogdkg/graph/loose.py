"""A query asked of files that belong to no project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from ogdkg.errors import InputError, Place, UsageError
from ogdkg.project.project import Source
from ogdkg.rdf.formats import FOR_RDF, by_extension
from ogdkg.store.base import Result, Rows, in_written_order
from ogdkg.store.engines import new_store
from ogdkg.store.limit import run_with_timeout
from ogdkg.store.loading import load_all


def ask_files(
    files: Sequence[Path],
    text: str,
    *,
    name: str = "query",
    engine: str = "oxigraph",
    seconds: float | None = None,
    contexts: Mapping[str, Path] | None = None,
    union: bool = True,
) -> Result:
    """Run a query of any form on files.

    Args:
        files: RDF files of any format, each with blank nodes of its own.
        text: The query.
        name: What error messages call the query.
        engine: The engine.
        seconds: The time limit; None is none.
        contexts: The files that hold the contexts of JSON-LD at other addresses.
        union: Whether the default graph holds the triples of all graphs, as in a project; else only those
            that stand in no named graph.

    Raises:
        UsageError: A file is not there.
        InputError: A file or the query does not parse.
        LimitError: The query exceeds the time limit.
    """
    sources = []
    for number, path in enumerate(files, 1):
        if not path.exists():
            raise UsageError(f"There is no file {path}.")
        if by_extension(path, FOR_RDF) is None:
            known = ", ".join(f".{each}" for form in FOR_RDF for each in form.extensions)
            hint = f"Known: {known}, and packed ones."
            raise InputError("The name tells no RDF format.", place=Place(str(path)), hint=hint)
        sources.append(Source(path, "files", None, f"f{number}", tuple((contexts or {}).items())))
    store = new_store(engine, union=union)
    load_all(store, sources, {})
    result = run_with_timeout(partial(store.query, text, name=name), seconds)
    return in_written_order(result, text) if isinstance(result, Rows) else result
