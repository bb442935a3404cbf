"""The names of resources as plain values, such as marshal takes: they are kept, and read sooner than made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from ogdkg.rdf.labels import LabelRank
from ogdkg.rdf.terms import Iri

# The label of each resource, how well it serves, and the resources that bear each name, as in a `LabelIndex`.
Names = tuple[dict[Iri, str], dict[Iri, LabelRank], dict[str, dict[Iri, int]]]


class _Named(Protocol):
    """Names, as a `LabelIndex` has them."""

    labels: dict[Iri, str]
    places: dict[Iri, LabelRank]
    bearers: dict[str, dict[Iri, int]]


def kept_names(table: Callable[[str, Callable[[], Any]], Any], key: str, make: Callable[[], _Named]) -> Names:
    """Return names as `table` keeps them, or as they are made now.

    Args:
        table: Gives plain values of a name, kept or else made by a function.
        key: What tells these names from others.
        make: Makes them.
    """
    return _of_plain(table(f"names {key}", lambda: _plain(make())))


def _plain(names: _Named) -> tuple[Any, ...]:
    """Return names as plain values."""
    numbers = {thing: number for number, thing in enumerate(names.labels)}
    return (
        [thing.value for thing in names.labels],
        list(names.labels.values()),
        [names.places[thing] for thing in names.labels],
        {
            name: {numbers[thing]: rank for thing, rank in ranks.items()}
            for name, ranks in names.bearers.items()
        },
    )


def _of_plain(table: tuple[Any, ...]) -> Names:
    """Return the names that `_plain` returned."""
    iris, labels, places, named = table
    things = [*map(Iri, iris)]
    bearers = {name: {things[at]: rank for at, rank in ranks.items()} for name, ranks in named.items()}
    return dict(zip(things, labels, strict=True)), dict(zip(things, places, strict=True)), bearers
