"""A graph project on disk: find it, read its `ogdkg.toml`, list its files. Parses no RDF."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.config.config_file import ConfigFile, read_toml
from ogdkg.errors import InputError, Place, UnknownNameError, UsageError
from ogdkg.files.globs import Budget, is_inside, matches, pattern_fault
from ogdkg.files.names import encoded, printable, shown
from ogdkg.project.endpoint import Endpoint, find_endpoint, read_endpoints
from ogdkg.project.trust import distrust, is_listed, is_own, listed_origins
from ogdkg.rdf.formats import RDF_EXTENSIONS
from ogdkg.rdf.terms import Iri, Subject, expand, is_iri

CONFIG = "ogdkg.toml"
ALL_LAYERS = "all"
_LETTER = (  # Turtle's PN_CHARS_BASE
    "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = rf"{_LETTER}_0-9\xb7\u0300-\u036f\u203f\u2040\-"
_PLAIN_PREFIX = r"[A-Za-z](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"  # the other takes 6 ms to be compiled
_PREFIX = rf"(?:[{_LETTER}](?:[{_INNER}.]*[{_INNER}])?)?"  # PN_PREFIX, or none


class Layer(NamedTuple):
    """Files, or rules; what has no graph of its own goes into `graph` (None: the unnamed graph)."""

    name: str
    files: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    graph: str | None = None
    passage_metadata_graph: Iri | None = None

    @property
    def derived_graph(self) -> Iri | None:
        """The graph that the layer's rules fill; None for a layer without rules."""
        return Iri(self.graph) if self.rules and self.graph else None

    @property
    def is_derived(self) -> bool:
        """Whether rules fill the layer."""
        return self.derived_graph is not None


class Source(NamedTuple):
    """A file of a layer, and the graph for its triples that name none.

    `bnode_prefix`: what the labels of its blank nodes begin with, in every store.
    """

    path: Path
    layer: str
    graph: Iri | None
    bnode_prefix: str = "f"


class Project(NamedTuple):
    """What `ogdkg.toml` says, with defaults where it is silent.

    `search_facets`: the properties that narrow a search, by the name of their option.
    `default_layers`: the layers that stored queries and rules read unless they name others; empty for all.
    `packaged`: it is the one inside the package. `trust`: the person said `--trust`.
    `document`: the file itself, for complaints.
    """

    root: Path
    name: str
    title: str
    resource_namespace: str
    layers: tuple[Layer, ...]
    prefixes: Mapping[str, str]
    shapes: tuple[str, ...]
    shapes_ontology: tuple[str, ...]
    leave_out: tuple[str, ...]
    personal: str | None
    context: str | None = None
    source: str | None = None
    search_facets: Mapping[str, Iri] = {}
    endpoints: tuple[Endpoint, ...] = ()
    default_layers: tuple[str, ...] = ()
    packaged: bool = False
    trust: bool = False
    document: ConfigFile | None = None

    @property
    def trusted(self) -> bool:
        """Whether it may reach outside its folder: the person said so, now or in the settings."""
        return self.packaged or self.trust or is_listed(self.root)

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    def shown(self, path: Path) -> str:
        """A file of the project as a message names it; inside the package from its own folder."""
        return printable(path.relative_to(self.root).as_posix()) if self.packaged else shown(path)

    @property
    def manifest(self) -> Iri:
        """The graph in which a server tells what was pushed there."""
        return Iri(self.prefixes.get("graph", "urn:ogdkg:graph:") + "push")

    @property
    def merged(self) -> Iri:
        """The graph that holds what all graphs hold, on a server whose default graph does not."""
        return Iri(self.prefixes.get("graph", "urn:ogdkg:graph:") + "merged")

    @property
    def default_layers_graph(self) -> Iri:
        """The graph that holds what stored queries read by themselves, on a server."""
        return Iri(self.merged.value + "-asked")

    @property
    def derived_graphs(self) -> frozenset[Iri]:
        """The graphs that rules fill."""
        return frozenset(layer.derived_graph for layer in self.layers if layer.derived_graph)

    @property
    def rule_files(self) -> list[Path]:
        """The files of all rules, layer by layer."""
        return [path for layer in self.layers for path in self.files(layer.rules)]

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
        budget = Budget()
        for layer in self.layers if layers is None else layers:
            beginning = f"l{self.layers.index(layer) + 1}f"
            for number, path in enumerate(self.files(layer.files, budget), 1):
                graph = graph_of(layer, path.stem)
                found.setdefault(path, Source(path, layer.name, graph, f"{beginning}{number}"))
        return list(found.values())

    def files(self, patterns: Iterable[str], budget: Budget | None = None) -> list[Path]:
        """The files that match any of the patterns, sorted within each.

        InputError where one lies outside the project's folder, unless the project is trusted.
        """
        found, budget = [], budget or Budget()
        for pattern in patterns:
            matched = matches(self.root, pattern, budget)
            if any(match.is_outside for match in matched):
                if not self.trusted:
                    raise self._outside(pattern, next(match.path for match in matched if match.is_outside))
                matched = matches(self.root, pattern, budget, follow=True)
            found += [match.path for match in matched]
        return found

    def file(self, name: str) -> Path:
        """A file that `ogdkg.toml` names; InputError where it lies outside and the project is not trusted."""
        path = self.root / name
        if not is_inside(self.root, path) and not self.trusted:
            raise self._outside(name, path)
        return path

    def endpoint(self, given: str) -> Endpoint:
        """The server that a name or an address means; InputError where the project chose its address, and the
        person trusts neither."""
        found = find_endpoint(given, self.endpoints)
        if given == found.name and not (self.trusted or found.origins <= listed_origins()):
            place = self._place_of(given)
            raise distrust(f"The project says where {given!r} is: {found.url}.", self.root, (), place)
        return found

    def _outside(self, named: str, path: Path) -> InputError:
        message = f"{named!r} leads to {shown(path)}, which is outside the project's folder."
        return distrust(message, self.root, self._reaches(), self._place_of(named))

    def _reaches(self) -> list[str]:
        """What the project would do that touches more than its folder."""
        rules = [pattern for layer in self.layers for pattern in layer.rules]
        names = [*self.patterns, *rules, *filter(None, (self.source, self.context))]
        outside = [
            shown(match.path)
            for name in dict.fromkeys(names)
            for match in matches(self.root, name, Budget())
            if match.is_outside
        ]
        said = [f"It would read outside its folder: {_some(outside)}."] if outside else []
        if self.endpoints:
            said.append(f"It names servers: {_some([each.url for each in self.endpoints])}.")
        return said

    def _place_of(self, text: str) -> Place | None:
        """Where `ogdkg.toml` says a text."""
        return self.document.place_of_value(text) if self.document else None


def _some(names: list[str]) -> str:
    more = f", and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more


def find_project(folder: str | Path | None = None, *, trust: bool = False) -> Project:
    """The project in `folder`, else OGDKG_PROJECT, else at or above this folder, else in the package.

    `trust`: it may reach outside its folder. InputError where it is another user's and nobody named it, or
    where it would run rules, unless it is trusted.
    """
    given = folder or os.environ.get("OGDKG_PROJECT")
    if given:
        root = Path(given).resolve()
        if not (root / CONFIG).is_file():
            hint = f"Name a folder that holds {CONFIG}, or make an empty {CONFIG} there."
            raise UsageError(f"There is no graph project in {str(given)!r}.", hint=hint)
        return _checked(root, trust, is_named=True)
    here = Path.cwd()
    for root in (here, *here.parents):
        if (root / CONFIG).is_file():
            return _checked(root, trust, is_named=False)
    return packaged_project()


def _checked(root: Path, trust: bool, *, is_named: bool) -> Project:
    """The project in a folder, where it may be taken."""
    if trust or is_own(root / CONFIG) or is_listed(root):
        return read_project(root, trust=trust)
    message = f"The project in {shown(root)} belongs to another user."
    if not is_named:
        raise distrust(message, root, ["Name it with -C if you only want to read it."])
    project = read_project(root)
    if any(layer.is_derived for layer in project.layers):
        raise distrust(message, root, ["It would run rules of its own.", *project._reaches()])
    return project


def packaged_project() -> Project:
    """The graph that came with the package: inside the wheel, or around an editable install's sources."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "packaged", package.parent.parent):
        if (root / CONFIG).is_file():
            return read_project(root, packaged=True)
    raise InputError("The package holds no graph.", hint="Install ogdkg again, or name a project with -C.")


def read_project(root: Path, *, packaged: bool = False, trust: bool = False) -> Project:
    """The project whose `ogdkg.toml` stands in `root`; an unknown key is an InputError with its line."""
    path = root / CONFIG
    document = read_toml(path, shown(path))
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
        resource_namespace=document.text("project", "things"),
        layers=layers,
        prefixes=_prefixes(document),
        shapes=_patterns(document, "shapes", "files") or ("ontology/shapes/**/*.ttl",),
        shapes_ontology=_patterns(document, "shapes", "ontology") or ("ontology/*.ttl",),
        leave_out=document.texts("export", "leave-out"),
        personal=document.text("export", "personal") or None,
        source=_file_name(document, "project", "source"),
        search_facets=_filters(document),
        endpoints=read_endpoints(document),
        default_layers=document.texts("queries", "layers"),
        context=_file_name(document, "export", "context"),
        packaged=packaged,
        trust=trust,
        document=document,
    )


def _patterns(document: ConfigFile, *key: str | int) -> tuple[str, ...]:
    """Patterns of file names; InputError with the line of one that can mean nothing."""
    found = document.texts(*key)
    for index, pattern in enumerate(found):
        if fault := pattern_fault(pattern):
            raise document.error(fault, *key, index)
    return found


def _file_name(document: ConfigFile, *key: str) -> str | None:
    """The name of one file, None where none is given; InputError where it can name none."""
    name = document.text(*key) or None
    if name and (fault := pattern_fault(name)):
        raise document.error(fault, *key)
    return name


def _layers(document: ConfigFile) -> tuple[Layer, ...]:
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


def _layer(document: ConfigFile, index: int) -> Layer:
    at = ("layer", index)
    document.keys(("name", "files", "rules", "graph", "passages"), *at)
    graph = document.text(*at, "graph") or None
    rules = _patterns(document, *at, "rules")
    if rules and not graph:
        raise document.error("A layer of rules needs a graph for what they derive.", *at)
    passages = document.text(*at, "passages")
    named = "" if rules or graph is None else "stem"  # what rules derive has one graph
    for key, value in (("graph", (graph or "").replace("{stem}", named or "{stem}")), ("passages", passages)):
        if value and not is_iri(value):
            raise document.error(f"{value!r} is not an absolute IRI.", *at, key)
    files = _patterns(document, *at, "files")
    return Layer(document.text(*at, "name"), files, rules, graph, Iri(passages) if passages else None)


def _known_layers(document: ConfigFile, layers: tuple[Layer, ...], *key: str) -> None:
    names = [layer.name for layer in layers]
    for index, name in enumerate(document.texts(*key)):
        if name not in names:
            hint = UnknownNameError("layer", name, names).hint
            raise document.error(f"There is no layer {name!r}.", *key, index, hint=hint)


def _prefixes(document: ConfigFile) -> dict[str, str]:
    prefixes = document.table("prefixes")
    for name in prefixes:
        if not (re.fullmatch(_PLAIN_PREFIX, name) or re.fullmatch(_PREFIX, name)):
            hint = "Write letters and digits, the first a letter."
            raise document.error(f"{name!r} cannot be a prefix.", "prefixes", name, hint=hint)
        if not is_iri(document.text("prefixes", name)):
            raise document.error(f"The prefix {name!r} must stand for an absolute IRI.", "prefixes", name)
    return dict(prefixes)


def _filters(document: ConfigFile) -> dict[str, Iri]:
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


def graph_of(layer: Layer, stem: str) -> Iri | None:
    """The graph for what a file says outside of named ones; `stem`: its name without the extension."""
    return Iri(layer.graph.replace("{stem}", encoded(stem))) if layer.graph else None


def layers_of_graphs(project: Project) -> dict[Iri | Subject | None, str]:
    """The layer of each graph that the project names; under None, that of the graphs which files name."""
    found: dict[Iri | Subject | None, str] = {}
    own = [layer for layer in project.layers if not layer.graph]
    found[None] = next((layer.name for layer in own), "")
    for source in project.sources():
        if source.graph:
            found.setdefault(source.graph, source.layer)
    for layer in project.layers:
        if layer.derived_graph:
            found[layer.derived_graph] = layer.name
    return found
