"""A SPARQL endpoint, as described under `[[endpoint]]` in `ogdkg.toml`. Sends nothing.

`default-graph` is the dataset of queries without FROM: the `union` of all graphs; the `unnamed` graph, where
`push` stores a merged copy; or, if there is no unnamed graph, the IRI of the graph with this copy.
"""

from __future__ import annotations

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.lean import NamedTuple
from ogdkg.project.addresses import Origin, address_fault, origin_of, shown_address
from ogdkg.project.keys import SERVERS as SERVERS
from ogdkg.project.keys import TOML
from ogdkg.rdf.terms import is_iri

UNION, UNNAMED = "union", "unnamed"
MEGABYTES = 2048  # the default limit for a response
MOST_MEGABYTES = 2**20  # the highest limit that can be set
_ALONE = ("url", "update", "graph-store")
_OF_REPLICAS = ("urls", "updates", "graph-stores")  # the same of each replica, in the same order


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
        replicas: The servers that hold the same graph, if it is several; `url` is then that of the first.
        min_replicas: How many of them must hold a version before it is read.
    """

    url: str
    update: str = ""
    graph_store: str = ""
    server: str = ""
    default_graph: str = ""
    megabytes: int = MEGABYTES
    name: str = ""
    named: Origin | None = None
    replicas: tuple[Endpoint, ...] = ()
    min_replicas: int = 1

    @property
    def origins(self) -> set[Origin]:
        """The origins of all its URLs."""
        own = {origin_of(url) for url in (self.url, self.update, self.graph_store) if url}
        return own.union(*(replica.origins for replica in self.replicas))

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
    document.keys(TOML.keys("endpoint"), *at)
    addresses = _addresses(document, index)
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
    described = Endpoint(
        *addresses[0], server, default, megabytes or MEGABYTES, name=document.text(*at, "name")
    )
    if document.get(*at, "urls") is None:
        return described
    replicas = tuple(described._replace(url=url, update=up, graph_store=gs) for url, up, gs in addresses)
    return described._replace(replicas=replicas, min_replicas=_min_replicas(document, index, len(replicas)))


def _addresses(document: ConfigFile, index: int) -> list[tuple[str, str, str]]:
    """Return the URLs for queries, updates and graphs: of one server, or of each replica."""
    at = ("endpoint", index)
    has_replicas = document.get(*at, "urls") is not None
    keys, others = (_OF_REPLICAS, _ALONE) if has_replicas else (_ALONE, (*_OF_REPLICAS, "min-replicas"))
    for key in others:
        if document.get(*at, key) is not None:
            raise document.error(f"{key!r} does not go with {keys[0]!r}.", *at, key)
    columns = [document.texts(*at, key) if has_replicas else (document.text(*at, key),) for key in keys]
    columns = [column or ("",) * len(columns[0]) for column in columns]
    for key, column in zip(keys, columns, strict=True):
        if len(column) != len(columns[0]) or not column:
            message = f"{key!r} needs an address for each replica, in the order of 'urls'."
            raise document.error(message, *at, key)
        for address in column:
            if (address or key in ("url", "urls")) and (fault := address_fault(address)):
                raise document.error(fault, *at, key)
    if len(set(columns[0])) < len(columns[0]):
        raise document.error("'urls' names a server twice.", *at, "urls")
    return list(zip(*columns, strict=True))  # three columns


def _min_replicas(document: ConfigFile, index: int, replicas: int) -> int:
    """Return `min-replicas`; by default the majority, but one less than all."""
    at = ("endpoint", index, "min-replicas")
    given = document.get(*at)
    if given is None:
        return max(min(replicas // 2 + 1, replicas - 1), 1)
    if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= replicas:
        raise document.error(f"'min-replicas' must be a whole number from 1 to {replicas}.", *at)
    return given


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
        if text == endpoint.name:
            return endpoint
        for each in endpoint.replicas or (endpoint,):
            if text == each.url:
                return each._replace(named=named)
    if named:
        return Endpoint(text, named=named)
    if "@" in text:  # may hold a password, so it is not repeated
        raise UsageError("This is neither the address of a server nor the name of an endpoint.", hint=_SEE)
    raise UnknownNameError("endpoint", text, [endpoint.name for endpoint in described], see=_SEE)


_SEE = "Give its address, or describe it under [[endpoint]] in ogdkg.toml."
