"""Custom targets that the store answers just as pyshacl would, https://www.w3.org/TR/shacl-af/#targets.

A target has to be exact, where a condition may select too much: so only a query of triple patterns with IRIs
and plain strings, whose filters ask no more than whether something exists or is an IRI.
"""

from __future__ import annotations

from itertools import pairwise

from pyoxigraph import NamedNode

from ogdkg.errors import InputError
from ogdkg.sparql.tokens import Token, iri_of, joined_text
from ogdkg.validation.core.advanced import target_query
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.constraints import SparqlConstraint, read_constraint

_WORDS = (
    "SELECT", "DISTINCT", "WHERE", "A", "UNION", "FILTER", "NOT", "EXISTS", "ISIRI", "ISURI", "ISBLANK",
    "ISLITERAL",
)  # fmt: skip
_SIGNS = frozenset("{}();,./|^+")


def target_pattern(shapes: Shapes, target: Term) -> str | None:
    """A pattern that binds ?this to the target nodes; None where only pyshacl can tell them."""
    found = target_query(shapes, target)
    if found is None:
        return None
    owner, values = found
    query = read_constraint(shapes, owner, None)
    if query is None or not all(isinstance(each, NamedNode) for each in values.values()):
        return None
    words = [_bound(token, values) for token in query.words]
    if not _is_exact(words, query):
        return None
    text = joined_text([_spelled_out(token, query.prefixes) for token in words])
    group = text[text.index("{") : text.rindex("}")]
    return f"{{ SELECT DISTINCT ?this WHERE {group} FILTER(BOUND(?this)) }} }}"


def is_answered(graph: DataGraph, pattern: str) -> bool | None:
    """Whether the store finds something by the pattern; None where it cannot read it."""
    try:
        return any(True for _ in graph.query(f"SELECT ?this WHERE {{ {pattern} }} LIMIT 1"))
    except (InputError, RuntimeError, SyntaxError):  # for pyshacl to tell
        return None


def _bound(token: Token, values: dict[str, Term]) -> Token:
    """A parameter's variable as its value."""
    value = values.get(token.text[1:]) if token.kind == "variable" else None
    return token if value is None else Token("iri", str(value), token.start)


def _spelled_out(token: Token, prefixes: dict[str, str]) -> Token:
    return Token("iri", f"<{iri_of(token, prefixes)}>", token.start) if token.kind == "name" else token


def _is_exact(words: list[Token], query: SparqlConstraint) -> bool:
    start, end = query.body
    head = [token.text.upper() for token in words[:start] if not token.is_word("DISTINCT", "WHERE")]
    return (
        head in (["SELECT", "?THIS"], ["SELECT", "$THIS"])
        and end == len(words) - 1
        and all(_is_plain(token, query.prefixes) for token in words)
        and not any(token.is_word("SELECT") for token in words[1:])
        and not any(a.kind in ("iri", "name") and b.text == "(" for a, b in pairwise(words))
    )


def _is_plain(token: Token, prefixes: dict[str, str]) -> bool:
    if token.kind == "word":
        return token.is_word(*_WORDS)
    if token.kind == "sign":
        return token.text in _SIGNS
    if token.kind in ("iri", "name"):
        return iri_of(token, prefixes) is not None
    return token.kind in ("variable", "string")
