"""`RemoteStore`: an endpoint as a store, by the SPARQL 1.1 Protocol and the Graph Store Protocol.

https://www.w3.org/TR/sparql11-protocol/ · https://www.w3.org/TR/sparql11-http-rdf-update/
Only `update`, `put`, `post` and `delete` write. `http` sends the requests, `results` parses the responses,
and `servers` knows the quirks of products.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from urllib.parse import urlencode

from SPARQLWrapper import POST, SPARQLWrapper

from ogdkg.errors import Place, StoreError, UsageError
from ogdkg.project.addresses import origin_of, shown_address
from ogdkg.project.endpoint import UNION, UNNAMED, Endpoint
from ogdkg.project.trust import ORIGINS
from ogdkg.rdf.statements import quad_of
from ogdkg.rdf.terms import Iri, Literal, Quad, Triple, to_ntriples
from ogdkg.remote.asked_once import once_asked
from ogdkg.remote.credentials import Credentials
from ogdkg.remote.http import PAUSES, Http, HttpRequest, HttpResponse, media_type, whole_number
from ogdkg.remote.push_manifest import NOWHERE, PUSHED_TEXT, PushManifest, read_manifest
from ogdkg.remote.results import (
    RESULTS,
    TRIPLES,
    BrokenError,
    Limits,
    Solutions,
    check_length,
    read_lines,
    read_results,
    read_solutions,
    read_triples,
)
from ogdkg.remote.servers import Server, detect_server, is_boolean_result, server_of
from ogdkg.remote.shape import fitting
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.tokens import query_type, significant_tokens, with_prefixes
from ogdkg.store.base import QueryDataset, Result, Rows, expect_rows, select

_FORM = "application/x-www-form-urlencoded"
_LONGEST = 2000  # characters of a URL; longer queries are sent by POST
_MOST_NAMED = 1000  # graphs that a query names one by one


class RemoteStore:
    """A SPARQL endpoint. Its default graph, which `default-graph` configures, is the union of all graphs.

    Args:
        endpoint: Its description.
        manifest: The graph with the manifest of what was pushed.
        seconds: The time limit for each response.
    """

    is_far = True  # so nobody reads all of it to find a few names

    def __init__(self, endpoint: Endpoint, manifest: Iri, seconds: float | None = None) -> None:
        self.given = endpoint
        self._manifest = manifest
        self._keeps: Callable[[Iri | None], bool] | None = None
        self._copy: Iri | None = None
        self._limits = Limits(seconds, endpoint.megabytes * 2**20)
        self._credentials = Credentials(endpoint.named)
        for address in (endpoint.url, endpoint.update, endpoint.graph_store):
            self._credentials.hide(address)
        self._http = Http(seconds, endpoint.megabytes, self._credentials)

    def set_patience(self, waits: bool, watch: Callable[[], None] | None = None) -> None:
        """Whether to ask again while the server is busy, as at first; who watches while nothing comes."""
        self._http.pauses, self._http.watch = PAUSES if waits else (), watch

    def restrict_to(self, keeps: Callable[[Iri | None], bool], copy: Iri | None = None) -> None:
        """Query only these graphs; `copy` is the graph with their union, if it was pushed."""
        self._keeps, self._copy = keeps, copy

    def includes(self, graph: Iri | None) -> bool:
        """Return whether a graph is among those that are queried."""
        return self._keeps is None or self._keeps(graph)

    @once_asked
    def server(self) -> Server:
        """The product, as `ogdkg.toml` or else a response names it."""
        if self.given.server:
            return server_of(self.given.server)
        return detect_server(self.header("Server"))

    @once_asked
    def _headers(self) -> Mapping[str, str]:
        answer = self._send("ASK {}", RESULTS, [], "query")
        answer.body.close()
        return answer.headers

    def header(self, name: str) -> str:
        """Return a header of the response to an empty query; empty if it is missing."""
        return self._http.in_one_line(self._headers.get(name, "")) if name else ""

    @once_asked
    def endpoint(self) -> Endpoint:
        """The endpoint with all URLs, also those that follow from the product."""
        return self.server.with_addresses(self.given)

    @once_asked
    def push_manifest(self) -> PushManifest | None:
        """The manifest of what was pushed; None if nothing was."""
        result = self.raw(PUSHED_TEXT.format(to_ntriples(self._manifest)), QueryDataset(), "manifest")
        try:
            return read_manifest(expect_rows(result))
        except BrokenError as error:
            raise self._http.failure(self.given.url, str(error), "Push with --again.") from None

    def forget(self) -> None:
        """Ignore the server's manifest, as if nothing was pushed."""
        self.push_manifest = None

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query of any form; StoreError if the server fails or refuses it."""
        refuse_unsafe(text, file=name)
        return self.raw(with_prefixes(text, prefixes or {}), self._answers(text), name)

    def query_dataset(
        self,
        text: str,
        dataset: QueryDataset,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Result:
        """Run a query on some graphs of the server."""
        refuse_unsafe(text, has_dataset=True)
        head = f"BASE <{base}> " if base else ""
        return self.raw(head + with_prefixes(text, prefixes or {}), dataset)

    def solutions(self, text: str) -> Solutions:
        """Return the rows of a SELECT as pyoxigraph's solutions."""
        scoped, parameters = self.server.restricted_to(text, self._answers(text))
        answer = self._send(scoped, RESULTS, parameters, "query", original=text)
        with self._told(answer):
            check = partial(self._http.check_rows, answer, self.server.most_rows, self.given.url)
            return read_solutions(answer.body, self._limits, self.server.fix_line, check)

    def number(self, text: str, graphs: QueryDataset | None = None) -> int:
        """Return the one number that a SELECT returns, from these graphs or those of any query."""
        result = self.raw(text, self._answers(text) if graphs is None else graphs)
        row = next(result.rows, ()) if isinstance(result, Rows) else ()
        number = whole_number(row[0].value) if row and isinstance(row[0], Literal) else None
        if number is None:
            message = "The server returned no number where the query asks for one."
            raise self._http.failure(self.given.url, message)
        return number

    def update(
        self,
        text: str,
        using: QueryDataset | None = None,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> None:
        """Run an update (https://www.w3.org/TR/sparql11-update/).

        Args:
            text: The update.
            using: The graphs that all its WHERE clauses read.
            prefixes: Prefixes that it may use without declaring them.
            base: What its relative IRIs are relative to.
        """
        self.check_writing()
        head = f"BASE <{base}> " if base else ""
        wrapper = self._wrapper(head + with_prefixes(text, prefixes or {}), self.endpoint.update)
        for key, graphs in zip(("using-graph-uri", "using-named-graph-uri"), using or ((), ()), strict=True):
            for graph in graphs:
                wrapper.addParameter(key, graph.value)
        wrapper.setMethod(POST)
        self._http.write(_request(wrapper, ()))

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Yield the quads of one named graph; by default of all pushed graphs, and of the unnamed one."""
        for name in [graph] if graph else [*self.names(), *self._unnamed()]:
            for line in self.get(name):
                yield quad_of(line)._replace(graph=name)

    def unnamed(self) -> Iterator[Quad]:
        """Yield the quads of the unnamed graph, if the server has one."""
        return iter(map(quad_of, self.get(None))) if self.server.has_unnamed else iter(())

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the named graphs that contain a triple."""
        pattern = " ".join(map(to_ntriples, triple))
        rows = select(self, f"SELECT DISTINCT ?g {{ GRAPH ?g {{ {pattern} }} }}")
        return [row[0] for row in rows.rows if isinstance(row[0], Iri)]

    def names(self) -> list[Iri]:
        """Return the named graphs of the chosen layers: those pushed, else all on the server."""
        if self.push_manifest:
            found = [*self.push_manifest.named]
        else:
            result = self.raw("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", QueryDataset(), "graphs")
            names = {row[0] for row in expect_rows(result).rows if isinstance(row[0], Iri)} - {self._manifest}
            found = [*sorted(names, key=lambda iri: iri.value)]
        return [name for name in found if self.includes(name)]

    def get(self, graph: Iri | None, triples: int = 0) -> list[str]:
        """Return what `lines` yields."""
        return list(self.lines(graph, triples))

    def lines(self, graph: Iri | None, triples: int = 0) -> Iterator[str]:
        """Return the triples of a graph as lines of N-Triples; none if there is no such graph.

        Args:
            graph: The graph; None for the unnamed one.
            triples: How many it should have, if that is known.
        """
        if (
            self.server.most_triples
            and not triples
            and self.push_manifest
            and graph in self.push_manifest.graphs
        ):
            triples = self.push_manifest.graphs[graph].triples
        if graph and 0 < self.server.most_triples < triples:
            return self._in_parts(graph, triples)
        answer = self._http.send(self._stored("GET", graph)._replace(accept=TRIPLES, allowed=(404,)))
        if answer.status == 404:
            return iter(())
        return self._lines(answer)

    def _lines(self, answer: HttpResponse) -> Iterator[str]:
        with self._told(answer):
            check_length(answer.headers)
            return read_lines(answer.body, media_type(answer), self._limits)

    def _in_parts(self, graph: Iri, triples: int) -> Iterator[str]:
        """Yield the triples of a graph that is too large for one response; it must not change meanwhile."""
        found = size = 0
        most = self.server.most_triples
        pattern = f"SELECT ?s ?p ?o {{ GRAPH {to_ntriples(graph)} {{ ?s ?p ?o }} }} LIMIT {most}"
        for start in count(0, most):
            text = f"CONSTRUCT {{ ?s ?p ?o }} {{ {{ {pattern} OFFSET {start} }} }}"
            before = found
            for line in self._lines(self._send(text, TRIPLES, [], "part")):
                found += 1
                size += len(line)
                yield line
            if found - before < most or found > triples:  # too many show as well
                return
            if size > self._limits.bytes:
                message = f"The graph {graph} is larger than {self.given.megabytes:,} MB."
                raise self._http.failure(self.given.url, message)

    def put(self, graph: Iri | None, lines: Iterable[str]) -> None:
        """Replace a graph by triples, given as lines of N-Triples."""
        self._http.write(self._writing("PUT", graph, lines))

    def post(self, graph: Iri | None, lines: Iterable[str]) -> None:
        """Add triples to a graph."""
        self._http.write(self._writing("POST", graph, lines))

    def delete(self, graph: Iri | None) -> None:
        """Delete a graph."""
        self._http.write(self._stored("DELETE", graph)._replace(allowed=(404,)))

    def check_writing(self) -> None:
        """Raise UsageError if only the project, and not the user, names the server to write to."""
        for address in filter(None, (self.endpoint.update, self.endpoint.graph_store)):
            origin = origin_of(address)
            if not self._credentials.has_named(origin):
                hint = f"If you trust it, give its address with --endpoint, or list {origin} in {ORIGINS}."
                message = f"Nothing is written to {origin}, which the project names and you did not."
                raise UsageError(message, place=Place(shown_address(address)), hint=hint)

    def _writing(self, method: str, graph: Iri | None, lines: Iterable[str]) -> HttpRequest:
        body = "".join(f"{line}\n" for line in lines).encode()
        return self._stored(method, graph)._replace(body=body, headers={"Content-Type": TRIPLES[0]})

    def _stored(self, method: str, graph: Iri | None) -> HttpRequest:
        address = self.endpoint.graph_store
        if not address:
            hint = "Describe the server under [[endpoint]] in ogdkg.toml, with its `graph-store`."
            raise UsageError(f"The Graph Store address of {self.given.shown_url} is unknown.", hint=hint)
        if method != "GET":
            self.check_writing()
        if method == "GET":
            address = re.sub(*self.server.read_url, address, count=1)
        named = {"default": ""} if graph is None else {self.server.graph_parameter: graph.value}
        return HttpRequest(method, address, params=named)

    def _answers(self, text: str) -> QueryDataset:
        """Return the dataset of a query; named graphs are listed only if the query uses them."""
        default = self.default_graphs()
        if default is None:
            return QueryDataset()
        listed = any(token.is_word("GRAPH") for token in significant_tokens(text))
        named = tuple(self.names()) if listed else ()
        return QueryDataset(default, named if len(named) <= _MOST_NAMED or self._keeps else ())

    def default_graphs(self) -> tuple[Iri, ...] | None:
        """Return the graphs whose union is the default graph; None for the server's own."""
        if self._keeps is None:
            default = self.push_manifest.default if self.push_manifest else self.given.default_graph
            return None if default in ("", UNION, UNNAMED) else (Iri(default),)
        if self._copy and self.push_manifest and self._copy in self.push_manifest.graphs:
            return (self._copy,)
        return tuple(self.names()) or (NOWHERE,)

    def _unnamed(self) -> list[None]:
        """Return the unnamed graph, if it has triples of its own."""
        pushed = self.push_manifest
        return [None] if pushed and pushed.default == UNION and None in pushed.graphs else []

    def raw(self, text: str, graphs: QueryDataset, name: str = "query") -> Result:
        """Run a query as it is, on a dataset."""
        scoped, parameters = self.server.restricted_to(text, graphs)
        query = significant_tokens(text)
        accept = TRIPLES if query_type(query) in ("CONSTRUCT", "DESCRIBE") else RESULTS
        answer = self._send(scoped, accept, parameters, name, original=text)
        with self._told(answer):
            if accept is TRIPLES:
                check_length(answer.headers)
                return read_triples(answer.body, media_type(answer), self._limits)
            return fitting(self._read(answer), query)

    def _read(self, answer: HttpResponse) -> Result:
        result, number = read_results(
            answer.body, self._limits, self.server.fix_literal, self.server.fix_line
        )
        if not isinstance(result, Rows):
            return result
        self._http.check_rows(answer, self.server.most_rows, self.given.url, number)
        if is_boolean_result(result.variables):
            return any(isinstance(row[0], Literal) and row[0].value == "1" for row in result.rows)
        return result

    def _send(
        self,
        text: str,
        accept: tuple[str, ...],
        parameters: list[tuple[str, str]],
        name: str,
        original: str = "",
    ) -> HttpResponse:
        wrapper = self._wrapper(text)
        for key, value in parameters:
            wrapper.addParameter(key, value)
        if len(text) + sum(len(value) + 20 for _, value in parameters) > _LONGEST:
            wrapper.setMethod(POST)
        answer = self._http.send(_request(wrapper, accept)._replace(allowed=(400,)))
        if answer.status == 400:
            raise self._refused(answer, original or text, name)
        return answer

    def _wrapper(self, text: str, update: str | None = None) -> SPARQLWrapper:
        wrapper = SPARQLWrapper(self.given.url, updateEndpoint=update)
        wrapper.setQuery(text)
        # Its own detection is misled by keywords in comments.
        wrapper.queryType = "INSERT" if update else query_type(significant_tokens(text)) or "SELECT"
        return wrapper

    def _refused(self, answer: HttpResponse, text: str, name: str) -> StoreError:
        """Return the server's error; raise InputError with a place if the query does not parse here."""
        from ogdkg.store.embedded import EmbeddedStore  # only for a refused query

        EmbeddedStore().query(text, name=name)
        message = f"The server refuses the query: {self._http.words(answer)}"
        error = self._http.failure(self.given.url, message)
        error.is_refusal = True
        return error

    @contextmanager
    def _told(self, answer: HttpResponse) -> Iterator[None]:
        """Turn errors in parsing a response into StoreError, and close the response."""
        try:
            yield
        except StoreError:
            answer.body.close()
            raise
        except BrokenError as error:
            answer.body.close()
            raise self._http.failure(self.given.url, str(error), "The response was discarded.") from None


def _request(wrapper: SPARQLWrapper, accept: tuple[str, ...]) -> HttpRequest:
    """Return the request of a SPARQLWrapper; `http` sends it, with limits and without redirects.

    https://www.w3.org/TR/sparql11-protocol/#protocol
    """
    is_update = wrapper.isSparqlUpdateRequest()
    address = wrapper.updateEndpoint if is_update else wrapper.endpoint
    fields = {**wrapper.parameters, "update" if is_update else "query": [wrapper.queryString]}
    form = urlencode(fields, doseq=True, safe="/")
    if wrapper.method == POST:
        return HttpRequest("POST", address, {"Content-Type": _FORM}, form.encode("ascii"), accept=accept)
    return HttpRequest("GET", f"{address}?{form}", {}, None, accept=accept)
