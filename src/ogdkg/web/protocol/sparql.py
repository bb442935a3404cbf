"""The SPARQL endpoint: what a request asks or changes, https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg.web.http.bearer import has_token
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import FORM, MOST_QUERY, Request, by_name, fields, only
from ogdkg.web.http.settings import Settings

_QUERY_TYPE, _UPDATE_TYPE = "application/sparql-query", "application/sparql-update"
MOST_BODY = 1 << 25  # bytes of what is written


async def asked_query(request: Request, settings: Settings) -> dict[str, Any] | None:
    """Return the query or update of a request, for an answering process; None for a request without any.

    An update has the task `update`; whoever runs it must see the token first.

    Raises:
        HttpError: The request is neither by the protocol.
    """
    address = request.parameters()
    kinds = [_QUERY_TYPE, FORM] + [_UPDATE_TYPE] * settings.writable
    if request.method in ("GET", "HEAD"):
        given = by_name(address)
        if not given:
            return None
        text = _needed(only(given, "query"))
    elif request.media_type == FORM:
        if any(name in ("query", "update") for name, _ in address):
            raise HttpError(400, "What is sent as a form stands in the body, not in the address.")
        given = by_name([*address, *fields(await request.body(_most(request, settings)))])
        if "update" in given:
            return _update(request, given, only(given, "update") or "", settings)
        text = _needed(only(given, "query"))
    elif request.media_type in (_QUERY_TYPE, _UPDATE_TYPE):  # where none is taken, an update is told so
        given = by_name(address)
        if "query" in given or "update" in given:
            raise HttpError(400, "The text stands in the body, so the address may not have another.")
        text = _text(request, await request.body(_most(request, settings)))
        if request.media_type == _UPDATE_TYPE:
            return _update(request, given, text, settings)
    else:
        detail = f"A request is sent as {' or '.join(kinds)}."
        raise HttpError(415, detail, headers={"accept-post": ", ".join(kinds)})
    if "update" in given:
        raise HttpError(400, "An update is sent by POST.")
    return {
        "task": "query",
        "text": text,
        "default": given.get("default-graph-uri", []),
        "named": given.get("named-graph-uri", []),
        "base": f"{request.base(settings.prefix)}/sparql",
        "seconds": seconds_of(given, settings.seconds),
    }


def _update(
    request: Request, given: Mapping[str, list[str]], text: str, settings: Settings
) -> dict[str, Any]:
    """https://www.w3.org/TR/sparql11-protocol/#update-operation"""
    if not settings.writable:
        raise HttpError(403, "This server takes no updates.")
    if "query" in given:
        raise HttpError(400, "A request has a query or an update, not both.")
    if "default-graph-uri" in given or "named-graph-uri" in given:
        hint = "Use using-graph-uri and using-named-graph-uri."
        raise HttpError(400, "default-graph-uri and named-graph-uri are for queries.", hint=hint)
    return {
        "task": "update",
        "text": text,
        "default": given.get("using-graph-uri", []),
        "named": given.get("using-named-graph-uri", []),
        "base": f"{request.base(settings.prefix)}/sparql",
        "seconds": seconds_of(given, settings.seconds),
    }


def _most(request: Request, settings: Settings) -> int:
    """How many bytes a body may have: more of those who may write."""
    may_write = settings.writable and has_token(request.headers.get("authorization"), settings.token)
    return MOST_BODY if may_write else MOST_QUERY


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
