"""What the steps of a validation share, and what they hand on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Triple

from ogdkg.lean import NamedTuple
from ogdkg.rdf.labels import Languages
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH, XSD
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.inference import Plan
from ogdkg.validation.prefilter.prefilter import PendingResults
from ogdkg.validation.report.names import DisplayNames

if TYPE_CHECKING:
    from concurrent.futures import Future  # takes long to load

STANDARD_PREFIXES = {"sh": SH.base, "xsd": XSD.base, "rdf": RDF.base, "rdfs": RDFS.base}


@dataclass(frozen=True)
class Run:
    """What the steps of a run share."""

    data: Sequence[Source]
    shapes: Shapes
    shape_nodes: BlankNodes
    shape_prefixes: Mapping[str, str]
    planned: Plan
    prefixes: dict[str, str]
    languages: Languages
    quad_cache: QuadCache = field(default_factory=QuadCache)

    @cached_property
    def is_prepared(self) -> bool:
        """Whether something is inferred, or asked by queries of the shapes, before judging."""
        return bool(self.planned) or any(SH.target in said for said in self.shapes.about.values())

    @cached_property
    def nodes(self) -> BlankNodes:
        """The blank nodes of the files."""
        return BlankNodes([source for source in self.data if source.is_file], self.quad_cache)

    def names(self, graph: DataGraph) -> DisplayNames:
        """What terms are called, as far as the graph knows by now."""
        prefixes = {**STANDARD_PREFIXES, **self.shape_prefixes, **self.prefixes}
        return DisplayNames(graph, prefixes, self.nodes, self.prefixes, self.languages)


class Begun(NamedTuple):
    """A validation that is under way.

    Attributes:
        pending: Its results.
        graph: The graph to report from.
        judged: The shapes with the nodes of custom targets named.
        told: What a person should know of how it was begun.
        end: Is to be called once the report is made; returns what a person should know of the server.
        is_local: Whether the data were here from the beginning.
    """

    pending: PendingResults
    graph: DataGraph
    judged: Shapes
    told: tuple[str, ...] = ()
    end: Callable[[], tuple[str, ...]] = tuple
    is_local: bool = True


class Checks(NamedTuple):
    """What pyshacl is asked about the shapes, and what a person should know of them.

    Attributes:
        shapes_hash: The shapes files, if what they are found to be is remembered.
        meta: SHACL-SHACL, to hold the shapes against.
        queries: Whether it can read their queries.
        constraints: Whether it can make their constraints.
        notices: What was left out of the shapes.
    """

    shapes_hash: str | None = None
    meta: Future[tuple[Triple, ...]] | None = None
    queries: Future[None] | None = None
    constraints: Future[bytes] | None = None
    notices: tuple[str, ...] = ()
