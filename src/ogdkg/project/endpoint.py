"""A SPARQL server: where it answers, and what is said of it under `[[endpoint]]`. Sends nothing.

`default-graph` says what a query without FROM is answered from: the `union` of all graphs; the `unnamed` one,
where `push` keeps a merged copy; or the IRI of a graph that holds this copy, where there is no unnamed one.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.project.addresses import Origin, address_fault, origin_of, shown_address
from ogdkg.rdf.terms import is_iri

UNION, UNNAMED = "union", "unnamed"
SERVERS = ("standard", "virtuoso", "oxigraph")  # whose peculiarities `store.servers` knows
MEGABYTES = 2048  # of an answer, unless said
MOST_MEGABYTES = 2**20  # that may be said
_KEYS = ("name", "url", "update", "graph-store", "server", "default-graph", "megabytes")


class Endpoint(NamedTuple):
    """Addresses of a server; what is empty is found out. `megabytes` is the most that an answer may hold.

    `named`: the origin of the address that the person gave; None where only the project names the server.
    """

    url: str
    update: str = ""
    graph_store: str = ""
    server: str = ""
    default_graph: str = ""
    megabytes: int = MEGABYTES
    name: str = ""
    named: Origin | None = None

    @property
    def origins(self) -> set[Origin]:
        """Of all its addresses."""
        return {origin_of(each) for each in (self.url, self.update, self.graph_store) if each}

    @property
    def shown(self) -> str:
        """The address of queries as a message shows it."""
        return shown_address(self.url)


def read_endpoints(document: ConfigFile) -> tuple[Endpoint, ...]:
    """The `[[endpoint]]` entries of an `ogdkg.toml`; InputError with the line of what does not fit."""
    tables: Any = document.get("endpoint")
    if tables is None:
        return ()
    if not isinstance(tables, list):
        raise document.error("An endpoint begins with [[endpoint]].", "endpoint")
    found = tuple(_read(document, index) for index in range(len(tables)))
    names = [each.name for each in found]
    for index, name in enumerate(names):
        if name in names[:index] or not name or "://" in name:
            raise document.error("An endpoint has a name of its own, which is no address.", "endpoint", index)
    return found


def _read(document: ConfigFile, index: int) -> Endpoint:
    at = ("endpoint", index)
    document.keys(_KEYS, *at)
    for key in ("url", "update", "graph-store"):
        address = document.text(*at, key)
        if (address or key == "url") and (fault := address_fault(address)):
            raise document.error(fault, *at, key)
    server = document.text(*at, "server")
    if server and server not in SERVERS:
        raise document.error(f"The server is one of {', '.join(SERVERS)}.", *at, "server")
    default = document.text(*at, "default-graph")
    if default and default not in (UNION, UNNAMED) and not is_iri(default):
        raise document.error(f"The default graph is {UNION}, {UNNAMED} or an IRI.", *at, "default-graph")
    megabytes = document.get(*at, "megabytes")
    if megabytes is not None and (not isinstance(megabytes, int) or not 0 < megabytes <= MOST_MEGABYTES):
        message = f"'megabytes' must be a whole number above 0, and at most {MOST_MEGABYTES:,}."
        raise document.error(message, *at, "megabytes")
    return Endpoint(
        url=document.text(*at, "url"),
        update=document.text(*at, "update"),
        graph_store=document.text(*at, "graph-store"),
        server=server,
        default_graph=default,
        megabytes=megabytes or MEGABYTES,
        name=document.text(*at, "name"),
    )


def find_endpoint(text: str, known: tuple[Endpoint, ...]) -> Endpoint:
    """The endpoint that a name or an address means; an address that is described is as described.

    Who gives an address names its origin; who gives a name takes the project's word for it.
    """
    is_address = "://" in text
    if is_address and (fault := address_fault(text)):
        raise UsageError(fault)
    named = origin_of(text) if is_address else None
    for endpoint in known:
        if text in (endpoint.name, endpoint.url):
            return endpoint._replace(named=named)
    if named:
        return Endpoint(text, named=named)
    if "@" in text:  # it may hold a password, and is not repeated
        raise UsageError("This is neither an address of a server nor the name of one.", hint=_SEE)
    raise UnknownNameError("endpoint", text, [endpoint.name for endpoint in known], see=_SEE)


_SEE = "Give its address, or describe it under [[endpoint]] in ogdkg.toml."
