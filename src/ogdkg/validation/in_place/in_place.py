"""Judges the graph of a server where it is: unit by unit, page by page, in memory that a page bounds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import cast

from pyoxigraph import Triple

from ogdkg.project.cache_files import named
from ogdkg.validation.core.background import Deadline
from ogdkg.validation.core.paths import sparql_path
from ogdkg.validation.core.results import PrefilterStats, Result, Term, mention_blank_nodes
from ogdkg.validation.core.shapes import Shapes, is_true, node_text
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.remote import ServerGraph
from ogdkg.validation.in_place.candidates import PAGE, Candidates
from ogdkg.validation.in_place.journal import Journal, Page
from ogdkg.validation.in_place.pages import BlankTargets, PageGraph
from ogdkg.validation.in_place.queries import Kind, Queries, Query
from ogdkg.validation.in_place.targets import Targets
from ogdkg.validation.judging.scope import Scope
from ogdkg.validation.prefilter.constraints import candidates_query
from ogdkg.validation.prefilter.judged_here import OwnJudge
from ogdkg.validation.prefilter.prefilter import (
    TARGET_PLACEHOLDER,
    PendingResults,
    renamed,
    start_prefiltered,
)
from ogdkg.validation.prefilter.reach import ReachableTriples
from ogdkg.validation.prefilter.units import Unit, UnitKind, unit_shapes, units
from ogdkg.validation.pyshacl.client import PyShaclProcess

Progress = Callable[[str, int, int], None]
STEP = "Asking the server about the shapes"
ROUNDS = 200  # of fetching what a page misses: a path may be long


class NeedsCopyError(Exception):
    """Something that is judged on a copy of the graph alone; never leaves the room above.

    Attributes:
        why: What that is, as the subject of a sentence.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class InPlace:
    """One validation on a server.

    Args:
        there: The server.
        shapes: The shapes.
        pyshacl: Judges what is not of SHACL Core.
        on_progress: Is told how many units of the shapes are done.
        journal: Knows what an earlier run has judged, and keeps what this one does.
    """

    def __init__(
        self,
        there: ServerGraph,
        shapes: Shapes,
        pyshacl: PyShaclProcess,
        on_progress: Progress,
        journal: Journal,
    ) -> None:
        self.there = there
        self._journal = journal
        self.shapes = shapes
        self._pyshacl = pyshacl
        self._on_progress = on_progress
        self._deadline = Deadline(pyshacl.timeout)
        self._targets = Targets(there, shapes)
        self._queries = Queries(shapes, self._targets)
        self._candidates = Candidates(there, self._deadline)
        self._scope = Scope(shapes)
        self._pending = PendingResults([], PrefilterStats())
        self._about_blank: dict[Triple, None] = {}
        self._number = self._by_pyshacl = 0
        self._whole: dict[str, None] = {}
        self._run = str(time.time_ns())

    def pending(self) -> PendingResults:
        """The results, but for those of pySHACL, which may still be at work.

        Raises:
            NeedsCopyError: A shape looks at all of the graph, or at a blank node that the server may call
                otherwise in another answer.
            StoreError: The server fails, or contradicts itself.
            LimitError: It takes too long.
        """
        parts = units(self.shapes)
        try:
            for number, unit in enumerate(parts):
                self._on_progress(STEP, number, len(parts))
                self._judge(number, unit)
        finally:
            self._journal.save()
        self._on_progress(STEP, len(parts), len(parts))
        unfiltered = tuple(self._whole)
        targeted = len(self.shapes.targeted)
        self._pending.stats = PrefilterStats(
            targeted, targeted - len(unfiltered), self._number, unfiltered, by_pyshacl=self._by_pyshacl
        )
        return self._pending

    def notices(self) -> tuple[str, ...]:
        """What a person should know of the server."""
        found = []
        if times := self._candidates.contradicted:
            found.append(
                f"The server answered {times} of our questions wrongly or not at all: there all nodes were "
                "judged here."
            )
        return tuple(found)

    def graph(self) -> PageGraph:
        """The graph to report from, with what is known of the blank nodes of the results."""
        found = PageGraph(self.there)
        found.learn(self._about_blank)
        return found

    def _judge(self, number: int, unit: Unit) -> None:
        queries = self._asked(unit)
        if any(each.kind is Kind.ALL and not each.start for each in queries):
            self._whole[str(unit.top)] = None
        pages = self._journal.unit(number)
        if pages is None:
            made = self._pages(unit, queries)
            self._journal.end(number, [self._page(f"{number} {key}", judged) for key, judged in made])
        for page in pages or ():
            self._take(page)

    def _page(self, key: str, judged: Callable[[], Page]) -> str:
        """Judge some nodes, or take what an earlier run has judged of them; returns the key."""
        page = self._journal.page(key)
        if page is None:
            page = judged()
            self._journal.add(key, page)
        self._take(page)
        return key

    def _take(self, page: Page) -> None:
        self._number += page.nodes
        self._by_pyshacl += page.by_pyshacl
        self._pending.judged += page.judged
        self._pending.parts += page.parts
        self._about_blank.update(dict.fromkeys(page.about))

    def _pages(self, unit: Unit, queries: Sequence[Query]) -> Iterator[tuple[str, Callable[[], Page]]]:
        """What judges the nodes that may fail, a page at a time, each with a key."""
        seen: set[Term] = set()
        for nodes in self._nodes(unit, queries):
            new = sorted(
                {each for each in nodes if each not in seen}, key=str
            )  # so pages are alike each time
            seen.update(new)
            for start in range(0, len(new), PAGE):
                page = new[start : start + PAGE]
                yield named(*map(str, page)), partial(self._judged, unit, PageGraph(self.there), page)
        for target in self._targets.patterns(unit.top):
            for blank in self._candidates.blank(target):
                # Of another run it would be known as a part of a whole unit only: these nodes have no names.
                key = named(blank.pattern(), self._run)
                yield key, partial(self._judged_blank, unit, blank, seen)

    def _judged_blank(self, unit: Unit, targets: BlankTargets, seen: set[Term]) -> Page:
        graph = PageGraph(self.there)
        blank = [each for each in graph.take_blank(targets) if each not in seen]
        seen.update(blank)
        return self._judged(unit, graph, blank)

    def _nodes(self, unit: Unit, queries: Sequence[Query]) -> Iterator[list[Term]]:
        """The nodes with names that may fail."""
        yield self._targets.named(unit.top)
        for target in self._targets.patterns(unit.top):
            yield from self._candidates.literals(target)
            for query in queries:
                yield from self._candidates.with_iris(target, query)
            for text in self._in_sparql(unit, target):
                yield from self._candidates.of_query(text, target)

    def _asked(self, unit: Unit) -> list[Query]:
        if not self._scope.has(unit.shape) and not self._is_only_sparql(unit):
            return [Query(Kind.ALL)]
        return self._queries.of_unit(unit.shape, with_properties=unit.kind is not UnitKind.NODE_ONLY)

    def _is_only_sparql(self, unit: Unit) -> bool:
        """Whether constraints in SPARQL, each of which a server can be asked, are all that is not of Core."""
        asked = [self._constraint(unit, each, "") for each in self.shapes.values(unit.shape, SH.sparql)]
        return bool(asked) and None not in asked and self._scope.has_beside_queries(unit.shape)

    def _in_sparql(self, unit: Unit, target: str) -> Iterator[str]:
        for each in self.shapes.values(unit.shape, SH.sparql):
            if text := self._constraint(unit, each, target):
                yield text

    def _constraint(self, unit: Unit, node: Term, target: str) -> str | None:
        """The query for the nodes that a constraint in SPARQL may reject; None where none finds them all."""
        if any(map(is_true, self.shapes.values(node, SH.deactivated))):
            return ""
        path = self.shapes.value(unit.shape, SH.path)
        found = candidates_query(
            self.shapes,
            node,
            sparql_path(self.shapes, path) if path is not None else None,
            TARGET_PLACEHOLDER,
        )
        return (
            None
            if found is None
            else found.text.replace(f"{TARGET_PLACEHOLDER} . ", target).replace(TARGET_PLACEHOLDER, target)
        )

    def _judged(self, unit: Unit, graph: PageGraph, nodes: list[Term]) -> Page:
        """Judge some nodes, on what is fetched of them until nothing is missing."""
        if not nodes:
            return Page(0)
        self._deadline.check()
        results: list[Result] = []
        for _ in range(ROUNDS):
            results.clear()
            own = OwnJudge(graph, self.shapes, self._deadline)
            is_judged = own.has_judged(unit, nodes, results)
            if not self._has_fetched(graph):
                break
        if not is_judged:
            return self._sent(unit, graph, nodes)
        about = graph.about_blank() if mention_blank_nodes(results) else ()
        return Page(len(nodes), judged=results, about=list(about))

    def _has_fetched(self, graph: PageGraph) -> bool:
        """Fetch what is missing; whether anything was.

        What one request after another brings is put together, so a blank node has to have one label in all.
        """
        is_more = graph.fetch()
        if graph.has_blank and not self.there.remote.server.keeps_labels:
            raise NeedsCopyError(
                "The shapes look at blank nodes, which this server may label anew in each answer, so it"
            )
        return is_more

    def _sent(self, unit: Unit, graph: PageGraph, nodes: list[Term]) -> Page:
        """Judge nodes as in a graph of files, on all of them that can be looked at; pySHACL may have to."""
        for _ in range(ROUNDS):
            reach = ReachableTriples(graph, self.shapes, {}, self._deadline)
            for node in nodes:
                reach.add_focus(node)
                reach.visit(unit.shape, node, without_properties=unit.kind is UnitKind.NODE_ONLY)
            if reach.needs_whole_graph:
                named = node_text(self.shapes.nearest_named(unit.shape))
                raise NeedsCopyError(f"The shape {named} looks at all of the graph, so it")
            if not self._has_fetched(graph):
                break
        shapes, names = unit_shapes(self.shapes, {unit: nodes})
        part = DataGraph()
        part.add(cast("Iterable[Triple]", reach.triples()))
        found = start_prefiltered(self._pyshacl, part, Shapes(shapes))
        page = Page(len(nodes), found.stats.by_pyshacl, about=list(graph.about_blank()))
        page.judged += (renamed(each, names) for each in found.judged)
        for results, inner in found.parts:
            outer = {node: names.get(shape, shape) for node, shape in inner.items()}
            page.parts.append((results, {**names, **outer}))
        return page
