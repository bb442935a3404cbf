"""The Graph Store Protocol: what a request asks of which graph, https://www.w3.org/TR/sparql11-http-rdf-update/."""

from __future__ import annotations

import uuid
from typing import Any

from ogdkg.rdf.terms import is_iri
from ogdkg.web.http.bearer import check_token
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import READING, Request, by_name, only
from ogdkg.web.http.settings import Settings
from ogdkg.web.protocol.sparql import MOST_BODY, seconds_of

PATH = "/store"
_ALL = "GET, HEAD, PUT, POST, DELETE, OPTIONS"
_TASKS = {"GET": "graph", "HEAD": "graph", "PUT": "put", "POST": "post", "DELETE": "delete"}


def is_graph(path: str) -> bool:
    """Whether a path is that of the graph store, or of a graph in it."""
    return path == PATH or path.startswith(f"{PATH}/")


def methods(settings: Settings) -> str:
    """The methods that graphs take."""
    return _ALL if settings.writable else READING


async def asked_graph(request: Request, settings: Settings) -> tuple[dict[str, Any], bytes]:
    """Return what a request asks of a graph, for an answering process, and the body that is to be written.

    Raises:
        HttpError: The request is none by the protocol, or may not write.
    """
    allowed = methods(settings)
    detail = "Graphs take other methods." if settings.writable else "This server's graphs can only be read."
    request.check_method(allowed, detail)
    task = _TASKS[request.method]
    if task != "graph":
        check_token(request.headers.get("authorization"), settings.token)
    given = by_name(request.parameters())
    base = request.base(settings.prefix)
    graph, is_new = _named(request, given, base)
    if is_new and task != "post":
        raise HttpError(400, "Name one graph, by graph=IRI, or the unnamed one, by default.")
    ask = {
        "task": task, "graph": graph, "is_new": is_new, "base": f"{base}{PATH}",
        "seconds": seconds_of(given, settings.seconds),
    }  # fmt: skip
    if task not in ("put", "post"):
        return ask, b""
    ask["type"] = request.headers.get("content-type", "")
    return ask, await request.body(MOST_BODY)


def _named(request: Request, given: dict[str, list[str]], base: str) -> tuple[str | None, bool]:
    """The graph of a request, None being the unnamed one, and whether it is a new one that we name."""
    if request.path != PATH:  # the address is the name (section 4.1)
        return _checked(base + request.raw_from(f"{PATH}/")), False
    name = only(given, "graph")
    if name is not None and "default" in given:
        raise HttpError(400, "Name one graph, by graph=IRI, or the unnamed one, by default.")
    if name is None:
        return (None, False) if "default" in given else (f"{base}{PATH}/{uuid.uuid4()}", True)
    return _checked(name), False


def _checked(name: str) -> str:
    if not is_iri(name):
        raise HttpError(400, "The name of a graph is an absolute IRI.")
    return name
