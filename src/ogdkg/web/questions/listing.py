"""The list of all stored queries: by topic, filtered by words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.web.questions.asked import PATH, Asked, address_of
from ogdkg.web.questions.form import Link

OTHER = "other"  # the topic of queries that are in no folder


class Question(NamedTuple):
    """A question in the list of all."""

    name: str
    summary: str
    address: str
    fields: tuple[str, ...]
    example: Link | None


def listed(queries: Mapping[str, Sequence[StoredQuery]], words: str, topic: str) -> Iterator[StoredQuery]:
    """Yield the queries of a topic, or of all, that speak of all words."""
    wanted = words.casefold().split()
    for name, each in queries.items():
        if topic in ("", name or OTHER):
            yield from (query for query in each if all(word in _said(query) for word in wanted))


def question_of(query: StoredQuery, base: str) -> Question:
    """Return how a question is listed."""
    example = {
        each.name: [each.example] for each in query.parameters if each.example and not each.is_optional
    }
    asked = Asked(query, example, base)
    shown = Link(", ".join(text for _, text in asked.pairs), asked.address())
    fields = tuple(each.label or each.name for each in query.parameters)
    return Question(
        query.name,
        query.header.summary or query.name,
        address_of(base, query.name),
        fields,
        shown if example and asked.is_complete else None,
    )


def told(query: StoredQuery, base: str, path: str = PATH) -> dict[str, Any]:
    """Return what a program is told of a question, which answers at an address under a path."""
    parameters = [
        {
            "name": each.name,
            "label": each.label,
            "type": each.kind,
            "required": not each.is_optional,
            "several": each.multivalued,
            "example": each.example,
            "default": list(each.default),
        }
        for each in query.parameters
    ]
    return {
        "name": query.name,
        "topic": query.topic,
        "summary": query.header.summary,
        "description": query.header.description,
        "address": address_of(base, query.name, path),
        "parameters": parameters,
    }


def _said(query: StoredQuery) -> str:
    header = query.header
    labels = (each.label for each in query.parameters)
    texts = (query.name, header.summary, header.description, *header.tags, *labels)
    return " ".join(texts).casefold()
