"""Which blank node of which file a blank node of the data is: the label it has there, and its order.

A parser gives nodes labels of its own, so that two files never share one. A second reading, with the labels
as they are written, runs beside the first and tells which is which. Only findings at blank nodes ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import BlankNode, Quad, Triple

from ogdkg.validation.data.reading import QuadCache, Source, blank_names, parsed, translating_errors

_RANDOM = re.compile(r"[a-f][0-9a-f]{23,31}")  # as the parser labels a node that the file does not


class Written(NamedTuple):
    """A blank node as a file has it.

    Attributes:
        source: The number of the source.
        order: How many others the source names before it.
        label: Its label; None if it has none, as `[ … ]`.
    """

    source: int
    order: int
    label: str | None


class BlankNodes:
    """The blank nodes of sources, by the labels that the cache gives them."""

    def __init__(self, sources: Sequence[Source], cache: QuadCache) -> None:
        self.sources = sources
        self.cache = cache

    def written(self, node: BlankNode) -> Written | None:
        """The node in its file; None for one that is in none."""
        return self._written.get(node.value)

    def label(self, node: BlankNode) -> str | None:
        """The label of a node, if it has one that a person wrote."""
        if found := self.written(node):
            return found.label
        return None if _RANDOM.fullmatch(node.value) else node.value

    def order(self, node: BlankNode) -> tuple[int, int, str]:
        """What to sort nodes by, alike on every run."""
        found = self.written(node)
        return (found.source, found.order, "") if found else (len(self.sources), 0, self.label(node) or "")

    @cached_property
    def _written(self) -> dict[str, Written]:
        found: dict[str, Written] = {}
        for number, source in enumerate(self.sources):
            order, labels = 0, blank_names(source) if source.is_converted else None
            with translating_errors(source), parsed(source, fresh=False) as labelled:
                for quad, same in zip(self.cache.quads(source), labelled, strict=False):
                    for node, own in zip(_nodes(quad), _nodes(same), strict=False):
                        if node.value not in found:
                            label = labels.get(own.value) if labels is not None else own.value
                            is_own = label and not _RANDOM.fullmatch(label)
                            found[node.value] = Written(number, order, label if is_own else None)
                            order += 1
        return found


def _nodes(quad: Quad | Triple) -> Iterator[BlankNode]:
    for term in quad:
        if type(term) is BlankNode:
            yield term
        elif type(term) is Triple:
            yield from _nodes(term)
