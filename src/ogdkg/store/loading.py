"""What is wrong with each of the files that a store was to load, not with the first alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ogdkg.errors import InputError, LimitError, all_of, with_namespace
from ogdkg.files.names import shown_path
from ogdkg.project.project import Source
from ogdkg.store.codec import raw_quads


def all_faults(error: InputError, sources: Iterable[Source], prefixes: Mapping[str, str]) -> InputError:
    """Return the error with what is wrong with every other file too.

    Args:
        error: The fault that has been met.
        sources: The files.
        prefixes: The prefixes of the project, for the line that declares one of them.
    """
    if isinstance(error, LimitError):
        return error
    faults = [found for source in sources if (found := _fault(source, error)) is not None]
    return all_of([with_namespace(fault, prefixes) for fault in faults or [error]])


def _fault(source: Source, known: InputError) -> InputError | None:
    """What is wrong with a file; `known` is the fault that has been met."""
    if known.place and known.place.file == shown_path(source.path):
        return known
    try:
        for _ in raw_quads(source.path, contexts=dict(source.contexts), overrides=source.overrides):
            pass
    except InputError as error:
        return error
    return None
