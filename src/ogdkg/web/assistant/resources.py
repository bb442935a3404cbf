"""Resources that an assistant may read: each stored question, and each thing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote, unquote

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError
from ogdkg.search.labels import LabelIndex
from ogdkg.search.remote_names import RemoteNames
from ogdkg.web.assistant.arguments import checked
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.listing import MARKDOWN, QUESTION, TEMPLATES, TEXT, THING
from ogdkg.web.assistant.questions import parameter_of
from ogdkg.web.assistant.things import show
from ogdkg.web.assistant.tool_answers import Answer, quoted, refusal, refused
from ogdkg.web.http.problems import HttpError
from ogdkg.web.questions.files import find_query

_PAGE = 50
_MOST_COMPLETED = 20
_LONGEST = 2_000  # letters of an address


def listed(context: Context, cursor: str | None) -> dict[str, Any]:
    """Return a page of the stored questions as resources; things are too many, and have a template."""
    start = int(cursor) if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else 0
    queries = list(islice(context.graph.catalogue.readable(), start, start + _PAGE + 1))
    resources = [
        {
            "uri": f"{QUESTION}{quote(each.name, safe='')}",
            "name": each.name,
            "description": each.header.summary or each.name,
            "mime_type": MARKDOWN,
        }
        for each in queries[:_PAGE]
    ]
    return {"resources": resources, "next": str(start + _PAGE) if len(queries) > _PAGE else None}


def read(context: Context, uri: str) -> dict[str, Any]:
    """Return what a resource holds, or in `fault` why there is none."""
    name = unquote(uri.removeprefix(QUESTION).removeprefix(THING), errors="replace")
    if uri.startswith(QUESTION) and len(uri) <= _LONGEST:
        try:
            query, _ = find_query(context.graph.catalogue, name, lambda each: each, ())
        except HttpError as error:
            return {"fault": refused(error).text}
        return {"text": "\n".join(_question_text(query)), "mime_type": MARKDOWN}
    if uri.startswith(THING) and len(uri) <= _LONGEST:
        given = checked("show", {"thing": name, "limit": 50})
        try:
            told = given if isinstance(given, Answer) else show(context, given)
        except OgdkgError as error:
            told = refused(error)
        return {"fault": told.text} if told.is_error else {"text": told.text, "mime_type": TEXT}
    shapes = " or ".join(each[0] for each in TEMPLATES)
    return {"fault": refusal(f"There is no resource {uri[:200]!r}.", f"Its address is {shapes}.").text}


def _question_text(query: StoredQuery) -> Iterator[str]:
    yield f"# {query.name}\n"
    yield f"{quoted(query.header.summary or query.name)}\n"
    if query.header.description:
        yield f"{quoted(query.header.description)}\n"
    for each in query.parameters:
        told = parameter_of(each, [])
        needed = "needed" if told["required"] else "optional"
        example = f", such as {quoted(told['example'])}" if "example" in told else ""
        yield f"- `{each.name}` ({needed}{example})"
    yield f"\n```sparql\n{query.text.strip()}\n```"


def completed(context: Context, name: str, begun: str) -> list[str]:
    """Return names that begin as what is typed.

    Args:
        context: What is read.
        name: The kind of resource: `question` or `thing`.
        begun: What is typed.
    """
    folded = begun[:_LONGEST].casefold()
    if name == "question":
        names: Iterator[str] = (each.name for each in context.graph.catalogue.readable())
    elif isinstance(known := context.citations.names, LabelIndex):
        names = iter(sorted({*known.labels.values()}, key=str.casefold))
    elif isinstance(known, RemoteNames):
        return known.beginning(begun[:_LONGEST], _MOST_COMPLETED)
    else:
        return []
    return list(islice((each for each in names if each.casefold().startswith(folded)), _MOST_COMPLETED))
