"""Loads files into a store, and tells of every broken one, not of the first alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogdkg.errors import InputError, LimitError, all_of, with_namespace
from ogdkg.files.names import shown
from ogdkg.project.project import Source
from ogdkg.store.base import WritableStore
from ogdkg.store.codec import raw_quads


def load_all(store: WritableStore, sources: Iterable[Source], prefixes: Mapping[str, str]) -> None:
    """Load files into a store.

    Args:
        store: The store.
        sources: The files.
        prefixes: The prefixes of the project, for the line that declares one of them.

    Raises:
        InputError: Files do not parse; the error has the place of each.
    """
    sources = list(sources)
    try:
        store.load(sources)
    except LimitError:
        raise
    except InputError as error:
        faults = [found for source in sources if (found := _fault(source, error)) is not None]
        raise all_of([with_namespace(each, prefixes) for each in faults or [error]]) from error


def _fault(source: Source, known: InputError) -> InputError | None:
    """What is wrong with a file; `known` is the fault that has been met."""
    if known.place and known.place.file == shown(source.path):
        return known
    try:
        for _ in raw_quads(source.path, contexts=dict(source.contexts), given=source.given):
            pass
    except InputError as error:
        return error
    return None
