"""A request for an IRI or a page: what an answering process is asked, and what a worker answers by itself."""

from __future__ import annotations

from typing import Any

from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import Request, by_name

METHODS = "GET, HEAD, OPTIONS"
# What answers a path, and what answers the paths under its first segment, or with a suffix after it.
_TASKS = {
    "/ask": "questions",
    "/api": "api",
    "/openapi.json": "openapi",
    "/query": "editor",
    "/query/terms.json": "terms",
    "/search": "search",
    "/suggest": "suggest",
}
_UNDER = {"ask": "question", "api": "api", "query": "editor"}
ROBOTS = b"""User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /search
Disallow: /ask/
Disallow: /api/
Disallow: /query
Disallow: /suggest
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
    if request.method not in ("GET", "HEAD"):
        raise HttpError(405, "This can only be read.", headers={"allow": METHODS})
    return {
        "task": _task(request.path),
        "path": request.raw_path,
        "given": by_name(request.parameters()),
        "base": base,
        "seconds": seconds,
    }


def _task(path: str) -> str:
    """The task of a path: by itself, by the path that it lies under, or the description of a resource."""
    if task := _TASKS.get(path):
        return task
    first = path.split("/")[1].partition(".")[0]
    return _UNDER.get(first, "resource") if path.strip("/") != first else _TASKS.get(f"/{first}", "resource")
