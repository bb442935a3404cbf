"""The quads of sources, read once where they are few; no two sources share a blank node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice

from pyoxigraph import BlankNode, Quad

from ogdkg.validation.data.labels import KnownLabels, Labels, named, recorded, relabelled
from ogdkg.validation.data.reading import MAX_CACHED_QUADS, Source, is_large, quads


class QuadCache:
    """The quads of sources; a limited number is cached, since a validation reads them several times.

    A blank node has the same label each time, and no two sources share one.

    Args:
        scope: What the labels begin with: no two caches share them.
    """

    def __init__(self, scope: str = "data") -> None:
        self._scope = scope
        self._cached: dict[Source, list[Quad]] = {}
        self._capacity = MAX_CACHED_QUADS
        self._scopes: dict[Source, str] = {}  # of the labels of each source
        self._large: set[Source] = set()
        self._nodes: dict[Source, dict[str, BlankNode]] = {}
        self._labels: dict[Source, Labels] = {}  # of nodes that nobody has asked for yet
        self._in_order: dict[Source, Sequence[BlankNode]] = {}

    def quads(
        self, source: Source, prefixes: dict[str, str] | None = None, *, is_first: bool = False
    ) -> Iterator[Quad]:
        """Like `quads`; a cached source has reported its prefixes already.

        With `is_first`, nobody has read the source and nobody will until this reading has ended: nodes that
        the file does not label keep the labels of the parser, as giving them others takes long.
        """
        if source in self._cached:
            return iter(self._cached[source])
        return self._read(source, prefixes, is_first=is_first)

    def first_reading(
        self, source: Source, prefixes: dict[str, str]
    ) -> tuple[Iterator[Quad], Callable[[BlankNode], BlankNode]]:
        """The quads of a source that nobody has read, and what its blank nodes are called.

        As `quads` with `is_first`, but a reader who numbers terms asks for each node once, in order.
        """
        if is_large(source):
            return quads(source, prefixes, fresh=False), self.learner(source)
        return self.quads(source, prefixes, is_first=True), lambda node: node

    def learner(self, source: Source) -> Callable[[BlankNode], BlankNode]:
        """What the blank nodes of a large source are called, asked once of each in order."""
        self._large.add(source)
        self._nodes[source] = nodes = dict[str, BlankNode]()
        return partial(named, self.scope(source), nodes)

    def scope(self, source: Source) -> str:
        """What the labels that a source gives its nodes begin with here."""
        return self._scopes.setdefault(source, f"{self._scope}{len(self._scopes)}n")

    def has_read(self, source: Source, labels: Labels) -> None:
        """Take note which labels the nodes of a large source have."""
        self._large.add(source)
        self._labels[source] = labels

    def _read(self, source: Source, prefixes: dict[str, str] | None, *, is_first: bool) -> Iterator[Quad]:
        read = self._relabelled(source, prefixes, is_first=is_first)
        if source in self._large:
            return read
        found = list(islice(read, self._capacity))
        if len(found) < self._capacity:
            self._capacity -= len(found)
            self._cached[source] = found
            return iter(found)
        self._large.add(source)
        return chain(found, read)

    def _relabelled(
        self, source: Source, prefixes: dict[str, str] | None, *, is_first: bool = False
    ) -> Iterator[Quad]:
        scope = self.scope(source)
        nodes: dict[str, BlankNode] = {}
        read = quads(source, prefixes, fresh=False)
        self._learn(source)
        if source.is_ground:
            yield from read
        elif is_first and source not in self._nodes:
            yield from recorded(read, scope, nodes)
        else:
            yield from relabelled(read, scope, nodes, self._before(source))
        if source not in self._nodes:
            self._nodes[source] = nodes

    def _learn(self, source: Source) -> None:
        """Make the nodes of which only the labels are known."""
        if labels := self._labels.pop(source, None):
            self._nodes[source] = dict(zip(labels.there, map(BlankNode, labels.here), strict=True))

    def _before(self, source: Source) -> Sequence[BlankNode]:
        """The nodes that an earlier reading has had, in order."""
        if source not in self._in_order:
            self._learn(source)
            self._in_order[source] = list(self._nodes.get(source, {}).values())
        return self._in_order[source]

    def nodes(self, source: Source) -> Mapping[str, BlankNode]:
        """The blank nodes of a source by the labels that its parser gave them, in the order of the source."""
        self._learn(source)
        if source not in self._nodes:
            for _ in self._relabelled(source, None):  # the engine has read it by itself
                pass
        return self._nodes[source]

    def labels(self, source: Source) -> Labels:
        """The labels of its blank nodes."""
        return self._labels[source] if source in self._labels else KnownLabels(self.nodes(source))
