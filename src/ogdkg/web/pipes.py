"""Answers an assistant on standard input and output: each answer in a child process, under a time limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any

from ogdkg.errors import OgdkgError, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.exchange.export import without_personal
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Triple
from ogdkg.store.limit import run_plain_with_timeout
from ogdkg.web.assistant.assistant import Assistant
from ogdkg.web.assistant.tool_answers import refused
from ogdkg.web.changes import Files, Stamp
from ogdkg.web.protocol.description import statistics
from ogdkg.web.questions.graphs import QueriedGraphs


def answer_on_pipes(open_graph: Callable[[], Graph], *, personal: bool) -> None:
    """Answer until standard input ends.

    Args:
        open_graph: Opens the graph, reading its project anew each time.
        personal: Whether personal data are told, too.

    Raises:
        UsageError: The packages that it needs are not installed.
    """
    if find_spec("mcp") is None:
        hint = "Install them with: pip install 'ogdkg[mcp]'"
        raise UsageError("The packages for assistants are not installed.", hint=hint)
    from ogdkg.web.assistant.sdk import run_on_pipes  # takes a second

    run_on_pipes(_OnPipes(open_graph, personal=personal).tell)


class _OnPipes:
    """The graph as its files are, read when it is first asked for and whenever they have changed."""

    def __init__(self, open_graph: Callable[[], Graph], *, personal: bool) -> None:
        self._open_graph, self._personal = open_graph, personal
        self._files = Files(open_graph)
        self._stamp: Stamp = ()
        self._assistant: Assistant | None = None
        self._seconds: float | None = None
        self._network = False
        self._turn = asyncio.Lock()  # one answer at a time, each with all of the machine

    async def tell(self, of: str, name: str, arguments: Mapping[str, Any], base: str) -> dict[str, Any]:
        """Answer as `Assistant.told` does."""
        async with self._turn:
            return await asyncio.to_thread(self._told, of, name, arguments)

    def _told(self, of: str, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            assistant = self._current()
            if name == "validate":
                import ogdkg.validation.sent  # noqa: F401  # once here, rather than in every child
            told: dict[str, Any] = run_plain_with_timeout(
                lambda: assistant.told(of, name, arguments), self._seconds, network=self._network
            )
            return told
        except OgdkgError as error:
            told = refused(error).plain()
            return told | {"fault": told["text"], "resources": [], "next": None, "values": []}

    def _current(self) -> Assistant:
        """What answers by the files as they are."""
        stamp = self._files.stamp()
        if self._assistant is None or stamp != self._stamp:
            self._assistant, self._stamp = self._opened(), stamp
        return self._assistant

    def _opened(self) -> Assistant:
        graph = self._open_graph()
        self._seconds, self._network = graph.options.timeout, graph.options.endpoint is not None
        hidden: list[Triple] = []
        if not self._personal and not self._network:
            graph, hidden = without_personal(graph)
        graphs = QueriedGraphs(graph, of_store=False)
        graphs.prepare(hidden)
        citations = Citations(graph)
        assistant = Assistant(graph, graphs, lambda: citations, lambda: statistics(graph))
        assistant.prepare()
        return assistant
