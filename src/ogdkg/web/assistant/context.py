"""What the tools read: a graph, the graphs of its stored queries, and where they are described."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ogdkg.catalogue.ranking import Wording
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.search.search import Search
from ogdkg.web.assistant.named import Vocabularies
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.protocol.description import Statistics
from ogdkg.web.questions.graphs import QueriedGraphs


class Context(NamedTuple):
    """What a tool reads.

    Attributes:
        graph: The graph.
        graphs: The graphs that stored queries read.
        citations: The citations of the graph.
        words: Returns the index of its words.
        counted: Counts what it holds.
        names: What the values of parameters are called.
        wording: Returns what stored questions go by.
        base: The address of the server that answers, without a slash at the end; empty if none does.
    """

    graph: Graph
    graphs: QueriedGraphs
    citations: Citations
    words: Callable[[], Search]
    counted: Callable[[], Statistics]
    names: Vocabularies
    wording: Callable[[], Wording]
    base: str = ""

    @property
    def at(self) -> Addresses:
        """The addresses of the server."""
        return Addresses(self.base, self.graph.project.resource_namespace)

    def address(self, iri: str) -> dict[str, str]:
        """Return where an IRI is described, as a member of an object; none where there is no server."""
        return {"url": self.at.of(iri)} if self.base else {}
