"""A graph project on disk: find it, read its `ogdkg.toml`, list its files. Parses no RDF."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.documents import Document, parse_toml
from ogdkg.endpoint import Endpoint, read_endpoints
from ogdkg.errors import InputError, Place, UnknownNameError, UsageError
from ogdkg.formats import RDF_EXTENSIONS
from ogdkg.terms import Iri, Subject, expand, is_iri

CONFIG = "ogdkg.toml"
ALL_LAYERS = "all"


class Layer(NamedTuple):
    """Files, or rules; what has no graph of its own goes into `graph` (None: the unnamed graph)."""

    name: str
    files: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    graph: str | None = None
    passages: Iri | None = None


class Source(NamedTuple):
    """A file of a layer, and the graph for its triples that name none; `blanks`: what the labels of its blank
    nodes begin with, in whichever store."""

    path: Path
    layer: str
    graph: Iri | None
    blanks: str = "f"


class Project(NamedTuple):
    """What `ogdkg.toml` says, with defaults where it is silent.

    `source`: the document that passages cite, where it is at hand. `filters`: the properties that narrow a
    search, by the name of their option. `asked`: the layers that stored queries and rules read unless they
    say otherwise; empty for all. `packaged`: the one inside the package.
    """

    root: Path
    name: str
    title: str
    things: str
    layers: tuple[Layer, ...]
    prefixes: Mapping[str, str]
    shapes: tuple[str, ...]
    shapes_ontology: tuple[str, ...]
    leave_out: tuple[str, ...]
    personal: str | None
    context: str | None = None
    source: Path | None = None
    filters: Mapping[str, Iri] = {}
    endpoints: tuple[Endpoint, ...] = ()
    asked: tuple[str, ...] = ()
    packaged: bool = False

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    def shown(self, path: Path) -> str:
        """A file of the project as a message names it; inside the package from its own folder."""
        return path.relative_to(self.root).as_posix() if self.packaged else shown(path)

    @property
    def manifest(self) -> Iri:
        """The graph in which a server tells what was pushed there."""
        return Iri(self.prefixes.get("graph", "urn:ogdkg:graph:") + "push")

    @property
    def merged(self) -> Iri:
        """The graph that holds what all graphs hold, on a server whose default graph does not."""
        return Iri(self.prefixes.get("graph", "urn:ogdkg:graph:") + "merged")

    @property
    def asked_copy(self) -> Iri:
        """The graph that holds what stored queries read by themselves, on a server."""
        return Iri(self.merged.value + "-asked")

    @property
    def patterns(self) -> tuple[str, ...]:
        """Of all its RDF files, the shapes too."""
        of_layers = (pattern for layer in self.layers for pattern in layer.files)
        return tuple(dict.fromkeys((*of_layers, *self.shapes, *self.shapes_ontology)))

    def layer(self, name: str) -> Layer:
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise UnknownNameError("layer", name, names, see=f"The layers are: {', '.join(names)}.")

    def choose(self, names: Iterable[str]) -> tuple[Layer, ...]:
        """The layers so named, in the project's order; none named, or `all`, means every one."""
        wanted = set(names)
        if not wanted or ALL_LAYERS in wanted:
            return self.layers
        for name in sorted(wanted):
            self.layer(name)
        return tuple(layer for layer in self.layers if layer.name in wanted)

    def sources(self, layers: Iterable[Layer] | None = None) -> list[Source]:
        """The data files of the layers, each once, in a fixed order."""
        found: dict[Path, Source] = {}
        for layer in self.layers if layers is None else layers:
            beginning = f"l{self.layers.index(layer) + 1}f"
            for number, path in enumerate(self.files(layer.files), 1):
                source = Source(path, layer.name, _graph_of(layer, path), f"{beginning}{number}")
                found.setdefault(path, source)
        return list(found.values())

    def files(self, patterns: Iterable[str]) -> list[Path]:
        """The files that match any of the patterns, sorted within each."""
        return [path for pattern in patterns for path in sorted(self.root.glob(pattern)) if path.is_file()]


def shown(path: Path) -> str:
    """A path as a message names it: from the working folder where that is shorter."""
    absolute = str(path)
    relative = os.path.relpath(path)
    return relative if len(relative) < len(absolute) else absolute


def find_project(folder: str | Path | None = None) -> Project:
    """The project in `folder`, else OGDKG_PROJECT, else at or above this folder, else in the package."""
    given = folder or os.environ.get("OGDKG_PROJECT")
    if given:
        root = Path(given).resolve()
        if not (root / CONFIG).is_file():
            hint = f"Name a folder that holds {CONFIG}, or make an empty {CONFIG} there."
            raise UsageError(f"There is no graph project in {str(given)!r}.", hint=hint)
        return read_project(root)
    here = Path.cwd()
    for root in (here, *here.parents):
        if (root / CONFIG).is_file():
            return read_project(root)
    return packaged_project()


def packaged_project() -> Project:
    """The graph that came with the package: inside the wheel, or around an editable install's sources."""
    package = Path(__file__).resolve().parent
    for root in (package / "graph", package.parent.parent):
        if (root / CONFIG).is_file():
            return read_project(root, packaged=True)
    raise InputError("The package holds no graph.", hint="Install ogdkg again, or name a project with -C.")


def read_project(root: Path, *, packaged: bool = False) -> Project:
    """The project whose `ogdkg.toml` stands in `root`; an unknown key is an InputError with its line."""
    path = root / CONFIG
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file cannot be read: {error}.", place=Place(shown(path))) from error
    document = parse_toml(text, shown(path))
    top = ("project", "layer", "queries", "shapes", "export", "search", "endpoint", "prefixes")
    document.keys(top)
    document.keys(("name", "title", "things", "source"), "project")
    document.keys(("layers",), "queries")
    document.keys(("files", "ontology"), "shapes")
    document.keys(("leave-out", "personal", "context"), "export")
    document.keys(("filters",), "search")
    layers = _layers(document)
    for key in (("export", "leave-out"), ("queries", "layers")):
        _known_layers(document, layers, *key)
    return Project(
        root=root,
        name=document.text("project", "name") or root.name,
        title=document.text("project", "title") or document.text("project", "name") or root.name,
        things=document.text("project", "things"),
        layers=layers,
        prefixes=_prefixes(document),
        shapes=document.texts("shapes", "files") or ("ontology/shapes/**/*.ttl",),
        shapes_ontology=document.texts("shapes", "ontology") or ("ontology/*.ttl",),
        leave_out=document.texts("export", "leave-out"),
        personal=document.text("export", "personal") or None,
        source=root / source if (source := document.text("project", "source")) else None,
        filters=_filters(document),
        endpoints=read_endpoints(document),
        asked=document.texts("queries", "layers"),
        context=document.text("export", "context") or None,
        packaged=packaged,
    )


def _layers(document: Document) -> tuple[Layer, ...]:
    tables: Any = document.get("layer")
    if tables is None:
        return (Layer("data", tuple(f"data/**/*.{extension}" for extension in RDF_EXTENSIONS)),)
    if not isinstance(tables, list):
        raise document.error("A layer begins with [[layer]].", "layer")
    layers = tuple(_layer(document, index) for index in range(len(tables)))
    names = [layer.name for layer in layers]
    for index, name in enumerate(names):
        if name in names[:index] or name in ("", ALL_LAYERS):
            raise document.error(
                f"{name!r} cannot name this layer: names are unique, not empty, and not 'all'.",
                "layer",
                index,
            )
    return layers


def _layer(document: Document, index: int) -> Layer:
    at = ("layer", index)
    document.keys(("name", "files", "rules", "graph", "passages"), *at)
    graph = document.text(*at, "graph") or None
    rules = document.texts(*at, "rules")
    if rules and not graph:
        raise document.error("A layer of rules needs a graph for what they derive.", *at)
    for key in ("graph", "passages"):
        value = document.text(*at, key).replace("{stem}", "stem")
        if value and not is_iri(value):
            raise document.error(f"{value!r} is not an absolute IRI.", *at, key)
    passages = document.text(*at, "passages")
    files = document.texts(*at, "files")
    return Layer(document.text(*at, "name"), files, rules, graph, Iri(passages) if passages else None)


def _known_layers(document: Document, layers: tuple[Layer, ...], *key: str) -> None:
    names = [layer.name for layer in layers]
    for index, name in enumerate(document.texts(*key)):
        if name not in names:
            hint = UnknownNameError("layer", name, names).hint
            raise document.error(f"There is no layer {name!r}.", *key, index, hint=hint)


def _prefixes(document: Document) -> dict[str, str]:
    prefixes = document.table("prefixes")
    for name in prefixes:
        if not is_iri(document.text("prefixes", name)):
            raise document.error(f"The prefix {name!r} must stand for an absolute IRI.", "prefixes", name)
    return dict(prefixes)


def _filters(document: Document) -> dict[str, Iri]:
    """The properties that `[search] filters` names, each by a CURIE or an IRI."""
    at = ("search", "filters")
    prefixes = _prefixes(document)
    found = {}
    for name in document.table(*at):
        text = document.text(*at, name)
        iri = expand(text, prefixes) or (Iri(text) if is_iri(text) else None)
        if iri is None or not re.fullmatch(r"[a-z][a-z-]*", name):
            raise document.error(
                "A filter is a word in small letters, and the CURIE of a property.", *at, name
            )
        found[name] = iri
    return found


def _graph_of(layer: Layer, path: Path) -> Iri | None:
    return Iri(layer.graph.replace("{stem}", path.stem)) if layer.graph else None


def layers_of_graphs(project: Project) -> dict[Iri | Subject | None, str]:
    """The layer of each graph that the project names; under None, that of the graphs which files name."""
    found: dict[Iri | Subject | None, str] = {}
    own = [layer for layer in project.layers if not layer.graph]
    found[None] = next((layer.name for layer in own), "")
    for source in project.sources():
        if source.graph:
            found.setdefault(source.graph, source.layer)
    for layer in project.layers:
        if layer.rules and layer.graph:
            found[Iri(layer.graph)] = layer.name
    return found
