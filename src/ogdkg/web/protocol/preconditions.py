"""Preconditions of a write: If-Match and If-None-Match (RFC 9110, section 13.1)."""

from __future__ import annotations

from collections.abc import Callable

from ogdkg.web.http.problems import HttpError
from ogdkg.web.processes.answerer import Ask


def check_preconditions(ask: Ask, exists: bool, tags: Callable[[], set[str]]) -> None:
    """Raise HttpError 412 where a graph is not as the client expects.

    Args:
        ask: The request; `if_match` and `if_none_match` are its headers.
        exists: Whether the graph is there.
        tags: Returns the entity tags of its representations.
    """
    match, none = ask.get("if_match"), ask.get("if_none_match")
    if match is not None and not _matches(match, exists, tags):
        raise HttpError(412, "The graph has changed since, or is not there.", hint="Fetch it again.")
    if none is not None and _matches(none.replace("W/", ""), exists, tags):
        raise HttpError(412, "The graph is there already.", hint="Leave If-None-Match out to replace it.")


def _matches(header: str, exists: bool, tags: Callable[[], set[str]]) -> bool:
    if header.strip() == "*":
        return exists
    return exists and not tags().isdisjoint(tag.strip() for tag in header.split(","))
