"""The tools for stored queries: which one answers a question in words, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.catalogue.ranking import ranked
from ogdkg.search.folding import words
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.listing import QUESTION
from ogdkg.web.assistant.named import Naming, is_limited
from ogdkg.web.assistant.rows import answer_of
from ogdkg.web.assistant.tool_answers import Answer, Sources, answer, marks, quoted
from ogdkg.web.http.problems import HttpError
from ogdkg.web.questions.asked import Asked, address_of
from ogdkg.web.questions.files import find_query, refusal
from ogdkg.web.questions.form import faults_of

_LOOKED_AT = 40  # queries that share words with a question; others are offered for the values it names
_NAMED = 6.0  # what a value that the question names is worth, for each of its words
_NAMED_AS_ANYTHING = 2.0  # and where the parameter takes anything that has a name
_LACKED = 1.5  # and what a value that the query needs, but the question does not name
_LONGEST_QUESTION = 400  # letters


def find_questions(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return the stored queries that may answer a question, with the values that it names."""
    text = given["question"][:_LONGEST_QUESTION]
    catalogue = context.graph.catalogue
    readable = list(catalogue.readable())
    scores = dict(ranked(readable, text, context.wording())[:_LOOKED_AT])
    naming = Naming(context.names, text, readable)
    found = []
    for query in readable:
        named = {each.name: naming.of(query, each) for each in query.parameters}
        if query.name in scores or any(named[e.name] for e in query.parameters if is_limited(e)):
            found.append((scores.get(query.name, 0.0) + _worth(query, named), query, named))
    found.sort(key=lambda each: (-each[0], each[1].name))
    told = [_told(context, query, named) for _, query, named in found[: given["limit"]]]
    note = (
        "These stored questions may answer this, the likeliest first. Ask one with `ask`."
        if told
        else "No stored question speaks of this. Try other words, `search`, or `sparql`."
    )
    sources = Sources(context.citations)
    for each in told:
        each["citations"] = sources.add(each["resource"], each["summary"])
    return answer(note, map(_line, told), sources, {"questions": told}, known=bool(told))


def _worth(query: StoredQuery, named: Mapping[str, list[str]]) -> float:
    """What the values that a question names say for a query: it fits less without those that it needs."""
    told = [
        weight * len(words(value))
        for parameter in query.parameters
        for weight in (_NAMED if is_limited(parameter) else _NAMED_AS_ANYTHING,)
        for value in named[parameter.name]
    ]
    needed = [each.name for each in query.parameters if not each.is_optional]
    there = {value for name in needed for value in named[name]}
    lacking = max(len(needed) - len(there), 0)
    return max(told, default=0.0) - _LACKED * lacking


def prepare(context: Context) -> None:
    """Read what the values of all parameters are called, and what queries go by, which is kept."""
    context.wording()
    for query in context.graph.catalogue.readable():
        for parameter in query.parameters:
            context.names.of(query, parameter)


def _told(context: Context, query: StoredQuery, named: Mapping[str, list[str]]) -> dict[str, Any]:
    address = {"url": address_of(context.base, query.name)} if context.base else {}
    return {
        "name": query.name,
        "summary": query.header.summary or query.name,
        "topic": query.topic,
        "resource": f"{QUESTION}{quote(query.name, safe='')}",
        "parameters": [parameter_of(each, named.get(each.name, [])) for each in query.parameters],
        **address,
    }


def parameter_of(parameter: Parameter, named: list[str]) -> dict[str, Any]:
    """Return what is told of a parameter; `named`: the values that a question names."""
    kind = "name" if parameter.is_resource else parameter.kind.removeprefix("xsd_")
    told: dict[str, Any] = {"name": parameter.name, "type": kind, "required": not parameter.is_optional}
    told |= {"label": parameter.label} if parameter.label else {}
    told |= {"several": True} if parameter.multivalued else {}
    told |= {"example": parameter.example} if parameter.example else {}
    told |= {"default": list(parameter.default)} if parameter.default else {}
    return told | ({"named": named} if named else {})


def _line(told: Mapping[str, Any]) -> str:
    parts = []
    for each in told["parameters"]:
        needed = "needed" if each["required"] else "optional"
        example = f", such as {quoted(each['example'])}" if "example" in each else ""
        named = f", here {' or '.join(map(quoted, each['named']))}" if "named" in each else ""
        parts.append(f"{each['name']} ({each['type']}, {needed}{example}{named})")
    takes = f"; takes {'; '.join(parts)}" if parts else ""
    return f"- {told['name']}: {quoted(told['summary'])}{takes}{marks(told['citations'])}"


def ask(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return the rows of a stored query, each with its sources.

    Raises:
        HttpError: There is no such query, or a value is wrong; it has the nearest names.
    """
    catalogue = context.graph.catalogue
    query, _ = find_query(catalogue, given["question"], partial(address_of, context.base), ())
    texts = {name: _texts(name, value) for name, value in given["parameters"].items()}
    asked = Asked(query, texts, context.base, fields=())
    resolver = NameResolver(context.graphs.graph_of(query))
    faults = faults_of(resolver, asked)
    if faults or not asked.is_complete:
        raise refusal(asked, faults)
    result = context.graphs.result(resolver, asked)
    head: dict[str, Any] = {"question": query.name, "summary": query.header.summary or query.name}
    head["parameters"] = asked.arguments
    traced = resolver.bind_all(query, asked.arguments) if isinstance(result, Rows) else ""
    return answer_of(context, resolver.graph, result, traced, given, head, query)


def _texts(name: str, value: Any) -> list[str]:
    """The values of a parameter, as an address has them."""
    several = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | int | float) for each in several):
        raise HttpError(422, f"{name} takes a text, a number, or a list of these.")
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in several]
