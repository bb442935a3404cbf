"""Writes to a store: SPARQL Update, and the graphs of the Graph Store Protocol."""

from __future__ import annotations

from collections.abc import Callable

from ogdkg.errors import InputError, StoreError
from ogdkg.exchange.export import personal, withheld
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.store.base import QueryDataset
from ogdkg.store.codec import GraphName, ox_graph
from ogdkg.store.journal import Journal
from ogdkg.store.live import read_graph
from ogdkg.store.update import update
from ogdkg.web.answers import Answers, graph_tags
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.processes.answerer import Answerer, Ask, Reply
from ogdkg.web.protocol.dataset import iris
from ogdkg.web.protocol.preconditions import check_preconditions
from ogdkg.web.protocol.uploads import documents

AnswererOf = Callable[[Answers, str], Answerer]


class StoreWrites:
    """Writes to a store in a folder of its own.

    Args:
        graph: The graph of the project, which a new store is filled with.
        journal: The store on disk.
        settings: How it is served.
        answerer_of: Makes what answers from a graph.

    Raises:
        StoreError: The store cannot be read, or written.
        InputError: It holds personal data, which are not to be served.
    """

    def __init__(self, graph: Graph, journal: Journal, settings: Settings, answerer_of: AnswererOf) -> None:
        self._is_guarded = bool(graph.project.personal) and not settings.personal
        if not journal.exists:
            hidden = set(withheld(graph)) if self._is_guarded else set()
            journal.create(quad for quad in graph.store.quads() if quad.triple not in hidden)
        self._journal = journal
        self._store = journal.read()
        self._graph = graph.with_store(self._store)
        self._settings = settings
        self._answerer_of = answerer_of
        if self._is_guarded and withheld(self._graph):
            hint = "Serve it with --with-personal, or remove them."
            raise InputError("The store holds personal data.", hint=hint)

    def perform(self, ask: Ask, body: bytes) -> Reply:
        """Change the store in memory: SPARQL Update, or PUT, POST or DELETE of a graph.

        Raises:
            HttpError: 404 or 412 where the graph is not as the request expects, 422 where what comes of it
                may not be kept.
            InputError: The update or the data do not parse.
        """
        tasks: dict[str, Callable[[Ask, bytes], Reply]] = {
            "update": self._update, "put": self._put, "post": self._post, "delete": self._delete
        }  # fmt: skip
        reply = tasks[ask["task"]](ask, body)
        if self._store.changes:
            self._check()
        return reply

    def commit(self) -> bool:
        """Append the changes to the journal on disk; False where there are none.

        Raises:
            HttpError: 507 where the disk refuses them.
        """
        if not self._store.changes:
            return False
        try:
            self._journal.keep(self._store.changes)
        except StoreError as error:
            raise HttpError(507, error.message) from error
        self._store.changes.clear()
        return True

    def undo(self) -> None:
        """Remove from the journal what a process that did not survive began to write."""
        self._journal.forget()

    def answerer(self) -> Answerer:
        """Return what answers from the store as it is now, with its version in the entity tags."""
        answers = Answers(self._graph, self._settings, self.state_of)
        answers.prepare()
        return self._answerer_of(answers, self._journal.version)

    def state_of(self, graph: str | None) -> str:
        """What stands for the state of a graph in its entity tags."""
        return f"{self._journal.name}-{self._journal.number_of(graph)}"

    def _update(self, ask: Ask, body: bytes) -> Reply:
        default, named = iris(ask["default"]), iris(ask["named"])
        using = QueryDataset(default, named) if default or named else None
        update(
            self._store, body.decode("utf-8"), using, base=ask["base"], prefixes=self._graph.project.prefixes
        )
        return Reply("", (), 204)

    def _put(self, ask: Ask, body: bytes) -> Reply:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#http-put"""
        return self._sent(ask, body, self._store.replace)

    def _post(self, ask: Ask, body: bytes) -> Reply:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#http-post"""
        return self._sent(ask, body, self._store.add_all)

    def _sent(self, ask: Ask, body: bytes, write: Callable[..., None]) -> Reply:
        graph, exists = self._named(ask), self._exists(ask)
        base = ask["graph"] or ask["base"]
        quads = [
            quad
            for document in documents(ask["type"], body)
            for quad in read_graph(document.data, document.format, base)
        ]
        write(graph, quads)
        headers = {"location": ask["graph"]} if ask.get("is_new") else {}
        return Reply("", (), 204 if exists else 201, headers)

    def _delete(self, ask: Ask, body: bytes) -> Reply:
        """https://www.w3.org/TR/sparql11-http-rdf-update/#http-delete"""
        if not self._exists(ask):
            raise HttpError(404, f"There is no graph <{ask['graph']}>.")
        self._store.clear(self._named(ask))
        return Reply("", (), 204)

    def _named(self, ask: Ask) -> GraphName:
        return ox_graph(Iri(ask["graph"]) if ask["graph"] else None)

    def _exists(self, ask: Ask) -> bool:
        """Whether a graph is there, as the unnamed one always is; 412 where the client expects another."""
        name = ask["graph"]
        exists = name is None or self._store.has(self._named(ask))
        check_preconditions(ask, exists, lambda: graph_tags(name, self.state_of(name)))
        return exists

    def _check(self) -> None:
        """Raise HttpError where the graph as it is now may not be kept."""
        if self._is_guarded:
            is_personal = personal(self._graph)
            if any(change.is_new and is_personal(change.line) for change in self._store.changes):
                hint = "Serve the store with --with-personal to keep them."
                raise HttpError(422, "Personal data are not kept here.", hint=hint)
        if self._settings.validate_writes:
            from ogdkg.web.checks import check_valid, store_source  # which imports all of validation

            check_valid(self._graph.project, [store_source(self._store.as_nquads())])
