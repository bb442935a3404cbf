"""What many objects cost the collector of cycles."""

from __future__ import annotations

import gc

import pytest

from ogdkg.rdf.terms import Iri
from ogdkg.sandbox.limits import together

MANY = 100_000


def _collections(rows: object) -> int:
    """How often the collector ran while all rows were put in a list."""
    runs: list[str] = []

    def note(phase: str, _: object) -> None:
        runs.append(phase)

    gc.callbacks.append(note)
    try:
        held = list(rows)  # type: ignore[call-overload]
    finally:
        gc.callbacks.remove(note)
    assert len(held) == MANY
    return runs.count("start")


def test_items_made_together_are_looked_at_seldom() -> None:
    gc.collect()
    one_by_one = _collections((Iri(str(number)),) for number in range(MANY))
    made_together = _collections(together(((Iri(str(number)),) for number in range(MANY)), 4096, 65_536))
    assert made_together < one_by_one / 3


@pytest.mark.parametrize("is_on", [True, False])
def test_the_collector_is_as_it_was_whenever_an_item_is_read(is_on: bool) -> None:
    def made() -> object:
        assert not gc.isenabled()
        yield 1
        raise ValueError

    try:
        if not is_on:
            gc.disable()
        items = together(made(), 1, 1)  # type: ignore[arg-type]
        assert next(items) == 1
        assert gc.isenabled() is is_on
        with pytest.raises(ValueError):
            next(items)
        assert gc.isenabled() is is_on
    finally:
        gc.enable()
