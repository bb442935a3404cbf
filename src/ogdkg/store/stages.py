"""How a stage of rules runs, on whichever engine: which rules see what, see `base.Stage`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ogdkg.store.base import Rule, Stage

T = TypeVar("T")


def derived(
    stage: Stage,
    run: Callable[[Sequence[Rule]], list[T]],
    put: Callable[[list[T]], list[T]],
    take: Callable[[Iterable[T]], None],
) -> list[T]:
    """Return what the rules of a stage derive; the store is as before afterwards.

    Args:
        stage: The rules.
        run: Runs the rules of a link, none of which sees what another derives.
        put: Adds triples, and returns those that were not there.
        take: Removes triples.
    """
    found: list[T] = []
    for chain in stage:
        seen: list[T] = []
        for number, link in enumerate(chain, 1):
            new = run(link)
            found += new
            if number < len(chain):
                seen += put(new)
        take(seen)
    return found
