"""Trusty URIs of RDF: IRIs with a digest of the quads in which they occur, so that no change goes unnoticed.

Trusty URI specification, version 1, module RA (http://trustyuri.net/spec/v1).
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable

from ogdkg.rdf.statements import Statement, parts_of

MODULE = "RA"
UNKNOWN = " "  # stands in IRIs for the code that is to be computed; no IRI has a blank of its own


def artifact_code(statements: Iterable[Statement]) -> str:
    """Return the code of statements whose own IRIs have `UNKNOWN` in its place.

    Args:
        statements: The statements, without blank nodes; language tags are in lower case.

    Returns:
        The module and the digest, which a trusty URI ends in.
    """
    digest = hashlib.sha256()
    for graph, subject, predicate, obj in sorted(set(statements), key=_sort_key):
        nodes = (term[1:-1] for term in (graph, subject, predicate))
        digest.update("".join(f"{node}\n" for node in (*nodes, _object(obj))).encode())
    return MODULE + urlsafe_b64encode(digest.digest()).decode().rstrip("=")


def _sort_key(statement: Statement) -> tuple[object, ...]:
    """Rules 1 to 9 of the order of triples: IRIs before literals, language tags before datatypes."""
    graph, subject, predicate, obj = statement
    nodes = graph[1:-1], subject[1:-1], predicate[1:-1]
    if obj[0] != '"':
        return (*nodes, False, obj[1:-1])
    value, datatype, language = parts_of(obj)
    return (*nodes, True, value, not language, language or datatype)


def _object(obj: str) -> str:
    if obj[0] != '"':
        return obj[1:-1]
    value, datatype, language = parts_of(obj)
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n")
    return f"@{language} {escaped}" if language else f"^{datatype} {escaped}"
