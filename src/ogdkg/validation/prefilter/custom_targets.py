"""Custom targets that the store answers just as pyshacl would, https://www.w3.org/TR/shacl-af/#targets.

A target has to be exact, where a condition may select too much: so only a query of triple patterns with IRIs
and plain strings, whose filters ask no more than whether something exists or is an IRI.
"""

from __future__ import annotations

from itertools import pairwise

from pyoxigraph import Literal, NamedNode

from ogdkg.errors import InputError
from ogdkg.sparql.tokens import Token, iri_of, joined_text
from ogdkg.validation.core.advanced import target_query
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.prefilter.constraints import SparqlConstraint, read_constraint

_WORDS = (
    "SELECT", "DISTINCT", "WHERE", "A", "UNION", "FILTER", "NOT", "EXISTS", "ISIRI", "ISURI", "ISBLANK",
    "ISLITERAL",
)  # fmt: skip
_SIGNS = frozenset("{}();,./|^+")
_NOT_WITHIN = ("SERVICE", "FROM", "GRAPH", "BASE", "PREFIX", "NOW", "RAND", "UUID", "STRUUID")
_DOUBTED = ("BIND", "OPTIONAL")


def target_pattern(shapes: Shapes, target: Term) -> str | None:
    """A pattern that binds ?this to the target nodes; None where only pyshacl can tell them."""
    found = _read(shapes, target, (NamedNode,))
    if found is None or not _is_exact(*found):
        return None
    text = _text(*found)
    group = text[text.index("{") : text.rindex("}")]
    return f"{{ SELECT DISTINCT ?this WHERE {group} FILTER(BOUND(?this)) }} }}"


def server_pattern(shapes: Shapes, target: Term, *, is_exact: bool) -> str | None:
    """A pattern that binds ?this to the target nodes on a server; None where it cannot be asked.

    The query is asked as it is written, within another. So its names are spelled out, and it must not ask for
    what a query within another may not.

    Args:
        shapes: The shapes.
        target: The target.
        is_exact: Whether the server answers OPTIONAL and BIND as it should.
    """
    if exact := target_pattern(shapes, target):
        return exact
    found = _read(shapes, target, (NamedNode, Literal))
    if found is None:
        return None
    words, query = found
    refused = _NOT_WITHIN if is_exact else (*_NOT_WITHIN, *_DOUBTED)
    names = [token for token in words if token.kind == "name"]
    if any(token.is_word(*refused) for token in words) or not all(iri_of(n, query.prefixes) for n in names):
        return None
    return f"{{ SELECT DISTINCT ?this WHERE {{ {{ {_text(*found)} }} FILTER(BOUND(?this)) }} }}"


def is_none_missing(shapes: Shapes, graph: DataGraph, *, is_exact: bool) -> bool:
    """Whether a server answers the queries of all custom targets."""
    targets = {target for said in shapes.about.values() for target in said.get(SH.target, ())}
    wanted = [each for each in targets if target_query(shapes, each) is not None]
    patterns = [server_pattern(shapes, each, is_exact=is_exact) for each in wanted]
    return all(pattern and is_answered(graph, pattern) is not None for pattern in patterns)


def _read(
    shapes: Shapes, target: Term, kinds: tuple[type, ...]
) -> tuple[list[Token], SparqlConstraint] | None:
    """The words of a target's query, its parameters as their values, which must be of these kinds."""
    found = target_query(shapes, target)
    if found is None:
        return None
    owner, values = found
    query = read_constraint(shapes, owner, None)
    if query is None or not all(isinstance(each, kinds) for each in values.values()):
        return None
    return [_bound(token, values) for token in query.words], query


def _text(words: list[Token], query: SparqlConstraint) -> str:
    return joined_text([_spelled_out(token, query.prefixes) for token in words])


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
