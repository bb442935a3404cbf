"""What the rules of a small graph derive, kept so that they need not run again on the same files.

A large graph has it in its store on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ogdkg.errors import OgdkgError
from ogdkg.project.kept import Mark, keep, recall
from ogdkg.project.project import CONFIG
from ogdkg.store.embedded import EmbeddedStore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ogdkg.project.project import Layer, Project, Source
    from ogdkg.store.base import WritableStore

KIND = "derived"
_BLANK = b"_:"  # whose labels another store may have too


class KeptRules:
    """What rules derive from the files of a project as they are when this is made.

    Args:
        project: The project.
        layers: The layers of rules.
        sources: The files that their rules read.
    """

    def __init__(self, project: Project, layers: Sequence[Layer], sources: Sequence[Source]) -> None:
        self._project, self._layers, self._sources = project, layers, sources
        self._names = self._marked()

    def put(self, store: WritableStore, layer: Layer) -> bool:
        """Add what a layer's rules derive to a store without it; return whether that is kept."""
        name, graph = self._names.get(layer.name), layer.derived_graph
        if name is None or graph is None or not isinstance(store, EmbeddedStore):
            return False
        if store.triples_of(graph):  # files share the graph with rules
            self._names.clear()
            return False
        found = recall(KIND, name)
        if found is None:
            return False
        store.put_triples(found, graph)
        del self._names[layer.name]  # there is nothing to keep
        return True

    def keep(self, store: WritableStore) -> None:
        """Keep what rules have derived in a store, unless a file has changed meanwhile."""
        if not self._names or not isinstance(store, EmbeddedStore):
            return
        now = self._marked()
        for layer in self._layers:
            name, graph = self._names.get(layer.name), layer.derived_graph
            if name and graph and name == now.get(layer.name):
                triples = store.triples_of(graph)
                if _BLANK not in triples:
                    keep(KIND, name, triples)

    def _marked(self) -> dict[str, str]:
        """The name under which each layer's triples are kept; none if rules may derive others next time."""
        project, mark = self._project, Mark()
        try:
            mark.add(repr((str(project.root), project.trusted)))
            mark.add_file("settings", project.root / CONFIG)
            for source in self._sources:
                mark.add_file(repr((source.layer, source.graph, source.bnode_prefix)), source.path)
            for layer in project.layers:
                for path in project.files(layer.rules):
                    mark.add_file(f"rules {layer.name}", path, has_queries=True)
            for path in project.context_files.values():
                mark.add_file("context", path)
        except (OSError, OgdkgError):  # reading the files tells why
            return {}
        return {layer.name: name for layer in self._layers if (name := mark.name(layer.name))}
