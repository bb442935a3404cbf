"""A request for an IRI or a page: what an answering process is asked, and what a worker answers by itself."""

from __future__ import annotations

from typing import Any

from ogdkg.web.http.request import ASKING, Request, by_name

CHECK, NEW, RECONCILE = "/check", "/new", "/reconcile"
MOST_FORM = 1_100_000  # bytes of a form with a text of 1 MB
# What answers a path, and what answers the paths under its first segment, or with a suffix after it.
_TASKS = {
    "/ask": "questions",
    "/api": "api",
    "/changes.atom": "changes",
    "/changes.json": "changes",
    "/contribute": "contribute",
    "/document": "document",
    "/map": "map",
    "/ontology": "ontology",
    "/openapi.json": "openapi",
    "/picture": "picture",
    "/quality": "quality",
    "/query": "editor",
    "/query/terms.json": "terms",
    "/search": "search",
    "/suggest": "suggest",
}
_UNDER = {"ask": "question", "api": "api", "ontology": "ontology", "query": "editor"}
ROBOTS = b"""User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /search
Disallow: /ask/
Disallow: /api/
Disallow: /query
Disallow: /suggest
Disallow: /check
Disallow: /contribute?
Disallow: /new/
Disallow: /reconcile
Disallow: /map?
Disallow: /picture?
Crawl-delay: 1
"""


def asked_resource(request: Request, base: str, seconds: float) -> dict[str, Any]:
    """Return the request for an answering process.

    Args:
        request: The request.
        base: The address of the server.
        seconds: The time limit.

    Raises:
        HttpError: The method changes something.
    """
    request.check_is_reading()
    return {
        "task": task_of(request.path),
        "path": request.raw_path,
        "given": by_name(request.parameters()),
        "base": base,
        "seconds": seconds,
    }


def takes_forms(path: str) -> bool:
    """Whether what is at a path takes POST, too."""
    return path in (CHECK, NEW, RECONCILE) or path.startswith((f"{NEW}/", f"{RECONCILE}/"))


def is_person(request: Request) -> bool:
    """Whether a client wants pages: a browser names them among what it accepts."""
    return "text/html" in request.headers.get("accept", "")


def asked_form(request: Request, base: str, seconds: float) -> dict[str, Any]:
    """Return the request for an answering process, to which the body is still to be added.

    Args:
        request: The request.
        base: The address of the server.
        seconds: The time limit.

    Raises:
        HttpError: The method is none of those that a form takes.
    """
    request.check_method(ASKING, "This takes GET and POST.")
    return {
        "task": request.path.split("/")[1],
        "path": request.raw_path,
        "given": by_name(request.parameters()),
        "sent": {"content_type": request.headers.get("content-type", "")},
        "base": base,
        "seconds": seconds,
    }


def task_of(path: str) -> str:
    """Return the task of a path: by itself, by the path it lies under, or the description of a resource."""
    if task := _TASKS.get(path):
        return task
    first = path.split("/")[1].partition(".")[0]
    return _UNDER.get(first, "resource") if path.strip("/") != first else _TASKS.get(f"/{first}", "resource")
