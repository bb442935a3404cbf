"""What an answering process answers: SPARQL queries, named graphs, and what the graph is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

from ogdkg.errors import OgdkgError
from ogdkg.exchange.export import without_personal
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.render.rdf.writers import write_triples
from ogdkg.search.search import Search
from ogdkg.sparql.traits import traits
from ogdkg.store.base import DatasetStore, Result
from ogdkg.store.counts import prepare_counts
from ogdkg.web.api.web_api import WebApi
from ogdkg.web.document.document import Documents
from ogdkg.web.editor.editor import Editor
from ogdkg.web.http.negotiation import ROWS, TRIPLES, Choice, chosen_for, required
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.map.maps import Maps
from ogdkg.web.ontology.ontology import OntologyPages
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.picture.pictures import Pictures
from ogdkg.web.processes.answerer import Answer, Ask, Reply, entity_tag
from ogdkg.web.processes.sending import Part
from ogdkg.web.protocol.answered import answered, has_graph
from ogdkg.web.protocol.description import (
    PREFIXES,
    Statistics,
    service_description,
    statistics,
    void_description,
)
from ogdkg.web.quality.quality import Quality
from ogdkg.web.questions.files import write_result
from ogdkg.web.questions.questions import Questions
from ogdkg.web.questions.suggestions import Suggestions
from ogdkg.web.reconcile.reconciliation import Reconciliation
from ogdkg.web.small_queries.building import find_blocks
from ogdkg.web.small_queries.tags import version_of_process, version_of_worker

if TYPE_CHECKING:
    from ogdkg.remote.fleet import Fleet
    from ogdkg.web.assistant.assistant import Assistant
    from ogdkg.web.checking.checking import Checking
    from ogdkg.web.checking.correcting import Correcting
    from ogdkg.web.describing.describing import Describing

_COUNTED = 300.0  # seconds for which the statistics of a server are kept


class Answers:
    """Answers requests about one version of a graph.

    Args:
        graph: The graph.
        settings: How it is served.
        state_of: Returns what stands for the state of a graph in its entity tags; by default nothing does,
            and they change whenever the whole does.
    """

    def __init__(
        self, graph: Graph, settings: Settings, state_of: Callable[[str | None], str] = lambda name: ""
    ) -> None:
        self._graph = graph
        self._settings = settings
        self._state_of = state_of
        self._is_of_server = graph.options.endpoint is not None  # which may change at any time
        self._counted: tuple[float, Statistics] | None = None

    @property
    def parts(self) -> tuple[LinkedData, Questions, Documents, Suggestions]:
        """What answers for resources, stored queries, documents and what is typed."""
        return self._linked, self._questions, self._documents, self._suggestions

    @property
    def quality(self) -> Quality:
        """What answers for how good the graph is."""
        return self._quality

    @cached_property
    def _linked(self) -> LinkedData:
        return LinkedData(self._graph, lambda: self._statistics)

    @cached_property
    def _maps(self) -> Maps:
        return Maps(self._graph, self._linked, self._questions.graphs)

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self._graph, self._linked)

    @cached_property
    def _questions(self) -> Questions:
        return Questions(self._graph, self._linked, of_store=self._settings.store is not None)

    @cached_property
    def _api(self) -> WebApi:
        return WebApi(self._graph, self._questions.graphs, lambda: self._linked.pages)

    @cached_property
    def _editor(self) -> Editor:
        return Editor(self._linked, self._questions.graphs, self._asked, lambda: self._statistics)

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self._linked, self._questions.graphs)

    @cached_property
    def _reconciliation(self) -> Reconciliation:
        return Reconciliation(self._graph, self._linked, self._suggestions)

    @cached_property
    def _ontology(self) -> OntologyPages:
        return OntologyPages(self._linked)

    @cached_property
    def _documents(self) -> Documents:
        return Documents(self._graph, self._linked)

    @cached_property
    def _quality(self) -> Quality:
        of_store = self._settings.store is not None
        return Quality(self._graph, self._linked, self._documents, self._questions, of_store=of_store)

    def prepare(self) -> list[Triple]:
        """Load what queries need, before processes are forked that share it; `prepare_more` does the rest.

        Returns:
            The personal data that are left out.
        """
        if self._is_of_server:
            _ = self._graph.remote  # imports the libraries, and asks nothing
            return []
        hidden: list[Triple] = []
        hides = bool(self._graph.project.personal) and not self._settings.personal
        if hides and not self._settings.store:  # a store holds none, unless it is to
            self._graph, hidden = without_personal(self._graph)
        # Answering processes are ended at the time limit, so that a query needs no process of its own.
        self._graph.options = self._graph.options._replace(timeout=None)
        self._graph.select("SELECT * { ?s ?p ?o } LIMIT 1", limited=False)
        if not self._settings.store:  # which may change with each request
            self._linked.check()
            self._linked.withheld = frozenset((each.subject, each.predicate) for each in hidden)
            self._questions.prepare(hidden)
            self._documents.hides = bool(hidden)
            self._quality.prepare(hidden, hides=hides)
        return hidden

    def prepare_more(self) -> None:
        """Load what pages and programs need, once queries are answered."""
        if not self._settings.store and not self._is_of_server:
            with suppress(OgdkgError):  # a process that needs it tries for itself, and tells
                self.prepare_pages()
                Search(self._graph)  # its index is remembered with the graph, for all searches
                self._api.prepare()
                self._suggestions.prepare()
                self._reconciliation.prepare()
                self._describing.prepare()  # imports all of validation
                if find_spec("mcp"):
                    self._assistant.prepare()
                if self._graph.stored:  # the file is kept, and takes long to make
                    find_blocks(self._graph, self._settings.status.parent, 0, 0)

    def prepare_pages(self) -> None:
        """Load what the pages of a site need."""
        _ = self._ontology  # has an entry in the navigation of all pages
        self._linked.prepare()
        self._questions.load()
        self._ontology.prepare()
        self._maps.prepare()
        self._pictures.prepare()
        prepare_counts(self._graph.store)

    def by_task(self) -> Mapping[str, Answer]:
        """Return what answers each task."""
        tasks: dict[str, Answer] = {"query": self.query, "graph": self.graph, "describe": self.describe}
        tasks |= {name: self._unless_named(answer) for name, answer in self._pages().items()}
        tasks["resource"] = self._linked.answer
        tasks["blocks"] = self.blocks
        tasks["assistant"] = lambda ask: self._assistant.answer(ask)
        if self._is_of_server and self._settings.writable:
            from ogdkg.web.protocol.endpoint_writes import EndpointWrites  # few servers are written to

            tasks |= EndpointWrites(self._graph).by_task()
        if self._is_of_server and self._graph.remote.given.replicas:
            fleet = cast("Fleet", self._graph.remote)
            return {name: _begun(fleet, answer) for name, answer in tasks.items()}
        return tasks

    def _pages(self) -> Mapping[str, Answer]:
        """What answers the task of each page that has a path of its own."""
        self._linked.map_of = self._maps.small
        return {
            "api": self._api.answer,
            "changes": self._quality.feed,
            "check": lambda ask: self._checking.answer(ask),
            "contribute": lambda ask: self._correcting.answer(ask),
            "document": self._documents.answer,
            "editor": self._editor.answer,
            "map": self._maps.answer,
            "new": lambda ask: self._describing.answer(ask),
            "ontology": self._ontology.answer,
            "openapi": self._api.document,
            "picture": self._pictures.answer,
            "quality": self._quality.answer,
            "question": self._questions.answer,
            "questions": self._questions.all,
            "reconcile": self._reconciliation.answer,
            "search": self._linked.search,
            "suggest": self._suggestions.answer,
            "terms": self._editor.terms,
        }

    def _unless_named(self, answer: Answer) -> Answer:
        """Answer with the page of a path, unless a resource of the project is named by that path.

        A server is not asked for each page whether it knows such a resource.
        """
        if self._is_of_server:
            return answer
        linked = self._linked
        return lambda ask: linked.answer(ask) if linked.names(ask) else answer(ask)

    @cached_property
    def _checking(self) -> Checking:
        from ogdkg.web.checking.checking import Checking  # what validates takes long to import

        return Checking(self._graph, self._linked, lambda: self._describing.is_offered)

    @cached_property
    def _correcting(self) -> Correcting:
        from ogdkg.web.checking.correcting import Correcting

        return Correcting(self._graph, self._linked, lambda: self._describing.is_offered)

    @cached_property
    def _describing(self) -> Describing:
        from ogdkg.web.describing.describing import Describing  # as above

        return Describing(self._graph, self._linked, self._checking)

    @cached_property
    def _assistant(self) -> Assistant:
        from ogdkg.web.assistant.assistant import Assistant  # few servers are asked by assistants

        graphs, linked = self._questions.graphs, self._linked
        return Assistant(self._graph, graphs, lambda: linked.citations, lambda: self._statistics)

    def query(self, ask: Ask) -> Reply:
        """Answer a SPARQL query, https://www.w3.org/TR/sparql11-protocol/#query-operation."""
        form = traits(ask["text"]).form
        choice = _choice(ask, ROWS if form in ("SELECT", "ASK", None) else TRIPLES)
        result, version = self._asked(ask)
        also = version and version_of_worker(ask)
        return Reply(choice.content_type, self._written(result, choice), version=version, also=also)

    def _asked(self, ask: Ask) -> tuple[Result, str]:
        """The result of a query, and what it depends on besides the graph; empty where it may differ."""
        about = traits(ask["text"])
        result = answered(self._graph, ask)
        if about.is_changing or self._is_of_server:
            return result, ""
        base = ask["base"] if about.has_relative else None
        return result, version_of_process(ask, base)

    def blocks(self, ask: Ask) -> Reply:
        """Tell where the file is from which workers answer small queries, and what it is of."""
        file = find_blocks(self._graph, Path(ask["folder"]), ask["generation"], ask["asked"])
        told = {
            "path": file.path and str(file.path),
            "is_coming": file.is_coming,
            "generation": ask["generation"],
            "version": ask["version"],
            "prefixes": dict(self._graph.project.prefixes),
        }
        return Reply("application/json", [json.dumps(told)])

    def graph(self, ask: Ask) -> Reply:
        """Answer with a graph, https://www.w3.org/TR/sparql11-http-rdf-update/#http-get.

        Raises:
            HttpError: 404 where there is no such graph, 406 where no format suits the client.
        """
        name = ask.get("graph")
        if name is not None and not has_graph(self._graph, name):
            raise HttpError(404, f"There is no graph <{name}>.")
        choice = _choice(ask, TRIPLES)
        store = cast(DatasetStore, self._graph.store)
        triples = (quad.triple for quad in (store.quads(Iri(name)) if name else store.unnamed()))
        prefixes = self._graph.project.prefixes
        return Reply(
            choice.content_type,
            write_triples(triples, choice.format, prefixes),
            version="" if self._is_of_server else _version_of(name),
            state=self._state_of(name),
        )

    def describe(self, ask: Ask) -> Reply:
        """Answer with what the server is: its endpoint, or its dataset."""
        choice = _choice(ask, TRIPLES)
        if ask["of"] == "service":
            languages = ["SPARQL11Query"] + ["SPARQL11Update"] * self._settings.takes_updates
            triples = service_description(self._statistics, ask["base"], languages)
        else:
            triples = void_description(self._graph, self._statistics, ask["base"])
        body = write_triples(triples, choice.format, {**self._graph.project.prefixes, **PREFIXES})
        version = "" if self._is_of_server else repr(("describe", ask["of"], ask["base"]))
        return Reply(choice.content_type, body, version=version)

    @property
    def _statistics(self) -> Statistics:
        """What the graph holds; what a server holds is counted again after a while."""
        now = time.monotonic()
        if self._counted is None or (self._is_of_server and now - self._counted[0] > _COUNTED):
            self._counted = now, statistics(self._graph)
        return self._counted[1]

    def _written(self, result: Result, choice: Choice) -> Iterable[Part]:
        return write_result(result, choice.format, self._graph.project.prefixes)


def graph_tags(name: str | None, state: str) -> set[str]:
    """Return the entity tags of all representations of a graph in a state."""
    types = [choice.content_type for choice in TRIPLES]
    version = _version_of(name)
    return {entity_tag(state, version, each, is_packed=packed) for each in types for packed in (False, True)}


def _begun(fleet: Fleet, answer: Answer) -> Answer:
    """What answers each request as a command of its own: from one version, and from any replica."""

    def begun(ask: Ask) -> Reply:
        fleet.begin()
        return answer(ask)

    return begun


def _version_of(name: str | None) -> str:
    return repr(("graph", name))


def _choice(ask: Ask, among: list[Choice]) -> Choice:
    return required(chosen_for(ask.get("accept"), rows=among is ROWS), among)
