"""What stands for a thing where somebody chooses among several: its label, or what is no other thing's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ogdkg.errors import nearest
from ogdkg.rdf.terms import Iri, compact

if TYPE_CHECKING:
    from ogdkg.search.labels import LabelIndex


def resembling(text: str, names: LabelIndex) -> list[Iri]:
    """Return the resources whose labels are somewhat like a text."""
    things = {label: thing for thing, label in names.labels.items()}
    return [things[label] for label in nearest(text, things, cutoff=0.4)]


def values_of(
    label: str, bearers: Sequence[Iri], prefixes: Mapping[str, str], *, is_shared: bool = False
) -> list[str]:
    """Return what names each of the resources with a label: that, where it is no other's, and no IRI.

    `is_shared`: it names something else, too, such as by another of its names.
    """
    from ogdkg.search.labels import reads_as_iri  # as in `candidates`

    if len(bearers) < 2 and not reads_as_iri(label) and not (is_shared and bearers):
        return [label]
    return [compact(thing.value, prefixes) or thing.value for thing in bearers]
