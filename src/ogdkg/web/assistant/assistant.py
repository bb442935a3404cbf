"""Answers what an assistant asks of a graph: a tool, a resource, a completion; in plain values."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from ogdkg.catalogue.ranking import Wording
from ogdkg.errors import OgdkgError, nearest
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.search.search import Search
from ogdkg.web.assistant import graphs as of_graph
from ogdkg.web.assistant import questions, resources, things
from ogdkg.web.assistant.arguments import checked
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.listing import TOOLS
from ogdkg.web.assistant.named import Vocabularies
from ogdkg.web.assistant.tool_answers import Answer, refusal, refused
from ogdkg.web.assistant.wording import wording_of
from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.protocol.description import Statistics
from ogdkg.web.questions.graphs import QueriedGraphs

_ANSWERS: Mapping[str, Callable[[Context, Mapping[str, Any]], Answer]] = {
    "describe": of_graph.describe,
    "find_questions": questions.find_questions,
    "ask": questions.ask,
    "search": things.search,
    "show": things.show,
    "why": things.why,
    "cite": things.cite,
    "sparql": of_graph.sparql,
    "schema": of_graph.schema,
    "validate": of_graph.validate,
}


class Assistant:
    """Answers about one version of a graph.

    Args:
        graph: The graph.
        graphs: The graphs that its stored queries read.
        citations: Returns the citations of the graph.
        counted: Counts what it holds.
    """

    def __init__(
        self,
        graph: Graph,
        graphs: QueriedGraphs,
        citations: Callable[[], Citations],
        counted: Callable[[], Statistics],
    ) -> None:
        self._graph, self._graphs, self._citations, self._counted = graph, graphs, citations, counted
        self._names = Vocabularies(graphs)

    @cached_property
    def _index(self) -> Search:
        return Search(self._graph)

    @cached_property
    def _wording(self) -> Wording:
        return wording_of(self._graph, self._citations())

    def prepare(self) -> None:
        """Read what most answers need, before processes are forked that share it."""
        context = self._context("")
        if self._graph.is_in_memory:
            self._graphs.load()
            questions.prepare(context)
            citations = self._citations()
            citations.names, citations.passages, citations.sourced  # noqa: B018
            _ = citations.has_several_sources, self._index, self._counted()

    def answer(self, ask: Ask) -> Reply:
        """Answer a request of a worker of the server."""
        told = self.told(ask["of"], ask["name"], ask.get("arguments") or {}, ask["base"])
        return Reply("application/json", [json.dumps(told)])

    def told(self, of: str, name: str, arguments: Mapping[str, Any], base: str = "") -> dict[str, Any]:
        """Return what is asked for as plain values.

        Args:
            of: `tool`, `resources`, `resource` or `completion`.
            name: The name of the tool; the cursor; the address of the resource; its kind.
            arguments: Those of the tool; what is typed.
            base: The address of the server.
        """
        context = self._context(base)
        if of == "resources":
            return resources.listed(context, name)
        if of == "resource":
            return resources.read(context, name)
        if of == "completion":
            return {"values": resources.completed(context, name, str(arguments.get("begun", "")))}
        return self._called(context, name, arguments).plain()

    def _called(self, context: Context, name: str, arguments: Mapping[str, Any]) -> Answer:
        if name not in TOOLS:
            return refusal(
                f"There is no tool {name[:100]!r}.", near=nearest(name[:100], TOOLS) or list(TOOLS)
            )
        given = checked(name, arguments)
        if isinstance(given, Answer):
            return given
        try:
            return _ANSWERS[name](context, given)
        except (OgdkgError, HttpError) as error:
            return refused(error)
        except RecursionError:
            return refusal("What was sent is nested too deeply.")

    def _context(self, base: str) -> Context:
        return Context(
            self._graph,
            self._graphs,
            self._citations(),
            lambda: self._index,
            self._counted,
            self._names,
            lambda: self._wording,
            base,
        )
