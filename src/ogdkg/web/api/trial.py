"""What the page of the web API shows of a stored query: a form to try it, the request, and what came back."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError
from ogdkg.search.resolver import NameResolver
from ogdkg.text.escape import json_text
from ogdkg.web.api.requested import FIELDS, PATH
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError, problem_of
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import Asked, address_of
from ogdkg.web.questions.form import Field
from ogdkg.web.questions.graphs import QueriedGraphs

_MOST = 20_000  # letters of a body that are shown


class Came(NamedTuple):
    """What came back: the status, the headers that matter, and the beginning of the body."""

    status: int
    head: str
    body: str
    is_cut: bool


class Trial:
    """A stored query to be tried.

    Args:
        graphs: The graphs that stored queries read.
        query: The query.
        ask: The request for the page.
        at: The addresses of the server.
        forms: The names of the formats that an answer may have.
        answer: Answers a request of a program.
    """

    def __init__(
        self,
        graphs: QueriedGraphs,
        query: StoredQuery,
        ask: Ask,
        at: Addresses,
        forms: tuple[str, ...],
        answer: Callable[[Ask], Reply],
    ) -> None:
        self.query, self.forms = query, forms
        self._graphs, self._ask, self._at, self._answer = graphs, ask, at, answer
        # A form sends fields that nobody filled in.
        given: Mapping[str, list[str]] = ask["given"]
        filled = {name: [text for text in texts if text.strip()] for name, texts in given.items()}
        self.given = {name: texts for name, texts in filled.items() if texts}
        self._asked = Asked(query, self.given, at.local().base, path=PATH, fields=FIELDS)

    @property
    def title(self) -> str:
        """What the query answers."""
        return self.query.header.summary or self.query.name

    @property
    def is_asked(self) -> bool:
        """Whether there is something to send: a form that was sent, or a query that needs nothing."""
        return bool(self.given) or self._asked.is_complete

    @cached_property
    def fields(self) -> list[Field]:
        """The fields of the form."""
        resolver = NameResolver(self._graphs.graph_of(self.query))
        return self._graphs.fields(resolver, self._asked, [])

    @property
    def form_address(self) -> str:
        """Where the form is sent."""
        return address_of(self._at.local().base, self.query.name, PATH)

    @property
    def page_address(self) -> str:
        """Where the same question is answered for people."""
        return address_of(self._at.local().base, self.query.name)

    @property
    def example(self) -> str:
        """Where the query is tried with its examples; empty if it has none."""
        pairs = [(each.name, each.example) for each in self.query.parameters if each.example]
        needed = {each.name for each in self.query.parameters if not each.is_optional}
        wanted = [pair for pair in pairs if pair[0] in needed] or pairs[:1]
        return f"{self.form_address}?{urlencode(wanted)}" if wanted else ""

    @cached_property
    def address(self) -> str:
        """The full address of the request."""
        pairs = [(name, text) for name, texts in self.given.items() for text in texts]
        return address_of(self._at.base, self.query.name, PATH) + (f"?{urlencode(pairs)}" if pairs else "")

    @property
    def curl(self) -> str:
        """The request as a command."""
        return f"curl {shlex.quote(self.address)}"

    @cached_property
    def came(self) -> Came:
        """What a program gets."""
        asked: Mapping[str, Any] = {**self._ask, "given": self.given, "accept": None, "known": []}
        try:
            reply = self._answer(asked)
            text, is_cut = _beginning(reply)  # rows come as they are asked for, and may fail
        except (HttpError, OgdkgError) as error:
            problem = problem_of(error)
            said = json_text(json.loads(problem.body()))
            return Came(problem.status, f"content-type: {MEDIA_TYPE}", said, False)
        headers = {"content-type": reply.media_type, **reply.headers}
        head = "\n".join(f"{name}: {value}" for name, value in headers.items())
        return Came(reply.status, head, text, is_cut)

    def value(self, name: str) -> str:
        """Return what was given for a field."""
        return (self.given.get(name) or [""])[-1]


def _beginning(reply: Reply) -> tuple[str, bool]:
    """The beginning of a body, and whether there is more."""
    text = ""
    for part in reply.body:
        text += part if isinstance(part, str) else str(part, "utf-8", "replace")
        if len(text) > _MOST:
            return text[:_MOST], True
    return text, False
