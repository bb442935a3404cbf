"""Writes expanded JSON-LD: one node object per line, every value with its type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from json.encoder import encode_basestring
from operator import itemgetter

from ogdkg.rdf.statements import TYPE, Statement, parts_of
from ogdkg.rdf.terms import XSD_STRING


def write_expanded(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield sorted statements as an expanded document."""
    separator = "[\n"
    for graph, members in groupby(statements, key=itemgetter(0)):
        if graph:
            yield f'{separator}{{"@id": {_id(graph)}, "@graph": ['
            separator = "\n"
        for subject, own in groupby(members, key=itemgetter(1)):
            yield f'{separator}{{"@id": {_id(subject)}, {_properties(own)}}}'
            separator = ",\n"
        if graph:
            yield "\n]}"
            separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _properties(statements: Iterable[Statement]) -> str:
    values: dict[str, list[str]] = {}
    for _, _, predicate, obj in statements:
        if predicate == TYPE and obj[0] != '"':
            values.setdefault('"@type"', []).append(_id(obj))
        else:
            values.setdefault(_id(predicate), []).append(_value(obj))
    return ", ".join(f"{key}: [{', '.join(values[key])}]" for key in sorted(values))


# Few terms stand in most documents.
@lru_cache(maxsize=8_192)
def _id(node: str) -> str:
    return encode_basestring(node[1:-1] if node[0] == "<" else node)


@lru_cache(maxsize=8_192)
def _value(term: str) -> str:
    if term[0] != '"':
        return f'{{"@id": {_id(term)}}}'
    value, datatype, language = parts_of(term)
    text = encode_basestring(value)
    if language:
        tag, _, direction = language.partition("--")
        rest = f'"@language": {encode_basestring(tag)}, "@value": {text}'
        return f'{{"@direction": "{direction}", {rest}}}' if direction else f"{{{rest}}}"
    if datatype == XSD_STRING:
        return f'{{"@value": {text}}}'
    return f'{{"@type": {encode_basestring(datatype)}, "@value": {text}}}'
