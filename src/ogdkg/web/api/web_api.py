"""The web API: `/api` lists the stored queries, `/api/NAME` answers one, `/openapi.json` describes them."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlencode

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError, UsageError
from ogdkg.evidence.row_provenance import cite_rows
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format, Holds
from ogdkg.rdf.terms import Iri, Row
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.traits import traits
from ogdkg.store.base import Result, Rows
from ogdkg.text.escape import json_text
from ogdkg.web.api import openapi
from ogdkg.web.api.plain import plain_rows, source_of
from ogdkg.web.api.requested import (
    FIELDS,
    PATH,
    USUAL,
    Window,
    check_filled,
    refused,
    wants_sources,
    window_of,
)
from ogdkg.web.api.trial import Trial
from ogdkg.web.http.negotiation import TRIPLES, Choice, chosen, required
from ogdkg.web.http.problems import HttpError, problem_of
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.asked import Asked, address_of
from ogdkg.web.questions.files import TRIPLES as RDF_FILES
from ogdkg.web.questions.files import find_query, has_suffix, refusal, write_result
from ogdkg.web.questions.form import faults_of
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.listing import told
from ogdkg.web.questions.marks import Marks, cited_by, marks_of

if TYPE_CHECKING:
    from ogdkg.web.pages.pages import Pages

PLAIN = Format("plain", "application/json", ("json",), Holds.RESULTS)
_ROWS = {"json": PLAIN, "csv": formats.CSV, "tsv": formats.TSV, "srj": formats.JSON, "srx": formats.XML}
_SUFFIXES = frozenset((*_ROWS, *RDF_FILES))
_PAGE = Choice(HTML.media_type, HTML)
_LISTED = [Choice(PLAIN.media_type, PLAIN), _PAGE]
_ALL = [*_LISTED, *(Choice(form.media_type, form) for form in (*_ROWS.values(), *RDF_FILES.values()))]
_VALUES = 100  # that a completion offers
_LONGEST = 200  # letters that a completion begins with


class _Request(NamedTuple):
    """A question for the API: the query with its values, the format, the rows, and where they come from."""

    asked: Asked
    suffix: str
    choice: Choice
    window: Window
    cites: bool
    resolver: NameResolver

    @property
    def query(self) -> StoredQuery:
        return self.asked.query


class WebApi:
    """Answers programs that ask stored queries.

    Args:
        graph: The graph that is served.
        graphs: The graphs that stored queries read.
        pages: Returns what makes the pages of the server.
    """

    def __init__(self, graph: Graph, graphs: QueriedGraphs, pages: Callable[[], Pages]) -> None:
        self._graph, self._graphs, self._pages = graph, graphs, pages

    def prepare(self) -> None:
        """List the values of parameters, before processes are forked that share them."""
        openapi.document(self._graphs, "")

    def answer(self, ask: Ask) -> Reply:
        """Answer a request for `/api` and what lies under it."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        name, _, parameter = unquote(ask["path"].removeprefix(PATH).strip("/"), errors="replace").partition(
            "/"
        )
        if parameter:
            return self._values(name, parameter, ask, at)
        wants_page = chosen(ask.get("accept"), _ALL if name else _LISTED) == _PAGE
        if not name:
            return self._list_page(at) if wants_page else self._list(at)
        is_file = has_suffix(name, _SUFFIXES) and name not in self._graph.catalogue.paths
        return self._trial(name, ask, at) if wants_page and not is_file else self._answered(name, ask, at)

    def document(self, ask: Ask) -> Reply:
        """Answer with the OpenAPI document."""
        body = openapi.document(self._graphs, ask["base"])
        version = "" if self._graph.options.endpoint else repr(("openapi", ask["base"]))
        return Reply(openapi.MEDIA_TYPE, [json.dumps(body, ensure_ascii=False), "\n"], version=version)

    def _list(self, at: Addresses) -> Reply:
        queries = [told(each, at.base, PATH) for each in self._graph.catalogue.readable()]
        links = {"link": f'<{at.base}/openapi.json>; rel="service-desc"; type="{openapi.MEDIA_TYPE}"'}
        body = [json_text({"openapi": f"{at.base}/openapi.json", "queries": queries}), "\n"]
        return Reply("application/json", body, headers=links, version=repr(("api", at)))

    # -- pages ----------------------------------------------------------------------

    def _list_page(self, at: Addresses) -> Reply:
        queries, _ = self._graph.catalogue.topics()
        topics = {
            topic: [_offered(each, at.local().base) for each in found] for topic, found in queries.items()
        }
        first = next((each for found in topics.values() for each in found if each["given"]), None)
        first = first or next((each for found in topics.values() for each in found), None)
        reply = self._pages().of(
            "api.html", at.local(), here="api", topics=topics, ways=_ways(first, at.base) if first else []
        )
        return reply._replace(version=repr(("api page", at)))

    def _trial(self, name: str, ask: Ask, at: Addresses) -> Reply:
        query, _ = find_query(self._graph.catalogue, name, partial(address_of, at.base, path=PATH), ())
        answer = partial(self._answered, name, at=at)
        trial = Trial(self._graphs, query, ask, at, tuple(_forms(query)), answer)
        return self._pages().of("api-query.html", at.local(), here="api", trial=trial)

    # -- the values of a parameter --------------------------------------------------

    def _values(self, name: str, parameter: str, ask: Ask, at: Addresses) -> Reply:
        """Complete a value of a parameter, by what it begins with: for fields that complete."""
        query, _ = find_query(self._graph.catalogue, name, partial(address_of, at.base, path=PATH), ())
        try:
            known = query.parameter(parameter)
        except UsageError as error:
            raise HttpError(404, error.message, hint=error.hint) from None
        begun = (only(ask["given"], "q") or "")[:_LONGEST].casefold()
        resolver = NameResolver(self._graphs.graph_of(query))
        asked = Asked(query, {}, at.base, path=PATH, fields=FIELDS)
        offered = self._graphs.offers(resolver, asked, known)
        fitting = [
            {"value": value, "label": label}
            for value, label in offered
            if begun in label.casefold() or value.casefold().startswith(begun)
        ]
        fitting.sort(key=lambda each: not each["label"].casefold().startswith(begun))
        body = {"parameter": parameter, "total": len(fitting), "values": fitting[:_VALUES]}
        version = "" if self._graph.options.endpoint else repr(("values", name, parameter, begun))
        return Reply("application/json", [json_text(body), "\n"], version=version)

    # -- an answer ------------------------------------------------------------------

    def _answered(self, name: str, ask: Ask, at: Addresses) -> Reply:
        request = self._request(name, ask, at)
        version = ""
        if not self._graph.options.endpoint and not traits(request.query.text).is_changing:
            given = sorted(ask["given"].items())
            version = repr(("api", request.query.name, given, request.choice.media_type, at))
        result = self._graphs.result(request.resolver, request.asked)
        form, headers = request.choice.format, _headers(request, at)
        if isinstance(result, Rows) and (form is PLAIN or not request.window.is_whole):
            result, count = _within(result, request.window)
            headers["x-total-count"] = str(count)
            links = request.window.links(request.asked, request.suffix, count)
            pages = [f'<{address}>; rel="{relation}"' for relation, address in links]
            headers["link"] = ", ".join([*pages, headers["link"]])
        if form is PLAIN:
            body, is_whole = self._plain(request, result, int(headers.get("x-total-count", 0)), at)
            return Reply(PLAIN.media_type, body, headers=headers, version=version if is_whole else "")
        if request.cites and isinstance(result, Rows):
            result = self._cited(request, result)
        prefixes = request.query.prefixes_with(self._graph.project.prefixes)
        written = write_result(result, form, prefixes)
        return Reply(request.choice.content_type, written, headers=headers, version=version)

    def _request(self, name: str, ask: Ask, at: Addresses) -> _Request:
        """Read a request.

        Raises:
            HttpError: There is no such query or format, or a value is wrong.
        """
        given: Mapping[str, list[str]] = ask["given"]
        find = partial(address_of, at.base, path=PATH)
        query, suffix = find_query(self._graph.catalogue, name, find, _SUFFIXES)
        choice = _choice(query, suffix, ask)
        check_filled(given)
        asked = Asked(query, given, at.base, path=PATH, fields=FIELDS)
        resolver = NameResolver(self._graphs.graph_of(query))
        try:
            faults = faults_of(resolver, asked)
        except OgdkgError as error:
            raise problem_of(error) from None
        if faults or not asked.is_complete:
            raise refusal(asked, faults)
        window = window_of(given, USUAL if choice.format is PLAIN else None)
        cites = wants_sources(given)
        if cites and query.form != "SELECT":
            raise refused("cite", "Only the rows of a table can be cited one by one.")
        if cites and self._graph.options.endpoint:
            raise refused("cite", "The sources of rows are not known of a SPARQL server.")
        return _Request(asked, suffix, choice, window, cites, resolver)

    def _plain(self, request: _Request, result: Result, total: int, at: Addresses) -> tuple[list[str], bool]:
        """The answer as plain JSON, and whether it would be the same another time."""
        query = request.query
        head: dict[str, Any] = {"query": query.name, "title": query.header.summary or query.name}
        head["parameters"] = request.asked.arguments
        if isinstance(result, bool):
            return [json_text({**head, "answer": result}), "\n"], True
        assert isinstance(result, Rows)
        rows = list(result.rows)
        name_of = partial(self._graphs.name_of, graph=request.resolver.graph)
        objects = list(plain_rows(result.variables, rows, name_of, partial(self._address, at=at)))
        head |= {"total": total, "offset": request.window.offset, "limit": request.window.limit}
        marks = self._marks(request, result.variables, rows, at) if request.cites else None
        if marks:
            for place, each in enumerate(marks.of_rows):
                sources = [source_of(mark.iri, mark.name, mark.words, mark.address) for mark in each]
                objects[place]["citations"] = sources
            head["notes"] = list(marks.notes)
        is_whole = marks is None or len(marks.of_rows) == len(rows)
        return [json_text({**head, "results": objects}), "\n"], is_whole

    def _address(self, iri: Iri, at: Addresses) -> str:
        return self._graphs.address_of(iri, at)[0]

    def _marks(self, request: _Request, variables: tuple[str, ...], rows: list[Row], at: Addresses) -> Marks:
        traced = request.resolver.bind_all(request.query, request.asked.arguments)
        citations = self._graphs.citations(request.resolver.graph)
        return marks_of(citations, cited_by(citations, traced, variables, rows), at)

    def _cited(self, request: _Request, rows: Rows) -> Rows:
        """Rows with the two columns that `ogdkg query --cite` adds."""
        traced = request.resolver.bind_all(request.query, request.asked.arguments)
        citations = self._graphs.citations(request.resolver.graph)
        return cite_rows(citations, traced, rows, request.query.file).rows


def _forms(query: StoredQuery) -> Mapping[str, Format]:
    return RDF_FILES if query.form in ("CONSTRUCT", "DESCRIBE") else _ROWS


def _offered(query: StoredQuery, base: str) -> dict[str, Any]:
    """What the list shows of a query: what it answers, and an example of its values."""
    needed = [(each.name, each.example) for each in query.parameters if not each.is_optional]
    given = [urlencode([pair]) for pair in needed if pair[1]]
    address = address_of(base, query.name, PATH)
    return {
        "name": query.name,
        "summary": query.header.summary or query.name,
        "given": given,
        "address": f"{address}?{'&'.join(given)}" if given else address,
    }


def _ways(query: Mapping[str, Any], base: str) -> list[tuple[str, str]]:
    """How programs ask a query: the name of a program, and what to type."""
    address = address_of(base, query["name"], PATH) + (
        f"?{'&'.join(query['given'])}" if query["given"] else ""
    )
    rows = f"requests.get({address!r}).json()['results']"
    return [
        ("curl", f"curl {shlex.quote(address)}"),
        ("Python", f"import requests\nrows = {rows}"),
        ("R", f'rows <- jsonlite::fromJSON("{address}")$results'),
        ("JavaScript", f"const {{ results }} = await (await fetch({json.dumps(address)})).json()"),
    ]


def _choice(query: StoredQuery, suffix: str, ask: Ask) -> Choice:
    """The format of an answer: by the suffix, by `format`, or by what the client accepts."""
    forms = _forms(query)
    offered = ", ".join(forms)
    if suffix:
        if suffix not in forms:
            raise HttpError(404, f"The answer to {query.name!r} has one of the suffixes {offered}.")
        return Choice(forms[suffix].media_type, forms[suffix])
    if name := only(ask["given"], "format"):
        if name not in forms:
            raise refused("format", f"format is one of: {offered}.")
        return Choice(forms[name].media_type, forms[name])
    among = TRIPLES if forms is RDF_FILES else [Choice(form.media_type, form) for form in forms.values()]
    return required(chosen(ask.get("accept"), among), among)


def _headers(request: _Request, at: Addresses) -> dict[str, str]:
    page = address_of(at.base, request.query.name)
    links = [f'<{at.base}/openapi.json>; rel="service-desc"', f'<{page}>; rel="alternate"; type="text/html"']
    return {"link": ", ".join(links)}


def _within(rows: Rows, window: Window) -> tuple[Rows, int]:
    """The rows of a window, and how many there are in all; the others are only counted."""
    skipped = sum(1 for _ in islice(rows.rows, window.offset))
    kept = list(islice(rows.rows, window.limit))
    count = skipped + len(kept) + sum(1 for _ in rows.rows)
    return Rows(rows.variables, iter(kept)), count
