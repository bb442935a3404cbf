"""A SPARQL endpoint, as described under `[[endpoint]]` in `ogdkg.toml`. Sends nothing.

`default-graph` is the dataset of queries without FROM: the `union` of all graphs; the `unnamed` graph, where
`push` stores a merged copy; or, if there is no unnamed graph, the IRI of the graph with this copy.
"""

from __future__ import annotations

from typing import NamedTuple

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.project.addresses import Origin, address_fault, origin_of, shown_address
from ogdkg.rdf.terms import is_iri

UNION, UNNAMED = "union", "unnamed"
SERVERS = ("standard", "virtuoso", "oxigraph")  # the products that `remote.servers` knows
MEGABYTES = 2048  # the default limit for a response
MOST_MEGABYTES = 2**20  # the highest limit that can be set
_KEYS = ("name", "url", "update", "graph-store", "server", "default-graph", "megabytes")


class Endpoint(NamedTuple):
    """A SPARQL endpoint; empty attributes are detected.

    Attributes:
        url: The URL for queries.
        update: The URL for updates.
        graph_store: The URL of the Graph Store Protocol.
        server: The product, one of `SERVERS`.
        default_graph: The dataset of queries without FROM.
        megabytes: The largest response to accept.
        name: Its name in the project.
        named: The origin that the user named; None if only the project names the server.
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
        """The origins of all its URLs."""
        return {origin_of(url) for url in (self.url, self.update, self.graph_store) if url}

    @property
    def shown_url(self) -> str:
        """The URL for queries, as messages show it."""
        return shown_address(self.url)


def read_endpoints(document: ConfigFile) -> tuple[Endpoint, ...]:
    """Read the `[[endpoint]]` entries of an `ogdkg.toml`; InputError with the line of what is invalid."""
    endpoints = tuple(_read(document, index) for index in document.tables("endpoint", "An endpoint"))
    names = [endpoint.name for endpoint in endpoints]
    for index, name in enumerate(names):
        if name in names[:index] or not name or "://" in name:
            message = "An endpoint needs a unique name that is not an address."
            raise document.error(message, "endpoint", index)
    return endpoints


def _read(document: ConfigFile, index: int) -> Endpoint:
    at = ("endpoint", index)
    document.keys(_KEYS, *at)
    for key in ("url", "update", "graph-store"):
        address = document.text(*at, key)
        if (address or key == "url") and (fault := address_fault(address)):
            raise document.error(fault, *at, key)
    server = document.text(*at, "server")
    if server and server not in SERVERS:
        raise document.error(f"The server must be one of {', '.join(SERVERS)}.", *at, "server")
    default = document.text(*at, "default-graph")
    if default and default not in (UNION, UNNAMED) and not is_iri(default):
        message = f"The default graph must be {UNION}, {UNNAMED} or an IRI."
        raise document.error(message, *at, "default-graph")
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


def find_endpoint(text: str, described: tuple[Endpoint, ...]) -> Endpoint:
    """Return the endpoint with a name or URL, with the project's description of it if there is one.

    A user who gives a URL names its origin; one who gives a name accepts the project's URL.

    Raises:
        UsageError: The URL is invalid, or the name is unknown.
    """
    is_address = "://" in text
    if is_address and (fault := address_fault(text)):
        raise UsageError(fault)
    named = origin_of(text) if is_address else None
    for endpoint in described:
        if text in (endpoint.name, endpoint.url):
            return endpoint._replace(named=named)
    if named:
        return Endpoint(text, named=named)
    if "@" in text:  # may hold a password, so it is not repeated
        raise UsageError("This is neither the address of a server nor the name of an endpoint.", hint=_SEE)
    raise UnknownNameError("endpoint", text, [endpoint.name for endpoint in described], see=_SEE)


_SEE = "Give its address, or describe it under [[endpoint]] in ogdkg.toml."
