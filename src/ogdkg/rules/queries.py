"""The queries in shapes, made fit to stand within another query."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from pyoxigraph import NamedNode

from ogdkg.sparql.tokens import (
    Token,
    declared_prefixes,
    has_relative,
    iri_of,
    significant_tokens,
    tokens,
)
from ogdkg.validation.core.advanced import functions
from ogdkg.validation.core.queries import prefixes
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import short

HINT = "`ogdkg validate --rules` can run it; or write the rule as a CONSTRUCT query in a file of its own."
_ELSEWHERE = ("shapesGraph", "currentShape", "PATH")


def uncompiled(what: str, node: Term, hint: str = HINT) -> ShapesError:
    """The error for what no rule of a layer can do."""
    return ShapesError(f"{what} cannot be compiled for a layer.", node, hint)


def spelled_out(
    shapes: Shapes, node: Term, predicate: NamedNode, values: Mapping[str, Term] | None = None
) -> str:
    """The query at a node without prologue and prefixes, some of its variables replaced by terms.

    Raises:
        ShapesError: It asks for what only a validation has: a function of the shapes, the shapes themselves.
    """
    text = shapes.value(node, predicate).value
    known = {**prefixes(shapes, node), **declared_prefixes(significant_tokens(text))}
    parts = []
    for token in _without_prologue(text):
        bound = (values or {}).get(token.text[1:]) if token.kind == "variable" else None
        iri = iri_of(token, known) if token.kind == "name" else None
        parts.append(f"<{iri}>" if iri else str(bound) if bound is not None else token.text)
    found = "".join(parts)
    _check(shapes, node, short(predicate), significant_tokens(found))
    return found


def _without_prologue(text: str) -> list[Token]:
    every = list(tokens(text))
    starts = (n for n, token in enumerate(every) if token.is_word("SELECT", "CONSTRUCT", "ASK"))
    return every[next(starts, 0) :]


def _check(shapes: Shapes, node: Term, name: str, words: list[Token]) -> None:
    if has_relative(words):
        raise ShapesError(f"The query in {name} has a relative IRI.", node, "Write it in full.")
    for variable in _ELSEWHERE:
        if any(token.is_variable(variable) for token in words):
            raise uncompiled(f"A query with ${variable}", node)
    declared = _declared(shapes)
    for token, after in pairwise(words):
        if token.kind == "iri" and after.text == "(" and (iri := iri_of(token, {})) in declared:
            raise uncompiled(f"A query that calls the function <{iri}> of the shapes", node)


@lru_cache(maxsize=1)  # the same for each query of the shapes
def _declared(shapes: Shapes) -> frozenset[str]:
    """The functions that the shapes declare."""
    return frozenset(each.value for each in functions(shapes) if isinstance(each, NamedNode))
