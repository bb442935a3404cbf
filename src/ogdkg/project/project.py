"""`Project`: finds a graph project on disk, reads its `ogdkg.toml`, and lists its files. Parses no RDF."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.answer_cache.dependencies import note
from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import InputError, Place, UnknownNameError, UsageError
from ogdkg.files.globs import Budget, is_inside, is_pattern, matches
from ogdkg.files.names import printable, shown_path
from ogdkg.lean import NamedTuple
from ogdkg.project.evidence import Evidence, read_evidence
from ogdkg.project.house import House, read_house
from ogdkg.project.keys import TOML
from ogdkg.project.languages import read_languages
from ogdkg.project.layers import ALL_LAYERS as ALL_LAYERS
from ogdkg.project.layers import Layer as Layer
from ogdkg.project.layers import Source as Source
from ogdkg.project.layers import graph_of as graph_of
from ogdkg.project.layers import read_layers, unread_ontology
from ogdkg.project.pages import PageSettings, read_pages
from ogdkg.project.prefixes import Prefixes
from ogdkg.project.settings import read_settings
from ogdkg.project.tables import (
    check_names,
    read_contexts,
    read_file_name,
    read_filters,
    read_line,
    read_namespace,
    read_patterns,
    read_prefixes,
    read_properties,
)
from ogdkg.project.trust import distrust, is_listed, is_own, listed_origins
from ogdkg.rdf.formats import plain_name
from ogdkg.rdf.labels import ENGLISH, Languages
from ogdkg.rdf.terms import Iri, Subject

if TYPE_CHECKING:
    from ogdkg.project.endpoint import Endpoint

CONFIG = "ogdkg.toml"


class Project(NamedTuple):
    """A project as configured in `ogdkg.toml`, with defaults for what is missing.

    `shapes_display`: the shapes that say how properties are shown. `default_layers`: the layers that stored
    queries and rules read unless they name others; empty for all. `beside_layers`: those that stored queries
    read besides the layers that the user chooses. `languages`: those that texts are shown in, the preferred
    one first. `text_properties`: further properties whose values stored queries print in one language.
    `within`: the properties from a thing to the whole that it is in, which stands for all things in it.
    `loose`: files of no project, in place of all patterns. `graph_names`: what the names of graphs begin with
    that a server has beside the project's.
    """

    root: Path
    name: str
    title: str
    resource_namespace: str
    layers: tuple[Layer, ...]
    prefixes: Mapping[str, str]
    shapes: tuple[str, ...]
    shapes_ontology: tuple[str, ...]
    shapes_display: tuple[str, ...]
    leave_out: tuple[str, ...]
    never_exported: tuple[str, ...]
    personal: str | None
    context: str | None = None
    contexts: Mapping[str, str] = {}
    source: str | None = None
    search_facets: Mapping[str, Iri] = {}
    endpoints: tuple[Endpoint, ...] = ()
    default_layers: tuple[str, ...] = ()
    beside_layers: tuple[str, ...] = ()
    languages: Languages = ENGLISH
    text_properties: tuple[str, ...] = ()
    evidence: Evidence = Evidence()
    within: tuple[str, ...] = ()
    packaged: bool = False
    trust: bool = False
    document: ConfigFile | None = None
    house: House = House()
    pages: PageSettings = PageSettings()
    loose: tuple[Source, ...] = ()
    graph_names: str = "urn:ogdkg:graph:"

    @property
    def trusted(self) -> bool:
        """Whether it may reach outside its folder, by `--trust` or by the user's settings."""
        return self.packaged or self.trust or is_listed(self.root)

    @property
    def own_prefixes(self) -> Mapping[str, str]:
        """The prefixes of `ogdkg.toml` alone, for text that goes into a file, which may lack others."""
        return self.prefixes.own if isinstance(self.prefixes, Prefixes) else self.prefixes

    @property
    def queries(self) -> Path:
        """The folder of its stored queries."""
        return self.root / "queries"

    def shown_path(self, path: Path) -> str:
        """Return a file of the project as messages show it; relative to the project in the package."""
        return printable(path.relative_to(self.root).as_posix()) if self.packaged else shown_path(path)

    @property
    def manifest(self) -> Iri:
        """The graph in which a server keeps the manifest of what was pushed."""
        return Iri(self.graph_names + "push")

    @property
    def context_files(self) -> dict[str, Path]:
        """The files of the JSON-LD contexts at other addresses."""
        return {address: self.file(name) for address, name in self.contexts.items()}

    @property
    def merged(self) -> Iri:
        """The graph with the union of all graphs, on a server whose default graph is another."""
        return Iri(self.graph_names + "merged")

    @property
    def default_layers_graph(self) -> Iri:
        """The graph with the union of the default layers, on a server."""
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
        """The patterns of all its RDF files, including shapes."""
        of_layers = (pattern for layer in self.layers for pattern in layer.files)
        return tuple(dict.fromkeys((*of_layers, *self.shapes, *self.shapes_display, *self.shapes_ontology)))

    def layer(self, name: str) -> Layer:
        """Return a layer by name; UnknownNameError if there is none."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = [layer.name for layer in self.layers]
        raise UnknownNameError(
            "layer", name, names, see=f"The layers are: {', '.join(names)}, or {ALL_LAYERS}."
        )

    def choose(self, names: Iterable[str]) -> tuple[Layer, ...]:
        """Return layers by name, in the project's order; no name, or `all`, means every layer."""
        chosen = set(names)
        if not chosen or ALL_LAYERS in chosen:
            return self.layers
        for name in sorted(chosen):
            self.layer(name)
        return tuple(layer for layer in self.layers if layer.name in chosen)

    def sources(self, layers: Iterable[Layer] | None = None) -> list[Source]:
        """Return the data files of layers, each once, in a fixed order; by default of all layers."""
        if self.loose:
            return list(self.loose)
        by_path: dict[Path, Source] = {}
        budget, contexts = Budget(), tuple(self.context_files.items())
        for layer in self.layers if layers is None else layers:
            prefix = f"l{self.layers.index(layer) + 1}f"
            for number, path in enumerate(self.files(layer.files, budget), 1):
                graph = graph_of(layer, plain_name(path).stem)
                by_path.setdefault(path, Source(path, layer.name, graph, f"{prefix}{number}", contexts))
        return list(by_path.values())

    def files(self, patterns: Iterable[str], budget: Budget | None = None) -> list[Path]:
        """Return the files that match the patterns; InputError for one outside, unless trusted."""
        found, budget = [], budget or Budget()
        for pattern in () if self.loose else patterns:
            matched = matches(self.root, pattern, budget)
            if not matched and not is_pattern(pattern):
                hint = "Check its name, or take it out."
                message = f"There is no file {pattern!r}."
                raise InputError(message, place=self._place_of(pattern), hint=hint)
            if any(match.is_outside for match in matched):
                if not self.trusted:
                    raise self._outside(pattern, next(match.path for match in matched if match.is_outside))
                matched = matches(self.root, pattern, budget, follow=True)
            found += [match.path for match in matched]
        return found

    def prefix_files(self) -> list[Path]:
        """Return the files whose prefixes are known in it; none where one may not be read."""
        try:
            budget = Budget()
            data = dict.fromkeys(path for layer in self.layers for path in self.files(layer.files, budget))
            loose = [source.path for source in self.loose]
            return [*loose, *data, *self.files((*self.shapes_ontology, *self.shapes))]
        except InputError:  # whoever loads the graph tells
            return []

    def file(self, name: str) -> Path:
        """Return a file that `ogdkg.toml` names; InputError if it is outside and the project not trusted."""
        path = self.root / name
        note(path)
        if not is_inside(self.root, path) and not self.trusted:
            raise self._outside(name, path)
        return path

    def endpoint(self, text: str) -> Endpoint:
        """Return the endpoint with a name or URL; InputError if only the project names the server."""
        from ogdkg.project.endpoint import find_endpoint  # few commands ask a server

        found = find_endpoint(text, self.endpoints)
        if text == found.name and not (self.trusted or found.origins <= listed_origins()):
            place = self._place_of(text)
            raise distrust(f"The project says where {text!r} is: {found.url}.", self.root, (), place)
        return found

    def _outside(self, named: str, path: Path) -> InputError:
        message = f"{named!r} leads to {shown_path(path)}, which is outside the project's folder."
        return distrust(message, self.root, self._reaches(), self._place_of(named))

    def _reaches(self) -> list[str]:
        """Return what the project would do that reaches outside its folder."""
        rules = [pattern for layer in self.layers for pattern in layer.rules]
        names = [*self.patterns, *rules, *filter(None, (self.source, self.context)), *self.contexts.values()]
        outside = [
            shown_path(match.path)
            for name in dict.fromkeys(names)
            for match in matches(self.root, name, Budget())
            if match.is_outside
        ]
        reaches = [f"It would read outside its folder: {_some(outside)}."] if outside else []
        if self.endpoints:
            reaches.append(f"It names servers: {_some([endpoint.url for endpoint in self.endpoints])}.")
        return reaches

    def _place_of(self, text: str) -> Place | None:
        """Return where `ogdkg.toml` contains a value."""
        return self.document.place_of_value(text) if self.document else None


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f", and {len(names) - 5} more" if len(names) > 5 else "")


def find_project(folder: str | Path | None = None, *, trust: bool = False) -> Project:
    """Find and read a project.

    Args:
        folder: Its folder; by default that in OGDKG_PROJECT, else the working folder or one above it with an
            `ogdkg.toml`, else the project in the package.
        trust: Whether it may reach outside its folder.

    Raises UsageError for a folder without a project, and InputError for one that is invalid or not trusted.
    """
    named = folder or os.environ.get("OGDKG_PROJECT")
    if named:
        note(Path(named, CONFIG))  # a link may lead elsewhere the next time
        root = Path(named).resolve()
        if not _is_there(root):
            hint = f"Name a folder that holds {CONFIG}, or make an empty {CONFIG} there."
            raise UsageError(f"There is no graph project in {str(named)!r}.", hint=hint)
        return _checked(root, trust, is_named=True)
    for root in ((here := Path.cwd()), *here.parents):
        if _is_there(root):
            return _checked(root, trust, is_named=False)
    return packaged_project()


def _is_there(root: Path) -> bool:
    note(root / CONFIG)
    return (root / CONFIG).is_file()


def _checked(root: Path, trust: bool, *, is_named: bool) -> Project:
    """Read the project in a folder, if it may be used."""
    if trust or is_own(root / CONFIG) or is_listed(root):
        return read_project(root, trust=trust)
    message = f"The project in {shown_path(root)} belongs to another user."
    if not is_named:
        raise distrust(message, root, ["Name it with -C if you only want to read it."])
    project = read_project(root)
    if any(layer.is_derived for layer in project.layers):
        raise distrust(message, root, ["It would run rules of its own.", *project._reaches()])
    return project


def packaged_project() -> Project:
    """Return the project that comes with the package: in the wheel, or around an editable install.

    Raises:
        InputError: The installation is damaged.
    """
    package = Path(__file__).resolve().parent.parent
    for root in (package / "packaged", package.parent.parent):
        if _is_there(root):
            return read_project(root, packaged=True)
    raise InputError("The package has no graph.", hint="Install ogdkg again, or name a project with -C.")


def read_project(root: Path, *, packaged: bool = False, trust: bool = False) -> Project:
    """Read the project in a folder.

    Args:
        root: The folder.
        packaged: Whether it is the one that comes with the package.
        trust: Whether the user lets it read outside its folder and name servers.

    Raises:
        InputError: A key is invalid or unknown; with its line.
    """
    document = _settings(root)
    layers = read_layers(document)
    shapes = read_patterns(document, "shapes", "files") or ("ontology/shapes/**/*.ttl",)
    ontology = read_patterns(document, "shapes", "ontology") or ("ontology/*.ttl",)
    unread = unread_ontology(root, layers, ontology)
    endpoints = _endpoints(document)
    _check_layer_names(document, layers)
    own = read_prefixes(document)
    project = Project(
        root=root,
        name=(name := read_line(document, "project", "name") or root.name),
        title=read_line(document, "project", "title") or name,
        resource_namespace=read_namespace(document, "project", "things"),
        layers=(*layers, *unread),
        prefixes=own,
        shapes=shapes,
        shapes_ontology=ontology,
        shapes_display=read_patterns(document, "shapes", "display") or shapes,
        leave_out=(*document.texts("export", "leave-out"), *(layer.name for layer in unread)),
        never_exported=document.texts("export", "never"),
        personal=document.text("export", "personal") or None,
        source=read_file_name(document, "project", "source"),
        search_facets=read_filters(document),
        endpoints=endpoints,
        default_layers=document.texts("queries", "layers"),
        beside_layers=document.texts("queries", "beside"),
        languages=read_languages(document),
        text_properties=read_properties(document, "queries", "texts"),
        evidence=read_evidence(document),
        within=read_properties(document, "queries", "within"),
        context=read_file_name(document, "export", "context"),
        contexts=read_contexts(document),
        packaged=packaged,
        trust=trust,
        document=document,
        house=read_house(document),
        pages=read_pages(document),
    )
    graph_names = own.get("graph", project.graph_names)
    return project._replace(prefixes=Prefixes(own, project.prefix_files, root), graph_names=graph_names)


def _settings(root: Path) -> ConfigFile:
    path = root / CONFIG
    document = read_settings(path, shown_path(path))
    document.keys(TOML.keys())
    for table in ("project", "queries", "shapes", "export"):  # whoever reads another looks at its keys
        document.keys(TOML.keys(table), table)
    return document


def _check_layer_names(document: ConfigFile, layers: Sequence[Layer]) -> None:
    """Check that each layer that a setting names is there; InputError with the line of one that is not."""
    of_layers = [("layer", index, "reads") for index, layer in enumerate(layers) if layer.reads]
    of_queries = [("queries", "layers"), ("queries", "beside")]
    for key in (("export", "leave-out"), ("export", "never"), *of_queries, *of_layers):
        names = [layer.name for layer in layers] + [ALL_LAYERS] * (key[-1] == "reads")
        check_names(document, "layer", names, *key)


def _endpoints(document: ConfigFile) -> tuple[Endpoint, ...]:
    if document.get("endpoint") is None:
        return ()
    from ogdkg.project.endpoint import read_endpoints  # few projects name a server

    return read_endpoints(document)


def layers_of_graphs(
    project: Project, sources: Iterable[Source] | None = None
) -> dict[Iri | Subject | None, str]:
    """Return the layer of each graph that the project names, and under None that of all other graphs.

    `sources`: the files of all layers, where they are known.
    """
    own = next((layer.name for layer in project.layers if not layer.graph), "")
    found: dict[Iri | Subject | None, str] = {None: own}
    for source in project.sources() if sources is None else sources:
        if source.graph:
            found.setdefault(source.graph, source.layer)
    return found | {layer.derived_graph: layer.name for layer in project.layers if layer.derived_graph}
