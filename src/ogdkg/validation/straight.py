"""Large files that the engine reads straight into its store, in two thirds of the time that their quads take.

A store would change some literals (`graph`), so only files are read so that have none of these. Telling that
takes a fraction of the time and goes on beside the engine, which begins on a good beginning; where it was in
vain, what is surely kept is read again, and of the rest the quads are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from mmap import ACCESS_READ, mmap
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ogdkg.validation.memory import check_memory
from ogdkg.validation.reading import MOST_KEPT, Source, first_prefixes, given, told
from ogdkg.validation.side import awaited, beside
from ogdkg.validation.spelling import kept_until

LARGE = 40 * MOST_KEPT  # bytes: the quads of less are kept, as they are wanted again
BEGINNING = 1000  # strides


def loaded(sources: Sequence[Source], prefixes: dict[str, str]) -> tuple[Store, list[Source]]:
    """A store with what the engine may read straight, and the sources that are left to read.

    `prefixes` gets those that stand before the first statement of each.
    """
    hopeful = [each for each in sources if _is_large(each) and _is_kept(each, BEGINNING)]
    store, kept = Store(), hopeful
    if hopeful:
        check_memory()
        filling = beside(lambda: _fill(store, hopeful))
        kept = awaited(beside(lambda: [each for each in hopeful if _is_kept(each)]))
        awaited(filling)
    if kept != hopeful:
        store = Store()
        awaited(beside(lambda: _fill(store, kept)))
    for each in kept:
        prefixes.update({**first_prefixes(each), **prefixes})
    return store, [each for each in sources if each not in kept]


def _fill(store: Store, sources: Sequence[Source]) -> None:
    for source in sources:
        with told(source):
            store.load(**given(source))


def _is_large(source: Source) -> bool:
    if source.format not in (RdfFormat.TURTLE, RdfFormat.N_TRIPLES):
        return False
    content = source.content
    with told(source):
        return (Path(source.name).stat().st_size if content is None else len(content)) >= LARGE


def _is_kept(source: Source, most: int | None = None) -> bool:
    """Whether a store keeps every literal of a source as it is written, or of its first strides."""
    with _text(source) as text:
        last = number = 0
        for last in islice(kept_until(text), most):  # noqa: B007
            number += 1
        return last == len(text) or number == most


@contextmanager
def _text(source: Source) -> Iterator[bytes | mmap]:
    if source.content is not None:
        yield source.content
        return
    with told(source):
        file = Path(source.name).open("rb")  # noqa: SIM115  # only errors of opening it are told
    with file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        yield text
