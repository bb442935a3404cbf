"""The SPARQL endpoint: what a request asks, https://www.w3.org/TR/sparql11-protocol/#query-operation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg.web.problems import HttpError
from ogdkg.web.request import FORM, Request, by_name, fields, only

_QUERY_TYPE = "application/sparql-query"
METHODS = "GET, HEAD, POST, OPTIONS"


async def asked_query(request: Request, most_seconds: float) -> dict[str, Any] | None:
    """Return the query of a request, for an answering process; None for a request without any.

    Raises:
        HttpError: The request is no query by the protocol.
    """
    address = request.parameters()
    if request.method in ("GET", "HEAD"):
        given = by_name(address)
        if not given:
            return None
        text = _needed(only(given, "query"))
    elif request.media_type == FORM:
        if any(name == "query" for name, _ in address):
            raise HttpError(400, "A query that is sent as a form stands in the body, not in the address.")
        given = by_name([*address, *fields(await request.body())])
        text = _needed(only(given, "query"))
    elif request.media_type == _QUERY_TYPE:
        given = by_name(address)
        if "query" in given:
            raise HttpError(400, "The query stands in the body, so the address may not have another.")
        text = _text(request, await request.body())
    else:
        detail = f"A query is sent as {_QUERY_TYPE} or {FORM}."
        raise HttpError(415, detail, headers={"accept-post": f"{_QUERY_TYPE}, {FORM}"})
    if "update" in given:
        raise HttpError(403, "This server takes no updates.")
    return {
        "task": "query",
        "text": text,
        "default": given.get("default-graph-uri", []),
        "named": given.get("named-graph-uri", []),
        "seconds": seconds_of(given, most_seconds),
    }


def seconds_of(given: Mapping[str, list[str]], most: float) -> float:
    """Return the time limit of a request: `timeout` may lower that of the server.

    Raises:
        HttpError: It is no positive number of seconds.
    """
    text = only(given, "timeout")
    if text is None:
        return most
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < float("inf"):
        raise HttpError(400, "timeout takes a positive number of seconds.")
    return min(seconds, most)


def _needed(text: str | None) -> str:
    if text is None:
        raise HttpError(400, "The parameter 'query' is missing.")
    return text


def _text(request: Request, body: bytes) -> str:
    parameters = request.headers.get("content-type", "").lower().replace(" ", "").split(";")[1:]
    charset = next((each[8:].strip('"') for each in parameters if each.startswith("charset=")), "utf-8")
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise HttpError(415, "A query is sent in UTF-8.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise HttpError(400, "The query is not UTF-8.") from None
