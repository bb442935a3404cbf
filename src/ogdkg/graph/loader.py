"""`GraphLoader`: which files a graph is made of, and how they and the rules fill a store."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from ogdkg.files.names import shown
from ogdkg.files.text import read_text
from ogdkg.store.base import load_all

if TYPE_CHECKING:
    from ogdkg.project.project import Layer, Project, Source
    from ogdkg.store.base import WritableStore
    from ogdkg.store.cache import StoreKey


class GraphLoader:
    """Fills stores with layers of a project, and with what rules derive from the default layers.

    Args:
        project: The project.
        layers: The layers to load.
        timeout: The time limit in seconds for all rules of a layer; None is no limit.
        default: The loader of the default layers, which rules read; None if this is it.
    """

    def __init__(
        self,
        project: Project,
        layers: tuple[Layer, ...],
        timeout: float | None,
        default: GraphLoader | None = None,
    ) -> None:
        self.project = project
        self.layers = layers
        self.rule_layers = [layer for layer in layers if layer.is_derived]
        self._timeout = timeout
        self._default = default

    @cached_property
    def files(self) -> list[Source]:
        """The data files of the layers."""
        return self.project.sources(self.layers)

    @cached_property
    def rule_files(self) -> list[Source]:
        """The files that rules read; without rules, those of the layers."""
        return self._default.files if self._default and self.rule_layers else self.files

    @cached_property
    def sources(self) -> list[Source]:
        """All files that the graph is made of."""
        return list(dict.fromkeys((*self.rule_files, *self.files)))

    def key(self) -> StoreKey:
        """Return what a store on disk of these layers depends on."""
        from ogdkg.store.cache import StoreKey  # json and hashes, only for a large graph

        rules = [
            (path, layer.graph or "")
            for layer in self.rule_layers
            for path in self.project.files(layer.rules)
        ]
        names = tuple(layer.name for layer in self.layers)
        default = self.project.default_layers
        return StoreKey(self.project.root, names, default, tuple(self.sources), tuple(rules))

    def fill(self, store: WritableStore, new_rule_store: Callable[[], WritableStore]) -> None:
        """Load the layers and what rules derive; if rules read other files, from a second store."""
        if self.rule_files == self.files:
            self.load_and_derive(store)
            return
        rule_store = new_rule_store()
        load_all(store, self.files, self.project.prefixes)
        for layer in self.rule_layers:
            if layer.derived_graph:
                store.copy_graph_from(rule_store, layer.derived_graph)

    def load_and_derive(self, store: WritableStore) -> None:
        """Load the files that rules read, and run the rules on them."""
        load_all(store, self.rule_files, self.project.prefixes)
        self.derive(store)

    def derive(self, store: WritableStore) -> None:
        """Run the rules on what a store holds."""
        for layer in self.rule_layers:
            paths = self.project.files(layer.rules)
            rules = [(shown(path), read_text(path, shown(path))) for path in paths]
            if layer.derived_graph:
                store.derive(rules, layer.derived_graph, self._timeout)
