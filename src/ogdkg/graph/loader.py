"""`GraphLoader`: which files a graph is made of, and how they and the rules fill a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from ogdkg.errors import InputError
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_text
from ogdkg.rdf.formats import FOR_RDF, LOSSLESS, by_extension
from ogdkg.sparql.changing import note_question
from ogdkg.store.base import Rule, load_all

if TYPE_CHECKING:
    from ogdkg.errors import Place
    from ogdkg.graph.kept_graph import KeptGraph
    from ogdkg.project.project import Layer, Project, Source
    from ogdkg.rdf.terms import Iri
    from ogdkg.store.base import Stage, Store, WritableStore
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
        return self.sources if self._involved == self.layers else self.project.sources(self.layers)

    @cached_property
    def bytes(self) -> int:
        """The bytes of the files that may be kept on disk."""
        return sum(each.path.stat().st_size for each in self.sources if not each.overrides)

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
        reasoning = tuple((layer.reasoning, layer.graph or "") for layer in derived if layer.reasoning)
        return StoreKey(self.project.root, names, tuple(read), tuple(self.sources), tuple(rules), reasoning)

    def fill(
        self, store: WritableStore, rule_store: Callable[[Layer], WritableStore], *, keeps: bool = False
    ) -> None:
        """Load the layers and what rules derive; rules that read other files run in a store of their own.

        Args:
            store: The store to fill.
            rule_store: Gives a store in which the rules of a layer ran.
            keeps: Whether what is made of the files is kept for the next time.
        """
        kept = self.kept if keeps else None  # of the files as they are before
        load_all(store, self.files, self.project.prefixes)
        self._refuse_stated(store)
        for layer in self.rule_layers:
            if not (kept and kept.put(store, layer)):
                self.add_derived(store, [layer], rule_store)
        if kept:
            kept.keep(store)

    def _refuse_stated(self, store: Store) -> None:
        """Raise InputError where a file states something in a graph that rules empty and fill."""
        for graph in (layer.derived_graph for layer in self.project.layers):
            if graph and next(iter(store.quads(graph)), None):
                message = f"The graph <{graph.value}> is for what rules derive: nothing else may stand in it."
                hint = "Name another graph, or remove the statements."
                raise InputError(message, place=_first_place(self.files, graph), hint=hint)

    @cached_property
    def kept(self) -> KeptGraph:
        """What is kept of the graph."""
        from ogdkg.graph.kept_graph import KeptGraph  # only for a small graph

        return KeptGraph(self.project, self.layers, self.sources)

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
        """Run the rules of a layer, or its reasoning, on what a store holds."""
        graph = layer.derived_graph
        if graph is None:
            return
        store.derive(rules_of(self.project, layer), graph, self._timeout)
        if layer.reasoning:
            from ogdkg.reasoning.closure import derived  # few projects have such a layer

            found = derived(store, layer.reasoning, graph, self._timeout)
            store.put_all([*found], graph)  # all of it before any


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


def rules_of(project: Project, layer: Layer) -> list[Stage]:
    """Return the rules of a layer, stage by stage: a stage sees what those before it derive.

    A file of RDF holds rules of SHACL, any other file one query. The files of RDF are one shapes graph, whose
    rules run where the first of them is named.

    Raises:
        InputError: A file cannot be read, or holds a rule that is ill-formed or cannot be compiled.
    """
    paths = project.files(layer.rules)
    of_shapes = [path for path in paths if by_extension(path, FOR_RDF)]
    stages: list[Stage] = []
    for path in paths:
        if path not in of_shapes:
            stages.append([[[Rule(shown_path(path), read_text(path, shown_path(path)), path)]]])
        elif path == of_shapes[0]:
            from ogdkg.rules.shapes import compiled  # few projects have such rules

            stages += compiled(of_shapes, project.context_files)
    for stage in stages:
        for rule in (rule for chain in stage for link in chain for rule in link):
            note_question(rule.text)
    return stages


def all_rules(project: Project) -> Iterator[tuple[Layer, Rule]]:
    """Yield the rules of all layers in their order, each with its layer."""
    for layer in project.layers:
        for stage in rules_of(project, layer):
            yield from ((layer, rule) for chain in stage for link in chain for rule in link)


def _first_place(sources: Iterable[Source], graph: Iri) -> Place | None:
    """Where files have the first statement of a graph that they name; the file, where it keeps no places."""
    from ogdkg.errors import Place  # only for this fault
    from ogdkg.store.codec import read_quads
    from ogdkg.syntax.reader import Reader, source_of

    for source in sources:
        name = shown_path(source.path)
        if form := by_extension(source.path, LOSSLESS):
            for statement in Reader(source_of(source.path), form.name, source.path.resolve().as_uri()):
                if (statement.graph or source.graph) == graph:
                    return statement.subject_place._replace(file=name)
        elif any(quad.graph == graph for quad in read_quads(source.path, contexts=dict(source.contexts))):
            return Place(name)
    return None


def _with_files(layers: Iterable[Layer]) -> set[str]:
    return {layer.name for layer in layers if layer.files}
