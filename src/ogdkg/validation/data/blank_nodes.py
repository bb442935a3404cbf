"""Which blank node of which file a blank node of the data is: the label it has there, and its order.

The reading gives nodes labels of its own, so that two files never share one, and remembers which they had.
Only findings at blank nodes ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from pyoxigraph import BlankNode, Triple

from ogdkg.lean import NamedTuple
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.converted_sources import blank_names
from ogdkg.validation.data.labels import Labels, is_random
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source


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

    def triples(self, prefixes: dict[str, str]) -> Iterator[Triple]:
        """The triples of the sources, whose prefixes are added."""
        return (quad.triple for source in self.sources for quad in self.cache.quads(source, prefixes))

    def written(self, node: BlankNode) -> Written | None:
        """The node in its file; None for one that is in none."""
        for source, labels in enumerate(self._labels):
            if found := labels.find(node.value):
                (order, own), names = found, self._names[source]
                label = own if names is None else names.get(own)
                return Written(source, order, label if label and not is_random(label) else None)
        return None

    def label(self, node: BlankNode) -> str | None:
        """The label of a node, if it has one that a person wrote."""
        if found := self.written(node):
            return found.label
        return None if is_random(node.value) else node.value

    def order(self, node: BlankNode) -> tuple[int, int, str]:
        """What to sort nodes by, alike on every run."""
        found = self.written(node)
        return (found.source, found.order, "") if found else (len(self.sources), 0, self.label(node) or "")

    def key(self, term: Term) -> str:
        """What to sort terms by, alike on every run."""
        if not isinstance(term, BlankNode):
            return str(term)
        source, order, label = self.order(term)
        return f"_:{source:06}.{order:09}{label}"

    @cached_property
    def _labels(self) -> list[Labels]:
        """The labels of the nodes of each source."""
        return list(map(self.cache.labels, self.sources))

    @cached_property
    def _names(self) -> list[Mapping[str, str] | None]:
        """For each source that was converted: the labels in its file by those of the parser."""
        return [blank_names(source) if source.is_converted else None for source in self.sources]
