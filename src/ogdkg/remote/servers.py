"""What is peculiar to a server: addresses, the default graph, how answers differ, how literals are kept.

Each peculiarity stands here alone, with its reason; tests/servers/test_quirks.py shows each on a real server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import NamedTuple

from ogdkg.project.endpoint import Endpoint
from ogdkg.rdf.datatypes import DECIMAL, DERIVED_INTEGERS, INTEGERS, NUMBERS
from ogdkg.rdf.terms import XSD, Iri, Literal, to_ntriples

_INTEGER, _DECIMAL, _BOOLEAN = XSD + "integer", XSD + "decimal", XSD + "boolean"
_DATE, _MOMENT = XSD + "date", XSD + "dateTime"


class QueryDataset(NamedTuple):
    """What a query is answered from: its default graph, and what GRAPH ranges over; none: the server's."""

    default: tuple[Iri, ...] = ()
    named: tuple[Iri, ...] = ()


class Server(NamedTuple):
    """A kind of server.

    Attributes:
        name: Its name in `ogdkg.toml`.
        header: How its `Server` header begins.
        update: Its address for updates, made from that of queries: a pattern and the replacement.
        graph_store: Its Graph Store address, likewise.
        read_url: Its address for reading graphs, made from the Graph Store address likewise.
        graph_parameter: The parameter that names a graph in the Graph Store Protocol.
        has_unnamed: Whether it has an unnamed graph.
        pragmas: Whether the graphs of a query are named in its text.
        fix_line: Repairs a line of an answer.
        fix_literal: Repairs a literal of an answer.
        comparable_literal: A literal as the server keeps it.
        most_rows: The header that states how many rows it gives at most.
        is_exact: Whether its answers to EXISTS within expressions can be trusted.
        most_triples: How many triples of a graph it gives at once; 0 is no limit.
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

    def with_addresses(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint with the addresses that this kind of server has where none are given."""
        store = re.sub(*self.graph_store, endpoint.url, count=1) if self.graph_store else ""
        return endpoint._replace(
            update=endpoint.update or re.sub(*self.update, endpoint.url, count=1),
            graph_store=endpoint.graph_store or store,
            server=self.name,
        )

    def restricted_to(self, text: str, graphs: QueryDataset) -> tuple[str, list[tuple[str, str]]]:
        """A query and the parameters of its request, so that it is answered from these graphs."""
        named = [("default-graph-uri", iri.value) for iri in graphs.default]
        named += [("named-graph-uri", iri.value) for iri in graphs.named]
        if not self.pragmas:
            return text, named
        return "".join(f"define input:{key} {to_ntriples(Iri(iri))} " for key, iri in named) + text, []


def server_of(name: str) -> Server:
    """The server so named."""
    return next(server for server in SERVERS if server.name == name)


def detect_server(header: str) -> Server:
    """The server that a `Server` header tells; the standard one where it tells none."""
    return next((each for each in SERVERS if each.header and header.startswith(each.header)), STANDARD)


def canonical(literal: Literal) -> Literal:
    """A literal as any of these servers may give it back: the same value, spelled in one way.

    Numbers lose needless signs and zeros, booleans are words, a language is in small letters, seconds lose
    the zeros of their fraction, and Z stands for +00:00. What is not of its type stays as it is.
    """
    if literal.language:
        return replace(literal, language=literal.language.lower())
    try:
        value = _SPELLED[literal.datatype](literal.value)
    except (KeyError, ValueError, InvalidOperation):
        return literal
    return replace(literal, value=value)


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
    """Virtuoso tells objects apart by value: of 1, 1.0, "1"^^xsd:int and true it keeps what comes first.

    So numbers and booleans are compared as decimals, dates and moments as moments of UTC.
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
    """A date or a moment as a moment; in UTC where it has a zone."""
    date, zone = (text[:10], text[10:]) if "T" not in text else (text, "")
    moment = datetime.fromisoformat(f"{date}T00:00:00{zone}" if "T" not in text else text)
    utc = moment.astimezone(UTC) if moment.tzinfo else moment
    return _moment(utc.isoformat())


def _as_oxigraph(literal: Literal) -> Literal:
    """Oxigraph keeps the types derived from xsd:integer as integers."""
    kept = canonical(literal)
    is_whole = kept.datatype in DERIVED_INTEGERS and re.fullmatch(r"-?[0-9]{1,18}", kept.value)
    return replace(kept, datatype=_INTEGER) if is_whole else kept


_LABEL = (b'"bnode", "value": "nodeID://', b'"bnode", "value": "')


def _mend(line: bytes) -> bytes:
    """Virtuoso labels blank nodes `nodeID://b1` in its JSON, which no label may be; a row is a line."""
    return line.replace(*_LABEL)


def _with_words(literal: Literal) -> Literal:
    """Virtuoso writes a boolean as 1 or 0 in JSON."""
    if literal.datatype != _BOOLEAN:
        return literal
    return replace(literal, value=_boolean(literal.value))


STANDARD = Server("standard", comparable_literal=canonical)
SERVERS = (
    STANDARD,
    Server(
        "virtuoso",
        header="Virtuoso",
        # Writing wants digest, at addresses of its own.
        update=(r"/sparql/?$", "/sparql-auth"),
        graph_store=(r"/sparql/?$", "/sparql-graph-crud-auth"),
        read_url=(r"-auth$", ""),
        graph_parameter="graph-uri",
        # There is no unnamed graph. A query without FROM sees every graph, those of the system too, and a
        # triple as often as graphs hold it.
        has_unnamed=False,
        # As parameters the graphs come back as headers, one each, and http.client takes 100 of them.
        pragmas=True,
        fix_line=_mend,
        fix_literal=_with_words,
        # A result is cut off at ResultSetMaxRows without a word but this header.
        most_rows="X-SPARQL-MaxRows",
        # BIND(EXISTS { … ?x … } AS ?y) may lose the value of ?x, and VALUES of two columns rows.
        is_exact=False,
        # "The result vector is too large" for a graph of some millions.
        most_triples=500_000,
        comparable_literal=_as_virtuoso,
    ),
    Server(
        "oxigraph",
        header="Oxigraph",
        update=(r"/query$", "/update"),
        graph_store=(r"/query$", "/store"),
        comparable_literal=_as_oxigraph,
    ),
)


def is_boolean_result(variables: Iterable[str]) -> bool:
    """Whether one row stands for the answer to ASK, which Virtuoso gives so: its column is `__ASK_RETVAL`."""
    return list(variables) == ["__ASK_RETVAL"]
