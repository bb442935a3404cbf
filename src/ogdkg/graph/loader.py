"""`GraphLoader`: which files a graph is made of, and how they and the rules fill a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from ogdkg.rules.program import rules_of, stages
from ogdkg.store.base import load_all

if TYPE_CHECKING:
    from ogdkg.project.project import Layer, Project, Source
    from ogdkg.store.base import WritableStore
    from ogdkg.store.cache import StoreKey


class GraphLoader:
    """Fills stores with layers of a project, and with what rules derive from the layers that they read.

    Args:
        project: The project.
        layers: The layers to load.
        timeout: The time limit in seconds for all rules of a layer; None is no limit.
    """

    def __init__(self, project: Project, layers: tuple[Layer, ...], timeout: float | None) -> None:
        self.project = project
        self.layers = layers
        self.rule_layers = [layer for layer in layers if layer.is_derived]
        self._timeout = timeout

    @cached_property
    def files(self) -> list[Source]:
        """The data files of the layers."""
        return self.project.sources(self.layers)

    @cached_property
    def sources(self) -> list[Source]:
        """All files that the graph is made of, with those that only rules read."""
        return self.project.sources(self._involved)

    @cached_property
    def _involved(self) -> tuple[Layer, ...]:
        """The layers, and those that their rules read."""
        found, pending = dict.fromkeys(self.layers), list(self.rule_layers)
        for layer in pending:
            read = layers_of_rules(self.project, layer)
            pending += [other for other in read if other.is_derived and other not in found]
            found |= dict.fromkeys(read)
        return tuple(layer for layer in self.project.layers if layer in found)

    def key(self) -> StoreKey:
        """Return what a store on disk of these layers depends on."""
        from ogdkg.store.cache import StoreKey  # json and hashes, only for a large graph

        derived = [layer for layer in self._involved if layer.is_derived]
        rules = [(path, layer.graph or "") for layer in derived for path in self.project.files(layer.rules)]
        read = [needed.name for layer in derived for needed in layers_of_rules(self.project, layer)]
        names = tuple(layer.name for layer in self.layers)
        return StoreKey(self.project.root, names, tuple(read), tuple(self.sources), tuple(rules))

    def fill(self, store: WritableStore, rule_store: Callable[[Layer], WritableStore]) -> None:
        """Load the layers and what rules derive; rules that read other files run in a store of their own."""
        load_all(store, self.files, self.project.prefixes)
        self.add_derived(store, self.rule_layers, rule_store)

    def add_derived(
        self, store: WritableStore, layers: Iterable[Layer], rule_store: Callable[[Layer], WritableStore]
    ) -> None:
        """Add what the rules of some layers derive to a store that holds the rest."""
        for layer in layers:
            if self.runs_here(layer):
                self.derive(store, layer)
            elif layer.derived_graph:
                store.copy_graph_from(rule_store(layer), layer.derived_graph)

    def runs_here(self, layer: Layer) -> bool:
        """Whether the rules of a layer read just what the layers hold."""
        needed = layers_of_rules(self.project, layer)
        place = self.layers.index(layer) + 1 if layer in self.layers else len(self.layers)
        before = {other.name for other in self.layers[:place] if other.is_derived}
        if before | {layer.name} != {other.name for other in needed if other.is_derived}:
            return False
        return _with_files(needed) == _with_files(self.layers) or self.project.sources(needed) == self.files

    def reads_all(self, layer: Layer) -> bool:
        """Whether the rules of a layer read all that the files of the layers hold."""
        return _with_files(self.layers) <= _with_files(layers_of_rules(self.project, layer))

    def derive(self, store: WritableStore, layer: Layer) -> None:
        """Run the rules of a layer on what a store holds."""
        if layer.derived_graph:
            rules = stages(rules_of(self.project, layer))
            store.derive(rules, layer.derived_graph, self._timeout)


def layers_of_rules(project: Project, layer: Layer) -> tuple[Layer, ...]:
    """Return the layers of a graph in which a layer's rules can run: those they read, and itself.

    Of other layers of rules, they see those that the project names before.
    """
    place, read = project.layers.index(layer), project.choose(layer.reads or project.default_layers)
    return tuple(
        other
        for number, other in enumerate(project.layers)
        if number == place or (other in read and (number < place or not other.is_derived))
    )


def _with_files(layers: Iterable[Layer]) -> set[str]:
    return {layer.name for layer in layers if layer.files}
