"""Large files that the engine reads straight into its store, in up to a third less time than by their quads.

A store would change some literals (`graph`), so only files are read so that have none of these. Telling that
takes a fraction of the time and goes on beside the engine, which begins on a good beginning. Where that was
in vain, the time is lost: what is surely kept is read again, and of the rest the quads are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ogdkg.syntax.source import Data, from_file
from ogdkg.validation.memory import check_memory
from ogdkg.validation.reading import MOST_KEPT, Source, given, told
from ogdkg.validation.side import awaited, beside
from ogdkg.validation.spelling import is_absolute, kept_until

LARGE = 40 * MOST_KEPT  # bytes: the quads of less are kept, as they are wanted again
BEGINNING = 100  # strides


def loaded(sources: Sequence[Source]) -> tuple[Store, dict[Source, dict[str, str]]]:
    """A store with those of the sources that the engine may read straight, and the prefixes of each."""
    hopeful = [each for each in dict.fromkeys(sources) if _is_large(each) and _begins_kept(each)]
    store = Store()
    if not hopeful:
        return store, {}
    check_memory()
    filling = beside(lambda: _fill(store, hopeful))
    telling = beside(lambda: [_prefixes(each) for each in hopeful])
    awaited(filling, telling)
    kept = {each: said for each, said in zip(hopeful, telling.result(), strict=True) if said is not None}
    if len(kept) < len(hopeful):
        store = Store()
        awaited(beside(lambda: _fill(store, kept)))
    return store, kept


def _fill(store: Store, sources: Iterable[Source]) -> None:
    for source in sources:
        with told(source):
            store.load(**given(source))


def _is_large(source: Source) -> bool:
    if source.format not in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES):
        return False
    if source.content is not None:
        return len(source.content) >= LARGE
    try:
        return Path(source.name).stat().st_size >= LARGE
    except OSError:
        return False  # which reading it tells best


def _begins_kept(source: Source) -> bool:
    """Whether a store keeps the literals of a source's first strides as they are written."""
    text, last, number = _text(source), 0, 0
    for last in islice(kept_until(text, {}), BEGINNING):  # noqa: B007  # the last one is wanted
        number += 1
    return number == BEGINNING or last == len(text)


def _prefixes(source: Source) -> dict[str, str] | None:
    """The prefixes of a source of which a store keeps every literal as it is written; None of others."""
    text, last, prefixes = _text(source), 0, dict[str, str]()
    for last in kept_until(text, prefixes):  # noqa: B007  # as above
        pass
    if last < len(text):
        return None
    return {prefix: each for prefix, each in prefixes.items() if is_absolute(each)}


def _text(source: Source) -> Data:
    return from_file(Path(source.name)).data if source.content is None else source.content
