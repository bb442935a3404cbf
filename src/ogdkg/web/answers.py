"""What an answering process answers: SPARQL queries, named graphs, and what the graph is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import cast

from ogdkg.exchange.export import withheld
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.render.rdf.writers import write_triples
from ogdkg.render.views.results import write_boolean, write_rows
from ogdkg.sparql.tokens import query_type, significant_tokens
from ogdkg.store.base import DatasetStore, QueryDataset, Result, Rows, Triples, in_written_order
from ogdkg.web.answerer import Answer, Ask, Reply
from ogdkg.web.dataset import asked_dataset
from ogdkg.web.description import (
    PREFIXES,
    Statistics,
    service_description,
    statistics,
    void_description,
)
from ogdkg.web.linked import LinkedData
from ogdkg.web.negotiation import ROWS, TRIPLES, Choice, chosen
from ogdkg.web.problems import HttpError
from ogdkg.web.settings import Settings

_CHANGING = ("NOW", "RAND", "UUID", "STRUUID", "BNODE")  # functions of which each answer is another


class Answers:
    """Answers requests about one version of a graph.

    Args:
        graph: The graph.
        settings: How it is served.
    """

    def __init__(self, graph: Graph, settings: Settings) -> None:
        self._graph = graph
        self._settings = settings

    @cached_property
    def _linked(self) -> LinkedData:
        return LinkedData(self._graph, lambda: self._statistics)

    def prepare(self) -> None:
        """Load what all answers need, before processes are forked that share it."""
        if self._graph.options.endpoint:
            return
        if self._graph.project.personal and not self._settings.personal and withheld(self._graph):
            self._graph = self._graph.without_cache()  # a store on disk is not ours to change
            for triple in withheld(self._graph):
                self._graph.writable_store.remove(triple)
        # Answering processes are ended at the time limit, so that a query needs no process of its own.
        self._graph.options = self._graph.options._replace(timeout=None)
        self._graph.select("SELECT * { ?s ?p ?o } LIMIT 1", limited=False)
        self._linked.prepare()

    def by_task(self) -> Mapping[str, Answer]:
        """Return what answers each task."""
        return {"query": self.query, "graph": self.graph, "describe": self.describe} | {
            "resource": self._linked.answer,
            "search": self._linked.search,
        }

    def query(self, ask: Ask) -> Reply:
        """Answer a SPARQL query, https://www.w3.org/TR/sparql11-protocol/#query-operation."""
        text = ask["text"]
        query = significant_tokens(text)
        rows = query_type(query) in ("SELECT", "ASK", None)
        choice = _choice(ask, ROWS if rows else TRIPLES)
        dataset = asked_dataset(text, query, ask, self._has_graph, self._graph.project.prefixes)
        result = self._result(text, dataset)
        is_changing = any(token.is_word(*_CHANGING) for token in query)
        version = "" if is_changing else repr((text, ask.get("default"), ask.get("named")))
        return Reply(_content_type(choice), self._written(result, choice), version=version)

    def graph(self, ask: Ask) -> Reply:
        """Answer with a graph, https://www.w3.org/TR/sparql11-http-rdf-update/#http-get."""
        name = ask.get("graph")
        if name is not None and not self._has_graph(name):
            raise HttpError(404, f"There is no graph <{name}>.")
        choice = _choice(ask, TRIPLES)
        statements = self._graph.store.quads(Iri(name) if name else None)
        triples = (quad.triple for quad in statements if name or quad.graph is None)
        prefixes = self._graph.project.prefixes
        return Reply(
            _content_type(choice),
            write_triples(triples, choice.format, prefixes),
            version=repr(("graph", name)),
        )

    def describe(self, ask: Ask) -> Reply:
        """Answer with what the server is: its endpoint, or its dataset."""
        choice = _choice(ask, TRIPLES)
        describe = service_description if ask["of"] == "service" else void_description
        triples = describe(self._graph, self._statistics, ask["base"])
        body = write_triples(triples, choice.format, {**self._graph.project.prefixes, **PREFIXES})
        return Reply(_content_type(choice), body, version=repr(("describe", ask["of"], ask["base"])))

    @cached_property
    def _statistics(self) -> Statistics:
        return statistics(self._graph)

    def _result(self, text: str, dataset: QueryDataset | None) -> Result:
        store, prefixes = cast(DatasetStore, self._graph.store), self._graph.project.prefixes
        if dataset is None:
            result = store.query(text, prefixes=prefixes)
        else:
            result = store.query_dataset(text, dataset, prefixes=prefixes)
        return in_written_order(result, text) if isinstance(result, Rows) else result

    def _written(self, result: Result, choice: Choice) -> Iterable[str | bytes]:
        if isinstance(result, bool):
            return write_boolean(result, choice.format)
        if isinstance(result, Triples):
            return write_triples(result.triples, choice.format, self._graph.project.prefixes)
        return write_rows(result, choice.format)

    def _has_graph(self, name: str) -> bool:
        return bool(self._graph.store.query(f"ASK {{ GRAPH {to_ntriples(Iri(name))} {{ ?s ?p ?o }} }}"))


@lru_cache(maxsize=1_024)
def _chosen(accept: str | None, are_rows: bool) -> Choice | None:
    """Clients send few different headers, and reading one takes as long as a small query."""
    return chosen(accept, ROWS if are_rows else TRIPLES)


def _choice(ask: Ask, among: list[Choice]) -> Choice:
    choice = _chosen(ask.get("accept"), among is ROWS)
    if choice is None:
        offered = list(dict.fromkeys(each.media_type for each in among))
        raise HttpError(406, "None of the media types that you accept is offered.", offered=offered)
    return choice


def _content_type(choice: Choice) -> str:
    is_text = choice.media_type.startswith("text/")
    return f"{choice.media_type}; charset=utf-8" if is_text else choice.media_type
