"""The OpenAPI document of the web API, made from the headers of stored queries (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import ogdkg
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import OgdkgError
from ogdkg.rdf import formats
from ogdkg.rdf.terms import XSD, Literal
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.reader import read_query
from ogdkg.web.api.plain import columns_of, literal
from ogdkg.web.api.requested import FIELDS, FLAGS, LONGEST, MOST, MOST_OFFSET, PATH, USUAL
from ogdkg.web.http.negotiation import TRIPLES
from ogdkg.web.http.problems import MEDIA_TYPE as PROBLEM
from ogdkg.web.questions.asked import Asked, address_of
from ogdkg.web.questions.form import offered_value
from ogdkg.web.questions.graphs import QueriedGraphs

MEDIA_TYPE = "application/json"
_MOST_VALUES = 5_000  # of an enum
_MOST_EXAMPLES = 20  # of a text
_TEXTS = (formats.CSV, formats.TSV, formats.XML)
_ANY = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\.", re.DOTALL)  # escapes and classes are passed over
_OTHER = "Other"  # the tag of queries that are in no folder
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "date": {
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
            {"type": "string", "pattern": "^[0-9]{4}$"},
        ]
    },
    "xsd_boolean": {"type": "boolean"},
    "xsd_integer": {"type": "integer"},
    "xsd_decimal": {"type": "number"},
    "xsd_double": {"type": "number"},
    "xsd_date": {"type": "string", "format": "date"},
    "xsd_dateTime": {"type": "string", "format": "date-time"},
    "xsd_gYear": {"type": "string", "pattern": "^[0-9]{4}$"},
    "xsd_gYearMonth": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "xsd_anyURI": {"type": "string", "format": "uri"},
}
_DATATYPES = {"integer": XSD + "integer", "number": XSD + "double"}  # by their types in JSON
_RESOURCE = {
    "type": "object",
    "description": "A thing that the graph knows.",
    "properties": {
        "id": {"type": "string", "description": "Its IRI."},
        "label": {"type": "string", "description": "Its name."},
        "url": {"type": "string", "description": "Where it is described."},
    },
    "required": ["id", "label", "url"],
}
_VALUE = {
    "description": "A thing, a text, a number, yes or no, or nothing.",
    "anyOf": [
        {"$ref": "#/components/schemas/Thing"},
        *({"type": each} for each in ("string", "number", "boolean", "null")),
    ],
}
_SOURCE = {
    "type": "object",
    "description": "Where a row comes from.",
    "properties": {
        "id": {"type": "string", "description": "The IRI of what is cited."},
        "label": {"type": "string", "description": "Its lines, or its name."},
        "quote": {"type": "string", "description": "A few of its words."},
        "url": {"type": "string", "description": "Where it is described."},
    },
    "required": ["id", "label", "url"],
}
_PROBLEM = {
    "type": "object",
    "description": "An error, as RFC 9457 has it.",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "hint": {"type": "string"},
        "faults": {
            "type": "array",
            "description": "What is wrong with each value, and the nearest ones that would be right.",
            "items": {"type": "object"},
        },
        "near": {"type": "array", "description": "The nearest names.", "items": {"type": "object"}},
    },
    "required": ["title", "status", "detail"],
}
_WINDOW = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": f"At most so many rows. Without it, JSON has {USUAL}, and other formats all.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST},
        "example": 10,
    },
    "offset": {
        "name": "offset",
        "in": "query",
        "description": "How many rows to leave out at the start.",
        "schema": {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
        "example": 0,
    },
    "cite": {
        "name": "cite",
        "in": "query",
        "description": "Whether each row says where it comes from.",
        "schema": {"type": "string", "enum": list(FLAGS), "default": "false"},
        "example": "true",
    },
}  # fmt: skip


def document(graphs: QueriedGraphs, base: str) -> dict[str, Any]:
    """Return the document: a path for each stored query whose header can be read.

    Args:
        graphs: The graphs that stored queries read.
        base: The address of the server.
    """
    project = graphs.graph.project
    queries = list(graphs.graph.catalogue.readable())
    lists = _Lists(graphs)
    paths = {address_of("", each.name, PATH): {"get": _operation(each, lists, base)} for each in queries}
    topics = dict.fromkeys(each.topic or _OTHER for each in queries)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": project.title or project.name,
            "version": ogdkg.__version__,
            "description": "Answers of the stored queries of a knowledge graph, with their sources.",
        },
        "servers": [{"url": base}],
        "tags": [{"name": each} for each in topics],
        "security": [],
        "paths": paths,
        "components": {
            "schemas": {
                "Thing": _RESOURCE,
                "Value": _VALUE,
                "Source": _SOURCE,
                "Problem": _PROBLEM,
                **lists.schemas,
            },
            "parameters": _WINDOW,
            "responses": {
                "Problem": {
                    "description": "It could not be answered, and why.",
                    "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
    }


class _Lists:
    """The values of parameters as schemas: equal lists are one."""

    def __init__(self, graphs: QueriedGraphs) -> None:
        self._graphs = graphs
        self._names: dict[tuple[str, ...], str] = {}
        self.schemas: dict[str, dict[str, Any]] = {}

    def of(self, query: StoredQuery, parameter: Parameter) -> tuple[dict[str, Any], str]:
        """Return the schema of the values that a parameter may have, and its example as one of them."""
        asked = Asked(query, {}, "", path=PATH, fields=FIELDS)
        resolver = NameResolver(self._graphs.graph_of(query))
        offered = []
        with suppress(OgdkgError):  # a query that lists them is broken: any text may be tried
            offered = self._graphs.offers(resolver, asked, parameter)
        values = tuple(dict.fromkeys(value for value, _ in offered))
        if not 0 < len(values) <= _MOST_VALUES or parameter.kind == "xsd_boolean":
            return _schema(parameter), parameter.example
        if not parameter.is_resource:  # any other text is taken, too, and found nowhere
            fitting = [value for value in values if parameter.fits(value)]
            return {**_schema(parameter), "examples": fitting[:_MOST_EXAMPLES]}, parameter.example
        name = self._names.setdefault(values, f"{parameter.name}-{len(self._names) + 1}")
        self.schemas[name] = {"type": "string", "enum": list(values)}
        example = offered_value(resolver, asked, parameter, parameter.example, offered)
        return {"$ref": f"#/components/schemas/{name}"}, example if example in values else ""


def _operation(query: StoredQuery, lists: _Lists, base: str) -> dict[str, Any]:
    header = query.header
    parameters = [_parameter(query, each, lists, base) for each in query.parameters]
    if query.form == "SELECT":
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in _WINDOW]
    told = {"description": header.description} if header.description else {}
    return {
        "operationId": query.name,
        "summary": header.summary or query.name,
        **told,
        "tags": [query.topic or _OTHER],
        "externalDocs": {"description": "The same for people", "url": address_of(base, query.name)},
        "parameters": parameters,
        "responses": {
            "200": {"description": "The answer.", "content": _content(query)},
            "4XX": {"$ref": "#/components/responses/Problem"},
            "5XX": {"$ref": "#/components/responses/Problem"},
        },
    }


def _parameter(query: StoredQuery, parameter: Parameter, lists: _Lists, base: str) -> dict[str, Any]:
    label = parameter.label or parameter.name
    schema, example = lists.of(query, parameter)
    texts = [f"{label[:1].upper()}{label[1:]}."]
    found: dict[str, Any] = {"name": parameter.name, "in": "query", "required": not parameter.is_optional}
    if parameter.is_resource:
        texts.append("A name, a code, a CURIE or an IRI.")
        found["x-completions"] = f"{address_of(base, query.name, PATH)}/{parameter.name}?q={{text}}"
    values = [_typed(parameter, each) for each in parameter.default if each]  # an empty one is no value
    if parameter.multivalued:
        schema = {"type": "array", "items": schema, "minItems": 1, "uniqueItems": True}
    if values:
        schema = {"allOf": [schema], "default": values if parameter.multivalued else values[0]}
    found |= {"description": " ".join(texts), "schema": schema}
    if example:
        value = _typed(parameter, example)
        found["example"] = [value] if parameter.multivalued else value
    elif values:
        found["example"] = values if parameter.multivalued else values[0]
    return found


def _schema(parameter: Parameter) -> dict[str, Any]:
    schema = dict(_KINDS.get(parameter.kind, {"type": "string", "minLength": 1, "maxLength": LONGEST}))
    if parameter.pattern and schema.get("type") == "string":
        schema["pattern"] = f"^(?:{_ANY.sub(_any, parameter.pattern)})$"
    return schema


def _any(found: re.Match[str]) -> str:
    """A dot as JSON Schema has it for any character, line ends too; whatever else is in a pattern stays."""
    return r"[\s\S]" if found[0] == "." else found[0]


def _typed(parameter: Parameter, example: str) -> Any:
    """An example as a value of its schema."""
    kind = _KINDS.get(parameter.kind, {}).get("type")
    if kind == "boolean":
        return example == "true"
    if kind in _DATATYPES:
        return literal(Literal(example, _DATATYPES[kind]))
    return example


def _content(query: StoredQuery) -> dict[str, Any]:
    """The media types of an answer, each with its schema."""
    text = {"schema": {"type": "string"}}
    if query.form in ("CONSTRUCT", "DESCRIBE"):
        is_json = {formats.JSONLD.media_type, "application/json"}
        types = dict.fromkeys(each.media_type for each in TRIPLES)
        return {each: {"schema": {}} if each in is_json else text for each in types}
    plain = {"schema": _page(query) if query.form == "SELECT" else _truth()}
    head = {"type": "object", "properties": {"head": {"type": "object"}}, "required": ["head"]}
    results = {formats.JSON.media_type: {"schema": head}}
    return {"application/json": plain, **results, **{form.media_type: text for form in _TEXTS}}


def _truth() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"query": {"type": "string"}, "answer": {"type": "boolean"}},
        "required": ["query", "answer"],
    }


def _page(query: StoredQuery) -> dict[str, Any]:
    """The schema of a page of rows."""
    number = {"type": "integer", "minimum": 0}
    rows = {
        "type": "array",
        "items": {"type": "object", "properties": {**_columns(query), "citations": _citations()}},
    }
    return {
        "type": "object",
        "properties": {
            "query": {"type": "string", "const": query.name},
            "title": {"type": "string"},
            "parameters": {"type": "object", "description": "The values that were given."},
            "total": {**number, "description": "How many rows there are in all."},
            "offset": number,
            "limit": number,
            "results": rows,
            "notes": {
                "type": "array",
                "items": {"type": "string"},
                "description": "Where sources may be inexact.",
            },
        },
        "required": ["query", "title", "total", "offset", "limit", "results"],
    }


def _citations() -> dict[str, Any]:
    return {
        "type": "array",
        "description": "Where the row comes from; only where `cite` asks for it.",
        "items": {"$ref": "#/components/schemas/Source"},
    }


def _columns(query: StoredQuery) -> dict[str, Any]:
    """The members of a row, as far as the text of the query names them."""
    heads = query.header.columns
    names = list(heads)
    with suppress(OgdkgError):
        names = [name.lstrip("?$") for name, _ in read_query(query.text, query.file).select.columns] or names
    reference = {"$ref": "#/components/schemas/Value"}
    return {
        name: {**reference, "description": heads[name]} if name in heads else reference
        for name in columns_of(names)
    }
