"""What is kept of a small graph, so that the next command on the same files need not make it again.

What its rules derive; and, once the same files were loaded twice, all its statements, for commands that ask
one question. A large graph has both in its store on disk.
"""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, TypeVar

from ogdkg.errors import InputError, OgdkgError
from ogdkg.project.cache_files import Digests, Mark, forget, keep, named, recall, recall_mapped
from ogdkg.project.project import CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ogdkg.project.project import Layer, Project, Source
    from ogdkg.store.base import WritableStore
    from ogdkg.store.embedded import EmbeddedStore
    from ogdkg.store.selective import SelectiveStore

T = TypeVar("T")
KIND = "derived"
TABLES = "tables"  # what was made of kept statements
STATEMENTS = "statements"  # of a graph, or nothing where its files were loaded once
# The rooms that use a graph, and have no part in what is kept of it.
ABOVE = (
    *("acceptance", "api", "cli", "describing", "diff", "drafting", "exchange", "importing", "reconciling"),
    *("render", "renaming", "scaffold", "sheets", "web", "validation.changes", "validation.data"),
    *("validation.in_place", "validation.judging", "validation.prefilter", "validation.pyshacl"),
    "validation.report",
)
_BLANK = b"_:"  # whose labels another store may have too


class KeptGraph:
    """What is kept of layers of a project, of its files as they are when this is made.

    Args:
        project: The project.
        layers: The layers.
        sources: The files that they are made of, and those that their rules read.
    """

    def __init__(self, project: Project, layers: Sequence[Layer], sources: Sequence[Source]) -> None:
        self._project, self._chosen, self._sources = project, layers, sources
        self._layers = [layer for layer in layers if layer.is_derived]
        self._whole: str | None = None
        self._names = self._marked()

    def selective(self) -> SelectiveStore | None:
        """A store that is filled from what is kept as far as it is asked; None if nothing is kept."""
        name = self._whole
        data = recall_mapped(STATEMENTS, name) if name else None
        if not data or not name:
            return None
        from ogdkg.store.selective import SelectiveStore  # only for commands that ask one question

        try:
            return SelectiveStore(data, lambda: forget(STATEMENTS, name))
        except InputError:  # damaged: it is kept anew
            forget(STATEMENTS, name)
            return None

    @property
    def has_statements(self) -> bool:
        """Whether all statements are kept, so that it pays to keep what is made of them."""
        return bool(self._whole and recall_mapped(STATEMENTS, self._whole))

    def table(self, key: str, make: Callable[[], T]) -> T:
        """Return plain values made of the kept statements, as they are kept, or else made now.

        Args:
            key: What they are, and all else that they are made of.
            make: Makes them.
        """
        name = named(self._whole or "", key)
        if (data := recall(TABLES, name)) is not None:
            found: T = marshal.loads(data)
            return found
        found = make()
        keep(TABLES, name, marshal.dumps(found))  # type: ignore[arg-type]  # as the caller sees to
        return found

    def put(self, store: WritableStore, layer: Layer) -> bool:
        """Add what a layer's rules derive to a store without it; return whether that is kept."""
        from ogdkg.store.embedded import EmbeddedStore  # the engine, which who asks for a table may not need

        name, graph = self._names.get(layer.name), layer.derived_graph
        if name is None or graph is None or not isinstance(store, EmbeddedStore):
            return False
        found = recall(KIND, name)
        if found is None:
            return False
        store.put_triples(found, graph)
        del self._names[layer.name]  # there is nothing to keep
        return True

    def keep(self, store: WritableStore) -> None:
        """Keep what rules have derived in a store, and the store, unless a file has changed meanwhile."""
        from ogdkg.store.embedded import EmbeddedStore  # as above

        before, whole = self._names, self._whole
        loaded = recall_mapped(STATEMENTS, whole) if whole else None
        if not isinstance(store, EmbeddedStore) or not (before or (whole and not loaded)):
            return
        now = self._marked()
        for layer in self._layers:
            name, graph = before.get(layer.name), layer.derived_graph
            if name and graph and name == now.get(layer.name):
                triples = store.triples_of(graph)
                if _BLANK not in triples:
                    keep(KIND, name, triples)
        if whole and whole == self._whole and not loaded:
            self._keep_statements(whole, store, is_first=loaded is None)

    @staticmethod
    def _keep_statements(name: str, store: EmbeddedStore, *, is_first: bool) -> None:
        """Keep all statements where the files were loaded before; else only that they were.

        Who edits a file between any two commands need not wait for what nobody would read.
        """
        if is_first:
            keep(STATEMENTS, name, b"")
        else:
            from ogdkg.store.selective import packed  # once for each state of the files

            keep(STATEMENTS, name, packed(store))

    def _marked(self) -> dict[str, str]:
        """The name under which each layer's triples are kept; none if rules may derive others next time.

        Sets the name of the whole graph too.
        """
        project, digests = self._project, Digests(self._project.root)
        mark = Mark(digests, ABOVE)
        self._whole = None
        try:
            mark.add(repr((str(project.root), project.trusted)))
            add_files(mark, project, self._sources)
        except (OSError, OgdkgError):  # reading the files tells why
            return {}
        digests.keep()
        self._whole = mark.name(repr(("statements", [layer.name for layer in self._chosen])))
        return {layer.name: name for layer in self._layers if (name := mark.name(layer.name))}


def add_files(
    mark: Mark,
    project: Project,
    sources: Iterable[Source],
    name: Callable[[Path], str | None] = lambda _: None,
) -> None:
    """Add the files that a graph of a project is made of.

    Args:
        mark: What they are added to.
        project: The project.
        sources: The files of data.
        name: What tells which file one is, in place of its name and its folder.

    Raises:
        OgdkgError: Some files cannot be found.
        OSError: One cannot be read.
    """
    settings = project.root / CONFIG
    mark.add_file("settings", settings, name=name(settings))
    for source in sources:
        kind = repr((source.layer, source.graph, source.bnode_prefix))
        mark.add_file(kind, source.path, name=name(source.path))
    for layer in project.layers:
        for path in project.files(layer.rules):
            mark.add_file(f"rules {layer.name}", path, has_queries=True, name=name(path))
    for path in project.context_files.values():
        mark.add_file("context", path, name=name(path))
