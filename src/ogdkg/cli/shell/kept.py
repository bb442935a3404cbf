"""What the shell keeps from one question to the next: a project, its stored queries, and graphs in memory."""

from __future__ import annotations

import importlib
from contextlib import suppress

from ogdkg.catalogue.catalogue import Catalogue
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import Project, find_project
from ogdkg.web.changes import Files, Stamp

_COMMANDS = ("query", "sparql", "show", "why", "search")  # which are asked most, and read most modules
_MOST = 4  # graphs: of other layers, engines or languages


class Kept:
    """Keeps what has been opened until a file changes.

    Args:
        folder: What `-C` names for the whole shell.
        trust: Whether its project is trusted.
        defaults: What is read where a question does not say otherwise.
    """

    def __init__(self, folder: str | None, *, trust: bool, defaults: GraphOptions) -> None:
        self._folder, self._trust, self._defaults = folder, trust, defaults
        self._files = Files(lambda: Graph(find_project(folder, trust=trust), self._defaults))
        self._stamp: Stamp = ()
        self._project: Project | None = None
        self._catalogue: Catalogue | None = None
        self._graphs: dict[object, Graph] = {}

    def look(self) -> None:
        """Forget what was opened where a file has changed, come or gone."""
        stamp = self._files.stamp()
        if stamp != self._stamp:
            self._stamp = stamp
            self._project = self._catalogue = None
            self._graphs.clear()

    def project(self, folder: str | None = None, *, trust: bool) -> Project:
        """Return the project that a question is of: the one that is kept, or another for this question alone.

        Args:
            folder: The folder that the question names.
            trust: Whether it trusts the project.
        """
        if folder != self._folder or trust != self._trust:
            return find_project(folder, trust=trust)  # another one, for this question alone
        if self._project is None:
            self._project = find_project(folder, trust=trust)
        return self._project

    def catalogue(self, project: Project) -> Catalogue:
        """Return the stored queries of a project, which are read once."""
        if project is not self._project:
            return Catalogue(project)
        if self._catalogue is None:
            self._catalogue = Catalogue(project)
        return self._catalogue

    def graph(self, project: Project, options: GraphOptions) -> Graph:
        """Return the graph of a project that is open with these options, or open it."""
        timeout, on_progress = options.timeout, options.on_progress
        options = options._replace(
            layers=options.layers or self._defaults.layers,
            cache=options.cache and self._defaults.cache,
            selective=False,  # what one question does not need, the next one may
            later=None,
            timeout=self._defaults.timeout,
            on_progress=self._defaults.on_progress,
        )
        of = self._project
        if of is None or (project.root, project.trust, project.packaged) != (of.root, of.trust, of.packaged):
            return Graph(project, options._replace(timeout=timeout, on_progress=on_progress))
        key = project.languages, options
        found = self._graphs.pop(key, None) or Graph(project, options)
        self._graphs[key] = found  # last, as the one that was asked last
        if len(self._graphs) > _MOST:
            del self._graphs[next(iter(self._graphs))]
        found.limit(timeout, on_progress)
        return found

    def main_graph(self) -> Graph:
        """Return the graph that most questions are asked of."""
        return self.graph(self.project(self._folder, trust=self._trust), self._defaults)

    def prepare(self) -> None:
        """Read what most questions need, while the first of them is typed; its faults are told with that."""
        self.look()
        with suppress(OgdkgError, OSError):
            graph = self.main_graph()
            if graph.is_costly:
                return
            for name in _COMMANDS:
                importlib.import_module(f"ogdkg.cli.commands.{name}")
            if not graph.options.layers:
                _ = graph.with_layers(graph.project.choose(graph.project.default_layers)).store
            _ = graph.store
