"""The layers of a project (`[[layer]]`), and the files in them. Reads none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.config.config_file import ConfigFile
from ogdkg.files.globs import Budget, matches
from ogdkg.files.names import encoded
from ogdkg.lean import NamedTuple
from ogdkg.project.keys import REASONING, TOML
from ogdkg.project.tables import read_patterns
from ogdkg.rdf.formats import RDF_EXTENSIONS
from ogdkg.rdf.terms import Iri, is_iri

if TYPE_CHECKING:
    from ogdkg.project.overrides import Overrides

ALL_LAYERS = "all"
_ONTOLOGY = "ontology"  # the layer of an ontology that no layer names
_ITS_GRAPH = "urn:ogdkg:graph:ontology"


class Layer(NamedTuple):
    """A layer of a project: patterns of data files, or of rules, or what follows by a regime.

    `graph` is for triples outside named graphs, with `{stem}` for the file's name; None: the unnamed graph.
    `reads`: the layers that its rules read; empty for the project's default layers.
    `reasoning`: the regime by which its statements follow from those; empty for none.
    """

    name: str
    files: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    graph: str | None = None
    passage_metadata_graph: Iri | None = None
    reads: tuple[str, ...] = ()
    reasoning: str = ""

    @property
    def derived_graph(self) -> Iri | None:
        """The graph that the layer's rules fill; None for a layer without rules."""
        return Iri(self.graph) if (self.rules or self.reasoning) and self.graph else None

    @property
    def is_derived(self) -> bool:
        """Whether rules fill the layer."""
        return self.derived_graph is not None


class Source(NamedTuple):
    """A data file of a layer; `graph` is for triples outside named graphs, `bnode_prefix` for its labels.

    `contexts` are the files of JSON-LD contexts at other addresses, `overrides` what is told of a loose file.
    """

    path: Path
    layer: str
    graph: Iri | None
    bnode_prefix: str = "f"
    contexts: tuple[tuple[str, Path], ...] = ()
    overrides: Overrides | None = None


def read_layers(document: ConfigFile) -> tuple[Layer, ...]:
    """Read the layers; InputError with the line of what is invalid."""
    if document.get("layer") is None:
        return (Layer("data", tuple(f"data/**/*.{extension}" for extension in RDF_EXTENSIONS)),)
    layers = tuple(_layer(document, index) for index in document.tables("layer", "A layer"))
    names = [layer.name for layer in layers]
    for index, name in enumerate(names):
        if name in names[:index] or name in ("", ALL_LAYERS):
            message = f"{name!r} cannot name this layer: names are unique, not empty, and not 'all'."
            raise document.error(message, "layer", index)
    for index, layer in enumerate(layers):
        if layer.is_derived:
            _check_own_graph(document, index, layers)
    return layers


def _check_own_graph(document: ConfigFile, index: int, layers: tuple[Layer, ...]) -> None:
    """Raise where statements of files, or of other rules, would be lost in a graph that rules fill anew."""
    layer = layers[index]
    if layer.files:
        message = "A layer of rules holds what they derive and no files; give the files another layer."
        raise document.error(message, "layer", index, "files")
    for other in layers:
        if other is not layer and other.graph == layer.graph:
            hint = "Give each another graph."
            message = f"The graph of {layer.name!r}, which its rules fill, is that of {other.name!r} too."
            raise document.error(message, "layer", index, "graph", hint=hint)


def _layer(document: ConfigFile, index: int) -> Layer:
    at = ("layer", index)
    document.keys(TOML.keys("layer"), *at)
    graph = document.text(*at, "graph") or None
    rules, reads = read_patterns(document, *at, "rules"), document.texts(*at, "reads")
    reasoning = document.text(*at, "reasoning")
    if reasoning and reasoning not in REASONING:
        known = " or ".join(map(repr, REASONING))
        raise document.error(f"{reasoning!r} is no way to reason: write {known}.", *at, "reasoning")
    if reasoning and (rules or document.get(*at, "files")):
        message = "A layer of reasoning has no files or rules of its own; give these another layer."
        raise document.error(message, *at, "reasoning")
    if (rules or reasoning) and not graph:
        hint = 'For example: graph = "https://example.org/graph/derived"'
        raise document.error("A layer of rules needs a graph for what they derive.", *at, hint=hint)
    if reads and not (rules or reasoning):
        raise document.error("Only a layer of rules reads others.", *at, "reads")
    passages = document.text(*at, "passages")
    named = "" if rules or reasoning or graph is None else "stem"  # what rules derive has one graph
    for key, value in (("graph", (graph or "").replace("{stem}", named or "{stem}")), ("passages", passages)):
        if value and not is_iri(value):
            raise document.error(f"{value!r} is not an absolute IRI.", *at, key)
    files = read_patterns(document, *at, "files")
    of_passages = Iri(passages) if passages else None
    return Layer(document.text(*at, "name"), files, rules, graph, of_passages, reads, reasoning)


def graph_of(layer: Layer, stem: str) -> Iri | None:
    """Return the graph for a file's triples outside named graphs; `stem` is its name without extension."""
    return Iri(layer.graph.replace("{stem}", encoded(stem))) if layer.graph else None


def unread_ontology(root: Path, layers: tuple[Layer, ...], patterns: tuple[str, ...]) -> tuple[Layer, ...]:
    """Return a layer for the files of the ontology, whose names of classes and properties all output needs.

    Args:
        root: The folder of the project.
        layers: The layers that it names.
        patterns: Where its ontology is.

    Returns:
        No layer if one of those named is called so, or begins where the ontology lies, or if there is none.
    """
    begin = {pattern.partition("/")[0] for pattern in patterns}
    named = {pattern.partition("/")[0] for layer in layers for pattern in (*layer.files, *layer.rules)}
    if (
        any(layer.name == _ONTOLOGY for layer in layers)
        or begin & named
        or any("*" in part for part in named)
    ):
        return ()
    there = tuple(pattern for pattern in patterns if matches(root, pattern, Budget()))
    return (Layer(_ONTOLOGY, there, graph=_ITS_GRAPH),) if there else ()
