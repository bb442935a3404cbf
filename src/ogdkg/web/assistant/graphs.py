"""The tools for the graph as a whole: what it is, its terms, SPARQL, and whether a text conforms to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ogdkg.errors import InputError, OgdkgError
from ogdkg.evidence.bibliography import cite
from ogdkg.rdf.beginnings import format_of_text
from ogdkg.rdf.formats import FOR_RDF, by_name
from ogdkg.rdf.terms import Iri, to_ntriples
from ogdkg.render.views.cite import plain
from ogdkg.search.classes import find_class
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.rows import answer_of
from ogdkg.web.assistant.tool_answers import Answer, Sources, answer, cut, marks, quoted
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import MOST_QUERY
from ogdkg.web.protocol.answered import answered

MOST_TEXT = 1_000_000  # bytes of what is validated, as at /check
_MOST_TERMS = 60  # classes and properties that are listed
_MOST_TOPICS = 40
_PROPERTIES = "SELECT ?of (COUNT(*) AS ?n) { ?s a %s ; ?of ?o } GROUP BY ?of ORDER BY DESC(?n) ?of"


def describe(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return what the graph is about, its layers, and how to ask it."""
    project, counted = context.graph.project, context.counted()
    sources = Sources(context.citations)
    reference = ""
    try:
        work = cite(context.citations)
        reference = plain(work).strip()
        for statement in context.citations.statements_about(Iri(work.iri)):
            sources.numbers(statement.citations)
    except OgdkgError:
        pass  # the graph describes no dataset
    topics, _ = context.graph.catalogue.topics()
    layers = [each.name for each in context.graph.layers]
    data: dict[str, Any] = {
        "title": project.title or project.name,
        "statements": sum(number for _, number in counted.properties),
        "classes": _counts(context, counted.classes)[:12],
        "topics": {name or "other": len(found) for name, found in islice(topics.items(), _MOST_TOPICS)},
        "usual_layers": list(project.default_layers) or layers,
        **({"reference": reference} if reference else {}),
    }
    lines = [f"Reference: {quoted(reference)}"] if reference else []
    lines += [f"- {each['count']} of the kind {quoted(each['label'])}" for each in data["classes"]]
    lines += [f"- {number} stored questions on {quoted(name)}" for name, number in data["topics"].items()]
    note = f"{quoted(data['title'])}: {data['statements']} statements."
    return answer(note, lines, sources, data, layers=layers)


def _counts(context: Context, counts: Iterable[tuple[Iri, int]]) -> list[dict[str, Any]]:
    """Terms with their numbers, the most frequent first."""
    label = context.citations.property_label
    ordered = sorted(counts, key=lambda each: (-each[1], each[0].value))
    return [{"id": of.value, "label": label(of), "count": number} for of, number in ordered]


def _count_line(told: Mapping[str, Any]) -> str:
    return f"- {quoted(told['label'])} <{told['id']}>: {told['count']}" + marks(told.get("citations", ()))


def schema(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return the classes and properties in use, or those of the things of a class.

    Raises:
        UsageError: There is no such class.
    """
    sources, counted = Sources(context.citations), context.counted()
    graph = context.graph
    prefixes = dict(graph.project.prefixes)
    if name := given.get("class"):
        of = find_class(graph.store, name, prefixes)
        asked = _PROPERTIES % to_ntriples(of)
        rows = graph.select(asked, name="schema")
        counts = [(row[0], int(str(row[1]))) for row in rows if isinstance(row[0], Iri)]
        classes, properties = [each for each in counted.classes if each[0] == of], counts
        note = f"The things of the class {quoted(context.citations.label(of))} have these properties."
    else:
        classes, properties = list(counted.classes), list(counted.properties)
        note = "The classes and properties in use, the most frequent first. Name a class for its own."
    data: dict[str, Any] = {"prefixes": prefixes}
    lines = []
    for kind, counts in (("classes", classes), ("properties", properties)):
        told = _counts(context, counts)
        for each in told[:_MOST_TERMS]:
            stated = context.citations.statements_about(Iri(each["id"]))
            numbers = sources.numbers(cited for statement in stated for cited in statement.citations)
            each |= {"citations": numbers} if numbers else {}
        data[kind] = told[:_MOST_TERMS]
        lines += [f"{kind}:", *map(_count_line, data[kind])]
        lines += [f"- and {len(told) - _MOST_TERMS} more"] if len(told) > _MOST_TERMS else []
    layers = [each.name for each in graph.layers]
    return answer(note, lines, sources, data, known=bool(properties), layers=layers)


def sparql(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return the answer to a SPARQL query, which reads this graph alone.

    Raises:
        HttpError: It is too long, or reads a graph that is not here.
        InputError: It does not parse, or it changes something.
    """
    text, graph = given["query"], context.graph
    if len(text.encode("utf-8", "replace")) > MOST_QUERY:
        raise HttpError(413, f"The query is longer than {MOST_QUERY:,} bytes.")
    result = answered(graph, {"text": text, "base": context.base or graph.project.resource_namespace})
    return answer_of(context, graph, result, text, given, {})


def validate(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return what is wrong with a text of RDF, by the shapes of the project.

    Raises:
        HttpError: It is too long.
        UsageError: There is no such format.
        InputError: The shapes are at fault.
    """
    from ogdkg.render.reports.json import finding_json  # what validates takes long to import
    from ogdkg.validation.sent import Kind, judge

    written = given["text"].encode("utf-8", "replace")
    if len(written) > MOST_TEXT:
        raise HttpError(413, f"The text is larger than {MOST_TEXT:,} bytes.")
    form = by_name(given["format"], FOR_RDF) if given.get("format") else format_of_text(written)
    try:
        judged = judge(written, form, context.graph.project)
    except InputError as error:
        raise InputError(f"The shapes of this project cannot be used. {error.message}") from None
    report = judged.report
    most = given["limit"]
    found = [finding_json(report, each) for each in report.findings[:most]]
    sources = Sources(context.citations)
    findings = [_finding(each, sources) for each in found]
    total = len(report.findings) + report.omitted
    note = f"There are findings: {total}." if total else "The text conforms to the shapes."
    if judged.kind is Kind.SYNTAX and not total:
        note = "The text can be read; there are no shapes to judge it by."
    data = {"conforms": report.conforms, "total": total, "findings": findings}
    layers = [] if judged.kind is Kind.SYNTAX else ["shapes"]
    return answer(note, map(_finding_line, findings), sources, data, layers=layers)


_TOLD = ("severity", "message", "line", "name", "path", "hint", "rule")


def _finding(finding: Mapping[str, Any], sources: Sources) -> dict[str, Any]:
    told = {key: finding[key] for key in _TOLD if key in finding}
    told = {key: cut(value) if isinstance(value, str) else value for key, value in told.items()}
    shape = finding.get("shape", {})
    if isinstance(shape, dict) and shape.get("type") == "uri":
        told["citations"] = sources.add(shape["value"], finding.get("shapeName", shape["value"]), "shapes")
    return told


def _finding_line(finding: Mapping[str, Any]) -> str:
    place = f"line {finding['line']}: " if "line" in finding else ""
    hint = f" Hint: {quoted(finding['hint'])}" if finding.get("hint") else ""
    text = f"- {place}{finding['severity']}: {quoted(finding['message'])}{hint}"
    return text + marks(finding.get("citations", ()))
