"""A request for an IRI or a page: what an answering process is asked, and what a worker answers by itself."""

from __future__ import annotations

from typing import Any

from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import Request, by_name

_TASKS = {"/search": "search", "/map": "map", "/picture": "picture"}
METHODS = "GET, HEAD, OPTIONS"
QUESTIONS = "/ask"
ROBOTS = b"""User-agent: *
Disallow: /sparql
Disallow: /store
Disallow: /search
Disallow: /ask/
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
    if path in (QUESTIONS, f"{QUESTIONS}/"):
        return "questions"
    if path.startswith(f"{QUESTIONS}/"):
        return "question"
    return _TASKS.get(path, "resource")
