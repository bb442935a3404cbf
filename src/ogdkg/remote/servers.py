"""The quirks of server products: URLs, default graph, deviations of responses, and how they store literals.

Nothing else knows them; tests/servers/test_quirks.py shows each on a real server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import count
from math import isfinite
from typing import NamedTuple

from ogdkg.project.endpoint import Endpoint
from ogdkg.rdf.datatypes import DECIMAL, DERIVED_INTEGERS, INTEGERS, NUMBERS
from ogdkg.rdf.terms import XSD, Iri, Literal, to_ntriples
from ogdkg.store.base import QueryDataset

_INTEGER, _DECIMAL, _BOOLEAN = XSD + "integer", XSD + "decimal", XSD + "boolean"
_DATE, _MOMENT = XSD + "date", XSD + "dateTime"
_answers = count(1)  # of all servers: a label of one answer is none of another


class Server(NamedTuple):
    """A server product.

    Attributes:
        name: Its name in `ogdkg.toml`.
        header: How its `Server` header begins.
        update: A pattern and its replacement that make the URL for updates from that for queries.
        graph_store: The same for the URL of the Graph Store Protocol.
        read_url: The same for the URL for reading graphs, made from that of the Graph Store Protocol.
        graph_parameter: The parameter that names a graph in the Graph Store Protocol.
        has_unnamed: Whether it has an unnamed graph.
        pragmas: Whether the dataset of a query is named in its text.
        fix_line: Fixes a line of a response.
        fix_literal: Fixes a literal of a response.
        comparable_literal: Returns a literal as the server stores it beside others of the same value.
        stored_literal: Returns a literal as the server stores it alone.
        rewrites: What it keeps by value and not as it is written, by datatype.
        keeps_labels: Whether a blank node has the same label in each response.
        most_rows: The header with the largest number of rows that it returns.
        is_exact: Whether its results for EXISTS in expressions are correct.
        most_triples: The largest number of triples of a graph that it returns at once; 0 is no limit.
    """

    name: str
    header: str = ""
    update: tuple[str, str] = ("$", "")
    graph_store: tuple[str, str] | None = None
    read_url: tuple[str, str] = ("$", "")
    graph_parameter: str = "graph"
    has_unnamed: bool = True
    pragmas: bool = False
    fix_line: Callable[[bytes], bytes] | None = None
    fix_literal: Callable[[Literal], Literal] | None = None
    most_rows: str = ""
    is_exact: bool = True
    most_triples: int = 0
    comparable_literal: Callable[[Literal], Literal] = lambda literal: literal
    stored_literal: Callable[[Literal], Literal] = lambda literal: literal
    rewrites: Mapping[str, str] = {}
    keeps_labels: bool = False

    def label_scope(self) -> str:
        """Return what stands before labels of blank nodes in one answer, so that those of another differ."""
        return "" if self.keeps_labels else f"r{next(_answers)}x"

    def with_addresses(self, endpoint: Endpoint) -> Endpoint:
        """Return an endpoint with the URLs of this product for those that are missing."""
        store = re.sub(*self.graph_store, endpoint.url, count=1) if self.graph_store else ""
        return endpoint._replace(
            update=endpoint.update or re.sub(*self.update, endpoint.url, count=1),
            graph_store=endpoint.graph_store or store,
            server=self.name,
        )

    def restricted_to(self, text: str, graphs: QueryDataset) -> tuple[str, list[tuple[str, str]]]:
        """Return the text and the request parameters of a query with a dataset."""
        named = [("default-graph-uri", iri.value) for iri in graphs.default]
        named += [("named-graph-uri", iri.value) for iri in graphs.named]
        if not self.pragmas:
            return text, named
        return "".join(f"define input:{key} {to_ntriples(Iri(iri))} " for key, iri in named) + text, []


def server_of(name: str) -> Server:
    """Return a product by name."""
    return next(server for server in SERVERS if server.name == name)


def detect_server(header: str) -> Server:
    """Return the product for a `Server` header, or the standard one."""
    named = (server for server in SERVERS if server.header and header.startswith(server.header))
    return next(named, STANDARD)


def canonical(literal: Literal) -> Literal:
    """Return a literal in canonical form, so that the forms that servers return compare equal.

    Numbers lose redundant signs and zeros, booleans are words, language tags are in lower case, seconds lose
    trailing zeros of their fraction, and Z replaces +00:00. An ill-typed literal stays as it is.
    """
    if literal.language:
        return literal._replace(language=literal.language.lower())
    try:
        value = _SPELLED[literal.datatype](literal.value)
    except (KeyError, ValueError, InvalidOperation):
        return literal
    return literal._replace(value=value)


def _integer(text: str) -> str:
    return str(int(text)) if re.fullmatch(r"[+-]?[0-9]{1,4000}", text) else text


def _decimal(text: str) -> str:
    if not re.fullmatch(DECIMAL, text):
        return text
    plain = f"{Decimal(text):f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain.removeprefix("+")


def _float(text: str) -> str:
    if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", text):
        return text
    return repr(number) if isfinite(number := float(text)) else text


def _boolean(text: str) -> str:
    return {"1": "true", "0": "false"}.get(text, text)


def _moment(text: str) -> str:
    shorter = re.sub(r"(\.[0-9]*?)0+(?![0-9])", r"\1", text).replace(".Z", "Z")
    shorter = re.sub(r"\.(?=$|[+-])", "", shorter)
    return re.sub(r"[+-]00:00$", "Z", shorter)


_SPELLED: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(INTEGERS, _integer),
    _DECIMAL: _decimal,
    XSD + "double": _float,
    XSD + "float": _float,
    _BOOLEAN: _boolean,
    **dict.fromkeys((_MOMENT, XSD + "time"), _moment),
    _DATE: lambda text: re.sub(r"[+-]00:00$", "Z", text),
}


def _as_virtuoso(literal: Literal) -> Literal:
    """Virtuoso compares objects by value: of 1, 1.0, "1"^^xsd:int and true it stores only the first.

    So numbers and booleans are compared as decimals, dates and times as times in UTC.
    """
    kept = canonical(literal)
    try:
        if kept.datatype == _BOOLEAN:
            return Literal({"true": "1", "false": "0"}[kept.value], _DECIMAL)
        if kept.datatype in NUMBERS:
            return Literal(_decimal(f"{Decimal(kept.value):f}"), _DECIMAL)
        if kept.datatype in (_DATE, _MOMENT):
            return Literal(_instant(kept.value), _MOMENT)
    except (KeyError, ValueError, InvalidOperation):
        return kept
    return kept


def _instant(text: str) -> str:
    """Return a date or time as a time, in UTC if it has a time zone."""
    date, zone = (text[:10], text[10:]) if "T" not in text else (text, "")
    moment = datetime.fromisoformat(f"{date}T00:00:00{zone}" if "T" not in text else text)
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return _moment(utc.isoformat())


def _as_oxigraph(literal: Literal) -> Literal:
    """Oxigraph stores the types derived from xsd:integer as xsd:integer."""
    kept = canonical(literal)
    is_whole = kept.datatype in DERIVED_INTEGERS and re.fullmatch(r"-?[0-9]{1,18}", kept.value)
    return kept._replace(datatype=_INTEGER) if is_whole else kept


_LABEL = (b'"bnode", "value": "nodeID://', b'"bnode", "value": "')


def _fix_labels(line: bytes) -> bytes:
    """Virtuoso's JSON has blank node labels such as `nodeID://b1`, which are invalid; each row is a line."""
    return line.replace(*_LABEL)


def _with_words(literal: Literal) -> Literal:
    """Virtuoso's JSON has 1 or 0 for booleans."""
    if literal.datatype != _BOOLEAN:
        return literal
    return literal._replace(value=_boolean(literal.value))


_BY_VALUE = {
    **dict.fromkeys(NUMBERS, "numbers"),
    _BOOLEAN: "booleans",
    **dict.fromkeys((_DATE, _MOMENT, XSD + "time"), "dates and times"),
    XSD + "duration": "durations",
}
STANDARD = Server("standard", comparable_literal=canonical, stored_literal=canonical)
SERVERS = (
    STANDARD,
    Server(
        "virtuoso",
        header="Virtuoso",
        # Writing needs digest authentication, at separate URLs.
        update=(r"/sparql/?$", "/sparql-auth"),
        graph_store=(r"/sparql/?$", "/sparql-graph-crud-auth"),
        read_url=(r"-auth$", ""),
        graph_parameter="graph-uri",
        # There is no unnamed graph. A query without FROM reads every graph, also system graphs, and a triple
        # once for each graph that has it.
        has_unnamed=False,
        # It echoes graphs given as parameters in headers, one each, and http.client accepts only 100.
        pragmas=True,
        fix_line=_fix_labels,
        fix_literal=_with_words,
        # A result is silently cut off at ResultSetMaxRows, except for this header.
        most_rows="X-SPARQL-MaxRows",
        # BIND(EXISTS { … ?x … } AS ?y) may lose the value of ?x, and VALUES with two columns may lose rows.
        is_exact=False,
        # "The result vector is too large" for a graph of a few million triples.
        most_triples=500_000,
        comparable_literal=_as_virtuoso,
        stored_literal=canonical,
        rewrites=_BY_VALUE,
        keeps_labels=True,
    ),
    Server(
        "oxigraph",
        header="Oxigraph",
        update=(r"/query$", "/update"),
        graph_store=(r"/query$", "/store"),
        comparable_literal=_as_oxigraph,
        stored_literal=_as_oxigraph,
        rewrites=_BY_VALUE,
        keeps_labels=True,
    ),
    Server(
        "ogdkg",
        header="ogdkg",  # of `ogdkg serve`, whose engine is Oxigraph's
        graph_store=(r"/sparql/?$", "/store"),
        comparable_literal=_as_oxigraph,
        stored_literal=_as_oxigraph,
        rewrites=_BY_VALUE,
        keeps_labels=True,
    ),
)


def is_boolean_result(variables: Iterable[str]) -> bool:
    """Return whether a row is Virtuoso's result of an ASK: its column is `__ASK_RETVAL`."""
    return list(variables) == ["__ASK_RETVAL"]
