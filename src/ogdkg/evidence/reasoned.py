"""Why a statement follows by RDFS or OWL 2 RL: the rule that first made it, and those behind its premises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.project import Layer
from ogdkg.rdf.terms import Triple
from ogdkg.store.base import remembered

if TYPE_CHECKING:
    from ogdkg.evidence.remote_reasoning import RemoteSteps
    from ogdkg.reasoning.closure import Closure, Step

MOST_STEPS = 20  # that are told of one statement: a long chain has as many as links


class Reasoned(NamedTuple):
    """A statement that a layer of reasoning derives, and the step that does."""

    triple: Triple
    layer: Layer
    step: Step


class Reasoning:
    """The steps of the layers of reasoning of a project.

    Args:
        graph: The graph.
        reading: Returns the graph that a layer of reasoning reads.
    """

    def __init__(self, graph: Graph, reading: Callable[[Layer], Graph]) -> None:
        self._graph, self._reading = graph, reading
        self._layers = [layer for layer in graph.project.layers if layer.reasoning]
        self._steps: dict[Layer, Mapping[Triple, Step]] = {}

    def of(self, triple: Triple) -> Reasoned | None:
        """Return the step that derives a statement."""
        if not self._layers:
            return None
        graphs = self._graph.store.graphs(triple)
        for layer in self._layers:
            if self._graph.options.endpoint:
                step = self._there(layer).step(triple) if graphs == [layer.derived_graph] else None
                if step:
                    return Reasoned(triple, layer, step)
                continue
            if layer.derived_graph in graphs or layer in self._steps:
                if layer not in self._steps:
                    self._steps[layer] = closure_of(self._reading(layer), layer).steps
                if step := self._steps[layer].get(triple):
                    return Reasoned(triple, layer, step)
        return None

    def behind(self, reasoned: Reasoned) -> Iterator[Reasoned]:
        """Yield a step and those that its premises need, each once, up to `MOST_STEPS`."""
        if self._graph.options.endpoint:
            yield from self._behind_there(reasoned)
            return
        steps = self._steps[reasoned.layer]
        pending = {reasoned.triple: None}
        for triple in (waiting := list(pending)):
            yield Reasoned(triple, reasoned.layer, steps[triple])
            new = [each for each in steps[triple].premises if each in steps and each not in pending]
            pending |= dict.fromkeys(new)
            waiting += new[: MOST_STEPS - len(waiting)]

    def _behind_there(self, reasoned: Reasoned) -> Iterator[Reasoned]:
        """Yield the same of a server, which is asked for each."""
        there, told = self._there(reasoned.layer), {reasoned.triple: reasoned}
        for each in (waiting := [reasoned]):
            yield each
            for premise in each.step.premises:
                is_new = len(told) < MOST_STEPS and premise not in told and there.is_derived(premise)
                if is_new and (step := there.step(premise, told)):
                    told[premise] = Reasoned(premise, reasoned.layer, step)
                    waiting.append(told[premise])

    def _there(self, layer: Layer) -> RemoteSteps:
        from ogdkg.evidence.remote_reasoning import RemoteSteps  # only for a server

        return RemoteSteps(self._reading(layer), layer)


def closure_of(graph: Graph, layer: Layer) -> Closure:
    """Return what follows in a layer of reasoning, and the contradictions; made once of a graph as it is.

    Args:
        graph: The graph that the layer reads.
        layer: The layer.

    Raises:
        LimitError: Too much follows, it takes too long, or a server holds too much to read.
    """
    from ogdkg.reasoning.closure import closure  # few projects have such a layer

    store, name, regime = graph.local_copy.store, layer.derived_graph, layer.reasoning
    assert name, "a layer of reasoning has a graph"
    timeout = graph.options.timeout
    return remembered(store, ("closure", regime, name), lambda: closure(store, regime, name, timeout))
