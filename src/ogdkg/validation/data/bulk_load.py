"""Large files that the engine reads straight into its store, in up to a third less time than by their quads.

A store would change some literals (`graph`), so only files are read so that have none of these. Telling that
takes a fraction of the time and goes on beside the engine, which begins on a good beginning. Where that was
in vain, the time is lost: what is surely kept is read again, and of the rest the quads are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ogdkg.rdf.terms import is_iri
from ogdkg.syntax.source import Data, from_file
from ogdkg.validation.core.background import run_in_thread, wait_all
from ogdkg.validation.core.memory import check_memory
from ogdkg.validation.data.canonical_check import canonical_until
from ogdkg.validation.data.reading import MOST_KEPT, Source, parser_arguments, translating_errors

LARGE = 40 * MOST_KEPT  # bytes: the quads of less are kept, as they are wanted again
BEGINNING = 100  # strides


def bulk_loaded(sources: Sequence[Source]) -> tuple[Store, dict[Source, dict[str, str]]]:
    """A store with those of the sources that the engine may read straight, and the prefixes of each."""
    store, kept, in_vain = Store(), dict[Source, dict[str, str]](), False
    for source in filter(_is_large, dict.fromkeys(sources)):
        check_memory()
        text, prefixes = _text(source), dict[str, str]()
        strides = canonical_until(text, prefixes)
        begun = list(islice(strides, BEGINNING))
        if len(begun) < BEGINNING and begun[-1:] != [len(text)]:
            continue
        telling = run_in_thread(partial(max, strides, default=begun[-1]))
        wait_all(run_in_thread(partial(_fill, store, [source])), telling)
        if telling.result() == len(text):
            kept[source] = {prefix: each for prefix, each in prefixes.items() if is_iri(each)}
        else:
            in_vain = True
    if in_vain:
        store = Store()
        wait_all(run_in_thread(partial(_fill, store, kept)))
    return store, kept


def _fill(store: Store, sources: Iterable[Source]) -> None:
    for source in sources:
        with translating_errors(source):
            store.load(**parser_arguments(source))


def _is_large(source: Source) -> bool:
    if source.format not in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES):
        return False
    if source.content is not None:
        return len(source.content) >= LARGE
    try:
        return Path(source.name).stat().st_size >= LARGE
    except OSError:
        return False  # which reading it tells best


def _text(source: Source) -> Data:
    return from_file(Path(source.name)).data if source.content is None else source.content
